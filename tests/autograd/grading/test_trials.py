"""Each operation is tried by itself and in graphs; a mistake is named once, and what is not there is none."""

import re
import sys
from types import ModuleType

import pytest

from autograd.grading import battery
from autograd.grading.trials import Battery
from tests.helpers.faulty_engines import ENGINE, FAULTS, build
from tests.helpers.small_engines import ENGINES


def num(old="", new=""):
    return build(old, new, program="")["Num"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_mistake_is_told_once(fault):
    old, new, expected = FAULTS[fault]
    grade = battery(num(old, new))
    assert len(grade.faults) == 1, grade
    reason = expected.partition("right is")[2] or expected.rpartition("): ")[2]
    assert all(part in str(grade) for part in re.split(r"-?\d[\d.]{2,}", reason)), grade  # at other numbers


@pytest.mark.parametrize("name", ENGINES)
def test_a_right_engine_has_no_fault(name):
    grade = battery(ENGINES[name])
    assert grade, grade
    assert {"a + b", "a * b", "a * a"} <= {row.operation for row in grade.rows if row.gradient}
    (steps,) = [row for row in grade.rows if row.operation == "two steps"]
    assert steps.gradient or name == "Pairs"  # whose nodes keep none


WITH = {  # what is added to the engine, the operation, and what must be said: a fault, or why it is not there
    "swapped": ("__rsub__ = lambda a, b: a + -1.0 * b", "2 - a", "its value is -1.300, right is 1.300; at a = 0.7"),
    "swapped div": ("__rtruediv__ = lambda a, b: a / Num(b)", "2 / a", "it is computed as a / 2"),
    "None": ("__neg__ = lambda a: None", "-a", "it returns None, so that no gradient can reach a"),
    "a number": ("__abs__ = lambda a: abs(a.data)", "abs(a)", "it returns a float, so that no gradient can reach a"),
    "cut": ("__neg__ = lambda a: Num(-a.data)", "-a", "its result is cut off from a"),
    "raises": ("__neg__ = lambda a: a.missing", "-a", "it raises AttributeError: 'Num' object has no attribute"),
    "value": ("sin = lambda a: a.tanh()", "a.sin()", "its value is 0.604, right is 0.644"),
    "reflected": ("__radd__ = __truediv__", "2 + a", "it raises AttributeError: 'int' object has no attribute 'data'"),
    "reversed": ("__rpow__ = __pow__", "2 ** a", "it is computed as a ** 2"),
}  # fmt: skip  # a mistake on a line


def extended(line):
    scope = {"__name__": "student"}
    exec(ENGINE + f"\n    {line}\n", scope)
    return scope["Num"]


@pytest.mark.parametrize("name", WITH)
def test_operators_that_give_something_else_are_told(name):
    line, operation, expected = WITH[name]
    engine = Battery(extended(line))
    row = engine.try_case(engine.cases[operation])
    assert row.faults
    assert expected in "\n".join(map(str, row.faults)), row


ABSENT = {
    "refused": ("__neg__ = lambda a: exec('raise NotImplementedError')", "-a"),
    "no such method": ("", "a - b"),
    "an assertion": ("def __rpow__(a, b):\n        assert b is None, 'only whole powers'", "2 ** a"),
    "takes no number": ("", "a / 2"),
    "takes no node": ("", "a ** b"),
}


@pytest.mark.parametrize("name", ABSENT)
def test_what_is_not_there_is_no_fault(name):
    line, operation = ABSENT[name]
    engine = Battery(extended(line))
    row = engine.try_case(engine.cases[operation])
    assert not row.is_there, row
    assert row.note
    assert row.faults == ()


def test_a_fault_at_a_special_point_only_is_told_with_that_point():
    old, new = "(1 - out.data ** 2)", "(1 - out.data ** 2 + (self.data == 1))"
    (fault,) = battery(num(old, new)).faults
    assert "its derivative is 1.420, right is 0.420; at a = 1" in str(fault)


def test_a_tape_that_is_never_cleared_is_found_by_a_second_graph():
    text = ENGINE.replace("self.back = lambda: None", "self.back = lambda: None\n        TAPE.append(self)")
    text = text.replace("for v in reversed(order):", "for v in reversed(TAPE):").replace(
        "class Num", "TAPE = []\nclass Num"
    )
    scope = {"__name__": "student"}
    exec(text, scope)
    (fault,) = battery(scope["Num"]).faults
    assert not any(node.parents for node in scope["TAPE"])
    assert "a second graph on the same leaves, set to 0 before, gets wrong gradients" in str(fault)


def test_a_deep_chain_is_a_note():
    grade = battery(num())
    assert any("of a chain of 2,000 operations recurses too deep (one of" in note for note in grade.notes)
    assert grade


def test_an_endless_recursion_ends_whatever_limit_an_engine_has_set():
    cls = num()
    cls.__pow__ = lambda a, n: a * a if n == 2 else a * a ** (n - 1)
    limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(10**6)
        grade = battery(cls)
        assert sys.getrecursionlimit() == 10**6
    finally:
        sys.setrecursionlimit(limit)
    assert grade, grade
    (row,) = [row for row in grade.rows if row.operation == "a ** b"]
    assert not row.is_there


def test_nothing_is_printed(capsys):
    old = "def back():\n            self.grad += out.grad\n"
    battery(num(old, old.replace("self", "print(out.data); self")))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("cls", [3, int, object, "Num"])
def test_what_is_no_engine_is_refused(cls):
    with pytest.raises(TypeError, match="cls: expected"):
        battery(cls)


HABITS = """
    def __radd__(self, other): return self + other
    def __rmul__(self, other): return self * other
    def __neg__(self): return self * -1
    def __sub__(self, other): return self + (-other if isinstance(other, Num) else -1 * other)
    def __pos__(self): return self
    def __rpow__(self, other): return (self * math.log(other)).exp()
    def log(self):
        out = Num(math.log(self.data + 1e-8), (self,), "log")
        def back():
            self.grad += out.grad / (self.data + 1e-8)
        out.back = back
        return out
    def gelu(self): return 0.5 * self * (1 + (0.79788456 * (self + 0.044715 * self ** 3)).tanh())
    def relu(self): return self if self.data > 0 else Num(0.0)
    def elu(self, alpha=1.0): return self if self.data > 0 else alpha * (self.exp() + -1)
    def max(self, other): return self if self.data >= other.data else other
    def clip(self, low=-1.0, high=1.0): return self if low <= self.data <= high else Num(min(max(self.data, low), high))
    def mean(self): return self
    def zero_grad(self): self.grad = 0.0
    def item(self): return self.data

def softmax(xs): return [x.exp() / sum(y.exp() for y in xs) for x in xs]
def sigmoid(x): return 1 / (1 + math.exp(-x))
def tanh(x): return x.tanh() if isinstance(x, Num) else math.tanh(x)
"""


def test_habits_of_right_engines_are_no_faults():
    """A constant that avoids a logarithm of 0, approximations, branches of Python, functions of plain numbers."""
    module = ModuleType("student")
    exec(ENGINE + HABITS, vars(module))
    grade = battery(module.Num, module)
    assert grade, grade
    there = {row.operation: row.is_there for row in grade.rows}
    assert (there["tanh(a)"], there["sigmoid(a)"], there["a.max(b)"], there["+a"]) == (True, False, True, True)
    assert sum("as an approximation is" in note for note in grade.notes) >= 1


ARRAYS = """
import numpy as np

class Num:
    def __init__(self, data, requires_grad=False, parents=()):
        self.data, self.requires_grad, self.parents = np.array(data, float), requires_grad, parents
        self.grad = np.zeros_like(self.data) if requires_grad else None
        self.back = lambda: None

    def __mul__(self, other):
        other = other if isinstance(other, Num) else Num(other)
        wanting = tuple(x for x in (self, other) if x.requires_grad)
        out = Num(self.data * other.data, bool(wanting), wanting)
        def back():
            if self.requires_grad: self.grad += other.data * out.grad
            if other.requires_grad: other.grad += self.data * out.grad
        out.back = back
        return out

    __rmul__ = __mul__

    def backward(self):
        order = []
        def visit(node):
            if not any(node is other for other in order):
                for parent in node.parents:
                    visit(parent)
                order.append(node)
        visit(self)
        self.grad = np.ones_like(self.data)
        for node in reversed(order):
            node.back()
"""


def test_an_engine_of_small_arrays_whose_leaves_have_to_ask_for_gradients():
    pytest.importorskip("numpy")
    for text, n_faults in ((ARRAYS, 0), (ARRAYS.replace("+= self.data *", "+= other.data *"), 1)):
        scope = {"__name__": "student"}
        exec(text, scope)
        grade = battery(scope["Num"])
        assert len(grade.faults) == n_faults, grade
