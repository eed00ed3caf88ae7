"""The slope of a function from its values on both sides of a point.

Differences over shrinking steps are extrapolated to a step of 0, as in C. J. F. Ridders, "Accurate computation of F'(x)
and F'(x) F''(x)", Advances in Engineering Software 4 (2), 1982, with two additions. The noise of f is measured: it is
what no power series in the step explains. And a derivative is local: an estimate from wide steps counts only as far as
it agrees with all estimates from narrower ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import inf, isfinite, ulp
from typing import NamedTuple

from .function_values import NEGLIGIBLE, SMALL, ULPS, Sample, last_digit

#: The greatest number of columns of a tableau: eight steps of an eighth cover the magnitudes of one scale of f.
COLUMNS = 8
#: The ratio of neighbouring steps from which the wider one says nothing about the narrower one.
GAP = 1e6
#: The rounding error of terms that cancel, and rise with x, in units of x.
ROUNDING = 2.0**-48
#: The number of steps in a row that are no coincidence. Six steps have five changes of slope, and five random numbers
#: have four ratios from 0.9 to 2 once in thousands of times.
RUN = 6


class Slope(NamedTuple):
    """A slope over one step, and a bound on the noise in it."""

    h: float
    slope: float
    noise: float


class Estimate(NamedTuple):
    """An extrapolated slope from the steps down to h, and bounds on its error.

    ``truncation`` and ``noise`` are the two parts of the bound.
    """

    h: float
    value: float
    truncation: float
    noise: float

    @property
    def error(self) -> float:
        """The bound on the error."""
        return self.truncation + self.noise

    def disagrees(self, other: Estimate) -> bool:
        """Return whether the intervals of two estimates are disjoint."""
        return abs(self.value - other.value) > self.error + other.error


@dataclass(frozen=True)
class Scan:
    """The value of f at a point x, and samples at shrinking steps.

    The values are accurate to ``unit`` units of their last place and to ``grain``, if they show no more noise.
    """

    x: float
    mid: float
    samples: tuple[Sample, ...]
    unit: int = ULPS
    grain: float = 0.0

    @cached_property
    def rises(self) -> tuple[list[float], list[float]]:
        """The differences of f from its value at the point, below and above."""
        return [s.down - self.mid for s in self.samples], [s.up - self.mid for s in self.samples]

    @cached_property
    def roundings(self) -> list[float]:
        """The rounding error of f at each step."""
        sizes = [max(abs(self.mid), *(abs(y) for y in s[1:] if isfinite(y)), 0.0) for s in self.samples]
        return [max(self.grain, self.unit * ulp(size)) for size in sizes]

    @cached_property
    def floors(self) -> list[float]:
        """The least noise at each step, also where f(x) is 0 because large terms cancel.

        Such an f differs by few binary digits at a step that has many: the last of them is rounded. And noise that is
        in proportion to the step over many orders of magnitude, as for x·sin(1/x) at 0, is so at every step.
        """
        steps, lasts = [s.h for s in self.samples], [0.0] * (len(self.samples) + 1)
        if self.x == 0:  # elsewhere steps have few digits, for x + h is a float
            for k, rises in reversed([*enumerate(zip(*self.rises, strict=True))]):
                found = [last_digit(y) / steps[k] for y in rises if y and isfinite(y)]
                lasts[k] = min(found) if found else lasts[k + 1]
        below, above = (subtract_series(steps, rises, range(1, 7)) for rises in self.rises)
        rates = [0.0] * 15 + [max(pair) / h for h, *pair in zip(steps, below, above, strict=True)]
        parts = [max(rates[k : k + 5]) for k in range(len(steps), len(rates), 5)]
        rate = max(parts) if SMALL * max(parts) < min(parts) else 0.0
        shares = [max(rate, min(lasts[max(k - 1, 0) : k + 2])) for k in range(len(steps))]
        inner = self._inner_rounding(below, above)
        rows = zip(self.roundings, inner, shares, steps, strict=True)
        return [max(own, its, 2 * ULPS * share * h) for own, its, share, h in rows]

    def _inner_rounding(self, below: Sequence[float], above: Sequence[float]) -> list[float]:
        """Return at each step the rounding of numbers as large as x inside f; 0 if none is seen.

        Where f is steep, it is more than the rounding of f. Over short steps it may be the same at every point, as that
        of x·x near 1, so it counts at all steps if two show it. A power series leaves much less at the narrower one.
        ``below`` and ``above`` are the parts of the rises that no power series explains.
        """
        bends = [a + b for a, b in zip(*self.rises, strict=True)]
        rests = map(max, below, above, subtract_series([s.h for s in self.samples], bends, (2, 4, 6)))
        found, seen = [], []
        for s, own, rest, bend in zip(self.samples, self.roundings, rests, bends, strict=True):
            size, uneven = (abs(y) / s.h * ulp(self.x) for y in ((s.up - s.down) / 2, bend))
            found.append(size if isfinite(size) else 0.0)
            seen += [rest] if 4 * max(4 * own, uneven) < rest <= 4 * size else []  # the ratios of steps are rounded
        return found if any(b > SMALL**4 * a for a, b in pairwise(seen)) else [0.0] * len(found)

    @cached_property
    def noises(self) -> list[float]:
        """The noise of f at each step."""
        below, above = self.rises
        bends = [a + b for a, b in zip(below, above, strict=True)]
        return self._noise((bends, (2, 4, 6)), (below, range(1, 7)), (above, range(1, 7)))

    @cached_property
    def estimates(self) -> list[Estimate]:
        """The estimates from differences between both sides, widest step first."""
        pairs = zip(self.samples, self.noises, strict=True)
        return extrapolate((Slope(s.h, (s.up - s.down) / 2 / s.h, noise / s.h) for s, noise in pairs), 2)

    @cached_property
    def sides(self) -> tuple[Estimate | None, Estimate | None]:
        """The slope to the left and to the right; None where f does not determine it."""
        found = []
        for side, rises in zip((-1, 1), self.rises, strict=True):
            rows = zip(self.samples, rises, self._noise((rises, range(1, 5))), strict=True)
            slopes = (Slope(s.h, side * y / s.h, 2 * noise / s.h) for s, y, noise in rows)
            found.append(best_agreeing(extrapolate(slopes, 1)))
        return found[0], found[1]

    def _noise(self, *series: tuple[Sequence[float], Iterable[int]]) -> list[float]:
        """Return a bound on the noise at each step.

        It is what no series explains at narrower steps, and at least the floor.
        """
        steps = [s.h for s in self.samples]
        left = [max(column) for column in zip(*(subtract_series(steps, *one) for one in series), strict=True)]
        found, worst = [], max(left[-4:], default=0.0)
        for h, own, here in zip(*map(reversed, (steps, self.floors, left)), strict=True):
            rate = min(worst / abs(self.x), ROUNDING) if self.x and worst > 16 * own else 0.0
            found.append(max(own, worst, rate * h))
            worst = max(worst, here)
        return found[::-1]

    @property
    def span(self) -> float:
        """The greatest difference of f from its value at the point."""
        return max((abs(y) for rises in self.rises for y in rises if isfinite(y)), default=0.0)

    def excess_noise(self, best: Estimate) -> float:
        """Return the noise over the step of an estimate if more than rounding, else 0."""
        rows = zip(self.samples, self.noises, self.floors, strict=True)
        return next((noise for s, noise, floor in rows if s.h == best.h and noise > 16 * floor), 0.0)

    def has_waves(self, best: Estimate) -> bool:
        """Return whether the noise over a step is another slope over narrow steps."""
        most = SMALL * self.excess_noise(best)
        rows = zip(self.samples, self.roundings, *self.rises, strict=True)
        slopes = [(b - a) / 2 / s.h for s, rounding, a, b in rows if rounding / NEGLIGIBLE < abs(b - a) / 2 < most]
        last = slopes[-1] if slopes else 0.0
        return len(slopes) > 1 and abs(slopes[-2] - last) < abs(last) / 4 < abs(best.value - last)

    @property
    def is_chaotic(self) -> bool:
        """Return whether f varies as much between neighbouring floats as over steps.

        An example is a % x for a tiny x.
        """
        rows = zip(self.samples, self.roundings, *self.rises, strict=True)
        inside = [(floor, [abs(y) for y in rises if isfinite(y)]) for s, floor, *rises in rows if s.h < abs(self.x)]
        near = [(max(rises), floor) for floor, rises in inside if rises]
        most = max((rise for rise, _ in near), default=0.0)
        return len(near) > RUN and all(rise > max(NEGLIGIBLE * most, 16 * floor) for rise, floor in near[-RUN:])

    @property
    def is_unsettled(self) -> bool:
        """Whether the slope to one side still changes at the last steps.

        It does at a jump, and at 0 for √x and x·log x.

        A slope as steep as for √x means that f falls as the step to the power 0.7 or less. A change as steady as for
        x·log x is the same at every step. For x to the power p at an eighth of the step it is 8¹⁻ᵖ times as large,
        which is 2 for p = ⅔ and 0.9 for p = 1.05; beyond that the slope settles.
        """
        for rises in self.rises:
            points = [(s.h, y, y / s.h) for s, y in zip(self.samples, rises, strict=True)]
            for last in (points[-RUN:], points[-RUN - 1 : -1], points[-RUN - 2 : -2]):  # the last may be too coarse
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
    def is_kinked(self) -> bool:
        """Whether the slopes to both sides differ by the same amount at every step.

        Steps at which rounding hides the difference do not count.
        """
        left, right = self.sides
        if left is None or right is None or abs(right.value - left.value) <= 4 * (left.error + right.error):
            return False
        bend = right.value - left.value
        rows = zip(self.samples, *self.rises, strict=True)
        bends = [(a + b) / s.h for s, a, b in rows if abs(bend) * s.h * NEGLIGIBLE > ULPS * ulp(self.mid)]
        return len(bends) >= 3 and all(abs(found - bend) < abs(bend) / 4 for found in bends[-3:])

    def contradiction(self, best: Estimate, rounding: float) -> tuple[Estimate, float] | None:
        """Return the estimate over wider steps that contradicts the best one, or None.

        No kink is near: f rises by about the same to both sides there. The second result is the noise there if it is no
        more than rounding and hides the best slope, else 0.
        """
        rows = zip(self.samples, *self.rises, self.noises, strict=True)
        bends = {s.h: (abs(a + b) + noise, noise) for s, a, b, noise in rows if s.h > best.h}
        against = []
        for e in (e for e in self.estimates if e.h in bends and e.disagrees(best)):
            apart, (bend, noise) = abs(e.value - best.value), bends[e.h]
            hidden = best.value and apart * best.h < noise <= rounding
            if max(10 * e.error, 5 * bend / e.h) < (apart if hidden else min(apart, abs(e.value))):
                against.append((e.error, e, noise if hidden else 0.0))
        if len(against) > 1 and not against[-1][1].disagrees(against[-2][1]):  # a single one may be a coincidence
            return min(against[-2:])[1:]
        return None


def subtract_series(steps: Sequence[float], values: Sequence[float], powers: Iterable[int]) -> list[float]:
    """Return the part of values that a series in these powers does not explain.

    It is 0 where too few steps determine the series.
    """
    ratios = [h / wider for wider, h in pairwise(steps)]
    rest = list(values)
    for power in powers:
        known = zip(pairwise(rest), ratios[len(values) - len(rest) :], strict=True)
        rest = [y - before * r**power for (before, y), r in known]
    return [0.0] * (len(values) - len(rest)) + [abs(y) if isfinite(y) else 0.0 for y in rest]


def extrapolate(slopes: Iterable[Slope], power: int) -> list[Estimate]:
    """Return the slopes extrapolated to a step of 0.

    They are a series in this power of the step.

    For each step but the widest, the result is the best estimate from this step and wider ones.
    """
    found = []
    above: list[tuple[float, float]] = []  # estimates of rising order, each with a bound on its noise
    wider: list[float] = []
    for h, slope, noise in slopes:
        if not isfinite(slope + noise):
            continue
        if wider and wider[0] > GAP * h:
            above, wider = [], []
        row = [(slope, noise)]
        choices = []
        for (coarse, its), step in zip(above, wider, strict=False):
            fine, own = row[-1]
            weight = (step / h) ** power - 1
            best, bound = fine + (fine - coarse) / weight, own + (own + its) / weight
            row.append((best, bound))
            choices.append(Estimate(h, best, max(abs(best - fine), abs(best - coarse)), bound))
        if choices:
            found.append(min(choices, key=lambda choice: choice.error))
        above, wider = row[:COLUMNS], [h, *wider[: COLUMNS - 1]]
    return found


def best_agreeing(estimates: Sequence[Estimate]) -> Estimate | None:
    """Return the best estimate that agrees with all over narrower steps, or None."""
    best, low, high = None, -inf, inf
    for estimate in reversed(estimates):
        if estimate.value - estimate.error > high or estimate.value + estimate.error < low:
            break
        low, high = max(low, estimate.value - estimate.error), min(high, estimate.value + estimate.error)
        if best is None or estimate.error < best.error:
            best = estimate
    if len(estimates) > 1:
        before, last = estimates[-2:]
        if last.truncation > 4 * last.noise and last.truncation > before.truncation / 2:
            return None  # the estimates do not converge
    return best
