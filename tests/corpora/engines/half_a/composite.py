"""Few rules: what can be is composed of others; the rule of tanh is set afterwards and jumps over its parts."""

import math

from tests.corpora.engines.entry import Entry


class Value:
    def __init__(self, data, prev=(), op="", grad=0.0):
        self.data = data
        self.grad = grad
        self.prev = list(prev)
        self.op = op
        self.backward_fn = lambda: None

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        result = Value(self.data + other.data, (self, other), "+")

        def backward_fn():
            for operand in (self, other):
                operand.grad += result.grad

        result.backward_fn = backward_fn
        return result

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        result = Value(self.data * other.data, (self, other), "*")

        def backward_fn():
            for operand, factor in ((self, other.data), (other, self.data)):
                operand.grad += factor * result.grad

        result.backward_fn = backward_fn
        return result

    def __pow__(self, k):
        result = Value(self.data**k, [self], "**")
        slope = k * self.data ** (k - 1)

        def backward_fn():
            self.grad += slope * result.grad

        result.backward_fn = backward_fn
        return result

    def exp(self):
        result = Value(math.exp(self.data), [self], "exp")

        def backward_fn():
            self.grad += result.data * result.grad

        result.backward_fn = backward_fn
        return result

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (-other)

    def __truediv__(self, other):
        return self * other**-1 if isinstance(other, Value) else self * (1 / other)

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def sigmoid(self):
        return 1 / (1 + (-self).exp())

    def tanh(self):
        grown = (2 * self).exp()
        result = (grown - 1) / (grown + 1)
        result.op = "tanh"

        def backward_fn():
            self.grad += (1 - result.data**2) * result.grad

        result.backward_fn = backward_fn  # the parts stay among the ancestors, but get nothing
        return result

    def relu(self):
        return self * (1.0 if self.data > 0 else 0.0)

    def backward(self):
        topo, visited = [], []

        def build(v):
            if id(v) in visited:
                return
            visited.append(id(v))
            [build(p) for p in v.prev]
            topo.append(v)

        build(self)
        self.grad = 1
        [v.backward_fn() for v in topo[::-1]]


class Module:
    def parameters(self):
        return []

    def zero_grad(self):
        for p in self.parameters():
            p.grad = 0.0


class Neuron(Module):
    def __init__(self, weights, bias=0.0):
        self.w = [Value(w) for w in weights]
        self.b = Value(bias)

    def __call__(self, xs):
        return sum((w * x for w, x in zip(self.w, xs, strict=True)), self.b).tanh()

    def parameters(self):
        return [*self.w, self.b]


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Value",
    data="data",
    grad="grad",
    parents="prev: list",
    rule="closure backward_fn",
    op="op",
    operations="add mul pow exp neg sub div number radd rmul rsub rdiv sigmoid tanh relu",
    hostile="tanh jumps over its parts, relu is times 0 or 1; the class has our name, other classes are in the file",
)
CONVENTIONS = ()
