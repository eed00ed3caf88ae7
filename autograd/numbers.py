"""The primitives, spelt for each kind of number.

An operation of the table is a primitive or an expression in primitives. Only this file calls ``math``,
and only here is the arithmetic of floats made total, as IEEE 754 has it: nothing raises, nothing
turns complex, and what has no answer is nan.

    >>> primitive("exp")(1000.0), primitive("log")(0.0), primitive("div")(1.0, 0.0)
    (inf, -inf, inf)
    >>> primitive("mul")(Fraction(1, 3), 2)
    Fraction(2, 3)
    >>> primitive("exp")(Fraction(1, 3))
    Traceback (most recent call last):
    TypeError: exp is not spelt for Fraction; it is for float
"""

import math
import operator
from collections.abc import Callable
from fractions import Fraction
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
            return overflow(x)  # type: ignore[no-any-return]  # likewise
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


def maximum(a: Any, b: Any) -> Any:
    """Take the greater; a nan on either side is never swallowed."""
    return a if a >= b or a != a else b


def minimum(a: Any, b: Any) -> Any:
    """Take the less; a nan on either side is never swallowed."""
    return a if a <= b or a != a else b


def where(condition: Any, a: Any, b: Any) -> Any:
    """Choose a where the condition is not 0, else b."""
    return a if condition else b


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
    "where": where,
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
        "exp": total(math.exp),
        "expm1": total(math.expm1),
        "log": total(math.log, zero=-inf),
        "log1p": total(math.log1p, minus_one=-inf),
        "sqrt": total(math.sqrt),
        "sin": total(math.sin),
        "cos": total(math.cos),
        "tan": total(math.tan),
        "sinh": total(math.sinh, overflow=lambda x: copysign(inf, x)),
        "cosh": total(math.cosh),
        "tanh": math.tanh,
    }
)

#: For each kind of number but float, which stands for int and bool too, the primitives it can spell.
KINDS: dict[type, dict[str, Function]] = {Fraction: ARITHMETIC | ORDER}


def spelling(name: str, args: tuple[Any, ...]) -> Function:
    """Find how the primitive is spelt for these arguments, or raise TypeError naming both."""
    kind = next(type(a) for a in args if not isinstance(a, float | int))
    spelt = KINDS.get(kind, {})
    if name not in spelt:
        kinds = ["float", *(k.__name__ for k, table in KINDS.items() if name in table)]
        raise TypeError(f"{name} is not spelt for {kind.__name__}; it is for {', '.join(kinds)}")
    return spelt[name]


def primitive(name: str) -> Function:
    """Return the primitive of this name as a function of any kind of number."""
    real = FLOAT[name]

    def call(*args: Any) -> Any:
        for a in args:
            if not isinstance(a, float | int):
                return spelling(name, args)(*args)
        return real(*args)

    call.__name__ = name
    call.real = real  # type: ignore[attr-defined]  # what Op calls on floats
    return call
