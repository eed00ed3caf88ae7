"""An operation: its rule, how it is written, and how it is called.

It is called with numbers of any kind. An argument that has ``__apply__(op, args)`` takes the call over, as with
NumPy's ``__array_ufunc__``: the table need not know who records, traces or differentiates.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from .. import numbers
from ..numbers import NUMPY_NAMES, AnyFunction, Operators, apply_rule, expect_number, primitive, to_index, unwrap
from .compiler import compile_rule

Interval = tuple[float, float]
Domain = tuple[Interval, ...]

TABLE: dict[str, Op] = numbers.TABLE


@dataclass(frozen=True)
class Notation:
    """The notation of an operation: in a picture, in LaTeX and in a textbook.

    In LaTeX #1 and #2 are arguments, and #* is a list of all. A textbook's form is shown, never computed with.
    """

    symbol: str
    latex: str
    textbook: Sequence[AnyFunction | None] = ()  # None: as in the rule


@dataclass(frozen=True)
class Calling:
    """The calls of an operation: counts of arguments, defaults and signature.

    A signature returns any number of arguments as one tuple. An operation with a result for each argument, such as
    softmax, returns the list ``each(args)``, or with ``index`` one result: that of its rule with this argument first.
    """

    counts: range
    defaults: tuple[float, ...] = ()
    signature: AnyFunction | None = None
    each: AnyFunction | None = None


@dataclass(eq=False, repr=False)
class Op:
    """An operation of the table."""

    name: str
    notation: Notation
    calling: Calling
    forward: AnyFunction  # y from (a, b, …)
    domain: tuple[Domain, ...]  # for each argument, the open intervals where the operation is smooth
    partials: Sequence[Any]  # ∂y/∂a, ∂y/∂b … from (y, a, b, …), None where nothing flows; of a signature one for all
    kink: AnyFunction | None = None  # from (a, b, …), 0 where the derivative jumps, if several arguments decide
    smooth: str = ""  # where it is smooth, in words, if domain and kink do not say it
    selects: bool = False  # whether arguments that are not chosen get nothing, not 0 × upstream
    chooses: Container[int] = ()  # the slots whose arguments get exactly 0 while they are not chosen, as those of max
    symmetric: bool = False  # whether the order of the arguments makes no difference
    ulps: AnyFunction | None = None  # from (a, b, …), the error in ulp of the sum of the rule's terms; None: 4

    def __post_init__(self) -> None:
        self.arity: int | None = None if self.calling.signature else len(self.partials)
        self.primitive: bool = hasattr(self.forward, "on_float")
        self.is_unary_or_binary: bool = (
            self.arity in (1, 2) and None not in self.partials
        )  # how a node keeps its arguments
        self.compiled: Any = None  # the forward and the partials on floats, after compile()
        self.__module__ = "autograd"  # where help() and editors say that it is
        self.__name__: str = self.name

    @property
    def symbol(self) -> str:
        """The symbol in a picture."""
        return self.notation.symbol

    @cached_property
    def parameters(self) -> list[str]:
        """The names of the arguments: those of the rule, or of a primitive's partial after y."""
        if self.primitive and (partial := next(filter(None, self.partials), None)):
            return list(inspect.signature(partial).parameters)[1:]
        return list(inspect.signature(getattr(self.forward, "on_float", self.forward)).parameters)

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Apply the operation; the result is of the kind of the arguments."""
        if len(args) == self.arity and not named:
            return self.apply(args)
        if self.calling.each:
            return self._each(self.calling.each, args, **named)
        return self.apply(self.flatten(args, named))

    def _each(self, each: AnyFunction, args: tuple[Any, ...], index: int | None = None, **named: Any) -> Any:
        if named:
            raise TypeError(f"{self.name}() takes numbers and an index, no {', '.join(named)}")
        flat = self.flatten(args, {})
        for a in flat:
            if not (type(a) is float or hasattr(type(a), "__apply__")):
                (numbers.expect_real if isinstance(a, int) else expect_number)(unwrap(a), self.name)  # not its parts'
        if index is None:
            return each(flat)
        if (n := to_index(index)) is None or not -len(flat) <= n < len(flat):
            raise ValueError(f"index: expected one of the {len(flat)} arguments of {self.name}(), got {index!r:.40}")
        return self.apply((flat[n], *flat[:n], *flat[n + 1 or len(flat) :]))

    def flatten(self, args: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        """Return a call's arguments, named ones and defaults too, as one tuple."""
        if self.calling.signature:
            flat = tuple(self.calling.signature(*args, **named))
            if not flat and 0 not in self.calling.counts:
                raise ValueError(f"{self.name}() takes at least one number, none given")
            return flat
        count, names, defaults = len(self.partials), self.parameters, self.calling.defaults
        found = dict(zip(names[::-1], defaults[::-1], strict=False)) | dict(zip(names, args, strict=False)) | named
        unknown = [name for name in named if name not in names[len(args) :]]
        if unknown or len(args) > count or len(found) < count:
            expected = " or ".join(str(k) for k in range(count - len(defaults), count + 1))
            no = f", no {', '.join(unknown)}" if unknown else ""
            plural = "" if expected == "1" else "s"
            write = f"; write {self.name}({', '.join(names)})" if unknown else ""
            raise TypeError(f"{self.name}() takes {expected} argument{plural}{no}, {len(args)} given{write}")
        return tuple([found[name] for name in names])

    def apply(self, args: tuple[Any, ...]) -> Any:
        """Apply the operation to its arguments in one tuple, as a graph keeps them."""
        for a in args:
            if type(a) is not float:
                return self._apply_to_any(args)
        return self.on_float(*args)

    def _apply_to_any(self, args: tuple[Any, ...]) -> Any:
        real = True
        for a in args:
            if hasattr(type(a), "__apply__"):
                answer = a.__apply__(self, args)
                if answer is not NotImplemented:
                    return answer
                real = False  # another argument answers
            elif not isinstance(a, float | int):
                expect_number(a, self.name)
                real = False
        if not real:
            return numbers.on_each_element(self, args)
        return self.on_float(*[numbers.expect_real(a, f"argument {i} of {self.name}()") for i, a in enumerate(args, 1)])

    def compile(self) -> Any:
        """Compile the rule, and return the forward and the partials on floats."""
        self.compiled = compile_rule(self)
        return self.compiled

    def on_float(self, *args: float) -> float:
        """Return the result on floats, which never raises."""
        return (self.compiled or self.compile())[0](*args)  # type: ignore[no-any-return]  # a float

    def local_derivatives(self, y: float, raw: Sequence[float], args: Sequence[Any]) -> tuple[float | None, ...]:
        """Return ∂y/∂ each argument on floats; None for a float, or if nothing flows."""
        partials = (self.compiled or self.compile())[1]
        if not any(partials):
            return partials  # type: ignore[no-any-return]  # a tuple of None
        if self.arity is None:
            return tuple([None if type(a) is float else d for d, a in zip(partials[0](y, *raw), args, strict=True)])
        found = [None if type(a) is float else rule and rule(y, *raw) for rule, a in zip(partials, args, strict=True)]
        return tuple([None if d == 0 else d for d in found] if self.selects else found)

    def partials_at(self, y: Any, args: Sequence[Any]) -> Callable[[int], Any]:
        """Return the function slot → ∂y/∂ its argument; None where nothing flows."""
        partials = self.partials
        if all(type(x) is float for x in (y, *args)):
            partials = (self.compiled or self.compile())[1]
        if self.arity is None:
            every: Callable[[], Any] = cache(lambda: apply_rule(partials[0], y, *args))
            return lambda slot: every()[slot]
        return lambda slot: (rule := partials[slot]) and apply_rule(rule, y, *args)

    def derivative(self, y: Any, args: Sequence[Any], slot: int) -> Any:
        """Return ∂y/∂ the argument in one slot."""
        return self.partials_at(y, args)(slot)

    def textbook_derivatives(self, y: Any, args: Sequence[Any]) -> tuple[Any, ...]:
        """Return ∂y/∂ each argument as a textbook writes it."""
        textbook, derivative = self.notation.textbook, self.partials_at(y, args)
        if self.arity is None:
            return tuple((textbook or self.partials)[0](y, *args))  # type: ignore[misc]  # a rule, not None
        rules = [*textbook, *[None] * len(args)][: len(args)]
        return tuple([rule(y, *args) if rule else derivative(slot) for slot, rule in enumerate(rules)])

    def __repr__(self) -> str:
        return f"<op {self.name}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return find, (self.name,)


def pack(op: Op, items: Sequence[Any]) -> tuple[Any, Any]:
    """Return arguments, or their local derivatives, as a node's two slots hold them."""
    return (*items, None)[:2] if op.is_unary_or_binary else (items, None)


def find(name: str) -> Op:
    """Return the operation of this name; unpickling one calls it."""
    return TABLE[name]


def register(
    name: str, symbol: str, latex: str, forward: AnyFunction, domain: Any, *partials: AnyFunction | None,
    textbook: Sequence[Any] = (), defaults: tuple[float, ...] = (), calling: Calling | None = None, **rule: Any,
) -> Op:  # fmt: skip  # as a row of the table
    """Add an operation to the table and return it.

    ``primitive`` as the forward means the primitive of this name. An operation with a fixed number of arguments becomes
    a method of every class with Operators.

    Raises:
        ValueError: If the table has the name.
    """
    if name in TABLE:
        raise ValueError(f"name: the table already has an operation {name!r}")
    calling = calling or Calling(range(len(partials), len(partials) + 1), defaults)
    forward = primitive(name) if forward is primitive else forward
    TABLE[name] = op = Op(name, Notation(symbol, latex, textbook), calling, forward, domain, partials, **rule)
    for method in (name, NUMPY_NAMES.get(name, name)):
        if not calling.signature and not hasattr(Operators, method):
            setattr(Operators, method, _method(op))
    return op


def _method(op: Op) -> AnyFunction:
    def unary(self: Any) -> Any:
        return self.__apply__(op, (self,))

    def method(self: Any, *args: Any, **named: Any) -> Any:
        return op(self, *args, **named)

    function = unary if op.arity == 1 else method
    function.__name__ = function.__qualname__ = op.name
    function.__module__ = "autograd"  # as that of the operation
    function.__doc__ = f"Apply {op.name} to this number; see autograd.{op.name}."
    function.__wrapped__ = op  # type: ignore[attr-defined]  # it has the signature
    return function
