"""Jacobians of real layers: the numeric ones are right, and what cannot be known is left out."""

import pytest

from autograd import gradcheck
from autograd.check.backward_pass import to_backward_pass
from tests.helpers.optional_numpy import np

pytest.importorskip("numpy", reason='needs NumPy: pip install -e ".[replay]"')

from autograd.check.explain import evidence


def jacobians(f, vjp, inputs):
    return {e.name: e for e in evidence.jacobians(to_backward_pass(f, vjp, inputs, None))}


def tanh_layer(x, w):
    return np.tanh(x @ w)


def tanh_layer_back(u, x, w):
    d = u * (1 - np.tanh(x @ w) ** 2)
    return d @ w.T, x.T @ d


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_both_jacobians_of_a_right_layer_agree(dtype):
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(4, 3)).astype(dtype), rng.normal(size=(3, 2)).astype(dtype)
    found = jacobians(tanh_layer, tanh_layer_back, [x, w])
    assert [e.claimed.shape for e in found.values()] == [(4, 2, 4, 3), (4, 2, 3, 2)]
    assert all(e.same(e.claimed, e.right) for e in found.values())
    assert all(e.tolerance < 3e-3 * abs(e.right).max() for e in found.values())
    assert set(found["x"].arrays) == {"x", "w", "the result"}
    assert set(found["x"].others) == {"w"}


def test_short_floats_many_numbers_and_kinks_are_left_out():
    x = np.ones((2, 3))
    assert jacobians(lambda x: 2 * x, lambda u, x: 2 * u, [x.astype("float16")]) == {}
    assert jacobians(lambda x: 2 * x, lambda u, x: 2 * u, [np.ones(501)]) == {}
    assert jacobians(lambda x: abs(x), lambda u, x: u, [np.array([1.0, 1e-9])]) == {}


def test_a_gradient_that_is_rounding_only_is_left_out():
    def softmax(x, b):
        p = np.exp(x + b)
        return p / p.sum(axis=1, keepdims=True)

    def back(u, x, b):
        p = softmax(x, b)
        d = p * (u - (u * p).sum(axis=1, keepdims=True))
        return d, d.sum(axis=1, keepdims=True)

    rng = np.random.default_rng(0)
    inputs = [rng.normal(size=(4, 5)), rng.normal(size=(4, 1))]
    assert set(jacobians(softmax, back, inputs)) == {"x"}
    report = gradcheck(softmax, inputs, vjp=back)
    assert "FAIL" not in {check.verdict for check in report.checks}, report  # nor is it called nonlinear


def test_ties_are_axes_along_which_only_equal_places_interact():
    e = jacobians(
        tanh_layer, tanh_layer_back, [np.array([[0.3, -0.2], [0.7, 0.1]]), np.array([[1.0, 0.5], [0.4, 2.0]])]
    )
    assert e["x"].ties(e["x"].right) == {(0, 0)}
    assert e["w"].ties(e["w"].right) == {(1, 1)}
    assert not e["w"].is_stacked(0)
    stacked = jacobians(lambda x: [x**2, x**3], lambda u, x: 2 * x * u[0] + 3 * x**2 * u[1], [np.ones(3)])
    assert stacked["x"].is_stacked(0)


def test_a_recurrence_is_known_by_what_depends_on_earlier_places():
    x = np.random.default_rng(0).normal(size=(4, 3))
    e = jacobians(lambda x: np.cumsum(x, axis=0), lambda u, x: np.cumsum(u[::-1], axis=0)[::-1], [x])["x"]
    assert (e.recurs(0), e.recurs(1)) == (True, False)


def test_what_passes_through_few_numbers_is_structured_and_noise_is_not():
    rng = np.random.default_rng(0)
    right = rng.normal(size=(4, 5, 6, 3))
    few = evidence.Evidence(right + np.einsum("ab,cd->abcd", right[..., 0, 0], right[0, 0]), right, 2, 1e-5)
    assert few.is_structured()
    assert not evidence.Evidence(right + rng.normal(size=right.shape), right, 2, 1e-5).is_structured()


def test_a_result_or_argument_of_uneven_shape_is_one_row_of_numbers():
    found = jacobians(lambda p: [p["w"] * 2, 3.0], lambda u, p: {"w": 2 * u[0]}, [{"w": np.array([1.0, 2.0])}])
    assert found["p"].claimed.shape == (3, 2)


def test_the_gradient_of_one_number_has_the_axes_of_its_argument_only():
    a, b = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array(5.0)
    found = jacobians(lambda a, b: np.sum(a**2) / 2 + 3 * b, lambda u, a, b: (u * a, 2 * u), [a, b])
    matrix, number = found["a"], found["b"]
    assert (matrix.name, matrix.right.shape, matrix.n_out) == ("a", (2, 2), 0)
    assert (number.right.shape, round(float(number.right), 6), float(number.claimed)) == ((), 3.0, 2.0)
    assert matrix.count(matrix.right) == 4
    assert [words for _, words in matrix.axes()] == ["axis 0", "axis 1"]


def test_subsets_begin_with_the_small_ones():
    assert list(evidence.subsets([])) == []
    assert list(evidence.subsets("ab")) == [("a",), ("b",), ("a", "b")]
