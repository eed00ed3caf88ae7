"""Constants are a subclass that takes no gradient; parents in a frozenset, so that a · a has one parent."""

import math
from weakref import ref

from tests.corpora.engines.entry import Entry


class Atom:
    const = False

    def __init__(self, val, parents=(), chain=None):
        self._val = val
        self._grad = 0.0
        self.parents = frozenset(parents)
        self.chain = chain

    @property
    def value(self):
        return self._val

    @property
    def gradient(self):
        return self._grad

    def receive(self, g):
        self._grad += g

    def __add__(self, other):
        return _plus(self, _atom(other))

    def __radd__(self, other):
        return _plus(_atom(other), self)

    def __mul__(self, other):
        return _times(self, _atom(other))

    def __rmul__(self, other):
        return _times(_atom(other), self)

    def sigmoid(self):
        s = 0.5 + 0.5 * math.tanh(0.5 * self._val)
        return Atom(s, (self,), lambda g: self.receive(g * s * (1 - s)))

    def run_backward(self):
        left = _uses(self)
        self.receive(1.0)
        ready = [self]
        while ready:
            node = ready.pop()
            if node.chain:
                node.chain(node._grad)
            for parent in node.parents:
                left[parent] -= 1
                if not left[parent]:
                    ready.append(parent)


class Const(Atom):
    const = True

    def receive(self, g):
        """A constant drops its gradient."""


def _atom(x):
    return x if isinstance(x, Atom) else Const(x)


def _plus(a, b):
    def chain(g):
        a.receive(g)
        b.receive(g)

    return Atom(a.value + b.value, (a, b), chain)


def _times(a, b):
    out = Atom(a.value * b.value, (a, b))
    weak = ref(out)  # no cycle: the closure does not keep its own node alive

    def chain(g):
        assert weak() is not None
        a.receive(g * b.value)
        b.receive(g * a.value)

    out.chain = chain
    return out


def _uses(root):
    left, stack = {}, [root]
    while stack:
        for parent in stack.pop().parents:
            if parent not in left:
                stack.append(parent)
            left[parent] = left.get(parent, 0) + 1
    return left


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Atom",
    data="value",
    grad="gradient",
    parents="parents: frozenset",
    rule="closure of the upstream that pushes through a method; properties can only be read",
    operations="add mul number radd rmul sigmoid",
    backward=lambda module, root: root.run_backward(),
    hostile="value and gradient are properties without a setter; constants drop what they receive",
)
CONVENTIONS = ()
