"""Metrics: the answers of rows and of single scores."""

import pytest

import nn


def test_the_answer_of_a_single_score_is_its_sign():
    assert nn.accuracy([[2.0], [-1.0]], [1, 0]) == nn.accuracy([[2.0], [-1.0]], [[1], [-1]]) == 1.0
    with pytest.raises(ValueError, match="targets: expected at least one, got none"):
        nn.accuracy([], [])
