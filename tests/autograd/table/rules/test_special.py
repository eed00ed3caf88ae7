"""The special functions and smooth activations: identities, far ends, and where a rule changes its branch."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, value_and_grad
from autograd.table import TABLE


@pytest.mark.parametrize("name", ["sigmoid", "logsigmoid", "softplus", "silu", "tanh"])
def test_the_complex_step_is_right_where_a_smooth_rule_changes_its_branch(name):
    op = TABLE[name]
    assert op.apply((complex(0.0, 1e-30),)).imag / 1e-30 == pytest.approx(
        op.derivative(op.apply((0.0,)), (0.0,), 0), rel=1e-14
    )


@given(st.floats(-5, 5))
def test_functions_and_their_complements_add_up(x):
    assert autograd.erf(x) + autograd.erfc(x) == pytest.approx(1, rel=1e-15)
    assert autograd.sigmoid(x) + autograd.sigmoid(-x) == pytest.approx(1, rel=1e-15)
    assert autograd.softplus(x) - autograd.softplus(-x) == pytest.approx(x, abs=1e-15)
    assert autograd.softplus(-x) == pytest.approx(-autograd.logsigmoid(x), rel=1e-15)
    assert autograd.logaddexp(x, 0.0) == pytest.approx(autograd.softplus(x), rel=1e-15)


@given(st.floats(-2, 2))
def test_functions_undo_their_inverses(x):
    assert autograd.erfinv(autograd.erf(x)) == pytest.approx(x, rel=1e-13)
    assert autograd.logit(autograd.sigmoid(x)) == pytest.approx(x, rel=1e-13, abs=1e-15)


@given(st.floats(0.1, 50), st.integers(1, 3))
def test_the_gamma_functions_obey_their_recurrence(x, n):
    assert autograd.lgamma(x + 1) == pytest.approx(autograd.lgamma(x) + autograd.log(x), rel=1e-12, abs=1e-13)
    assert autograd.digamma(x + 1) == pytest.approx(autograd.digamma(x) + 1 / x, rel=1e-12, abs=1e-13)
    step = (-1) ** n * math.factorial(n) / x ** (n + 1)
    assert autograd.polygamma(n, x + 1) == pytest.approx(autograd.polygamma(n, x) + step, rel=1e-9)
    assert autograd.polygamma(n + 0.5, x) == autograd.polygamma(n, x)  # the order is rounded down


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("silu", 0.0, 1.0), ("gelu", 0.0, 1.0), ("mish", 0.0, 1.0), ("softplus", 0.0, 1.0), ("sigmoid", 0.0, 0.0)],
)
def test_an_activation_has_the_slopes_of_its_ends_far_out(name, low, high):
    for x, slope in ((-1e4, low), (1e4, high)):
        assert value_and_grad(getattr(autograd, name))(x)[1] == slope


@pytest.mark.parametrize("number", [float, int, Fraction, Value])
def test_an_order_beyond_the_last_is_refused_whatever_number_it_is(number):
    for op, last in ((autograd.polygamma, 100), (autograd.sinc_derivative, 20)):
        assert op(number(last), 2.0) == pytest.approx(op(last, 2.0)) or number is Value
        for call in (lambda op=op, n=last + 1: op(number(n), 2.0), lambda op=op, n=last + 1: op(number(n), Value(2.0))):
            with pytest.raises(ValueError, match=rf"{op.name}\(\) n must be at most {last}, got"):
                call()
