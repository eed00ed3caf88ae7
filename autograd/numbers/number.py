"""How a number that records behaves in Python and in NumPy: comparisons, rounding, conversions."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from contextvars import ContextVar
from numbers import Complex
from typing import TYPE_CHECKING, Any, SupportsFloat

from .conversion import expect_real, unwrap
from .floats import AnyFunction
from .operators import NUMPY_NAMES, TABLE, Operators

#: NumPy's functions whose rows have other names; the rest are rows by the same name, or NumPy's on objects.
NUMPY_ROWS = {numpy: name for name, numpy in NUMPY_NAMES.items()} | {
    "absolute": "abs", "add": "add", "clip": "clamp", "divide": "div", "float_power": "pow", "multiply": "mul",
    "negative": "neg", "power": "pow", "remainder": "mod", "subtract": "sub", "floor_divide": "floordiv",
}  # fmt: skip  # a table
COMPARISONS = {"less", "less_equal", "greater", "greater_equal", "equal", "not_equal"}
PREDICATES = {"isfinite", "isinf", "isnan", "signbit"}


#: How often code of a user has read a number in a way through which no derivative flows, such as f"{v:.3f}".
reads: ContextVar[int] = ContextVar("reads", default=0)


class Number(Operators):
    """What Values, dual numbers and traced numbers share. A subclass has ``data``, its plain number."""

    __slots__ = ()
    data: Any

    def __compare__(self, compare: AnyFunction, other: Any) -> Any:
        """Compare the plain numbers by one of Python's operators; all comparisons with numbers come here."""
        if hasattr(other, "__apply__"):
            return compare(self.data, other.data)
        if getattr(other, "ndim", 0):
            return NotImplemented  # NumPy compares each element
        if compare not in (operator.eq, operator.ne):
            return compare(self.data, expect_real(other, "the other side of a comparison", "a number or a Value"))
        return compare(self.data, unwrap(other)) if isinstance(unwrap(other), Complex) else NotImplemented

    def __lt__(self, other: SupportsFloat | Operators) -> Any:
        return self.__compare__(operator.lt, other)

    def __le__(self, other: SupportsFloat | Operators) -> Any:
        return self.__compare__(operator.le, other)

    def __gt__(self, other: SupportsFloat | Operators) -> Any:
        return self.__compare__(operator.gt, other)

    def __ge__(self, other: SupportsFloat | Operators) -> Any:
        return self.__compare__(operator.ge, other)

    def __eq__(self, other: Any) -> Any:
        """Compare the data with a plain number; among Values, each equals itself alone, and a nan nothing."""
        return (self is other or not hasattr(other, "__apply__")) and self.__compare__(operator.eq, other)

    def __ne__(self, other: Any) -> Any:
        return (self is not other and hasattr(other, "__apply__")) or self.__compare__(operator.ne, other)

    __hash__: Callable[[Any], int] = object.__hash__  # type: ignore[assignment]  # it is object's

    def isclose(self, other: Any, rel_tol: float = 1e-9, abs_tol: float = 0.0) -> bool:
        """Compare the numbers, as math.isclose does; == of two Values compares identity."""
        other = other.data if hasattr(other, "__apply__") else expect_real(other, "other", "a number or a Value")
        return math.isclose(self.data, other, rel_tol=rel_tol, abs_tol=abs_tol)

    def __bool__(self) -> bool:
        return bool(self.data)

    def __format__(self, spec: str) -> str:
        reads.set(reads.get() + bool(spec))
        return format(self.data, spec) if spec else repr(self)

    def __floor__(self) -> Any:
        return self.__apply__(TABLE["floor"], (self,))

    def __ceil__(self) -> Any:
        return self.__apply__(TABLE["ceil"], (self,))

    def __trunc__(self) -> Any:
        return self.__apply__(TABLE["trunc"], (self,))

    def __round__(self, ndigits: int | None = None) -> Any:
        if ndigits is None:
            return self.__apply__(TABLE["round"], (self,))
        constant: Any = self.detach()  # type: ignore[attr-defined]  # the derivative is 0; subclasses have it
        if hasattr(constant, "data"):
            constant.data = round(constant.data, ndigits)
        return constant if hasattr(constant, "data") else round(constant, ndigits)

    if not TYPE_CHECKING:  # so that an editor refuses float(v) too

        def __float__(self) -> float:
            raise TypeError(
                "no gradient would flow through a float: use v.data for the number, v.exp() for math.exp(v), "
                "autograd.mean for statistics.mean"
            )

        __int__ = as_integer_ratio = __float__

    @property
    def real(self) -> Any:
        """The number itself, for NumPy's functions that also take complex numbers."""
        return self

    @property
    def imag(self) -> float:
        """0.0, for NumPy's functions that also take complex numbers."""
        return 0.0

    def conjugate(self) -> Any:
        """Return the number itself, for NumPy's functions that also take complex numbers."""
        return self

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """Answer NumPy, which asks where a Value itself is an argument, as in ``np.maximum(v, 0.0)``.

        In arrays of Values NumPy asks nobody and compares elements: ``a.max()`` gives all of the gradient to one
        side of a tie, as Python's ``max`` does, and a nan may be lost. ``autograd.max`` shares and keeps it.
        """
        import numpy as np  # an optional extra: it is there if NumPy asks

        name = ufunc.__name__
        if name in ("fmax", "fmin"):
            raise TypeError(f"np.{name} ignores nan, whose gradient would be lost: use np.maximum or np.minimum")
        if method == "at":  # it changes its first argument in place, and the second is an index
            return ufunc.at(*inputs[:2], *map(_to_objects, inputs[2:]))
        arrays = [_to_objects(x) for x in inputs]
        if name in PREDICATES:
            arrays = [np.frompyfunc(lambda x: getattr(x, "data", x), 1, 1)(a) for a in arrays]
            return ufunc(*[np.asarray(a, dtype=float) for a in arrays], **options)
        if (row := TABLE.get(NUMPY_ROWS.get(name, name))) is not None:
            ufunc = np.frompyfunc(row, ufunc.nin, 1)
        elif name in COMPARISONS and not any(a.ndim for a in arrays):
            options["dtype"] = object  # the answer of the Value itself, which is no bool while it is traced
        with np.errstate(all="ignore"):
            return getattr(ufunc, method)(*arrays, **options)

    def clip(self, lo: Any = None, hi: Any = None, out: Any = None) -> Any:
        """Return clamp(self, lo, hi), for each pair of bounds in arrays; ``np.clip`` calls this."""
        lo, hi = -math.inf if lo is None else lo, math.inf if hi is None else hi
        if out is None and not any(isinstance(x, list | tuple) or getattr(x, "ndim", 0) for x in (lo, hi)):
            return TABLE["clamp"](self, lo, hi)
        import numpy as np  # an optional extra: arrays are given

        return np.frompyfunc(TABLE["clamp"], 3, 1)(self, lo, hi, **({} if out is None else {"out": out}))


def _to_objects(x: Any) -> Any:
    """Return an array of objects; NumPy's numbers become Python's."""
    import numpy as np  # an optional extra: NumPy asks

    array = np.asarray(x)
    return (array.astype(float) if array.dtype.kind in "biuf" else array).astype(object)
