"""Primitives on floats, total as in IEEE 754: none raises, none turns complex.

    >>> FLOAT["exp"](1000.0), FLOAT["log"](0.0), FLOAT["div"](1.0, 0.0)
    (inf, -inf, inf)

No rule calls ``math``; its functions are all here.
"""

import math
import operator
from collections.abc import Callable, Mapping
from functools import reduce
from math import copysign, inf, nan
from typing import Any

from . import series

AnyFunction = Callable[..., Any]


def total(function: AnyFunction, poles: Mapping[float, float] | None = None, odd: bool = False) -> AnyFunction:
    """Return a function that gives inf on overflow, its limit at a pole, else nan."""
    limits = poles or {}

    def answer(x: float) -> Any:
        try:
            return function(x)
        except OverflowError:
            return copysign(inf, x) if odd else inf
        except ValueError:
            return limits.get(x, nan)

    return answer


def to_float(x: Any) -> float:
    """Convert a number to float; an int or Fraction out of range is infinite."""
    try:
        return float(x)
    except OverflowError:
        return inf if x > 0 else -inf


def divide(a: float, b: float) -> float:
    """Divide; x/0 is infinite with the sign of both, and 0/0 is nan."""
    try:
        return a / b
    except ZeroDivisionError:
        return a * copysign(inf, b)


def power(a: float, b: float) -> float:
    """Raise to a power as C does: an overflow or a pole is infinite with its sign."""
    try:
        return math.pow(a, b)
    except OverflowError:
        size = inf
    except ValueError:
        size = nan if a else inf  # a negative number to a fractional power, or a pole
    return copysign(size, a) if b % 2 == 1 else size


def modulo(a: float, b: float) -> float:
    """Return the remainder with the sign of the divisor; x % 0 is nan."""
    return a % b if b else nan


def floor_divide(a: float, b: float) -> float:
    """Return the quotient rounded down, as // does; x // 0 is as x / 0, and inf // x is nan."""
    return a // b if b else divide(a, b)


def to_integer(rounding: AnyFunction) -> AnyFunction:
    """Return a rounding to whole floats that keeps infinities, nan and the sign of 0."""
    return lambda a: a if a - a != 0 else copysign(float(rounding(a)), a)


def sign(a: Any) -> Any:
    """Return 1, 0 or -1 in the type of a; nan stays nan."""
    return type(a)(a > 0) - type(a)(a < 0) if a == a else a


def heaviside(a: Any, at_zero: Any) -> Any:
    """Return 0 below 0, 1 above it, and at_zero there; nan stays nan."""
    return type(a)(a > 0) if a != 0 and a == a else at_zero if a == a else a


def clamp(a: Any, lo: Any, hi: Any) -> Any:
    """Limit to lo ≤ a ≤ hi; raise ValueError if lo is above hi."""
    if lo > hi:
        raise ValueError(f"clamp() lo must not be above hi, got lo={lo} and hi={hi}")
    return minimum(maximum(a, lo), hi)


def maximum(a: Any, b: Any) -> Any:
    """Return the greater, or a nan on either side."""
    return a if a >= b or a != a else b


def minimum(a: Any, b: Any) -> Any:
    """Return the less, or a nan on either side."""
    return a if a <= b or a != a else b


def where(condition: Any, a: Any, b: Any) -> Any:
    """Return a if the condition is not 0, else b."""
    return a if condition else b


def log_excess(exp: AnyFunction, log1p: AnyFunction, total: AnyFunction = sum) -> AnyFunction:
    """Return log Σ exp(a − max), in which the greatest is an exact 1."""

    def function(*args: Any) -> Any:
        greatest = reduce(maximum, args)
        ties = sum(a == greatest for a in args)
        return log1p(total([ties - 1, *[exp(a - greatest) for a in args if a != greatest]]))

    return function


ARITHMETIC: dict[str, AnyFunction] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv, "neg": operator.neg,
    "pow": operator.pow,
}  # fmt: skip  # a table

#: For types with an order, such as Fraction.
ORDER: dict[str, AnyFunction] = {
    "abs": abs, "sign": sign, "heaviside": heaviside, "mod": operator.mod, "where": where,
    "floordiv": operator.floordiv, "copysign": lambda a, b: -abs(a) if b < 0 else abs(a),
    "maximum": maximum, "minimum": minimum, "clamp": clamp, "floor": math.floor, "ceil": math.ceil, "round": round,
    "lt": lambda a, b: type(a)(a < b), "le": lambda a, b: type(a)(a <= b), "eq": lambda a, b: type(a)(a == b),
}  # fmt: skip  # a table

FLOAT: dict[str, AnyFunction] = {
    **ARITHMETIC, **ORDER, "div": divide, "pow": power, "mod": modulo,
    "floor": to_integer(math.floor), "ceil": to_integer(math.ceil), "round": to_integer(round),
    "exp": total(math.exp), "exp2": total(math.exp2), "expm1": total(math.expm1), "sqrt": total(math.sqrt),
    "log": total(math.log, {0: -inf}), "log2": total(math.log2, {0: -inf}), "log10": total(math.log10, {0: -inf}),
    "log1p": total(math.log1p, {-1: -inf}), "log_excess": log_excess(total(math.exp), math.log1p, math.fsum),
    "sin": total(math.sin), "cos": total(math.cos), "tan": total(math.tan), "hypot": math.hypot, "norm": math.hypot,
    "asin": total(math.asin), "acos": total(math.acos), "atan": math.atan, "atan2": math.atan2, "cbrt": math.cbrt,
    "sinh": total(math.sinh, odd=True), "cosh": total(math.cosh), "tanh": math.tanh, "asinh": math.asinh,
    "acosh": total(math.acosh), "atanh": total(math.atanh, {1: inf, -1: -inf}), "erf": math.erf, "erfc": math.erfc,
    "copysign": copysign, "floordiv": floor_divide, "lgamma": series.lgamma, "digamma": series.digamma,
    "polygamma": series.polygamma, "erfinv": series.erfinv, "sinc_derivative": series.sinc_derivative,
}  # fmt: skip  # a table
