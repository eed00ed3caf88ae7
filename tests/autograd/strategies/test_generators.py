"""The strategies reach what they promise, and stay inside it."""

import importlib
import os
import subprocess
import sys
from math import inf

import pytest
from hypothesis import Phase, find, given, settings

from autograd.strategies import arities, expressions, floats_in, interval, networks, points
from autograd.table import TABLE

# Any example will do, and need not be a simple one.
QUICK = settings(max_examples=2_000, phases=[Phase.generate], derandomize=True)
# Without the phase that explains a failure: a search shows no explanation, and it takes half the time.
SHRINK = settings(max_examples=2_000, phases=[Phase.generate, Phase.shrink])
ROWS = [pytest.param(op, id=op.name) for op in TABLE.values()]
SPLIT = ((-inf, -1), (0, 2), (5, inf))


@given(floats_in(SPLIT))
def test_floats_lie_strictly_inside_the_domain(x):
    assert interval(SPLIT, x) is not None


@pytest.mark.parametrize(
    "wanted",
    [
        lambda x: x < -1e100,
        lambda x: -10 < x < -1.1,
        lambda x: -1 - 1e-10 < x < -1,
        lambda x: 0 < x < 1e-100,
        lambda x: 2 - 1e-10 < x < 2,
        lambda x: 5 < x < 5 + 1e-10,
        lambda x: 5.1 < x < 10,
        lambda x: x > 1e100,
    ],
)
def test_floats_come_from_every_interval_near_its_ends_and_of_every_size(wanted):
    assert wanted(find(floats_in(SPLIT), wanted, settings=QUICK))


@pytest.mark.slow
@pytest.mark.parametrize("op", ROWS)
def test_points_lie_inside_the_domain_and_off_the_kink(op):
    @given(points(op))
    def check(args):
        assert len(args) in arities(op)
        for slot, x in enumerate(args):
            domain = op.domain[0 if op.arity is None else slot]
            on_an_end = any(x in ends for ends in domain)
            assert interval(domain, x) or (on_an_end and op.arity is not None and op.partials[slot] is None)
        assert op.kink is None or op.kink(*args) != 0

    check()


def test_points_come_close_to_a_kink_on_either_side():
    for side in (1, -1):
        assert find(points(TABLE["maximum"]), lambda a, side=side: 0 < side * (a[0] - a[1]) < 1e-9, settings=QUICK)


def test_points_come_on_either_side_of_a_choice():
    for chosen in (True, False):
        assert find(points(TABLE["where"]), lambda args, c=chosen: bool(args[0]) is c, settings=QUICK)


def test_the_arities_of_a_row_for_any_number_of_arguments_are_found():
    assert arities(TABLE["dot"]) == [1, 3, 5, 7]
    assert arities(TABLE["sum"]) == [1, 2, 3, 4, 5, 6, 7]
    assert arities(TABLE["where"]) == [3]


def test_the_engine_itself_does_without_hypothesis():
    code = "import sys, autograd; assert 'hypothesis' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})


def test_without_hypothesis_the_strategies_name_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "hypothesis", None)  # what makes Python fail to import it
    for name in ("autograd.strategies", "autograd.strategies.generators"):
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(ImportError, match=r'pip install -e "\.\[test\]"'):
        importlib.import_module("autograd.strategies")


@pytest.mark.parametrize("awkward", [5e-324, 2.0**-1022, 1 - 2.0**-53, 1 + 2.0**-52, 1e154, 1.7e308, 709.78])
def test_awkward_numbers_come_often(awkward):
    assert find(floats_in(((0, inf),)), lambda x: x == awkward, settings=QUICK) == awkward


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: floats_in((0, 1)), r"domain\[0\]: expected an interval such as \(-1, 1\), got 0"),
        (lambda: points("tanh"), r"op\[0\]: expected a row of the table, such as TABLE\['tanh'\], got 'tanh'"),
        (lambda: expressions(ops=["tanh"]), r"ops\[0\]: expected a row of the table, such as .*, got 'tanh'"),
        (lambda: networks(activations=[TABLE["mul"]]), r"activations\[0\]: expected a row .* one number, .*<op mul>"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(TypeError, match=message):
        call()
