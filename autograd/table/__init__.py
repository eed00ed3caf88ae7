"""Define every operation once: a row with its derivatives."""

from .op import TABLE, Calling, Domain, Interval, Notation, Op, register
from .rules import BUILT_IN, add, dot, mul, sub
from .symbolic import Symbol, expr, symbolic_rule

__all__ = [
    "BUILT_IN", "TABLE", "Calling", "Domain", "Interval", "Notation", "Op", "Symbol", "add", "dot", "expr", "mul",
    "register", "sub", "symbolic_rule",
]  # fmt: skip  # in few lines
