"""The lectures, items 14 to 16: backpropagation, its patterns, modular gates."""

import math

import pytest

from autograd import Value, gate, gradcheck, maximum, trace
from autograd.graph.trace import Chain
from nn.classic import MultiplyGate, SigmoidLayer, on_rows


def chains(root):
    """Return every local × upstream = contribution, with source and destination."""
    recorded = trace(root)
    edges, rows = recorded.edges, recorded.graph.rows
    return [
        (rows[edges[s.edge].src].label, rows[edges[s.edge].dst].op, s.local, s.upstream, s.contribution)
        for s in recorded.steps
        if isinstance(s, Chain)
    ]


# 14. The graphs of CS231n


def test_14_f_is_x_plus_y_times_z():
    x, y, z = Value(-2.0), Value(5.0), Value(-4.0)
    f = (x + y) * z
    f.backward()
    assert (f.data, x.grad, y.grad, z.grad) == (-12.0, -4.0, -4.0, 3.0)


def neuron(is_composed):
    w = [Value(v, label=f"w{i}") for i, v in enumerate((2.0, -3.0, -3.0))]
    x = [Value(v, label=f"x{i}") for i, v in enumerate((-1.0, -2.0))]
    s = w[0] * x[0] + w[1] * x[1] + w[2]
    return w, x, s, (1 / (1 + (s * -1).exp()) if is_composed else s.sigmoid())


@pytest.mark.parametrize("is_composed", [True, False])
def test_14_the_sigmoid_neuron(is_composed):
    w, x, s, y = neuron(is_composed)
    y.backward()
    assert (s.data, round(y.data, 2)) == (1.00, 0.73)
    assert [round(v.grad, 2) for v in (w[0], x[0], w[1], x[1], w[2])] == [-0.20, 0.39, -0.39, -0.59, 0.20]


def test_14_local_times_upstream_on_every_edge():
    _, _, _, y = neuron(is_composed=True)
    found = [(op, round(local, 2), round(up, 2), round(c, 2)) for _, op, local, up, c in chains(y)]
    assert found[:4] == [
        ("div", -0.53, 1.00, -0.53),  # 1/x: −1/1.37²
        ("add", 1.00, -0.53, -0.53),  # +1
        ("exp", 0.37, -0.53, -0.20),  # e⁻¹
        ("mul", -1.00, -0.20, 0.20),  # × −1
    ]
    into = {name: (local, round(up, 1), round(c, 1)) for name, op, local, up, c in chains(y) if op == "mul"}
    assert into["x0"] == (2, 0.2, 0.4)  # [2] × [0.2] = 0.4
    assert into["w0"] == (-1, 0.2, -0.2)  # [−1] × [0.2] = −0.2
    one = [(round(local, 2), up) for _, op, local, up, _ in chains(neuron(is_composed=False)[3]) if op == "sigmoid"]
    assert one == [(0.20, 1.0)]  # (1 − 0.73) · 0.73


# 15. Patterns in the backward flow


def test_15_add_distributes_max_routes_mul_swaps_copies_sum():
    def gradients(f, *x):
        inputs = [Value(v) for v in x]
        (f(*inputs) * 5).backward()
        return [v.grad for v in inputs]

    assert gradients(lambda a, b: a + b, 3.0, -1.0) == [5, 5]
    assert gradients(maximum, 3.0, -1.0) == [5, 0]
    assert gradients(lambda a, b: a * b, 3.0, -1.0) == [5 * -1, 5 * 3]
    assert gradients(lambda a: a + a + a, 2.0) == [5 * 3]


def test_15_the_chain_rule_over_several_paths():
    x = Value(0.7)
    branches = [x * 2, x.sin(), x.exp()]  # z = f(y1, y2, y3)
    z = branches[0] * branches[1] + branches[2]
    z.backward()
    outer = [b.grad for b in branches]
    assert outer == [branches[1].data, branches[0].data, 1.0]
    assert x.grad == pytest.approx(sum(o * i for o, i in zip(outer, (2, math.cos(0.7), math.exp(0.7)), strict=True)))


# 16. Modular gates


class StudentsMultiply:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, dz):
        return [self.y * dz, self.x * dz]


class StudentsSigmoid:
    """Caffe's layer: bottom_diff = top_diff · σ · (1 − σ)."""

    def forward(self, bottom):
        self.top = [1 / (1 + math.exp(-x)) for x in bottom]
        return self.top

    def backward(self, top_diff):
        return [d * y * (1 - y) for d, y in zip(top_diff, self.top, strict=True)]


@pytest.mark.parametrize("multiply", [MultiplyGate, StudentsMultiply])
@pytest.mark.parametrize("squash", [SigmoidLayer, StudentsSigmoid])
def test_16_students_gates_run_in_the_engine_and_are_checked(multiply, squash):
    def f(a, b):
        low, high = on_rows(squash)([gate(multiply)(a, b), a])
        return low * 3 + high

    assert gradcheck(f, [0.5, -1.5]).verdict == "PASS"


def test_16_a_gate_with_swapped_gradients_is_caught():
    class Swapped(StudentsMultiply):
        def backward(self, dz):
            return [self.x * dz, self.y * dz]

    assert gradcheck(gate(Swapped), [0.5, -1.5]).verdict == "FAIL"
