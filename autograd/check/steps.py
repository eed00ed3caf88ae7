"""``find_steps``: whether f has steps, as of numbers that are rounded to short floats inside it."""

from __future__ import annotations

from collections.abc import Callable
from math import ulp

from .inexact import inexact_derivative

STEPS = "f has steps of {:.1g}, as of numbers rounded inside it; over wide steps this gradient may be right"
GREATEST = 2.0**-5  # step, of 1, x or f; bfloat16 has 8 binary digits
MANY = 4  # steps within a quarter of 1 or x, for steps of any height
LEAST = 256  # units in the last place of f
SAME = 12  # halvings of an interval around a step, which a smooth f does not survive
EVALUATIONS = 200  # at most, of both parts


def find_steps(f: Callable[[float], float], x: float, slope: float, claimed: float) -> str:
    """Return a note if f has steps that hide whether a claimed slope is right, else an empty text.

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
    """Return the height of a step between two points, and the rise of f; 0 if there is none, or f has a border."""
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
