"""Losses of one sample: what training makes small."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any

import autograd


def cross_entropy(logits: Iterable[Any], target: int) -> Any:
    """Return -log softmax(logits)[target], the cross-entropy of a classifier's scores with the right class.

    ``logits`` is a list of n ≥ 1 Values or numbers, ``target`` the index of the right class, 0 ≤ target < n.
    No logit is too large. The gradient with respect to the logits is softmax(logits) - onehot(target).
    Raises ValueError or TypeError for a target that is not such an index.
    Bridle (1990), Probabilistic interpretation of feedforward classification network outputs.

    >>> from autograd import Value
    >>> logits = [Value(2.0), Value(0.0), Value(-1000.0)]
    >>> loss = cross_entropy(logits, target=1)
    >>> loss.backward()
    >>> print(f"{loss:.4f}", [round(z.grad, 4) for z in logits])
    2.1269 [0.8808, -0.8808, 0.0]
    """
    z = list(logits)
    right = _index(target, len(z))
    return -autograd.log_softmax(z, index=right)


def hinge(score: Any, target: int) -> Any:
    """Return max(0, 1 - score·target), the loss of the support vector machine; target is -1 or 1.

    Raises ValueError for another target. Cortes and Vapnik (1995), Support-vector networks.

    >>> from autograd import Value
    >>> hinge(Value(0.25), 1).data, hinge(Value(0.25), -1).data, hinge(Value(2.0), 1).data
    (0.75, 1.25, 0.0)
    """
    if target not in (-1, 1):
        raise ValueError(f"target: expected -1 or 1, got {target!r:.40}")
    return autograd.relu(1.0 - score * target)


def _index(target: Any, n: int) -> int:
    expected = f"target: expected the index of one of {n} logits, got"
    if isinstance(target, bool) or not hasattr(target, "__index__"):
        raise TypeError(f"{expected} {type(target).__name__} {target!r:.40}")
    if not 0 <= target < n:
        raise ValueError(f"{expected} {target}")
    return operator.index(target)
