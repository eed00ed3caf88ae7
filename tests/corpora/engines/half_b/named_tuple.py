"""A node is a named tuple, which cannot be changed; its gradient is the one entry of a list."""

import math
from collections.abc import Callable
from typing import NamedTuple

from tests.corpora.engines.entry import Entry


class Node(NamedTuple):
    data: float
    grad: list
    parents: tuple = ()
    locals: Callable = tuple
    op: str = "leaf"

    def __add__(self, other):
        return Node(self.data + other.data, [0.0], (self, other), lambda: (1.0, 1.0), "add")

    def __mul__(self, other):
        return Node(self.data * other.data, [0.0], (self, other), lambda: (other.data, self.data), "mul")

    def __neg__(self):
        return Node(-self.data, [0.0], (self,), lambda: (-1.0,), "neg")

    def sin(self):
        return Node(math.sin(self.data), [0.0], (self,), lambda: (math.cos(self.data),), "sin")

    def relu(self):
        return Node(self.data * (self.data > 0), [0.0], (self,), lambda: (float(self.data > 0),), "relu")


def leaf(x):
    return Node(x, [0.0])


def backward(root):
    nodes = {}

    def visit(node):
        if id(node) not in nodes:
            nodes[id(node)] = None
            for parent in node.parents:
                visit(parent)
            del nodes[id(node)]  # to the end
            nodes[id(node)] = node

    visit(root)
    root.grad[0] = 1.0
    for node in reversed(list(nodes.values())):
        for parent, local in zip(node.parents, node.locals(), strict=True):
            parent.grad[0] += local * node.grad[0]


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Node",
    data="data",
    grad="grad.0",
    parents="parents: tuple, in a tuple",
    rule="a function without arguments that gives the local derivatives",
    op="op",
    operations="add mul neg sin relu",
    leaf=lambda module, x: module.leaf(x),
    backward=lambda module, root: module.backward(root),
    hostile="a node is a tuple itself, cannot be changed or hashed, and compares by value, 2ⁿ comparisons deep",
)
CONVENTIONS = ()
