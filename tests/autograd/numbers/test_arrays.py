"""NumPy's functions on arrays of numbers that record give what they give on floats, or say what to write."""

import copy
import itertools
import json
import math
import pickle
import statistics
import warnings
from typing import Any

import pytest

import autograd
from autograd import Value, grad, hessian, jacobian, jvp, value_and_grad, vjp

np = pytest.importorskip("numpy")
array = autograd.array
Array = type(array([Value(1.0)]))
nan, inf = math.nan, math.inf
VECTORS = [
    [0.3, -1.2, 2.5, 0.9], [1.0, 1.0, 0.5, 1.0], [1.0, nan, 0.5, 2.0], [nan, 2.0, nan, 1.0], [1.0, inf, -inf, 2.0],
    [0.0, -0.0, 1.0, 0.0],
]  # fmt: skip  # in few lines

#: Expressions in an array a of four numbers and its 2 × 2 matrix m.
CALLS = """
np.std(a)
np.var(m, axis=0)
np.polyval([1.0, 2.0, 3.0], a)
np.polyval(a, 2.0)
np.allclose(a, a + 1e-9)
np.allclose(a, [1.0, 1.0, 0.5, 1.0])
np.isclose(a, 1.0)
np.array_equal(a, a + 0.0)
np.conjugate(a)
a.conj()
np.real(a)
np.imag(a)
a.real
np.isfinite(a)
np.isnan(m)
np.isinf(a)
np.isposinf(a)
np.signbit(a)
np.max(a)
np.min(m, axis=1)
m.max(axis=0, keepdims=True)
np.amax(m, axis=(0, 1))
np.max(a, initial=0.7)
np.max(a, where=[True, False, True, True], initial=-5.0)
np.maximum.reduce(m)
np.minimum.accumulate(a)
np.nanmax(a)
np.nansum(a)
np.ptp(a)
np.maximum(a, a[::-1])
np.clip(a, -1.0, 1.0)
a.clip(None, a[3])
np.argmax(a)
m.argmin(axis=1)
np.sort(a)
np.sort(m, axis=None)
np.argsort(a)
np.partition(a, 2)
np.argpartition(a, 3)[3]
np.searchsorted([0.0, 1.0], a)
np.digitize(a, [0.0, 1.0])
np.median(a)
np.median(m, axis=0)
np.percentile(a, 30.0)
np.quantile(a, [0.1, 0.7])
np.linalg.norm(a)
np.linalg.norm(a, 1)
np.linalg.norm(a, inf)
np.linalg.norm(m, axis=1)
np.linalg.norm(m)
np.sign(a)
np.round(a)
np.floor(a) + np.ceil(a) + np.trunc(a)
np.abs(a)
np.sinc(a / 4.0)
np.heaviside(a, 0.5)
np.copysign(2.0, a)
np.logical_and(a > 0, a)
np.logical_not(a)
a.any() + a.all()
np.sum(a) + a.mean() + np.prod(a)
np.cumsum(a)
np.cumprod(m, axis=1)
np.diff(a)
np.dot(a, a)
m @ a[:2]
np.einsum("ij,j->i", m, a[:2])
np.outer(a, a)
np.cross(a[:3], a[1:])
np.kron(m, m)
np.trace(m)
np.convolve(a, [1.0, 2.0])
np.trapezoid(a)
np.average(a, weights=[1.0, 2.0, 3.0, 4.0])
np.where(a > 0, a, 0.0)
np.concatenate([a, [1.0]])
np.stack([a, a]).max(axis=0)
np.split(a, 2)[1]
np.linalg.det(m)
np.linalg.matrix_power(m, 3)
"""
CALLS = CALLS.strip().splitlines()


def values(x: Any) -> Any:
    return array(np.vectorize(Value, otypes=[object])(x))


def plain(y: Any) -> Any:
    """Return an answer as an array of floats."""
    flat = np.asarray(y).ravel().tolist()
    return np.array([getattr(x, "data", x) for x in flat], dtype=float).reshape(np.shape(y))


def evaluate(text: str, a: Any) -> Any:
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return eval(text, {"np": np, "a": a, "m": a.reshape(2, 2), "inf": inf})


def in_reverse(text: str, x: Any) -> Any:
    """Return the answer inside vjp, times 1, since a truth or an index is no number that could have a gradient."""
    return vjp(lambda a: np.asarray(evaluate(text, a)) * 1.0)(x)[0]


KINDS = {
    "Values": lambda text, x: evaluate(text, values(x)),
    "Values and floats": lambda text, x: evaluate(text, array([*map(Value, x[:2]), *x[2:]])),
    "vjp": in_reverse,
    "jvp": lambda text, x: jvp(lambda a: np.asarray(evaluate(text, a)) * 1.0)((x,), (x,))[0],
    "jvp of vjp": lambda text, x: jvp(lambda a: in_reverse(text, a))((x,), (x,))[0],
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of nan
@pytest.mark.parametrize("text", CALLS)
def test_functions_of_numpy_give_what_they_give_on_floats(text):
    for numbers in VECTORS:
        x = np.array(numbers)
        expected = evaluate(text, x)
        for kind, call in KINDS.items():
            if text.startswith(("np.median", "np.percentile", "np.quantile")) and np.isnan(x).any():
                with pytest.raises(ValueError, match=r"^np\.\w+: expected numbers, got a nan"):
                    call(text, x)
                continue
            found = call(text, x)
            assert np.shape(found) == np.shape(expected), kind
            assert np.allclose(plain(found), expected, rtol=1e-14, atol=1e-300, equal_nan=True), (kind, numbers)


REFUSED = [
    ("np.fmax(a, 1.0)", "ignores nan, whose gradient would be lost: use np.maximum"),
    ("np.nan_to_num(a)", r"use np\.where\(np\.isnan\(a\), 0\.0, a\)"),
    ("np.unique(a)", r"np\.unique: no gradient flows through it; give it numbers, \[v\.data for v in a\]"),
    ("np.union1d(a, a)", r"np\.unique: no gradient"),
    ("np.histogram(a)", r"no gradient flows through it"),
    ("np.interp(a, [0.0, 1.0], [0.0, 1.0])", "np.interp: NumPy cannot compute it on Values"),
    ("np.modf(a)", "np.modf: NumPy cannot compute it on Values; use other operations"),
    ("np.logaddexp2(a, 2.0)", r"np.logaddexp2: use np\.logaddexp"),
    ("np.linalg.lstsq(m, a[:2])", r"np\.linalg\.lstsq: use np\.linalg\.solve\(a\.T @ a, a\.T @ b\)"),
    ("np.linalg.slogdet(m)", r"use np\.log\(abs\(np\.linalg\.det\(a\)\)\)"),
    ("np.linalg.eigh(m)", r"np\.linalg\.eigh: NumPy cannot compute it on Values"),
    ("np.linalg.norm(m, 2)", "expected ord to be None, or 1, 2, inf or -inf for vectors, got 2"),
    ("np.fft.fft(a)", r"np\.fft\.fft: NumPy cannot compute it on Values"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_other_functions_are_refused_and_say_what_to_write(text, message):
    for a in (values([1.0, 2.0, 3.0, 4.0]), values([nan, 2.0, 3.0, 4.0])):
        with pytest.raises(TypeError, match=message):
            evaluate(text, a)


@pytest.mark.parametrize(
    "choose", ["np.max(a)", "a.max()", "np.amax(a, axis=0)", "np.maximum.reduce(a)", "-np.min(-a)"]
)
def test_all_that_are_equal_share_the_gradient_of_a_maximum(choose):
    f = lambda a: evaluate(choose, a)
    assert grad(f)(np.array([2.0, 2.0, 0.0, 2.0])).tolist() == pytest.approx([1 / 3, 1 / 3, 0.0, 1 / 3])
    assert jvp(f)((np.array([2.0, 2.0, 0.0, 2.0]),), (np.array([3.0, 0.0, 5.0, 0.0]),))[1] == pytest.approx(1.0)
    assert hessian(f)(np.array([2.0, 1.0, 0.0, 2.0])).tolist() == np.zeros((4, 4)).tolist()


def test_two_numbers_that_are_equal_share_the_gradient_in_each_place():
    slopes = grad(lambda a: (np.maximum(a, [1.0, 0.0]) + np.clip(a, 1.0, 2.0)).sum())(np.array([1.0, 3.0]))
    assert slopes.tolist() == [1.5, 1.0]
    assert grad(lambda a: np.linalg.norm(a, inf))(np.array([2.0, -2.0])).tolist() == [0.5, -0.5]
    assert grad(np.linalg.norm)(np.array([0.0, 0.0])).tolist() == [0.0, 0.0]
    assert grad(lambda a: np.max(a, initial=2.0))(np.array([2.0, 0.0])).tolist() == [0.5, 0.0]


def test_a_sorted_number_has_the_gradient_of_its_place():
    weights = np.array([1.0, 10.0, 100.0])
    assert grad(lambda a: np.sort(a) @ weights)(np.array([3.0, 1.0, 2.0])).tolist() == [100.0, 1.0, 10.0]
    assert grad(lambda a: np.sort(a) @ weights)(np.array([1.0, 1.0, 0.0])).tolist() == [10.0, 100.0, 1.0]  # stable
    assert grad(np.median)(np.array([3.0, 1.0, 2.0, 7.0])).tolist() == [0.5, 0.0, 0.5, 0.0]
    assert grad(lambda a: np.quantile(a, 0.25))(np.array([3.0, 1.0, 2.0])).tolist() == [0.0, 0.5, 0.5]


def test_sinc_has_its_second_derivative_at_zero():
    second = hessian(lambda a: np.sinc(a).sum())(np.array([0.0]))
    assert second[0, 0] == pytest.approx(-(math.pi**2) / 3)


def test_functions_take_arrays_and_operators_return_them():
    seen = []

    def f(a):
        b = [a, a[1:], 2.0 * a, a @ np.ones((2, 2)), np.where(a > 1, a, 0.0), np.stack([a, a]), a.copy(), np.exp(a)]
        b += [a[0] * np.ones(2), np.ones(2) - a[0], np.split(a, 2)[0], np.sqrt(a, out=np.empty_like(a))]
        seen.extend(b)
        a = a.copy()
        a += 1.0
        a[0] = 3.0
        np.add.at(a, [0, 0], 1.0)
        return a.sum()

    x = np.array([1.0, 2.0])
    assert grad(f)(x).tolist() == [0.0, 1.0]
    jvp(f)((x,), (x,))
    grad(lambda a: grad(f)(a).sum() + a.sum())(x)
    assert {type(b) for b in seen} == {Array}
    assert all(isinstance(b, np.ndarray) for b in seen)


def test_results_of_floats_are_arrays_of_floats():
    x = np.array([1.0, 2.0])
    f = lambda a: (a * a).sum()
    for found in (
        grad(f)(x), value_and_grad(f)(x)[1], jacobian(np.sort)(x), hessian(f)(x), vjp(np.exp)(x)[0],
        vjp(np.exp)(x)[1](x)[0], *jvp(np.exp)((x,), (x,)), autograd.hvp(f)(x, x),
    ):  # fmt: skip  # in few lines
        assert type(found) is np.ndarray
        assert found.dtype == float


def test_arrays_are_copied_and_pickled_with_their_values():
    a = values([[1.0, 2.0], [3.0, 4.0]])
    for b in (a.copy(), copy.copy(a), copy.deepcopy(a), pickle.loads(pickle.dumps(a))):
        assert type(b) is Array
        assert plain(b).tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert b[0, 0] is not a[0, 0]
    assert json.loads(autograd.trace(a.max()).to_json())
    assert repr(a[0]) == "Array([Value(data=1.0, grad=0.0), Value(data=2.0, grad=0.0)], dtype=object)"


def test_array_takes_numbers_in_lists_and_arrays():
    v = Value(2.0)
    a = array([[v, 1], [np.float32(0.5), 3.0]])
    assert (type(a), a.shape, a[0, 0] is v) == (Array, (2, 2), True)
    assert [type(x) for x in a.ravel()[1:]] == [float, float, float]
    assert array(v).shape == array(3.0).shape == ()
    assert array(np.ones((2, 1))).tolist() == [[1.0], [1.0]]
    for slip in ([v, "x"], [v, None], [1j], [[v, v], [v]], [10**400]):
        with pytest.raises((TypeError, OverflowError), match=r"^numbers\[\d\]: expected a number"):
            array(slip)


def test_scalars_ask_for_functions_that_are_no_ufuncs():
    v = Value(2.0)
    assert np.isclose(v, 2.0)
    assert np.allclose([2.0, 2.0], v)
    assert np.linalg.norm(np.stack([v, Value(0.0)])).data == 2.0
    assert np.where(v > 1, v, 0.0)[()] is v


def test_a_compiled_function_has_them_too():
    f = lambda xs: (array(xs).max() + np.linalg.det(array(xs).reshape(2, 2)) + np.exp(array(xs)).sum()) * 1.0
    step = autograd.compile(value_and_grad(f))
    for numbers in ([1.0, 2.0, 3.0, 5.0], [4.0, 2.0, 3.0, 7.0]):
        y, slopes = step(numbers)
        expected, others = value_and_grad(f)(numbers)
        assert y == pytest.approx(expected, rel=1e-14)
        assert slopes == pytest.approx(others, rel=1e-13)


def test_statistics_are_refused_with_what_to_write():
    for name in ("mean", "fmean", "stdev", "variance", "pstdev"):
        with pytest.raises(TypeError, match=r"autograd\.mean for statistics\.mean"):
            getattr(statistics, name)([Value(1.0), Value(3.0)])
    assert statistics.median([Value(1.0), Value(3.0)]).data == 2.0
    assert autograd.mean([Value(1.0), Value(3.0)]).data == np.mean(values([1.0, 3.0])).data == 2.0


def test_numpys_own_arrays_of_values_ask_nobody():
    """autograd.array says so; in these, one of a tie has all of the gradient."""
    a = np.array([Value(3.0), Value(3.0)])
    assert type(a) is np.ndarray
    assert a.max().args == ()
    assert array(a).max().op.name == "max"
    assert [len(set(pair)) for pair in itertools.combinations(array(a).ravel(), 2)] == [2]
