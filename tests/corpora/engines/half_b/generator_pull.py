"""A rule is a generator function: from an upstream it yields the parents and what each receives."""

import math

from tests.corpora.engines.entry import Entry


class Var:
    def __init__(self, number, sources=None, pull=None):
        self.number = number
        self.sources = sources or []
        self.pull = pull
        self.received = []

    @property
    def gradient(self):
        return math.fsum(self.received)

    def __add__(self, other):
        def pull(g):
            yield self, g
            yield other, g

        return Var(self.number + other.number, [self, other], pull)

    def __sub__(self, other):
        def pull(g):
            yield self, g
            yield other, -g

        return Var(self.number - other.number, [self, other], pull)

    def __mul__(self, other):
        def pull(g):
            yield self, g * other.number
            yield other, g * self.number

        return Var(self.number * other.number, [self, other], pull)

    def __truediv__(self, other):
        def pull(g):
            yield self, g / other.number
            yield other, -g * self.number / other.number**2

        return Var(self.number / other.number, [self, other], pull)

    def exp(self):
        y = math.exp(self.number)

        def pull(g):
            yield self, g * y

        return Var(y, [self], pull)

    def cos(self):
        def pull(g):
            yield self, -g * math.sin(self.number)

        return Var(math.cos(self.number), [self], pull)

    def sin(self):
        def pull(g):
            yield self, g * math.cos(self.number)

        return Var(math.sin(self.number), [self], pull)

    def backward(self):
        def visit(var):
            if var not in seen:
                seen.append(var)
                yield from (other for source in var.sources for other in visit(source))
                yield var

        seen = []
        nodes = list(visit(self))
        self.received = [1.0]
        for var in nodes[::-1]:
            if var.pull:
                for source, g in var.pull(var.gradient):
                    source.received.append(g)


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Var",
    data="number",
    grad="gradient",
    parents="sources: list",
    rule="a generator function of the upstream; a gradient is the sum of a list",
    operations="add sub mul div exp cos sin",
    hostile="the gradient is a property that adds up a list",
)
CONVENTIONS = ()
