"""The sweep recurses deeply and raises the recursion limit; parents with their positions, one level nested."""

import math
import sys

from tests.corpora.engines.entry import Entry


class Edge:
    def __init__(self, node, position):
        self.node, self.position = node, position


class Node:
    def __init__(self, data, *parents, fn=""):
        self.data = data
        self.grad = 0.0
        self.edges = [[Edge(parent, n)] for n, parent in enumerate(parents)]
        self.fn = fn
        self.visited = False

    def __add__(self, other):
        return Node(self.data + other.data, self, other, fn="AddBackward")

    def __mul__(self, other):
        return Node(self.data * other.data, self, other, fn="MulBackward")

    def __neg__(self):
        return Node(-self.data, self, fn="NegBackward")

    def cos(self):
        return Node(math.cos(self.data), self, fn="CosBackward")

    def sqrt(self):
        return Node(math.sqrt(self.data), self, fn="SqrtBackward")

    def local(self, position):
        """Return the derivative by the parent in a position."""
        numbers = [edge.node.data for (edge,) in self.edges]
        return {
            "AddBackward": lambda: 1.0,
            "MulBackward": lambda: numbers[1 - position],
            "NegBackward": lambda: -1.0,
            "CosBackward": lambda: -math.sin(numbers[0]),
            "SqrtBackward": lambda: 0.5 / self.data,
        }[self.fn]()

    def backward(self):
        sys.setrecursionlimit(max(20_000, sys.getrecursionlimit()))
        order = self._order([])
        self.grad = 1.0
        self._sweep(order, len(order) - 1)

    def _order(self, order):
        if not self.visited:
            self.visited = True
            for (edge,) in self.edges:
                edge.node._order(order)
            order.append(self)
        return order

    @staticmethod
    def _sweep(order, n):
        if n < 0:
            return
        for (edge,) in order[n].edges:
            edge.node.grad += order[n].grad * order[n].local(edge.position)
        order[n].visited = False
        Node._sweep(order, n - 1)


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Node",
    data="data",
    grad="grad",
    parents="edges: list of lists of an Edge with node and position",
    rule="method local(position)",
    op="fn",
    operations="add mul neg cos sqrt",
    hostile="sets the recursion limit, recurses once for each node, marks nodes as visited",
)
CONVENTIONS = ()
