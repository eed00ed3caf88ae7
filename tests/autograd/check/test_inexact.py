"""A function known to an error only: its slope is within the bar, and a wrong one is not."""

import math

import pytest

from autograd import gradcheck
from autograd.check.inexact import inexact_derivative
from tests.helpers.optional_numpy import np

SMOOTH = {
    "sin x · x": (lambda x: math.sin(x) * x, lambda x: math.sin(x) + x * math.cos(x)),
    "exp": (math.exp, math.exp),
    "tanh": (math.tanh, lambda x: 1 - math.tanh(x) ** 2),
    "a constant": (lambda x: 3.0, lambda x: 0.0),
    "relu": (lambda x: max(x, 0.0), lambda x: float(x > 0)),
}


@pytest.mark.parametrize(("f", "slope"), SMOOTH.values(), ids=SMOOTH)
@pytest.mark.parametrize("error", [1e-4, 1e-7, 1e-10])
def test_the_bar_holds_for_values_with_errors_of_any_kind(f, slope, error):
    kinds = (
        lambda x: round(f(x) / (2 * error)) * 2 * error,
        lambda x: f(x) + error * math.sin(1e3 * x),
        lambda x: f(x) + error * math.copysign(1.0, math.sin(1e9 * x)),
    )
    for inexact in kinds:
        for x in (0.3, 1.7, -2.3):
            found = inexact_derivative(inexact, x, f_error=error)
            assert abs(found.value - slope(x)) <= found.error < 1e4 * error


@pytest.mark.parametrize(("f", "slope"), SMOOTH.values(), ids=SMOOTH)
@pytest.mark.parametrize(("name", "digits"), [("float32", 24), ("float16", 11)])
def test_short_floats(f, slope, name, digits):
    short = getattr(np, name)
    for x in map(float, np.array([0.3, 1.7, -2.3], dtype=name)):
        rounded = lambda t: float(short(f(float(short(t)))))
        error = 2.0 ** (1 - digits) * abs(rounded(x))
        found = inexact_derivative(rounded, x, digits=digits, f_error=error)
        assert abs(found.value - slope(x)) <= found.error < 2.0 ** (11 - digits)


def test_a_kink_has_two_sides():
    found = inexact_derivative(lambda x: round(abs(x), 6), 0.0, f_error=5e-7)
    assert found.sides == pytest.approx((-1, 1), abs=1e-4)
    assert not math.isfinite(inexact_derivative(math.sqrt, -1.0, f_error=1e-3).error)


def solve(a):  # x³ + x = a, by bisection
    low, high = 0.0, 10.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (middle, high) if middle**3 + middle < a else (low, middle)
    return (low + high) / 2


def test_an_implicit_gradient_passes_by_the_error_of_its_solver():
    implicit = lambda a: 1 / (3 * solve(a) ** 2 + 1)
    report = gradcheck(solve, [3.0], grad=implicit, f_error=1e-6)
    assert report
    assert "f is known to 1e-06: rtol is 0.00036" in report.notes
    assert gradcheck(solve, [3.0], grad=lambda a: 1.02 * implicit(a), f_error=1e-6).verdict == "FAIL"
    vjp = lambda u, a: [x * implicit(y) for x, y in zip(u, a, strict=True)]
    assert gradcheck(lambda a: [solve(x) for x in a], [[3.0, 4.0]], vjp=vjp, f_error=1e-6)
