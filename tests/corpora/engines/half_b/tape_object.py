"""A tape object: a node knows its tape and its index; entries hold the parents' indices and weights."""

import math
from contextlib import contextmanager

from tests.corpora.engines.entry import Entry


class Tape:
    def __init__(self):
        self.entries = []
        self.slopes = []

    def push(self, number, parents=(), weights=()):
        self.entries.append((tuple(parents), tuple(weights)))
        self.slopes.append(0.0)
        return Tracked(number, self, len(self.entries) - 1)


class Tracked:
    def __init__(self, number, tape, index):
        self.number, self.tape, self.index = number, tape, index

    @property
    def slope(self):
        return self.tape.slopes[self.index]

    def __add__(self, other):
        return self.tape.push(self.number + other.number, (self.index, other.index), (1.0, 1.0))

    def __mul__(self, other):
        return self.tape.push(self.number * other.number, (self.index, other.index), (other.number, self.number))

    def __neg__(self):
        return self.tape.push(-self.number, (self.index,), (-1.0,))

    def exp(self):
        y = math.exp(self.number)
        return self.tape.push(y, (self.index,), (y,))

    def backward(self):
        tape = self.tape
        tape.slopes[:] = [0.0] * len(tape.entries)
        tape.slopes[self.index] = 1.0
        for index in range(self.index, -1, -1):
            for parent, weight in zip(*tape.entries[index], strict=True):
                tape.slopes[parent] += weight * tape.slopes[index]


default = [Tape()]


def leaf(number):
    return default[-1].push(number)


@contextmanager
def recording():
    """Use a new tape in a block."""
    default.append(Tape())
    try:
        yield default[-1]
    finally:
        default.pop()


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Tracked",
    data="number",
    grad="slope",
    parents="tape.entries[index]: indices, no objects",
    rule="weights on a tape object",
    operations="add mul neg exp",
    leaf=lambda module, x: module.leaf(x),
    readable=None,
    refusal=r"Tracked.*(parents|inputs)|(parents|inputs).*Tracked",
    second="the same again",
)
CONVENTIONS = ()
