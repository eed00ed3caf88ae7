"""Calls of NumPy on awkward arrays: a value as on floats, or an error that says what to write."""

import math
import re
import warnings

import pytest

import autograd
from autograd import Value, grad, hessian

np = pytest.importorskip("numpy")
array = autograd.array
nan, inf = math.nan, math.inf

NUMBERS = {
    "vector": [0.3, -1.2, 2.5, 0.9], "ties": [1.0, 1.0, 0.5, 1.0], "nan": [1.0, nan, 0.5, 2.0],
    "inf": [1.0, inf, -inf, 2.0], "matrix": [[2.0, 0.5], [0.5, 1.0]], "singular": [[1.0, 2.0], [2.0, 4.0]],
    "stack": [[[2.0, 0.5], [0.5, 1.0]], [[0.0, 1.0], [1.0, 3.0]]], "oblong": [[1.0, 2.0, 3.0], [0.0, -1.0, 5.0]],
    "1 × 1": [[3.0]], "0-d": 3.0, "empty": [], "0 × 0": np.zeros((0, 0)), "0 × 3": np.zeros((0, 3)),
    "2 × 0": np.zeros((2, 0)),
}  # fmt: skip  # a table

CALLS = """
np.max(a)
np.max(a, axis=0)
np.min(a, axis=-1)
np.max(a, axis=())
np.max(a, axis=(0, 1))
np.max(a, keepdims=True)
np.max(a, initial=0.7)
np.max(a, where=a > 0, initial=0.5)
a.max()
a.min(axis=0, initial=0.0)
np.ptp(a)
np.nanmax(a)
np.nanmean(a)
np.nanquantile(a, 0.3)
np.sum(a)
np.sum(a, axis=())
np.sum(a, axis=(0, 1))
np.sum(a, axis=0, keepdims=True)
np.sum(a, initial=2.0)
np.sum(a, where=a > 0)
np.sum(a, dtype=float)
np.prod(a, where=a > 0, initial=2.0)
np.mean(a)
np.mean(a, where=a > 0)
np.mean(a, axis=(0, 1))
np.mean(a, keepdims=True)
np.var(a)
np.std(a, ddof=1)
np.var(a, where=a > 0)
a.std()
np.add.reduceat(a, [0, 1])
np.maximum.reduceat(a, [0, 1])
np.add.accumulate(a)
np.multiply.outer(a, a)
np.hypot.reduce(a)
np.logical_and.reduce(a)
np.cov(a)
np.cov(a, bias=True)
np.corrcoef(a)
np.percentile(a, 30)
np.percentile(a, [30, 70], axis=0)
np.quantile(a, 0.3, keepdims=True)
np.quantile(a, 0.3, method="nearest")
np.median(a)
np.median(a, axis=0)
np.median(a, keepdims=True)
np.average(a, weights=np.ones(a.shape))
np.average(a, returned=True)
np.sort(a)
np.argsort(a)
np.argmax(a)
np.lexsort((a, a))
np.searchsorted([0.0, 1.0], a)
np.linalg.norm(a)
np.linalg.norm(a, 1)
np.linalg.norm(a, "fro")
np.linalg.norm(a, inf, axis=0)
np.linalg.norm(a, 3)
np.linalg.norm(a, keepdims=True)
np.linalg.matrix_norm(a)
np.linalg.vector_norm(a)
np.linalg.det(a)
np.linalg.inv(a)
np.linalg.solve(a, a)
np.linalg.solve(a, np.ones(a.shape[-1:]))
np.linalg.cholesky(a)
np.linalg.cholesky(a, upper=True)
np.linalg.matrix_power(a, -1)
np.linalg.eigvals(a)
np.linalg.qr(a)
np.matmul(a, a)
np.dot(a, a)
np.vdot(a, a)
np.vecdot(a, a)
np.linalg.vecdot(a, a)
np.matvec(a, np.ones(a.shape[-1:]))
np.vecmat(np.ones(a.shape[-2:-1]), a)
np.outer(a, a)
np.trace(a)
np.cumsum(a)
np.diff(a)
np.gradient(a)
np.convolve(a, a)
np.interp(a, [0.0, 1.0], [2.0, 3.0])
np.clip(a, a_min=0.0, a_max=None)
np.clip(a, min=0.0, max=1.0)
np.where(a > 0, a, -a)
~(a > 0)
np.isnan(np.pad(a, 1))
np.pad(a, 1)
np.pad(a, 1, mode="edge")
np.pad(a, 1, "maximum")
np.pad(a, 1, mode="median")
np.divmod(a, 2.0)
np.degrees(a)
np.logaddexp(a, a)
np.take_along_axis(a, np.zeros(a.shape, int), -1)
np.copyto(np.zeros(a.shape), a)
np.add(np.ones(a.shape), a, out=np.ones(a.shape))
np.fft.fft(a)
"""
CALLS = CALLS.strip().splitlines()

#: Errors that say what to write, ours or NumPy's own for a wrong shape or option.
PLAIN = re.compile(
    r"^np\.[\w.]+: .*(use |expected )|^np\.\w+ ignores nan.*use |use v\.data for the number|takes at least one number"
    r"|Singular matrix|not positive definite"
)
INTERNAL = re.compile(r"object has no attribute|not subscriptable|ufunc|dtype\('O'\)|<lambda>|core dimension")


def values(x):
    return np.vectorize(Value, otypes=[object])(x)


KINDS = {
    "array": lambda x: array(values(x)),
    "array of Values and floats": lambda x: array([*map(Value, x[:1]), *x[1:]]) if x.ndim == 1 else array(values(x)),
    "array of floats": array,
}


def evaluate(text, a):
    """Return the answer as floats, or the error."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return plain(eval(text, {"np": np, "a": a, "inf": inf}))
        except Exception as error:
            return error


def plain(answer):
    if isinstance(answer, tuple):
        return tuple(map(plain, answer))
    flat = [getattr(x, "data", x) if hasattr(x, "__apply__") else x for x in np.asarray(answer).ravel().tolist()]
    assert not any(x is None for x in flat)
    return np.array(flat, dtype=float).reshape(np.shape(answer))


def same(found, expected):
    if isinstance(expected, tuple):
        return len(found) == len(expected) and all(map(same, found, expected))
    return found.shape == expected.shape and np.allclose(found, expected, rtol=1e-13, atol=1e-300, equal_nan=True)


@pytest.mark.parametrize("text", CALLS)
def test_a_call_gives_what_it_gives_on_floats_or_says_what_to_write(text):
    for name, numbers in NUMBERS.items():
        x = np.array(numbers, dtype=float)
        expected = evaluate(text, x)
        for kind, build in KINDS.items():
            found = evaluate(text, build(x))
            case = f"{kind}, {name}: {found!r}, on floats {expected!r}"
            if not isinstance(found, Exception):
                assert isinstance(expected, Exception) or same(found, expected), case
            elif isinstance(expected, Exception):
                assert isinstance(found, type(expected) | TypeError | ValueError), case
                assert not INTERNAL.search(str(found)) or str(found) == str(expected), case
            else:
                assert isinstance(found, TypeError | ValueError), case
                assert PLAIN.search(str(found)), case
                assert not INTERNAL.search(str(found)), case


CHANGES = """
z += v
z *= a
z -= a
z **= v
np.add(z, v, out=z)
np.add.at(z, [0], v)
np.exp(a, out=z)
np.matmul(np.ones((2, 2)), a, out=z)
np.sum(a, out=np.zeros(()))
np.max(a, out=np.zeros(()))
np.clip(a, 0.0, 1.0, out=z)
np.cumsum(a, out=z)
np.take(a, [0, 1], out=z)
np.copyto(z, a)
np.put(z, [0], v)
np.putmask(z, [True, False], a)
np.place(z, [True, False], [v])
np.insert(z, 0, v)
np.full_like(z, v)
np.full(2, v, dtype=float)
np.array([v], dtype=float)
a.astype(float)
z[0] = v
z[:] = a
z.fill(v)
z.put([0], v)
"""


@pytest.mark.parametrize("text", CHANGES.strip().splitlines())
@pytest.mark.parametrize("dtype", [float, int, np.float32])
def test_an_array_of_floats_that_is_to_hold_values_is_refused_and_objects_are_named(text, dtype):
    z, v = np.ones(2, dtype), Value(2.0)
    with pytest.raises(TypeError, match="dtype=object"):
        exec(text, {"np": np, "z": z, "v": v, "a": array([v, 3.0])})
    assert z.tolist() == [1, 1]


def test_an_update_in_place_names_both_ways_to_write_it():
    z = np.zeros(2)
    with pytest.raises(
        TypeError, match=r"^np\.add: out: expected dtype=object, got float64; or write z = np\.add\(z, …\)$"
    ):
        z += Value(1.0)
    z = np.zeros(2, dtype=object)
    z += Value(1.0)
    assert plain(z).tolist() == [1.0, 1.0]
    answers = np.zeros(2, dtype=bool)
    assert np.less(array([Value(1.0), 3.0]), 2.0, out=answers) is answers
    assert answers.tolist() == [True, False]


def test_a_number_is_an_array_of_no_dimension():
    for a in (Value(3.0), array(3.0), array(Value(3.0))):
        for f in (np.max, np.min, np.sum, np.mean, np.prod, np.linalg.norm, np.median, np.ptp, np.nanmax, np.nanmean):
            assert plain(f(a)) == f(3.0), f
        assert (~np.greater(a, 2.0), ~np.isnan(a), ~np.less(a, 2.0)) == (False, True, True)  # ~ of Python's True is -2
    assert grad(np.max)(np.array(3.0)) == grad(np.linalg.norm)(np.array(3.0)) == 1.0
    assert autograd.compile(lambda x: np.max(array(x)) * 2.0)(3.0) == 6.0


def test_a_compiled_function_guards_a_mask_and_says_what_it_cannot_replay():
    step = autograd.compile(
        lambda x: np.max(array(x), where=array(x) > 0.0, initial=0.5) + np.sum(array(x), where=array(x) > 0)
    )
    assert [step(3.0), step(-3.0), step([3.0, -1.0]), step([-1.0, -1.0])] == [6.0, 0.5, 6.0, 0.5]
    for f in (np.sort, np.argsort, np.median, lambda a: np.quantile(a, 0.3)):
        with pytest.raises(TypeError, match=r"reads \.data of a Value while f is traced: .*use operations on Values"):
            autograd.compile(lambda xs, f=f: np.sum(f(array(xs))))([3.0, 1.0])


def test_the_formula_for_cov_gives_it():
    for x in (np.array([1.0, 2.0, 4.0]), np.array([[1.0, 2.0, 4.0], [0.0, 5.0, 1.0]])):
        with pytest.raises(TypeError) as refusal:
            np.cov(array(x))
        statement, formula = str(refusal.value).removeprefix("np.cov: use ").split("; ")
        names = {"a": array(values(x))}
        exec(statement, names)
        assert np.allclose(plain(eval(formula, names)), np.cov(x), rtol=1e-14)


def test_a_sum_of_no_products_is_0_also_where_the_answer_is_to_be_put():
    """NumPy puts None into arrays of objects."""
    a, out = array(np.zeros((2, 0))), np.empty(2, dtype=object)
    assert np.vecdot(a, a, out=out) is out
    assert out.tolist() == np.matvec(a, a[0]).tolist() == [0.0, 0.0]
    assert np.vdot(a[0], a[0]) == np.vecdot(a[0], a[0]) == 0.0


@pytest.mark.parametrize("order", [None, 2, "default"])
def test_a_norm_has_its_second_derivatives_beside_a_number_that_is_0(order):
    norm = np.linalg.vector_norm if order == "default" else lambda a: np.linalg.norm(a, order)
    assert hessian(norm)(np.array([0.0, 2.0])).tolist() == [[0.5, 0.0], [0.0, 0.0]]


def test_an_array_of_numpys_own_is_refused_with_what_to_write():
    """NumPy asks nobody before it computes on these; it meets the Values one by one."""
    a = np.array([Value(1.0), Value(3.0)])
    for f in (
        lambda: np.quantile(a, 0.3),
        lambda: np.percentile(a, 30),
        lambda: np.linalg.norm(a, 3),
        lambda: a[0].dtype,
    ):
        with pytest.raises(AttributeError, match=r"write autograd\.array for np\.array"):
            f()
    assert plain(np.quantile(array(a), 0.3)) == pytest.approx(1.6)
    assert not hasattr(a[0], "dtype")
