"""What training counts, but cannot make small: these read ``data``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .functional.reduction import lists


def errors(predictions: Sequence[Any], targets: Sequence[Any]) -> int:
    """Count the wrong answers: a row of scores answers with the greatest, one score with its side of 0.

    Targets are indices or one-hot rows; of one score, 0 or −1 for below and 1 for above.

    >>> errors([[0.1, 0.9], [0.8, 0.2]], [1, 1]), errors([0.3, -2.0, 1.0], [1, 0, 0])
    (1, 1)
    """
    wrong = 0
    for prediction, target in zip(lists(predictions), lists(targets), strict=True):
        if isinstance(prediction, list) and len(prediction) == 1:  # a row of one is one score
            prediction = prediction[0]
            target = target[0] if isinstance(target, list) and len(target) == 1 else target
        right = greatest(target) if isinstance(target, list) else target
        answer = greatest(prediction) if isinstance(prediction, list) else int(prediction > 0)
        wrong += answer != (right if isinstance(prediction, list) else int(right > 0))
    return wrong


def accuracy(predictions: Sequence[Any], targets: Sequence[Any]) -> float:
    """Return the share of right answers, as ``errors`` counts them.

    >>> accuracy([[0.1, 0.9], [0.8, 0.2]], [1, 1])
    0.5
    """
    if not len(targets):
        raise ValueError("targets: expected at least one, got none")
    return 1 - errors(predictions, targets) / len(targets)


def greatest(scores: Sequence[Any]) -> int:
    """Return the index of the greatest score: the answer of a classifier.

    >>> greatest([0.1, 0.7, 0.2])
    1
    """
    return max(range(len(scores)), key=scores.__getitem__)
