"""Forward mode: a dual number carries its derivative along and keeps no graph."""

import math

from tests.corpora.engines.entry import Entry


class Dual:
    def __init__(self, value, grad=0.0):
        self.value = value
        self.grad = grad

    def __add__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        return Dual(self.value + other.value, self.grad + other.grad)

    def __mul__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        return Dual(self.value * other.value, self.grad * other.value + self.value * other.grad)

    __radd__, __rmul__ = __add__, __mul__

    def exp(self):
        return Dual(math.exp(self.value), math.exp(self.value) * self.grad)

    def tanh(self):
        t = math.tanh(self.value)
        return Dual(t, (1 - t * t) * self.grad)


def derivative(f, *xs):
    """Return the partial derivatives of f."""
    return [f(*(Dual(x, float(n == m)) for m, x in enumerate(xs))).grad for n in range(len(xs))]


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Dual",
    data="value",
    grad="grad",
    parents="none",
    rule="forward mode: no sweep",
    operations="add mul number radd rmul exp tanh",
    backward=None,
    readable=False,
    refusal=r"forward|parents|graph",
)
CONVENTIONS = ()
