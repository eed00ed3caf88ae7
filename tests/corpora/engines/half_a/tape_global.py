"""A global tape: entries (result, inputs, rule) in a list of the module; a node knows nothing of its parents."""

import math

from tests.corpora.engines.entry import Entry

TAPE = []


class Real:
    def __init__(self, x):
        self.x = x
        self.dx = 0.0

    def __add__(self, other):
        return record(Real(self.x + other.x), [self, other], lambda d: [d, d])

    def __mul__(self, other):
        return record(Real(self.x * other.x), [self, other], lambda d: [d * other.x, d * self.x])

    def __sub__(self, other):
        return record(Real(self.x - other.x), [self, other], lambda d: [d, -d])


def tanh(a):
    out = Real(math.tanh(a.x))
    return record(out, [a], lambda d: [d * (1 - out.x**2)])


def relu(a):
    return record(Real(a.x if a.x > 0 else 0.0), [a], lambda d: [d if a.x > 0 else 0.0])


def record(out, inputs, rule):
    TAPE.append((out, inputs, rule))
    return out


def backward(root):
    root.dx = 1.0
    for out, inputs, rule in TAPE[::-1]:
        if out.dx:
            for operand, d in zip(inputs, rule(out.dx), strict=True):
                operand.dx += d


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Real",
    data="x",
    grad="dx",
    parents="none on the node: a list of the module has (result, inputs, rule)",
    rule="lambda of the upstream, on the tape",
    operations="add mul sub tanh relu",
    backward=lambda module, root: module.backward(root),
    readable=None,
    refusal=r"Real.*(parents|inputs)|(parents|inputs).*Real",
    hostile="the tape holds other graphs too",
)
CONVENTIONS = ()
