"""Losses of one prediction and its target, or of a list of each.

``reduction`` turns the losses of a list into one number: their "mean" (the default, as in PyTorch), their "sum", or
"none" to keep the list. Predictions and targets are numbers or Values. Numbers are checked, probabilities included.
No loss reads ``data``: each is an expression that can be recorded, replayed and differentiated again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import autograd

from .reduction import elementwise, rowwise
from .targets import (
    check_distribution,
    check_finite,
    check_fraction,
    check_index,
    check_one_hot,
    check_probability,
    check_row,
    check_sign,
    counts,
    index_to_one_hot,
    is_traced,
    neg_log_term,
)

# Classification with n classes


@rowwise
def cross_entropy(logits: Sequence[Any], target: Any) -> Any:
    """Return −Σ target·log softmax(logits), the cross-entropy of n scores.

    The result is finite for logits of any size. Its gradient by the logits is softmax(logits) − onehot(target).
    Bridle (1990), Probabilistic interpretation of feedforward classification network outputs.

    Args:
        logits: A row of n scores, or a list of rows.
        target: For each row the index of the right class, 0 ≤ target < n, or n probabilities, such as a one-hot row.
        reduction: "mean", "sum" or "none" of the losses of the rows.

    Raises:
        ValueError, TypeError: If a target is not such an index, or probabilities do not add up to 1.

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
    target = index_to_one_hot(target, len(z)) if is_traced(target) else target
    if isinstance(target, list):
        parts = zip(check_distribution(target, len(z)), autograd.log_softmax(z), strict=True)
        return 0.0 - autograd.sum(t * log_p for t, log_p in parts if counts(t))
    right = check_index(target, len(z))
    return -autograd.log_softmax(z, index=right)


@rowwise
def log_loss(probabilities: Sequence[Any], target: Any) -> Any:
    """Return −Σ target·ln p, the cross-entropy of n probabilities.

    If the probabilities come from logits, use ``cross_entropy``: it is exact where this loss is infinite.

    Args:
        probabilities: A row of n numbers from 0 to 1, or a list of rows.
        target, reduction: As for ``cross_entropy``.

    >>> round(log_loss([0.1, 0.2, 0.6, 0.1], [0, 0, 1, 0]), 4)
    0.5108
    """
    checked = [check_probability(p) for p in probabilities]
    if not isinstance(target, list) and not is_traced(target):
        return -autograd.log(checked[check_index(target, len(checked))])
    weights = index_to_one_hot(target, len(checked)) if is_traced(target) else check_distribution(target, len(checked))
    return autograd.sum(neg_log_term(t, autograd.log, p) for t, p in zip(weights, checked, strict=True) if counts(t))


@rowwise
def symmetric_cross_entropy(logits: Sequence[Any], target: Any) -> Any:
    """Return −Σ t·ln σ(z) + (1 − t)·ln(1 − σ(z)), a binary loss for each class.

    Args:
        logits, reduction: As for ``cross_entropy``.
        target: For each row the index of the right class or n numbers from 0 to 1, several of which may be 1.

    >>> round(symmetric_cross_entropy([0.0, 0.0], [1, 0]), 4)
    1.3863
    """
    targets = target if isinstance(target, list) else index_to_one_hot(target, len(logits))
    return autograd.sum(bce_with_logits(z, t) for z, t in zip(logits, check_row(targets, len(logits)), strict=True))


@rowwise
def kl_divergence(logits: Sequence[Any], target: Any) -> Any:
    """Return Σ target·ln(target / softmax(logits)), the Kullback-Leibler divergence.

    It is the cross-entropy minus ``entropy(target)``. Its mean over rows is PyTorch's "batchmean".

    Args:
        logits, target, reduction: As for ``cross_entropy``.

    >>> kl_divergence([0.0, 0.0], [0.5, 0.5])
    0.0
    """
    return cross_entropy(logits, target) - (entropy(target) if isinstance(target, list) else 0.0)


def entropy(probabilities: Sequence[Any]) -> Any:
    """Return −Σ p·ln p in nats, with 0·ln 0 = 0.

    >>> entropy([0.5, 0.5, 0.0])
    0.6931471805599453
    """
    return autograd.sum(neg_log_term(p, autograd.log, p) for p in probabilities if counts(p))


@rowwise
def multi_hinge(scores: Sequence[Any], target: Any, *, margin: float = 1.0) -> Any:
    """Return Σ max(0, margin + sⱼ − s_target) over all other classes j.

    PyTorch's multi_margin_loss divides it by n.
    Weston and Watkins (1999), Support vector machines for multi-class pattern recognition.

    Args:
        scores: A row of n scores, or a list of rows.
        target: For each row the index of the right class or a one-hot row.
        margin: How far the right score must exceed the others for a loss of 0.
        reduction: "mean", "sum" or "none" of the losses of the rows.

    Raises:
        ValueError, TypeError: If an index is out of range, or a row is not one-hot.

    >>> multi_hinge([3.2, 5.1, -1.7], 0), multi_hinge([3.2, 5.1, -1.7], [0, 0, 1])
    (2.8999999999999995, 13.7)
    """
    hot = check_one_hot(target, len(scores)) if isinstance(target, list) else index_to_one_hot(target, len(scores))
    right = autograd.dot(hot, scores)
    pairs = [(s, t) for s, t in zip(scores, hot, strict=True) if not isinstance(t, int | float) or t != 1]
    return autograd.sum(autograd.relu(margin + s - right) * (1 - t) for s, t in pairs)


# Classification with two classes


@elementwise
def hinge(score: Any, target: Any) -> Any:
    """Return max(0, 1 − score·target), the loss of the support vector machine.

    Cortes and Vapnik (1995), Support-vector networks.

    Args:
        score, target: Numbers, and −1 or 1 for each, or nested lists of one shape.
        reduction: "mean", "sum" or "none" of the losses of all numbers.

    Raises:
        ValueError: If a target is neither −1 nor 1, or the shapes differ.

    >>> from autograd import Value
    >>> hinge(Value(0.25), 1).data, hinge(Value(0.25), -1).data, hinge(Value(2.0), 1).data
    (0.75, 1.25, 0.0)
    """
    return autograd.relu(1.0 - score * check_sign(target))


@elementwise
def perceptron_criterion(score: Any, target: Any) -> Any:
    """Return max(0, −score·target), the perceptron's loss (Rosenblatt, 1958).

    Args:
        score, target, reduction: As for ``hinge``.

    >>> perceptron_criterion(0.25, 1), perceptron_criterion(0.25, -1)
    (0.0, 0.25)
    """
    return autograd.relu(-(score * check_sign(target)))


@elementwise
def bce_with_logits(logit: Any, target: Any) -> Any:
    """Return −t·ln σ(z) − (1 − t)·ln(1 − σ(z)), binary cross-entropy of a logit.

    Args:
        logit, target: Numbers z, and t from 0 to 1, or nested lists of one shape.
        reduction: "mean", "sum" or "none" of the losses of all numbers.

    Raises:
        ValueError: If a target is not from 0 to 1, or the shapes differ.

    >>> bce_with_logits(0.0, 1), bce_with_logits(-1000.0, 1), bce_with_logits(-1000.0, 0)
    (0.6931471805599453, 1000.0, 0.0)
    """
    t = check_fraction(target)
    if isinstance(t, int | float) and t in (0, 1):
        return autograd.softplus(-logit if t else logit)
    return t * autograd.softplus(-logit) + (1 - t) * autograd.softplus(logit)


@elementwise
def bce(probability: Any, target: Any) -> Any:
    """Return −t·ln p − (1 − t)·ln(1 − p), binary cross-entropy of a probability.

    If p is the sigmoid of a logit, use ``bce_with_logits``: it is exact where this loss is infinite.

    Args:
        probability: A number p from 0 to 1, or nested lists of such numbers.
        target, reduction: As for ``bce_with_logits``.

    >>> bce(0.5, 1), bce(0.0, 1)
    (0.6931471805599453, inf)
    """
    t, p = check_fraction(target), check_probability(probability)
    terms = [(t, autograd.log, p), (1 - t, autograd.log1p, -p)]
    return autograd.sum(neg_log_term(*term) for term in terms if counts(term[0]))


# Regression


@elementwise
def mse(prediction: Any, target: Any) -> Any:
    """Return (prediction − target)², by default the mean over all numbers.

    Args:
        prediction, target: Numbers, or nested lists of one shape; targets are finite.
        reduction: "mean", "sum" or "none" of the losses of all numbers.

    Raises:
        ValueError: If a target is not finite, or the shapes differ.

    >>> mse([1.0, 2.0], [1.0, 4.0])
    2.0
    """
    return autograd.square(prediction - check_finite(target))


@elementwise
def mae(prediction: Any, target: Any) -> Any:
    """Return |prediction − target|, by default the mean over all numbers.

    Args:
        prediction, target, reduction: As for ``mse``.

    >>> mae([1.0, 2.0], [1.0, 4.0])
    1.0
    """
    return autograd.abs(prediction - check_finite(target))


@rowwise
def euclidean(prediction: Sequence[Any], target: Any) -> Any:
    """Return ½·Σ(target − prediction)² of a row, by default the mean over all rows.

    Args:
        prediction, target: Rows of n numbers, or lists of rows; targets are finite.
        reduction: "mean", "sum" or "none" of the losses of the rows.

    Raises:
        ValueError: If a target is not finite, or a row has another length.

    >>> euclidean([1.0, 2.0], [0.0, 4.0]), euclidean([[1.0], [2.0]], [[0.0], [4.0]], reduction="sum")
    (2.5, 2.5)
    """
    differences = [p - check_finite(t) for p, t in zip(prediction, check_row(target, len(prediction)), strict=True)]
    return autograd.dot(differences, differences) / 2


# Penalties


def l2(parameters: Sequence[Any], weight: float) -> Any:
    """Return λ/2·Σ θ² of all given parameters, biases included.

    Args:
        parameters, weight: Numbers or Values θ, such as ``model.parameters()``, and the strength λ.

    >>> l2([3.0, -4.0], 0.1)
    1.25
    """
    return weight / 2 * autograd.dot(parameters, parameters)


def l1(parameters: Sequence[Any], weight: float) -> Any:
    """Return λ·Σ |θ|, whose constant slope drives many parameters to 0.

    Args:
        parameters, weight: As for ``l2``.

    >>> l1([3.0, -4.0], 0.5)
    3.5
    """
    return weight * autograd.sum([autograd.abs(p) for p in parameters])
