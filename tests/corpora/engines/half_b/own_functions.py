"""Closures and sets, with functions that most engines lack, one of which no table has."""

import math

from tests.corpora.engines.entry import Entry


class Number:
    def __init__(self, data, _parents=(), _operation=None):
        self.data = data
        self.grad = 0.0
        self._parents = set(_parents)
        self._operation = _operation
        self._local_backward = None

    def _binary(self, other, data, to_self, to_other, name):
        out = Number(data, (self, other), name)

        def _local_backward():
            self.grad += to_self * out.grad
            other.grad += to_other * out.grad

        out._local_backward = _local_backward
        return out

    def _unary(self, data, slope, name):
        out = Number(data, (self,), name)

        def _local_backward():
            self.grad += slope * out.grad

        out._local_backward = _local_backward
        return out

    def __add__(self, other):
        return self._binary(other, self.data + other.data, 1, 1, "add")

    def __mul__(self, other):
        return self._binary(other, self.data * other.data, other.data, self.data, "mul")

    def maximum(self, other):
        first = self.data >= other.data
        return self._binary(other, max(self.data, other.data), int(first), int(not first), "max")

    def __abs__(self):
        return self._unary(abs(self.data), math.copysign(1, self.data), "abs")

    def softsign(self):
        return self._unary(self.data / (1 + abs(self.data)), 1 / (1 + abs(self.data)) ** 2, "softsign")

    def leaky_relu(self, slope=0.01):
        factor = 1 if self.data > 0 else slope
        return self._unary(self.data * factor, factor, "lrelu")

    def softplus(self):
        return self._unary(math.log1p(math.exp(self.data)), 1 / (1 + math.exp(-self.data)), "softplus")

    def bump(self):
        bell = math.exp(-(self.data**2))
        return self._unary(self.data * bell, bell - 2 * self.data**2 * bell, "bump")

    def atan(self):
        return self._unary(math.atan(self.data), 1 / (1 + self.data**2), "arctan")

    def compute_grads(self):
        topo = []

        def visit(node, seen):
            if node in seen:
                return seen
            seen |= {node}
            for parent in node._parents:
                seen = visit(parent, seen)
            topo.append(node)
            return seen

        visit(self, frozenset())
        self.grad = 1.0
        while topo:
            node = topo.pop()
            if node._local_backward is not None:
                node._local_backward()


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Number",
    data="data",
    grad="grad",
    parents="_parents: set",
    rule="closure _local_backward, the same code for all functions of one argument, with their slope in a cell",
    op="_operation",
    operations="add mul maximum abs softsign leaky_relu softplus bump atan",
    spelled=(("abs", "__abs__"),),
    backward=lambda module, root: root.compute_grads(),
    hostile="two closures serve all operations; no table has bump; the sweep has another name",
)
CONVENTIONS = ()
