"""Numerical derivatives that know how far to trust themselves: where to look, and how closely."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import copysign, frexp, inf, isfinite, ldexp, nan, nextafter, ulp
from typing import Any

from .ridders import COLUMNS, NOTHING, SMALL, ULPS, Interval, Point, Row, Scan, agreed, tableau

#: The digits of the shorter floats: single precision, half precision, bfloat16.
SHORT = (24, 11, 8)
NOISE = "f varies as much from one float to the next as over wider steps"
TWO = "f has one slope over short steps and another over wide ones"


@dataclass(frozen=True, slots=True)
class Derivative:
    """An estimate of f'(x), a bound on its error, how often f was evaluated for it, and the step it rests on.

    ``sides`` are the slopes to the left and to the right where f has a kink; the bound then reaches both.
    ``scale`` is the size of f here divided by the distance over which it was seen to vary, ``size`` that of the
    largest it was seen to be over a distance of 1 or of x, ``note`` what else was met.
    ``blur`` is how far off a right gradient may be where f is rounded in the middle, and the gradient with it.
    """

    value: float
    error: float
    evaluations: int
    step: float = nan
    sides: tuple[float, float] | None = None
    scale: float = 0.0
    size: float = 0.0
    note: str = ""
    blur: float = 0.0


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
    with warnings.catch_warnings():  # of steps that leave the domain; what f warns of at x itself is told
        warnings.simplefilter("ignore")
        found = by_differences(values)
        if isfinite(found.error) and found.note in ("", TWO):
            found = complex_step(on_complex or f, values, found)
    if not isfinite(found.error) and (raised := values.raised):
        found = replace(found, note=f"{found.note}; f raised {type(raised).__name__}: {raised}")
    return replace(found, evaluations=values.count)


class Values:
    """The values of f around x, each computed once, up to a limit."""

    def __init__(self, f: Callable[[float], Any], x: float, limit: int) -> None:
        self.f, self.limit, self.count = f, limit, 0
        self.raised: Exception | None = None  # the first that was taken for nan
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
            except (ArithmeticError, ValueError) as error:  # as the functions of math say nan and inf
                self.raised, y = self.raised or error, nan
            self.seen[t] = y if isfinite(y) else nan
        return self.seen[t]

    def row(self, step: float, digits: int = 53) -> Row:
        """Evaluate f on both sides of x at a step that is at most so long, with floats at its ends."""
        h = abs(shortened(self.x + copysign(step, self.x), digits) - self.x)  # x + h is a float now, and so is x - h
        return Row(h, self.at(self.x + h), self.at(self.x - h)) if h else Row(h, nan, nan)

    def rows(self, ratio: int, digits: int = 53) -> Iterator[Row]:
        """Evaluate f at steps from a quarter, first of 1 and then of x, down to where it does not move any more."""
        last, enough = inf, 1 + 52 // (ratio.bit_length() - 1)
        for step, end in ((0.25, 4 * abs(self.x)), (abs(self.x) / 4, 0.0)):
            for k in itertools.count():
                if step <= end or self.count > self.limit * 3 / 4:
                    break
                row = self.row(step, digits)
                if not 0 < row.h < last or (k >= enough and not self.moved(row)):
                    break
                yield row
                last, step = row.h, row.h / ratio

    def moved(self, row: Row) -> bool:
        """Whether f goes up or down by more than a little rounding; at 0, which has no size, also if it is even."""
        ends = row[1:] if self.x else (row.up, self.mid, row.down)
        return any(abs(a - b) * NOTHING > ULPS * ulp(self.mid) for a, b in itertools.pairwise(ends))


def number(y: Any, what: str) -> float:
    """Convert what a function returned to float, or raise TypeError naming it."""
    y = y.data if hasattr(y, "__apply__") else y.detach() if hasattr(y, "requires_grad") else y
    if not hasattr(y, "__float__") or getattr(y, "ndim", 0) > 0:
        raise TypeError(f"{what}: expected a number, got {type(y).__name__} {y!r:.40}")
    try:
        return float(y)
    except OverflowError:
        raise OverflowError(f"{what}: this {type(y).__name__} is too large for a float") from None


def by_differences(values: Values) -> Derivative:
    """Scan the steps from wide to narrow, find those that agree, and look closer at the best of them."""
    if not isfinite(values.x) or not isfinite(values.mid):
        return nothing("f has no finite value here")
    scan, digits = scanned(values)
    if scan.unsettled:
        return nothing("f jumps here, or its slope is infinite")
    if values.x and scan.rows and scan.rows[-1].h > abs(values.x):
        return nothing("no float is near enough to x")
    if scan.chaotic(values.x):
        return nothing(NOISE)
    best = agreed(scan.intervals)
    if best and (wide := scan.doubtful(best)):
        jump = largest_jump(values, best, wide)
        if jump and jump <= 2.0**-20 * scan.span:
            scan = replace(scan, grain=2 * jump)  # f is rounded in the middle: as noise it is small
            best = agreed(scan.intervals)
        else:
            between, apart = (best.value + wide.value) / 2, abs(best.value - wide.value) / 2
            return described(values, Interval(best.h, between, apart + best.error + wide.error, 0.0), note=TWO)
    left, right = scan.sides
    note = f"f computes with {digits} binary digits" if digits < 53 else ""
    if best is None and (left is None) != (right is None):
        best, note = left or right, "one-sided"
    if best is None:
        return nothing("the steps do not come to agree")
    if left and right and scan.kinked:
        far = abs(right.value - left.value) / 2 + max(left.error, right.error)
        both = Interval(min(left.h, right.h), (left.value + right.value) / 2, far, 0.0)
        return described(values, both, (left.value, right.value), "a kink")
    if scan.hidden(best) > NOTHING * SMALL * scan.span or scan.waves(best):
        return nothing(NOISE)
    if note == "one-sided":
        return described(values, best, note=note)
    found = described(values, closer(values, scan, best, digits), note=note)
    return replace(found, blur=4 * scan.hidden(best) / abs(values.x) if values.x else 0.0)


def scanned(values: Values) -> tuple[Scan, int]:
    """Evaluate f from wide steps to narrow ones, and again on shorter floats if it computes with those."""
    ratio = 8 if values.limit >= 100 else 64
    rows = list(values.rows(ratio))
    digits = precision(values)
    if digits < 53:
        values.move(shortened(values.x, digits))
        rows = list(values.rows(ratio, digits))
    return Scan(values.mid, tuple(rows), ULPS << (53 - digits)), digits


def precision(values: Values) -> int:
    """Find with how many binary digits f computes: all its values are floats so short, and come as close as those."""
    seen = [y for y in values.seen.values() if isfinite(y)]
    gap = min((abs(y - values.mid) for y in seen if y != values.mid), default=0.0)
    for digits in SHORT:
        last = ldexp(ulp(values.mid), 53 - digits)
        if values.mid and last / 2 <= gap <= 4 * last and all(y == shortened(y, digits) for y in seen):
            return digits
    return 53


def shortened(x: float, digits: int) -> float:
    """Round to so many binary digits."""
    mantissa, exponent = frexp(x)
    return ldexp(round(ldexp(mantissa, digits)), exponent - digits) if digits < 53 else x


def largest_jump(values: Values, best: Interval, wide: Interval) -> float:
    """Find the jump of f beyond the steps over which it slopes as the best interval says; 0 if there is none."""
    jump = bisected(values, values.x + best.h, values.x + wide.h, best.value)
    apart = abs(wide.value - best.value) * best.h  # what the two slopes differ by over a whole step
    far = max(apart, abs(values.at(values.x + wide.h) - values.mid))
    return jump if max(apart * SMALL, ULPS * ulp(values.mid) / SMALL) < jump < far / SMALL else 0.0


def bisected(values: Values, low: float, high: float, slope: float) -> float:
    """Follow the sharper bend down to two floats side by side, and say by how much f jumps there beside its slope."""

    def bend(a: float, b: float) -> float:
        return abs(values.at(a) - 2 * values.at(a + (b - a) / 2) + values.at(b))

    while min(low, high) < (middle := low + (high - low) / 2) < max(low, high):
        low, high = (low, middle) if bend(low, middle) >= bend(middle, high) else (middle, high)
    return abs(values.at(high) - values.at(low) - slope * (high - low))


def nothing(note: str) -> Derivative:
    """Say that the values of f do not tell."""
    return Derivative(nan, inf, 0, note=note)


def described(values: Values, best: Interval, sides: tuple[float, float] | None = None, note: str = "") -> Derivative:
    """Tell of an interval how steep f is around it."""
    around = [values.at(values.x + best.h), values.at(values.x - best.h)]
    steep = max((abs(y - values.mid) / best.h for y in around if isfinite(y)), default=0.0)
    far = max(abs(values.x), 1.0)
    size = max(abs(y) for y in (values.mid, *values.seen.values()) if isfinite(y)) / far
    if not steep:  # f does not move: what it computed on the way may have been as large as 1, and rounded
        moved = min(
            (t for t, y in values.seen.items() if y != values.mid), key=lambda t: abs(t - values.x), default=inf
        )
        flat = (abs(t - values.x) for t in values.seen)
        widest = max((h for h in flat if h < abs(moved - values.x)), default=best.h) or best.h
        scale = max(abs(values.mid), 1.0) / widest
        error = max(best.error, ULPS * ulp(1.0) * scale)
        if isfinite(moved):
            jump = bisected(values, values.x + copysign(widest, moved - values.x), moved, 0.0)
            error = max(error, jump / widest if jump > error * widest else 0.0)  # the way to it may be no longer
        return Derivative(best.value, error, 0, best.h, sides, scale, size, note)
    scale = max(steep, abs(values.mid) / far)
    return Derivative(best.value, best.error, 0, best.h, sides, scale, size, note)


def closer(values: Values, scan: Scan, best: Interval, digits: int) -> Interval:
    """Halve the step around the best one, for more digits, unless it is one of the last: there f is not rounded."""
    if best.h <= scan.rows[-COLUMNS:][0].h:
        return best

    def hidden(h: float) -> float:
        rows = zip(scan.rows, scan.noises, strict=True)
        return next((noise for row, noise in rows if row.h <= h), scan.noises[-1])

    widest = min(512 * best.h, scan.rows[0].h)
    rows = {row.h: row for row in (values.row(widest / 2**k, digits) for k in range(11)) if row.h}.values()
    finer = tableau((Point(row.h, (row.up - row.down) / 2 / row.h, hidden(row.h) / row.h) for row in rows), 2)
    return min([best, *(i for i in finer if not i.disagrees(best))], key=lambda interval: interval.error)


def complex_step(f: Callable[[complex], Any], values: Values, found: Derivative) -> Derivative:
    """Take Im f(x + ih) / h for a tiny h, which loses no digits, if f allows it and the differences confirm it."""
    x = values.x
    h = (abs(x) or 1.0) * 2.0**-100
    if h < 1e-300:  # its products with slopes would lose digits
        return found
    near = [(x, h), (nextafter(x, inf) + (nextafter(x, inf) - x), 0.7 * h), (x - 2 * (x - nextafter(x, -inf)), 1.3 * h)]
    if (found.error > 1e-6 * found.scale and not found.note) or values.count + len(near) > values.limit:
        return found
    try:
        answers = [f(complex(t, h)) for t, h in near]
    except Exception:  # whatever f makes of a kind of number it was not written for
        return found
    values.count += len(near)
    if not all(isinstance(y, complex) and isfinite(abs(y)) for y in answers):
        return found
    slopes = [y.imag / h for y, (_, h) in zip(answers, near, strict=True)]
    error = 4 * (max(slopes) - min(slopes)) + 64 * ulp(slopes[0])
    if abs(slopes[0] - found.value) > found.error or error >= found.error:
        return found
    return replace(found, value=slopes[0], error=error, step=h, note="")
