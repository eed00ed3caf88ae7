"""Series and iterations have the errors that they state, against mpmath with 60 digits."""

from math import inf, isnan, log, nan, pi, remainder, ulp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.numbers.series import cospi, digamma, erfinv, lgamma, polygamma, sinc_derivative, sinpi

mpmath = pytest.importorskip("mpmath", reason="needs mpmath, which the extra dev has")
mpf = mpmath.mpf

SIZES = st.builds(lambda exponent: 10.0**exponent, st.floats(-300, 300))
POSITIVE = SIZES | st.floats(0.01, 50)
ANY = POSITIVE | st.floats(-100, 0).filter(lambda x: x != round(x))


def off(found, true, *terms):
    """Return the error in ulp of the truth, or of the greatest term."""
    return float(abs(mpf(found) - true) / max(map(ulp, map(float, (true, *terms)))))


@given(ANY)
def test_lgamma_and_digamma_are_within_a_few_ulp_of_their_greatest_term(x):
    with mpmath.workdps(60):
        assert off(lgamma(x), mpmath.re(mpmath.loggamma(x)), 1 + abs(x)) <= 8 or lgamma(x) == inf
        if abs(mpmath.psi(0, x)) > 1e300:
            return
        whole = abs(remainder(x, 1))
        terms = (3.0, abs(log(abs(x))), min(1 / whole, 1e300) if x < 1 and whole else 0.0)
        assert off(digamma(x), mpmath.psi(0, x), *terms) <= 4


@given(st.integers(1, 7), ANY)
def test_polygamma_is_within_8_ulp_of_its_greatest_term(n, x):
    with mpmath.workdps(60):
        true = mpmath.psi(n, x)
        if abs(true) < 1e300:
            nearest = mpf(x) - mpmath.nint(x)
            terms = (min(float(mpmath.factorial(n) / abs(nearest) ** (n + 1)), 1e300),) if x < 0 else ()
            assert off(polygamma(n, x), true, *terms) <= 8


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
