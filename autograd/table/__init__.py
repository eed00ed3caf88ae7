"""Define every operation once: a row with its derivatives."""

from .compiler import NAMES, SPELLINGS, TOTAL, Writer
from .op import TABLE, Calling, Domain, Interval, Notation, Op, pack, register
from .rules import BUILT_IN, add, dot, mul, sub
from .symbolic import Symbol, expr, symbolic_rule
from .variadic import one_iterable

__all__ = [
    "BUILT_IN", "NAMES", "SPELLINGS", "TABLE", "TOTAL", "Calling", "Domain", "Interval", "Notation", "Op", "Symbol",
    "Writer", "add", "dot", "expr", "mul", "one_iterable", "pack", "register", "sub", "symbolic_rule",
]  # fmt: skip  # in few lines
