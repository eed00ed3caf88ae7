"""A node knows who uses it, not what it was made from; a leaf asks its consumers for its gradient."""

import math

from tests.corpora.engines.entry import Entry


class RevVar:
    def __init__(self, value):
        self.value = value
        self.consumers = []
        self.grad_value = None

    def _used(self, weight, by):
        self.consumers.append((weight, by))

    def __add__(self, other):
        z = RevVar(self.value + other.value)
        self._used(1.0, z)
        other._used(1.0, z)
        return z

    def __mul__(self, other):
        z = RevVar(self.value * other.value)
        self._used(other.value, z)
        other._used(self.value, z)
        return z

    def sin(self):
        z = RevVar(math.sin(self.value))
        self._used(math.cos(self.value), z)
        return z

    def cos(self):
        z = RevVar(math.cos(self.value))
        self._used(-math.sin(self.value), z)
        return z

    def grad(self):
        """Return the derivative of what was seeded with 1."""
        if self.grad_value is None:
            self.grad_value = math.fsum(weight * var.grad() for weight, var in self.consumers)
        return self.grad_value


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="RevVar",
    data="value",
    grad="grad",
    parents="none: consumers, a list of (weight, node)",
    rule="stored local derivatives on the edges to consumers; leaves pull, nothing is swept",
    operations="add mul sin cos",
    backward=lambda module, root: setattr(root, "grad_value", 1.0),
    second="the same again",
    readable=None,
    refusal=r"consumers|parents",
)
CONVENTIONS = ()
