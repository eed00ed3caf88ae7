"""Jacobians and Hessians: shape, symmetry, and the product with a vector."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import hessian, hvp, jacobian

SMALL = st.floats(-2, 2).map(lambda x: round(x, 3))


def rosenbrock(x):
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


def mixed(x):
    return (
        autograd.tanh(x[0] * x[1])
        + autograd.exp(x[0]) / (1 + x[1] ** 2)
        + autograd.dot([x[0], x[1]], [x[1], 2.0], x[0])
    )


@given(SMALL, SMALL)
def test_the_hessian_is_symmetric_and_hvp_is_its_product(a, b):
    h = hessian(mixed)([a, b])
    assert h[0][1] == pytest.approx(h[1][0], rel=1e-12, abs=1e-12)
    product = [h[0][0] * 2 - h[0][1], h[1][0] * 2 - h[1][1]]
    assert hvp(mixed)([a, b], [2.0, -1.0]) == pytest.approx(product, rel=1e-9, abs=1e-9)


def test_the_hessian_of_rosenbrock():
    assert hessian(rosenbrock)([1.0, 1.0]) == [[802.0, -400.0], [-400.0, 200.0]]


def test_jacobian_has_a_row_for_each_result():
    f = lambda x: {"product": x[0] * x[1], "sum": x[0] + x[1], "constant": 5.0}
    assert jacobian(f)([2.0, 3.0]) == {"product": [3.0, 2.0], "sum": [1.0, 1.0], "constant": [0.0, 0.0]}
