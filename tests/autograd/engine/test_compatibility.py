"""Code in the manner of micrograd, of its lectures and of microgpt runs with only its imports changed.

The loops below are written for these tests, to the contract of the names that such code uses.
"""

import random
from math import tanh

import graphviz
import pytest

from autograd.engine import Value
from nn import MLP, Layer, Neuron
from viz import draw_dot
from viz.frontends.micrograd import trace


@pytest.mark.peer
def test_the_example_of_micrograds_tests():
    x = Value(-4.0)
    z = 2 * x + 2 + x
    q = z.relu() + z * x
    h = (z * z).relu()
    y = h + q + q * x
    y.backward()
    assert (y.data, x.grad) == (-20.0, 46.0)


def test_the_expression_of_the_lecture_stepped_by_hand():
    a, b, c, f = (Value(x, label=label) for x, label in ((2.0, "a"), (-3.0, "b"), (10.0, "c"), (-2.0, "f")))
    e = a * b
    e.label = "e"
    d = e + c
    d.label = "d"
    L = d * f
    L.label = "L"
    assert L.data == -8.0
    L.grad = 1.0
    for node in (L, d, f, e, c, a, b):
        node._backward()
    assert [v.grad for v in (d, f, e, c, a, b)] == [-2.0, 4.0, -2.0, -2.0, 6.0, -4.0]
    for leaf in (a, b, c, f):
        leaf.data += 0.01 * leaf.grad
    e = a * b
    d = e + c
    L = d * f
    assert round(L.data, 6) == -7.286496


def neuron():
    x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")
    w1, w2 = Value(-3.0, label="w1"), Value(1.0, label="w2")
    b = Value(6.8813735870195432, label="b")
    n = x1 * w1 + x2 * w2 + b
    return (x1, x2, w1, w2), n


EXPECTED = [-1.5, 0.5, 1.0, 0.0]  # ∂o/∂ x1, x2, w1, w2


def test_a_neuron_by_tanh_and_by_tanh_spelt_out():
    leaves, n = neuron()
    o = n.tanh()
    o.backward()
    assert o.data == pytest.approx(0.7071067811865476)
    assert [leaf.grad for leaf in leaves] == pytest.approx(EXPECTED)
    leaves, n = neuron()
    e = (2 * n).exp()
    ((e - 1) / (e + 1)).backward()
    assert [leaf.grad for leaf in leaves] == pytest.approx(EXPECTED)


def test_a_topological_order_of_ones_own():
    leaves, n = neuron()
    o = n.tanh()
    order, visited = [], set()

    def build(v):
        if v not in visited:
            visited.add(v)
            for child in v._prev:
                build(child)
            order.append(v)

    build(o)
    o.grad = 1.0
    for node in reversed(order):
        node._backward()
    assert [leaf.grad for leaf in leaves] == pytest.approx(EXPECTED)
    assert {v._op for v in order} == {"", "*", "+", "tanh"}


def test_an_operation_patched_in_as_the_lecture_writes_it(monkeypatch):
    def patched(self):
        t = tanh(self.data)
        out = Value(t, (self,), "tanh")

        def _backward():
            self.grad += (1 - t**2) * out.grad

        out._backward = _backward
        return out

    monkeypatch.setattr(Value, "tanh", patched)
    leaves, n = neuron()
    n.tanh().backward()
    assert [leaf.grad for leaf in leaves] == pytest.approx(EXPECTED)


def test_a_drawing_of_ones_own():
    _, n = neuron()
    nodes, edges = trace(n)
    assert (len(nodes), len(edges)) == (9, 8)
    dot = graphviz.Digraph()
    for v in nodes:
        dot.node(str(id(v)), f"{v.label} | data {v.data:.4f} | grad {v.grad:.4f}", shape="record")
        if v._op:
            dot.node(str(id(v)) + v._op, v._op)
            dot.edge(str(id(v)) + v._op, str(id(v)))
    for v, w in edges:
        dot.edge(str(id(v)), str(id(w)) + w._op)
    assert "data 6.8814" in dot.source
    assert isinstance(draw_dot(n, format="svg", rankdir="TB"), graphviz.Digraph)


class OwnNeuron:
    """As the lecture builds it, with the loop's + from the bias on."""

    def __init__(self, nin):
        self.w = [Value(random.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(random.uniform(-1, 1))

    def __call__(self, x):
        return sum((wi * xi for wi, xi in zip(self.w, x, strict=True)), self.b).tanh()

    def parameters(self):
        return [*self.w, self.b]


@pytest.mark.parametrize("make", [OwnNeuron, lambda nin: Neuron(nin, activation="tanh")])
def test_the_training_loop_of_the_lecture(make):
    random.seed(42)
    hidden = [make(3) for _ in range(4)]
    out = make(4)
    parameters = [p for neuron in [*hidden, out] for p in neuron.parameters()]
    xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
    ys = [1.0, -1.0, -1.0, 1.0]
    for _ in range(100):
        predicted = [out([neuron(x) for neuron in hidden]) for x in xs]
        loss = sum((yout - ygt) ** 2 for ygt, yout in zip(ys, predicted, strict=True))
        for p in parameters:
            p.grad = 0.0
        loss.backward()
        for p in parameters:
            p.data += -0.05 * p.grad
    assert loss.data < 0.1
    assert [round(y.data) for y in predicted] == ys


def test_the_loop_of_micrograds_demo():
    numpy = pytest.importorskip("numpy")
    rng = numpy.random.default_rng(0)
    X = rng.normal(size=(20, 2))
    y = numpy.where(X[:, 0] * X[:, 1] > 0, 1, -1)
    random.seed(1337)
    model = MLP(2, [8, 1])
    for k in range(60):
        inputs = [list(map(Value, row)) for row in X]
        scores = list(map(model, inputs))
        losses = [(1 + -yi * score).relu() for yi, score in zip(y, scores, strict=True)]
        data_loss = sum(losses) * (1.0 / len(losses))
        total = data_loss + 1e-4 * sum(p * p for p in model.parameters())
        accuracy = [(yi > 0) == (score.data > 0) for yi, score in zip(y, scores, strict=True)]
        model.zero_grad()
        total.backward()
        for p in model.parameters():
            p.data -= (1.0 - 0.9 * k / 100) * p.grad
    assert sum(accuracy) / len(accuracy) >= 0.95


def test_micrograds_faults_are_mended():
    random.seed(0)
    assert len(MLP(2, [1, 3])([1.0, 2.0])) == 3  # a layer of one neuron in the middle
    with pytest.raises(ValueError, match="inputs: expected 2, one for each weight, got 3"):
        Layer(2, 2)([1.0, 2.0, 3.0])
    a = Value(3.0)
    assert (a * a)._prev == (a, a)
    assert (Value(49.0) / 49).data == 1.0
    x = y = Value(1.0)
    for _ in range(5_000):
        y = y + 1
    y.backward()
    assert x.grad == 1.0


@pytest.mark.peer
def test_micrograds_sums_that_the_page_names_are_its_rule():
    class Micrograd:  # its product and its backward, by their rule: += at every node, and nothing is set to 0
        def __init__(self, data, a=None, b=None):
            self.data, self.grad, self.a, self.b = data, 0.0, a, b

        def __mul__(self, other):
            return Micrograd(self.data * other.data, self, other)

        def backward(self):  # of a chain of products, whose first factor is the node before
            node, self.grad = self, 1.0
            while node.a is not None:
                node.a.grad += node.b.data * node.grad
                node.b.grad += node.a.data * node.grad
                node = node.a

    def found(kind, *factors):
        x = kind(2.0)
        shared = x * x
        losses = {factor: shared * kind(factor) for factor in factors}
        for factor in factors:
            losses[factor].backward()
        return x.grad

    assert (found(Micrograd, 3.0, 3.0), found(Value, 3.0, 3.0)) == (36.0, 24.0)
    assert (found(Micrograd, 3.0, 5.0), found(Value, 3.0, 5.0)) == (44.0, 32.0)
