"""Slots, a list of children, an enum for the operation and one method with a match statement for all rules."""

import math
from enum import Enum, auto

from tests.corpora.engines.entry import Entry


class Kind(Enum):
    INPUT = auto()
    SUM = auto()
    PRODUCT = auto()
    NEGATIVE = auto()
    SINE = auto()
    COSINE = auto()
    ROOT = auto()


class Node:
    __slots__ = ("children", "gradient", "op", "value")

    def __init__(self, value, children=None, op=Kind.INPUT):
        self.value, self.children, self.op = value, children or [], op
        self.gradient = 0

    def __add__(self, other):
        other = other if isinstance(other, Node) else Node(other)
        return Node(self.value + other.value, [self, other], Kind.SUM)

    def __mul__(self, other):
        other = other if isinstance(other, Node) else Node(other)
        return Node(self.value * other.value, [self, other], Kind.PRODUCT)

    def __neg__(self):
        return Node(-self.value, [self], Kind.NEGATIVE)

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return Node(other) + -self

    __radd__, __rmul__ = __add__, __mul__

    def sine(self):
        return Node(math.sin(self.value), [self], Kind.SINE)

    def cosine(self):
        return Node(math.cos(self.value), [self], Kind.COSINE)

    def root(self):
        return Node(math.sqrt(self.value), [self], Kind.ROOT)

    def push(self):
        g, children = self.gradient, self.children
        match self.op:
            case Kind.SUM:
                for child in children:
                    child.gradient += g
            case Kind.PRODUCT:
                left, right = children
                left.gradient, right.gradient = (
                    (left.gradient + g * right.value, right.gradient + g * left.value)
                    if left is not right
                    else (left.gradient + 2 * g * left.value,) * 2
                )
            case Kind.NEGATIVE:
                children[0].gradient -= g
            case Kind.SINE:
                children[0].gradient += g * math.cos(children[0].value)
            case Kind.COSINE:
                children[0].gradient -= g * math.sin(children[0].value)
            case Kind.ROOT:
                children[0].gradient += g / (2 * self.value)

    def backprop(self, seed=1.0):
        self.gradient = seed
        for node in topological(self):
            node.push()


def topological(root):
    """Return nodes so that each follows all its uses: a node is ready once every use has been listed."""
    uses, stack, seen = {}, [root], {id(root)}
    while stack:
        for child in stack.pop().children:
            uses[id(child)] = uses.get(id(child), 0) + 1
            if id(child) not in seen:
                seen.add(id(child))
                stack.append(child)
    ready, line = [root], []
    while ready:
        line.append(ready.pop())
        for child in line[-1].children:
            uses[id(child)] -= 1
            if uses[id(child)] == 0:
                ready.append(child)
    return line


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Node",
    data="value",
    grad="gradient",
    parents="children: list, in slots",
    rule="one method, a case for each member of an enum",
    op="op",
    operations="add mul neg sub number radd rmul rsub sin cos sqrt",
    spelled=(("sin", "sine"), ("cos", "cosine"), ("sqrt", "root")),
    backward=lambda module, root: root.backprop(),
)
CONVENTIONS = ()
