"""Numbers that record, in Python and NumPy: comparisons, rounding, conversions."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from decimal import Decimal
from numbers import Number as AnyNumber
from numbers import Rational
from threading import local
from typing import TYPE_CHECKING, Any

from .conversion import expect_real, unwrap
from .decisions import decide
from .floats import AnyFunction
from .operators import TABLE, Operators


class Reads(local):
    """The number of reads in this thread through which no derivative flows, and the last one."""

    count: int = 0
    last: str = ""  # a verb and what was read, such as "reads .data"

    def note(self, what: str, flows: bool = True) -> None:
        """Count a read, if a derivative would have flown."""
        self.count, self.last = self.count + flows, what if flows else self.last


reads: Reads = Reads()


def compare_number(x: Any, compare: AnyFunction, other: Any) -> Any:
    """Compare a plain number exactly, not in the type of the other."""
    if getattr(other, "ndim", 0):
        return NotImplemented  # NumPy compares each element
    number = unwrap(other)
    if compare in (operator.eq, operator.ne):
        return compare(x, number) if isinstance(number, AnyNumber) else NotImplemented
    if not isinstance(number, Rational | Decimal):  # which may be beyond the range of floats
        expect_real(other, "the other side of a comparison", "a number or a Value")
    return compare(x, number)


class Number(Operators):
    """The base of Values, dual numbers and traced numbers, which have ``data``."""

    __slots__ = ()
    data: Any

    def __compare__(self, compare: AnyFunction, other: Any) -> Any:
        """Compare the plain numbers by an operator; all comparisons with numbers come here."""
        inner = unwrap(other)
        return compare_number(self.data, compare, inner.data if hasattr(type(inner), "__apply__") else other)

    if not TYPE_CHECKING:  # methods.pyi has the types

        def __lt__(self, other):
            return self.__compare__(operator.lt, other)

        def __le__(self, other):
            return self.__compare__(operator.le, other)

        def __gt__(self, other):
            return self.__compare__(operator.gt, other)

        def __ge__(self, other):
            return self.__compare__(operator.ge, other)

        def __eq__(self, other):
            """Compare data with a plain number; a Value equals only itself, and a nan nothing."""
            return (self is other or not hasattr(type(other), "__apply__")) and self.__compare__(operator.eq, other)

        def __ne__(self, other):
            return (self is not other and hasattr(type(other), "__apply__")) or self.__compare__(operator.ne, other)

    __hash__: Callable[[Any], int] = object.__hash__  # type: ignore[assignment]  # it is object's

    def isclose(self, other: Any, rel_tol: float = 1e-9, abs_tol: float = 0.0) -> bool:
        """Compare the numbers, as math.isclose does; == of two Values compares identity."""
        x = other.data if hasattr(type(other), "__apply__") else expect_real(other, "other", "a number or a Value")
        decide(self, "≈", other)
        return math.isclose(self.data, x, rel_tol=rel_tol, abs_tol=abs_tol)

    def __bool__(self) -> bool:
        return bool(self != 0.0)

    def __format__(self, spec: str) -> str:
        if not spec:
            return repr(self)
        reads.note("reads a text such as f'{v:.3f}'")
        return format(self.data, spec)

    def __floor__(self) -> Any:
        return self.__apply__(TABLE["floor"], (self,))

    def __ceil__(self) -> Any:
        return self.__apply__(TABLE["ceil"], (self,))

    def __trunc__(self) -> Any:
        return self.__apply__(TABLE["trunc"], (self,))

    def __round__(self, ndigits: int | None = None) -> Any:
        if ndigits is None:
            return self.__apply__(TABLE["round"], (self,))
        before = reads.count, reads.last
        decide(self, "round")
        constant: Any = self.detach()  # type: ignore[attr-defined]  # subclasses have it
        reads.count, reads.last = before  # the derivative is 0, so none is lost
        if hasattr(constant, "data"):
            constant.data = round(constant.data, ndigits)
        return constant if hasattr(constant, "data") else round(constant, ndigits)

    if not TYPE_CHECKING:  # so that an editor refuses float(v) too

        def __float__(self) -> float:
            raise TypeError(
                "no gradient would flow through a float: use v.data for the number, v.exp() for math.exp(v), "
                "autograd.mean for statistics.mean and fmean, with it mean((v - m)**2 for v in data) for a variance, "
                "dtype=object for an array"
            )

        __int__ = as_integer_ratio = __float__

    @property
    def real(self) -> Any:
        """The number itself, for NumPy's functions that also take complex numbers."""
        return self

    imag: float = 0.0  # as real

    @property
    def dtype(self) -> Any:
        """Raise AttributeError, for a NumPy function that met a number in NumPy's own array."""
        raise AttributeError("NumPy cannot compute this on its own arrays of Values: write autograd.array for np.array")

    def conjugate(self) -> Any:
        """Return the number itself, for NumPy's functions that also take complex numbers."""
        return self

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """Answer NumPy, whose function got a Value itself, as in ``np.maximum(v, 0.0)``."""
        from .arrays import apply_ufunc  # NumPy, an optional extra, is there if it asks

        return apply_ufunc(ufunc, method, inputs, options)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        from .arrays import apply_function  # NumPy, an optional extra, is there if it asks

        return apply_function(function, args, kwargs)
