"""Series and iterations have the errors that they state, against mpmath with 60 digits."""

from math import inf, isfinite, isnan, nan, pi, ulp

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import autograd
from autograd import grad
from autograd.numbers.series import cospi, digamma, erfinv, lgamma, polygamma, sinc_derivative, sinpi

mpmath = pytest.importorskip("mpmath", reason="needs mpmath, which the extra dev has")
mpf = mpmath.mpf

SIZES = st.builds(lambda exponent: 10.0**exponent, st.floats(-300, 300))
POSITIVE = SIZES | st.floats(0.01, 50)
ANY = POSITIVE | st.floats(-100, 0).filter(lambda x: x != round(x))


def off(found, true, *terms):
    """Return the error in ulp of the truth, or of the greatest term."""
    return float(abs(mpf(found) - true) / max(map(ulp, map(float, (true, *terms)))))


NEAR_HALVES = st.builds(
    lambda k, size, sign: sign * 10.0**size - k - 0.5, st.integers(0, 200), st.floats(-17, -1), st.sampled_from([1, -1])
)
NEAR_ZERO = st.builds(
    lambda size, sign: 1.4616321449683622 + sign * 10.0**size, st.floats(-16, 0), st.sampled_from([1, -1])
)
ZEROS = (-0.5040830082644554, -1.5734984731623903, -2.610720868444144, -9.702672540001864)  # of digamma


@given(ANY)
def test_lgamma_is_within_8_ulp_of_its_size(x):
    with mpmath.workdps(60):
        assert off(lgamma(x), mpmath.re(mpmath.loggamma(x)), 1 + abs(x)) <= 8 or lgamma(x) == inf


def off_polygamma(n, x):
    """Return the error of ψ⁽ⁿ⁾ in ulp of the truth, for x < 0 of the two terms of its reflection."""
    with mpmath.workdps(60):
        true, other = mpmath.psi(n, x), mpmath.psi(n, 1 - mpf(x)) if x < 0 else 0
        terms = abs(other) + abs(true - (-1) ** n * other)
        return off(polygamma(n, x), true, terms) if 1e-300 < terms < 1e300 else 0


@given(st.integers(0, 7), ANY | NEAR_HALVES | NEAR_ZERO)
@example(2, -100.5)
@example(0, 1.4616321449683622)
@example(0, 1.4616321449683625)
@example(0, -0.4616321449683623)
@example(0, -0.48741074588205835)
def test_digamma_is_within_4_ulp_and_its_derivatives_within_8(n, x):
    assert off_polygamma(n, x) <= (8 if n else 4)


@pytest.mark.parametrize("n", range(6))
def test_polygamma_keeps_its_digits_near_its_poles_its_zeros_and_halfway(n):
    for whole in (0, 1, 2, 9, 100, 1000):
        for shift in (0.5, 0.4999, 0.5001, 0.42, 0.3, 0.1, 1e-3, 1e-9):
            assert off_polygamma(n, -whole - shift) <= (8 if n else 4)
    for zero in ZEROS:
        assert off_polygamma(n, zero) <= (8 if n else 4)
    with mpmath.workdps(60):  # of itself: one term is 0
        assert all(off(polygamma(n, -k - 0.5), mpmath.psi(n, -k - mpf(0.5))) <= 8 for k in (0, 3, 100, 1000))


@given(st.floats(-1, 1, exclude_min=True, exclude_max=True) | SIZES.map(lambda x: min(x, 1 - 2.0**-53)))
def test_erfinv_is_within_2_ulp(x):
    with mpmath.workdps(60):
        assert off(erfinv(x), mpmath.erfinv(x)) <= 2


@given(st.integers(0, 5), st.floats(-40, 40) | SIZES)
def test_the_derivatives_of_sinc_are_within_16_ulp_of_their_size(n, x):
    with mpmath.workdps(25):
        found = sinc_derivative(n, x)
        if abs(x) < 3:
            true = mpmath.quad(lambda t: (mpmath.pi * t) ** n * mpmath.cos(mpmath.pi * (x * t + mpf(n) / 2)), [0, 1])
            assert off(found, true, pi**n / (n + 1)) <= 16
        assert abs(found) <= pi**n / (n + 1) * (1 + 1e-15)


@pytest.mark.parametrize(("name", "most"), [("polygamma", 100), ("sinc_derivative", 20)])
def test_an_order_above_the_last_one_is_refused_not_nan(name, most):
    op, refused = autograd.table.TABLE[name], rf"^{name}\(\) n must be at most {most}, got n={most + 1}"
    assert str(most) in op.smooth
    for n in range(most + 1):
        assert isfinite(op(n, 2.5)), n
        with mpmath.workdps(40):
            assert float(op(mpf(n), mpf(2.5))) == pytest.approx(op(n, 2.5), rel=1e-9, abs=1e-6)
    assert grad(op, 1)(most - 1, 2.5) == op(most, 2.5)
    for call in (op, grad(op, 1), grad(lambda n, x: op(n=most + 1, a=x), 1)):
        with pytest.raises(ValueError, match=refused):
            call(most + 1, 2.5)
    assert grad(op, 1)(most, 2.5) == op.apply((most + 1, 2.5))
    assert isnan(op.apply((400, 2.5)))  # total in the middle of a graph


def test_whole_and_half_turns_are_exact():
    assert [sinpi(x) for x in (0.0, 1.0, -2.0, 1e16, 0.5, -0.5, 1.5)] == [0, 0, 0, 0, 1, -1, -1]
    assert [cospi(x) for x in (0.0, 1.0, -2.0, 1e16, 0.5, -0.5, 1.5)] == [1, -1, 1, 1, 0, 0, 0]
    assert sinc_derivative(0, 3.0) == 0 < sinc_derivative(0, 0.0) == 1


@pytest.mark.parametrize(
    ("found", "answer"),
    [
        (lgamma(0.0), inf), (lgamma(-3.0), inf), (lgamma(-inf), inf), (lgamma(1e308), inf), (digamma(inf), inf),
        (digamma(0.0), -inf), (digamma(-0.0), inf), (digamma(-2.0), nan),
        (digamma(-inf), nan), (digamma(nan), nan), (polygamma(1, 0.0), inf),
        (polygamma(2, 0.0), nan), (polygamma(1, inf), 0.0), (polygamma(1, nan), nan), (polygamma(-1, 2.0), nan),
        (polygamma(nan, 2.0), nan), (polygamma(1.5, 2.0), polygamma(1, 2.0)), (erfinv(1.0), inf), (erfinv(-1.0), -inf),
        (erfinv(1.5), nan), (erfinv(nan), nan), (sinc_derivative(0, inf), nan), (sinc_derivative(-1, 0.5), nan),
    ],
)  # fmt: skip  # a table
def test_poles_and_what_is_outside_are_infinite_or_nan(found, answer):
    assert found == answer or (isnan(found) and isnan(answer))
