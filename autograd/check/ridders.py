"""What the values of a function on both sides of a point tell of its slope there.

Differences over shrinking steps are extrapolated to a step of nothing, after C. J. F. Ridders, "Accurate
computation of F'(x) and F'(x) F''(x)", Advances in Engineering Software 4 (2), 1982. Two things are added.
How noisy f is, is measured: noise is what no power series in the step explains. And a derivative is local:
the differences down to each step give an interval, and those over wider steps are believed only as far as
they agree with all narrower ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import inf, isfinite, ulp
from typing import NamedTuple

#: How far a value of f may be from the truth, in units of its last place, if it shows no more noise than that: the
#: functions of most libraries are right to less, and those of the table to 4.
ULPS = 4
#: How many columns a tableau has at most: eight steps of an eighth reach over seven orders of magnitude, and what is
#: farther away is another matter.
COLUMNS = 8
#: A step from which nothing is told of one so many times shorter: the scales between were never looked at.
GAP = 1e6
#: How much less is a small part: as much as one step of the scan, to an eighth, may change by itself.
SMALL = 1 / 8
#: So much less is nothing beside the rest: a difference that is noise to this part is known to two digits.
NOTHING = SMALL**2
#: How many steps in a row are no chance: of five random numbers, one time in a few thousand falls like that.
RUN = 6


class Row(NamedTuple):
    """The values of f on both sides at one step."""

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

    def disagrees(self, other: Interval) -> bool:
        """Say whether two intervals have no number in common."""
        return abs(self.value - other.value) > self.error + other.error


@dataclass(frozen=True)
class Scan:
    """The value of f at a point and on both sides at shrinking steps.

    They are right to ``unit`` units of their last place and to ``grain``, if they show no more noise than that.
    """

    mid: float
    rows: tuple[Row, ...]
    unit: int = ULPS
    grain: float = 0.0

    @cached_property
    def rises(self) -> tuple[list[float], list[float]]:
        """By how much f differs from its value at the point, below and above."""
        return [row.down - self.mid for row in self.rows], [row.up - self.mid for row in self.rows]

    @cached_property
    def least(self) -> list[float]:
        """The rounding of f at each step."""
        sizes = [max(abs(self.mid), *(abs(y) for y in row[1:] if isfinite(y)), 0.0) for row in self.rows]
        return [max(self.grain, self.unit * ulp(size)) for size in sizes]

    @cached_property
    def noises(self) -> list[float]:
        """The noise of f at each step."""
        below, above = self.rises
        bends = [a + b for a, b in zip(below, above, strict=True)]
        return self._noise((bends, (2, 4, 6)), (below, range(1, 7)), (above, range(1, 7)))

    @cached_property
    def intervals(self) -> list[Interval]:
        """What the differences between both sides tell, from the widest step to the narrowest."""
        return tableau(
            (Point(r.h, (r.up - r.down) / 2 / r.h, n / r.h) for r, n in zip(self.rows, self.noises, strict=True)), 2
        )

    @cached_property
    def sides(self) -> tuple[Interval | None, Interval | None]:
        """The slope to the left and to the right; None where f does not tell."""
        found = []
        for side, rises in zip((-1, 1), self.rises, strict=True):
            noises = self._noise((rises, range(1, 5)))
            rows = zip(self.rows, rises, noises, strict=True)
            found.append(agreed(tableau((Point(r.h, side * y / r.h, 2 * n / r.h) for r, y, n in rows), 1)))
        return found[0], found[1]

    def _noise(self, *series: tuple[Sequence[float], Iterable[int]]) -> list[float]:
        """Bound the noise at each step by what no series explains at narrower ones, and by rounding at least."""
        steps = [row.h for row in self.rows]
        left = [max(column) for column in zip(*(unexplained(steps, *one) for one in series), strict=True)]
        found, worst = [], max(left[-4:], default=0.0)
        for own, here in zip(reversed(self.least), reversed(left), strict=True):
            found.append(max(own, worst))
            worst = max(worst, here)
        return found[::-1]

    @property
    def span(self) -> float:
        """By how much f was seen to vary."""
        return max((abs(y) for rises in self.rises for y in rises if isfinite(y)), default=0.0)

    def hidden(self, best: Interval) -> float:
        """How noisy f is over an interval's step if that is more than rounding; else 0."""
        rows = zip(self.rows, self.noises, self.least, strict=True)
        return next((noise for row, noise, least in rows if row.h == best.h and noise > 16 * least), 0.0)

    def waves(self, best: Interval) -> bool:
        """Whether what is noise over an interval's step is a slope of its own over narrow ones, and another one."""
        most = SMALL * self.hidden(best)
        rows = zip(self.rows, self.least, *self.rises, strict=True)
        told = [(b - a) / 2 / row.h for row, least, a, b in rows if least / NOTHING < abs(b - a) / 2 < most]
        last = told[-1] if told else 0.0
        return len(told) > 1 and abs(told[-2] - last) < abs(last) / 4 < abs(best.value - last)

    def chaotic(self, x: float) -> bool:
        """Whether f varies as much from one float to the next as over all steps up to x, as a % x for a tiny x."""
        rows = zip(self.rows, self.least, *self.rises, strict=True)
        told = [(least, [abs(y) for y in rises if isfinite(y)]) for row, least, *rises in rows if row.h < abs(x)]
        near = [(max(rises), least) for least, rises in told if rises]
        most = max((rise for rise, _ in near), default=0.0)
        return len(near) > RUN and all(rise > max(NOTHING * most, 16 * least) for rise, least in near[-RUN:])

    @property
    def unsettled(self) -> bool:
        """Whether the slope to one side goes on to change down to the last steps: at a jump, at 0 for √x and x·log x.

        As steep as for √x, f itself falls as the step to the power 0.7 or less. As steady as for x·log x, the slope
        changes by as much at every step; for x to the power p at an eighth of the step it is 8¹⁻ᵖ times as much, which
        is 2 for ⅔ and 0.9 for 1.05: beyond that the slope settles.
        """
        for rises in self.rises:
            told = [(row.h, y, y / row.h) for row, y in zip(self.rows, rises, strict=True)]
            for last in (told[-RUN:], told[-RUN - 1 : -1], told[-RUN - 2 : -2]):  # the last steps may be too coarse
                changes = [(there - here) for (*_, here), (*_, there) in pairwise(last)]
                steady = all(a and 0.9 < b / a < 2 for a, b in pairwise(changes))
                steep = all(y and (b / a) ** 0.7 < z / y < 1.05 for (a, y, _), (b, z, _) in pairwise(last))
                if (
                    len(last) == RUN
                    and (steady or steep)
                    and abs(changes[-1]) * last[-1][0] * SMALL > ULPS * ulp(self.mid)
                ):
                    return True
        return False

    @property
    def kinked(self) -> bool:
        """Whether the slopes to both sides differ, and by the same at every step down to where rounding begins."""
        left, right = self.sides
        if left is None or right is None or abs(right.value - left.value) <= 4 * (left.error + right.error):
            return False
        bend = right.value - left.value
        rows = zip(self.rows, *self.rises, strict=True)
        told = [(a + b) / row.h for row, a, b in rows if abs(bend) * row.h * NOTHING > ULPS * ulp(self.mid)]
        return len(told) >= 3 and all(abs(found - bend) < abs(bend) / 4 for found in told[-3:])

    def doubtful(self, best: Interval) -> Interval | None:
        """Find what is told over wider steps against the best interval: that f slopes otherwise."""
        even = {
            row.h
            for row, a, b, noise in zip(self.rows, *self.rises, self.noises, strict=True)
            if row.h > best.h and abs(a + b) + noise < abs(a - b) / 10
        }
        against = [i for i in self.intervals if i.h in even and i.disagrees(best)]
        against = [i for i in against if 10 * i.error < min(abs(i.value), abs(i.value - best.value))]
        if len(against) > 1 and not against[-1].disagrees(against[-2]):  # one alone may be even by chance
            return min(against[-2:], key=lambda interval: interval.error)
        return None


def unexplained(steps: Sequence[float], values: Sequence[float], powers: Iterable[int]) -> list[float]:
    """Take a series in these powers of the step away from values; 0 where there are too few to know it."""
    ratios = [h / wider for wider, h in pairwise(steps)]
    rest = list(values)
    for power in powers:
        known = zip(pairwise(rest), ratios[len(values) - len(rest) :], strict=True)
        rest = [y - before * r**power for (before, y), r in known]
    return [0.0] * (len(values) - len(rest)) + [abs(y) if isfinite(y) else 0.0 for y in rest]


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
        if wider and wider[0] > GAP * h:
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
