"""Slopes from shrinking steps, with the noise that no series explains."""

import math
import random
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import gradcheck
from autograd.check import derivative
from autograd.check.ridders import Estimate, Slope, best_agreeing, extrapolate, subtract_series

SMOOTH_ENOUGH = {
    "|x|³": lambda x: abs(x) ** 3,
    "x·|x|": lambda x: x * abs(x),
    "|x|^1.5": lambda x: abs(x) ** 1.5,
    "x^1.5 to both sides": lambda x: math.copysign(abs(x) ** 1.5, x),
    "x^1.5 to one side": lambda x: x**1.5 if x >= 0 else nan,
    "x²·log x": lambda x: x * x * math.log(abs(x)) if x else 0.0,
}


@pytest.mark.parametrize("f", SMOOTH_ENOUGH.values(), ids=SMOOTH_ENOUGH)
def test_a_slope_that_settles_slowly_is_found(f):
    found = derivative(f, 0.0)
    assert abs(found.value) <= found.error < 1e-30
    assert gradcheck(f, [0.0], grad=lambda x: 0.0)
    assert gradcheck(f, [0.0], grad=lambda x: 1e-6).verdict == "FAIL"


@pytest.mark.parametrize("x", [0.0, 1.0, -3e5, 1e-9])
def test_at_a_kink_the_error_reaches_the_slopes_to_both_sides(x):
    found = derivative(lambda t: 3 * abs(t - x) + t, x)
    assert found.sides == pytest.approx((-2.0, 4.0), rel=1e-6)
    assert found.value - found.error <= -2.0
    assert found.value + found.error >= 4.0


def test_noise_is_measured():
    for seed in range(1, 21):
        rng = random.Random(seed)
        found = derivative(lambda x, rng=rng: math.sin(x) + 1e-6 * rng.uniform(-1, 1), 0.5, max_evals=100)
        assert found.error == inf or abs(found.value - math.cos(0.5)) <= found.error
        assert found.error > 1e-8


STEPS = [0.25 / 8**k for k in range(8)]


@given(st.lists(st.floats(-9, 9), min_size=4, max_size=4))
def test_what_a_series_explains_is_subtracted_and_a_step_that_is_off_stays(coefficients):
    values = [sum(c * h**power for c, power in zip(coefficients, (1, 2, 3, 4), strict=True)) for h in STEPS]
    assert max(subtract_series(STEPS, values, (1, 2, 3, 4))) <= 1e-12
    values[5] += 1.0
    rest = subtract_series(STEPS, values, (1, 2, 3, 4))
    assert rest[:5] == pytest.approx([0.0] * 5, abs=1e-12)
    assert rest[5] == pytest.approx(1.0)
    assert subtract_series(STEPS[:2], values[:2], (1, 2, 3)) == [0.0, 0.0]  # too few steps


def test_slopes_are_extrapolated_to_a_step_of_0():
    slopes = [Slope(h, 3 + 5 * h**2 + 7 * h**4, 0.0) for h in STEPS[:4]]
    *_, last = found = extrapolate([*slopes, Slope(1e-4, nan, 0.0)], 2)
    assert len(found) == 3  # all but the widest, and but nan
    assert abs(last.value - 3) <= last.error < 1e-6
    assert extrapolate([slopes[0], slopes[3]._replace(h=1e-9)], 2) == []  # a gap, after which it starts anew


def estimates(*pairs):
    return [Estimate(1.0 / k, value, 0.0, error) for k, (value, error) in enumerate(pairs, 1)]


def test_the_best_estimate_agrees_with_all_from_narrower_steps():
    wide, good, near, last = estimates((9.0, 0.001), (3.0, 0.01), (3.1, 0.5), (2.5, 1.0))
    assert best_agreeing([wide, good, near, last]) is good
    assert best_agreeing([]) is None
    assert (wide.disagrees(near), good.disagrees(near)) == (True, False)
    unsettled = [e._replace(truncation=1.0, noise=0.1) for e in (good, near)]
    assert best_agreeing(unsettled) is None
