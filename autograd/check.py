"""Numerical derivatives that know how far to trust themselves.

Differences over shrinking steps are extrapolated to a step of nothing, after C. J. F. Ridders, "Accurate
computation of F'(x) and F'(x) F''(x)", Advances in Engineering Software 4 (2), 1982. A difference loses
digits to cancellation as its step shrinks; a bound on that is carried through the extrapolation, so that
the error stated covers both ways to be wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import copysign, inf, isfinite, nan, ulp

#: How far a value of f may be from the truth, in units of its last place.
ULPS = 4


@dataclass(frozen=True, slots=True)
class Derivative:
    """An estimate of f'(x), a bound on its error, and how often f was evaluated for it."""

    value: float
    error: float
    evaluations: int


def derivative(f: Callable[[float], float], x: float) -> Derivative:
    """Estimate f'(x) from values of f; where they do not tell, the value is nan and the error inf.

    The step starts at a quarter of x and shrinks to its last place; steps on which f is not finite on
    both sides, or raises ArithmeticError or ValueError, are left out. f should be right to 4 units in the
    last place and vary on a scale that the floats around x resolve. Ridders 1982.

    >>> from autograd import log
    >>> slope = derivative(log, 3e-7)
    >>> abs(slope.value - 1 / 3e-7) < slope.error < 1e-3
    True
    """
    value, error, evaluations = nan, inf, 0
    above: list[tuple[float, float]] = []  # the last row of the tableau: estimates of rising order, each
    steps: list[float] = []  # with a bound on its rounding
    change = rounding = h = inf
    narrower = (abs(x) or 1.0) / 4
    for _ in range(18):
        wider, h = h, abs((x + copysign(narrower, x)) - x)  # x + h is a float now, and so is x - h
        if not 0 < h < wider:
            break
        narrower = h / 8
        evaluations += 2
        try:
            high, low = f(x + h), f(x - h)
        except (ArithmeticError, ValueError):  # as the functions of math say nan and inf
            continue
        slope, rounding = (high - low) / (2 * h), ULPS * (ulp(high) + ulp(low)) / (2 * h)
        if not isfinite(slope + rounding):
            continue
        if above:
            before, change = change, abs(slope - above[0][0])
            if change > before / 4 + rounding + above[0][1]:  # the wider steps were too coarse to see f,
                value, error, above, steps = nan, inf, [], []  # whatever they agreed on
        row = [(slope, rounding)]
        for (coarse, its), step in zip(above, reversed(steps), strict=True):
            fine, own = row[-1]
            weight = (step / h) ** 2 - 1
            best, bound = fine + (fine - coarse) / weight, own + (own + its) / weight
            row.append((best, bound))
            uncertain = max(abs(best - fine), abs(best - coarse)) + bound
            if uncertain < error:
                value, error = best, uncertain
        steps.append(h)
        above = row
    if rounding < error / 4:  # the steps never came to agree, down to the last place of x
        return Derivative(nan, inf, evaluations)
    return Derivative(value, error, evaluations)
