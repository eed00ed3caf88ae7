"""A verdict rests on the error bar: outside it is wrong, inside a narrow one right, and a wide one proves nothing."""

import math
from math import inf, nan

import pytest

import autograd as ag
from autograd import gradcheck, oracles
from autograd.check import Derivative
from autograd.check.judge import judge


def test_at_a_kink_any_slope_between_both_sides_will_do_and_no_other():
    for slope, verdict in ((-0.1, "FAIL"), (0.0, "KINK"), (0.5, "KINK"), (1.0, "KINK"), (1.1, "FAIL")):
        report = gradcheck(lambda x: max(x, 0.0), [0.0], grad=lambda x, s=slope: s)
        assert report.verdict == verdict
        assert not report


@pytest.mark.parametrize("wrong", [nan, inf, -inf])
def test_a_gradient_that_is_not_finite_where_the_slope_is_fails(wrong):
    assert gradcheck(math.sin, [1.0], grad=lambda x: wrong).verdict == "FAIL"


@pytest.mark.parametrize(
    ("f", "point", "grad", "verdict"),
    [
        (max, [1.0, 1.0], [1.0, 1.0], "FAIL"),
        (max, [1.0, 1.0], [0.0, 0.0], "FAIL"),
        (max, [1.0, 1.0], [0.5, 0.5], "KINK"),
        (max, [1.0, 1.0], [1.0, 0.0], "KINK"),
        (lambda x, y: min(x, -y), [-2.0, 2.0], [1.0, -1.0], "FAIL"),
        (lambda x, y: min(x, -y), [-2.0, 2.0], [0.5, -0.5], "KINK"),
        (lambda *xs: max(xs), [3.0, 3.0, 3.0], [0.5, 0.5, 0.5], "FAIL"),
        (lambda *xs: max(xs), [3.0, 3.0, 3.0], [0.2, 0.3, 0.5], "KINK"),
        (lambda x, y: max(x, 0.0) - max(y, 0.0), [0.0, 0.0], [0.0, -0.5], "KINK"),
        (lambda x, y: abs(x) + max(x * y, y), [0.0, 0.0], [0.0, 0.5], "KINK"),
        (lambda x, y: abs(x) + abs(y) + math.sqrt(max(x * y, 0.0) or -abs(x * y)), [0.0, 0.0], [0.0, 0.5], "KINK"),
        (lambda x, y: abs(x) * 3 - abs(y), [0.0, 0.0], [3.0, 1.0], "KINK"),
    ],
)
def test_slopes_at_a_tie_are_right_together_or_not_at_all(f, point, grad, verdict):
    assert gradcheck(f, point, grad=lambda *args: grad).verdict == verdict


def test_the_table_is_right_at_a_tie():
    assert gradcheck(lambda x, y: ag.maximum(x, y) * ag.minimum(x, 3 * y), [2.0, 2.0]).verdict == "KINK"
    assert gradcheck(lambda x, y: ag.relu(x) - ag.maximum(y, 0.0), [0.0, 0.0]).verdict == "KINK"

    @ag.operation(lambda y, a, b: a >= b, lambda y, a, b: b >= a)
    def larger(a, b):
        return ag.maximum(a, b)

    report = gradcheck(larger, [1.0, 1.0])
    assert report.verdict == "FAIL"
    assert "a, b together: the slope is 1 to 1, the gradient says 2" in str(report)


def test_a_gradient_that_cancels_is_not_accused():
    assert gradcheck(lambda x: (ag.log(1 + x) - x) / x**2, [0.00019965403871846055]).verdict != "FAIL"


def test_a_slope_that_is_negligible_to_f_passes_only_if_it_is_right():
    f = lambda x: ag.log2(ag.sigmoid(x * x))
    (slope,) = oracles.forward(f, [-7.524])
    assert gradcheck(f, [-7.524], grad=lambda x: slope)
    assert gradcheck(f, [-7.524], grad=lambda x: slope * (1 + 1e-6)).verdict == "INCONCLUSIVE"


@pytest.mark.parametrize("factor", [3, 10, 100, -100])
def test_a_plateau_proves_no_slope_right(factor):
    f = lambda x: math.log(1 + math.exp(-x))
    assert gradcheck(f, [30.0], grad=lambda x: -factor * math.exp(-x)).verdict == "INCONCLUSIVE"


def test_what_lies_outside_the_bar_fails():
    assert gradcheck(lambda x: 5 + 1e-6 * x * x, [-0.36], grad=lambda x: 2e-6 * x * (1 + 1e-6)).verdict == "FAIL"


@pytest.mark.parametrize(
    ("claimed", "value", "error", "verdict"),
    [
        (1.0, 1.0, 1e-8, "PASS"),
        (1.0 + 1e-5, 1.0, 1e-8, "FAIL"),
        (1.0 + 1e-5, 1.0, 1e-4, "INCONCLUSIVE"),  # inside the bar, which is wide
        (1.0, 1.0, inf, "INCONCLUSIVE"),
        (nan, 1.0, 1e-8, "FAIL"),
    ],
)
def test_the_bar_decides(claimed, value, error, verdict):
    check = judge("x", claimed, Derivative(value, error, 0, 1e-3, scale=1.0, size=1.0), 1e-6, 0.0)
    assert (check.name, check.verdict, str(check.analytic), check.numeric) == ("x", verdict, str(claimed), 1.0)
    assert bool(check.note) == (verdict == "INCONCLUSIVE")


def test_a_gradient_that_rounding_may_have_moved_is_not_accused():
    found = Derivative(1.0, 1e-8, 0, 1e-3, scale=1.0, size=1.0)
    check = judge("x", 1.0 + 1e-5, found, 1e-6, 1e-4)
    assert check.verdict == "INCONCLUSIVE"
    assert check.note == "a right gradient adds contributions that cancel, and may be rounded by 1.0e-04"
