"""Losses: what training makes small.

Each takes one prediction with its target, or a list of each, which ``reduction`` makes one number: their
"mean" (as in PyTorch), their "sum", or "none". Predictions are Values or numbers; so may targets be. What is
a number is checked, probabilities too; nothing is computed from ``data``: a loss is an expression in the
operations, which can be recorded, replayed and differentiated again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import autograd

from .reduction import (
    as_many,
    elementwise,
    finite,
    flows,
    index_of,
    one_hot_of,
    one_hot_row,
    probabilities_of,
    probability_of,
    rowwise,
    share,
    sign,
    surprise,
    traced,
)

# Of classes


@rowwise
def cross_entropy(logits: Sequence[Any], target: Any) -> Any:
    """Return −Σ target·log softmax(logits): the cross-entropy of a classifier's scores with the right class.

    ``target`` is the index of the right class, 0 ≤ target < n, or n probabilities, such as a one-hot row.
    No logit is too large. The gradient with respect to the logits is softmax(logits) − onehot(target).
    Raises ValueError or TypeError for another target.
    Bridle (1990), Probabilistic interpretation of feedforward classification network outputs.

    >>> from autograd import Value
    >>> logits = [Value(2.0), Value(0.0), Value(-1000.0)]
    >>> loss = cross_entropy(logits, target=1)
    >>> loss.backward()
    >>> print(f"{loss:.4f}", [round(z.grad, 4) for z in logits])
    2.1269 [0.8808, -0.8808, 0.0]
    >>> cross_entropy([[0.0, 0.0], [1000.0, 0.0]], [[0.5, 0.5], [1, 0]], reduction="none")
    [0.6931471805599453, 0.0]
    """
    z = list(logits)
    target = one_hot_of(target, len(z)) if traced(target) else target
    if isinstance(target, list):
        counted = [(t, score) for t, score in zip(probabilities_of(target, len(z)), z, strict=True) if flows(t)]
        middle = autograd.dot(*zip(*counted, strict=True))
        return autograd.logsumexp([score - middle for score in z])  # Σ target = 1
    right = index_of(target, len(z))
    return -autograd.log_softmax(z, index=right)


@rowwise
def log_loss(probabilities: Sequence[Any], target: Any) -> Any:
    """Return −Σ target·ln p: the cross-entropy of probabilities with the right class, an index or n probabilities.

    Where the probabilities come from logits, ``cross_entropy`` of these is exact where this is infinite.

    >>> round(log_loss([0.1, 0.2, 0.6, 0.1], [0, 0, 1, 0]), 4)
    0.5108
    """
    chances = [probability_of(p) for p in probabilities]
    if not isinstance(target, list) and not traced(target):
        return -autograd.log(chances[index_of(target, len(chances))])
    shares = one_hot_of(target, len(chances)) if traced(target) else probabilities_of(target, len(chances))
    return autograd.sum(surprise(t, autograd.log, p) for t, p in zip(shares, chances, strict=True) if flows(t))


@rowwise
def symmetric_cross_entropy(logits: Sequence[Any], target: Any) -> Any:
    """Return −Σ target·ln σ(z) + (1 − target)·ln(1 − σ(z)): every class against all others, by a sigmoid of its own.

    ``target`` is an index or n numbers from 0 to 1, several of which may be 1.

    >>> round(symmetric_cross_entropy([0.0, 0.0], [1, 0]), 4)
    1.3863
    """
    targets = target if isinstance(target, list) else one_hot_of(target, len(logits))
    return autograd.sum(bce_with_logits(z, t) for z, t in zip(logits, as_many(targets, len(logits)), strict=True))


@rowwise
def kl_divergence(logits: Sequence[Any], target: Any) -> Any:
    """Return Σ target·ln(target / softmax(logits)), Kullback and Leibler's: cross-entropy less ``entropy(target)``.

    The mean over rows is PyTorch's "batchmean".

    >>> kl_divergence([0.0, 0.0], [0.5, 0.5])
    0.0
    """
    return cross_entropy(logits, target) - (entropy(target) if isinstance(target, list) else 0.0)


def entropy(probabilities: Sequence[Any]) -> Any:
    """Return −Σ p·ln p, in nats, 0·ln 0 being 0.

    >>> entropy([0.5, 0.5, 0.0])
    0.6931471805599453
    """
    return autograd.sum(surprise(p, autograd.log, p) for p in probabilities if flows(p))


@rowwise
def multi_hinge(scores: Sequence[Any], target: Any, *, margin: float = 1.0) -> Any:
    """Return Σ max(0, margin + sⱼ − s_target) over all other classes j: the multi-class support vector machine's loss.

    ``target`` is an index or a one-hot row. PyTorch's multi_margin_loss divides it by the number of classes.
    Weston and Watkins (1999), Support vector machines for multi-class pattern recognition.

    >>> multi_hinge([3.2, 5.1, -1.7], 0), multi_hinge([3.2, 5.1, -1.7], [0, 0, 1])
    (2.8999999999999995, 13.7)
    """
    hot = one_hot_row(target, len(scores)) if isinstance(target, list) else one_hot_of(target, len(scores))
    right = autograd.dot(hot, scores)
    pairs = [(s, t) for s, t in zip(scores, hot, strict=True) if not isinstance(t, int | float) or t != 1]
    return autograd.sum(autograd.relu(margin + s - right) * (1 - t) for s, t in pairs)


# Of two classes


@elementwise
def hinge(score: Any, target: Any) -> Any:
    """Return max(0, 1 − score·target), the loss of the support vector machine; target is −1 or 1.

    Raises ValueError for another target. Cortes and Vapnik (1995), Support-vector networks.

    >>> from autograd import Value
    >>> hinge(Value(0.25), 1).data, hinge(Value(0.25), -1).data, hinge(Value(2.0), 1).data
    (0.75, 1.25, 0.0)
    """
    return autograd.relu(1.0 - score * sign(target))


@elementwise
def perceptron_criterion(score: Any, target: Any) -> Any:
    """Return max(0, −score·target), 0 where the answer is right; target is −1 or 1 (Rosenblatt, 1958).

    >>> perceptron_criterion(0.25, 1), perceptron_criterion(0.25, -1)
    (0.0, 0.25)
    """
    return autograd.relu(-(score * sign(target)))


@elementwise
def bce_with_logits(logit: Any, target: Any) -> Any:
    """Return −t·ln σ(z) − (1 − t)·ln(1 − σ(z)), binary cross-entropy of a logit z; target is from 0 to 1.

    >>> bce_with_logits(0.0, 1), bce_with_logits(-1000.0, 1), bce_with_logits(-1000.0, 0)
    (0.6931471805599453, 1000.0, 0.0)
    """
    t = share(target)
    if isinstance(t, int | float) and t in (0, 1):
        return autograd.softplus(-logit if t else logit)
    return t * autograd.softplus(-logit) + (1 - t) * autograd.softplus(logit)


@elementwise
def bce(probability: Any, target: Any) -> Any:
    """Return −t·ln p − (1 − t)·ln(1 − p), binary cross-entropy; target is from 0 to 1.

    Where p is the sigmoid of a logit, ``bce_with_logits`` of that is exact where this is infinite.

    >>> bce(0.5, 1), bce(0.0, 1)
    (0.6931471805599453, inf)
    """
    t, p = share(target), probability_of(probability)
    parts = [(t, autograd.log, p), (1 - t, autograd.log1p, -p)]
    return autograd.sum(surprise(*part) for part in parts if flows(part[0]))


# Of numbers


@elementwise
def mse(prediction: Any, target: Any) -> Any:
    """Return (prediction − target)²; its mean over all numbers is the mean squared error.

    >>> mse([1.0, 2.0], [1.0, 4.0])
    2.0
    """
    return autograd.square(prediction - finite(target))


@elementwise
def mae(prediction: Any, target: Any) -> Any:
    """Return |prediction − target|; its mean over all numbers is the mean absolute error.

    >>> mae([1.0, 2.0], [1.0, 4.0])
    1.0
    """
    return autograd.abs(prediction - finite(target))


@rowwise
def euclidean(prediction: Sequence[Any], target: Any) -> Any:
    """Return ½·Σ(target − prediction)² of one row; with reduction="sum", the sum-of-squares error of all.

    >>> euclidean([1.0, 2.0], [0.0, 4.0]), euclidean([[1.0], [2.0]], [[0.0], [4.0]], reduction="sum")
    (2.5, 2.5)
    """
    off = [p - finite(t) for p, t in zip(prediction, as_many(target, len(prediction)), strict=True)]
    return autograd.dot(off, off) / 2


# Penalties


def l2(parameters: Sequence[Any], weight: float) -> Any:
    """Return weight/2·Σ θ², weight decay; of all that it is given: as a ``penalty`` of ``fit`` biases too.

    >>> l2([3.0, -4.0], 0.1)
    1.25
    """
    return weight / 2 * autograd.dot(parameters, parameters)


def l1(parameters: Sequence[Any], weight: float) -> Any:
    """Return weight·Σ |θ|, which pulls small parameters as hard as great ones, so that many end near 0; biases too.

    >>> l1([3.0, -4.0], 0.5)
    3.5
    """
    return weight * autograd.sum([autograd.abs(p) for p in parameters])
