"""Reading of options: numbers and sizes that are what they have to be, or an error that names the argument."""

from __future__ import annotations

import operator
from math import inf, isfinite
from typing import Any

from autograd.engine.node import real


def number(x: Any, name: str, low: float = -inf, below: float = inf) -> float:
    """Read a finite number of at least ``low`` and less than ``below``, or raise ValueError or TypeError."""
    expected = f"{name}: expected a {'finite number' if low == -inf else f'number of at least {low:g}'}, got"
    if isinstance(x, bool):
        raise TypeError(f"{expected} bool {x}")
    try:
        y = real(x, name)
    except OverflowError:
        y = inf
    if not (isfinite(y) and y >= low):
        raise ValueError(f"{expected} {x!r:.40}")
    if y >= below:
        raise ValueError(f"{name}: expected a number below {below:g}, got {x!r:.40}")
    return y


def size(n: Any, name: str, least: float = 1) -> int:
    """Read a whole number, a size unless ``least`` is given, or raise ValueError or TypeError; NumPy's pass."""
    expected = f"{name}: expected a whole number of at least {least}, got"
    if isinstance(n, bool) or not hasattr(n, "__index__"):
        raise TypeError(f"{expected} {type(n).__name__} {n!r:.40}")
    if n < least:
        raise ValueError(f"{expected} {n}")
    return operator.index(n)


def flag(x: Any, name: str) -> bool:
    """Read True or False, or raise TypeError."""
    if not isinstance(x, bool):
        raise TypeError(f"{name}: expected True or False, got {type(x).__name__} {x!r:.40}")
    return x
