"""Hypothesis strategies for numbers, arguments, arrays and parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from math import inf, isfinite, nextafter
from operator import itemgetter
from typing import Any, Literal

from ..extras import explain_missing
from ..table import Domain, Interval, Op
from .arrays import Point, Points, stack

with explain_missing("autograd.strategies needs hypothesis", "test"):
    from hypothesis import strategies as st

Kinks = Literal["near", "away", "at"]
SMALLEST = 2.0**-100  # below it, and above its reciprocal, steps and products soon underflow or overflow
AWAY = 0.01  # the least distance from a kink or an end, where it is asked for; of the end if that is greater than 1
EVERYDAY = 10.0  # common numbers go up to this; a product of a few of them neither overflows nor vanishes
#: Numbers at which functions are rounded, overflow, or have a kink.
AWKWARD = tuple(sign * x for x in (
    0.0, 5e-324, 2.0**-1022, 1e-8, 0.5, 1 - 2.0**-53, 1.0, 1 + 2.0**-52, 2.0, 709.78, 1e8, 2.0**53, 1e154, 1.7e308,
) for sign in (1.0, -1.0))  # fmt: skip  # in few lines


def floats_in(domain: Domain, kinks: Kinks = "near") -> st.SearchStrategy[float]:
    """Return a strategy for floats in a domain.

    Args:
        domain: Open intervals, such as ``((-1, 0), (5, inf))``.
        kinks: "near" for floats of every size, often near an end of an interval; "away" for floats of everyday size
            away from the ends; "at" for the ends that two intervals share.

    Raises:
        TypeError: If an interval is not a pair (low, high) with low < high.
        ValueError: If kinks is something else, or no two intervals share an end.

    >>> from hypothesis import find
    >>> find(floats_in(((-1, 0), (5, inf))), lambda x: x > 0)
    6.0
    """
    for i, interval in enumerate(domain):
        if not isinstance(interval, tuple) or len(interval) != 2 or not interval[0] < interval[1]:
            raise TypeError(f"domain[{i}]: expected an interval such as (-1, 1), got {interval!r:.40}")
    if kinks not in ("near", "away", "at"):
        raise ValueError(f"kinks: expected near, away or at, got {kinks!r:.40}")
    if kinks == "at":
        if not (ends := _shared_ends(domain)):
            raise ValueError(f"kinks: expected near or away, since no two intervals share an end, got at for {domain}")
        return st.sampled_from(ends)
    if kinks == "near":
        return st.one_of([_floats_between(one) for one in domain])
    return st.one_of([st.floats(*_shrink(one)) for one in domain]).map(lambda x: x if abs(x) > SMALLEST else 0.0)


def arrays_in(
    domain: Domain, shape: Any, kinks: Kinks = "near", asarray: Callable[[Any], Any] | None = None
) -> st.SearchStrategy[Any]:
    """Return a strategy for arrays of floats in a domain.

    Args:
        domain, kinks: As for ``floats_in``. With "at", one entry or more is at a kink, and the others are away.
        shape: A length, a tuple of lengths, or a strategy for one of these.
        asarray: The function that turns nested lists into an array, such as ``numpy.array``; if None, they stay lists.

    Raises:
        TypeError: If an interval is not a pair (low, high), or a length is not a whole number from 0.
        ValueError: If kinks is something else, or no two intervals share an end.

    >>> from hypothesis import find
    >>> find(arrays_in(((-1, 1),), (2, 3)), lambda x: x[1][2] > 0.5)
    [[0.0, 0.0, 0.0], [0.0, 0.0, 0.75]]
    """
    needed = st.tuples(floats_in(domain, "at")) if kinks == "at" else None
    others = st.tuples(floats_in(domain, "away" if kinks == "at" else kinks))
    return stack(others, 1, shape, asarray, lambda point: _lies_in(domain, point[0], kinks), needed).map(itemgetter(0))


def parameters_of(model: Any, domain: Domain = ((0, 2), (-2, 0))) -> st.SearchStrategy[dict[str, float]]:
    """Return a strategy for parameters of a model, as ``load_state_dict`` accepts.

    Args:
        model: A module of nn, or another object with ``state_dict()``.
        domain: Open intervals; the parameters keep away from their ends, here from 0.

    Raises:
        TypeError: If the model has no state_dict.

    >>> from hypothesis import find
    >>> from nn import MLP
    >>> find(parameters_of(MLP(1, [1])), lambda state: True)
    {'layers.0.neurons.0.w.0': 1.0, 'layers.0.neurons.0.b': 1.0}
    """
    if not callable(getattr(model, "state_dict", None)):
        raise TypeError(f"model: expected a module of nn, got {type(model).__name__} {model!r:.40}")
    names = list(model.state_dict())
    return arrays_in(domain, len(names), "away").map(lambda numbers: dict(zip(names, numbers, strict=True)))


def _shrink(interval: Interval) -> Interval:
    """Return the everyday part of an interval away from its ends."""
    quarter = (interval[1] - interval[0]) / 4
    margins = [min(AWAY * max(1.0, abs(end)), quarter) if isfinite(end) else 0.0 for end in interval]
    low, high = interval[0] + margins[0], interval[1] - margins[1]
    return max(low, min(-EVERYDAY, high - EVERYDAY)), min(high, max(EVERYDAY, low + EVERYDAY))


def _shared_ends(domain: Domain) -> list[float]:
    return [float(high) for _, high in domain if any(high == low for low, _ in domain)]


def _ends(domain: Domain) -> list[float]:
    return [float(end) for interval in domain for end in interval if isfinite(end)]


def _lies_in(domain: Domain, x: float, kinks: Kinks) -> bool:
    return interval(domain, x) is not None if kinks == "near" else any(a <= x <= b for a, b in map(_shrink, domain))


def _floats_between(interval: Interval) -> st.SearchStrategy[float]:
    first, last = nextafter(interval[0], inf), nextafter(interval[1], -inf)

    def inside(x: float) -> float:
        return min(max(x, first), last)

    awkward = [x for x in AWKWARD if first <= x <= last]
    close = [st.builds(lambda size, end=end: inside(end + size), _sizes()) for end in interval if isfinite(end)]
    return st.one_of(
        st.floats(inside(-EVERYDAY), inside(EVERYDAY)),
        st.builds(inside, _sizes()),
        st.floats(first, last),
        *([st.sampled_from(awkward)] if awkward else []),
        *close,
    )


def _sizes() -> st.SearchStrategy[float]:
    """Draw numbers of both signs, all orders of magnitude equally likely."""
    return st.builds(lambda sign, exponent: sign * 10.0**exponent, st.sampled_from([1, -1]), st.floats(-300, 300))


def points(
    op: Op, kinks: Kinks = "near", shape: Any = None, asarray: Callable[[Any], Any] | None = None
) -> st.SearchStrategy[tuple[Any, ...]]:
    """Return a strategy for arguments of an operation, inside its domain.

    An argument through which no gradient flows, such as the condition of ``where``, may be an end of an interval too.
    An operation on any number of arguments gets at most seven.

    Args:
        op: A row of the table.
        kinks: "near" for numbers of every size, often close to a kink or an end of the domain, but never on a kink;
            "away" for everyday numbers away from both; "at" for points on a kink or a jump.
        shape, asarray: As for ``arrays_in``; each argument is then an array. If shape is None, it is a number.

    Raises:
        TypeError: If op is not a row of the table, or a length is not a whole number from 0.
        ValueError: If kinks is something else, or the operation has no kink.

    >>> from autograd.table import TABLE
    >>> from hypothesis import find
    >>> a, b = find(points(TABLE["maximum"]), lambda args: abs(args[0] - args[1]) < 1e-9)
    >>> 0 < abs(a - b) < 1e-9
    True
    >>> find(points(TABLE["maximum"], "at", shape=2), lambda args: True)
    ([1.0, 0.0], [1.0, 1.0])
    """
    (op,) = expect_rows([op], "op")
    found = []
    for n in arities(op):
        needed, one = (_points_at(op, n) if kinks == "at" else None), _points(op, n, "away" if kinks == "at" else kinks)
        if needed is not None or kinks != "at":
            accepts = lambda args: is_inside(op, args) if kinks == "near" else _is_away(op, args)
            found.append(
                (one if needed is None else needed) if shape is None else stack(one, n, shape, asarray, accepts, needed)
            )
    if not found:
        raise ValueError(f"kinks: expected near or away, since {op.name} has no kink, got at")
    return st.one_of(found)


def _slots(op: Op, n: int) -> list[tuple[Domain, Any]]:
    """Return the domain and the partial of each of n arguments."""
    times = n if op.arity is None else 1
    return list(zip(op.domain * times, tuple(op.partials) * times, strict=True))


def _points(op: Op, n: int, kinks: Kinks) -> Points:
    """Draw n arguments, near kinks or away from them."""
    if kinks != "near":
        return st.tuples(*[floats_in(domain, kinks) for domain, _ in _slots(op, n)]).filter(lambda x: _is_away(op, x))
    anywhere = st.tuples(*[_at_ends_too(d) if slope is None else floats_in(d) for d, slope in _slots(op, n)])
    if op.kink is None:
        return anywhere
    close = st.builds(
        lambda args, *sizes: (args, (args[0], *[args[0] + x for x in sizes])), anywhere, *[_sizes()] * (n - 1)
    )
    return (anywhere | close.map(lambda two: two[is_inside(op, two[1])])).filter(lambda args: is_inside(op, args))


def _points_at(op: Op, n: int) -> Points | None:
    """Draw n arguments of which two are equal or one is an end of two intervals, or return None."""
    away, found = _points(op, n, "away"), list[Points]()

    def put(slot: int, number: Callable[[Point], float]) -> Points:
        return away.map(lambda args: (*args[:slot], number(args), *args[slot + 1 :]))

    if op.kink and op.arity is None and n > 1:
        found.append(away.map(lambda args: (args[0],) * n))
    elif op.kink:
        found += [put(0, itemgetter(k)) for k in range(1, n)]
    lowest = [_shrink(domain[-1])[0] for domain, _ in _slots(op, n)]
    for slot, (domain, _) in enumerate(_slots(op, n)):
        ends = [x for x in _shared_ends(domain) if isfinite(op.on_float(*lowest[:slot], x, *lowest[slot + 1 :]))]
        found += [put(slot, lambda _, end=end: end) for end in ends]  # type: ignore[misc]  # of a lambda
    return st.one_of(found) if found else None


def is_inside(op: Op, args: Sequence[float]) -> bool:
    """Return whether arguments lie inside the domain of an operation and off its kink.

    An argument through which no gradient flows, such as the condition of ``where``, may be an end too.
    """
    slots, choice = _slots(op, len(args)), any(op.partials)
    inside = [
        interval(d, x) or (choice and not slope and x in _ends(d)) for x, (d, slope) in zip(args, slots, strict=True)
    ]
    return all(inside) and (op.kink is None or op.kink(*args) != 0)


def _is_away(op: Op, args: Sequence[float]) -> bool:
    """Return whether no kink or end of the domain is within AWAY of the arguments."""
    inside = all(_lies_in(domain, x, "away") for x, (domain, _) in zip(args, _slots(op, len(args)), strict=True))
    if not inside or op.kink is None:
        return inside
    down, here, up = (op.kink(args[0] + step, *args[1:]) for step in (-AWAY, 0.0, AWAY))
    return bool(abs(here) > AWAY and down * up > 0 and (here - down) * (up - here) >= 0)  # mod jumps at its kink


def interval(domain: Domain, x: float) -> Interval | None:
    """Return the interval of a domain with x inside; None for an end or outside.

    Args:
        domain: Open intervals (low, high).
        x: A number.
    """
    return next(((low, high) for low, high in domain if low < x < high), None)


def _at_ends_too(domain: Domain) -> st.SearchStrategy[float]:
    """Draw a float in a domain or one of its ends, which selects another branch as a condition."""
    ends, inside = _ends(domain), floats_in(domain)
    return st.booleans().flatmap(lambda at_end: st.sampled_from(ends) if at_end else inside) if ends else inside


@cache
def arities(op: Op) -> list[int]:
    """Return the numbers of arguments of an operation, up to seven, by trial."""
    if op.arity is not None:
        return [op.arity]
    found = []
    for n in range(1, 8):
        try:
            op.apply((1.0,) * n)
        except (TypeError, ValueError):
            continue
        found.append(n)
    return found


def expect_rows(ops: Iterable[Op], name: str, arity: int | None = None) -> list[Op]:
    """Return rows of the table as a list, or raise TypeError naming the first other."""
    rows: list[Op] = list(ops)
    for i, op in enumerate(rows):
        if not isinstance(op, Op) or (arity and (op.arity or 0) - len(op.calling.defaults) != arity):
            kind = "a row of the table" + " that takes one number" * (arity == 1)
            raise TypeError(f"{name}[{i}]: expected {kind}, such as TABLE['tanh'], got {op!r:.40}")
    return rows
