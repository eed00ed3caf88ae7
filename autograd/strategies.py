"""Hypothesis strategies: numbers in a domain, arguments for a row of the table, expressions with sharing."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import inf, isfinite, nextafter
from typing import Any

from .op import TABLE, Domain, Interval, Op

try:
    from hypothesis import strategies as st
except ImportError as error:
    raise ImportError('autograd.strategies needs hypothesis: pip install "glassgrad[test]"') from error

#: Python's operators that a node spells out for speed.
INLINED = {TABLE["add"]: operator.add, TABLE["sub"]: operator.sub, TABLE["mul"]: operator.mul}
EVERYDAY = 10.0  # numbers up to this are common, and a few of them make a product of sensible size


def floats_in(domain: Domain) -> st.SearchStrategy[float]:
    """Draw floats from every interval of a domain: everyday, tiny and huge ones, and close to its ends.

    >>> from hypothesis import find
    >>> find(floats_in(((-1, 0), (5, inf))), lambda x: x > 0)
    6.0
    """
    return st.one_of([_floats_between(interval) for interval in domain])


def _floats_between(interval: Interval) -> st.SearchStrategy[float]:
    first, last = nextafter(interval[0], inf), nextafter(interval[1], -inf)

    def inside(x: float) -> float:
        return min(max(x, first), last)

    close = [st.builds(lambda size, end=end: inside(end + size), _sizes()) for end in interval if isfinite(end)]
    return st.one_of(
        st.floats(inside(-EVERYDAY), inside(EVERYDAY)),
        st.builds(inside, _sizes()),
        st.floats(first, last),
        *close,
    )


def _sizes() -> st.SearchStrategy[float]:
    """Draw numbers of either sign, every order of magnitude as likely as the next."""
    return st.builds(lambda sign, exponent: sign * 10.0**exponent, st.sampled_from([1, -1]), st.floats(-300, 300))


def points(op: Op) -> st.SearchStrategy[tuple[float, ...]]:
    """Draw arguments for a row, inside its domain and off its kink, often close to it.

    An argument through which nothing flows, such as the condition of ``where``, may lie on an end of its
    intervals too. A row for any number of arguments is given at most seven.

    >>> from hypothesis import find
    >>> a, b = find(points(TABLE["maximum"]), lambda args: abs(args[0] - args[1]) < 1e-9)
    >>> 0 < abs(a - b) < 1e-9
    True
    """
    if op.signature:
        many = st.sampled_from(arities(op)).flatmap(lambda n: st.tuples(*[floats_in(op.domain[0])] * n))
        return many.filter(lambda args: op.kink is None or op.kink(*args) != 0)
    slots = [
        floats_in(domain) if flows else floats_in(domain) | _ends(domain)
        for domain, flows in zip(op.domain, op.partials, strict=True)
    ]
    if op.kink is None:
        return st.tuples(*slots)
    kink = op.kink
    close = st.builds(lambda a, *sizes: (a, *(a + size for size in sizes)), slots[0], *[_sizes()] * (len(slots) - 1))
    return (st.tuples(*slots) | close).filter(lambda args: all(map(interval, op.domain, args)) and kink(*args) != 0)


def interval(domain: Domain, x: float) -> Interval | None:
    """Find the interval of a domain in which x lies; None on an end or outside."""
    return next(((low, high) for low, high in domain if low < x < high), None)


def _ends(domain: Domain) -> st.SearchStrategy[float]:
    ends = [float(end) for interval in domain for end in interval if isfinite(end)]
    return st.sampled_from(ends) if ends else st.nothing()


@cache
def arities(op: Op) -> list[int]:
    """List how many arguments a row takes; of a row for any number of them, up to seven, found by trying."""
    if op.arity is not None:
        return [op.arity]
    taken = []
    for n in range(1, 8):
        try:
            op.of((1.0,) * n)
        except (TypeError, ValueError):
            continue
        taken.append(n)
    return taken


@dataclass(frozen=True)
class Expression:
    """A recipe for a number: the leaves to start from, and what to compute from them.

    An argument of a call is the number of a leaf or of an earlier call (an int), or a constant (a float).

    >>> from autograd import Value
    >>> square = Expression((3.0,), ((TABLE["mul"], (0, 0)),))
    >>> square(Value(5.0)), square(*square.leaves)
    (Value(data=25.0, grad=0.0), 9.0)
    """

    leaves: tuple[float, ...]
    calls: tuple[tuple[Op, tuple[int | float, ...]], ...]

    def __call__(self, *leaves: Any) -> Any:
        """Compute the last call, with leaves of any kind of number."""
        found = list(leaves)
        for op, args in self.calls:
            numbers = tuple(found[a] if isinstance(a, int) else a for a in args)
            found.append(INLINED[op](*numbers) if op in INLINED else op.of(numbers))
        return found[-1]


@st.composite
def expressions(
    draw: st.DrawFn,
    max_ops: int = 10,
    numbers: st.SearchStrategy[float] | None = None,
    ops: Iterable[Op] | None = None,
) -> Expression:
    """Draw an expression of up to four leaves, with calls that share arguments.

    ``numbers`` are its leaves and constants, everyday ones unless given; ``ops`` the rows to call, all of
    the table but clamp unless given.

    >>> from hypothesis import find
    >>> found = find(expressions(), lambda expression: expression(*expression.leaves) > 3)
    >>> found(*found.leaves) > 3
    True
    """
    floats = st.floats(-EVERYDAY, EVERYDAY) if numbers is None else numbers
    # clamp refuses a range without numbers
    rows = [op for op in TABLE.values() if op.name != "clamp"] if ops is None else list(ops)
    leaves = draw(st.lists(floats, min_size=1, max_size=4))
    calls: list[tuple[Op, tuple[int | float, ...]]] = []
    for node in range(len(leaves), len(leaves) + draw(st.integers(0, max_ops))):
        op = draw(st.sampled_from(rows))
        arity = draw(st.sampled_from(arities(op)))
        earlier = st.integers(0, node - 1)
        args: list[int | float] = draw(st.lists(earlier | floats, min_size=arity, max_size=arity))
        args[draw(st.integers(0, arity - 1))] = draw(st.just(node - 1) | earlier)  # at least one is a node
        calls.append((op, tuple(args)))
    return Expression(tuple(leaves), tuple(calls))
