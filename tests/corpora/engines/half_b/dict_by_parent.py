"""Local derivatives in a dict by parent, those of one parent added up; the sweep is a function of the module."""

import math

from tests.corpora.engines.entry import Entry


class N:
    def __init__(self, x, local=None):
        self.x = x
        self.local = local or {}
        self.grad = 0.0

    def __add__(self, other):
        return N(self.x + other.x, collect((self, 1.0), (other, 1.0)))

    def __mul__(self, other):
        return N(self.x * other.x, collect((self, other.x), (other, self.x)))

    def __sub__(self, other):
        return N(self.x - other.x, collect((self, 1.0), (other, -1.0)))

    def __pow__(self, k):
        if isinstance(k, N):
            y = self.x**k.x
            return N(y, collect((self, k.x * self.x ** (k.x - 1)), (k, y * math.log(self.x))))
        return N(self.x**k, {self: k * self.x ** (k - 1)})


def sigmoid(n):
    s = 1 / (1 + math.exp(-n.x))
    return N(s, {n: s - s * s})


def collect(*pairs):
    local = {}
    for parent, number in pairs:
        local[parent] = local.get(parent, 0.0) + number
    return local


def compute_gradients(root):
    for node in below(root):
        node.grad = 0.0
    root.grad = 1.0
    for node in reversed(list(below(root))):
        for parent, number in node.local.items():
            parent.grad += node.grad * number


def below(root, seen=None):
    """Yield each node once, after its parents."""
    seen = set() if seen is None else seen
    seen.add(root)
    for parent in root.local:
        if parent not in seen:
            yield from below(parent, seen)
    yield root


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="N",
    data="x",
    grad="grad",
    parents="keys of local: dict",
    rule="local derivatives as values of a dict by parent",
    operations="add mul sub pow node_pow sigmoid",
    backward=lambda module, root: module.compute_gradients(root),
    second="the same again",
    hostile="a · a and a − a have one parent with one local; the sweep is no method and has another name",
)
CONVENTIONS = ()
