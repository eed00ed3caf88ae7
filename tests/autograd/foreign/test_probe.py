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
    "Context": "sweep", "Dependent": "sweep", "Record": "sweep", "Pullback": "rule", "ByText": "rule",
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


METHODS = {  # the rule of all nodes, and the sweep that calls it
    "of each node": ("def RULE(self):", "", "SWEEP = lambda root: sweep(root, lambda v: v.RULE())"),
    "with the upstream": ("def RULE(self, g):", "", "SWEEP = lambda root: sweep(root, lambda v: v.RULE(v.grad))"),
    "called by a method": ("def RULE(self):", "def SWEEP(self): sweep(self, lambda v: v.RULE())", ""),
}
TEXT = """
class Num:
    def __init__(self, data, args=(), op=""):
        self.data, self.grad, self.args, self.op = data, 0.0, args, op
    def __mul__(self, other):
        return Num(self.data * other.data, (self, other), "*")
    RULE_HEAD
        if self.op == "*":
            a, b = self.args
            a.grad += b.data * FACTOR
            b.grad += a.data * FACTOR
    METHOD
def sweep(root, run, seed=True):
    order = []
    def visit(v):
        if v not in order:
            [visit(a) for a in v.args]
            order.append(v)
    visit(root)
    root.grad = 1.0
    [run(v) for v in reversed(order)]
FUNCTION
"""


@pytest.mark.parametrize("case", METHODS)
@pytest.mark.parametrize("rule", ["_backward", "backprop_one", "pull_back", "propagate"])
@pytest.mark.parametrize("sweep", ["run_backward", "differentiate"])
def test_a_method_that_the_sweep_calls_is_the_rule(case, rule, sweep):
    head, method, function = METHODS[case]
    upstream = "g" if "g" in head.partition("self")[2] else "self.grad"
    source = TEXT.replace("RULE_HEAD", head).replace("METHOD", method).replace("FUNCTION", function)

    def report(factor):
        scope = {"__name__": "student"}
        exec(source.replace("FACTOR", factor).replace("RULE", rule).replace("SWEEP", sweep), scope)
        a, b = scope["Num"](0.7), scope["Num"](-1.3)
        root = a * b * a
        assert Reading(root).root.probe.way == "rule"
        return examine(root)

    assert not report(upstream).faults
    assert "its rule ignores its upstream" in str(report("1.0"))
    assert "looks at the sign of its upstream" in str(report(f"max({upstream}, 0.0)"))


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
