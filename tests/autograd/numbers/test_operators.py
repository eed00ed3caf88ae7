"""Python's operators record the bits of their rows, with operands of any kind."""

import math
import operator
import pickle
import statistics
from decimal import Decimal
from fractions import Fraction
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, dot, no_grad
from autograd.numbers import Operators
from autograd.table import TABLE, Op

BINARY = {
    "add": (operator.add, Operators.__add__, Operators.__radd__),
    "sub": (operator.sub, Operators.__sub__, Operators.__rsub__),
    "mul": (operator.mul, Operators.__mul__, Operators.__rmul__),
    "div": (operator.truediv, Operators.__truediv__, Operators.__rtruediv__),
    "mod": (operator.mod, Operators.__mod__, Operators.__rmod__),
    "pow": (operator.pow, Operators.__pow__, Operators.__rpow__),
}
NUMBERS = st.floats() | st.integers() | st.fractions() | st.booleans()


class Special(Value):
    """A class that a user derives."""

    __slots__ = ()


def record(node: Value) -> tuple:
    """Return all that a node records, floats as bits and Values as identities."""
    numbers = [node.data, node.grad, *node.locals]
    args = [a.hex() if type(a) is float else id(a) for a in node.args]
    return type(node), node.op, [x if x is None else x.hex() for x in numbers], args


@pytest.mark.parametrize("name", BINARY)
@given(a=st.floats(), b=NUMBERS, kind=st.sampled_from([Value, Special]))
def test_an_operator_records_what_its_row_does(name, a, b, kind):
    infix, generic, reflected = BINARY[name]
    v, w = kind(a), kind(b)
    for fast, slow in [
        (infix(v, w), generic(v, w)),
        (infix(v, v), generic(v, v)),
        (infix(v, b), generic(v, b)),
        (infix(b, v), reflected(v, b)),
    ]:
        assert record(fast) == record(slow)
        assert type(fast) is kind
        assert fast.op is TABLE[name]


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("huge", [10**400, -(10**400), Fraction(10**400, 3)], ids=["+huge", "-huge", "fraction"])
def test_a_literal_that_no_float_can_hold_is_refused(name, huge):
    infix, *_ = BINARY[name]
    for call in (
        lambda: infix(Value(1.0), huge), lambda: infix(huge, Value(1.0)), lambda: TABLE[name](huge, Value(1.0)),
        lambda: Value(huge), lambda: Value(1.0).backward(huge), lambda: Value(1.0) < huge,
    ):  # fmt: skip  # a table
        with pytest.raises(OverflowError):
            call()


@given(st.floats())
def test_a_prefix_operator_records_what_its_row_does(a):
    v = Value(a)
    assert record(-v) == record(TABLE["neg"](v))
    assert record(abs(v)) == record(TABLE["abs"](v)) == record(v.abs())


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


def test_values_and_values_of_a_derived_class_mix():
    v, s = Value(2.0), Special(3.0)
    for mixed in (v + s, s * v, v - s, s / v):
        mixed.backward()
    assert (v.grad, s.grad) == (1 + 3 + 1 - 0.75, 1 + 2 - 1 + 0.5)


PASS = [2, True, 2.5, Fraction(5, 2), -0.0, inf]
PASS_FROM_NUMPY = [
    ("float64", 2.5),
    ("float32", 2.5),
    ("int8", 2),
    ("uint64", 2),
    ("bool_", True),
    ("array", 2.5),
    ("array", 2),
    ("array", True),
]
REFUSED = [1j, "2", None, [2.0], Decimal("2.5"), (1.0,), object()]


def every_use(x):
    """Return each use of a number with a Value, in the order of USES."""
    v = Value(3.0)
    return [lambda: Value(x), lambda: v + x, lambda: x - v, lambda: v.maximum(x), lambda: TABLE["sum"](v, x)]


USES = [
    "data",
    r"argument 2 of add\(\)",
    r"argument 1 of sub\(\)",
    r"argument 2 of maximum\(\)",
    r"argument 2 of sum\(\)",
]


@pytest.mark.parametrize("x", PASS, ids=repr)
def test_a_real_number_passes_as_its_float(x):
    expected = [float(x), 3.0 + float(x), float(x) - 3.0, max(3.0, float(x)), 3.0 + float(x)]
    made = [use() for use in every_use(x)]
    assert [v.data.hex() for v in made] == [y.hex() for y in expected]
    assert all(type(a) is float for v in made for a in v.args if not isinstance(a, Value))


@pytest.mark.parametrize(("kind", "x"), PASS_FROM_NUMPY)
def test_a_scalar_of_numpy_passes_as_its_float(kind, x):
    numpy = pytest.importorskip("numpy")
    test_a_real_number_passes_as_its_float(getattr(numpy, kind)(x))


def test_an_array_of_numpy_answers_for_itself():
    numpy = pytest.importorskip("numpy")
    v, array = Value(3.0), numpy.array([1.0, 2.0])
    for both in (v + array, array + v):
        assert [type(x) for x in both] == [Value, Value]
        assert [x.data for x in both] == [4.0, 5.0]


@pytest.mark.parametrize("x", REFUSED, ids=lambda x: type(x).__name__)
def test_anything_else_is_refused_by_the_name_of_the_argument(x):
    for use, name in zip(every_use(x), USES, strict=True):
        with pytest.raises(TypeError, match=f"^{name}: expected a number( or a Value)?, got {type(x).__name__} "):
            use()
    with pytest.raises(TypeError, match=f"^gradient: .* got {type(x).__name__} "):
        Value(1.0).backward(x)
    with pytest.raises(TypeError, match=f"^the other side of a comparison: .* got {type(x).__name__} "):
        sorted([x, Value(1.0)])


@pytest.mark.parametrize(("kind", "x"), [("complex64", 1), ("array", "x"), ("array", [1.0]), ("array", None)])
def test_an_array_that_is_no_real_number_is_no_data(kind, x):
    numpy = pytest.importorskip("numpy")
    with pytest.raises(TypeError, match=r"^data: expected a number, got "):
        Value(getattr(numpy, kind)(x))


def test_a_value_is_no_data():
    with pytest.raises(TypeError, match=r"^data: expected a number, got .*; use v\.data for its number, v\.detach"):
        Value(Value(1.0))


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
