"""Comparisons, rounding and conversions of Values, by Python and by NumPy."""

import math
import operator
import statistics
from decimal import Decimal
from fractions import Fraction
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, grad, jvp
from autograd.table import TABLE
from tests.helpers.nodes import record


def test_an_array_of_numpy_answers_for_itself():
    numpy = pytest.importorskip("numpy")
    v, array = Value(3.0), numpy.array([1.0, 2.0])
    for both in (v + array, array + v):
        assert [type(x) for x in both] == [Value, Value]
        assert [x.data for x in both] == [4.0, 5.0]


def test_functions_of_numpy_on_arrays_of_values():
    np = pytest.importorskip("numpy")
    xs = [0.5, 0.25]
    a = np.array(list(map(Value, xs)))
    for name in (
        *("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "square", "reciprocal", "negative"),
        *("sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arctanh"),
        *("abs", "fabs", "floor", "ceil", "rint", "sign", "positive"),
    ):
        made = getattr(np, name)(a)
        expected = getattr(np, name)(np.array(xs))
        assert [getattr(y, "data", y) for y in made] == pytest.approx(expected, rel=1e-15), name
    for name in ("add", "subtract", "multiply", "divide", "power", "mod", "hypot", "arctan2"):
        made = getattr(np, name)(a, a[::-1])
        expected = getattr(np, name)(np.array(xs), np.array(xs[::-1]))
        assert [y.data for y in made] == pytest.approx(expected, rel=1e-15), name
    w = np.array([[1.0, 2.0], [3.0, 4.0]])
    total = (w @ a).sum() + a.mean() + a.max() * np.prod(a)
    total.backward()
    assert total.data == pytest.approx(4 * 0.5 + 6 * 0.25 + 0.375 + 0.5 * 0.125)
    assert [x.grad for x in a] == [4 + 0.5 + 0.125 + 0.5 * 0.25, 6 + 0.5 + 0.5 * 0.5]


@pytest.mark.parametrize("name", ["fmax", "fmin"])
def test_numpy_does_not_ignore_a_nan(name):
    np = pytest.importorskip("numpy")
    with pytest.raises(TypeError, match=f"np.{name} ignores nan, whose gradient would be lost: use np.maximum"):
        getattr(np, name)(Value(1.0), nan)


@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_numpy_takes_our_rows_where_it_asks_a_value(name):
    np = pytest.importorskip("numpy")
    choose, row = getattr(np, name), TABLE["maximum" if "max" in name else "minimum"]
    a, b = Value(2.0), Value(2.0)
    tie = choose(a, b)
    tie.backward()
    assert (tie.op, a.grad, b.grad) == (row, 0.5, 0.5)
    for other in (3, np.float32(3.0), np.array(3.0), np.longdouble(3.0), np.int8(3)):
        for y in (choose(a, other), choose(other, a)):
            assert record(y)[:2] == record(row(a, 3.0))[:2]
    assert choose(a, nan).op is choose(nan, a).op is row
    assert np.isnan([choose(a, nan).data, choose(nan, a).data]).all()
    mixed = choose(np.array([1.0, 2.0, 3.0]), a)
    assert [y.op for y in mixed] == [row] * 3
    assert [y.data for y in choose(np.array([Value(1.0), Value(3.0)]), a)] == list(choose([1.0, 3.0], 2.0))


def test_numpy_clips_by_our_row_where_it_asks_a_value():
    np = pytest.importorskip("numpy")
    x, lo = Value(5.0), Value(1.0)
    y = np.clip(x, 0, 2)
    z = np.clip(np.array([0.5, 1.5]), lo, 2.0)
    assert [type(v) for v in (y, *z)] == [Value] * 3
    assert [v.data for v in np.clip(x, [0.0, 6.0], None)] == [5.0, 6.0]
    assert np.isnan([np.clip(Value(nan), 0.0, None).data, np.clip(Value(nan), None, 1.0).data]).all()
    (y + z[0]).backward()
    assert (y.data, x.grad, lo.grad, [v.data for v in z]) == (2.0, 0.0, 1.0, [1.0, 1.5])


def test_in_arrays_of_values_numpy_compares_elements_as_python_does():
    np = pytest.importorskip("numpy")
    a, b = np.array([Value(1.0), Value(2.0)]), np.array([Value(2.0), Value(1.0)])
    assert [y.data for y in np.maximum(a, b)] == [2.0, 2.0]
    tie = np.array([Value(3.0), Value(3.0)])
    assert tie.max() in (tie[0], tie[1])  # one side is given all of the gradient
    assert tie.max().args == ()
    assert (a >= b).tolist() == [False, True]
    assert (a <= a).all()
    assert a[0] >= 1
    assert max(a) is a[1]


def test_scalars_of_numpy_compare_and_compute_with_values_as_floats_do():
    np = pytest.importorskip("numpy")
    v = Value(2.0)
    for kind in (np.float64, np.float32, np.longdouble, np.int64, np.array):
        x = kind(3)
        assert [x < v, x <= v, x > v, x >= v, x == v, x != v] == [False, False, True, True, False, True]
        assert {type(answer) for answer in (x < v, x >= v)} <= {bool, np.bool}
        for fast, slow in ((x * v, 3.0 * v), (x - v, 3.0 - v), (x / v, 3.0 / v), (x**v, 3.0**v), (x % v, 3.0 % v)):
            assert record(fast)[:3] == record(slow)[:3]
    with pytest.raises(TypeError, match=r"argument 1 of mul\(\): expected a number or a Value, got complex"):
        np.complex64(1) * v
    assert [np.isnan(v), np.isinf(v), np.isfinite(v), np.signbit(-v)] == [False, False, True, True]


@given(st.floats(-1e6, 1e6), st.floats(-1e3, 1e3).filter(lambda b: abs(b) > 1e-3))
def test_division_without_remainder_and_rounding_are_pythons_and_constant(a, b):
    for one, other in ((Value(a), b), (a, Value(b)), (Value(a), Value(b))):
        quotient, remainder = divmod(one, other)
        assert (quotient.data, remainder.data) == divmod(a, b)
        assert (one // other).data == a // b
    assert (math.trunc(Value(a)).data, round(Value(a)).data) == (math.trunc(a), round(a))
    assert autograd.grad(lambda x: (x // b) * x)(a) == a // b


def test_a_value_is_refused_where_python_would_make_it_a_plain_number():
    for convert in (int, float, complex, statistics.mean, statistics.fmean, math.exp):
        with pytest.raises(TypeError, match="no gradient would flow"):
            convert([Value(2.0)] if convert in (statistics.mean, statistics.fmean) else Value(2.0))


def test_between_values_equality_and_hash_are_identity():
    a, b = Value(1.0), Value(1.0)
    assert a != b
    assert a == a
    assert len({a, b, a}) == 2
    assert b not in [a]
    nan = Value(math.nan)
    assert nan != nan
    assert not nan == nan  # noqa: SIM201  # both operators


@given(
    st.floats(),
    st.floats()
    | st.integers(-3, 3)
    | st.fractions()
    | st.booleans()
    | st.decimals(allow_nan=False)
    | st.complex_numbers(),
)
def test_with_a_plain_number_equality_compares_data(a, b):
    assert (Value(a) == b) is (b == Value(a)) is (a == b)
    assert (Value(a) != b) is (b != Value(a)) is (a != b)


def test_what_is_no_number_equals_no_value():
    assert Value(1.0) != "1.0"
    assert Value(0.0) != None  # noqa: E711  # the operator
    assert [Value(2.0)].index(2.0) == 0
    assert [1.0, Value(2.0), "x"].count(2.0) == 1


@given(st.floats(), st.floats())
def test_comparisons_compare_data_with_values_and_numbers_and_give_bools(a, b):
    u, v = Value(a), Value(b)
    for answer, expected in [(u < v, a < b), (u <= v, a <= b), (u > v, a > b), (u >= v, a >= b)]:
        assert answer is expected
    for answer, expected in [(u < b, a < b), (a <= v, a <= b), (u > b, a > b), (a >= v, a >= b)]:
        assert answer is expected


def test_builtins_that_compare_or_add_work():
    a, b, c = Value(1.0), Value(3.0), Value(2.0)
    assert max(a, b, c) is b
    assert sorted([a, b, c]) == [a, c, b]
    assert sum([a, b, c]).data == 6.0
    assert abs(-a).data == 1.0


def test_truth_is_that_of_the_number():
    assert Value(0.5)
    assert Value(math.nan)
    assert not Value(-0.0)


def test_what_would_lose_the_gradient_says_what_to_write_instead():
    v = Value(1.0)
    for lossy in (float, math.exp, math.sqrt):
        with pytest.raises(TypeError, match=r"use v\.data .* v\.exp\(\)"):
            lossy(v)


def test_equality_and_hash_are_those_of_the_object():
    a, b = Value(1.0), Value(1.0)
    assert a != b
    assert a == a
    assert len({a, b}) == 2
    assert a not in {b}
    assert a.isclose(b)
    assert not a.isclose(1.1)


def test_order_is_that_of_the_data():
    a, b = Value(1.0), Value(2.0)
    assert (a < b, a <= b, a > b, a >= b, a <= a, a >= 1, a < 2.5) == (True, True, False, False, True, True, True)
    assert (max(a, b), min(b, a), sorted([b, a])) == (b, a, [a, b])
    assert [bool(Value(x)) for x in (0.0, -0.0, 0.5, nan)] == [False, False, True, True]
    assert not any([Value(nan) < 1, Value(nan) >= 1, Value(1.0) <= nan])


def test_a_float_would_cut_the_graph():
    for cut in (float, math.exp, lambda v: math.floor(v / 0.3) and float(v)):
        with pytest.raises(TypeError, match=r"use v\.data for the number, v\.exp\(\) for math\.exp\(v\)"):
            cut(Value(1.0))
    assert f"{Value(1.23456):.3f} {Value(2.0)}" == "1.235 Value(data=2.0, grad=0.0)"


def test_pythons_rounding_is_that_of_the_table():
    v = Value(2.5)
    assert [x.data for x in (round(v), math.floor(v), math.ceil(v), +v, v % 2)] == [2.0, 2.0, 3.0, 2.5, 0.5]
    assert +v is v


@given(
    st.one_of(st.floats(-4, 4), st.just(2.0**53), st.just(0.1)),
    st.one_of(st.fractions(-4, 4), st.integers(2**53 - 3, 2**53 + 3), st.just(Fraction(1, 10)), st.booleans()),
)
def test_a_number_is_compared_without_rounding_as_a_float_compares_it(x, other):
    for compare in (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne):
        expected = compare(x, other)
        assert compare(Value(x), other) is expected
        assert compare(other, Value(x)) is compare(other, x)
        assert grad(lambda v, compare=compare: 5 * v if compare(v, other) else v)(x) == (5.0 if expected else 1.0)
    assert (Value(0.5) == Decimal("0.5"), Value(0.5) != Decimal("0.5")) == (True, False)


def test_a_compiled_comparison_with_what_is_no_float_is_refused():
    pytest.importorskip("numpy")
    with pytest.raises(TypeError, match=r"line \d+ compares with Fraction\(1, 10\), which no float"):
        autograd.compile(lambda x: 5 * x if x > Fraction(1, 10) else x)(0.1)


@pytest.mark.parametrize("wrong", ["no", 1, None, 0.0])
def test_only_a_truth_says_whether_gradients_flow(wrong):
    v = Value(1.0)
    with pytest.raises(TypeError, match="requires_grad: expected True or False, got"):
        v.requires_grad = wrong
    assert v.requires_grad


@pytest.mark.parametrize("name", ["median", "median_low", "median_high", "quantiles"])
def test_statistics_that_sort_take_values(name):
    f = lambda *xs: (lambda y: y[1] if name == "quantiles" else y)(getattr(statistics, name)(xs))
    assert sum(grad(f, (0, 1, 2, 3))(1.0, 3.5, 2.0, 8.0)) == jvp(f)((1.0, 3.5, 2.0, 8.0), (1.0,) * 4)[1] == 1.0


@pytest.mark.parametrize(
    "name", ["mean", "fmean", "geometric_mean", "harmonic_mean", "stdev", "variance", "pstdev", "pvariance"]
)
def test_statistics_that_want_floats_say_what_to_write(name):
    f = lambda *xs: getattr(statistics, name)(xs)
    for call in (lambda: f(Value(1.0), Value(2.0)), lambda: grad(f)(1.0, 2.0), lambda: jvp(f)((1.0, 2.0), (1.0, 0.0))):
        with pytest.raises(TypeError, match=r"autograd.mean for statistics.mean and fmean, .* for a variance, "):
            call()
    data = [Value(1.0), Value(3.0)]
    m = autograd.mean(data)
    assert autograd.mean((v - m) ** 2 for v in data).data == statistics.pvariance([1.0, 3.0])


COMPARED = [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]
AWKWARD = [Decimal("0.1"), Decimal("-inf"), 10**400, -(10**400), Fraction(1, 10), Fraction(10**400, 3), 0.1, True]


@pytest.mark.filterwarnings("ignore:(grad|jvp) met a nan or an infinity")
@pytest.mark.parametrize("x", [0.1, 1.0, -2.0, math.inf, nan])
@pytest.mark.parametrize("other", [*AWKWARD, "float32", "float16"], ids=lambda x: f"{x!r:.20}")
def test_every_number_that_records_compares_as_its_exact_number_from_both_sides(other, x):
    if isinstance(other, str):
        other = getattr(pytest.importorskip("numpy"), other)(0.1)
    if x != x and isinstance(other, Decimal):
        other = 0.1  # Python itself refuses an order of nan and a Decimal
    exact = float(other) if hasattr(other, "dtype") else other  # NumPy would round the float
    expected = [(compare(x, exact), compare(exact, x)) for compare in COMPARED]
    seen = []

    def f(v):
        seen.append([(compare(v, other), compare(other, v)) for compare in COMPARED])
        return v * 1.0

    f(Value(x))
    for transform in (grad(f), grad(grad(f))):
        transform(x)
    for transform, primal in ((f, x), (f, Value(x)), (grad(f), x), (lambda v: jvp(f)((v,), (1.0,))[1], x)):
        jvp(transform)((primal,), (1.0,))
    assert seen == [expected] * len(seen)
