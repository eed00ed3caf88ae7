"""A tree of operations that knows values and names, but no derivatives."""

import math

from tests.corpora.engines.entry import Entry


class Formula:
    def __init__(self, value, operator=None, terms=()):
        self.value = value
        self.operator = operator
        self.terms = tuple(terms)

    def __add__(self, other):
        return Formula(self.value + other.value, "+", (self, other))

    def __mul__(self, other):
        return Formula(self.value * other.value, "*", (self, other))

    def __neg__(self):
        return Formula(-self.value, "-", [self])

    def exp(self):
        return Formula(math.exp(self.value), "exp", [self])

    def __str__(self):
        if not self.terms:
            return f"{self.value:g}"
        inner = [str(term) for term in self.terms]
        return f"({inner[0]} {self.operator} {inner[1]})" if len(inner) == 2 else f"{self.operator}({inner[0]})"


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Formula",
    data="value",
    grad="",
    parents="terms: tuple",
    rule="none",
    op="operator",
    operations="add mul neg exp",
    backward=None,
    readable=False,
    refusal=r"gradient|backward|derivative",
)
CONVENTIONS = ()
