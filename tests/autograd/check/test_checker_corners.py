"""Functions that are rounded, inputs of every shape, and bad arguments."""

import math
import warnings
from pathlib import Path

import pytest

import autograd as ag
from autograd import assert_gradients, gradcheck, oracles
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


def ripples(x):
    """The example of docs/checking.md, under "What is not seen"."""
    wide = ag.square(ag.sinh(x))
    return ag.cosh(ag.log(ag.logsumexp(wide, ag.tan(ag.exp2(wide)))))


ACCUSED = 2.337654905419181


@pytest.mark.xfail(
    strict=True, reason="ripples of 1e-11 on f hide their part of the slope, which short steps would show"
)
def test_ripples_that_are_small_but_steep_accuse_no_right_gradient():
    assert gradcheck(ripples, [ACCUSED]).verdict != "FAIL"


def test_the_guide_names_the_ripples_that_are_accused_and_others_that_are_not():
    page = " ".join((Path(__file__).parents[3] / "docs" / "checking.md").read_text(encoding="utf-8").split())
    assert f"at x = {ACCUSED!r}. At x = 2.34 the verdict is `{gradcheck(ripples, [2.34]).verdict}`." in page


@pytest.mark.parametrize(
    "f", [lambda x: x * x.abs(), lambda x: x.abs() ** 3, lambda x: x.abs() ** 1.5, lambda x: x**1.5]
)
def test_a_point_that_is_smooth_enough_passes(f):
    assert gradcheck(f, [0.0])


def test_waves_on_a_slope_are_not_taken_for_noise():
    f = lambda x: 8 * x**4 / 4 + math.cos(8 * x**4)
    grad = lambda x: 32 * x**3 * (0.25 - math.sin(8 * x**4))
    assert gradcheck(f, [-510.2145947348061], grad=grad).verdict == "INCONCLUSIVE"


def test_warnings_of_steps_outside_the_domain_are_not_the_users():
    numpy = pytest.importorskip("numpy", reason="needs NumPy, which the extra dev has")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert gradcheck(numpy.log, [1e-5], grad=lambda x: 1 / x)


def test_a_black_box_is_asked_for_its_complex_step():
    assert gradcheck(lambda x: (1 + x**2) ** 0.5, [0.7], grad=lambda x: x / (1 + x**2) ** 0.5).checks[0].step < 1e-20


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
