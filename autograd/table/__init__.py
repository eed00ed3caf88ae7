"""Define every operation once: a row with its derivatives."""

from . import rules
from .floats import Function, to_float
from .op import TABLE, Calling, Domain, Interval, Notation, Op, register
from .operators import Operators, apply_rule
from .primitives import expect_number
from .symbolic import Symbol, expr, symbolic_rule

__all__ = [
    "TABLE", "Calling", "Domain", "Function", "Interval", "Notation", "Op", "Operators", "Symbol", "apply_rule",
    "expect_number", "expr", "register", "rules", "symbolic_rule", "to_float",
]  # fmt: skip  # in few lines
