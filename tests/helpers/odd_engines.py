"""Engines that keep what they know in unusual places; ``ENGINES`` has them by what is unusual."""

from __future__ import annotations

import math
import weakref
from dataclasses import dataclass

from tests.helpers.optional_numpy import np

POOL, TAPE = [], []  # the nodes to which others refer weakly, and numbers
VALUES = {"add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b}
VALUES |= {"tanh": math.tanh, "exp": math.exp}
LOCALS = {"add": lambda y, a, b: (1.0, 1.0), "sub": lambda y, a, b: (1.0, -1.0), "mul": lambda y, a, b: (b, a)}
LOCALS |= {"tanh": lambda y, a: (1 - y * y,), "exp": lambda y, a: (y,)}


class Operators:
    """What all have in common: ``compute`` is an engine's own."""

    def __add__(self, other):
        return self.compute("add", self, other)

    def __sub__(self, other):
        return self.compute("sub", self, other)

    def __mul__(self, other):
        return self.compute("mul", self, other)

    def tanh(self):
        return self.compute("tanh", self)

    def exp(self):
        return self.compute("exp", self)


def in_order(root, args):
    """Return nodes, arguments first."""
    found = {}

    def visit(node):
        if id(node) not in found:
            for a in args(node):
                visit(a)
            found[id(node)] = node

    visit(root)
    return list(found.values())


def evaluate(op, *numbers):
    """Return a value and local derivatives."""
    y = VALUES[op](*numbers)
    return y, LOCALS[op](y, *numbers)


class Float(Operators, float):
    """A node is its own number, with pairs of arguments and slopes."""

    def __new__(cls, x, *src):
        return float.__new__(cls, x)

    def __init__(self, x, *src):
        self.src, self.bar = src, 0.0

    @classmethod
    def compute(cls, op, *args):
        y, slopes = evaluate(op, *map(float, args))
        return cls(y, *zip(args, slopes, strict=True))

    def backward(self):
        order = in_order(self, lambda node: [a for a, _ in node.src])
        self.bar = 1.0
        for node in reversed(order):
            for a, d in node.src:
                a.bar += d * node.bar


@dataclass(frozen=True, eq=False)
class Frozen(Operators):
    """Nothing can be written, and gradients are returned in a dict."""

    num: float
    via: tuple = ()
    pull: object = None

    @classmethod
    def compute(cls, op, *args):
        y, slopes = evaluate(op, *(a.num for a in args))
        return cls(y, args, lambda upstream: tuple(d * upstream for d in slopes))

    def gradients(self):
        found = {id(self): 1.0}
        for node in reversed(in_order(self, lambda node: node.via)):
            for a, part in zip(node.via, node.pull(found[id(node)]) if node.pull else (), strict=True):
                found[id(a)] = found.get(id(a), 0.0) + part
        return found


class Mangled(Operators):
    """Slots whose names begin with two underscores."""

    __slots__ = ("__f", "__g", "__n", "__up")

    def __init__(self, n, up=()):
        self.__n, self.__g, self.__up, self.__f = n, 0.0, up, None

    @classmethod
    def compute(cls, op, *args):
        y, slopes = evaluate(op, *(a.__n for a in args))
        out = cls(y, args)

        def f():
            for a, d in zip(args, slopes, strict=True):
                a.__g += d * out.__g

        out.__f = f
        return out

    def backprop(self):
        order = in_order(self, lambda node: node.__up)
        self.__g = 1.0
        for node in reversed(order):
            if node.__f:
                node.__f()


class Arrays(Operators):
    """Numbers, gradients and arguments in arrays of NumPy."""

    def __init__(self, v, ins=(), weights=()):
        self.v, self.dv, self.ins = np.float64(v), np.zeros(()), np.empty(len(ins), dtype=object)
        self.ins[:], self.weights = ins, np.array(weights, dtype=float)

    @classmethod
    def compute(cls, op, *args):
        y, slopes = evaluate(op, *(a.v for a in args))
        return cls(y, list(args), slopes)

    def backward(self):
        order = in_order(self, lambda node: node.ins)
        self.dv = np.ones(())
        for node in reversed(order):
            for a, d in zip(node.ins, node.weights, strict=True):
                a.dv = a.dv + d * node.dv


class Weak(Operators):
    """Arguments behind weak references, and one method that steps back."""

    def __init__(self, data, args=(), op=None):
        self.data, self.grad, self.op, self.refs = data, 0.0, op, [weakref.ref(a) for a in args]
        POOL.append(self)

    @classmethod
    def compute(cls, op, *args):
        return cls(VALUES[op](*(a.data for a in args)), args, op)

    def step(self):
        args = [ref() for ref in self.refs]
        for a, d in zip(args, LOCALS[self.op](self.data, *(a.data for a in args)) if self.op else (), strict=True):
            a.grad += d * self.grad

    def backward(self):
        self.grad = 1.0
        for node in reversed(in_order(self, lambda node: [ref() for ref in node.refs])):
            node.step()


class Generated(Operators):
    """Arguments from a generator, and rules that hold no node, under a name that says nothing."""

    def __init__(self, x, how=None, who=()):
        self.x, self.d, self.how, self._who = x, 0.0, how, who

    def parents(self):
        yield from self._who

    @classmethod
    def compute(cls, op, *args):
        y, slopes = evaluate(op, *(a.x for a in args))
        return cls(y, lambda upstream: [d * upstream for d in slopes], args)

    def differentiate(self):
        self.d = 1.0
        for node in reversed(in_order(self, lambda node: node.parents())):
            for a, part in zip(node.parents(), node.how(node.d) if node.how else (), strict=True):
                a.d += part


class Field:
    """A descriptor that keeps its value under another name."""

    def __set_name__(self, owner, name):
        self.key = "f_" + name

    def __get__(self, obj, cls=None):
        return self if obj is None else obj.__dict__[self.key]

    def __set__(self, obj, x):
        obj.__dict__[self.key] = x


class Described(Operators):
    """Everything behind descriptors."""

    data, grad, args, fn = Field(), Field(), Field(), Field()

    def __init__(self, data, args=(), fn=None):
        self.data, self.grad, self.args, self.fn = data, 0.0, list(args), fn

    @classmethod
    def compute(cls, op, *args):
        return cls(VALUES[op](*(a.data for a in args)), args, op)

    def backward(self):
        self.grad = 1.0
        for node in reversed(in_order(self, lambda node: node.args)):
            numbers = [a.data for a in node.args]
            for a, d in zip(node.args, LOCALS[node.fn](node.data, *numbers) if node.fn else (), strict=True):
                a.grad += d * node.grad


class Edge:
    """An argument, its slope, and the next edge."""

    def __init__(self, to, slope, more=None):
        self.to, self.slope, self.more = to, slope, more


class Linked(Operators):
    """Arguments in a linked list."""

    def __init__(self, num, first=None):
        self.num, self.slope, self.first = num, 0.0, first

    @classmethod
    def compute(cls, op, *args):
        y, slopes = evaluate(op, *(a.num for a in args))
        first = None
        for a, d in reversed(list(zip(args, slopes, strict=True))):
            first = Edge(a, d, first)
        return cls(y, first)

    def edges(self):
        edge = self.first
        while edge is not None:
            yield edge
            edge = edge.more

    def backward(self):
        order = in_order(self, lambda node: [edge.to for edge in node.edges()])
        self.slope = 1.0
        for node in reversed(order):
            for edge in node.edges():
                edge.to.slope += edge.slope * node.slope


class Lazy(Operators):
    """A number that is computed when it is read, and recursion along every path."""

    def __init__(self, v=None, lhs=None, rhs=None, kind=None):
        self._v, self.lhs, self.rhs, self.kind, self.adj = v, lhs, rhs, kind, 0.0

    args = property(lambda self: [a for a in (self.lhs, self.rhs) if a is not None])

    @property
    def val(self):
        if self._v is None:
            self._v = VALUES[self.kind](*(a.val for a in self.args))
        return self._v

    @classmethod
    def compute(cls, op, *args):
        return cls(None, *(*args, None)[:2], op)

    def propagate(self, seed=1.0):
        self.adj += seed
        slopes = LOCALS[self.kind](self.val, *(a.val for a in self.args)) if self.kind else ()
        for a, d in zip(self.args, slopes, strict=True):
            a.propagate(seed * d)


class Tape(Operators):
    """A node is an index on a tape of the module."""

    def __init__(self, x, deps=()):
        self.i = len(TAPE)
        TAPE.append([x, 0.0, deps])

    data = property(lambda self: TAPE[self.i][0])
    grad = property(lambda self: TAPE[self.i][1])

    @classmethod
    def compute(cls, op, *args):
        y, slopes = evaluate(op, *(a.data for a in args))
        return cls(y, [(a.i, d) for a, d in zip(args, slopes, strict=True)])


ENGINES = {cls.__name__.lower(): cls for cls in Operators.__subclasses__()}
