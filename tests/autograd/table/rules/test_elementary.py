"""Powers, logarithms, lengths and hyperbolic functions at the edges of their domains."""

from fractions import Fraction
from math import inf, log

import pytest

import autograd
from autograd import grad, hessian
from tests.helpers.orders import along, nested

pytestmark = pytest.mark.filterwarnings("ignore:.* is born at|.*:RuntimeWarning")


def test_a_power_that_is_not_whole_is_refused_on_fractions():
    for base in (Fraction(1, 2), Fraction(-1, 2)):
        with pytest.raises(TypeError, match=r"^pow .* Fraction"):
            autograd.pow(base, Fraction(1, 2))


@pytest.mark.parametrize("length", [autograd.hypot, autograd.norm])
def test_a_length_has_a_slope_by_convention_at_the_origin_and_no_second_derivative(length):
    zero = [0.0, 0.0]
    for f in (lambda p: length(*p), lambda p: length(*p) ** 2, lambda p: length(*p) * 3.0 + p[0]):
        assert grad(f)(zero)[1] == 0
        assert str(hessian(f)(zero)[0][0]) == "nan"
        assert str(along(along(lambda a, b, f=f: f((a, b)), 0), 0)(*zero)) == "nan"
    assert hessian(lambda p: length(*p) ** 2)([3.0, 4.0]) == [[2.0, 0.0], [0.0, 2.0]]


def test_a_power_whose_exponent_is_a_plain_0_has_the_derivatives_by_it():
    power = autograd.pow
    assert nested(grad, power, [0, 1])(2.0, 0.0) == nested(along, power, [1, 0])(2.0, 0.0) == 0.5
    assert nested(grad, power, [0, 1, 1])(2.0, 0.0) == pytest.approx(log(2), rel=1e-15)
    assert grad(power, (0, 1))(0.0, 0.0) == (0.0, 0.0)


def test_tanh_and_cbrt_have_second_and_third_derivatives_where_a_part_of_them_overflows():
    for x in (710.5, 800.0, -1e5):
        assert nested(along, autograd.tanh, [0, 0])(x) == nested(grad, autograd.tanh, [0, 0, 0])(x) == 0
    for order in (2, 3):
        assert abs(nested(grad, autograd.cbrt, [0] * order)(1e-300)) == inf
