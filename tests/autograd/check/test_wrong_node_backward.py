"""A gate or a closure must multiply its upstream and add to gradients, also where a sweep from 1 does not show it."""

import math

import pytest

from autograd import Value, gate, gradcheck


class Gate:
    def __init__(self, back):
        self.back = back

    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, dz):
        return [self.back(dz, self.y), self.back(dz, self.x)]


FAULTS = {
    "ignores its upstream": lambda dz, d: d,
    "squares its upstream": lambda dz, d: dz * dz * d,
    "adds its upstream": lambda dz, d: d + dz - 1,
    "is not linear in its upstream": lambda dz, d: min(dz, 1.0) * d,
}


@pytest.mark.parametrize("note", FAULTS)
def test_a_gate_at_the_root_is_swept_from_other_seeds(note):
    report = gradcheck(gate(lambda: Gate(FAULTS[note])), [3.0, -4.0])
    assert [check.verdict for check in report.checks] == ["FAIL", "FAIL"]
    assert all(note in check.note and check.node == 2 for check in report.checks)
    assert gradcheck(gate(lambda: Gate(lambda dz, d: dz * d)), [3.0, -4.0])


def closure(v, back, scale=1.0):
    y = math.tanh(v.data)
    out = Value(scale * y, (v,), "tanh")
    out._backward = lambda: back(v, scale * (1 - y * y) * out.grad, scale * (1 - y * y))
    return out


def overwrite(v, part, local):
    v.grad = part


def add(v, part, local):
    v.grad += part


def forget(v, part, local):
    v.grad += local


@pytest.mark.parametrize("scale", [1.0, 1e-9, 1e9])
@pytest.mark.parametrize(("back", "note"), [(overwrite, "overwrites"), (forget, "ignores its upstream"), (add, "")])
def test_a_closure_starts_from_gradients_that_are_there(back, note, scale):
    for f in (lambda x, y: closure(x, back, scale), lambda x, y: closure(x * 2, back, scale) + y):
        report = gradcheck(f, [0.5, 2.0])
        verdict = "FAIL" if note else report.checks[1].verdict
        assert report.checks[0].verdict == verdict
        assert note in report.checks[0].note
        assert report.checks[1].verdict != "FAIL"


def test_an_argument_that_occurs_twice_is_not_accused():
    def square(v):
        out = Value(v.data**2, (v, v), "square")
        out._backward = lambda: add(v, 2 * v.data * out.grad, 0)
        return out

    x = Value(3.0)
    assert gradcheck(lambda x: square(x), [x])
    assert x.grad == 0


def test_no_evaluation_is_spent_on_it():
    calls = []
    right = gate(lambda: Gate(lambda dz, d: dz * d))
    report = gradcheck(lambda x, y: calls.append(x) or right(x, y), [3.0, -4.0])
    plain = gradcheck(lambda x, y: x * y, [3.0, -4.0])
    assert report.evaluations == len(calls) == plain.evaluations
