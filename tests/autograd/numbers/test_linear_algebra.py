"""Linear algebra on numbers that record: NumPy's values, and derivatives by formula."""

import math
import warnings
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, grad, hessian, jacobian, jvp, vjp
from autograd.numbers.floats import to_float

np = pytest.importorskip("numpy")
array = autograd.array
EPS = 2.0**-52
seeds = st.tuples(st.integers(0, 2**32 - 1), st.integers(1, 6), st.sampled_from([0.0, 3.0, 6.0]))


def matrix(seed, n, decades):
    """Return a matrix with singular values over some decades."""
    rng = np.random.default_rng(seed)
    u, _, v = np.linalg.svd(rng.normal(size=(n, n)))
    return u @ np.diag(10.0 ** -np.linspace(0.0, decades if n > 1 else 0.0, n)) @ v


def floats(a):
    return np.array([x.data if hasattr(x, "__apply__") else x for x in np.ravel(a)], dtype=float).reshape(np.shape(a))


def distance(a, b):
    return np.linalg.norm(np.asarray(a, dtype=float) - b) / max(np.linalg.norm(b), 1e-300)


KINDS = {
    "Values": lambda f, a: floats(f(array(np.vectorize(Value, otypes=[object])(a)))),
    "vjp": lambda f, a: vjp(f)(a)[0],
    "jvp": lambda f, a: jvp(f)((a,), (a,))[0],
    "jvp of grad": lambda f, a: jvp(lambda x: vjp(f)(x)[0])((a,), (a,))[0],
}


@pytest.mark.parametrize("kind", KINDS)
@given(seeds)
def test_values_are_numpys_within_n_eps_cond(kind, drawn):
    a, (seed, n, _) = matrix(*drawn), drawn
    b = np.random.default_rng(seed + 1).normal(size=(n, 2))
    bound = 16 * n * EPS * np.linalg.cond(a)
    call = KINDS[kind]
    for f in (np.linalg.inv, lambda x: np.linalg.solve(x, b), lambda x: np.linalg.solve(x, b[:, 0]), np.linalg.det):
        assert distance(call(f, a), f(a)) <= bound
    spd = a @ a.T
    assert distance(call(np.linalg.cholesky, spd), np.linalg.cholesky(spd)) <= 16 * n * EPS * np.linalg.cond(spd)


@given(seeds)
def test_first_derivatives_are_those_of_the_formulas(drawn):
    a, (seed, n, _) = matrix(*drawn), drawn
    rng = np.random.default_rng(seed + 1)
    b, da, up = rng.normal(size=n), rng.normal(size=(n, n)), rng.normal(size=(n, n))
    inverse, bound = np.linalg.inv(a), 64 * n * EPS * np.linalg.cond(a) ** 2
    x = inverse @ b
    assert distance(grad(np.linalg.det)(a), np.linalg.det(a) * inverse.T) <= bound
    slope = vjp(lambda a, b: np.linalg.solve(a, b))(a, b)[1](up[0])
    assert distance(slope[1], inverse.T @ up[0]) <= bound
    assert distance(slope[0], -np.outer(inverse.T @ up[0], x)) <= bound
    assert distance(vjp(np.linalg.inv)(a)[1](up)[0], -inverse.T @ up @ inverse.T) <= bound
    assert distance(jvp(np.linalg.inv)((a,), (da,))[1], -inverse @ da @ inverse) <= bound
    assert distance(jvp(np.linalg.det)((a,), (da,))[1], np.linalg.det(a) * np.trace(inverse @ da)) <= bound * 1e3


@given(seeds.map(lambda drawn: (drawn[0], drawn[1], 1.0)))
def test_the_derivative_of_cholesky_is_the_formula(drawn):
    """L' = L·Φ(L⁻¹ A' L⁻ᵀ), where Φ takes the lower triangle and halves the diagonal."""
    a, rng = matrix(*drawn), np.random.default_rng(drawn[0] + 1)
    a, da = a @ a.T, rng.normal(size=(len(a), len(a)))
    da = da + da.T
    l = np.linalg.cholesky(a)
    inner = np.tril(np.linalg.inv(l) @ da @ np.linalg.inv(l).T)
    expected = l @ (inner - np.diag(np.diag(inner)) / 2)
    assert distance(jvp(np.linalg.cholesky)((a,), (da,))[1], expected) <= 1e-10
    slopes = jacobian(np.linalg.cholesky)(a)
    assert distance(np.einsum("ijkl,kl->ij", slopes, da), expected) <= 1e-10
    assert not np.triu(slopes.sum(axis=(0, 1)), 1).any()  # the upper triangle is not read


def test_second_and_third_derivatives_are_those_of_the_formulas():
    a = np.array([[2.0, 0.5, 0.1], [0.3, 1.5, 0.2], [0.7, 0.4, 3.0]])
    inverse, det = np.linalg.inv(a), np.linalg.det(a)
    expected = det * (np.einsum("ji,lk->ijkl", inverse, inverse) - np.einsum("jk,li->ijkl", inverse, inverse))
    assert hessian(np.linalg.det)(a) == pytest.approx(expected, rel=1e-12, abs=1e-14)
    d = np.arange(9.0).reshape(3, 3)
    along = lambda f: lambda x: jvp(f)((x,), (d,))[1]
    step = inverse @ d
    third = -6 * step @ step @ step @ inverse
    assert along(along(along(np.linalg.inv)))(a) == pytest.approx(third, rel=1e-11)
    assert along(grad(lambda x: np.linalg.inv(x).sum()))(a) == pytest.approx(
        sum(
            np.outer(p.T @ np.ones(3), q @ np.ones(3))
            for p, q in ((inverse @ d @ inverse, inverse), (inverse, step @ inverse))
        ),
        rel=1e-11,
    )


@pytest.mark.parametrize("rank", [0, 1, 2, 3])
def test_a_determinant_has_all_its_derivatives_where_the_matrix_is_singular(rank):
    """It is a polynomial: the coefficients of det(A + tB) are those at other matrices."""
    a = np.diag([2.0, 3.0, 5.0, 7.0][:rank] + [0.0] * (4 - rank))[:, [2, 0, 3, 1]]
    b = np.array([[1.0, 2.0, 0.0, 1.0], [3.0, 1.0, 1.0, 2.0], [0.0, 1.0, 4.0, 1.0], [2.0, 0.0, 1.0, 5.0]])
    f = lambda t: np.linalg.det(a + t * b)
    points = np.arange(5.0)
    coefficients = np.polynomial.polynomial.polyfit(points, [f(t) for t in points], 4)
    forwards = backwards = lambda t: f(t) * 1.0
    for order in range(1, 5):
        forwards, backwards = slope_forwards(forwards), grad(backwards)
        expected = pytest.approx(math.factorial(order) * coefficients[order], rel=1e-9, abs=1e-8)
        assert (forwards(0.0), backwards(0.0)) == (expected, expected)


def slope_forwards(f):
    return lambda t: jvp(f)((t,), (1.0,))[1]


@given(st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_a_determinant_without_division_is_that_with(n, seed):
    from autograd.numbers.linear_algebra import determinant_without_division  # which needs NumPy

    a = np.random.default_rng(seed).integers(-9, 10, size=(n, n))
    assert determinant_without_division(a.tolist()) == pytest.approx(np.linalg.det(a), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    "exponents",
    [
        (-200, -200, 300),
        (300, -200, -200),
        (200, -300, 200, 200),
        (-160, -160, 160, 160),
        (-310, -310, 308, 308),
        (-310, 100),
        (150,) * 4,
    ],
)
def test_a_determinant_is_right_where_the_product_of_some_factors_is_beyond_floats(exponents):
    """Its derivatives, which are products of the other factors, too."""
    sizes = [10.0**k for k in exponents]
    order = [*range(1, len(sizes)), 0]  # which makes the sign that of a cycle
    a, sign = np.diag(sizes)[order], (-1) ** (len(sizes) - 1)
    exact = [Fraction(x) for x in sizes]
    inside = to_float(math.prod(exact))
    expected = np.diag([to_float(sign * math.prod(exact[:i] + exact[i + 1 :])) for i in range(len(sizes))])[order]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of infinities
        assert np.linalg.det(array(a)) == pytest.approx(sign * inside, rel=1e-13)
        if np.isfinite([inside, *expected.ravel()]).all():  # nan next to an infinite derivative
            assert grad(np.linalg.det)(a) == pytest.approx(expected, rel=1e-13)
            assert jvp(np.linalg.det)((a,), (a,))[1] == pytest.approx(len(sizes) * sign * inside, rel=1e-13)
            step = autograd.compile(lambda rows: np.linalg.det(array(rows)))
            assert step(a.tolist()) == pytest.approx(sign * inside, rel=1e-13)
            assert step(np.eye(len(sizes)).tolist()) == 1.0


def test_the_upper_factor_of_cholesky_is_that_of_the_upper_triangle():
    a = np.array([[[4.0, 1.0], [9.0, 3.0]], [[1.0, 0.5], [0.0, 2.0]]])
    upper = np.linalg.cholesky(array(np.vectorize(Value, otypes=[object])(a)), upper=True)
    assert floats(upper) == pytest.approx(np.linalg.cholesky(a, upper=True), rel=1e-14)
    slopes = jacobian(lambda a: np.linalg.cholesky(a, upper=True))(a[0])
    lower = jacobian(np.linalg.cholesky)(a[0].T)
    assert np.array_equal(slopes, lower.transpose(1, 0, 3, 2))


def test_matrices_without_numbers():
    empty = array(np.zeros((0, 0)))
    for f in (np.linalg.det, np.linalg.inv, np.linalg.cholesky, lambda a: np.linalg.solve(a, np.ones((0, 3)))):
        expected = f(np.zeros((0, 0)))
        assert np.shape(f(empty)) == expected.shape
        assert np.shape(f(array(np.zeros((2, 0, 0))))) == f(np.zeros((2, 0, 0))).shape
        assert np.shape(f(array(np.zeros((0, 0, 0))))) == f(np.zeros((0, 0, 0))).shape
    assert np.linalg.det(empty) == 1.0


def test_stacks_of_matrices_and_of_right_sides():
    a = np.random.default_rng(0).normal(size=(2, 3, 4, 4))
    b = np.random.default_rng(1).normal(size=(3, 4, 2))
    v = array(np.vectorize(Value, otypes=[object])(a))
    v[0] = a[0]  # floats among Values
    for found, expected in (
        (np.linalg.det(v), np.linalg.det(a)), (np.linalg.inv(v), np.linalg.inv(a)),
        (np.linalg.solve(v, b), np.linalg.solve(a, b)), (np.linalg.solve(a, array(b)), np.linalg.solve(a, b)),
        (np.linalg.solve(v, b[0, :, 0]), np.linalg.solve(a, b[0, :, 0])),
    ):  # fmt: skip  # in few lines
        assert found.shape == expected.shape
        assert floats(found) == pytest.approx(expected, rel=1e-11)


def test_what_numpy_refuses_is_refused():
    singular = array([[Value(1.0), 2.0], [2.0, 4.0]])
    for f in (np.linalg.inv, lambda a: np.linalg.solve(a, [1.0, 2.0])):
        with pytest.raises(np.linalg.LinAlgError, match="Singular matrix"):
            f(singular)
    for slip in ([[-1.0]], [[1.0, 0.0], [2.0, 1.0]], [[np.nan]]):
        with pytest.raises(np.linalg.LinAlgError, match="Matrix is not positive definite"):
            np.linalg.cholesky(array(slip))
    for slip in (array([[1.0, 2.0]]), array([1.0]), array(1.0), Value(1.0), array(np.ones((2, 1, 3)))):
        for f in (np.linalg.det, np.linalg.inv, np.linalg.cholesky, lambda a: np.linalg.solve(a, np.ones(2))):
            with pytest.raises(np.linalg.LinAlgError, match=r"must be square|must be at least two-dimensional"):
                f(slip)


def test_a_compiled_solution_is_guarded_by_its_pivots():
    f = lambda a, b: np.linalg.solve(array(a), b).tolist()
    step = autograd.compile(lambda a, b: f(a, b))
    for a in ([[4.0, 1.0], [1.0, 3.0]], [[5.0, 1.0], [2.0, 3.0]], [[1.0, 4.0], [3.0, 1.0]]):
        assert step(a, [1.0, 2.0]) == pytest.approx(np.linalg.solve(a, [1.0, 2.0]).tolist(), rel=1e-14)
