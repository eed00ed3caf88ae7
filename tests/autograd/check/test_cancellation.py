"""Where the terms of f cancel, a right gradient is never accused, and a gross fault still is.

With ``HYPOTHESIS_PROFILE=long`` 10,000 random sums are checked.
"""

import math
import os
import random
from fractions import Fraction

import pytest

from autograd import gradcheck
from autograd.check import derivative
from autograd.check.function_values import last_digit

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"

INNER = {  # functions and their derivatives
    "x": (lambda x: x, lambda x: 1.0),
    "x / 3": (lambda x: x / 3, lambda x: 1 / 3),
    "sin": (math.sin, math.cos),
    "tanh": (math.tanh, lambda x: 1 - math.tanh(x) ** 2),
    "exp − 1": (lambda x: math.exp(x) - 1, math.exp),
    "x² + x": (lambda x: x * x + x, lambda x: 2 * x + 1),
}
REMAINDERS = {  # what is left of functions whose first terms cancel, and their derivatives
    "exp(x) − 1 − x": (lambda x: math.exp(x) - 1 - x, math.expm1),
    "(1 + x) − 1 − x": (lambda x: (1 + x) - 1 - x, lambda x: 0.0),
    "log(1 + x) − x": (lambda x: math.log(1 + x) - x, lambda x: -x / (1 + x)),
    "√(1 + x) − 1 − x/2": (
        lambda x: math.sqrt(1 + x) - 1 - x / 2,
        lambda x: -x / (2 * math.sqrt(1 + x) * (1 + math.sqrt(1 + x))),
    ),
    "1 − cos(x)": (lambda x: 1 - math.cos(x), math.sin),
    "sin(x) − x": (lambda x: math.sin(x) - x, lambda x: -2 * math.sin(x / 2) ** 2),
    "tanh(x) − x": (lambda x: math.tanh(x) - x, lambda x: -(math.tanh(x) ** 2)),
    "(1 + x)² − 1 − 2x": (lambda x: (1 + x) ** 2 - 1 - 2 * x, lambda x: 2 * x),
    "1/(1 + x) − 1 + x": (lambda x: 1 / (1 + x) - 1 + x, lambda x: x * (2 + x) / (1 + x) ** 2),
}


def draw_sum(rng):
    """Return a sum of multiples of one function that cancel, and its derivative but for rounding."""
    inner, slope = INNER[rng.choice(list(INNER))]
    tenths = rng.random() < 0.5
    factors = [rng.randint(-99, 99) / 10 if tenths else rng.uniform(-3, 3) for _ in range(rng.randint(2, 4))]
    factors.append(-sum(factors))
    divisor = rng.choice([1.0, 0.1, 0.3, 7.0])
    rest = float(sum(map(Fraction, factors)) / Fraction(divisor))
    return lambda x: sum((inner(x) / divisor * c for c in factors), 0.0), lambda x: rest * slope(x)


def draw_point(rng):
    return rng.choice([0.0, 0.0, 0.0, 1.0, 0.5, rng.uniform(-2, 2), rng.choice([1, -1]) * 10 ** rng.uniform(-12, 0)])


def test_random_sums_that_cancel_are_not_accused():
    seed = random.SystemRandom().getrandbits(32) if LONG else 0
    rng = random.Random(seed)
    gross = []
    for k in range(10_000 if LONG else 250):
        (f, grad), x = draw_sum(rng), draw_point(rng)
        for right in (grad(x), 0.0):  # 0 is what the sum of the decimals is
            report = gradcheck(f, [x], grad=lambda _, g=right: g)
            assert report.verdict != "FAIL", f"seed {seed}, sum {k}, x = {x!r}\n{report}"
        wrong = gradcheck(f, [x], grad=lambda _, x=x, grad=grad: grad(x) + 0.5)
        assert not wrong, f"seed {seed}, sum {k}, x = {x!r}\n{wrong}"
        gross += [wrong.verdict] if x == 0 else []
    assert gross.count("FAIL") >= 0.9 * len(gross)  # elsewhere f is no more than noise from one float to the next


@pytest.mark.parametrize("x", [0.0, 3e-12, -1e-9, 4e-7, -1e-5, 1e-3, -0.05])
def test_what_is_left_of_terms_that_cancel_is_not_accused(x):
    gross = []
    for name, (f, grad) in REMAINDERS.items():
        report = gradcheck(f, [x], grad=grad)
        assert report.verdict != "FAIL", f"{name}\n{report}"
        wrong = gradcheck(f, [x], grad=lambda x, grad=grad: grad(x) - 3)
        assert not wrong, f"{name}\n{wrong}"
        gross.append(wrong.verdict)
    assert gross.count("FAIL") >= (len(gross) if x == 0 else 0.6 * len(gross))


@pytest.mark.parametrize(
    "f",
    [lambda x: 0.7 * x + 0.1 * x - 0.8 * x, lambda x: 1.1 * x - 1.0 * x - 0.1 * x, lambda x: x / 10 * 3 - 0.3 * x],
    ids=["0.7 + 0.1 − 0.8", "1.1 − 1.0 − 0.1", "3/10 − 0.3"],
)
def test_a_sum_of_decimals_is_zero_at_zero(f):
    assert gradcheck(f, [0.0], grad=lambda x: 0.0).verdict in ("PASS", "INCONCLUSIVE")
    for wrong in (1e-3, -0.5, 1.0):
        assert gradcheck(f, [0.0], grad=lambda x, g=wrong: g).verdict == "FAIL"


@pytest.mark.parametrize("width", [3, 5, 8])
def test_layer_norm_is_not_accused_where_its_gain_is_0(width):
    rng = random.Random(width)
    row = [rng.gauss(0, 1) for _ in range(width)]
    mean = sum(row) / width
    deviation = math.sqrt(sum((x - mean) ** 2 for x in row) / width)
    centred = [(x - mean) / deviation for x in row]
    f = lambda gain: sum(gain * x for x in centred)
    assert gradcheck(f, [0.0], grad=lambda gain: sum(centred)).verdict != "FAIL"
    assert gradcheck(f, [0.0], grad=lambda gain: 0.0).verdict != "FAIL"
    assert gradcheck(f, [0.0], grad=lambda gain: 1.0).verdict == "FAIL"


@pytest.mark.parametrize("x", [0.0, 1.0])
def test_a_slope_that_swings_at_every_step_has_a_wide_error(x):
    f = lambda t: (t - x) * math.sin(1 / (t - x)) if t != x else 0.0
    assert derivative(f, x).error >= 0.5
    for claimed in (0.0, 0.5, -0.5):
        assert gradcheck(f, [x], grad=lambda _, g=claimed: g).verdict == "INCONCLUSIVE"


def test_the_last_digit_of_a_number():
    assert [last_digit(x) for x in (1.25, -6.0, 1.0, 5e-324)] == [0.25, 2.0, 1.0, 5e-324]
