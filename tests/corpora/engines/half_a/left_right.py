"""Left and right as attributes; backward is a recursion that sums over paths, without any order."""

import math

from tests.corpora.engines.entry import Entry


class Term:
    def __init__(self, number, left=None, right=None, op=""):
        self.number = number
        self.left = left
        self.right = right
        self.op = op
        self.derivative = 0.0

    def __add__(self, other):
        return Term(self.number + other.number, self, other, "plus")

    def __mul__(self, other):
        return Term(self.number * other.number, self, other, "times")

    def __truediv__(self, other):
        return Term(self.number / other.number, self, other, "divide")

    def __neg__(self):
        return Term(-self.number, self, op="minus")

    def exp(self):
        return Term(math.exp(self.number), self, op="exp")

    def square(self):
        return Term(self.number**2, left=self, op="square")

    def __pow__(self, n):
        if n == 2:
            return self.square()
        return self * self ** (n - 1)

    def backward(self, upstream=1.0):
        self.derivative += upstream
        if self.op == "plus":
            self.left.backward(upstream)
            self.right.backward(upstream)
        elif self.op == "times":
            self.left.backward(upstream * self.right.number)
            self.right.backward(upstream * self.left.number)
        elif self.op == "divide":
            self.left.backward(upstream / self.right.number)
            self.right.backward(-upstream * self.left.number / self.right.number**2)
        elif self.op == "minus":
            self.left.backward(-upstream)
        elif self.op == "exp":
            self.left.backward(upstream * self.number)
        elif self.op == "square":
            self.left.backward(upstream * 2 * self.left.number)


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Term",
    data="number",
    grad="derivative",
    parents="attributes left and right",
    rule="recursion along all paths, an if for each operation",
    op="op",
    operations="add mul div neg exp pow",
    second="leaves add up",
    hostile="2ⁿ calls for n diamonds; only a leaf's gradient has a meaning while it runs",
)
CONVENTIONS = ()
