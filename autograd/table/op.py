"""What a row of the table is, and how it is read on floats.

An ``Op`` is called with numbers of any kind. An argument that has ``__apply__(op, args)`` takes the
call over, as NumPy's ``__array_ufunc__`` does, so the table need not know who records, traces or
differentiates with it.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Sequence
from typing import Any

from .floats import to_float
from .primitives import expect_number

Rule = Callable[..., Any]
Interval = tuple[float, float]
Domain = tuple[Interval, ...]

#: Every operation by name, in the order of its definition.
TABLE: dict[str, Op] = {}


class Op:
    """One row: all that is known of an operation.

    ``forward(a, b, …)`` gives the result y; ``partials[i](y, a, b, …)`` gives ∂y/∂ the i-th argument, or
    is None where nothing ever flows (a comparison). ``domain`` holds for each argument the open intervals
    on which the row is smooth; where that depends on two arguments together, as for ``maximum``, the
    derivative jumps where ``kink(a, b)`` is 0. A row that ``selects`` passes its upstream on to the
    argument chosen and nothing, not 0 × upstream, to the others. A ``symmetric`` row gives the same for its
    arguments in any order.

    A row for any number of arguments has a ``signature``, which turns what it is called with into one flat
    tuple, and one function ``partials(y, *args)`` for all of them; it takes as many as ``counts`` has.

    A row that gives one result for ``each`` argument, as softmax does, is written as that of the first among
    all; a call puts every argument first in turn and gives a list, or with ``index`` that one result.

    ``textbook`` has the partials as people know them where the row has a form that keeps more digits or minds the
    border of the domain; it is shown, never computed with.

    Every row is accurate to 4 ulp of the sum of the magnitudes that its rule adds; ``ulps(a, b, …)`` states
    the bound of one that is not.
    """

    def __init__(
        self,
        name: str,
        symbol: str,
        latex: str,
        forward: Rule,
        domain: tuple[Domain, ...],
        partials: Sequence[Any],
        *,
        defaults: tuple[float, ...] = (),
        kink: Rule | None = None,
        selects: bool = False,
        symmetric: bool = False,
        signature: Rule | None = None,
        counts: range = range(sys.maxsize),
        ulps: Rule | None = None,
        each: bool = False,
        textbook: Sequence[Rule | None] = (),
    ) -> None:
        self.name = name
        self.symbol = symbol
        self.latex = latex
        self.forward = forward
        self.domain = domain
        self.partials = partials
        self.defaults = defaults
        self.kink = kink
        self.selects = selects
        self.symmetric = symmetric
        self.signature = signature
        self.ulps = ulps
        self.each = each
        self.textbook = textbook
        self.arity = None if signature else len(partials)
        self.counts = counts if signature else range(len(partials), len(partials) + 1)
        self.primitive = hasattr(forward, "on_float")
        self.on_float = getattr(forward, "on_float", forward)  # the forward on floats, without a look at their kind
        self.is_unary_or_binary = self.arity in (1, 2) and None not in partials  # how a node keeps its arguments
        self.compiled: Any = None  # the row as straight lines of Python; see trees.py

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Apply the operation: floats give a float, Values a Value, and so for every kind of number."""
        if self.each:
            return self._each(args, **named)
        return self.apply(args if len(args) == self.arity and not named else self.flatten(args, named))

    def _each(self, args: tuple[Any, ...], index: int | None = None, **named: Any) -> Any:
        if named:
            raise TypeError(f"{self.name}() takes numbers and an index, no {', '.join(named)}")
        flat = self.flatten(args, {})
        if index is None:
            return [self.apply((a, *flat[:i], *flat[i + 1 :])) for i, a in enumerate(flat)]
        if not hasattr(index, "__index__") or not 0 <= index < len(flat):
            raise ValueError(f"index: expected one of the {len(flat)} arguments of {self.name}(), got {index!r:.40}")
        return self.apply((flat[index], *flat[:index], *flat[index + 1 :]))

    def apply(self, args: tuple[Any, ...]) -> Any:
        """Apply the operation to its arguments in one flat tuple, as a graph keeps them."""
        forward, plain = self.on_float, True
        for a in args:
            if type(a) is not float and type(a) is not int:
                if hasattr(a, "__apply__"):
                    answer = a.__apply__(self, args)
                    if answer is not NotImplemented:
                        return answer
                    continue  # another argument answers, or refuses
                expect_number(a, self.name)
                forward, plain = self.forward, isinstance(a, float | int) and plain
        y = on_floats(forward, *args)
        return float(y) if plain else y

    def flatten(self, args: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        """Turn a call's arguments into the flat tuple, names and defaults filled in, or raise TypeError."""
        if self.signature:
            return tuple(self.signature(*args, **named))
        if named:  # the rules name the arguments, after the result
            names = list(inspect.signature(self.partials[-1] or self.forward).parameters)[-len(self.partials) :]
            for name in names[len(args) :]:
                if name in named:
                    args = (*args, named.pop(name))
        missing = len(self.partials) - len(args)
        if 0 <= missing <= len(self.defaults) and not named:
            return args + self.defaults[len(self.defaults) - missing :]
        expected = " or ".join(str(len(self.partials) - k) for k in range(len(self.defaults), -1, -1))
        unknown = f", no {', '.join(named)}" if named else ""
        raise TypeError(f"{self.name}() takes {expected} argument{'s' * (expected != '1')}{unknown}, {len(args)} given")

    def derivative(self, y: Any, args: Sequence[Any], slot: int) -> Any:
        """Return ∂y/∂ the argument in this slot, read on whatever numbers are given; None: nothing flows."""
        if self.signature:
            return on_floats(self.partials[0], y, *args)[slot]
        rule = self.partials[slot]
        return rule and on_floats(rule, y, *args)

    def textbook_derivatives(self, y: Any, args: Sequence[Any]) -> tuple[Any, ...]:
        """Return ∂y/∂ each argument in the form to be read by people."""
        if self.signature:
            return tuple((self.textbook or self.partials)[0](y, *args))  # type: ignore[misc]  # a rule, not None
        rules = [*self.textbook, *[None] * len(args)][: len(args)]
        return tuple([rule(y, *args) if rule else self.derivative(y, args, slot) for slot, rule in enumerate(rules)])

    def local_derivatives(self, y: float, raw: Sequence[float], args: Sequence[Any]) -> tuple[float | None, ...]:
        """Return ∂y/∂ each argument on floats; None for a constant, and where nothing flows."""
        if self.signature:
            every = on_floats(self.partials[0], y, *raw)
            return tuple([None if type(a) is float else float(d) for d, a in zip(every, args, strict=True)])
        found = [None if type(a) is float else self.derivative(y, raw, slot) for slot, a in enumerate(args)]
        return tuple([None if d is None or (self.selects and d == 0) else float(d) for d in found])

    def __repr__(self) -> str:
        return f"<op {self.name}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _named, (self.name,)


def _named(name: str) -> Op:
    """Find a row by name; what unpickling an Op calls."""
    return TABLE[name]


def _operator(name: str) -> tuple[Rule, Rule]:
    """Make a binary operator and its reflection from the row of this name."""

    def operator(self: Any, other: Any) -> Any:
        return self.__apply__(TABLE[name], (self, other))

    def reflected(self: Any, other: Any) -> Any:
        return self.__apply__(TABLE[name], (other, self))

    return operator, reflected


class Operators:
    """Python's operators as rows of the table, for a class whose ``__apply__`` takes over."""

    __slots__ = ()

    __add__, __radd__ = _operator("add")
    __sub__, __rsub__ = _operator("sub")
    __mul__, __rmul__ = _operator("mul")
    __truediv__, __rtruediv__ = _operator("div")
    __mod__, __rmod__ = _operator("mod")
    __pow__, __rpow__ = _operator("pow")

    def __neg__(self) -> Any:
        return self.__apply__(TABLE["neg"], (self,))

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return self.__apply__(TABLE["abs"], (self,))

    def __apply__(self, op: Op, args: tuple[Any, ...]) -> Any:
        raise TypeError(f"{type(self).__name__} must define __apply__(op, args)")


#: Names that NumPy gives to methods when it meets objects: np.arcsin(x) calls x.arcsin().
NUMPY_NAMES = {
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh",
    "atan2": "arctan2", "round": "rint", "abs": "fabs",
}  # fmt: skip  # one line for each reads worse


def row(name: str, symbol: str, latex: str, forward: Rule, domain: Any, *partials: Rule | None, **options: Any) -> Op:
    """Add a row to the table and return it; it becomes a method of every class with operators.

    Raises ValueError if the table has the name already.
    """
    if name in TABLE:
        raise ValueError(f"name: the table already has an operation {name!r}")
    TABLE[name] = op = Op(name, symbol, latex, forward, domain, partials, **options)
    for method in (name, NUMPY_NAMES.get(name, name)):
        if not op.signature and not hasattr(Operators, method):
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


class IEEE(Operators, float):
    """A float whose operators are total, as the primitives are.

    Rules are read on plain floats first, which is fast; where Python's own operators raise, they are
    read again on these.
    """

    __slots__ = ()

    def __apply__(self, op: Op, args: tuple[Any, ...]) -> Any:
        if all(isinstance(a, float | int) for a in args):
            return IEEE(op.forward(*map(to_float, args)))
        return op.apply(tuple(map(_plain, args)))  # a constant beside a Value, which answers


def on_floats(rule: Rule, *args: Any) -> Any:
    """Read a rule on numbers; on floats it answers where Python's own operators would raise.

    >>> on_floats(lambda a: 1 / a**2, 0.0), on_floats(lambda a: a**2, 1e200)
    (inf, inf)
    """
    try:
        return rule(*args)
    except ArithmeticError:
        if not all(isinstance(a, float | int) or hasattr(a, "__apply__") for a in args):
            raise  # exact numbers have no infinities
        answer = rule(*[IEEE(to_float(a)) if isinstance(a, float | int) else a for a in args])
        return tuple(map(_plain, answer)) if isinstance(answer, tuple) else _plain(answer)


def _plain(x: Any) -> Any:
    """Turn numbers of Python's into floats; Values and the like stay as they are."""
    return float(x) if isinstance(x, float | int) else x
