"""Reading of points, intervals and rows: numbers that are what they have to be, or an error that names them."""

from __future__ import annotations

from typing import Any

from ..validation import read_float, read_row


def numbers(x: Any, name: str, n: int) -> tuple[float, ...]:
    """Read a row of n finite numbers, or raise ValueError or TypeError."""
    given = read_row(x)
    if len(given) != n:
        raise ValueError(f"{name}: expected {n} number{'s' * (n > 1)}, got {x!r:.60}")
    bare = (float(v) if isinstance(v, bool) else v for v in given)  # truth values are inputs as good as 0 and 1
    return tuple(read_float(v, f"{name}[{i}]") for i, v in enumerate(bare))


def interval(x: Any, name: str) -> tuple[float, float]:
    """Read a pair of low < high, or raise ValueError or TypeError."""
    low, high = numbers(x, name, 2)
    if not low < high:
        raise ValueError(f"{name}: expected low < high, got {low} and {high}")
    return low, high


def positive(x: Any, name: str) -> float:
    """Read a finite number above 0, or raise ValueError or TypeError."""
    if not (y := read_float(x, name)) > 0:
        raise ValueError(f"{name}: expected a number above 0, got {x!r:.40}")
    return y
