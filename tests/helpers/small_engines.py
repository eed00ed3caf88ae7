"""Small scalar engines, each written in a way of its own; ``ENGINES`` has them by name.

Each class makes leaves from a number, has ``+``, ``*`` and ``tanh()``, and gradients that ``run`` and ``grad_of`` find.
"""

from __future__ import annotations

import math

from tests.helpers.functional_engines import ByText, Context, Dependent, Pullback, Record, backprop_all


class Closures:
    """Closures, and a set of parents, which loses their order and a second edge."""

    def __init__(self, data, _children=(), _op=""):
        self.data, self.grad, self._op = data, 0.0, _op
        self._prev, self._backward = set(_children), lambda: None

    def __add__(self, other):
        out = Closures(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        out = Closures(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out

    def __pow__(self, k):
        out = Closures(self.data**k, (self,), f"**{k}")

        def _backward():
            self.grad += k * self.data ** (k - 1) * out.grad

        out._backward = _backward
        return out

    def tanh(self):
        out = Closures(math.tanh(self.data), (self,), "tanh")

        def _backward():
            self.grad += (1 - out.data**2) * out.grad

        out._backward = _backward
        return out

    def backward(self):
        order, seen = [], set()

        def visit(v):
            if v not in seen:
                seen.add(v)
                for p in v._prev:
                    visit(p)
                order.append(v)

        visit(self)
        self.grad = 1.0
        for v in reversed(order):
            v._backward()


class Slots:
    """Slots, a tuple of parents, no text, and a closure that all functions share."""

    __slots__ = ("back", "g", "parents", "val")

    def __init__(self, val, parents=(), back=None):
        self.val, self.g, self.parents, self.back = val, 0, parents, back

    def _binary(self, other, value, da, db):
        def back():
            self.g += da * out.g
            other.g += db * out.g

        out = Slots(value, (self, other), back)
        return out

    def __add__(self, other):
        return self._binary(other, self.val + other.val, 1, 1)

    def __mul__(self, other):
        return self._binary(other, self.val * other.val, other.val, self.val)

    def tanh(self):
        def back():
            self.g += out.g * (1 - out.val * out.val)

        out = Slots(math.tanh(self.val), (self,), back)
        return out

    def backprop(self):
        order = []

        def visit(v):
            if not any(v is w for w in order):
                for p in v.parents:
                    visit(p)
                order.append(v)

        visit(self)
        for v in order:
            v.g = 0
        self.g = 1
        for v in order[::-1]:
            if v.back:
                v.back()


class Pairs:
    """Pairs of a parent and a local derivative; no gradient is kept, a function returns them."""

    def __init__(self, value, local_gradients=()):
        self.value, self.local_gradients = value, local_gradients

    def __add__(self, other):
        return Pairs(self.value + other.value, ((self, 1), (other, 1)))

    def __mul__(self, other):
        return Pairs(self.value * other.value, ((self, other.value), (other, self.value)))

    def tanh(self):
        y = math.tanh(self.value)
        return Pairs(y, ((self, 1 - y * y),))


def gradients_of(root):
    found = {}

    def add(node, path):
        for child, local in node.local_gradients:
            found[id(child)] = found.get(id(child), 0.0) + path * local
            add(child, path * local)

    add(root, 1.0)
    return found


class Lists:
    """Two lists: children, and their local derivatives."""

    def __init__(self, data, children=(), local_grads=()):
        self.data, self.grad, self._children, self._local_grads = data, 0, children, local_grads

    def __add__(self, other):
        return Lists(self.data + other.data, (self, other), (1, 1))

    def __mul__(self, other):
        return Lists(self.data * other.data, (self, other), (other.data, self.data))

    def tanh(self):
        t = math.tanh(self.data)
        return Lists(t, (self,), (1 - t**2,))

    def backward(self):
        order, seen = [], set()

        def visit(v):
            if v not in seen:
                seen.add(v)
                for p in v._children:
                    visit(p)
                order.append(v)

        visit(self)
        self.grad = 1
        for v in reversed(order):
            for p, local in zip(v._children, v._local_grads, strict=True):
                p.grad += local * v.grad


class Expression:
    """A class for each operation, operands as attributes, and a recursion that takes the upstream."""

    def __init__(self, value):
        self.value, self.derivative = value, 0.0

    def __add__(self, other):
        return Sum(self, other)

    def __mul__(self, other):
        return Product(self, other)

    def tanh(self):
        return Tanh(self)

    def backward(self, upstream=1.0):
        self.derivative += upstream


class Sum(Expression):
    def __init__(self, left, right):
        super().__init__(left.value + right.value)
        self.left, self.right = left, right

    def backward(self, upstream=1.0):
        super().backward(upstream)
        self.left.backward(upstream)
        self.right.backward(upstream)


class Product(Sum):
    def __init__(self, left, right):
        super().__init__(left, right)
        self.value = left.value * right.value

    def backward(self, upstream=1.0):
        Expression.backward(self, upstream)
        self.left.backward(upstream * self.right.value)
        self.right.backward(upstream * self.left.value)


class Tanh(Expression):
    def __init__(self, arg):
        super().__init__(math.tanh(arg.value))
        self.arg = arg

    def backward(self, upstream=1.0):
        super().backward(upstream)
        self.arg.backward(upstream * (1 - self.value**2))


def compute(cls, steps, points):
    """Return the leaves and the last node of a program: operations by letter, on the numbers of earlier nodes."""
    leaves = [cls(x) for x in points]
    nodes = list(leaves)
    for op, i, j in steps:
        a, b = nodes[i % len(nodes)], nodes[j % len(nodes)]
        nodes.append(a + b if op == "+" else a * b if op == "*" else a.tanh())
    return leaves, nodes[-1]


def run(root):
    """Run an engine's own backward."""
    if isinstance(root, Record):
        root.bar = 1.0
        backprop_all(root)
    elif isinstance(root, Slots):
        root.backprop()
    elif not isinstance(root, Pairs):
        root.backward()


def grad_of(root, leaf):
    """Return a leaf's gradient after ``run``."""
    if isinstance(root, Pairs):
        return gradients_of(root).get(id(leaf), 0.0)
    names = ("grad", "g", "derivative", "bar", "dv")
    return next(getattr(leaf, name) for name in names if hasattr(leaf, name)) or 0.0


def number_of(node):
    """Return a node's number."""
    return next(getattr(node, name) for name in ("data", "val", "value", "num", "v") if hasattr(node, name))


ENGINES = {
    cls.__name__: cls
    for cls in (Closures, Slots, Pairs, Lists, Expression, Context, Dependent, Record, Pullback, ByText)
}
