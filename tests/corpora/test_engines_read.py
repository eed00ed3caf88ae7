"""Engines of the corpus: how many are read whole, and how many faults are found with the reason.

Half A was there to build on, half B was not.
"""

import contextlib
import io
import re

import pytest

from autograd import Value, adopt, examine
from tests.corpora.engines import CONVENTIONS, ENGINES, FAULTS
from tests.corpora.test_engines import agree, named, ours, planted, programs

RIGHT = [entry for entry in (*ENGINES, *CONVENTIONS) if entry.readable]
REFUSED = [entry for entry in ENGINES if entry.readable is False]
FROM_ROOT = [fault for fault in FAULTS if fault.from_root]
UNREAD = {
    "named_tuple",
    "operands_tree",
}
ACCUSED = {
    "named_tuple",
}
NOT_REFUSED = {
    "no_gradients",
}
NOT_FOUND = {  # half A: 0 to 62; 12 and 51 have the text of the convention that the caller seeds
    "12 closure_set, seed missing, sweep",
    "51 subclasses, seed missing, sweep",
    "64 closure_tuple, mul: reads a gradient, mul",
    "71 closure_tuple, seed: two, sweep",
    "74 closure_tuple, parent forgotten, exp",
    "76 closure_tuple, pow: exponent kept, pow",
    "78 closure_tuple, sigmoid: input, sigmoid",
    "84 closure_tuple, zeroed early, sweep",
    "86 closure_tuple, same argument, mul",
    "92 grad_fn, upstream squared, sweep",
    "94 grad_fn, seed: two, sweep",
    "96 grad_fn, pow: exponent kept, pow",
    "98 grad_fn, sigmoid: input, sigmoid",
    "104 grad_fn, same argument, sweep",
    "106 history, mul: reads a gradient, mul",
    "111 history, not reversed, sweep",
    "112 history, seed: two, sweep",
    "113 history, seed: two, sweep",
    "115 history, pow: exponent kept, pow",
    "117 history, sigmoid: input, sigmoid",
    "121 history, breadth first, sweep",
    "122 history, same argument, sweep",
}


def expect_failure(request, name, missed):
    """Mark what is not reached yet; it fails once it is."""
    if name in missed:
        request.applymarker(pytest.mark.xfail(strict=True, reason="not reached yet"))


@pytest.fixture(autouse=True)
def quiet():
    with contextlib.redirect_stdout(io.StringIO()):
        yield


@named(RIGHT)
def test_a_right_engine_is_read_whole(entry, request):
    expect_failure(request, entry.name, UNREAD)
    for program in programs(entry):
        if entry.deep or program.name != "chain of 200":
            built = entry.build(program.function, program.inputs)
            root = adopt(built.root)
            root.backward()
            value, gradients = ours(*program[2:])
            leaves = [v.grad for v in leaves_of(root)]
            assert agree((root.data, ()), (value, ())), program.name
            for gradient in gradients:
                assert any(abs(gradient - found) <= 1e-9 * max(1, abs(gradient)) for found in leaves), program.name


def leaves_of(root):
    found, stack = {}, [root]
    while stack:
        node = stack.pop()
        if id(node) not in found:
            found[id(node)] = node
            stack += [a for a in node.args if isinstance(a, Value)]
    return [v for v in found.values() if v.op is None]


@named(RIGHT)
def test_a_right_engine_is_not_accused(entry, request):
    expect_failure(request, entry.name, ACCUSED)
    for program in programs(entry):
        if entry.deep or program.name != "chain of 200":
            report = examine(entry.build(program.function, program.inputs).root)
            assert not report.faults, (program.name, report)


@named(REFUSED)
def test_what_cannot_be_read_is_refused_in_words(entry, request):
    expect_failure(request, entry.name, NOT_REFUSED)
    for program in programs(entry)[:3]:
        with pytest.raises(TypeError) as error:
            adopt(entry.build(program.function, program.inputs).root)
        assert re.search(entry.refusal, str(error.value), re.IGNORECASE)


@planted(FROM_ROOT)
def test_a_fault_is_found_with_its_reason(fault, request):
    expect_failure(request, request.node.callspec.id, NOT_FOUND)
    report = examine(fault.build().root)
    assert report.faults
    for phrase in fault.says:
        assert re.search(phrase, str(report), re.IGNORECASE), (phrase, str(report))
