"""Numerical derivatives that know how far to trust themselves.

Differences over shrinking steps are extrapolated to a step of nothing, after C. J. F. Ridders, "Accurate
computation of F'(x) and F'(x) F''(x)", Advances in Engineering Software 4 (2), 1982. Two things are added.
How noisy f is, is measured: a second difference is of the order of the square of its step, and what is
left of it over shorter steps is noise. And a derivative is local: the differences up to each step give an
interval, and those over wider steps are believed only as far as they agree with all narrower ones.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import copysign, frexp, inf, isfinite, ldexp, nan, nextafter, ulp
from typing import Any, NamedTuple

#: How far a value of f may be from the truth, in units of its last place, if it shows no more noise than that.
ULPS = 4
#: How many columns a tableau has at most: more would extrapolate from steps too wide to tell.
COLUMNS = 8
#: The digits of the shorter floats: single precision, half precision, bfloat16.
SHORT = (24, 11, 8)


@dataclass(frozen=True, slots=True)
class Derivative:
    """An estimate of f'(x), a bound on its error, how often f was evaluated for it, and the step it rests on.

    ``sides`` are the slopes to the left and to the right where f has a kink; the bound then reaches both.
    ``scale`` is the size of f divided by the distance over which it was seen to vary, ``note`` what else was met.
    """

    value: float
    error: float
    evaluations: int
    step: float = nan
    sides: tuple[float, float] | None = None
    scale: float = 0.0
    note: str = ""


class Row(NamedTuple):
    """The values of f on both sides of x at one step."""

    h: float
    up: float
    down: float


class Point(NamedTuple):
    """A slope over one step, and how much noise may hide in it."""

    h: float
    slope: float
    noise: float


class Interval(NamedTuple):
    """What the slopes down to one step say together: a value, and how much truncation and noise may hide in it."""

    h: float
    value: float
    truncation: float
    noise: float

    @property
    def error(self) -> float:
        """How far the truth may be."""
        return self.truncation + self.noise


def derivative(
    f: Callable[[Any], Any], x: float, *, max_evals: int = 200, on_complex: Callable[[complex], Any] | None = None
) -> Derivative:
    """Estimate f'(x) from values of f; where they do not tell, the value is nan and the error inf.

    Steps start at a quarter and shrink to the last place of x; those on which f is not finite, or raises
    ArithmeticError or ValueError, are left out, on one side only at a border. Where f takes complex numbers
    as well and the differences confirm it, the complex step says more (Squire and Trapp, 1998);
    ``on_complex`` is f on complex numbers if that is another function.

    >>> from math import log
    >>> slope = derivative(log, 3e-7)
    >>> abs(slope.value - 1 / 3e-7) < slope.error < 1e-3
    True
    """
    if max_evals < 5:
        raise ValueError(f"max_evals: expected at least 5, got {max_evals}")
    values = Values(f, float(x), max_evals)
    found = by_differences(values)
    if isfinite(found.error) and not found.sides and not found.note:
        found = complex_step(on_complex or f, values, found)
    return replace(found, evaluations=values.count)


class Values:
    """The values of f around x, each computed once, up to a limit."""

    def __init__(self, f: Callable[[float], Any], x: float, limit: int) -> None:
        self.f, self.limit, self.count = f, limit, 0
        self.move(x)

    def move(self, x: float) -> None:
        """Start afresh at another x."""
        self.x = x
        self.seen: dict[float, float] = {}
        self.mid = self.at(x)

    def at(self, t: float) -> float:
        """Return f(t); nan where f has no finite value, and once the limit is reached."""
        if t not in self.seen:
            if self.count >= self.limit:
                return nan
            self.count += 1
            try:
                y = number(self.f(t), "what f returns")
            except (ArithmeticError, ValueError):  # as the functions of math say nan and inf
                y = nan
            self.seen[t] = y if isfinite(y) else nan
        return self.seen[t]

    def rows(self, steps: Iterable[float]) -> list[Row]:
        """Evaluate f on both sides of x at each step."""
        return [Row(h, self.at(self.x + h), self.at(self.x - h)) for h in steps]


def number(y: Any, what: str) -> float:
    """Convert what a function returned to float, or raise TypeError naming it."""
    y = getattr(y, "data", y) if hasattr(y, "__apply__") else y
    if not hasattr(y, "__float__") or getattr(y, "ndim", 0) > 0:
        raise TypeError(f"{what}: expected a number, got {type(y).__name__} {y!r:.40}")
    return float(y)


def by_differences(values: Values) -> Derivative:
    """Scan the steps from wide to narrow, find those that agree, and look closer at the best of them."""
    if not isfinite(values.x) or not isfinite(values.mid):
        return nothing("f has no finite value here")
    ratio = 8 if values.limit >= 100 else 64
    rows, unit, note = values.rows(steps(values.x, ratio)), ULPS, ""
    digits = precision(values.mid, values.seen.values())
    if digits < 53:
        values.move(shortened(values.x, digits))
        rows = values.rows(steps(values.x, ratio, digits))
        unit, note = ULPS << (53 - digits), f"f computes with {digits} binary digits"
    mid = values.mid
    if unbounded(rows, mid):
        return nothing("f jumps here, or its slope is infinite")
    coarse = grain(rows, mid)
    least = [max(coarse, unit * ulp(max(map(abs, (row.up, mid, row.down))))) for row in rows]
    hs, falls, rises = zip(*((row.h, row.down - mid, row.up - mid) for row in rows), strict=True)
    bends = list(map(operator.add, falls, rises))
    long = range(1, 7)
    noises = noise(least, unexplained(hs, bends, (2, 4, 6)), *(unexplained(hs, side, long) for side in (falls, rises)))
    best = agreed(tableau(central(rows, noises), 2))
    left = agreed(tableau(one_sided(hs, falls, -1, least), 1))
    right = agreed(tableau(one_sided(hs, rises, 1, least), 1))
    if best is None:
        if (left is None) == (right is None):
            return nothing("the steps do not come to agree")
        return described(values, left or right, note="one-sided")  # type: ignore[arg-type]  # one of them is there
    if left and right and kinked(rows, mid, left, right):
        far = abs(right.value - left.value) / 2 + max(left.error, right.error)
        both = Interval(min(left.h, right.h), (left.value + right.value) / 2, far, 0.0)
        return described(values, both, (left.value, right.value), "a kink")
    return described(values, closer(values, rows, noises, best, digits), note=note)


def nothing(note: str) -> Derivative:
    """Say that the values of f do not tell."""
    return Derivative(nan, inf, 0, note=note)


def described(
    values: Values, best: Interval, sides: tuple[float, float] | None = None, note: str = ""
) -> Derivative:
    """Tell of an interval how steep f is around it."""
    around = [values.at(values.x + best.h), values.at(values.x - best.h)]
    steep = max((abs(y - values.mid) / best.h for y in around if isfinite(y)), default=0.0)
    distance = max(abs(values.x), 1.0) if steep else best.h
    scale = max(steep, abs(values.mid) / distance)
    return Derivative(best.value, best.error, 0, best.h, sides, scale, note)


def steps(x: float, ratio: int, digits: int = 53) -> Iterator[float]:
    """List steps from a quarter, first of 1 and then of x, down to the last place of x, with floats at their ends."""
    last = inf
    for step, end in ((0.25, 4 * abs(x)), (abs(x) / 4, 0.0)):
        for _ in range(1 + 52 // (ratio.bit_length() - 1)):
            h = abs(shortened(x + copysign(step, x), digits) - x)  # x + h is a float now, and so is x - h
            if not end < h < last:
                break
            yield h
            last, step = h, h / ratio


def shortened(x: float, digits: int) -> float:
    """Round to so many binary digits."""
    mantissa, exponent = frexp(x)
    return ldexp(round(ldexp(mantissa, digits)), exponent - digits) if digits < 53 else x


def precision(mid: float, seen: Iterable[float]) -> int:
    """Find with how many binary digits f computes: all its values are floats so short, and come as close as those."""
    gap = min((abs(y - mid) for y in seen if y != mid and isfinite(y)), default=0.0)
    for digits in SHORT:
        last = ldexp(ulp(mid), 53 - digits)
        if mid and last / 2 <= gap <= 4 * last and all(y == shortened(y, digits) for y in seen if isfinite(y)):
            return digits
    return 53


def grain(rows: Sequence[Row], mid: float) -> float:
    """Find the least difference that f makes, if it does not move over short steps but evenly over many wider ones.

    So does 1 − cos x, which is rounded as 1 is; a true staircase has fewer steps, and a kink is not even.
    """
    moving = [row for row in rows if not row.up == row.down == mid]
    if len(moving) == len(rows) or len(moving) < 3:
        return 0.0
    heights = [abs(y - mid) for row in moving for y in row[1:] if isfinite(y) and y != mid]
    least = min(heights, default=0.0)
    even = all(abs(row.up - 2 * mid + row.down) <= abs(row.up - row.down) / 4 + 2 * least for row in moving[-3:])
    return least if even and least <= 2.0**-20 * max(heights) else 0.0


def unexplained(steps: Sequence[float], values: Sequence[float], powers: Iterable[int]) -> list[float]:
    """Take a series in these powers of the step away from values; 0 where there are too few to know it."""
    ratios = [h / wider for wider, h in pairwise(steps)]
    rest = list(values)
    for power in powers:
        known = zip(pairwise(rest), ratios[-len(rest) + 1 :], strict=True)
        rest = [y - before * r**power for (before, y), r in known] if len(rest) > 1 else []
    return [0.0] * (len(values) - len(rest)) + [abs(y) if isfinite(y) else 0.0 for y in rest]


def noise(least: Sequence[float], *rests: Sequence[float]) -> list[float]:
    """Bound the noise in f at each step: what no series explains at narrower ones, and its rounding at least."""
    left = [max(column) for column in zip(*rests, strict=True)]
    found, worst = [], max(left[-4:], default=0.0)
    for own, here in zip(reversed(least), reversed(left), strict=True):
        found.append(max(own, worst))
        worst = max(worst, here)
    return found[::-1]


def central(rows: Sequence[Row], noises: Sequence[float]) -> list[Point]:
    """Take the slope between both sides at each step."""
    return [Point(r.h, (r.up - r.down) / 2 / r.h, n / r.h) for r, n in zip(rows, noises, strict=True)]


def one_sided(steps: Sequence[float], rises: Sequence[float], side: int, least: Sequence[float]) -> list[Point]:
    """Take the slope to one side at each step."""
    noises = noise(least, unexplained(steps, rises, range(1, 5)))
    return [Point(h, side * y / h, 2 * n / h) for h, y, n in zip(steps, rises, noises, strict=True)]


def tableau(points: Iterable[Point], power: int) -> list[Interval]:
    """Extrapolate to a step of nothing, given the power of the step in which the slope is a series.

    For each step but the widest, the best estimate that rests on it and on wider ones.
    """
    found = []
    above: list[tuple[float, float]] = []  # estimates of rising order, each with a bound on its noise
    wider: list[float] = []
    for h, slope, hidden in points:
        if not isfinite(slope + hidden):
            continue
        if wider and wider[0] > 1e6 * h:  # nothing is told of the scales between
            above, wider = [], []
        row = [(slope, hidden)]
        choices = []
        for (coarse, its), step in zip(above, wider, strict=False):
            fine, own = row[-1]
            weight = (step / h) ** power - 1
            best, bound = fine + (fine - coarse) / weight, own + (own + its) / weight
            row.append((best, bound))
            choices.append(Interval(h, best, max(abs(best - fine), abs(best - coarse)), bound))
        if choices:
            found.append(min(choices, key=lambda choice: choice.error))
        above, wider = row[:COLUMNS], [h, *wider[: COLUMNS - 1]]
    return found


def agreed(intervals: Sequence[Interval]) -> Interval | None:
    """Take the shortest interval that agrees with all over narrower steps; None if these do not converge."""
    best, low, high = None, -inf, inf
    for interval in reversed(intervals):
        if interval.value - interval.error > high or interval.value + interval.error < low:
            break
        low, high = max(low, interval.value - interval.error), min(high, interval.value + interval.error)
        if best is None or interval.error < best.error:
            best = interval
    if len(intervals) > 1:
        before, last = intervals[-2:]
        if last.truncation > 4 * last.noise and last.truncation > before.truncation / 2:
            return None
    return best


def unbounded(rows: Sequence[Row], mid: float) -> bool:
    """Say whether the slope to one side grows steadily as the step shrinks: at a jump, or at 0 for the square root."""
    for ends in ([row.up for row in rows[-5:]], [row.down for row in rows[-5:]]):
        slopes = [(end - mid) / row.h for end, row in zip(ends, rows[-5:], strict=True)]
        steady = all(
            1.05 * wider.h / row.h > now / before > (wider.h / row.h) ** 0.3 if before else False
            for (before, now), (wider, row) in zip(pairwise(slopes), pairwise(rows[-5:]), strict=True)
        )
        if len(slopes) == 5 and steady and abs(ends[-1] - mid) > 64 * ULPS * ulp(mid):
            return True
    return False


def kinked(rows: Sequence[Row], mid: float, left: Interval, right: Interval) -> bool:
    """Say whether the slopes on both sides differ, and by the same at every step down to where noise begins."""
    bend = right.value - left.value
    if abs(bend) <= 4 * (left.error + right.error):
        return False
    told = [(row.up - 2 * mid + row.down) / row.h for row in rows if abs(bend) * row.h > 64 * ULPS * ulp(mid)]
    return len(told) >= 3 and all(abs(found - bend) < abs(bend) / 4 for found in told[-3:])


def closer(
    values: Values, rows: Sequence[Row], noises: Sequence[float], best: Interval, digits: int
) -> Interval:
    """Halve the step around the best one, for a few more digits."""
    hidden = next(n for row, n in zip(rows, noises, strict=True) if row.h == best.h)
    widest = min(512 * best.h, rows[0].h)
    around = [abs(shortened(values.x + copysign(widest / 2**k, values.x), digits) - values.x) for k in range(11)]
    again = values.rows(sorted({h for h in around if h > 0}, reverse=True))
    finer = tableau(central(again, [hidden] * len(again)), 2)
    agreeing = [i for i in finer if abs(i.value - best.value) <= i.error + best.error]
    return min([best, *agreeing], key=lambda interval: interval.error)


def complex_step(f: Callable[[complex], Any], values: Values, found: Derivative) -> Derivative:
    """Take Im f(x + ih) / h for a tiny h, which loses no digits, if f allows it and the differences confirm it."""
    x = values.x
    h = (abs(x) or 1.0) * 2.0**-100
    if h < 1e-300:  # its products with slopes would lose digits
        return found
    near = [(x, h), (nextafter(x, inf) + (nextafter(x, inf) - x), 0.7 * h), (x - 2 * (x - nextafter(x, -inf)), 1.3 * h)]
    if found.error > 1e-6 * found.scale or values.count + len(near) > values.limit:
        return found
    try:
        answers = [f(complex(t, h)) for t, h in near]
    except Exception:  # noqa: BLE001  # whatever f makes of a kind of number it was not written for
        return found
    values.count += len(near)
    if not all(isinstance(y, complex) and isfinite(abs(y)) for y in answers):
        return found
    slopes = [y.imag / h for y, (_, h) in zip(answers, near, strict=True)]
    error = 4 * (max(slopes) - min(slopes)) + 64 * ulp(slopes[0])
    if abs(slopes[0] - found.value) > found.error or error >= found.error:
        return found
    return replace(found, value=slopes[0], error=error, step=h)
