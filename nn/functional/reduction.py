"""Extend a loss of one sample to batches, and reduce over them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import autograd
from autograd.graph import leaves

Loss = Callable[..., Any]


class BatchOutputs(list[Any]):
    """The outputs of a model for a batch, in which a bare Value is a row of one."""


def elementwise(loss: Loss) -> Loss:
    """Extend a loss of one number to nested lists, reduced over all numbers."""

    @wraps(loss)
    def reduced(prediction: Any, target: Any, *, reduction: str = "mean", **options: Any) -> Any:
        p, t = to_lists(prediction), to_lists(target)
        _check_reduction(reduction)
        if _shape(p) != _shape(t):
            raise ValueError(f"target: expected the shape of the prediction, {_shape(p)}, got {_shape(t)}")
        if not isinstance(p, list):
            return loss(p, t, **options)
        return _reduce([loss(a, b, **options) for a, b in zip(leaves(p), leaves(t), strict=True)], reduction)

    return reduced


def rowwise(loss: Loss) -> Loss:
    """Extend a loss of one row to a list of rows and targets, reduced over the rows."""

    @wraps(loss)
    def reduced(prediction: Any, target: Any, *, reduction: str = "mean", **options: Any) -> Any:
        rows, targets = to_lists(prediction), to_lists(target)
        _check_reduction(reduction)
        if isinstance(prediction, BatchOutputs) and not any(isinstance(row, list) for row in rows):
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


def to_lists(x: Any) -> Any:
    """Return nested iterables and arrays as nested lists."""
    if hasattr(x, "tolist"):
        x = x.tolist()
    return [to_lists(part) for part in x] if hasattr(x, "__iter__") and not isinstance(x, str) else x


def _check_reduction(reduction: str) -> None:
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"reduction: expected 'mean', 'sum' or 'none', got {reduction!r:.40}")


def _reduce(losses: list[Any], reduction: str) -> Any:
    return losses if reduction == "none" else getattr(autograd, reduction)(losses)


def _shape(x: Any) -> tuple[Any, ...]:
    """Return the shape of nested lists; of a ragged list, its length and all shapes."""
    if not isinstance(x, list):
        return ()
    inner = [_shape(part) for part in x]
    return (len(x), *(inner[0] if all(s == inner[0] for s in inner) else inner)) if x else (0,)
