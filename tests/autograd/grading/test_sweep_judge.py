"""The backward as a whole is judged apart from its rules: by watching closures, else by its numbers."""

import math
import sys

import pytest

from autograd import examine
from tests.autograd.grading.test_rule_judge import changed, example
from tests.helpers.small_engines import Closures

WRONG = [
    ("Slots", "self.g = 1\n", "self.g = 3\n", "backprop: it starts from a gradient of 3, not of 1"),
    ("Slots", "if not any(v is w for w in order):", "if True:", "it does not check for visits"),
    ("Lists", "if v not in seen:", "if True:", "it visits a node once for each path"),
    ("Lists", "p.grad += local", "p.grad = local", "backward: it overwrites gradients: write += for ="),
    ("Lists", "local * v.grad", "local", "it adds local derivatives without the upstream"),
    ("Lists", "reversed(order)", "order", "it goes from the leaves to the root: reverse the order"),
    ("Lists", "self.grad = 1", "self.grad = 2", "it starts from a gradient of 2"),
    ("Context", "reversed(order)", "order", "it goes from the leaves to the root: reverse the order"),
    ("ByText", "reversed(order)", "order", "it goes from the leaves to the root: reverse the order"),
    ("Closures", "reversed(order)", "order", "it goes from the leaves to the root: reverse the order"),
    ("Context", "self.grad = 1.0", "self.grad = 2.0", "it starts from a gradient of 2"),
    ("ByText", "self.dv = 1.0", "self.dv = 2.0", "it starts from a gradient of 2"),
    ("Dependent", "grad=1.0", "grad=2.0", "it starts from a gradient of 2"),
    ("Closures", "self.grad = 1.0", "self.grad = 0.0", "it starts from 0, or sets"),
    ("Pullback", "ready.append(p)", "pass", "it never runs the rule of"),
]  # fmt: skip  # a mistake on a line


@pytest.mark.parametrize(("name", "old", "new", "expected"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_sweep_is_named_whatever_the_engine(name, old, new, expected, monkeypatch):
    monkeypatch.setitem(sys.modules, "student", None)
    report = examine(example(changed(name, old, new)))
    assert expected in str(report)
    assert {fault.kind for fault in report.faults} == {"sweep"}


def test_a_backward_that_never_ends_is_stopped():
    class Endless(Closures):
        def backward(self):
            self.grad = 1.0
            while True:
                self._backward()

    a = Endless(0.5)
    root = Endless(0.7, (a,), "custom")
    root._backward = lambda: setattr(a, "grad", a.grad + 1.4 * root.grad)
    assert "again and again: it does not check for visits" in str(examine(root))


def test_what_it_raises_is_a_fault_with_its_place():
    root = Closures(0.5).tanh() * Closures(2.0)
    root._backward = lambda: root.missing
    (fault,) = [fault for fault in examine(root).faults if fault.kind == "crash"]
    assert "it raises AttributeError" in fault.reason
    assert fault.reason.endswith("in the rule of mul = 0.9242")


def test_a_gradient_that_is_zeroed_too_early_is_named():
    class Zeroing(Closures):
        def backward(self):
            self.grad = 1.0
            self._backward()
            for p in self._prev:
                p.grad = 0.0
                p._backward()

    a = Closures(0.5)
    root = Zeroing(math.tanh(0.25) * 1.0, (a * a,), "tanh")
    inner = next(iter(root._prev))
    root._backward = lambda: setattr(inner, "grad", inner.grad + (1 - root.data**2) * root.grad)
    assert "sets gradients to 0 on its way" in str(examine(root))
