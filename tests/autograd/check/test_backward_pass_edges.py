"""Backward passes whose forward returns nothing, draws, or overflows."""

import pytest

from autograd import gradcheck
from tests.helpers.optional_numpy import np


def test_an_empty_result_is_refused():
    with pytest.raises(ValueError, match="forward: expected at least one number in its result, got none"):
        gradcheck(lambda x: x[x > 9], [np.ones(3)], vjp=lambda u, x: 0 * x)


def test_a_forward_that_draws_is_inconclusive_and_not_called_stale():
    def dropout(x):
        mask = np.random.default_rng().random(x.shape) < 0.5
        return x * mask, mask

    report = gradcheck(dropout, [np.ones(40)], vjp=lambda u, mask: u * mask)
    assert not any("stale" in check.note for check in report.checks)
    assert "f does not give the same number twice" in report.notes


def test_the_gradients_stand_in_the_order_of_the_arguments():
    backward = lambda u, x, w: (u * w, u * x)
    assert gradcheck(lambda x, w: x * w, [2.0, 3.0], wrt=["x", "w"], vjp=backward).verdict == "PASS"
    with pytest.raises(ValueError, match=r"wrt: expected the order of the arguments, x, w, .* got \['w', 'x'\]"):
        gradcheck(lambda x, w: x * w, [2.0, 3.0], wrt=["w", "x"], vjp=backward)


def test_a_sum_beyond_the_floats_is_a_border():
    x = np.array([-1e308, -1.5e308, 1e308])
    report = gradcheck(lambda r: abs(r), [x], vjp=lambda u, r: u * np.sign(r))
    assert report.verdict != "FAIL"
