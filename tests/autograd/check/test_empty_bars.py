"""A bar that holds 0 and much of f's mean slope proves nothing, and zero passes where f shows that it is right."""

import math
import random

import pytest

import autograd as ag
from autograd import gradcheck
from autograd.check import derivative
from tests.helpers.optional_numpy import np

EMPTY = {
    "1 − cos(3e-9)": (lambda x: 1 - math.cos(x), 3e-9),
    "x² at 1e-165": (lambda x: x * x, 1e-165),
    "x·sin(1/x) at 0": (lambda x: x * math.sin(1 / x) if x else 0.0, 0.0),
    "a saturated sigmoid": (lambda x: 1 / (1 + math.exp(-x)), 40.0),
}


@pytest.mark.parametrize(("f", "x"), EMPTY.values(), ids=EMPTY)
def test_an_empty_bar_is_inconclusive_whatever_is_claimed(f, x):
    bar = derivative(f, x).error
    for claimed in (0.0, 1e-300, bar / 3, -bar / 3):
        (check,) = gradcheck(f, [x], grad=lambda _, g=claimed: g).checks
        assert check.verdict == "INCONCLUSIVE"
        assert "empty" in check.note


ZERO = {
    "a minimum": (lambda x: (x - 0.3) ** 2 + 5, 0.3),
    "a minimum of 0": (lambda x: x * x, 0.0),
    "a flat minimum": (lambda x: x**4, 0.0),
    "a maximum": (math.cos, 0.0),
    "the top of a bell": (lambda x: math.exp(-x * x), 0.0),
    "a dead unit": (lambda x: max(0.0, 3 * x - 10), 1.0),
    "a unit that is barely dead": (lambda x: max(0.0, x), -1e-7),
    "an unused argument": (lambda x: 3.7, 2.0),
    "an unused argument, a tiny result": (lambda x: 1e-30, 2.0),
    "a mask": (lambda x: 0.0 * x + 1.3, 2.0),
    "a mask at 0": (lambda x: 0.0 * x, 0.0),
}


@pytest.mark.parametrize(("f", "x"), ZERO.values(), ids=ZERO)
def test_zero_passes_where_it_is_right(f, x):
    report = gradcheck(f, [x], grad=lambda _: 0.0)
    assert report, str(report)
    assert gradcheck(f, [x], grad=lambda _: 1e-3).verdict == "FAIL"


@pytest.mark.parametrize("name", ["a dead unit", "an unused argument", "a mask", "a mask at 0"])
def test_a_function_that_gave_the_same_number_at_every_point_is_named(name):
    f, x = ZERO[name]
    assert gradcheck(f, [x], grad=lambda _: 0.0, rtol=1e-9).checks[0].note == "f does not vary here"


def test_values_pass_at_zero_slopes_too():
    for f, x in ((lambda x: (x * x).cos(), 0.0), (lambda x: (3 * x - 10).relu(), 1.0), (lambda x: 0.0 * x + 2, 1.5)):
        assert gradcheck(f, [x])
    assert gradcheck(lambda x, y: ag.where(ag.lt(x, 0.0), y, x * x), [-1.0, 2.0])


def test_no_bar_that_passes_is_empty():
    """A bar that passes is narrower than the slopes, or than 1e-6 of the mean slope over a wide step."""
    rng = random.Random(0)
    for _ in range(150):
        size, power, offset = 10 ** rng.uniform(-9, 3), rng.choice([2, 3, 4]), rng.choice([0.0, 1.0, 1e3])
        x = rng.choice([0.0, rng.choice([1, -1]) * 10 ** rng.uniform(-12, 1)])
        f = lambda t, s=size, p=power, o=offset: o + s * t**p
        truth = size * power * x ** (power - 1)
        for claimed in (truth, 0.0):
            (check,) = gradcheck(f, [x], grad=lambda _, g=claimed: g).checks
            step = max(0.25, abs(x) / 4)
            mean = max(abs(f(x + s) - f(x)) / step for s in (step, -step)) if step else 0.0
            if check.verdict == "PASS" and check.note != "f does not vary here":
                assert check.error <= max(abs(claimed), abs(check.numeric), 1e-6 * 4 * mean, 1e-300), (
                    check,
                    size,
                    power,
                )


def normalized(x, b, axis=0):
    x = x + b
    return (x - x.mean(axis, keepdims=True)) / np.sqrt(x.var(axis, keepdims=True) + 1e-5)


def normalized_back(u, x, b):
    x = x + b
    y, scale = normalized(x, 0.0), np.sqrt(x.var(0) + 1e-5)
    dx = (u - u.mean(0) - y * (u * y).mean(0)) / scale
    return dx, dx.sum(0)


@pytest.mark.parametrize("seed", range(4))
def test_a_slope_that_is_zero_up_to_rounding_passes_and_no_other(seed):
    """As of a bias in front of a batch norm, and of a sum of probabilities."""
    rng = np.random.default_rng(seed)
    x, b = rng.normal(size=(6, 3)), rng.normal(size=3)
    for options in ({}, {"wrt": ["b"]}, {"directions": 2}, {"directions": 2, "wrt": ["b"]}):
        one = "wrt" in options
        back = lambda u, x, b, one=one: normalized_back(u, x, b)[one:]
        wrong = lambda u, x, b, one=one: [g + 1e-3 * u.sum() for g in normalized_back(u, x, b)[one:]]
        right = gradcheck(normalized, [x, b], vjp=back, **options)
        assert right.verdict != "FAIL"
        assert sum(check.verdict == "PASS" for check in right.checks) >= len(right.checks) - 1
        assert gradcheck(normalized, [x, b], vjp=wrong, **options).verdict == "FAIL"
    softmax = lambda x: np.exp(x) / np.exp(x).sum()
    report = gradcheck(lambda x: softmax(x).sum(), [x], grad=lambda x: 0 * x)
    assert report
    assert "f varies by its rounding only" in str(report)
    assert gradcheck(lambda x: softmax(x).sum(), [x], grad=softmax).verdict == "FAIL"


@pytest.mark.parametrize("seed", range(4))
def test_a_plain_sum_of_normalized_numbers(seed):
    """Nothing of it is left but rounding: Values know its size, for others the report says what helps."""
    x = np.random.default_rng(seed).normal(size=(6, 3))
    for axis in (0, 1):
        report = gradcheck(lambda x, axis=axis: normalized(x, 0.0, axis).sum(), [x], grad=lambda x: 0 * x)
        assert report.verdict == "INCONCLUSIVE"
        assert "f hardly varies, as a plain sum of normalized numbers: multiply its terms by random weights" in str(
            report
        )
    weights = np.random.default_rng(9).normal(size=(6, 3))
    back = lambda x: normalized_back(weights, x, 0.0)[0]
    assert gradcheck(lambda x: (weights * normalized(x, 0.0)).sum(), [x], grad=back)

    def on_values(x):
        total = 0.0
        for column in zip(*x, strict=True):
            mean = sum(column) / 6
            scale = ag.sqrt(sum((y - mean) ** 2 for y in column) / 6 + 1e-5)
            total += sum((y - mean) / scale for y in column)
        return total

    assert gradcheck(on_values, [x.tolist()])
