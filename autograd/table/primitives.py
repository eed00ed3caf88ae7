"""The primitives, spelt for each kind of number.

An operation of the table is a primitive or an expression in primitives. A kind that cannot spell one says
so by name: there is no answer that is silently of another kind.

    >>> primitive("mul")(Fraction(1, 3), 2)
    Fraction(2, 3)
    >>> primitive("exp")(Fraction(1, 3))
    Traceback (most recent call last):
    TypeError: exp is not spelt for Fraction
"""

import cmath
import operator
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

from .floats import ARITHMETIC, FLOAT, ORDER, Function, log_excess


@dataclass(frozen=True)
class Kind:
    """A kind of number: which objects are of it, and how it spells a primitive, None where it cannot."""

    name: str
    holds: Callable[[Any], bool]
    spell: Callable[[str, tuple[Any, ...]], Function | None]


def of_real_part(compare: Function) -> Function:
    """Order complex numbers by their real part, as the complex step needs it (Martins and others, 2003)."""
    return lambda a, b: complex(compare(_real(a), _real(b)))


def _real(x: Any) -> float:
    return float(x.real)


COMPLEX: dict[str, Function] = ARITHMETIC | {
    **{name: getattr(cmath, name) for name in ("exp", "log", "log10", "sqrt", "sin", "cos", "tan")},
    **{name: getattr(cmath, name) for name in ("asin", "acos", "atan", "sinh", "cosh", "tanh")},
    **{name: getattr(cmath, name) for name in ("asinh", "acosh", "atanh")},
    "log1p": lambda x: cmath.log(1 + x) if abs(x) > 0.1 else 2 * cmath.atanh(x / (2 + x)),
    "expm1": lambda x: 2 * cmath.sinh(x / 2) * cmath.exp(x / 2),
    "exp2": lambda x: cmath.exp(x * cmath.log(2)),
    "log2": lambda x: cmath.log(x) / cmath.log(2),
    "hypot": lambda a, b: cmath.sqrt(a * a + b * b),
    "norm": lambda *args: cmath.sqrt(sum(a * a for a in args)),
    "abs": lambda x: -x if _real(x) < 0 else x,
    "sign": lambda x: complex(FLOAT["sign"](_real(x))),
    "heaviside": lambda x, at_zero: complex(FLOAT["heaviside"](_real(x), _real(at_zero))),
    "maximum": lambda a, b: a if _real(a) >= _real(b) else b,
    "minimum": lambda a, b: (
        a if _real(a) < _real(b) else b
    ),  # at a tie the same side as |x| of a rule such as sigmoid's
    "clamp": lambda a, lo, hi: lo if _real(a) < _real(lo) else hi if _real(a) > _real(hi) else a,
    "where": lambda condition, a, b: a if _real(condition) else b,
    "log_excess": lambda *args: cmath.log(sum(cmath.exp(a - max(args, key=_real)) for a in args)),
    "lt": of_real_part(operator.lt),
    "le": of_real_part(operator.le),
    "eq": of_real_part(operator.eq),
}


def spell_mpmath(name: str, args: tuple[Any, ...]) -> Function | None:
    """Spell a primitive by mpmath's function in the context of the numbers, such as mp or iv."""
    context = next(getattr(a, "context", None) or a.ctx for a in args if not isinstance(a, float | int))
    spelt: dict[str, Function] = {
        **{name: f for name, f in (ARITHMETIC | ORDER).items() if name not in ("floor", "ceil", "round")},
        "exp2": lambda x: context.mpf(2) ** x,
        "cbrt": lambda x: context.sign(x) * context.cbrt(abs(x)),
        "log2": lambda x: context.log(x) / context.log(2),
        "log10": lambda x: context.log(x) / context.log(10),
        "norm": lambda *xs: context.sqrt(sum(x * x for x in xs)),
        "log_excess": log_excess(context.exp, getattr(context, "log1p", lambda x: context.log(1 + x))),
    }
    return spelt.get(name) or getattr(context, {"round": "nint"}.get(name, name), None)


def quietly(function: Function, errstate: Callable[..., Any]) -> Function:
    """Turn NumPy's warnings off: infinities and nan are answers."""

    def call(*args: Any) -> Any:
        with errstate(all="ignore") if errstate is not nullcontext else nullcontext():
            return function(*args)

    return call


def spell_array(name: str, args: tuple[Any, ...]) -> Function | None:
    """Spell a primitive by the array library's own function; a truth becomes 1 or 0 of the arrays' dtype."""
    like = next(a for a in args if hasattr(a, "__array_namespace__"))
    xp = like.__array_namespace__()
    spelt: dict[str, Function] = {
        **ARITHMETIC,
        "mod": operator.mod,
        "abs": abs,
        "lt": lambda a, b: xp.astype(a < b, like.dtype),
        "le": lambda a, b: xp.astype(a <= b, like.dtype),
        "eq": lambda a, b: xp.astype(a == b, like.dtype),
        "where": lambda condition, a, b: xp.where(condition != 0, a, b),
        "heaviside": lambda x, at_zero: xp.where(x == 0, at_zero, (1 + xp.sign(x)) / 2),
        "clamp": lambda a, lo, hi: xp.minimum(xp.maximum(a, lo), hi),
        "norm": lambda *xs: reduce(xp.hypot, xs, xp.zeros_like(like)),
        "log_excess": lambda *xs: log_excess_of_arrays(xp, xs),
    }
    function = spelt.get(name) or getattr(xp, name, None)
    return function and quietly(function, getattr(xp, "errstate", nullcontext))


def log_excess_of_arrays(xp: Any, xs: tuple[Any, ...]) -> Any:
    """Spell log Σ exp(a − max) element by element: the first that is greatest counts as an exact 1."""
    greatest = reduce(xp.maximum, xs)
    rest = xp.zeros_like(greatest)
    found = rest != 0
    for x in xs:
        equal = x == greatest
        rest = rest + xp.where(equal, xp.where(found, 1.0, 0.0), xp.exp(x - greatest))
        found = found | equal
    return xp.log1p(rest)


def whole_power(a: Any, b: Any) -> Any:
    """Raise a Fraction to a whole power; any other is irrational, and would come out as a float."""
    if b != int(b):
        raise TypeError(f"pow is not spelt for Fraction with the power {b}; a whole one stays exact")
    return a ** int(b)


def exactly(function: Function) -> Function:
    """Let the result be a Fraction, also where an int was chosen."""
    return lambda *args: Fraction(function(*args))


FRACTION = {name: exactly(f) for name, f in (ARITHMETIC | ORDER | {"pow": whole_power}).items()}

KINDS = [
    Kind("Fraction", lambda x: isinstance(x, Fraction), lambda name, args: FRACTION.get(name)),
    Kind("complex", lambda x: isinstance(x, complex), lambda name, args: COMPLEX.get(name)),
    Kind("mpmath", lambda x: type(x).__module__.startswith("mpmath"), spell_mpmath),
    Kind("array", lambda x: hasattr(x, "__array_namespace__"), spell_array),
]


def primitive(name: str) -> Function:
    """Return the primitive of this name as a function of any kind of number.

    Raises TypeError, naming the primitive and the kind, where a kind cannot spell it.
    """
    real = FLOAT[name]

    def call(*args: Any) -> Any:
        for a in args:
            if not isinstance(a, float | int):
                return spelling(name, a, args)(*args)
        return real(*args)

    call.__name__ = name
    call.on_float = real  # type: ignore[attr-defined]  # what Op calls on floats
    return call


def expect_number(x: Any, name: str) -> None:
    """Raise TypeError, naming the operation, if x is no kind of number at all."""
    if not isinstance(x, float | int) and not any(kind.holds(x) for kind in KINDS):
        raise TypeError(f"{name}: expected a number, got {type(x).__name__} {x!r:.40}")


def spelling(name: str, x: Any, args: tuple[Any, ...]) -> Function:
    """Find how the kind of x spells a primitive, or raise TypeError naming both."""
    for kind in KINDS:
        if kind.holds(x):
            spelt = kind.spell(name, args)
            if spelt is not None:
                return spelt
            raise TypeError(f"{name} is not spelt for {kind.name}")
    expect_number(x, name)
    raise AssertionError("what is a number is of some kind")
