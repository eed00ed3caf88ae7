"""The values of a function around a point: each computed once, and read with the digits that it has."""

import math
from fractions import Fraction
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import TABLE, gradcheck, operation
from autograd.check import derivative
from autograd.check.function_values import FunctionValues, count_digits, expect_float, round_to_digits
from autograd.numbers import Operators


def test_the_evaluations_are_counted_and_limited():
    for limit in (5, 12, 40, 200):
        seen = []

        def f(x, seen=seen):
            seen.append(x)
            return x**3 if isinstance(x, complex) else math.exp(x)

        found = derivative(f, 3.0, max_evals=limit)
        assert found.evaluations == len(seen) <= limit
        assert found.error == inf or abs(found.value - math.exp(3)) <= found.error
    assert found.error < 1e-10
    with pytest.raises(ValueError, match="max_evals: expected at least 5, got 4"):
        derivative(math.exp, 3.0, max_evals=4)


@pytest.mark.parametrize(("digits", "error"), [(24, 1e-3), (11, 1.0)])
def test_a_function_that_computes_with_few_digits_is_measured_with_those(digits, error):
    def f(x: float) -> float:
        return round_to_digits(math.sin(round_to_digits(x, digits)), digits)

    found = derivative(f, 1.3)
    assert abs(found.value - math.cos(1.3)) <= found.error < error
    assert f"{digits} binary digits" in found.note


def test_what_f_raised_next_to_x_is_named():
    def f(x):
        if x != 1.0:
            raise ValueError("boo")
        return 1.0

    assert "ValueError: boo" in derivative(f, 1.0).note


class StrangeError(Exception):
    pass


ERRORS = (KeyError, RuntimeError, TypeError, AssertionError, MemoryError, StopIteration, StrangeError)


@pytest.fixture
def wrong_cube():
    @operation(lambda y, a: 2 * a)
    def wrong_cube(a):
        return a * a * a

    yield wrong_cube
    del TABLE["wrong_cube"], Operators.wrong_cube


@pytest.mark.parametrize("kind", ERRORS)
@pytest.mark.parametrize("x", [1.0, 1.1, 3.0])
def test_whatever_f_raises_next_to_x_is_a_border_and_at_x_the_users(kind, x, wrong_cube):
    def f(t):
        if getattr(t, "data", t) < 1.0:
            raise kind("did not converge")
        return t * t

    assert gradcheck(f, [x], grad=lambda t: 2 * t)
    assert gradcheck(f, [x])
    assert gradcheck(f, [x], grad=lambda t: 2.001 * t).verdict == "FAIL"
    assert gradcheck(lambda t: wrong_cube(f(t)), [x]).verdict == "FAIL"
    assert gradcheck(lambda t: f(t).data, [x]).verdict == "FAIL"  # a graph without operations
    with pytest.raises(kind, match="did not converge"):
        derivative(f, 0.9)
    for grad in (None, lambda t: 2 * t):
        with pytest.raises(kind, match="did not converge") as caught:
            gradcheck(f, [0.9], grad=grad)
        assert caught.value.__notes__ == ["gradcheck: f raised this at t=0.9"]


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_next_to_x_is_not_swallowed(kind):
    def f(t):
        if t != 1.0:
            raise kind
        return t

    with pytest.raises(kind):
        gradcheck(f, [1.0], grad=lambda t: 1.0)


def test_torchs_errors_next_to_x_are_a_border():
    torch = pytest.importorskip("torch", reason="needs PyTorch")

    def f(t):  # a Cholesky decomposition needs a positive definite matrix
        return torch.linalg.cholesky(torch.tensor([[t, 0.5], [0.5, 1.0]], dtype=torch.float64))[1, 1].item()

    assert gradcheck(f, [0.26], grad=lambda t: 0.125 / t**2 / math.sqrt(1 - 0.25 / t))


def test_each_value_is_computed_once_and_none_beyond_the_limit():
    seen = []
    values = FunctionValues(lambda t: seen.append(t) or 1 / t, 2.0, 3)
    assert [values.at(t) for t in (2.0, 4.0, 4.0)] == [0.5, 0.25, 0.25]
    assert all(math.isnan(values.at(t)) for t in (0.0, 8.0))
    assert isinstance(values.raised, ZeroDivisionError)
    assert (seen, values.count) == ([2.0, 4.0, 0.0], 3)


@given(st.floats(1e-6, 1e6), st.sampled_from([1, -1]), st.floats(1e-12, 0.5))
def test_a_sample_has_equal_steps_to_both_sides_that_are_floats(size, sign, share):
    x, step = sign * size, share * size
    sample = FunctionValues(lambda t: t, x, 9).sample(step)
    assert sample.h <= step * (1 + 2**-50) + math.ulp(x)
    if sample.h:
        assert (sample.up, sample.down) == (x + sample.h, x - sample.h)
        assert Fraction(sample.up) - Fraction(x) == Fraction(sample.h)  # x + h is not rounded


@pytest.mark.parametrize("digits", [24, 11, 8, 53])
def test_the_digits_of_a_function_are_those_of_its_values(digits):
    values = FunctionValues(lambda t: round_to_digits(math.exp(t), digits), 1.3, 99)
    list(values.samples(8))
    assert count_digits(values) == digits


@pytest.mark.parametrize(
    ("y", "error", "message"),
    [
        ("1", TypeError, "f: expected a number, got str '1'"),
        (10**400, OverflowError, "f: this int is too large for a float"),
    ],
)
def test_what_is_no_float_is_refused(y, error, message):
    with pytest.raises(error, match=f"^{message}$"):
        expect_float(y, "f")


@given(st.floats(-1e300, 1e300), st.integers(2, 53))
def test_rounding_to_digits_is_off_by_half_a_unit_at_most(x, digits):
    rounded = round_to_digits(x, digits)
    assert abs(Fraction(rounded) - Fraction(x)) * 2**digits <= abs(Fraction(x))
    assert round_to_digits(rounded, digits) == rounded
