"""Operations on any number of arguments: sums, dot, lengths, softmax and its relatives."""

import pickle
from fractions import Fraction
from functools import partial
from math import inf, nan, ulp

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, dot, grad, hessian, hvp, jacobian, jvp, no_grad, value_and_grad
from autograd.table import TABLE, Op
from tests.helpers.nodes import Special, record
from tests.helpers.orders import along

pytestmark = pytest.mark.filterwarnings("ignore:.* is born at|.*:RuntimeWarning")


@given(st.lists(st.tuples(st.floats(), st.floats()), max_size=4), st.floats(), st.data())
def test_dot_records_what_its_row_does(pairs, bias, data):
    """Weights, inputs and bias mix Values, a derived class, floats and ints."""
    kinds = st.sampled_from([Value, Special, float]) if data.draw(st.booleans()) else st.just(Value)
    inputs = data.draw(st.sampled_from([kinds, st.just(float), st.just(lambda x: 3)]))
    w, x = [data.draw(kinds)(w) for w, _ in pairs], [data.draw(inputs)(x) for _, x in pairs]
    b = data.draw(kinds)(bias)
    fast, slow = dot(w, x, b), Op.__call__(dot, w, x, b)
    assert type(fast) is type(slow)
    if isinstance(fast, Value):
        assert record(fast) == record(slow)
    else:
        assert fast.hex() == slow.hex()


def test_dot_is_an_operation_like_its_siblings():
    assert TABLE["dot"] is dot is autograd.dot
    assert (dot.symbol, repr(dot), dot.name) == ("Σ", "<op dot>", "dot")
    assert pickle.loads(pickle.dumps(dot)) is dot
    assert dot.__doc__.startswith("dot(weights, inputs, bias=0.0)")


def test_dot_leaves_what_it_need_not_know_to_the_row():
    v = Value(2.0)
    with no_grad():
        assert dot([v], [v], v).args == ()
    v.requires_grad = False
    assert dot([v], [v], v).args == ()
    assert dot([Fraction(1, 3)], [3], 1) == 2
    with pytest.raises(ValueError, match="1 weights and 2 inputs given"):
        dot([v], [v, v])


def test_softmax_gives_one_result_for_each_argument():
    xs = [Value(1000.0), Value(0.0), Value(-1000.0)]
    logs = autograd.log_softmax(xs)
    logs[1].backward()
    assert [y.data for y in logs] == [0.0, -1000.0, -2000.0]
    assert [x.grad for x in xs] == [-1.0, 1.0, 0.0]
    shares = autograd.softmax(1.0, 2.0, 3.0)
    assert sum(shares) == pytest.approx(1, abs=1e-15)
    assert autograd.softmax([1.0, 2.0, 3.0], index=1) == shares[1]
    assert [autograd.softmax([1.0, 2.0, 3.0], index=i) for i in (-3, -2, -1)] == shares
    for index in (3, -4, 1.0, True):
        with pytest.raises(ValueError, match=rf"^index: expected one of the 3 arguments of softmax\(\), got {index}$"):
            autograd.softmax(1.0, 2.0, 3.0, index=index)


SURE = [([30.0, 0.0, -1.0], 0), ([-3.0, 50.0, 0.5, 0.25], 1), ([0.0, 700.0], 1), ([0.1, 0.2, 0.3], 2)]


@pytest.mark.parametrize(("zs", "sure"), SURE)
def test_the_second_derivatives_of_logsumexp_are_exact_and_sum_to_0_when_one_class_is_sure(zs, sure):
    mpmath = pytest.importorskip("mpmath", reason="needs mpmath, which the extra dev has")
    with mpmath.workdps(700):
        whole = mpmath.fsum(mpmath.exp(z) for z in zs)
        p = [mpmath.exp(z) / whole for z in zs]
        true = [[float(p[i] * (1 - p[i]) if i == j else -p[i] * p[j]) for j in range(len(zs))] for i in range(len(zs))]
    losses = [lambda z: autograd.logsumexp(*z), lambda z: -autograd.log_softmax(z, index=sure)]
    losses.append(lambda z: -autograd.log_softmax(z)[sure])
    for f in losses:
        for found in (
            hessian(f)(zs),
            [hvp(f)(zs, [float(j == k) for j in range(len(zs))]) for k in range(len(zs))],
            [[along(along(lambda *z, f=f: f(z), i), j)(*zs) for j in range(len(zs))] for i in range(len(zs))],
        ):
            for row, right in zip(found, true, strict=True):
                assert list(row) == [pytest.approx(x, rel=8 * 2.0**-52 * (1 + max(zs) - min(zs))) for x in right]
                assert abs(sum(row)) <= 8 * ulp(max(map(abs, row)))
    shares = jacobian(lambda z: autograd.softmax(z))(zs)
    assert [list(row) for row in shares] == [[pytest.approx(x, rel=1e-12) for x in row] for row in true]
    assert hvp(losses[0])(zs, [1.0] * len(zs)) == pytest.approx([0.0] * len(zs), abs=8 * 2.0**-52 * true[sure][sure])


def test_a_sure_class_among_several_outputs_keeps_the_small_parts_of_a_sum():
    mpmath = pytest.importorskip("mpmath", reason="needs mpmath, which the extra dev has")
    weights, zs = [1.0, 0.5, 0.25], [30.0, 0.0, -1.0]
    with mpmath.workdps(60):
        whole = mpmath.fsum(mpmath.exp(z) for z in zs)
        p = [mpmath.exp(z) / whole for z in zs]
        mean = mpmath.fsum(w * q for w, q in zip(weights, p, strict=True))
        true = [float(q * (w - mean)) for w, q in zip(weights, p, strict=True)]

    def f(z):
        return sum(w * q for w, q in zip(weights, autograd.softmax(z), strict=True))

    assert grad(f)(zs) == pytest.approx(true, rel=1e-14)


def test_the_greatest_of_a_thousand_classes_is_as_exact_as_the_others():
    mpmath = pytest.importorskip("mpmath", reason="needs mpmath, which the extra dev has")
    zs = [0.001 * k % 0.37 for k in range(1000)]
    with mpmath.workdps(60):
        whole = mpmath.fsum(mpmath.exp(z) for z in zs)
        p = [mpmath.exp(z) / whole for z in zs]
        for i in (5, zs.index(max(zs))):
            found = grad(lambda z, i=i: autograd.log_softmax(z)[i])(zs)
            for j in range(1000):
                true = (i == j) - p[j]
                assert abs(found[j] - true) <= 8 * ulp(float(true))


@pytest.mark.parametrize(
    ("zs", "value", "slope"),
    [
        ([1.0, inf], inf, [0.0, 1.0]),
        ([-inf], -inf, [1.0]),
        ([-inf, 0.0], 0.0, [0.0, 1.0]),
        ([-inf, -inf], -inf, [nan, nan]),
    ],
)
def test_one_infinite_class_takes_all(zs, value, slope):
    same = partial(pytest.approx, nan_ok=True)
    assert value_and_grad(lambda z: autograd.logsumexp(z))(zs) == (value, same(slope))
    assert autograd.softmax(zs) == same(slope)
    for k in range(len(zs)):
        assert autograd.softmax(zs, index=k) == same(slope[k])
        expected = [float(j == k) - p for j, p in enumerate(slope)]
        for f in (lambda z, k=k: autograd.log_softmax(z, index=k), lambda z, k=k: autograd.log_softmax(z)[k]):
            y, found = value_and_grad(f)(zs)
            assert found == same(expected)
            assert autograd.exp(y) == same(slope[k])


@pytest.mark.parametrize("name", ["log_softmax", "softmax"])
@pytest.mark.parametrize("zs", [[50.0, 0.0, -1.0], [-3.0, 0.5, 40.0, 0.25]])
def test_a_class_that_is_nearly_sure_keeps_its_derivatives_in_every_mode(name, zs):
    pytest.importorskip("numpy", reason="needs numpy, for autograd.compile")
    op, n = getattr(autograd, name), len(zs)
    expected = [grad(lambda z, i=i: op(z, index=i))(zs) for i in range(n)]
    assert 0 < expected[zs.index(max(zs))][zs.index(max(zs))] < 1e-15
    for derivatives in (
        jacobian(op)(zs),
        autograd.compile(jacobian(op))(zs),
        [[jvp(lambda *z, i=i: op(z)[i])(tuple(zs), tuple(float(k == j) for k in range(n)))[1] for j in range(n)]
         for i in range(n)],
    ):  # fmt: skip  # in few lines
        assert [list(row) for row in derivatives] == [pytest.approx(row, rel=1e-14) for row in expected]


def test_a_softmax_of_n_numbers_is_a_graph_of_about_n_edges():
    for n in (10, 1000):
        zs = [Value(0.01 * k) for k in range(n)]
        graph = autograd.trace(autograd.sum(autograd.softmax(zs))).graph
        assert sum(len(row.args) for row in graph.rows) == 14 * n + 21
