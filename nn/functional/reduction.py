"""How losses take one prediction or many, and what targets they accept."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import autograd
from autograd.graph.pytree import leaves

Loss = Callable[..., Any]


class Batch(list[Any]):
    """The outputs of a model for a batch: one entry for each sample, and a bare Value is a row of one."""


def elementwise(loss: Loss) -> Loss:
    """Let a loss of one number take lists of them, nested alike, and reduce over all numbers."""

    @wraps(loss)
    def reduced(prediction: Any, target: Any, *, reduction: str = "mean", **options: Any) -> Any:
        p, t = lists(prediction), lists(target)
        _known(reduction)
        if _shape(p) != _shape(t):
            raise ValueError(f"target: expected the shape of the prediction, {_shape(p)}, got {_shape(t)}")
        if not isinstance(p, list):
            return loss(p, t, **options)
        return _reduce([loss(a, b, **options) for a, b in zip(leaves(p), leaves(t), strict=True)], reduction)

    return reduced


def rowwise(loss: Loss) -> Loss:
    """Let a loss of one row of numbers take a list of rows with as many targets, and reduce over the rows."""

    @wraps(loss)
    def reduced(prediction: Any, target: Any, *, reduction: str = "mean", **options: Any) -> Any:
        rows, targets = lists(prediction), lists(target)
        _known(reduction)
        if isinstance(prediction, Batch) and not any(isinstance(row, list) for row in rows):
            rows = [[row] for row in rows]
            targets = [t if isinstance(t, list) else [t] for t in targets]
        if not rows or not isinstance(rows, list):
            raise ValueError(f"prediction: expected a row of at least one number, got {rows!r:.40}")
        if not isinstance(rows[0], list):
            return loss(rows, targets, **options)
        if not isinstance(targets, list) or len(rows) != len(targets):
            raise ValueError(f"target: expected {len(rows)}, one for each row, got {target!r:.40}")
        if len(shape := _shape(rows)) != 2:
            raise ValueError(f"prediction: expected rows of the same number of scores, got the shape {shape}")
        return _reduce([loss(row, t, **options) for row, t in zip(rows, targets, strict=True)], reduction)

    return reduced


def _known(reduction: str) -> None:
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"reduction: expected mean, sum or none, got {reduction!r:.40}")


def _reduce(losses: list[Any], reduction: str) -> Any:
    return losses if reduction == "none" else getattr(autograd, reduction)(losses)


def lists(x: Any) -> Any:
    """Take nested tuples, iterables and arrays as nested lists."""
    if hasattr(x, "tolist"):
        x = x.tolist()
    return [lists(part) for part in x] if hasattr(x, "__iter__") and not isinstance(x, str) else x


def _shape(x: Any) -> tuple[Any, ...]:
    """Tell how lists are nested: (2, 3) for two rows of three; the shapes of rows that differ stand in its place."""
    if not isinstance(x, list):
        return ()
    inner = [_shape(part) for part in x]
    return (len(x), *(inner[0] if all(s == inner[0] for s in inner) else inner)) if x else (0,)


def as_many(target: Any, n: int) -> list[Any]:
    """Check that a target is a row of n numbers."""
    if not isinstance(target, list) or len(target) != n:
        raise ValueError(f"target: expected a row of {n} numbers, got {target!r:.40}")
    return target


def flows(share: Any) -> bool:
    """Say whether a share may count: a number that is 0 does not, whatever the logarithm beside it."""
    return not isinstance(share, int | float) or share != 0


def surprise(share: Any, log: Callable[[Any], Any], p: Any) -> Any:
    """Return −share·log(p), log or log1p; if the share is traced, 0 where it is 0, whatever the logarithm."""
    if traced(share):
        p = autograd.where(autograd.eq(share, 0), 0 * p + (log is autograd.log), p)
    return -share * log(p)


def traced(x: Any) -> bool:
    """Say whether x is an input of a model that is being compiled, which has no number yet."""
    return getattr(x, "known", True) is False


def pick(values: Sequence[Any], index: Any, name: str = "index") -> Any:
    """Return values[index], a number or a row of numbers; where a model is compiled, the index may be its input.

    Raises ValueError for what is no index from 0.

    >>> pick([[1.0, 2.0], [3.0, 4.0]], 1)
    [3.0, 4.0]
    """
    if traced(index):
        hot = one_hot_of(index, len(values))
        if isinstance(values[0], list | tuple):
            return [autograd.dot(hot, column) for column in zip(*values, strict=True)]
        return autograd.dot(hot, values)
    if isinstance(index, bool) or not hasattr(index, "__index__") or not 0 <= index < len(values):
        raise ValueError(f"{name}: expected a whole number from 0 to {len(values) - 1}, got {index!r:.40}")
    return values[index]


def sign(target: Any) -> Any:
    """Check a target that is −1 or 1."""
    if not hasattr(target, "__apply__") and target not in (-1, 1):
        raise ValueError(f"target: expected -1 or 1, got {target!r:.40}")
    return target


def finite(target: Any) -> Any:
    """Check that a target is a finite number."""
    if not hasattr(target, "__apply__") and isinstance(target, float) and not math.isfinite(target):
        raise ValueError(f"target: expected a finite number, got {target!r:.40}")
    return target


def probability_of(p: Any) -> Any:
    """Check that a prediction is a probability, but for rounding; one that is nan has diverged, and shows it."""
    if traced(p):  # where it is none it becomes nan, and the engine is asked, which says so
        return autograd.where(autograd.le(-1e-9, p) * autograd.le(p, 1 + 1e-9), p, math.nan)
    x = getattr(p, "data", p)
    if isinstance(x, int | float) and (x < -1e-9 or x > 1 + 1e-9):
        raise ValueError(f"probability: expected a number from 0 to 1, got {x!r:.40}; of logits there are other losses")
    return p


def share(target: Any) -> Any:
    """Check a target from 0 to 1."""
    if not hasattr(target, "__apply__") and not (isinstance(target, int | float) and 0 <= target <= 1):
        raise ValueError(f"target: expected a number from 0 to 1, got {target!r:.40}")
    return target


def probabilities_of(target: list[Any], n: int) -> list[Any]:
    """Check a target of n probabilities."""
    known = [share(t) for t in as_many(target, n) if not hasattr(t, "__apply__")]
    if len(known) == n and not math.isclose(math.fsum(known), 1, rel_tol=1e-9):
        raise ValueError(f"target: expected probabilities whose sum is 1, got {target!r:.60}")
    return target


def one_hot_row(target: list[Any], n: int) -> list[Any]:
    """Check a target of n numbers of which one is 1 and the others are 0."""
    if any(isinstance(t, int | float) and t not in (0, 1) for t in probabilities_of(target, n)):
        raise ValueError(f"target: expected a one-hot row, got {target!r:.60}")
    return target


def one_hot_of(target: Any, n: int) -> list[Any]:
    """Turn a checked index into a one-hot row; a traced one that is none gives nan, and then the engine says so."""
    if traced(target):
        hot = [autograd.eq(target, k) for k in range(n)]
        total = autograd.sum(hot)
        return [x / total for x in hot]
    right = index_of(target, n)
    return [int(k == right) for k in range(n)]


def index_of(target: Any, n: int) -> int:
    """Check a target that is the index of one of n."""
    expected = f"target: expected the index of one of {n} logits, got"
    if isinstance(target, bool) or not hasattr(target, "__index__"):
        raise TypeError(f"{expected} {type(target).__name__} {target!r:.40}")
    if not 0 <= target < n:
        raise ValueError(f"{expected} {target}")
    return operator.index(target)
