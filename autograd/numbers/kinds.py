"""The primitives for each kind of number.

An operation is a primitive or an expression in primitives. A kind that lacks one raises TypeError: no answer is
silently of another kind.

    >>> primitive("mul")(Fraction(1, 3), 2)
    Fraction(2, 3)
    >>> primitive("exp")(Fraction(1, 3))
    Traceback (most recent call last):
    TypeError: exp is not defined for Fraction
"""

import cmath
import math
import operator
import sys
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

from .conversion import describe
from .floats import ARITHMETIC, FLOAT, ORDER, AnyFunction, log_excess, to_float
from .series import sinc_derivative_at


@dataclass(frozen=True)
class Kind:
    """A kind of number: its objects, and its function for a primitive, or None."""

    name: str
    holds: Callable[[Any], bool]
    find: Callable[[str, tuple[Any, ...]], AnyFunction | None]


def by_real_part(compare: AnyFunction) -> AnyFunction:
    """Compare by the real part, for the complex step (Martins and others, 2003)."""
    return lambda a, b: complex(compare(_real(a), _real(b)))


def _real(x: Any) -> float:
    return float(x.real)


COMPLEX: dict[str, AnyFunction] = {
    **ARITHMETIC,
    **{name: getattr(cmath, name) for name in ("exp", "log", "log10", "sqrt", "sin", "cos", "tan", "asin", "acos")},
    **{name: getattr(cmath, name) for name in ("atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh")},
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
    "minimum": lambda a, b: a if _real(a) < _real(b) else b,  # at a tie the side that |x| takes in a rule, as sigmoid's
    "clamp": lambda a, lo, hi: lo if _real(a) < _real(lo) else hi if _real(a) > _real(hi) else a,
    "where": lambda condition, a, b: a if _real(condition) else b,
    "copysign": lambda a, b: COMPLEX["abs"](a) * FLOAT["copysign"](1.0, _real(b)),
    "log_excess": lambda *args: cmath.log(sum(cmath.exp(a - max(args, key=_real)) for a in args)),
    **{name: by_real_part(getattr(operator, name)) for name in ("lt", "le", "eq")},
}


def find_mpmath(name: str, args: tuple[Any, ...]) -> AnyFunction | None:
    """Return mpmath's function in the context of the numbers, such as mp or iv."""
    context: Any = next(getattr(a, "context", None) or a.ctx for a in args if not isinstance(a, float | int))
    found: dict[str, AnyFunction] = {
        **{name: f for name, f in (ARITHMETIC | ORDER).items() if name not in ("floor", "ceil", "round")},
        "exp2": lambda x: context.mpf(2) ** x,
        "cbrt": lambda x: context.sign(x) * context.cbrt(abs(x)),
        "log2": lambda x: context.log(x) / context.log(2),
        "log10": lambda x: context.log(x) / context.log(10),
        "norm": lambda *xs: context.sqrt(sum(x * x for x in xs)),
        "floordiv": lambda a, b: context.floor(a / b),
        "lgamma": lambda x: context.re(context.loggamma(x)),
        "polygamma": lambda n, x: context.psi(int(n), x),
        "sinc_derivative": lambda n, x: sinc_derivative_at(context, n, x),
        "log_excess": log_excess(context.exp, getattr(context, "log1p", lambda x: context.log(1 + x))),
    }
    return found.get(name) or getattr(context, {"round": "nint"}.get(name, name), None)


def find_array(name: str, args: tuple[Any, ...]) -> AnyFunction | None:
    """Return the array library's function; a truth is 1 or 0 of the arrays' dtype."""
    like = next(a for a in args if hasattr(a, "__array_namespace__"))
    xp = like.__array_namespace__()
    found: dict[str, AnyFunction] = {
        **ARITHMETIC,
        "mod": operator.mod,
        "floordiv": operator.floordiv,
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
    function = found.get(name) or getattr(xp, name, None)
    return function and without_warnings(function, getattr(xp, "errstate", lambda **kinds: nullcontext()))


def without_warnings(function: AnyFunction, errstate: Callable[..., Any]) -> AnyFunction:
    """Return a function without NumPy's warnings: inf and nan are answers."""

    def call(*args: Any) -> Any:
        with errstate(all="ignore"):
            return function(*args)

    return call


def log_excess_of_arrays(xp: Any, xs: tuple[Any, ...]) -> Any:
    """Return log Σ exp(a − max), in which one of the greatest is an exact 1."""
    greatest = reduce(xp.maximum, xs)
    ties = sum(xp.astype(x == greatest, greatest.dtype) for x in xs)
    rest = sum(xp.where(x == greatest, 0.0, xp.exp(x - greatest)) for x in xs)
    return xp.log1p((ties - 1) + rest)


def whole_power(a: Any, b: Any) -> Any:
    """Raise a Fraction to a whole power; any other would come out as a float."""
    if b != int(b):
        raise TypeError(f"pow is not defined for Fraction with the power {b}; a whole one stays exact")
    return a ** int(b)


def whole_root(x: Any) -> Any:
    """Return the cube root of a Fraction that is a cube; any other would come out as a float."""
    root = Fraction(round(math.cbrt(Fraction(x).numerator)), round(math.cbrt(Fraction(x).denominator)))
    if root**3 != x:
        raise TypeError(f"cbrt is not defined for Fraction {x}; the root of a cube stays exact")
    return root


def exactly(function: AnyFunction) -> AnyFunction:
    """Return a function whose result is a Fraction, even where it chose an int."""
    return lambda *args: Fraction(function(*args))


FRACTION = {name: exactly(f) for name, f in (ARITHMETIC | ORDER | {"pow": whole_power, "cbrt": whole_root}).items()}


def find_exact(name: str, args: tuple[Any, ...]) -> AnyFunction | None:
    """Return the exact function, or next to a float that of floats, as Python adds the two."""
    mixed = name not in ("lt", "le", "eq") and any(isinstance(a, float) for a in args)
    return (lambda *args: FLOAT[name](*map(to_float, args))) if mixed else FRACTION.get(name)


KINDS = [
    Kind("float", lambda x: isinstance(x, float | int), lambda name, args: FLOAT[name]),
    Kind("Fraction", lambda x: isinstance(x, Fraction), find_exact),
    Kind("complex", lambda x: isinstance(x, complex), lambda name, args: COMPLEX.get(name)),
    Kind("mpmath", lambda x: type(x).__module__.startswith("mpmath"), find_mpmath),
    Kind("array", lambda x: hasattr(x, "__array_namespace__"), find_array),
]


def primitive(name: str) -> AnyFunction:
    """Return the primitive of this name as a function of any kind of number.

    It raises TypeError, naming the primitive and the kind, where the kind lacks it.
    """
    on_float = FLOAT[name]

    def call(*args: Any) -> Any:
        for a in args:
            if not (isinstance(a, float | int) or hasattr(type(a), "__apply__")):
                kind = expect_number(a, name)
                function = kind.find(name, args)
                if function is None:
                    raise TypeError(f"{name} is not defined for {kind.name}")
                return function(*args)
        return on_float(*args)

    call.__name__ = name
    call.on_float = on_float  # type: ignore[attr-defined]  # by which an Op knows a primitive
    return call


def on_each_element(op: Any, args: tuple[Any, ...]) -> Any:
    """Return the result for each element of arrays of Values, else that of the forward."""
    np: Any = sys.modules.get("numpy")
    arrays = [a for a in args if np and isinstance(a, np.ndarray)]
    records = any(hasattr(type(a), "__apply__") for a in args) or any(a.dtype.kind == "O" for a in arrays)
    if not (arrays and records):
        return op.forward(*args)
    from .arrays import view  # it imports NumPy, an optional extra

    return view(without_warnings(np.frompyfunc(lambda *each: op.apply(each), len(args), 1), np.errstate)(*args))


def expect_number(x: Any, name: str) -> Kind:
    """Return the kind of a number, or raise TypeError naming the operation."""
    for kind in KINDS:
        if kind.holds(x):
            return kind
    raise TypeError(f"{name}: expected a number, got {describe(x)}")
