"""A dataclass whose rule is a function of the upstream, and whose gradient is a property."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.corpora.engines.entry import Entry


@dataclass(eq=False)
class Quantity:
    v: float
    parent_nodes: tuple[Quantity, ...] = ()
    pull: Callable[[float], tuple[float, ...]] | None = None
    name: str = ""
    _grad: float = field(default=0.0, repr=False)

    @property
    def grad(self) -> float:
        return self._grad

    @grad.setter
    def grad(self, number: float) -> None:
        if not math.isfinite(number):
            raise ValueError("a gradient has to be finite")
        self._grad = number

    def __add__(self, other):
        if isinstance(other, Quantity):
            return Quantity(self.v + other.v, (self, other), lambda g: (g, g))
        return Quantity(self.v + other, (self,), lambda g: (g,))

    def __mul__(self, other):
        if isinstance(other, Quantity):
            return Quantity(self.v * other.v, (self, other), lambda g: (g * other.v, g * self.v))
        return Quantity(self.v * other, (self,), lambda g: (g * other,))

    def __rsub__(self, number):
        return Quantity(number - self.v, (self,), lambda g: (-g,))

    def __rtruediv__(self, number):
        y = number / self.v
        return Quantity(y, (self,), lambda g: (-g * y / self.v,))

    def __rpow__(self, base):
        y = base**self.v
        return Quantity(y, (self,), lambda g: (g * y * math.log(base),))

    __radd__ = __add__
    __rmul__ = __mul__

    def tanh(self):
        y = math.tanh(self.v)
        return Quantity(y, (self,), lambda g: (g / math.cosh(self.v) ** 2,))

    def backward(self):
        nodes: dict[int, Quantity] = {}

        def collect(q):
            if id(q) not in nodes:
                for p in q.parent_nodes:
                    collect(p)
                nodes[id(q)] = q

        collect(self)
        self.grad = 1.0
        for q in reversed(nodes.values()):
            if q.pull is not None:
                for p, g in zip(q.parent_nodes, q.pull(q.grad), strict=True):
                    p.grad = p.grad + g


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Quantity",
    data="v",
    grad="grad",
    parents="parent_nodes: tuple, in a dataclass",
    rule="lambda of the upstream, gives one gradient for each parent; numbers stay in the closure",
    label="name",
    operations="add mul number radd rmul rsub rdiv rpow tanh",
)
CONVENTIONS = ()
