"""Extend a loss of one sample to batches, and reduce over them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import Any

import autograd
from autograd.graph import leaves

Loss = Callable[..., Any]


class BatchOutputs(list[Any]):
    """The outputs of a model for a batch, in which a bare Value is a row of one."""


def elementwise(loss: Loss) -> Loss:
    """Extend a loss of one number to nested lists, reduced over all numbers."""

    def compute(prediction: Any, target: Any, options: dict[str, Any]) -> Any:
        p, t = to_lists(prediction), to_lists(target)
        if _shape(p) != _shape(t):
            raise ValueError(f"target: expected the shape of the prediction, {_shape(p)}, got {_shape(t)}")
        if not isinstance(p, list):
            return loss(p, t, **options)
        return [loss(a, b, **options) for a, b in zip(leaves(p), leaves(t), strict=True)]

    return _add_reduction(loss, compute)


def rowwise(loss: Loss) -> Loss:
    """Extend a loss of one row to a list of rows and targets, reduced over the rows."""

    def compute(prediction: Any, target: Any, options: dict[str, Any]) -> Any:
        rows, targets = to_lists(prediction), to_lists(target)
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
        return [loss(row, t, **options) for row, t in zip(rows, targets, strict=True)]

    return _add_reduction(loss, compute)


def _add_reduction(loss: Loss, compute: Loss) -> Loss:
    """Return a loss with ``reduction`` for the list that ``compute`` may return."""
    own = signature(loss)

    @wraps(loss)
    def reduced(*args: Any, reduction: str = "mean", **named: Any) -> Any:
        bound = own.bind(*args, **named)  # each loss has names of its own for the prediction and the target
        if reduction not in ("mean", "sum", "none"):
            raise ValueError(f"reduction: expected 'mean', 'sum' or 'none', got {reduction!r:.40}")
        found = compute(*bound.args, bound.kwargs)
        return found if reduction == "none" or not isinstance(found, list) else getattr(autograd, reduction)(found)

    option = Parameter("reduction", Parameter.KEYWORD_ONLY, default="mean", annotation="str")
    reduced.__signature__ = own.replace(parameters=[*own.parameters.values(), option])  # type: ignore[attr-defined]  # help() reads it
    return reduced


def to_lists(x: Any) -> Any:
    """Return nested iterables and arrays as nested lists."""
    if hasattr(x, "tolist"):
        x = x.tolist()
    return [to_lists(part) for part in x] if hasattr(x, "__iter__") and not isinstance(x, str) else x


def _shape(x: Any) -> tuple[Any, ...]:
    """Return the shape of nested lists; of a ragged list, its length and all shapes."""
    if not isinstance(x, list):
        return ()
    inner = [_shape(part) for part in x]
    return (len(x), *(inner[0] if all(s == inner[0] for s in inner) else inner)) if x else (0,)
