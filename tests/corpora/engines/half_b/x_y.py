"""Two attributes x and y for the arguments, the operation's symbol and a rule that is a bound method."""

import math

from tests.corpora.engines.entry import Entry


class S:
    def __init__(self, value, x=None, y=None, symbol=None, rule=None):
        self.value = value
        self.x = x
        self.y = y
        self.symbol = symbol
        self.rule = rule
        self.d = 0.0
        self.rank = 1 + max(getattr(x, "rank", 0), getattr(y, "rank", 0))

    def __add__(self, other):
        out = S(self.value + number(other), self, other, "+")
        out.rule = out.back_add
        return out

    def __mul__(self, other):
        out = S(self.value * number(other), self, other, "·")
        out.rule = out.back_mul
        return out

    def __truediv__(self, other):
        out = S(self.value / number(other), self, other, "÷")
        out.rule = out.back_div
        return out

    def __pow__(self, n):
        out = S(self.value**n, self, n, "^")
        out.rule = out.back_pow
        return out

    __radd__, __rmul__ = __add__, __mul__

    def exp(self):
        out = S(math.exp(self.value), self, symbol="e^")
        out.rule = out.back_exp
        return out

    def give(self, to, local):
        if isinstance(to, S):
            to.d += self.d * local

    def back_add(self):
        self.give(self.x, 1.0)
        self.give(self.y, 1.0)

    def back_mul(self):
        self.give(self.x, number(self.y))
        self.give(self.y, number(self.x))

    def back_div(self):
        self.give(self.x, 1 / number(self.y))
        self.give(self.y, -self.value / number(self.y))

    def back_pow(self):
        self.give(self.x, self.y * self.x.value ** (self.y - 1))

    def back_exp(self):
        self.give(self.x, self.value)

    def all_below(self):
        nodes = [self]
        for node in nodes:
            for arg in (node.x, node.y):
                if isinstance(arg, S) and not any(arg is other for other in nodes):
                    nodes.append(arg)
        return sorted(nodes, key=lambda node: -node.rank)

    def backward(self):
        self.d = 1.0
        for node in self.all_below():
            if node.rule:
                node.rule()


def number(s):
    return s.value if isinstance(s, S) else s


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="S",
    data="value",
    grad="d",
    parents="attributes x and y; y may be a number",
    rule="attribute rule, a bound method; nodes sorted by rank",
    op="symbol",
    operations="add mul div pow number radd rmul exp",
    hostile="a number in the place of a parent",
)
CONVENTIONS = ()
