"""Numerical derivatives that know how far to trust themselves.

Differences over shrinking steps are extrapolated to a step of nothing, after C. J. F. Ridders, "Accurate
computation of F'(x) and F'(x) F''(x)", Advances in Engineering Software 4 (2), 1982. A difference loses
digits to cancellation as its step shrinks; how many is bounded along with it, so that the error stated
covers both ways to be wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import copysign, inf, isfinite, nan, ulp

#: How far a value of f may be from the truth, in units of its last place.
NOISE = 4


@dataclass(frozen=True, slots=True)
class Derivative:
    """An estimate of f'(x), a bound on its error, and how often f was evaluated for it."""

    value: float
    error: float
    evaluations: int


def derivative(f: Callable[[float], float], x: float) -> Derivative:
    """Estimate f'(x) from values of f; where they do not tell, the value is nan and the error inf.

    The step starts at a quarter of x and is halved, at first until f is finite on both sides. f should be
    right to 4 units in the last place, and vary on a scale that the floats around x resolve. Ridders 1982.

    >>> from autograd import log
    >>> slope = derivative(log, 3e-7)
    >>> abs(slope.value - 1 / 3e-7) < slope.error < 1e-4
    True
    """
    value, error, evaluations = nan, inf, 0
    steps: list[float] = []
    last: list[tuple[float, float]] = []  # one row of the tableau: estimates of rising order, and their noise
    change = inf
    h = (abs(x) or 1.0) / 2
    for _ in range(54):  # by then h is less than the last place of x
        wider, h = h, abs((x + copysign(h / 2, x)) - x)  # outwards is exact now, and so is inwards
        if not 0 < h < wider:
            break
        high, low = f(x + h), f(x - h)
        evaluations += 2
        slope, noise = (high - low) / (2 * h), NOISE * (ulp(high) + ulp(low)) / (2 * h)
        if not isfinite(slope + noise):
            continue
        if noise > error:  # and smaller steps only have more
            break
        previous, change = change, abs(slope - last[0][0]) if last else inf
        if change > previous / 2 + noise + sum(n for _, n in last[:1]):
            # The steps so far were too coarse to see f at all, whatever they agreed on.
            value, error, steps, last = nan, inf, [], []
        steps.append(h)
        row = [(slope, noise)]
        for order, (coarse, its_noise) in enumerate(last, 1):
            fine, noise = row[-1]
            weight = (steps[-1 - order] / h) ** 2 - 1
            best = fine + (fine - coarse) / weight
            noise = noise + (noise + its_noise) / weight
            row.append((best, noise))
            uncertain = max(abs(best - fine), abs(best - coarse)) + noise
            if uncertain < error:
                value, error = best, uncertain
        last = row
    return Derivative(value, error, evaluations)
