"""The kinks of an operation: arguments on one, near one, and away from all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from math import nan
from random import Random
from typing import Any

from ..table import Domain, Op
from .floats import AWAY, Format, ends_of, interval, lies_in

SEARCHES = 12  # from which a kink is looked for
PIECES = 40  # of an interval, in each of which one may lie
NEIGHBOURS = 8  # floats to each side, among which rounding may hide a zero


def slots_of(op: Op, n: int) -> list[tuple[Domain, Any]]:
    """Return the domain and the partial of each of n arguments."""
    times = n if op.arity is None else 1
    return list(zip(op.domain * times, tuple(op.partials) * times, strict=True))


def is_inside(op: Op, args: Sequence[float]) -> bool:
    """Return whether arguments lie inside the domain of an operation and off its kink.

    An argument through which no gradient flows, such as the condition of ``where``, may be an end too.
    """
    slots, choice = slots_of(op, len(args)), any(op.partials)
    inside = [
        interval(d, x) or (choice and not slope and x in ends_of(d)) for x, (d, slope) in zip(args, slots, strict=True)
    ]
    return all(inside) and (op.kink is None or kink_at(op, args) != 0)


def is_away(op: Op, form: Format, args: Sequence[float]) -> bool:
    """Return whether no kink or end of the domain is within AWAY of the arguments."""
    domains = [domain for domain, _ in slots_of(op, len(args))]
    if not all(lies_in(form, domain, x, "away") for domain, x in zip(domains, args, strict=True)):
        return False
    for k, (domain, x) in enumerate(zip(domains, args, strict=True) if op.kink else ()):
        step = min([AWAY, *(abs(x - end) / 2 for end in interval(domain, x) or ())])
        down, here, up = (kink_at(op, _put(args, k, x + side * step)) for side in (-1, 0, 1))
        is_monotone = (here - down) * (up - here) >= 0  # mod jumps at its kink
        if not (down * up > 0 and is_monotone and abs(here) > abs(up - down) / 2):
            return False
    return True


def kink_at(op: Op, args: Sequence[float]) -> float:
    """Return the function that is 0 at a kink; nan if it raises an error."""
    try:
        return float(op.kink(*args)) if op.kink else nan
    except (ArithmeticError, ValueError):
        return nan


def onto_kink(op: Op, form: Format, args: Sequence[float], k: int, which: int = 0) -> tuple[float, ...] | None:
    """Return arguments of which the k-th is moved onto a kink, or None.

    If no float of the type is on it, the argument is next to it.
    """

    def height(x: float) -> float:
        return kink_at(op, _put(args, k, x))

    brackets = []
    for one in slots_of(op, len(args))[k][0]:
        low, high = form.everyday(one)
        grid = [low + (high - low) * i / PIECES for i in range(PIECES + 1)]
        sizes = [abs(height(x)) for x in grid]
        for i in range(1, PIECES):
            both = sizes[i - 1], sizes[i + 1]
            if sizes[i] <= min(both) and sizes[i] < max(*both, 5e-324):
                brackets.append((grid[i - 1], grid[i + 1]))
    for i in range(len(brackets)):
        x = _zero_near(height, form, *brackets[(i + which) % len(brackets)])
        if x is not None:
            return _put(args, k, x)
    return None


@cache
def samples(op: Op, n: int, form: Format) -> list[tuple[float, ...]]:
    """Return some arguments of everyday size, n numbers each, the same in each run."""
    rng, found = Random(0), []
    for i in range(SEARCHES):
        ends = [form.everyday(rng.choice(domain)) for domain, _ in slots_of(op, n)]
        places = [rng.uniform(-1, 1) ** (3 if i % 2 else 1) for _ in ends]  # near the middle too
        found.append(tuple([form.fit((a + b) / 2 + x * (b - a) / 2) for x, (a, b) in zip(places, ends, strict=True)]))
    return found


@cache
def known_kinks(op: Op, n: int, form: Format) -> list[tuple[float, ...]]:
    """Return some arguments on kinks, n numbers each."""
    found = []
    for i, args in enumerate(samples(op, n, form) if op.kink else ()):
        tried = (onto_kink(op, form, args, (i + k) % n, i) for k in range(n))
        found += [point for point in tried if point is not None][:1]
    return found


def _put(args: Sequence[float], k: int, x: float) -> tuple[float, ...]:
    return (*args[:k], x, *args[k + 1 :])


def _zero_near(height: Callable[[float], float], form: Format, low: float, high: float) -> float | None:
    """Return a float at or next to which a function is 0, or None.

    Its size has one minimum between low and high.
    """
    while True:
        third = (high - low) / 3
        left, right = form.fit(low + third), form.fit(high - third)
        if not low < left < right < high:
            break
        low, high = (low, right) if abs(height(left)) <= abs(height(right)) else (left, high)
    middle = form.fit((low + high) / 2)
    near = [middle]
    for _ in range(NEIGHBOURS):
        near = [-form.above(-near[0]), *near, form.above(near[-1])]
    rounded = [form.fit(float(f"{middle:.{digits}g}")) for digits in range(1, 13)]  # a parabola's zero is flat
    exact = [x for x in (middle, *rounded, *near) if height(x) == 0]
    crossed = [x for x, above in pairwise(near) if height(x) * height(above) < 0]
    return next(iter([*exact, *crossed]), None)
