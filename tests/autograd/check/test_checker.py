"""The checker catches wrong gradients, and passes right ones or cannot tell."""

import math
import random
from math import inf, nan

import pytest

import autograd as ag
from autograd import gradcheck

RIGHT = {
    "log at 1e-5": (math.log, lambda x: 1 / x, 1e-5),
    "sqrt at 1e-8": (math.sqrt, lambda x: 0.5 / math.sqrt(x), 1e-8),
    "x² at 1e9": (lambda x: x * x, lambda x: 2 * x, 1e9),
    "sin(1e4·x)": (lambda x: math.sin(1e4 * x), lambda x: 1e4 * math.cos(1e4 * x), 0.7),
    "relu at 1e-7": (lambda x: max(x, 0.0), lambda x: float(x > 0), 1e-7),
    "a slope of 1e-6": (lambda x: 1 + 1e-6 * math.sin(x), lambda x: 1e-6 * math.cos(x), 0.3),
    "relu at -1e-7": (lambda x: max(x, 0.0), lambda x: float(x > 0), -1e-7),
    "cos at 0": (math.cos, lambda x: -math.sin(x), 0.0),
    "a constant": (lambda x: 3.0, lambda x: 0.0, 2.0),
    "flat": (lambda x: math.exp(-1 / x**2), lambda x: 2 * math.exp(-1 / x**2) / x**3, 0.1),
    "next to a pole": (lambda x: 1 / (x - 1), lambda x: -1 / (x - 1) ** 2, 1 + 2.0**-20),
    "huge": (lambda x: 1e200 * math.sin(x), lambda x: 1e200 * math.cos(x), 0.4),
    "tiny": (lambda x: 1e-200 * math.sin(x), lambda x: 1e-200 * math.cos(x), 0.4),
    "1 − cos x": (lambda x: 1 - math.cos(x), math.sin, 1e-2),
}
OURS = {
    "log at 1e-5": (ag.log, 1e-5),
    "sqrt at 1e-8": (ag.sqrt, 1e-8),
    "x² at 1e9": (lambda x: x**2, 1e9),
    "sin(1e4·x)": (lambda x: ag.sin(1e4 * x), 0.7),
    "relu at 1e-7": (ag.relu, 1e-7),
    "where next to its edge": (lambda x: ag.where(ag.lt(0.0, x), x * x, -x), 1e-9),
    "sigmoid at 40": (ag.sigmoid, 40.0),
    "a slope lost in 1e15": (lambda x: 1e15 + x, 1.0),
    "floor": (ag.floor, 1e5 + 0.5),
}


@pytest.mark.parametrize(("f", "grad", "x"), RIGHT.values(), ids=RIGHT)
def test_a_right_gradient_passes_and_a_relative_error_of_1e6_does_not(f, grad, x):
    report = gradcheck(f, [x], grad=grad)
    assert report, str(report)
    if grad(x):
        for error in (1e-6, -1e-6, 0.01, -1.0, -2.0):
            assert gradcheck(f, [x], grad=lambda t, e=error: grad(t) * (1 + e)).verdict == "FAIL"
    else:
        assert gradcheck(f, [x], grad=lambda t: 1e-3).verdict == "FAIL"


@pytest.mark.parametrize(("f", "x"), OURS.values(), ids=OURS)
def test_the_engines_own_gradient_passes(f, x):
    report = gradcheck(f, [x])
    assert report, str(report)


def test_the_gradient_of_the_gradient():
    f = lambda x, y: (x * y).exp() + x**3
    report = gradcheck(f, [0.5, 2.0], order=2)
    assert report
    assert [check.name for check in report.checks] == ["x", "y", "x, x", "x, y", "y, x", "y, y"]
    assert report.checks[2].analytic == pytest.approx(4 * math.e + 3)


def test_a_gradient_that_is_right_but_no_function_of_its_input_fails_at_order_2(monkeypatch):
    monkeypatch.setattr(ag.TABLE["square"], "partials", (lambda y, a: 2 * getattr(a, "data", a),))
    assert gradcheck(ag.square, [3.0])
    assert gradcheck(ag.square, [3.0], order=2).verdict == "FAIL"


def test_what_gives_two_different_numbers_is_reported():
    rng = random.Random(0)
    report = gradcheck(lambda x: x * x + 1e-6 * rng.random(), [1.0], grad=lambda x: 2 * x)
    assert report.verdict == "INCONCLUSIVE"
    assert "f does not give the same number twice" in str(report)
    report = gradcheck(lambda x: x * x, [1.0], grad=lambda x: 2 * x + 1e-9 * rng.random())
    assert report.verdict == "INCONCLUSIVE"
    assert "grad does not give the same numbers twice" in str(report)


@pytest.mark.parametrize(
    ("f", "grad", "x"),
    [
        (lambda x: float(x > 1), lambda x: 0.0, 1.0),
        (lambda x: nan, lambda x: 0.0, 1.0),
        (lambda x: math.sin(1e70 * x), lambda x: 1e70 * math.cos(1e70 * x), 1.3),
        (lambda x: 1e15 + math.exp(x), math.exp, 0.0),
        (math.sqrt, lambda x: inf, 0.0),
    ],
    ids=["a jump", "nan", "waves between floats", "drowned", "an infinite slope"],
)
def test_where_f_does_not_tell_nothing_is_asserted(f, grad, x):
    report = gradcheck(f, [x], grad=grad)
    assert report.verdict == "INCONCLUSIVE"
    assert report.checks[0].note


def test_single_precision_shows_1e2_but_not_1e6():
    numpy = pytest.importorskip("numpy", reason="needs NumPy, which the extra dev has")

    def f(x: float) -> float:
        return float(numpy.sin(numpy.float32(x)) * numpy.float32(x))

    def grad(x: float) -> float:
        x = numpy.float32(x)
        return float(numpy.sin(x) + x * numpy.cos(x))

    report = gradcheck(f, [1.3], grad=grad)
    assert report.verdict == "INCONCLUSIVE"
    assert "24 binary digits" in str(report)
    assert gradcheck(f, [1.3], grad=grad, rtol=1e-2)
    assert gradcheck(f, [1.3], grad=lambda x: 1.01 * grad(x), rtol=1e-2).verdict == "FAIL"


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: gradcheck(lambda x: "a", [1.0]), TypeError, "^f: expected a number, got str 'a'"),
        (lambda: gradcheck(lambda x: [x], [1.0]), TypeError, "^f: expected a number, got list"),
        (
            lambda: gradcheck(lambda x: None, [1.0], grad=lambda x: 1.0),
            TypeError,
            "^f: expected a number, got NoneType",
        ),
        (lambda: gradcheck(lambda x: 1j, [1.0], grad=lambda x: 1.0), TypeError, "^f: expected a number, got complex"),
        (lambda: gradcheck(lambda x, y: x, [1.0, 2.0], grad=lambda x, y: [1.0]), ValueError, "^grad: expected 2 numb"),
        (lambda: gradcheck(lambda x: x, [1.0], grad=lambda x: [1, 2]), ValueError, "^grad: expected 1 numb.* got 2"),
        (
            lambda: gradcheck(lambda x: x, [1.0], grad=lambda x: "a"),
            TypeError,
            "^grad, for x: expected a number, got st",
        ),
        (lambda: gradcheck(lambda x: x, [nan]), ValueError, r"^inputs\[0\]: expected a finite number, got nan"),
        (
            lambda: gradcheck(lambda x, y: x, [1.0, -inf]),
            ValueError,
            r"^inputs\[1\]: expected a finite number, got -inf",
        ),
        (lambda: gradcheck(lambda x: x, ["1"]), TypeError, r"^inputs\[0\]: expected a number, got str"),
        (lambda: gradcheck(lambda x: x, 1.0), TypeError, "^inputs: expected a list of numbers, .* got float 1.0"),
        (lambda: gradcheck(lambda: 1.0, []), TypeError, "^inputs: expected a list of numbers"),
        (lambda: gradcheck(3.0, [1.0]), TypeError, "^f: expected a function, got float"),
        (lambda: gradcheck(lambda x: x, [1.0], grad=3.0), TypeError, "^grad: expected a function, got float"),
        (lambda: gradcheck(lambda x: x, [1.0], order=3), ValueError, "^order: expected 1 or 2, got 3"),
        (
            lambda: gradcheck(lambda x: x, [1.0], grad=lambda x: 1.0, order=2),
            ValueError,
            "^order: 2 needs a function of V",
        ),
        (lambda: gradcheck(lambda x: {}["a"], [1.0]), KeyError, "a"),
        (lambda: gradcheck(lambda x: 1 / 0, [1.0]), ZeroDivisionError, "division by zero"),
    ],
)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
