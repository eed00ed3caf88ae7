"""Check the targets of losses, and turn class indices into rows.

Traced inputs have no number yet and pass the checks.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import autograd


def pick(values: Sequence[Any], index: Any, name: str = "index") -> Any:
    """Return values[index]; in a model to compile, the index may be an input.

    Args:
        values: A list of n numbers or n rows of numbers.
        index: A whole number, 0 ≤ index < n.
        name: What an error message calls the index.

    Raises:
        ValueError: If the index is not a whole number in this range.

    >>> pick([[1.0, 2.0], [3.0, 4.0]], 1)
    [3.0, 4.0]
    """
    if is_traced(index):
        hot = index_to_one_hot(index, len(values))
        if isinstance(values[0], list | tuple):
            return [autograd.dot(hot, column) for column in zip(*values, strict=True)]
        return autograd.dot(hot, values)
    if isinstance(index, bool) or not hasattr(index, "__index__") or not 0 <= index < len(values):
        raise ValueError(f"{name}: expected a whole number from 0 to {len(values) - 1}, got {index!r:.40}")
    return values[index]


def is_traced(x: Any) -> bool:
    """Return whether x is an input of a recording, which has no number yet."""
    return getattr(x, "is_concrete", True) is False


def counts(weight: Any) -> bool:
    """Return whether a term with this weight counts: 0 drops even an infinite term."""
    return not isinstance(weight, int | float) or weight != 0


def neg_log_term(weight: Any, log: Callable[[Any], Any], p: Any) -> Any:
    """Return −weight·log(p), for log or log1p; for a traced weight 0 it is always 0."""
    if is_traced(weight):
        p = autograd.where(autograd.eq(weight, 0), 0 * p + (log is autograd.log), p)
    return -weight * log(p)


def check_row(target: Any, n: int) -> list[Any]:
    """Return a target that is a list of n numbers, or raise ValueError."""
    if not isinstance(target, list) or len(target) != n:
        raise ValueError(f"target: expected a row of {n} numbers, got {target!r:.40}")
    return target


def check_sign(target: Any) -> Any:
    """Return a target that is −1 or 1, or raise ValueError."""
    if not hasattr(target, "__apply__") and target not in (-1, 1):
        raise ValueError(f"target: expected -1 or 1, got {target!r:.40}")
    return target


def check_finite(target: Any) -> Any:
    """Return a target that is a finite number, or raise ValueError."""
    if not hasattr(target, "__apply__") and isinstance(target, float) and not math.isfinite(target):
        raise ValueError(f"target: expected a finite number, got {target!r:.40}")
    return target


def check_fraction(target: Any) -> Any:
    """Return a target from 0 to 1, or raise ValueError."""
    if not hasattr(target, "__apply__") and not (isinstance(target, int | float) and 0 <= target <= 1):
        raise ValueError(f"target: expected a number from 0 to 1, got {target!r:.40}")
    return target


def check_probability(p: Any) -> Any:
    """Return a prediction from 0 to 1, within rounding, or nan, or raise ValueError.

    A traced prediction outside this range becomes nan; the engine is then asked, and raises.
    """
    if is_traced(p):
        return autograd.where(autograd.le(-1e-9, p) * autograd.le(p, 1 + 1e-9), p, math.nan)
    x = getattr(p, "data", p)
    if isinstance(x, int | float) and (x < -1e-9 or x > 1 + 1e-9):
        raise ValueError(f"probability: expected a number from 0 to 1, got {x!r:.40}; for logits use another loss")
    return p


def check_distribution(target: list[Any], n: int) -> list[Any]:
    """Return a target of n probabilities whose sum is 1, or raise ValueError."""
    known = [check_fraction(t) for t in check_row(target, n) if not hasattr(t, "__apply__")]
    if len(known) == n and not math.isclose(math.fsum(known), 1, rel_tol=1e-9):
        raise ValueError(f"target: expected probabilities whose sum is 1, got {target!r:.60}")
    return target


def check_one_hot(target: list[Any], n: int) -> list[Any]:
    """Return a target of one 1 and n − 1 zeros, or raise ValueError."""
    if any(isinstance(t, int | float) and t not in (0, 1) for t in check_distribution(target, n)):
        raise ValueError(f"target: expected a one-hot row, got {target!r:.60}")
    return target


def check_index(target: Any, n: int) -> int:
    """Return a class index from 0 to n − 1, or raise ValueError or TypeError."""
    expected = f"target: expected the index of one of {n} logits, got"
    if isinstance(target, bool) or not hasattr(target, "__index__"):
        raise TypeError(f"{expected} {type(target).__name__} {target!r:.40}")
    if not 0 <= target < n:
        raise ValueError(f"{expected} {target}")
    return operator.index(target)


def index_to_one_hot(target: Any, n: int) -> list[Any]:
    """Return the one-hot row of a class index.

    A traced index out of range gives nan; the engine is then asked, and raises.
    """
    if is_traced(target):
        hot = [autograd.eq(target, k) for k in range(n)]
        total = autograd.sum(hot)
        return [x / total for x in hot]
    right = check_index(target, n)
    return [int(k == right) for k in range(n)]
