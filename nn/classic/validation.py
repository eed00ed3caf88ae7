"""Read points, intervals and rows, or raise an error that names the argument."""

from __future__ import annotations

from typing import Any

from ..validation import read_float, read_row


def read_floats(x: Any, name: str, n: int) -> tuple[float, ...]:
    """Return a row of n numbers as finite floats, or raise ValueError or TypeError.

    Truth values are 0 and 1.
    """
    row = read_row(x)
    if len(row) != n:
        raise ValueError(f"{name}: expected {n} number{'s' * (n > 1)}, got {x!r:.60}")
    numbers = (float(v) if isinstance(v, bool) else v for v in row)
    return tuple(read_float(v, f"{name}[{i}]") for i, v in enumerate(numbers))


def read_interval(x: Any, name: str) -> tuple[float, float]:
    """Return a pair of floats low < high, or raise ValueError or TypeError."""
    low, high = read_floats(x, name, 2)
    if not low < high:
        raise ValueError(f"{name}: expected low < high, got {low} and {high}")
    return low, high


def read_positive(x: Any, name: str) -> float:
    """Return x as a finite float above 0, or raise ValueError or TypeError."""
    if not (y := read_float(x, name)) > 0:
        raise ValueError(f"{name}: expected a number above 0, got {x!r:.40}")
    return y
