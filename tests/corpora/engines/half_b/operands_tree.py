"""A class for each operation, whose recursive backward(d) needs no order; slots, and operands as attributes."""

import math
from abc import ABC, abstractmethod

from tests.corpora.engines.entry import Entry


class Expression(ABC):
    __slots__ = ("accumulated", "result")

    def __init__(self, result):
        self.result = result
        self.accumulated = 0.0

    @abstractmethod
    def backward(self, d=1.0):
        """Add d here and pass it on."""

    def __add__(self, other):
        return Sum(self, other)

    def __mul__(self, other):
        return Product(self, other)

    def __sub__(self, other):
        return Difference(self, other)

    def __pow__(self, n):
        return Power(self, n)

    def relu(self):
        return Rectified(self)


class Input(Expression):
    __slots__ = ()

    def backward(self, d=1.0):
        self.accumulated += d


class Binary(Expression):
    __slots__ = ("first", "second")

    def __init__(self, first, second):
        self.first, self.second = first, second
        super().__init__(self.combine(first.result, second.result))


class Sum(Binary):
    __slots__ = ()
    combine = staticmethod(lambda a, b: a + b)

    def backward(self, d=1.0):
        self.accumulated += d
        self.first.backward(d)
        self.second.backward(d)


class Difference(Binary):
    __slots__ = ()
    combine = staticmethod(lambda a, b: a - b)

    def backward(self, d=1.0):
        self.accumulated += d
        self.first.backward(d)
        self.second.backward(-d)


class Product(Binary):
    __slots__ = ()
    combine = staticmethod(lambda a, b: a * b)

    def backward(self, d=1.0):
        self.accumulated += d
        self.first.backward(d * self.second.result)
        self.second.backward(self.first.result * d)


class Power(Expression):
    __slots__ = ("base", "n")

    def __init__(self, base, n):
        self.base, self.n = base, n
        super().__init__(math.pow(base.result, n))

    def backward(self, d=1.0):
        self.accumulated += d
        self.base.backward(d * self.n * math.pow(self.base.result, self.n - 1))


class Rectified(Expression):
    __slots__ = ("inner",)

    def __init__(self, inner):
        self.inner = inner
        super().__init__(max(inner.result, 0.0))

    def backward(self, d=1.0):
        self.accumulated += d
        if self.inner.result > 0:
            self.inner.backward(d)


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Expression",
    data="result",
    grad="accumulated",
    parents="attributes first and second, base, inner, in slots of subclasses",
    rule="method backward(d) of each subclass, recursion along all paths",
    operations="add mul sub pow relu",
    leaf=lambda module, x: module.Input(x),
    second="leaves add up",
    hostile="the method that starts the sweep is the rule; slots spread over subclasses",
)
CONVENTIONS = ()
