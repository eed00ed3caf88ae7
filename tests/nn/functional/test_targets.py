"""Targets: errors for wrong indices, signs, probabilities and shapes."""

import math

import pytest

import nn
from autograd import Value
from nn import cross_entropy, hinge


@pytest.mark.parametrize(
    ("target", "error", "given"),
    [(3, ValueError, "3"), (-1, ValueError, "-1"), (1.0, TypeError, "float 1.0"), (True, TypeError, "bool True")],
)
def test_cross_entropy_rejects_a_target_that_is_no_index(target, error, given):
    with pytest.raises(error, match=f"^target: expected the index of one of 3 logits, got {given}$"):
        cross_entropy([0.0, 1.0, 2.0], target)


@pytest.mark.parametrize("target", [0, 2, 0.5, "1", None])
def test_hinge_rejects_other_targets(target):
    with pytest.raises(ValueError, match=f"^target: expected -1 or 1, got {target!r}$"):
        hinge(0.0, target)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.mse([1.0, 2.0], [1.0]), r"target: expected the shape of the prediction, \(2,\), got \(1,\)"),
        (lambda: nn.mse([[1.0], [2.0]], [1.0, 2.0]), r"expected the shape of the prediction, \(2, 1\), got \(2,\)"),
        (lambda: nn.bce_with_logits(0.0, 1.5), "target: expected a number from 0 to 1, got 1.5"),
        (lambda: nn.bce_with_logits(0.0, math.nan), "target: expected a number from 0 to 1, got nan"),
        (lambda: nn.bce(0.5, -1), "target: expected a number from 0 to 1, got -1"),
        (lambda: nn.perceptron_criterion(0.5, 0), "target: expected -1 or 1, got 0"),
        (lambda: nn.cross_entropy([0.0, 1.0], [0.5, 0.6]), "target: expected probabilities whose sum is 1"),
        (lambda: nn.cross_entropy([0.0, 1.0], [0.5, 0.5, 0.0]), "target: expected a row of 2 numbers"),
        (lambda: nn.cross_entropy([[0.0, 1.0]], [0, 1]), "target: expected 1, one for each row"),
        (lambda: nn.cross_entropy([], 0), "prediction: expected a row of at least one number"),
        (lambda: nn.multi_hinge([0.0, 1.0], 2), "target: expected the index of one of 2 logits, got 2"),
        (lambda: nn.euclidean([0.0, 1.0], 2.0), "target: expected a row of 2 numbers, got 2.0"),
    ],
)
def test_targets_are_checked(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.multi_hinge([1.0, 2.0, 3.0], [0.5, 0.5, 0]), "target: expected a one-hot row, got"),
        (lambda: nn.bce(2.0, 1), "probability: expected a number from 0 to 1, got 2.0"),
        (lambda: nn.bce(Value(2.0), 1), "probability: expected a number from 0 to 1, got 2.0"),
        (lambda: nn.log_loss([2.0, -1.0], 0), "probability: expected a number from 0 to 1, got 2.0"),
        (lambda: nn.mse(1.0, math.nan), "target: expected a finite number, got nan"),
        (lambda: nn.euclidean([1.0], [math.inf]), "target: expected a finite number, got inf"),
        (lambda: nn.cross_entropy([[1.0, 2.0], [1.0]], [0, 0]), "prediction: expected rows of the same number"),
        (lambda: nn.mse(1.0, 1.0, reduction="bogus"), "reduction: expected 'mean', 'sum' or 'none', got 'bogus'"),
        (lambda: nn.cross_entropy([1.0, 2.0], 1, reduction="bogus"), "reduction: expected 'mean', 'sum' or 'none'"),
        (lambda: nn.Activation("foo"), "activation: expected one of linear, .*got 'foo'"),
        (lambda: nn.Activation("softmax"), "activation: expected one of linear, .*got 'softmax'"),
    ],
)
def test_arguments_that_would_give_a_wrong_loss_are_rejected(call, message):
    with pytest.raises(ValueError, match=message):
        call()
