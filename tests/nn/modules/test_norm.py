"""RMSNorm: a mean square of 1 at any scale, times the gains."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn

ROWS = st.lists(st.floats(-1e3, 1e3).filter(lambda x: abs(x) > 1e-2), min_size=1, max_size=5)


@given(ROWS, st.floats(1e-3, 1e3))
def test_the_mean_square_is_1_at_any_scale(row, scale):
    norm = nn.RMSNorm(len(row), eps=0.0)
    found = [v.data for v in norm(row)]
    assert sum(v * v for v in found) / len(row) == pytest.approx(1.0, rel=1e-12)
    assert [v.data for v in norm([scale * x for x in row])] == pytest.approx(found, rel=1e-9)


def test_gains_multiply_and_eps_bounds_the_divisor():
    norm = nn.RMSNorm(2, eps=4.0)
    norm.gain[1].data = 3.0
    assert [v.data for v in norm([0.0, 0.0])] == [0.0, 0.0]
    assert [v.data for v in norm([1e-9, 1e-9])] == pytest.approx([0.5e-9, 1.5e-9], rel=1e-12)
    for eps in (-1.0, float("nan")):
        with pytest.raises(ValueError, match="eps: expected a number of at least 0"):
            nn.RMSNorm(2, eps=eps)
