"""A loss is a mean over its samples, or is refused with the reason."""

import re

import pytest

import nn
from autograd import exp, sqrt
from nn.training.mean import expect_mean

REAL = [[0.5], [-1.5], [2.5]], [[1.0], [0.0], [-2.0]]
LOGITS = [[0.5, 1.0, -1.0], [-1.5, 0.2, 0.1]], [2, 0]


def squares(outputs, targets):
    return [(o[0] - y[0]) ** 2 for o, y in zip(outputs, targets, strict=True)]


@pytest.mark.parametrize(
    ("loss", "data"),
    [
        (nn.mse, REAL),
        (nn.mae, REAL),
        (nn.cross_entropy, LOGITS),
        (lambda o, y: sum(squares(o, y), 0.0) / len(y), REAL),
        (lambda o, y: sum(squares(o, y), 0.0) * (1 / len(y)) + 3, REAL),
        (lambda o, y: -sum((-s * 0.5 for s in squares(o, y)), 0.0) / len(y), REAL),
    ],
)
def test_means_are_accepted(loss, data):
    expect_mean(loss, *data)


@pytest.mark.parametrize(
    ("loss", "reason"),
    [
        (lambda o, y: sum(squares(o, y), 0.0), "pow counts 1 times for 3 samples, where their mean has 0.333333"),
        (lambda o, y: sqrt(sum(squares(o, y), 0.0) / len(y)), "sqrt takes numbers of samples 1 and 2 and 3 together"),
        (lambda o, y: squares(o, y)[0], "pow counts 1 times for 3 samples, where their mean has 0.333333"),
        (lambda o, y: sum(squares(o, y), 0.0) / len(y) + len(y), "what reads no sample counts 3"),
        (lambda o, y: exp(o[0][0] * o[-1][0]), "exp takes numbers of samples 1 and 3 together"),
        (lambda o, y: sum((k * s for k, s in enumerate(squares(o, y))), 0.0) / 3, "pow counts 0."),
    ],
)
def test_others_are_refused_with_the_reason(loss, reason):
    with pytest.raises(ValueError, match=re.escape(f"of the samples: {reason}")):
        expect_mean(loss, *REAL)


def test_a_mean_over_all_tokens_of_unequal_sequences_is_none():
    def per_token(outputs, targets):
        parts = [(o - t) ** 2 for row, its in zip(outputs, targets, strict=True) for o, t in zip(row, its, strict=True)]
        return sum(parts, 0.0) / len(parts)

    expect_mean(per_token, [[0.1, 0.2], [0.3, 0.4]], [[1.0, 0.0], [1.0, 1.0]])
    with pytest.raises(ValueError, match=r"pow counts 0\.333333 times for 2 samples, where their mean has"):
        expect_mean(per_token, [[0.1], [0.3, 0.4]], [[1.0], [1.0, 1.0]])
