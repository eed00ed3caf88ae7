"""Activation and Dropout: shapes, means and errors."""

import math
import statistics

import pytest

import nn


def test_dropout_keeps_the_mean_and_drops_its_share():
    out = nn.Dropout(0.25)([1.0] * 20_000)
    assert set(out) == {0.0, 1 / 0.75}
    assert out.count(0.0) / len(out) == pytest.approx(0.25, abs=0.02)
    assert statistics.mean(out) == pytest.approx(1.0, abs=0.02)
    for p in (-0.1, 1.0, math.nan):
        with pytest.raises(ValueError, match="p: expected a probability"):
            nn.Dropout(p)
