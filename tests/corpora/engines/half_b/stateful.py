"""Nodes carry an optimizer's moments, a class counts and registers all nodes, and closures fill a cache."""

import math
from itertools import count

from tests.corpora.engines.entry import Entry


class Parameter:
    registry = []
    ids = count(1)

    def __init__(self, data, inputs=None, label=None):
        self.id = next(Parameter.ids)
        self.m, self.v, self.t = 0.0, 0.0, 0
        self.data = data
        self.grad = 0.0
        self.inputs = inputs if inputs is not None else []
        self.label = label or f"n{self.id}"
        self.back = None
        self.steps = []
        Parameter.registry.append(self)

    def __add__(self, other):
        out = Parameter(
            self.data + getattr(other, "data", other), [x for x in (self, other) if isinstance(x, Parameter)]
        )

        def back():
            for x in out.inputs:
                x.grad += out.grad
                x.steps.append(("add", out.id))

        out.back = back
        return out

    def __mul__(self, other):
        factor = getattr(other, "data", other)
        out = Parameter(self.data * factor, [x for x in (self, other) if isinstance(x, Parameter)])
        seen = {}

        def back():
            seen[out.id] = seen.get(out.id, 0) + 1
            self.grad += factor * out.grad
            if isinstance(other, Parameter):
                other.grad += self.data * out.grad

        out.back = back
        return out

    __radd__, __rmul__ = __add__, __mul__

    def tanh(self):
        out = Parameter(math.tanh(self.data), [self])
        cache = []

        def back():
            if not cache:
                cache.append(1 - out.data**2)
            self.grad += cache[0] * out.grad

        out.back = back
        return out

    def step(self, rate=0.01):
        """Update the number as Adam does."""
        self.t += 1
        self.m = 0.9 * self.m + 0.1 * self.grad
        self.v = 0.999 * self.v + 0.001 * self.grad**2
        self.data -= rate * (self.m / (1 - 0.9**self.t)) / (math.sqrt(self.v / (1 - 0.999**self.t)) + 1e-8)

    def backward(self):
        order = []

        def visit(node):
            if node not in order:
                for x in node.inputs:
                    visit(x)
                order.append(node)

        visit(self)
        for node in order:
            node.grad = 0.0
        self.grad = 1.0
        for node in reversed(order):
            if node.back:
                node.back()


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Parameter",
    data="data",
    grad="grad",
    parents="inputs: list",
    rule="closure back, numbers stay in it",
    label="label",
    operations="add mul number radd rmul tanh",
    second="the same again",
    hostile="numbers m, v, t next to data; a registry and a counter in the class; caches and counters in closures",
)
CONVENTIONS = ()
