"""The noise of a function is seen where steps of one size do not show it."""

import math
import random
from fractions import Fraction

import pytest

from autograd import gradcheck
from autograd.check import derivative

#: Functions that round a number as large as x where they are steep: f, its slope and its pole.
STEEP = {
    "1/(1-x²)": (lambda x: 1 / (1 - x * x), lambda x: 2 * x / (1 - x * x) ** 2, 1),
    "1/(4-x²)": (lambda x: 1 / (4 - x * x), lambda x: 2 * x / (4 - x * x) ** 2, 2),
    "1/(9-x²)²": (lambda x: 1 / (9 - x * x) ** 2, lambda x: 4 * x / (9 - x * x) ** 3, 3),
    "1/(1-x³)": (lambda x: 1 / (1 - x * x * x), lambda x: 3 * x * x / (1 - x**3) ** 2, 1),
    "log(1-x²)": (lambda x: math.log(1 - x * x), lambda x: -2 * x / (1 - x * x), 1),
    "x/√(1-x²)": (lambda x: x / math.sqrt(1 - x * x), lambda x: float(1 - x * x) ** -1.5, 1),
    "1/√(1-x²)": (lambda x: 1 / math.sqrt(1 - x * x), lambda x: float(x) * float(1 - x * x) ** -1.5, 1),
}


@pytest.mark.parametrize(("f", "slope", "pole"), STEEP.values(), ids=STEEP)
def test_a_right_gradient_next_to_a_pole_is_not_accused(f, slope, pole):
    rng = random.Random(0)
    for _ in range(60):
        x = pole * (1 - 10 ** rng.uniform(-9, -2))
        truth = float(slope(Fraction(x)))
        found = derivative(f, x)
        assert abs(found.value - truth) <= max(found.error, 4e-7 * abs(truth))  # of an rtol of 1e-6
        assert gradcheck(f, [x], grad=lambda x, truth=truth: truth).verdict != "FAIL"
        assert gradcheck(f, [x], grad=lambda x, truth=truth: 1.001 * truth).verdict != "PASS"


@pytest.mark.parametrize("distance", [1e-2, 1e-4, 1e-6])
def test_a_slope_next_to_a_pole_is_known_if_nothing_is_rounded(distance):
    x = 1 + distance
    found = derivative(lambda x: 1 / (x - 1), x)
    assert found.error <= 1e-7 * abs(found.value)


PI = Fraction("3.141592653589793238462643383279502884197169399375105820974944")
WAVES = {  # f of a number that is rounded by a share of a wave, and its slope as a function of the exact number
    "log(sin(x³))": (lambda y: math.log(math.sin(y)), lambda y: 1 / math.tan(y)),
    "√sin(x³)": (lambda y: math.sqrt(math.sin(y)), lambda y: math.cos(y) / 2 / math.sqrt(math.sin(y))),
    "acosh(tan(x³))": (
        lambda y: math.acosh(math.tan(y)),
        lambda y: math.cos(y) ** -2 / math.sqrt(math.tan(y) ** 2 - 1),
    ),
    "sin(x³)": (math.sin, math.cos),
}


@pytest.mark.parametrize(("f", "slope"), WAVES.values(), ids=WAVES)
def test_a_slope_that_rests_on_a_few_floats_has_their_error(f, slope):
    """The cube of x is rounded by 1e-3 of a wave, so that the slope over one float, where others have no f, is off."""
    rng, known = random.Random(0), 0
    while known < 60:
        x = 30_000 * (1 + 0.01 * rng.random())
        try:
            f(x * x * x)
            truth = 3 * x * x * slope(float(Fraction(x) ** 3 % (2 * PI)))
        except ValueError:
            continue
        known += 1
        assert gradcheck(lambda x: f(x * x * x), [x], grad=lambda x, truth=truth: truth).verdict != "FAIL"
