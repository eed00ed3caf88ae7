"""Comparisons give nodes, the hash changes with the number, and arithmetic is written in a mixin."""

import math
import operator

from tests.corpora.engines.entry import Entry


class Arithmetic:
    def __add__(self, other):
        return self.combine(other, operator.add, lambda a, b: (1, 1))

    def __mul__(self, other):
        return self.combine(other, operator.mul, lambda a, b: (b, a))

    def __truediv__(self, other):
        return self.combine(other, operator.truediv, lambda a, b: (1 / b, -a / b**2))

    def __neg__(self):
        return self.combine(None, operator.neg, lambda a: (-1,))

    def log(self):
        return self.combine(None, math.log, lambda a: (1 / a,))

    def sqrt(self):
        return self.combine(None, math.sqrt, lambda a: (0.5 / math.sqrt(a),))

    __radd__, __rmul__ = __add__, __mul__


class Sym(Arithmetic):
    def __init__(self, data, parents=(), slopes=None, operation=None):
        self.data, self.parents, self.slopes, self.operation = data, list(parents), slopes, operation
        self.gradient = 0.0

    def combine(self, other, operation, slopes):
        parents = [self] if other is None else [self, other if isinstance(other, Sym) else Sym(other)]
        return Sym(operation(*(p.data for p in parents)), parents, slopes, operation)

    def __eq__(self, other):
        return Sym(float(self.data == getattr(other, "data", other)))

    def __ne__(self, other):
        return Sym(float(self.data != getattr(other, "data", other)))

    def __lt__(self, other):
        return Sym(float(self.data < getattr(other, "data", other)))

    def __hash__(self):
        return hash((self.data, self.gradient))

    def backward(self):
        position, line = {}, [self]
        while line:
            node = line.pop()
            position[id(node)] = node
            line += [p for p in node.parents if id(p) not in position]
        nodes = list(position.values())
        waits = {id(node): sum(p is node for other in nodes for p in other.parents) for node in nodes}
        self.gradient, ready = 1.0, [self]
        while ready:
            node = ready.pop(0)
            numbers = [p.data for p in node.parents]
            for parent, slope in zip(node.parents, node.slopes(*numbers) if numbers else (), strict=True):
                parent.gradient += slope * node.gradient
                waits[id(parent)] -= 1
                if waits[id(parent)] == 0:
                    ready.append(parent)


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Sym",
    data="data",
    grad="gradient",
    parents="parents: list",
    rule="a function of the numbers that gives the slopes",
    op="operation",
    operations="add mul div neg number radd rmul log sqrt",
    hostile="== gives a node, which is always true; the hash changes when the gradient does",
)
CONVENTIONS = ()
