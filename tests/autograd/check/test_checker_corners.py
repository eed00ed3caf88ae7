"""Functions that are rounded, inputs of every shape, and bad arguments."""

import math
import random
import warnings

import pytest

import autograd as ag
import nn
from autograd import Value, assert_gradients, gradcheck, oracles
from autograd.check import derivative

FLAT = {
    "bce": (lambda x: -math.log(1 - 1 / (1 + math.exp(-x))), lambda x: 1 / (1 + math.exp(-x)), 33.06742457640959),
    "acos cos": (lambda x: math.acos(math.cos(x)), lambda x: 1.0, 2.875424803649945e-07),
    "log 1 - tanh": (lambda x: math.log(1 - math.tanh(x)), lambda x: -1 - math.tanh(x), 16.870541188421754),
}


@pytest.mark.parametrize(("f", "grad", "x"), FLAT.values(), ids=FLAT)
def test_a_plateau_between_two_roundings_accuses_no_right_gradient(f, grad, x):
    assert gradcheck(f, [x], grad=grad).verdict != "FAIL"


def lost(x):  # its terms of 0.5 cancel to 9e-17
    v, w = ag.softplus(x), -0.27010758355616327 * ag.softplus(x)
    return ag.logsigmoid(ag.log_softmax(v, v, w, w, index=0))


def rounded(x):  # tan(acos x) is right to 4e-13 here
    return ag.silu(ag.sin(ag.log10(ag.sin(x * ag.tan(ag.acos(x))))))


@pytest.mark.parametrize(("f", "x"), [(lost, 28.956786402424218), (rounded, -0.0002806275350524095)])
def test_a_gradient_that_is_rounded_as_f_is_in_the_middle_is_not_accused(f, x):
    (claimed,) = oracles.forward(f, [x])  # what the chain rule gives on floats
    assert gradcheck(f, [x], grad=lambda t: claimed).verdict == "INCONCLUSIVE"
    assert gradcheck(f, [x], grad=lambda t: claimed + 1e-6).verdict == "FAIL"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (0.875, 1.0959325978245214e-276),
        (9.088184001853248, 6.288316324887793e-188),
        (2.3433096104669637, 6.679622242334312e-89),
    ],
)
def test_a_function_that_jumps_from_one_float_to_the_next_is_not_taken_for_flat(a, b):
    """Its teeth are narrower than the gaps between floats at b.

    At wider steps, all powers of two, it is 0.
    """
    found = gradcheck(lambda x: a % x, [b], grad=lambda x: -(a // x))
    assert found.verdict == "INCONCLUSIVE"
    assert "from one float to the next" in found.checks[0].note


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: ag.cbrt(ag.mean(ag.cosh(x), x, ag.cos(ag.cosh(x)), ag.cos(ag.cosh(x)))), -50.5129287941886),
        (lambda x: ag.softplus(ag.log1p(-2.6 * ag.sin(ag.exp2(x)) + 0.03 * ag.exp2(x))), 71.04460965031429),
        (lambda x: ag.square(ag.cbrt(0.6431040689261898 ** ag.exp(ag.asinh(ag.hypot(x, 0.92))))), 837.9429921681871),
    ],
)
def test_a_graph_whose_own_gradient_is_lost_to_rounding_is_not_accused(f, x):
    assert gradcheck(f, [x]).verdict != "FAIL"


@pytest.mark.xfail(
    strict=True, reason="ripples of 1e-11 on f hide their part of the slope, which short steps would show"
)
def test_ripples_that_are_small_but_steep_accuse_no_right_gradient():
    def f(x):
        wide = ag.square(ag.sinh(x))
        return ag.cosh(ag.log(ag.logsumexp(wide, ag.tan(ag.exp2(wide)))))

    assert gradcheck(f, [2.337654905419181]).verdict != "FAIL"


@pytest.mark.parametrize(
    "f", [lambda x: x * x.abs(), lambda x: x.abs() ** 3, lambda x: x.abs() ** 1.5, lambda x: x**1.5]
)
def test_a_point_that_is_smooth_enough_passes(f):
    assert gradcheck(f, [0.0])


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


def test_waves_on_a_slope_are_not_taken_for_noise():
    f = lambda x: 8 * x**4 / 4 + math.cos(8 * x**4)
    grad = lambda x: 32 * x**3 * (0.25 - math.sin(8 * x**4))
    assert gradcheck(f, [-510.2145947348061], grad=grad).verdict == "INCONCLUSIVE"


def test_a_gradient_that_is_nan_where_the_slopes_are_finite_fails():
    (check,) = gradcheck(lambda x: (x * x).sqrt(), [0.0]).checks
    assert check.verdict == "FAIL"
    assert "sqrt(0)" in check.note
    assert gradcheck(lambda x: math.sqrt(x * x), [0.0], grad=lambda x: 0.0).verdict == "KINK"


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


def test_warnings_of_steps_outside_the_domain_are_not_the_users():
    numpy = pytest.importorskip("numpy", reason="needs NumPy, which the extra dev has")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert gradcheck(numpy.log, [1e-5], grad=lambda x: 1 / x)


def test_dicts_are_matched_by_their_keys_and_iterators_taken():
    f, inputs = lambda p: p["w"] * 2 + p["b"] ** 2, [{"w": 1.0, "b": 3.0}]
    assert gradcheck(f, inputs, grad=lambda p: [{"b": 6.0, "w": 2.0}])
    assert gradcheck(f, inputs, grad=lambda p: [{"b": 2.0, "w": 6.0}]).verdict == "FAIL"
    assert gradcheck(lambda x, y: x * y, [2.0, 3.0], grad=lambda x, y: (g for g in (y, x)))


def test_arrays_are_inputs_and_gradients():
    numpy = pytest.importorskip("numpy", reason="needs NumPy, which the extra dev has")
    f = lambda w, b: float((w**2).sum() * b)
    assert gradcheck(f, [numpy.ones((2, 2)), 3.0], grad=lambda w, b: [2 * w * b, (w**2).sum()])


def test_leaves_are_checked_in_place_and_left_as_they_were():
    w = Value(3.0)
    report = gradcheck(lambda *p: (w * 2.0).tanh() ** 2, [w])
    assert report.checks[0].numeric != 0
    assert w.data == 3.0
    assert gradcheck(lambda x: w * w, [1.0]).verdict == "INCONCLUSIVE"


def test_the_parameters_of_a_model_are_checked_in_place():
    random.seed(0)
    model = nn.MLP(2, [2, 1], activation="tanh")
    before = [p.data for p in model.parameters()]
    loss = lambda *_: (model([0.5, -1.0]) - 1.0) ** 2
    assert gradcheck(loss, model.parameters())
    assert [p.data for p in model.parameters()] == before
    assert all(p.grad == 0 for p in model.parameters())

    @ag.operation(lambda y, a: 1 - y)
    def wrong_tanh(a):
        return a.tanh()

    report = gradcheck(lambda *_: wrong_tanh(loss()), model.parameters())
    assert {check.verdict for check in report.checks} == {"FAIL"}
    assert [p.data for p in model.parameters()] == before


def test_the_limit_holds_after_a_failure():
    @ag.operation(lambda y, a: 2 * a)
    def cubed(a):
        return a * a * a

    report = gradcheck(lambda x, y: cubed(x) * y, [0.5, 2.0], max_evals=60)
    assert report.evaluations <= 60
    assert [check.verdict for check in report.checks] == ["FAIL", "PASS"]


def test_a_black_box_is_asked_for_its_complex_step():
    assert gradcheck(lambda x: (1 + x**2) ** 0.5, [0.7], grad=lambda x: x / (1 + x**2) ** 0.5).checks[0].step < 1e-20


def test_what_f_raised_next_to_x_is_named():
    def f(x):
        if x != 1.0:
            raise ValueError("boo")
        return 1.0

    assert "ValueError: boo" in derivative(f, 1.0).note


def test_a_number_taken_out_of_its_graph_is_named():
    (check,) = gradcheck(lambda x: math.exp(x.data), [1.0]).checks
    assert check.verdict == "FAIL"
    assert "does not depend on this input through Values" in check.note


@pytest.mark.parametrize(
    "bad", [{"rtol": -1}, {"rtol": math.inf}, {"max_evals": "5"}, {"max_evals": -1}, {"order": 2.0}]
)
def test_bad_options_are_named(bad):
    with pytest.raises(ValueError, match=f"^{next(iter(bad))}: expected"):
        gradcheck(lambda x: x, [1.0], **bad)


def test_accept_is_a_list_of_verdicts():
    with pytest.raises(ValueError, match=r"^accept: expected a list"):
        assert_gradients(lambda x: x, [1.0], accept="PASSKINK")


def test_jumps_are_seen_also_where_half_of_the_points_are_outside_the_domain():
    def f(x):
        inner = 0.007551539794490872
        return math.log10(math.sin(math.tan(inner + x / (inner * inner) ** 2.376988972871171)))

    assert not math.isfinite(derivative(f, 3404.3517753998563).error)


def test_what_underflows_in_one_mode_alone_is_no_fault():
    def f(x0, x1, x2):
        v3 = ag.softmax(x1, 0.11431345817429417, x2, x0, index=0)
        return ag.atan2(v3, ag.prod(x0, v3, x1, v3))

    report = gradcheck(f, [1.4069442939169363, -389.929436251511, -0.0011158977044420097])
    assert report.verdict != "FAIL", report
