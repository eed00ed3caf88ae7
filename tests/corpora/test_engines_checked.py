"""Engines of half A under ``gradcheck``: right ones pass, and faults fail with the reason."""

import contextlib
import io
import re

import pytest

from autograd import gradcheck
from tests.corpora.engines import half_a
from tests.corpora.engines.entry import Functions
from tests.corpora.test_engines import named, planted, programs

RIGHT = [entry for entry in (*half_a.ENGINES, *half_a.CONVENTIONS) if entry.readable]
CALLER_SEEDS = "seed missing"  # a text that is the convention that the caller seeds
FAULTS = [fault for fault in half_a.FAULTS if fault.from_root and fault.kind != CALLER_SEEDS]


def check(entry, program, inputs, changes=(), as_numbers=False):
    """Return the report on a program, whose leaves are made outside of it or within."""
    module = entry.make(changes)
    node = getattr(module, entry.cls)
    functions = Functions(module, node, dict(entry.spelled))
    leaf = lambda x: entry.leaf(module, x) if entry.leaf else node(x)

    def f(*args):
        root = program(functions, *(map(leaf, args) if as_numbers else args))
        entry.before(root)
        return root

    with contextlib.redirect_stdout(io.StringIO()):
        return gradcheck(f, list(inputs if as_numbers else map(leaf, inputs)))


@named(RIGHT)
@pytest.mark.parametrize("as_numbers", [False, True])
def test_a_right_engine_passes(entry, as_numbers):
    for program in [program for program in programs(entry) if len(program.inputs) < 3][1:5]:
        assert check(entry, program.function, program.inputs, as_numbers=as_numbers).verdict == "PASS", program.name


@planted(FAULTS)
def test_a_fault_fails_with_its_reason(fault):
    report = check(fault.engine, fault.program, fault.inputs, fault.changes)
    assert report.verdict == "FAIL"
    for phrase in fault.says:
        assert re.search(phrase, str(report), re.IGNORECASE), (phrase, str(report))
