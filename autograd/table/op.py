"""An operation: its rule, how it is written, and how it is called.

An ``Op`` is called with numbers of any kind. An argument that has ``__apply__(op, args)`` takes the call over, as
with NumPy's ``__array_ufunc__``, so the table need not know who records, traces or differentiates.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from . import operators
from .compiler import compile_rule
from .floats import to_float
from .operators import NUMPY_NAMES, Operators, Rule, on_floats
from .primitives import expect_number, primitive

Interval = tuple[float, float]
Domain = tuple[Interval, ...]

TABLE: dict[str, Op] = operators.TABLE


@dataclass(frozen=True)
class Notation:
    """How an operation is written: its symbol in a picture, its LaTeX, and its derivatives as in a textbook.

    In ``latex``, #1 and #2 are arguments and #* is a list of all. ``textbook`` has a derivative wherever the rule is
    written in another form, which keeps more digits or treats the border of the domain; it is never computed with.
    """

    symbol: str
    latex: str
    textbook: Sequence[Rule | None] = ()


@dataclass(frozen=True)
class Calling:
    """How an operation is called: how many arguments it takes, and which may be left out.

    An operation on any number of arguments has a ``signature``, which turns a call into one flat tuple. One with a
    result for each argument, such as softmax, has a function ``each`` that returns them all as a list; its rule is that
    of one result, whose argument comes first, and is called with ``index``.
    """

    counts: range
    defaults: tuple[float, ...] = ()
    signature: Rule | None = None
    each: Rule | None = None


class Op:
    """An operation of the table.

    Args:
        name: The function's name.
        notation: How it is written.
        calling: How it is called.
        forward: The result y of (a, b, …).
        domain: For each argument, the open intervals on which the operation is smooth.
        partials: For each argument, ∂y/∂ it as a function of (y, a, b, …), or None where nothing flows, as in a
            comparison. An operation with a ``signature`` has one function for all, which returns a tuple.
        kink: A function of (a, b, …) that is 0 where the derivative jumps, if that depends on several arguments.
        selects: Whether it passes its upstream to the argument chosen and nothing, not 0 × upstream, to the others.
        symmetric: Whether the order of the arguments makes no difference.
        ulps: A function of (a, b, …) that bounds the error in ulp of the sum of the magnitudes that the rule adds;
            without it the bound is 4.
    """

    def __init__(
        self,
        name: str,
        notation: Notation,
        calling: Calling,
        forward: Rule,
        domain: tuple[Domain, ...],
        partials: Sequence[Any],
        *,
        kink: Rule | None = None,
        selects: bool = False,
        symmetric: bool = False,
        ulps: Rule | None = None,
    ) -> None:
        self.name = name
        self.notation = notation
        self.calling = calling
        self.forward = forward
        self.domain = domain
        self.partials = partials
        self.kink = kink
        self.selects = selects
        self.symmetric = symmetric
        self.ulps = ulps
        self.arity = None if calling.signature else len(partials)
        self.primitive = hasattr(forward, "on_float")
        self.is_unary_or_binary = self.arity in (1, 2) and None not in partials  # how a node keeps its arguments
        self.compiled: Any = None  # the forward and the partials on floats, once compile_rule has made them

    @property
    def symbol(self) -> str:
        """The symbol in a picture."""
        return self.notation.symbol

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Apply the operation: floats give a float, Values a Value, and so for every kind of number."""
        if len(args) == self.arity and not named:
            return self.apply(args)
        if self.calling.each:
            return self._each(self.calling.each, args, **named)
        return self.apply(self.flatten(args, named))

    def _each(self, each: Rule, args: tuple[Any, ...], index: int | None = None, **named: Any) -> Any:
        if named:
            raise TypeError(f"{self.name}() takes numbers and an index, no {', '.join(named)}")
        flat = self.flatten(args, {})
        if index is None:
            return each(flat)
        if not hasattr(index, "__index__") or not 0 <= index < len(flat):
            raise ValueError(f"index: expected one of the {len(flat)} arguments of {self.name}(), got {index!r:.40}")
        return self.apply((flat[index], *flat[:index], *flat[index + 1 :]))

    def apply(self, args: tuple[Any, ...]) -> Any:
        """Apply the operation to its arguments in one flat tuple, as a graph keeps them."""
        for a in args:
            if type(a) is not float:
                return self._apply_to_any(args)
        return self.on_float(*args)

    def _apply_to_any(self, args: tuple[Any, ...]) -> Any:
        real = True
        for a in args:
            if hasattr(a, "__apply__"):
                answer = a.__apply__(self, args)
                if answer is not NotImplemented:
                    return answer
                real = False  # another argument answers, or refuses
            elif not isinstance(a, float | int):
                expect_number(a, self.name)
                real = False
        return self.on_float(*map(to_float, args)) if real else self.forward(*args)

    def on_float(self, *args: float) -> float:
        """Return the result on floats; nothing raises, as in IEEE 754."""
        return (self.compiled or compile_rule(self))[0](*args)

    def flatten(self, args: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        """Return a call's arguments as one flat tuple, names and defaults filled in, or raise TypeError."""
        if self.calling.signature:
            return self._expect_enough(tuple(self.calling.signature(*args, **named)))
        count, defaults = len(self.partials), self.calling.defaults
        names = list(inspect.signature(self.partials[-1] or self.forward).parameters)[-count:]  # y comes first
        found = dict(zip(names[::-1], defaults[::-1], strict=False)) | dict(zip(names, args, strict=False)) | named
        unknown = [name for name in named if name not in names[len(args) :]]
        if unknown or len(args) > count or len(found) < count:
            expected = " or ".join(str(k) for k in range(count - len(defaults), count + 1))
            no = f", no {', '.join(unknown)}" if unknown else ""
            plural = "s" * (expected != "1")
            raise TypeError(f"{self.name}() takes {expected} argument{plural}{no}, {len(args)} given")
        return tuple([found[name] for name in names])

    def _expect_enough(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        if not args and 0 not in self.calling.counts:
            raise ValueError(f"{self.name}() takes at least one number, none given")
        return args

    def derivatives(self, y: Any, args: Sequence[Any]) -> Callable[[int], Any]:
        """Return the function from a slot to ∂y/∂ the argument in it, on any kind of number; None: nothing flows."""
        partials = self.partials
        if all(type(x) is float for x in (y, *args)):
            partials = (self.compiled or compile_rule(self))[1]
        if self.arity is None:
            every: Callable[[], Any] = cache(lambda: on_floats(partials[0], y, *args))
            return lambda slot: every()[slot]
        return lambda slot: (rule := partials[slot]) and on_floats(rule, y, *args)

    def derivative(self, y: Any, args: Sequence[Any], slot: int) -> Any:
        """Return ∂y/∂ the argument in one slot."""
        return self.derivatives(y, args)(slot)

    def textbook_derivatives(self, y: Any, args: Sequence[Any]) -> tuple[Any, ...]:
        """Return ∂y/∂ each argument in the form that a textbook has."""
        textbook = self.notation.textbook
        if self.arity is None:
            return tuple((textbook or self.partials)[0](y, *args))  # type: ignore[misc]  # a rule, not None
        rules = [*textbook, *[None] * len(args)][: len(args)]
        return tuple([rule(y, *args) if rule else self.derivative(y, args, slot) for slot, rule in enumerate(rules)])

    def local_derivatives(self, y: float, raw: Sequence[float], args: Sequence[Any]) -> tuple[float | None, ...]:
        """Return ∂y/∂ each argument on floats; None for a constant, and where nothing flows."""
        partials = (self.compiled or compile_rule(self))[1]
        if self.arity is None:
            return tuple([None if type(a) is float else d for d, a in zip(partials[0](y, *raw), args, strict=True)])
        found = [None if type(a) is float else rule and rule(y, *raw) for rule, a in zip(partials, args, strict=True)]
        return tuple([None if self.selects and d == 0 else d for d in found])

    def __repr__(self) -> str:
        return f"<op {self.name}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return find, (self.name,)


def find(name: str) -> Op:
    """Return the operation of this name; unpickling an Op calls it."""
    return TABLE[name]


def register(
    name: str, symbol: str, latex: str, forward: Rule, domain: Any, *partials: Rule | None,
    textbook: Sequence[Rule | None] = (), counts: range = range(sys.maxsize), defaults: tuple[float, ...] = (),
    signature: Rule | None = None, each: Rule | None = None, **rule: Any,
) -> Op:  # fmt: skip  # as a row of the table reads
    """Add an operation to the table and return it; see ``Op`` for the arguments.

    A forward that is ``primitive`` itself is the primitive of this name. One with a fixed number of arguments
    becomes a method of every class with ``Operators``.

    Raises:
        ValueError: The table has the name already.
    """
    if name in TABLE:
        raise ValueError(f"name: the table already has an operation {name!r}")
    if forward is primitive:
        forward = primitive(name)
    if not signature:
        counts = range(len(partials), len(partials) + 1)
    calling = Calling(counts, defaults, signature, each)
    TABLE[name] = op = Op(name, Notation(symbol, latex, textbook), calling, forward, domain, partials, **rule)
    for method in (name, NUMPY_NAMES.get(name, name)):
        if not signature and not hasattr(Operators, method):
            setattr(Operators, method, _method(op))
    return op


def _method(op: Op) -> Rule:
    def unary(self: Any) -> Any:
        return self.__apply__(op, (self,))

    def method(self: Any, *args: Any, **named: Any) -> Any:
        return op(self, *args, **named)

    function = unary if op.arity == 1 else method
    function.__name__ = op.name
    function.__doc__ = f"Apply {op.name} to this number; see autograd.{op.name}."
    return function
