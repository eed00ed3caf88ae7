"""A numeric derivative knows its error: it covers the truth, is small where it can be and infinite where f is mute."""

import math
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.check import derivative

KNOWN = {
    "square": (lambda x: x * x, lambda x: 2 * x, 1e-150, 1e150),
    "inverse": (lambda x: 1 / x, lambda x: -1 / x / x, 1e-150, 1e150),
    "square root": (math.sqrt, lambda x: 0.5 / math.sqrt(x), 1e-300, 1e300),
    "logarithm": (math.log, lambda x: 1 / x, 1e-300, 1e300),
    "exponential": (math.exp, math.exp, 1e-3, 700.0),
    "sine": (math.sin, math.cos, 1e-3, 1e6),
}


@pytest.mark.parametrize(("f", "slope", "low", "high"), KNOWN.values(), ids=KNOWN)
def test_the_error_covers_the_truth_and_is_small(f, slope, low, high):
    @given(st.floats(low, high))
    def check(x):
        found, truth = derivative(f, x), slope(x)
        assert abs(found.value - truth) <= found.error + 4 * math.ulp(truth)
        assert found.error <= 1e-6 * max(abs(truth), abs(f(x) / x))

    check()


def test_a_step_that_leaves_the_domain_is_not_taken():
    near_the_end = 1 - 1e-9
    found = derivative(lambda x: ag.sqrt(1 - x), near_the_end)
    truth = -0.5 / math.sqrt(1 - near_the_end)
    assert abs(found.value - truth) <= found.error <= 1e-4 * abs(truth)


@pytest.mark.parametrize("x", [34036165.0, 1e8])
def test_steps_too_coarse_to_see_f_are_overruled_by_smaller_ones(x):
    found = derivative(math.cos, x)
    assert abs(found.value + math.sin(x)) <= found.error <= 1e-6


def test_a_kink_nearby_is_not_smoothed_over():
    found = derivative(lambda x: max(x, 1.0), 1 + 1e-9)
    assert abs(found.value - 1) <= found.error <= 1e-3


def test_a_slope_that_drowns_in_rounding_is_not_asserted():
    found = derivative(lambda x: 1e15 + x, 1.0)
    assert found.error > 0.1
    assert abs(found.value - 1) <= found.error


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: nan, 1.0),
        (lambda x: inf, 1.0),
        (lambda x: float(x > 1), 1.0),
        (ag.log, 0.0),
        (lambda x: x, 5e-324),
        (lambda x: x, inf),
        (lambda x: x, nan),
        (lambda x: x * x, 1e300),
    ],
    ids=["nan", "inf", "a jump", "a pole", "no step", "at inf", "at nan", "an overflow"],
)
def test_where_f_does_not_tell_the_error_is_infinite(f, x):
    found = derivative(f, x)
    assert math.isnan(found.value)
    assert found.error == inf


def test_the_evaluations_are_counted():
    seen = []

    def f(x):
        seen.append(x)
        return x**3

    found = derivative(f, 3.0)
    assert found.evaluations == len(seen) == len(set(seen))
    assert all((a - 3.0) == -(b - 3.0) for a, b in zip(seen[::2], seen[1::2], strict=True))
