"""Nodes with equal numbers are equal and have one hash, so that any set or dict of nodes would merge them."""

import math

from tests.corpora.engines.entry import Entry


class Val:
    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = 0.0
        self._children = list(_children)
        self._op = _op
        self._backward = None

    def __eq__(self, other):
        return self.data == (other.data if isinstance(other, Val) else other)

    def __hash__(self):
        return hash(self.data)

    def __bool__(self):
        return self.data != 0

    def __len__(self):
        return 0

    def __add__(self, other):
        other = other if isinstance(other, Val) else Val(other)
        out = Val(self.data + other.data, (self, other), "add")

        def rule():
            self.grad = self.grad + out.grad
            other.grad = other.grad + out.grad

        out._backward = rule
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Val) else Val(other)
        out = Val(self.data * other.data, (self, other), "mul")

        def rule():
            self.grad = self.grad + out.grad * other.data
            other.grad = other.grad + out.grad * self.data

        out._backward = rule
        return out

    __radd__, __rmul__ = __add__, __mul__

    def relu(self):
        out = Val(max(self.data, 0), (self,), "relu")

        def rule():
            if self.data > 0:
                self.grad = self.grad + out.grad

        out._backward = rule
        return out

    def exp(self):
        out = Val(math.exp(self.data), (self,), "exp")

        def rule():
            self.grad = self.grad + out.grad * out.data

        out._backward = rule
        return out

    def backward(self):
        order, seen = [], {}

        def visit(node):
            if id(node) not in seen:
                seen[id(node)] = node
                for child in node._children:
                    visit(child)
                order.insert(0, node)

        visit(self)
        self.grad = 1.0
        for node in order:
            if node._backward is not None:
                node._backward()


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Val",
    data="data",
    grad="grad",
    parents="_children: list",
    rule="closure _backward, None for a leaf",
    op="_op",
    operations="add mul number radd rmul relu exp",
    hostile="== and hash by value, false if 0, length 0",
)
CONVENTIONS = ()
