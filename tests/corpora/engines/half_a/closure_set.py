"""Each node keeps a closure; its parents are a set."""

import math

from tests.corpora.engines.entry import Entry


class Scalar:
    def __init__(self, data, sources=(), op="", label=""):
        self.data = float(data)
        self.grad = 0.0
        self.label = label
        self._prev = set(sources)
        self._op = op
        self._backward = lambda: None

    def __repr__(self):
        return f"Scalar({self.data:.4g}, grad={self.grad:.4g})"

    @staticmethod
    def lift(x):
        return x if isinstance(x, Scalar) else Scalar(x)

    def __add__(self, other):
        other = Scalar.lift(other)
        total = Scalar(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += total.grad
            other.grad += total.grad

        total._backward = _backward
        return total

    def __mul__(self, other):
        other = Scalar.lift(other)
        product = Scalar(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * product.grad
            other.grad += self.data * product.grad

        product._backward = _backward
        return product

    def __sub__(self, other):
        other = Scalar.lift(other)
        diff = Scalar(self.data - other.data, (self, other), "-")

        def _backward():
            self.grad += diff.grad
            other.grad -= diff.grad

        diff._backward = _backward
        return diff

    def __truediv__(self, other):
        other = Scalar.lift(other)
        ratio = Scalar(self.data / other.data, (self, other), "/")

        def _backward():
            self.grad += ratio.grad / other.data
            other.grad -= ratio.grad * self.data / other.data**2

        ratio._backward = _backward
        return ratio

    def __pow__(self, exponent):
        if not isinstance(exponent, int | float):
            return NotImplemented
        power = Scalar(self.data**exponent, (self,), f"**{exponent}")

        def _backward():
            self.grad += exponent * self.data ** (exponent - 1) * power.grad

        power._backward = _backward
        return power

    def __neg__(self):
        minus = Scalar(-self.data, (self,), "neg")

        def _backward():
            self.grad += -minus.grad

        minus._backward = _backward
        return minus

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other):
        return Scalar(other) - self

    def __rtruediv__(self, other):
        return Scalar(other) / self

    def exp(self):
        grown = Scalar(math.exp(self.data), (self,), "exp")

        def _backward():
            self.grad += grown.data * grown.grad

        grown._backward = _backward
        return grown

    def log(self):
        logged = Scalar(math.log(self.data), (self,), "log")

        def _backward():
            self.grad += logged.grad / self.data

        logged._backward = _backward
        return logged

    def tanh(self):
        t = math.tanh(self.data)
        squashed = Scalar(t, (self,), "tanh")

        def _backward():
            self.grad += (1 - t**2) * squashed.grad

        squashed._backward = _backward
        return squashed

    def relu(self):
        kept = Scalar(max(0.0, self.data), (self,), "relu")

        def _backward():
            self.grad += (self.data > 0) * kept.grad

        kept._backward = _backward
        return kept

    def sigmoid(self):
        s = 1 / (1 + math.exp(-self.data))
        bent = Scalar(s, (self,), "sigmoid")

        def _backward():
            self.grad += s * (1 - s) * bent.grad

        bent._backward = _backward
        return bent

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for source in node._prev:
                    visit(source)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            node._backward()


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Scalar",
    data="data",
    grad="grad",
    parents="_prev: set",
    rule="closure _backward",
    op="_op",
    label="label",
    operations="add sub mul div neg pow number radd rsub rmul rdiv exp log tanh relu sigmoid",
)
ZEROS = "        visit(self)\n", "        visit(self)\n        for node in order:\n            node.grad = 0.0\n"
INNER = (
    "        visit(self)\n",
    "        visit(self)\n        for node in order:\n            node.grad = node.grad if not node._prev else 0.0\n",
)
CONVENTIONS = (
    ENGINE.but("zeroes all gradients first", ZEROS, second="the same again"),
    ENGINE.but("zeroes inner gradients first", INNER, second="leaves add up"),
    ENGINE.but(
        "data stays an int", ("float(data)", "data"), leaf=lambda module, x: module.Scalar(int(x) if x == int(x) else x)
    ),
)
