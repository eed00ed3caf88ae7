"""The derivative of a function in short floats, or of a solver, or with steps."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from math import isfinite, ulp
from typing import Any

from .finite_differences import Derivative, at_kink, no_derivative, to_derivative
from .function_values import ULPS, FunctionValues
from .ridders import Estimate, Scan, best_agreeing

WIDEST = 0.5  # the first step, of 1 or of x
NEAR = 16  # times the best step, within which estimates differ as much as the best may be off

STEPS = "f has steps of {:.1g}, as of numbers rounded inside it; over wide steps this gradient may be right"
GREATEST = 2.0**-5  # step, of 1, x or f; bfloat16 has 8 binary digits
MANY = 4  # steps within a quarter of 1 or x, for steps of any height
LEAST = 256  # units in the last place of f
SAME = 12  # halvings of an interval around a step, which a smooth f does not survive
EVALUATIONS = 200  # at most, of both parts


def inexact_derivative(
    f: Callable[[Any], Any], x: float, *, digits: int = 53, f_error: float = 0.0, max_evals: int = 200
) -> Derivative:
    """Return an estimate of f'(x) with a bound, from values of f known to an error.

    The bound holds whatever the errors of neighbouring values have to do with each other, as those of a solver.

    Args:
        f: A function of a float.
        x: The point, a float of that many digits.
        digits: The binary digits of the floats at which f is evaluated.
        f_error: How far each value of f may be from the exact one.
        max_evals: The greatest number of evaluations of f.

    >>> found = inexact_derivative(lambda x: round(x**2, 6), 3.0, f_error=5e-7)
    >>> abs(found.value - 6) < found.error < 1e-4
    True
    """
    with warnings.catch_warnings():  # of steps outside the domain
        warnings.simplefilter("ignore")
        values = FunctionValues(f, x, max_evals)
        samples = tuple(values.samples(4 if digits == 24 else 2, digits, WIDEST * max(1.0, abs(values.x))))
        scan = Scan(values.x, values.mid, samples, ULPS, f_error)
        found = _estimate(values, scan) if isfinite(values.mid) else no_derivative("f has no finite value here")
    return replace(found, evaluations=values.count)


def _estimate(values: FunctionValues, scan: Scan) -> Derivative:
    best, (left, right) = best_agreeing(scan.estimates), scan.sides
    if left and right and left.disagrees(right):
        return at_kink(values, left, right)
    if best is None and (left is None) != (right is None):
        best = left or right
    if best is None:
        return no_derivative("the steps do not come to agree")
    if not _is_smooth(scan, best.h):
        wider = [abs(e.value - best.value) for e in scan.estimates if best.h <= e.h <= NEAR * best.h]
        best = best._replace(truncation=max([best.truncation, *(2 * gap for gap in wider)]))
        best = min(best, _between_kinks(scan) or best, key=lambda e: e.error)
    return to_derivative(values, best)


def _between_kinks(scan: Scan) -> Estimate | None:
    """Return the best slope over a single step, for a network of ReLUs, or None.

    A kink within a step moves its slope by half of the bend there. Two may cancel in the bend, on both sides, but then
    the slope over the next step differs.
    """
    rows = zip(scan.samples, *scan.rises, scan.noises, strict=True)
    slopes = [(s.h, (b - a) / 2 / s.h, abs(a + b) / s.h, noise / s.h) for s, a, b, noise in rows]
    found = [Estimate(h, y, max(bend, abs(y - z)), noise) for (h, y, bend, noise), (_, z, *_) in pairwise(slopes)]
    return best_agreeing([e for e in found if isfinite(e.error)])


def _is_smooth(scan: Scan, h: float) -> bool:
    """Return whether slopes come to agree nearly as h², not as h, as over many small kinks."""
    rows = [row for row in zip(scan.samples, scan.noises, strict=True) if row[0].h >= h][-6:]
    slopes = [(s.h, (s.up - s.down) / 2 / s.h, noise / s.h) for s, noise in rows]
    gaps = [(fine, abs(b - a), more + less) for (_, a, more), (fine, b, less) in pairwise(slopes)]
    return all(
        gap <= wider * (fine / coarse) ** 1.5 + noise for (coarse, wider, _), (fine, gap, noise) in pairwise(gaps)
    )


def find_steps(f: Callable[[float], float], x: float, slope: float, claimed: float) -> str:
    """Return a note if steps of f hide whether a claimed slope is right, else "".

    Halving an interval around a step leaves its height, but takes a smooth rise away. Over steps much wider than those
    of f, their height is a known error of f.

    Args:
        f: A function of a float; an error that it raises is a border.
        x: The point.
        slope: The slope over narrow steps, which contradicts the claimed one.
        claimed: The slope that is claimed.

    >>> find_steps(lambda x: round(x**2, 4), 1.0, 0.0, 2.0)
    'f has steps of 0.0001, as of numbers rounded inside it; over wide steps this gradient may be right'
    >>> find_steps(lambda x: round(x**2, 4), 1.0, 0.0, 3.0) or find_steps(lambda x: x**2, 1.0, 0.0, 2.0)
    ''
    """
    far = max(1.0, abs(x))
    found = [_height(f, x, x + side * far / 4, slope) for side in (1, -1)]
    height, rise = map(max, zip(*found, strict=True))
    if not 0 < height <= max(GREATEST * max(far, abs(f(x))), rise / MANY):
        return ""
    wide = inexact_derivative(f, x, f_error=2 * height, max_evals=EVALUATIONS - 120)
    return STEPS.format(height) if not abs(claimed - wide.value) > 4 * wide.error else ""


def _height(f: Callable[[float], float], low: float, high: float, slope: float) -> tuple[float, float]:
    """Return the height of a step between two points, 0 if none, and the rise of f."""
    try:
        ends = f(low), f(high)
        rise, rises = abs(ends[1] - ends[0]), list[float]()
        while min(low, high) < (middle := low + (high - low) / 2) < max(low, high):
            half = f(middle)
            parts = [abs(b - a - slope * (middle - low)) for a, b in ((ends[0], half), (half, ends[1]))]
            low, high, ends = (
                (low, middle, (ends[0], half)) if parts[0] >= parts[1] else (middle, high, (half, ends[1]))
            )
            rises.append(max(parts))
            if not rises[-1] > LEAST * ulp(max(map(abs, ends))):
                return 0.0, rise
            if len(rises) > SAME and rises[-1] > rises[-1 - SAME] / 2:
                return rises[-1], rise
    except Exception:  # a border of the domain
        pass
    return 0.0, 0.0
