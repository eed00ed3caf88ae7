"""Measure predictions with numbers that have no useful gradient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .functional import to_lists


def errors(predictions: Sequence[Any], targets: Sequence[Any]) -> int:
    """Return the number of wrong answers of a classifier.

    Args:
        predictions: One entry per sample: a row of scores, whose answer is the index of the greatest, or a single
            score, whose answer is its sign.
        targets: One entry per sample: the index of the right class or a one-hot row; for a single score 1 for
            above 0, and 0 or −1 for below.

    Raises:
        ValueError: If predictions and targets differ in number.

    >>> errors([[0.1, 0.9], [0.8, 0.2]], [1, 1]), errors([0.3, -2.0, 1.0], [1, 0, 0])
    (1, 1)
    """
    wrong = 0
    for prediction, target in zip(to_lists(predictions), to_lists(targets), strict=True):
        if isinstance(prediction, list) and len(prediction) == 1:  # a row of one is a single score
            prediction = prediction[0]
            target = target[0] if isinstance(target, list) and len(target) == 1 else target
        right = greatest(target) if isinstance(target, list) else target
        answer = greatest(prediction) if isinstance(prediction, list) else int(prediction > 0)
        wrong += answer != (right if isinstance(prediction, list) else int(right > 0))
    return wrong


def accuracy(predictions: Sequence[Any], targets: Sequence[Any]) -> float:
    """Return the fraction of right answers, from 0 to 1.

    Args:
        predictions, targets: As for ``errors``.

    Raises:
        ValueError: If there are no targets, or predictions and targets differ in number.

    >>> accuracy([[0.1, 0.9], [0.8, 0.2]], [1, 1])
    0.5
    """
    if not len(targets):
        raise ValueError("targets: expected at least one, got none")
    return 1 - errors(predictions, targets) / len(targets)


def greatest(scores: Sequence[Any]) -> int:
    """Return the index of the greatest score, the answer of a classifier.

    >>> greatest([0.1, 0.7, 0.2])
    1
    """
    return max(range(len(scores)), key=scores.__getitem__)
