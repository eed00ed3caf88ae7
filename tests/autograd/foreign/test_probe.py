"""A node's own backward is run on it alone, in each of the ways in which engines keep it."""

import math

import pytest

from autograd import adopt, examine
from autograd.foreign import Reading, find_sweeps
from autograd.foreign.probe import may_sweep
from autograd.foreign.spelling import Spelling
from tests.helpers.small_engines import ENGINES, Closures, Dependent, Expression, Lists, Pairs, Record, compute

WAYS = {
    "Closures": "rule", "Slots": "rule", "Pairs": "stored", "Lists": "stored", "Expression": "sweep",
    "Context": "sweep", "Dependent": "sweep", "Record": "sweep", "Pullback": "rule", "ByText": "sweep",
}  # fmt: skip  # in few lines


@pytest.mark.parametrize("name", ENGINES)
def test_locals_for_upstreams_of_one_and_minus_two_and_added_to_ten(name):
    reading = Reading(compute(ENGINES[name], [("*", 0, 1), ("t", 2, 0), ("*", 3, 0)], [0.5, 3.0])[1], thorough=True)
    product = reading.order[2]
    assert [p.data for p in product.parents] == [0.5, 3.0]
    assert [product.probe.of(p.obj) for p in product.parents] == [3.0, 0.5]
    assert product.probe.way == WAYS[name]
    places = [[x is p.obj for x in product.probe.targets].index(True) for p in product.parents]
    assert [product.probe.minus_two[k] for k in places] == [-6.0, -1.0]
    if product.probe.ten:
        assert [product.probe.ten[k] for k in places] == [13.0, 10.5]


def test_what_lies_under_the_parents_is_cut_off():
    a = Expression(0.5)
    deep = a
    for _ in range(40):
        deep = deep * deep * Expression(1.0)  # 2**40 paths
    root = deep * a
    reading = Reading(root)
    assert reading.root.probe.of(a) == deep.value


def test_the_ways_to_call_a_whole_backward():
    def found(root):
        return [(sweep.name, sweep.seed) for sweep in find_sweeps(Spelling(root, None, None, None), root)]

    assert found(Closures(1.0))[0] == ("backward", "itself")
    assert found(Dependent(1.0))[0] == ("backward", "argument")
    assert ("backprop_all", "caller") in found(Record(1.0))
    assert all(name != "zero_grad" for name, _ in found(Lists(1.0)))


def test_a_rule_that_raises_is_kept_as_such():
    a = Closures(0.5)
    y = a.tanh()
    y._backward = lambda: a.missing
    assert isinstance(Reading(y).root.probe.error, AttributeError)


@pytest.mark.parametrize("name", ["backward", "backprop", "_back_propagate", "compute_gradients", "calc_grad", "back"])
def test_names_of_a_sweep(name):
    assert may_sweep(name)


@pytest.mark.parametrize(
    "name", ["rollback", "backup", "feedback", "zero_grad", "set_gradient", "requires_grad", "print_gradients"]
)
def test_functions_that_are_never_called(name):
    assert not may_sweep(name)


def test_a_backward_of_the_class_takes_the_root():
    class Owned(Lists):
        @classmethod
        def backward(cls, root):
            Lists.backward(root)

    root = Owned(0.5)
    seeds = [(sweep.name, sweep.seed) for sweep in find_sweeps(Spelling(root, None, None, None), root)]
    assert seeds[0] == ("backward", "itself")
    y = Owned(0.25, (root, root), (0.5, 0.5))
    assert not examine(y).faults


def test_functions_of_something_else_than_the_upstream_are_no_local_derivatives():
    a = Pairs(0.5)
    y = Pairs(math.cos(0.5), ((a, math.cos),))
    with pytest.raises(TypeError, match="expected to find the local derivatives"):
        adopt(y)
    linear = Pairs(1.5, ((a, lambda upstream: 3.0 * upstream),))
    assert adopt(linear).locals == (3.0,)
