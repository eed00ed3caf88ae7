"""Hypothesis strategies for numbers in open intervals, as doubles or as shorter floats."""

from __future__ import annotations

from collections.abc import Sequence
from math import frexp, inf, isfinite, ldexp
from typing import Any, Literal, NamedTuple

from ..extras import explain_missing
from ..numbers import expect_real
from ..table import Domain, Interval

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


class Format(NamedTuple):
    """A type of floats, by its digits and the powers of 2 at its least and above its greatest."""

    name: str
    digits: int
    least: int
    bound: int

    def fit(self, x: float) -> float:
        """Return the nearest float of this type, no infinity."""
        greatest = ldexp(2**self.digits - 1, self.bound - self.digits)
        if abs(x) >= greatest:
            return greatest if x > 0 else -greatest
        exponent = max(frexp(x)[1] - self.digits, self.least)
        return ldexp(round(ldexp(x, -exponent)), exponent)

    def above(self, x: float) -> float:
        """Return the least float of this type above a number, or the greatest of all."""
        y = self.fit(x)
        exponent = frexp(y)[1] - self.digits if y else self.least  # below a power of 2 they are twice as dense
        steps = [ldexp(1.0, max(exponent - k, self.least)) for k in (1, 0)]
        return next((z for z in (y, *(self.fit(y + step) for step in steps)) if z > x), y)

    def inside(self, interval: Interval) -> Interval:
        """Return the least and the greatest float of this type inside an interval."""
        return self.above(interval[0]), -self.above(-interval[1])

    def everyday(self, interval: Interval) -> Interval:
        """Return the ends of the everyday part of an interval away from its ends."""
        first, last = self.inside(interval)
        quarter = interval[1] / 4 - interval[0] / 4
        margins = [min(AWAY * max(1.0, abs(end)), quarter) if isfinite(end) else 0.0 for end in interval]
        low, high = interval[0] + margins[0], interval[1] - margins[1]
        low, high = max(low, min(-EVERYDAY, high - EVERYDAY)), min(high, max(EVERYDAY, low + EVERYDAY))
        ends = [min(max(self.fit(x), first), last) for x in (low, high)]
        return ends[0], ends[1]


DOUBLE = Format("float64", 53, -1074, 1024)
SHORT = Format("float32", 24, -149, 128), Format("float16", 11, -24, 16), Format("bfloat16", 8, -133, 128)


def floats_in(domain: Domain, kinks: Kinks = "near") -> st.SearchStrategy[float]:
    """Return a strategy for floats in a domain.

    Args:
        domain: Open intervals, such as ``((-1, 0), (5, inf))``.
        kinks: "near" for floats of every size, often near an end of an interval; "away" for floats of everyday size
            away from the ends; "at" for the ends that two intervals share.

    Raises:
        TypeError: If an interval is not a pair (low, high) with low < high.
        ValueError: If kinks is something else, no two intervals share an end, or no float lies inside one.

    >>> from hypothesis import find
    >>> find(floats_in(((-1, 0), (5, inf))), lambda x: x > 0)
    6.0
    """
    return floats_of(DOUBLE, domain, kinks)


def floats_of(form: Format, domain: Domain, kinks: Kinks) -> st.SearchStrategy[float]:
    """Return a strategy for floats of a type in a domain, as ``floats_in``."""
    if kinks not in ("near", "away", "at"):
        raise ValueError(f"kinks: expected near, away or at, got {kinks!r:.40}")
    domain = expect_domain(domain, form)
    if kinks == "at":
        if not (ends := [x for x in shared_ends(domain) if form.fit(x) == x]):
            of_type = "" if form is DOUBLE else f" at a {form.name}"
            raise ValueError(
                f"kinks: expected near or away, since no two intervals share an end{of_type}, got at for {domain}"
            )
        return st.sampled_from(ends)
    if kinks == "near":
        return st.one_of([_floats_between(form, one) for one in domain])
    return st.one_of([_everyday(form, one) for one in domain])


def expect_domain(domain: Any, form: Format) -> Domain:
    """Return a domain as intervals of floats.

    Raises:
        TypeError: If it is no tuple of intervals (low, high).
        ValueError: If an interval has no float of the type inside.
    """
    if not isinstance(domain, tuple | list) or not domain:
        raise TypeError(f"domain: expected open intervals such as ((-1, 0), (0, 1)), got {domain!r:.40}")
    found = []
    for i, one in enumerate(domain):
        pair = isinstance(one, tuple) and len(one) == 2
        low, high = [expect_real(end, f"domain[{i}]") for end in one] if pair else (inf, -inf)
        if not low < high:
            raise TypeError(f"domain[{i}]: expected an interval such as (-1, 1), got {one!r:.40}")
        first, last = form.inside((low, high))
        if not low < first <= last < high:
            raise ValueError(f"domain[{i}]: expected an interval with a {form.name} inside, got {one!r:.60}")
        found.append((low, high))
    return tuple(found)


def interval(domain: Domain, x: float) -> Interval | None:
    """Return the interval of a domain with x inside; None for an end or outside.

    Args:
        domain: Open intervals (low, high).
        x: A number.
    """
    return next(((low, high) for low, high in domain if low < x < high), None)


def lies_in(form: Format, domain: Domain, x: float, kinks: Kinks) -> bool:
    """Return whether a number is inside a domain, and if asked for away from its ends."""
    inside = interval(domain, x)
    if inside is None or kinks == "near":
        return inside is not None
    low, high = form.everyday(inside)
    return low <= x <= high


def shared_ends(domain: Domain) -> list[float]:
    """Return the ends at which two intervals meet."""
    return [float(high) for _, high in domain if any(high == low for low, _ in domain)]


def ends_of(domain: Domain) -> list[float]:
    """Return the finite ends of the intervals."""
    return [float(end) for one in domain for end in one if isfinite(end)]


def sizes(least: float = -300, greatest: float = 300) -> st.SearchStrategy[float]:
    """Draw numbers of both signs, all orders of magnitude equally likely."""
    exponents = st.floats(least, greatest)
    return st.builds(lambda sign, exponent: sign * 10.0**exponent, st.sampled_from([1, -1]), exponents)


def _everyday(form: Format, interval: Interval) -> st.SearchStrategy[float]:
    low, high = form.everyday(interval)
    tiny = low <= 0 <= high  # no number is tiny if 0 is in its place

    def fit(x: float) -> float:
        return 0.0 if tiny and abs(x) <= SMALLEST else min(max(form.fit(x), low), high)

    return st.floats(low, high).map(fit)


def _floats_between(form: Format, interval: Interval) -> st.SearchStrategy[float]:
    first, last = form.inside(interval)

    def inside(x: float) -> float:
        return min(max(form.fit(x), first), last)

    awkward = [x for x in map(form.fit, AWKWARD) if first <= x <= last]
    ends: Sequence[float] = [end for end in interval if isfinite(end)]
    close = [st.builds(lambda size, end=end: inside(end + size), sizes()) for end in ends]
    common, any_size = st.floats(inside(-EVERYDAY), inside(EVERYDAY)), st.floats(first, last)
    if form is not DOUBLE:
        common, any_size = common.map(inside), any_size.map(inside)
    known = [st.sampled_from(awkward)] if awkward else []
    return st.one_of(common, st.builds(inside, sizes()), any_size, *known, *close)
