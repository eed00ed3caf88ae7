"""The strategies reach what they promise, and stay inside it."""

import importlib
import os
import random
import subprocess
import sys
from collections import Counter
from math import inf

import pytest
from hypothesis import Phase, find, given, settings

from autograd import Value, trace
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


def uses(expression) -> list[int]:
    """How often each node under the root of an expression is used."""
    made = trace(expression(*map(Value, expression.leaves)))
    return [sum(edge.src == n for edge in made.edges) for n in range(len(made.data))]


@pytest.mark.parametrize(
    "wanted",
    [
        lambda e: max(uses(e)) > 2,
        lambda e: len(uses(e)) > 7,
        lambda e: any(isinstance(a, float) for _, args in e.calls for a in args),
        lambda e: len(e.leaves) == 4,
        lambda e: e.calls == (),
    ],
    ids=["shared nodes", "many nodes", "constants", "four leaves", "a leaf alone"],
)
def test_expressions_come_with(wanted):
    assert find(expressions(), wanted, settings=QUICK)


@given(expressions(max_ops=3, ops=[TABLE["sin"], TABLE["dot"]]))
def test_expressions_keep_to_the_rows_and_the_size_asked_for(expression):
    assert len(expression.calls) <= 3
    assert {op.name for op, _ in expression.calls} <= {"sin", "dot"}
    assert isinstance(expression(*map(Value, expression.leaves)), Value)
    assert isinstance(expression(*expression.leaves), float)


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


@given(expressions(sharing=False))
def test_without_sharing_no_number_is_used_twice(expression):
    assert max([0, *Counter(a for _, args in expression.calls for a in args if isinstance(a, int)).values()]) <= 1


@given(expressions())
def test_every_call_of_an_expression_counts(expression):
    used = {a for _, args in expression.calls for a in args if isinstance(a, int)}
    first, last = len(expression.leaves), len(expression.leaves) + len(expression.calls) - 1
    assert used >= set(range(first, last))


def names(expression):
    return [op.name for op, _ in expression.calls]


def references(expression):
    return [a for _, args in expression.calls for a in args if isinstance(a, int)]


@pytest.mark.slow
@pytest.mark.parametrize("start", range(3))
@pytest.mark.parametrize(
    ("wanted", "calls"),
    [
        (lambda e: "tanh" in names(e), 1),
        (lambda e: len({*names(e)}) > 1, 2),
        (lambda e: len(e.calls) >= 3, 3),
        (lambda e: e.calls and e(*e.leaves) > 5, 1),
        (lambda e: "tanh" in names(e) and max(e.leaves) > 2, 1),
        (lambda e: max(Counter(references(e)).values(), default=0) > 1, 1),
        (lambda e: any(isinstance(a, float) for _, args in e.calls for a in args), 1),
    ],
    ids=["tanh", "two kinds", "three calls", "over 5", "tanh of over 2", "shared", "a constant"],
)
def test_a_failing_expression_shrinks_to_the_smallest_graph(wanted, calls, start):
    found = find(expressions(), wanted, settings=SHRINK, random=random.Random(start))
    assert (len(found.calls), len(found.leaves)) == (calls, 1)


@given(networks(max_layers=3, activations=[TABLE["leaky_relu"], TABLE["tanh"]]))
def test_a_network_is_layers_of_dots(network):
    names = [op.name for op, _ in network.calls]
    assert names[-1] == "dot"
    assert set(names) <= {"dot", "leaky_relu", "tanh"}
    assert isinstance(network(*network.leaves), float)


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


def test_a_generator_of_operations_lasts():
    strategy = expressions(ops=(TABLE[name] for name in ("tanh", "exp")))

    @given(strategy)
    def check(f):
        seen.update(op.name for op, _ in f.calls)

    seen = Counter()
    check()
    assert set(seen) == {"tanh", "exp"}
