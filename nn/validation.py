"""Read options and inputs of a model, or raise an error that names the argument."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from math import inf, isfinite
from typing import Any

from autograd.numbers import expect_real


def read_float(x: Any, name: str, low: float = -inf, below: float = inf) -> float:
    """Return x as a finite float, low ≤ x < below, or raise ValueError or TypeError."""
    expected = f"{name}: expected a {'finite number' if low == -inf else f'number of at least {low:g}'}, got"
    if isinstance(x, bool):
        raise TypeError(f"{expected} bool {x}")
    try:
        y = expect_real(x, name)
    except OverflowError:
        y = inf
    if not (isfinite(y) and y >= low):
        raise ValueError(f"{expected} {x!r:.40}")
    if y >= below:
        raise ValueError(f"{name}: expected a number below {below:g}, got {x!r:.40}")
    return y


def read_int(n: Any, name: str, low: float = 1) -> int:
    """Return n as an int of at least low, or raise ValueError or TypeError."""
    expected = f"{name}: expected a whole number{f' of at least {low}' if low > -inf else ''}, got"
    if isinstance(n, bool) or not hasattr(n, "__index__"):
        raise TypeError(f"{expected} {type(n).__name__} {n!r:.40}")
    if n < low:
        raise ValueError(f"{expected} {n}")
    return operator.index(n)


def read_bool(x: Any, name: str) -> bool:
    """Return x if it is True or False, or raise TypeError."""
    if not isinstance(x, bool):
        raise TypeError(f"{name}: expected True or False, got {type(x).__name__} {x!r:.40}")
    return x


def read_row(x: Any) -> tuple[Any, ...]:
    """Return x as a tuple; a bare number or Value is a row of one."""
    if hasattr(x, "tolist"):
        x = x.tolist()
    return tuple(x) if hasattr(x, "__iter__") else (x,)


def check_length(x: Sequence[Any], n: int) -> Sequence[Any]:
    """Return x if it has n entries, or raise ValueError."""
    if len(x) != n:
        raise ValueError(f"inputs: expected {n} numbers, got {len(x)}")
    return x
