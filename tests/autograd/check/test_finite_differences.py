"""A numerical derivative bounds its error: small if possible, else infinite."""

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
    found = derivative(lambda x: 1e15 + math.exp(x), 0.0)
    assert found.error > 0.1
    assert abs(found.value - 1) <= found.error


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: nan, 1.0),
        (lambda x: inf, 1.0),
        (lambda x: float(x > 1), 1.0),
        (ag.log, 0.0),
        (lambda x: x + 1, 5e-324),
        (math.sqrt, 0.0),
        (lambda x: math.sin(1e70 * x), 1.3),
        (lambda x: x, inf),
        (lambda x: x, nan),
        (lambda x: x * x, 1e300),
        (lambda x: x * math.log(abs(x)) if x else 0.0, 0.0),
        (lambda x: 1 + (x * math.log(x) if x else 0.0), 0.0),
        (lambda x: math.copysign(abs(x) ** 0.99, x), 0.0),
        (lambda x: x / math.log(abs(x)) if x else 0.0, 0.0),
    ],
    ids=[
        "nan",
        "inf",
        "a jump",
        "a pole",
        "no float near enough",
        "an infinite slope",
        "waves between floats",
        "at inf",
        "at nan",
        "an overflow",
        "a slope of log x",
        "a slope of log x to one side",
        "a slope of x^-0.01",
        "a slope of 1 / log x",
    ],
)
def test_where_f_does_not_tell_the_error_is_infinite(f, x):
    found = derivative(f, x)
    assert math.isnan(found.value)
    assert found.error == inf


def test_at_a_border_the_slope_to_one_side_counts():
    found = derivative(lambda x: math.log(x) if 1 <= x <= 2 else nan, 1.0)
    assert abs(found.value - 1) <= found.error < 1e-8
    assert found.note == "one-sided"


def test_the_complex_step_is_taken_where_the_differences_confirm_it_and_only_there():
    root = derivative(lambda x: (1 + x**2) ** 0.5, 0.7)
    assert root.step < 1e-20
    assert abs(root.value - 0.7 / math.sqrt(1.49)) <= root.error < 1e-13
    turned = derivative(lambda x: x * abs(x), -0.7)  # abs of a complex number is no analytic function
    assert turned.step > 1e-20
    assert abs(turned.value - 1.4) <= turned.error < 1e-10


def test_what_is_rounded_in_the_middle_is_not_taken_for_flat():
    found = derivative(lambda x: 1 - math.cos(x), 1e-4)
    assert abs(found.value - 1e-4) <= found.error < 1e-10


def test_a_true_staircase_is_flat():
    assert derivative(lambda x: float(math.floor(x)), 1.3).value == 0
    from_afar = derivative(lambda x: float(math.floor(x)), 1e5 + 0.5)  # may be a slope of 1, coarsely rounded
    assert from_afar.error > 0.5
