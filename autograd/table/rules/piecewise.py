"""Branches on data, comparisons and rounding."""
# ruff: noqa: A001  # abs and round are the field's names; this file does without Python's

import operator
from math import inf
from typing import Any

from ...numbers import primitive
from ..op import register as row
from .arithmetic import TWO_SIDES, R, mod

POSITIVE = ((0, inf),)
NEGATIVE = ((-inf, 0),)
BETWEEN_INTEGERS = ((-2, -1), (-1, 0), (0, 1), (1, 2))


def const_like(number: int, like: Any) -> Any:
    """Return a whole number in the kind of another, so that log(2) is as exact."""
    return number * (1 - lt(like, like))


def is_finite(a: Any) -> Any:
    """Return 1 where a is finite, else 0."""
    return eq(a - a, 0)


def argmax_weight(a: Any, b: Any) -> Any:
    """Return 1 where a is the greater, ½ at a tie, else 0; nan if either is nan."""
    return where(eq(a, b), eq(a, b) / 2, heaviside(a - b, 0))


# fmt: off

abs       = row("abs", "|·|", r"|#1|", primitive, (TWO_SIDES,), lambda y, a: sign(a))
sign      = row("sign", "sign", r"\mathrm{sign}(#1)", primitive, (TWO_SIDES,), None)
maximum   = row("maximum", "max", r"\max(#1, #2)", primitive, (R, R),
                lambda y, a, b: argmax_weight(a, b), lambda y, a, b: argmax_weight(b, a),
                textbook=(lambda y, a, b: heaviside(a - b, 0.5), lambda y, a, b: heaviside(b - a, 0.5)),
                kink=operator.sub, chooses=(0, 1), symmetric=True)
minimum   = row("minimum", "min", r"\min(#1, #2)", primitive, (R, R),
                lambda y, a, b: argmax_weight(b, a), lambda y, a, b: argmax_weight(a, b),
                textbook=(lambda y, a, b: heaviside(b - a, 0.5), lambda y, a, b: heaviside(a - b, 0.5)),
                kink=operator.sub, chooses=(0, 1), symmetric=True)
clamp     = row("clamp", "clamp", r"\mathrm{clamp}(#1, #2, #3)", primitive, (R, NEGATIVE, POSITIVE),
                lambda y, a, lo, hi: where(eq(y, y), le(lo, a) * le(a, hi), y),
                lambda y, a, lo, hi: where(eq(y, y), lt(a, lo), y), lambda y, a, lo, hi: where(eq(y, y), lt(hi, a), y),
                textbook=(lambda y, a, lo, hi: le(lo, a) * le(a, hi), lambda y, a, lo, hi: lt(a, lo),
                          lambda y, a, lo, hi: lt(hi, a)),
                kink=lambda a, lo, hi: (a - lo) * (a - hi), smooth="lo < hi, a ≠ lo, a ≠ hi", chooses=(0, 1, 2))
where     = row("where", "where", r"\mathrm{where}(#1, #2, #3)", primitive, (TWO_SIDES, R, R),
                None, lambda y, condition, a, b: where(condition, 1, 0),
                lambda y, condition, a, b: where(condition, 0, 1), selects=True, chooses=(1, 2))
heaviside = row("heaviside", "H", r"H(#1)", primitive, (TWO_SIDES, R), None, None)
floor     = row("floor", "⌊·⌋", r"\lfloor #1 \rfloor", primitive, (BETWEEN_INTEGERS,), None)
ceil      = row("ceil", "⌈·⌉", r"\lceil #1 \rceil", primitive, (BETWEEN_INTEGERS,), None)
round     = row("round", "round", r"\mathrm{round}(#1)", primitive, (((-1.5, -0.5), (-0.5, 0.5), (0.5, 1.5)),), None)
trunc     = row("trunc", "trunc", r"\mathrm{trunc}(#1)", lambda a: where(lt(a, 0), ceil(a), floor(a)),
                (((-2, -1), (-1, 1), (1, 2)),), None)
floordiv  = row("floordiv", "//", r"\lfloor #1 / #2 \rfloor", primitive,
                (((-1, 0), (0, 1)), ((-2, -1), (1, 2))), None, None, smooth="b ≠ 0, a % b ≠ 0")
fmod      = row("fmod", "fmod", r"\mathrm{fmod}(#1, #2)", lambda a, b: copysign(mod(abs(a), abs(b)), a), (R, TWO_SIDES),
                lambda y, a, b: 1, lambda y, a, b: -sign(a) * sign(b) * floordiv(abs(a), abs(b)),
                textbook=(None, lambda y, a, b: (y - a) / b), kink=lambda a, b: mod(a, b), chooses=(1,))
copysign  = row("copysign", "copysign", r"\mathrm{copysign}(#1, #2)", primitive, (TWO_SIDES, TWO_SIDES),
                lambda y, a, b: copysign(1, b) * sign(a), None)
lt        = row("lt", "<", r"[#1 < #2]",   primitive, (R, R), None, None, kink=operator.sub)
le        = row("le", "≤", r"[#1 \le #2]", primitive, (R, R), None, None, kink=operator.sub)
eq        = row("eq", "=", r"[#1 = #2]",   primitive, (R, R), None, None, kink=operator.sub, symmetric=True)
relu       = row("relu", "ReLU", r"\max(0, #1)", lambda a: maximum(a, 0), (TWO_SIDES,),
                 lambda y, a: heaviside(a, 0), chooses=(0,))
leaky_relu = row("leaky_relu", "leaky ReLU", r"\mathrm{leaky\,ReLU}_{#2}(#1)",
                 lambda a, slope: where(lt(0, a), a, slope * a), (TWO_SIDES, R),
                 lambda y, a, slope: where(lt(0, a), 1, where(le(a, 0), slope, slope + a)),
                 lambda y, a, slope: where(lt(0, a), 0, a), defaults=(0.01,), chooses=(1,),
                 textbook=(lambda y, a, slope: where(lt(0, a), 1, slope), None))
hardtanh   = row("hardtanh", "hard tanh", r"\mathrm{clamp}(#1, -1, 1)", lambda a: clamp(a, -1, 1),
                 (((-inf, -1), (-1, 1), (1, inf)),), lambda y, a: where(eq(y, y), lt(-1, a) * lt(a, 1), y),
                 textbook=(lambda y, a: lt(-1, a) * lt(a, 1),), chooses=(0,))
relu6      = row("relu6", "ReLU6", r"\mathrm{clamp}(#1, 0, 6)", lambda a: clamp(a, 0, 6),
                 (((-inf, 0), (0, 6), (6, inf)),), lambda y, a: where(eq(y, y), lt(0, a) * lt(a, 6), y),
                 textbook=(lambda y, a: lt(0, a) * lt(a, 6),), chooses=(0,))
