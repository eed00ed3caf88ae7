"""The strategies reach what they promise, and stay inside it."""

import importlib
import os
import subprocess
import sys
from collections import Counter
from math import inf, isfinite

import pytest
from hypothesis import Phase, find, given, settings

from autograd import gradcheck, operation
from autograd.strategies import arities, arrays_in, expressions, floats_in, interval, networks, parameters_of, points
from autograd.table import TABLE
from nn import MLP

# Any example will do, and need not be a simple one.
QUICK = settings(max_examples=2_000, phases=[Phase.generate], derandomize=True)
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
        (lambda: parameters_of([1.0]), r"model: expected a module of nn, got list \[1.0\]"),
        (lambda: networks(activations=[TABLE["mul"]]), r"activations\[0\]: expected a row .* one number, .*<op mul>"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(TypeError, match=message):
        call()


@pytest.mark.parametrize("op", ROWS)
def test_points_away_keep_their_distance_from_ends_and_kinks(op):
    @settings(max_examples=20)
    @given(points(op, "away"))
    def check(args):
        for slot, x in enumerate(args):
            domain = op.domain[0 if op.arity is None else slot]
            low, high = interval(domain, x)
            least = min(0.01, (high - low) / 4)
            assert min(x - low, high - x) >= least - 1e-15
            assert x == 0 or 1e-30 < abs(x) < 20
        assert op.kink is None or op.kink(*args) != 0

    check()


AT = ["abs", "relu", "hardtanh", "relu6", "maximum", "minimum", "max", "min", "clamp", "mod", "floor", "lt", "copysign"]


@pytest.mark.parametrize("name", AT)
def test_points_at_a_kink_are_on_it(name):
    op = TABLE[name]

    @settings(max_examples=20)
    @given(points(op, "at"))
    def check(args):
        domains = op.domain * (len(args) if op.arity is None else 1)
        ends = [x in {end for one in domain for end in one} for x, domain in zip(args, domains, strict=True)]
        assert any(ends) or op.kink(*args) == 0
        assert isfinite(op.on_float(*args))

    check()


def test_a_pole_and_a_border_of_the_domain_are_no_kinks():
    for name in ("log", "sqrt", "reciprocal", "tanh", "sum"):
        with pytest.raises(ValueError, match=rf"kinks: expected near or away, since {name} has no kink, got at"):
            points(TABLE[name], "at")


@pytest.mark.parametrize("name", ["add", "log", "maximum", "mod", "atan2", "max", "asin", "lgamma"])
def test_the_checker_can_judge_points_away_from_kinks(name):
    op, found = TABLE[name], Counter()

    @settings(max_examples=40, derandomize=True)
    @given(points(op, "away"))
    def check(args):
        found[gradcheck(op, args).verdict] += 1

    check()
    assert found["PASS"] >= 0.95 * found.total(), found


def test_points_serve_an_operation_of_ones_own():
    @operation(lambda y, a, b: a >= b, lambda y, a, b: a < b, domain=[((-inf, inf),)] * 2, kink=lambda a, b: a - b)
    def my_maximum(a, b):
        return max(a, b)

    assert find(points(my_maximum, "at"), lambda args: args[0] > 2, settings=QUICK)[0] > 2
    assert find(points(my_maximum), lambda args: 0 < args[0] - args[1] < 1e-9, settings=QUICK)


def test_the_parameters_of_a_model_can_be_loaded_and_are_not_zero():
    model = MLP(2, [3, 1])

    @settings(max_examples=20)
    @given(parameters_of(model))
    def check(state):
        model.load_state_dict(state)
        assert all(0.01 <= abs(x) <= 1.99 for x in state.values())

    check()
    assert find(parameters_of(model, ((5, 6),)), lambda state: True) == dict.fromkeys(model.state_dict(), 5.5)


STRATEGIES = {
    "floats_in": lambda: floats_in(SPLIT),
    **{f"points of {name}, {kinks}": lambda name=name, kinks=kinks: points(TABLE[name], kinks)
       for name in ("maximum", "clamp", "max", "mod") for kinks in ("near", "away", "at")},
    **{f"arrays of {name}, {kinks}": lambda name=name, kinks=kinks: points(TABLE[name], kinks, (25, 20))
       for name in ("maximum", "clamp", "max", "mod") for kinks in ("near", "away", "at")},
    "arrays_in": lambda: arrays_in(SPLIT, (100, 100)),
    "expressions": expressions,
    "expressions of narrow domains": lambda: expressions(ops=[TABLE[n] for n in ("logit", "acosh", "floordiv", "eq")]),
    "arbitrary expressions": lambda: expressions(inside=False),
    "many operations": lambda: expressions(max_ops=30),
    "networks": networks,
    "parameters of 13": lambda: parameters_of(MLP(2, [3, 1])),
    "parameters of 10,000": lambda: parameters_of(MLP(98, [100, 1])),
}  # fmt: skip  # in few lines


@pytest.mark.slow
@pytest.mark.parametrize("name", STRATEGIES)
def test_no_health_check_fails(name):
    """All of them are on: size, filtering and slow draws."""

    @settings(max_examples=50, suppress_health_check=[], database=None)
    @given(STRATEGIES[name]())
    def draw(drawn):
        pass

    draw()
