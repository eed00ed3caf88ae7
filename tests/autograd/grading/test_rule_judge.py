"""Rules are judged by themselves, in engines of every kind."""

import inspect
import sys
import types

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import examine
from autograd.foreign.rows import ROWS
from autograd.grading.rule_judge import write_right
from autograd.table import TABLE
from tests.helpers import small_engines
from tests.helpers.table_engine import Tabled, random_graph

WRONG = [  # an engine, what is replaced in it, by what, and what must be said
    ("Slots", "(1 - out.val * out.val)", "(1 + out.val * out.val)", "= 1 + y², right is 0.783 = 1 − y²"),
    ("Slots", "out.g * (1", "(1", "its rule ignores its upstream"),
    ("Slots", "other.g += db", "other.g = db", "its rule overwrites a gradient"),
    ("Pairs", "1 - y * y", "1 - y", "= 1 − y, right is 0.783"),
    ("Pairs", "(self, other.value), (other, self", "(self, self.value), (other, other", "by a is 0.700 = a"),
    ("Lists", "1 - t**2", "1 + t**2", "= 1 + y², right is 0.783"),
    ("Expression", "upstream * (1 - self.value**2)", "upstream * (1 - self.value)", "= 1 − y, right is 0.783"),
    ("Expression", "upstream * (1 - self.value**2)", "(1 - self.value**2)", "tanh(0.5041): its rule ignores its up"),
    ("Expression", "self.derivative += upstream", "self.derivative = upstream", "its second part overwrites the first"),
    ("Expression", "self.right.backward(upstream)", "pass", "by b is 0.000, right is 1.000"),
    ("Context", "1 - self.y**2", "1 + self.y**2", "= 1 + y², right is 0.783"),
    ("Context", "(upstream * (1 - self.y**2),)", "(1 - self.y**2,)", "tanh(0.5041): its rule ignores its upstream"),
    ("Dependent", "g * (1 - y * y)", "g * (1 - y)", "= 1 − y, right is 0.783"),
    ("Dependent", "g * other.data", "other.data", "its rule ignores its upstream"),
    ("Record", "1 - y**2", "1 + y", "= 1 + y, right is 0.783"),
    ("Pullback", "g * (1 - y * y)", "1 - y * y", "its rule ignores its upstream"),
    ("ByText", "(1 - self.v * self.v) * self.dv", "(1 - self.v * self.v)", "its rule ignores its upstream"),
    ("ByText", "b.dv += a.v * self.dv", "b.dv += b.v * self.dv", "by b is -1.300 = b, right is 0.700 = a"),
]  # fmt: skip  # a mistake on a line


def changed(name, old, new):
    """Return an engine with a mistake."""
    cls = small_engines.ENGINES[name]
    source = inspect.getsource(sys.modules[cls.__module__])
    start = source.index(f"class {name}")
    assert old in source[start:]
    module = types.ModuleType("student")
    sys.modules["student"] = module
    exec(source[:start] + source[start:].replace(old, new, 1), vars(module))
    return getattr(module, name)


def example(cls):
    a, b, c = cls(0.7), cls(-1.3), cls(0.2)
    h = a * b + c
    return (h * h).tanh() * b + a * a


@pytest.mark.parametrize(("name", "old", "new", "expected"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_rule_is_named_whatever_the_engine(name, old, new, expected, monkeypatch):
    monkeypatch.setitem(sys.modules, "student", None)
    report = examine(example(changed(name, old, new)))
    assert expected in str(report)


@pytest.mark.parametrize("op", ["exp", "log", "tanh", "sigmoid", "sin", "sqrt", "softplus"])
def test_a_wrong_value_with_the_right_derivative_is_named(op):
    a, row = Tabled(0.37), TABLE[op]
    root = Tabled.apply(row, [a], op)
    right, root.data = root.data, root.data + 0.21
    (fault,) = examine(root).faults
    assert (fault.kind, fault.operation, fault.right) == ("value", op, right)
    assert f"its value is {root.data:.3f}, right is {right:.3f}" in str(fault)


@pytest.mark.parametrize(("a", "b"), [(-1.75, 0.0), (0.0, -1.75), (1.0, -0.76), (-0.76, 1.0)])
@pytest.mark.parametrize("name", ["add", "mul", "minimum", "maximum"])
def test_a_result_that_is_an_argument_names_no_operation(name, a, b):
    root = Tabled.apply(TABLE[name], [Tabled(a), Tabled(b)], "", factor=1.5)
    assert root.data not in (a, b) or not examine(root).faults


@pytest.mark.parametrize(("name", "x"), [("mul", 0.0), ("div", 0.0), ("pow", 1.0), ("pow", 0.0)])
def test_a_constant_that_the_value_does_not_show_is_unknown(name, x):
    assert not examine(Tabled.apply(TABLE[name], [Tabled(x), 1.52], name)).faults


@pytest.mark.parametrize("n", [2, 3, -1, 0.5, 4])
@pytest.mark.parametrize("base", [0.7, 1.37])
def test_an_exponent_that_the_value_proves_is_known(n, base):
    a = Tabled(base)
    root = Tabled.apply(TABLE["pow"], [a, Tabled(n)], "pow")
    root._prev, root._locals = (a,), (base ** (n - 1),)
    report = examine(root)
    assert "the factor b is missing" in str(report)


@pytest.mark.parametrize(
    ("name", "slot", "text"), [("tanh", 0, "1 − y²"), ("log", 0, "1 / x"), ("div", 1, "−a / b²"), ("relu", 0, "")]
)
def test_the_right_formula_is_that_of_the_table(name, slot, text):
    assert write_right(TABLE[name], TABLE[name].arity, slot) == text


def test_parts_that_a_rule_jumps_over_are_not_accused():
    cls = small_engines.Closures
    a, b = cls(0.5), cls(1.3)
    y = (a * b) * (a + b)
    y._backward = lambda: setattr(a, "grad", a.grad + 3.0 * y.grad)
    report = examine(y)
    assert not report.faults
    assert "passes by the nodes" in str(report)


def test_an_exponent_that_is_wrapped_as_a_leaf_needs_no_gradient():
    cls = small_engines.Closures
    a, k = cls(0.7), cls(3.0)
    y = cls(a.data**k.data, (a, k), "**")
    y._backward = lambda: setattr(a, "grad", a.grad + k.data * a.data ** (k.data - 1) * y.grad)
    assert not examine(y).faults


def test_a_rule_that_keeps_state_and_changes_numbers_is_judged_at_the_numbers_that_were():
    cls = small_engines.Closures
    a = cls(0.7)
    y = a.tanh()
    rule, seen = y._backward, []

    def back():
        seen.append(1)
        rule()
        a.data -= 0.1 * len(seen)

    y._backward = back
    assert not examine(y * cls(2.0)).faults
    assert (a.data, seen) == (0.7, [])


@given(st.integers(0, 10**9))
def test_no_row_of_the_table_is_accused_at_any_point(seed):
    root = random_graph(seed)
    if root._prev:
        assert examine(root).faults == ()


@pytest.mark.parametrize("op", [op for op in ROWS if op.arity in (1, 2)], ids=lambda op: op.name)
@pytest.mark.parametrize("factor", [1.5, -1.0, 0.0])
def test_every_row_that_is_wrong_by_a_factor_is_named_with_both_numbers(op, factor):
    args = [Tabled({"acosh": 1.37, "relu6": 2.37}.get(op.name, 0.37)), Tabled(0.83)][: op.arity]
    root = Tabled.apply(op, args, op.name, factor=factor)
    right = [d for d in op.local_derivatives(root.data, [a.data for a in args], [None] * len(args)) if d]
    faults = examine(root).faults
    assert [(fault.operation, fault.theirs, fault.right) for fault in faults] == [
        (op.name, pytest.approx(factor * d), pytest.approx(d)) for d in right
    ]
