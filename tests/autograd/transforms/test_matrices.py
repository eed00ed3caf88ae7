"""Jacobians and Hessians: shape, symmetry, and the product with a vector."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from tests.helpers.optional_numpy import np

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


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_result_without_a_derivative_leaves_the_rows_of_the_others_as_they_are():
    """Of x**y at x < 0 only the derivatives by y are nan; a cotangent of 0 times nan is nothing."""
    x, y = -2.0, 3.0
    (second, mixed), last = hessian(lambda p: p[0] ** p[1])([x, y])
    assert second == y * (y - 1) * x ** (y - 2)
    assert list(map(str, [mixed, *last])) == ["nan"] * 3
    assert hvp(lambda p: p[0] ** p[1])([x, y], [1.0, 0.0])[0] == second
    assert hvp(lambda p: p[0] ** p[1])([x, y], [0.0, 0.0]) == [0.0, 0.0]
    (log_slope, _), rest = jacobian(lambda p: [p[0].log(), p[0] * p[1], p[1]])([x, y])[0], [[y, x], [0.0, 1.0]]
    assert str(log_slope) == "nan"
    assert jacobian(lambda p: [p[0].log(), p[0] * p[1], p[1]])([x, y])[1:] == rest
    for cotangent in (1.0, Value(1.0)):
        found = vjp(lambda p: [p[0].log(), p[0] * p[1]])([x, y])[1]([0.0, cotangent])
        assert [float(getattr(g, "data", g)) for g in found[0]] == [y, x]


def test_arrays_in_arrays_out():
    x = np.array([2.0, 3.0])
    f = lambda x: x[0] ** 2 * x[1]
    for found, expected in (
        (grad(f)(x), [12.0, 4.0]),
        (value_and_grad(f)(x)[1], [12.0, 4.0]),
        (jacobian(f)(x), [12.0, 4.0]),
        (jacobian(lambda x: np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]) @ x)(x), [[1, 2], [3, 4], [5, 6]]),
        (hessian(f)(x), [[6.0, 4.0], [4.0, 0.0]]),
        (hvp(f)(x, np.array([1.0, 0.0])), [6.0, 4.0]),
        (hvp(f)(x, [1, 0]), [6.0, 4.0]),
        (vjp(lambda x: x * x)(x)[1](np.array([1.0, 10.0]))[0], [4.0, 60.0]),
        (jvp(lambda x: x * x)((x,), (np.array([1.0, 0.0]),))[1], [4.0, 0.0]),
        (grad(lambda m: (m @ m).sum())(np.arange(4.0).reshape(2, 2)), [[3.0, 7.0], [5.0, 9.0]]),
        (grad(lambda x: np.sum(x) ** 2)(np.array([1, 2])), [6.0, 6.0]),
        (grad(lambda x: x.tanh() * 0 + x**2)(np.array(3.0)), 6.0),
        (hessian(lambda x: x**3)(np.array(2.0)), 12.0),
        (jacobian(lambda x: np.array([x, x**2]))(3.0), [1.0, 6.0]),
        (jacobian(lambda x: np.where(x > 0, x**2, 0.0))(np.array([3.0, -1.0])), [[6.0, 0.0], [0.0, 0.0]]),
    ):
        assert isinstance(found, np.ndarray)
        assert found.dtype == float
        assert found.tolist() == expected
    both = jacobian(lambda x, y: np.array([x[0] * y, x[1]]), (1, 0))(x, 5.0)
    assert [part.tolist() for part in both] == [[2.0, 0.0], [[5.0, 0.0], [0.0, 1.0]]]
    assert value_and_grad(f)(x)[0] == 12.0


@pytest.mark.parametrize("shape", [(0,), (2, 0), (0, 3), (2,), ()])
@pytest.mark.parametrize("part", [lambda a: np.ravel(a)[:0], lambda a: a * 2.0, lambda a: np.stack([a, a])[:0]])
def test_a_jacobian_has_its_shape_also_if_there_is_no_number_in_it(shape, part):
    x = np.ones(shape)
    expected = np.shape(part(x)) + shape
    assert np.shape(jacobian(part)(x)) == expected
    by_both = jacobian(lambda a, b: {"part": part(a), "b": b}, argnums=(1, 0))(x, np.ones(2))
    assert [np.shape(slopes) for slopes in by_both["part"]] == [(*np.shape(part(x)), 2), expected]
    assert [np.shape(slopes) for slopes in by_both["b"]] == [(2, 2), (2, *shape)]
    assert np.shape(jacobian(lambda p: part(p["x"]))({"x": x, "y": 1.0})["x"]) == expected
    assert np.shape(hessian(lambda a: np.sum(a * a))(x)) == shape + shape
    by_pairs = hessian(lambda a, b: np.sum(a * a) + b, argnums=(0, 1))(x, 1.0)
    assert [[np.shape(slopes) for slopes in row] for row in by_pairs] == [[shape + shape, shape], [shape, ()]]


def test_a_jacobian_of_nothing_is_nothing():
    assert jacobian(lambda x: [])([1.0, 2.0]) == []
    assert jacobian(lambda x: ([], {}))(1.0) == ([], {})


def test_arrays_of_values_give_arrays_of_values():
    xs = np.array([Value(1.0), Value(2.0)], dtype=object)
    found = grad(lambda x: (x**3).sum())(xs)
    assert [slope.data for slope in found] == [3.0, 12.0]
    found.sum().backward()
    assert [x.grad for x in xs] == [6.0, 12.0]


@pytest.mark.parametrize("bad", [np.array([1.0]), np.ones((2, 1)), [1.0, 2.0, 3.0], 5.0])
def test_an_array_of_another_shape_is_refused(bad):
    with pytest.raises(ValueError, match=r"^v: expected an array of shape \(2,\), got shape"):
        hvp(rosenbrock)(np.array([1.0, 1.0]), bad)


def test_f_may_have_more_arguments():
    assert hvp(lambda x, a, *, b: a * x**3 + b * x**2)(2.0, 1.0, 5.0, b=3.0) == 66.0
    assert hvp(lambda x, a: a * x**3)(x=2.0, v=1.0, a=1.0) == 12.0


def test_hvp_takes_what_the_other_transforms_take():
    f = lambda a, p: (a * p["x"] ** 3, "more")
    assert hvp(f, 1, has_aux=True)(5.0, {"x": 1.0}, {"x": 2.0}) == ({"x": 60.0}, "more")
    assert hvp(f, (1, 0), has_aux=True)(5.0, ({"x": 1.0}, 10.0), {"x": 2.0})[0] == ({"x": 180.0}, 12.0)
    for argnum, v in ((1, 1.0), ((0, 1), (1.0,)), ((0, 1), {"x": 1.0})):
        with pytest.raises(ValueError, match=r"^v: expected "):
            hvp(f, argnum, has_aux=True)(5.0, v, {"x": 2.0})
    with pytest.raises(TypeError, match=r"^v: expected a number, got str 'a'$"):
        hvp(rosenbrock)([1.0, 1.0], ["a", 1.0])


@pytest.mark.peer
def test_scipy_takes_these_functions_as_they_are():
    optimize = pytest.importorskip("scipy.optimize")
    x0, f = np.array([-1.2, 1.0]), lambda x: rosenbrock(x)
    for found in (
        optimize.minimize(value_and_grad(f), x0, jac=True),
        optimize.minimize(f, x0, jac=grad(f), hessp=hvp(f), method="Newton-CG"),
        optimize.minimize(f, x0, jac=grad(f), hess=hessian(f), method="trust-exact"),
    ):
        assert found.x == pytest.approx([1.0, 1.0], abs=1e-4)
