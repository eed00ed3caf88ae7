"""The checker catches wrong gradients, accuses no right one, or cannot tell."""

import math
import random
from math import inf, nan

import pytest

import autograd as ag
from autograd import Value, assert_gradients, gradcheck
from autograd.check import GradientError

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


@pytest.mark.parametrize("f", [ag.relu, lambda x: ag.maximum(x, 0.0), lambda x: x if x > 0 else x * 0.0], ids=range(3))
def test_a_kink_of_ours_is_known_by_its_branches(f):
    (check,) = gradcheck(f, [0.0]).checks
    assert check.verdict == "KINK"
    assert "0 to the left and 1 to the right" in check.note


def test_at_a_kink_any_slope_between_both_sides_will_do_and_no_other():
    for slope, verdict in ((-0.1, "FAIL"), (0.0, "KINK"), (0.5, "KINK"), (1.0, "KINK"), (1.1, "FAIL")):
        report = gradcheck(lambda x: max(x, 0.0), [0.0], grad=lambda x, s=slope: s)
        assert report.verdict == verdict
        assert not report


def test_branches_that_meet_smoothly_are_no_kink():
    assert gradcheck(lambda x: ag.where(ag.lt(0.0, x), x**3, x**2), [0.0])


def test_a_fault_in_a_graph_is_traced_to_its_node():
    def square(v: Value) -> Value:  # hand-written, as in micrograd
        out = Value(v.data**2, (v,), "square", label="s")

        def backward() -> None:
            v.grad += 3 * v.data * out.grad

        out._backward = backward
        return out

    report = gradcheck(lambda x, w: (square(x * w) + x).tanh(), [0.5, 0.7])
    assert report.verdict == "FAIL"
    assert "the first to disagree is s = ƒ square(0.35)" in report.checks[0].note
    assert "analytic" in str(report)
    assert "± error" in str(report)
    assert "s = ƒ square" in str(report)


def test_a_wrong_partial_is_traced_to_its_row():
    @ag.operation(lambda y, a: 1 - y)
    def squash(a):
        return a.tanh()

    report = gradcheck(lambda x: squash(x * 2).exp(), [0.3])
    assert "the first to disagree is node 2 = squash(0.6)" in report.checks[0].note


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


def test_a_backward_pass_that_gives_two_different_numbers_is_reported():
    rng = random.Random(0)

    def dropped(v: Value) -> Value:
        out = Value(v.data * 2, (v,), "dropout")

        def backward() -> None:
            v.grad += 2 * out.grad * (1 + 1e-9 * rng.random())

        out._backward = backward
        return out

    report = gradcheck(lambda x: dropped(x).tanh(), [0.3])
    assert report.verdict == "INCONCLUSIVE"
    assert "the backward pass does not give the same numbers twice" in str(report)


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


@pytest.mark.parametrize("wrong", [nan, inf, -inf])
def test_a_gradient_that_is_not_finite_where_the_slope_is_fails(wrong):
    assert gradcheck(math.sin, [1.0], grad=lambda x: wrong).verdict == "FAIL"


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


def test_evaluations_are_counted_and_limited():
    calls = []

    def f(x, y):
        calls.append(x)
        return math.sin(x) * y

    for limit in (1, 30, 100, 1000):
        calls.clear()
        report = gradcheck(f, [1.0, 2.0], grad=lambda x, y: [math.cos(x) * y, math.sin(x)], max_evals=limit)
        assert report.evaluations == len(calls) <= max(limit, 2)
        assert report.verdict != "FAIL"
    assert report
    assert gradcheck(f, [1.0, 2.0], grad=lambda x, y: [1.0, 1.0], max_evals=1).verdict == "INCONCLUSIVE"


def test_inputs_may_be_nested_and_are_named():
    report = gradcheck(lambda p, x: p["w"][0] * x + p["w"][1] * x**2, [{"w": [1.0, 2.0]}, 3.0])
    assert report
    assert [check.name for check in report.checks] == ["p['w'][0]", "p['w'][1]", "x"]


def test_grads_that_were_there_are_left_alone():
    w = Value(3.0)
    (w * w).backward()
    assert gradcheck(lambda x: (x * w).tanh(), [0.2])
    assert w.grad == 6.0


def test_assert_gradients_shows_the_report_and_hands_it_over():
    assert assert_gradients(ag.tanh, [0.5]).verdict == "PASS"
    with pytest.raises(GradientError, match=r"gradcheck: FAIL(.|\n)*analytic") as caught:
        assert_gradients(math.sin, [1.0], grad=lambda x: 0.5)
    assert caught.value.report.verdict == "FAIL"
    with pytest.raises(AssertionError, match="KINK"):
        assert_gradients(ag.relu, [0.0])
    assert_gradients(ag.relu, [0.0], accept=("PASS", "KINK"))


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


def test_where_f_or_grad_raises_the_inputs_are_named():
    def broken(x):
        raise RuntimeError("out of order")

    with pytest.raises(RuntimeError, match="out of order") as caught:
        gradcheck(broken, [2.0], grad=lambda x: 1.0)
    assert caught.value.__notes__ == ["gradcheck: f raised this at x=2.0"]
    with pytest.raises(RuntimeError, match="out of order") as caught:
        gradcheck(lambda x: x, [2.0], grad=broken)
    assert caught.value.__notes__ == ["gradcheck: grad raised this at x=2.0"]
