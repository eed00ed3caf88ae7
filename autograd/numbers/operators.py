"""Python's operators as operations, and floats whose operators never raise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .floats import AnyFunction, to_float

#: Every operation by name, in the order of definition; above this module, op.py knows them as Ops.
TABLE: dict[str, Any] = {}

#: NumPy's names for methods of the objects in an array: np.arcsin(x) calls x.arcsin().
NUMPY_NAMES = {
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh",
    "atan2": "arctan2", "round": "rint", "abs": "fabs",
}  # fmt: skip  # a table


def _operator(name: str) -> tuple[AnyFunction, AnyFunction]:
    def operator(self: Any, other: Any) -> Any:
        return self.__apply__(TABLE[name], (self, other))

    def reflected(self: Any, other: Any) -> Any:
        return self.__apply__(TABLE[name], (other, self))

    operator.__qualname__, reflected.__qualname__ = f"__{name}__", f"__r{name}__"
    return operator, reflected


if TYPE_CHECKING:
    from .methods import Methods  # a .pyi file: the types of the operators below and of what register adds
else:
    Methods = object


class Operators(Methods):
    """Python's operators, for a class that has ``__apply__(op, args)``.

    ``op.register`` adds a method for each operation with a fixed number of arguments.
    """

    __slots__ = ()

    if not TYPE_CHECKING:
        __add__, __radd__ = _operator("add")
        __sub__, __rsub__ = _operator("sub")
        __mul__, __rmul__ = _operator("mul")
        __truediv__, __rtruediv__ = _operator("div")
        __mod__, __rmod__ = _operator("mod")
        __pow__, __rpow__ = _operator("pow")
        __floordiv__, __rfloordiv__ = _operator("floordiv")

        def __divmod__(self, other):
            return self // other, self % other

        def __rdivmod__(self, other):
            return other // self, other % self

        def __neg__(self):
            return self.__apply__(TABLE["neg"], (self,))

        def __pos__(self):
            return self

        def __abs__(self):
            return self.__apply__(TABLE["abs"], (self,))

    def __apply__(self, op: Any, args: tuple[Any, ...]) -> Any:
        raise TypeError(f"{type(self).__name__} must define __apply__(op, args)")


class IEEE(Operators, float):  # type: ignore[misc]  # float has more ways to call pow
    """A float whose operators give infinities and nan where Python's raise."""

    __slots__ = ()

    def __apply__(self, op: Any, args: tuple[Any, ...]) -> Any:
        if all(isinstance(a, float | int) for a in args):
            return IEEE(op.on_float(*map(to_float, args)))
        return op.apply(tuple(map(_strip_ieee, args)))  # another argument, such as a Value, answers

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{name}: a rule is given floats too, which have no .{name}; write it in operations")


def apply_rule(rule: AnyFunction, *args: Any) -> Any:
    """Apply a rule; if Python's operators raise, apply it again on IEEE floats.

    >>> apply_rule(lambda a: 1 / a**2, 0.0), apply_rule(lambda a: a**2, 1e200)
    (inf, inf)
    """
    try:
        return rule(*args)
    except ArithmeticError:
        if not all(isinstance(a, float | int) or hasattr(type(a), "__apply__") for a in args):
            raise  # exact numbers have no infinities
        answer = rule(*[IEEE(to_float(a)) if isinstance(a, float | int) else a for a in args])
        return tuple(map(_strip_ieee, answer)) if isinstance(answer, tuple) else _strip_ieee(answer)


def _strip_ieee(x: Any) -> Any:
    return float(x) if isinstance(x, float | int) else x
