"""A node stores (parent, local derivative) pairs, which are numbers when the node is made."""

import math

from tests.corpora.engines.entry import Entry


class Num:
    def __init__(self, value, edges=(), op=None):
        self.value = value
        self.gradient = 0.0
        self.edges = list(edges)
        self.op = op

    def __add__(self, other):
        other = as_num(other)
        return Num(self.value + other.value, [(self, 1.0), (other, 1.0)], "add")

    def __mul__(self, other):
        other = as_num(other)
        return Num(self.value * other.value, [(self, other.value), (other, self.value)], "mul")

    def __sub__(self, other):
        other = as_num(other)
        return Num(self.value - other.value, [(self, 1.0), (other, -1.0)], "sub")

    def __truediv__(self, other):
        other = as_num(other)
        local = 1 / other.value
        return Num(self.value / other.value, [(self, local), (other, -self.value * local * local)], "div")

    def __pow__(self, n):
        return Num(self.value**n, [(self, n * self.value ** (n - 1))], "pow")

    def __neg__(self):
        return Num(-self.value, [(self, -1.0)], "neg")

    def __radd__(self, other):
        return as_num(other) + self

    def __rmul__(self, other):
        return as_num(other) * self

    def __rsub__(self, other):
        return as_num(other) - self

    def __rtruediv__(self, other):
        return as_num(other) / self

    def backward(self):
        for node in ordered(self):
            node.gradient = 0.0
        self.gradient = 1.0
        for node in ordered(self):
            for parent, local in node.edges:
                parent.gradient += node.gradient * local


def as_num(x):
    return x if isinstance(x, Num) else Num(x, op="const")


def exp(a):
    e = math.exp(a.value)
    return Num(e, [(a, e)], "exp")


def log(a):
    return Num(math.log(a.value), [(a, 1 / a.value)], "log")


def tanh(a):
    y = math.tanh(a.value)
    return Num(y, [(a, 1 - y * y)], "tanh")


def relu(a):
    open_ = a.value > 0
    return Num(a.value if open_ else 0.0, [(a, 1.0 if open_ else 0.0)], "relu")


def ordered(root):
    """Return all nodes below a root, each before its parents, without recursion."""
    found, done, stack = [], set(), [(root, False)]
    while stack:
        node, finished = stack.pop()
        if finished:
            found.append(node)
        elif id(node) not in done:
            done.add(id(node))
            stack.append((node, True))
            stack.extend((parent, False) for parent, _ in node.edges)
    return found[::-1]


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Num",
    data="value",
    grad="gradient",
    parents="edges: list of (parent, local derivative)",
    rule="stored local derivatives",
    op="op",
    operations="add sub mul div neg pow number radd rsub rmul rdiv exp log tanh relu",
    second="the same again",
)
CONVENTIONS = ()
