"""More small scalar engines: functions of the upstream, dicts, and one method that asks for the operation."""

from __future__ import annotations

import math
from collections import namedtuple
from dataclasses import dataclass, field


class Context:
    """An operation object behind each node keeps the inputs, and returns a tuple."""

    def __init__(self, data, creator=None):
        self.data, self.grad, self.creator = data, None, creator

    def __add__(self, other):
        return AddFn().apply(self, other)

    def __mul__(self, other):
        return MulFn().apply(self, other)

    def tanh(self):
        return TanhFn().apply(self)

    def backward(self):
        order, seen = [], set()

        def visit(v):
            if id(v) not in seen:
                seen.add(id(v))
                for p in v.creator.inputs if v.creator else ():
                    visit(p)
                order.append(v)

        visit(self)
        self.grad = 1.0
        for v in reversed(order):
            if v.creator:
                for p, g in zip(v.creator.inputs, v.creator.gradients(v.grad), strict=True):
                    p.grad = g if p.grad is None else p.grad + g


class AddFn:
    def apply(self, *inputs):
        self.inputs = inputs
        self.y = self.forward(*[v.data for v in inputs])
        return Context(self.y, self)

    def forward(self, a, b):
        return a + b

    def gradients(self, upstream):
        return upstream, upstream


class MulFn(AddFn):
    def forward(self, a, b):
        return a * b

    def gradients(self, upstream):
        a, b = self.inputs
        return b.data * upstream, a.data * upstream


class TanhFn(AddFn):
    def forward(self, a):
        return math.tanh(a)

    def gradients(self, upstream):
        return (upstream * (1 - self.y**2),)


Dependency = namedtuple("Dependency", ["node", "grad_fn"])


class Dependent:
    """Dependencies with a function of the upstream each, and a flag on leaves."""

    def __init__(self, data, requires_grad=True, depends_on=None):
        self.data, self.requires_grad, self.depends_on, self.grad = data, requires_grad, depends_on or [], 0.0

    def __add__(self, other):
        pairs = [Dependency(v, lambda g: g) for v in (self, other) if v.requires_grad]
        return Dependent(self.data + other.data, True, pairs)

    def __mul__(self, other):
        pairs = [Dependency(self, lambda g: g * other.data), Dependency(other, lambda g: g * self.data)]
        return Dependent(self.data * other.data, True, pairs)

    def tanh(self):
        y = math.tanh(self.data)
        return Dependent(y, True, [Dependency(self, lambda g: g * (1 - y * y))])

    def backward(self, grad=1.0):
        self.grad += grad
        for dependency in self.depends_on:
            dependency.node.backward(dependency.grad_fn(grad))


@dataclass(eq=False)
class Record:
    """A dataclass with a dict of local derivatives; a function of the module sweeps, and the caller seeds."""

    num: float
    kind: str = "leaf"
    wrt: dict = field(default_factory=dict)
    bar: float = 0.0
    inputs: list = field(default_factory=list)

    def __add__(self, other):
        return Record(self.num + other.num, "plus", {0: 1.0, 1: 1.0}, 0.0, [self, other])

    def __mul__(self, other):
        return Record(self.num * other.num, "times", {0: other.num, 1: self.num}, 0.0, [self, other])

    def tanh(self):
        y = math.tanh(self.num)
        return Record(y, "tanh", {0: 1 - y**2}, 0.0, [self])


def backprop_all(root):
    order, seen = [], set()

    def visit(v):
        if id(v) not in seen:
            seen.add(id(v))
            for p in v.inputs:
                visit(p)
            order.append(v)

    visit(root)
    for v in reversed(order):
        for i, p in enumerate(v.inputs):
            p.bar += v.bar * v.wrt[i]


class Pullback:
    """A function of the upstream that returns what the parents get."""

    def __init__(self, data, parents=None, vjp=None, name=""):
        self.data, self.grad, self.parents, self._vjp, self.name = data, 0.0, parents or [], vjp, name

    def __add__(self, other):
        return Pullback(self.data + other.data, [self, other], lambda g: (g, g))

    def __mul__(self, other):
        return Pullback(self.data * other.data, [self, other], lambda g: (g * other.data, g * self.data))

    def tanh(self):
        y = math.tanh(self.data)
        return Pullback(y, [self], lambda g: (g * (1 - y * y),))

    def backward(self):
        count, stack = {}, [self]
        while stack:
            v = stack.pop()
            count[id(v)] = count.get(id(v), 0) + 1
            if count[id(v)] == 1:
                stack += v.parents
        self.grad, ready = 1.0, [self]
        while ready:
            v = ready.pop()
            for p, g in zip(v.parents, v._vjp(v.grad) if v._vjp else (), strict=True):
                p.grad += g
                count[id(p)] -= 1
                if not count[id(p)]:
                    ready.append(p)


class ByText:
    """One method that asks for the text of the operation, and numbers in a list of operands."""

    def __init__(self, v, op=None, args=()):
        self.v, self.dv, self.op, self.args = v, 0.0, op, list(args)

    def __add__(self, other):
        return ByText(self.v + other.v, "add", (self, other))

    def __mul__(self, other):
        return ByText(self.v * other.v, "mul", (self, other))

    def tanh(self):
        return ByText(math.tanh(self.v), "tanh", (self,))

    def step_back(self):
        if self.op == "add":
            for p in self.args:
                p.dv += self.dv
        elif self.op == "mul":
            a, b = self.args
            a.dv += b.v * self.dv
            b.dv += a.v * self.dv
        elif self.op == "tanh":
            self.args[0].dv += (1 - self.v * self.v) * self.dv

    def backward(self):
        order = []

        def visit(v):
            if not any(v is w for w in order):
                for p in v.args:
                    visit(p)
                order.append(v)

        visit(self)
        self.dv = 1.0
        for v in reversed(order):
            v.step_back()
