"""The primitives on floats, total as IEEE 754 has it: nothing raises, nothing turns complex.

This file alone calls ``math``. What has no answer is nan.

    >>> FLOAT["exp"](1000.0), FLOAT["log"](0.0), FLOAT["div"](1.0, 0.0)
    (inf, -inf, inf)
"""

import math
import operator
from collections.abc import Callable
from math import copysign, inf, isnan, nan
from typing import Any

Function = Callable[..., Any]


def total(function: Function, overflow: Function = lambda x: inf, **at: float) -> Function:
    """Let a function of ``math`` answer where it would raise: overflow, a pole (``zero=-inf``), else nan."""
    poles = {{"zero": 0.0, "one": 1.0, "minus_one": -1.0}[name]: answer for name, answer in at.items()}

    def answer(x: float) -> float:
        try:
            return function(x)  # type: ignore[no-any-return]  # every function of math used here gives a float
        except OverflowError:
            return overflow(x) if isinstance(x, float) else answer(to_float(x))  # type: ignore[no-any-return]  # likewise
        except ValueError:
            return poles.get(x, nan)

    return answer


def to_float(x: Any) -> float:
    """Convert a number to float; an int or Fraction beyond the range of floats is an infinity."""
    try:
        return float(x)
    except OverflowError:
        return inf if x > 0 else -inf


def divide(a: float, b: float) -> float:
    """Divide as IEEE does: x/0 is infinite with the sign of both, 0/0 is nan."""
    try:
        return a / b
    except ZeroDivisionError:
        return nan if a == 0 or isnan(a) else copysign(inf, a) * copysign(1.0, b)


def power(a: float, b: float) -> float:
    """Raise to a power as C does: never complex, an overflow or a pole is infinite with its sign."""
    try:
        return math.pow(a, b)
    except OverflowError:
        return -inf if a < 0 and b % 2 == 1 else inf
    except ValueError:
        if a != 0:  # a negative number to a fractional power
            return nan
        return copysign(inf, a) if b % 2 == 1 else inf


def modulo(a: float, b: float) -> float:
    """Take the remainder that has the sign of the divisor, as Python does; x % 0 is nan."""
    try:
        return a % b
    except ZeroDivisionError:
        return nan


def to_integer(rounding: Function) -> Function:
    """Round to a whole float; infinities and nan stay what they are."""
    return lambda x: x if x - x != 0 else copysign(float(rounding(x)), x)


def sign(x: Any) -> Any:
    """Give 1, 0 or -1, of the kind of x; nan stays nan."""
    return type(x)(x > 0) - type(x)(x < 0) if x == x else x


def heaviside(x: Any, at_zero: Any) -> Any:
    """Step from 0 to 1 at 0, where the answer is at_zero; nan stays nan."""
    return type(x)(x > 0) if x != 0 and x == x else at_zero if x == x else x


def clamp(a: Any, lo: Any, hi: Any) -> Any:
    """Limit to lo ≤ a ≤ hi; raise ValueError if there is no such number."""
    if lo > hi:
        raise ValueError(f"clamp() lo must not be above hi, got lo={lo} and hi={hi}")
    return minimum(maximum(a, lo), hi)


def maximum(a: Any, b: Any) -> Any:
    """Take the greater; a nan on either side is never swallowed."""
    return a if a >= b or a != a else b


def minimum(a: Any, b: Any) -> Any:
    """Take the less; a nan on either side is never swallowed."""
    return a if a <= b or a != a else b


def where(condition: Any, a: Any, b: Any) -> Any:
    """Choose a where the condition is not 0, else b."""
    return a if condition else b


def log_excess(exp: Function, log1p: Function) -> Function:
    """Spell log Σ exp(a − max): the greatest counts as an exact 1, so that what is small beside it is not lost."""

    def spelt(*args: Any) -> Any:
        greatest = args[0]
        for a in args:
            greatest = maximum(greatest, a)
        if greatest - greatest != 0:  # infinite: the differences would be nan where they are 0
            return log1p(sum(a == greatest for a in args) - 1) if greatest == greatest else greatest
        first = args.index(greatest)
        return log1p(sum((exp(a - greatest) for i, a in enumerate(args) if i != first), 0 * greatest))

    return spelt


ARITHMETIC: dict[str, Function] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "neg": operator.neg,
    "pow": operator.pow,
}

ORDER: dict[str, Function] = {
    "abs": abs,
    "sign": sign,
    "heaviside": heaviside,
    "maximum": maximum,
    "minimum": minimum,
    "clamp": clamp,
    "where": where,
    "mod": operator.mod,
    "floor": math.floor,
    "ceil": math.ceil,
    "round": round,
    "lt": lambda a, b: type(a)(a < b),
    "le": lambda a, b: type(a)(a <= b),
    "eq": lambda a, b: type(a)(a == b),
}

FLOAT: dict[str, Function] = (
    ARITHMETIC
    | ORDER
    | {
        "div": divide,
        "pow": power,
        "mod": modulo,
        "floor": to_integer(math.floor),
        "ceil": to_integer(math.ceil),
        "round": to_integer(round),
        "exp": total(math.exp),
        "exp2": total(math.exp2),
        "expm1": total(math.expm1),
        "log": total(math.log, zero=-inf),
        "log2": total(math.log2, zero=-inf),
        "log10": total(math.log10, zero=-inf),
        "log1p": total(math.log1p, minus_one=-inf),
        "sqrt": total(math.sqrt),
        "cbrt": math.cbrt,
        "hypot": math.hypot,
        "norm": math.hypot,
        "sin": total(math.sin),
        "cos": total(math.cos),
        "tan": total(math.tan),
        "asin": total(math.asin),
        "acos": total(math.acos),
        "atan": math.atan,
        "atan2": math.atan2,
        "sinh": total(math.sinh, overflow=lambda x: copysign(inf, x)),
        "cosh": total(math.cosh),
        "tanh": math.tanh,
        "log_excess": log_excess(total(math.exp), math.log1p),
        "asinh": math.asinh,
        "acosh": total(math.acosh),
        "atanh": total(math.atanh, one=inf, minus_one=-inf),
        "erf": math.erf,
        "erfc": math.erfc,
    }
)
