"""Python's operators record the bits of their rows, with operands of any kind."""

import itertools
import operator
from fractions import Fraction
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value
from autograd.numbers import Operators
from autograd.numbers.operators import IEEE, apply_rule
from autograd.table import TABLE
from tests.helpers.nodes import Special, record

BINARY = {
    "add": (operator.add, Operators.__add__, Operators.__radd__),
    "sub": (operator.sub, Operators.__sub__, Operators.__rsub__),
    "mul": (operator.mul, Operators.__mul__, Operators.__rmul__),
    "div": (operator.truediv, Operators.__truediv__, Operators.__rtruediv__),
    "mod": (operator.mod, Operators.__mod__, Operators.__rmod__),
    "pow": (operator.pow, Operators.__pow__, Operators.__rpow__),
}
NUMBERS = st.floats() | st.integers() | st.fractions() | st.booleans()


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
        lambda: Value(huge), lambda: Value(1.0).backward(huge),
    ):  # fmt: skip  # a table
        with pytest.raises(OverflowError):
            call()


@given(st.floats())
def test_a_prefix_operator_records_what_its_row_does(a):
    v = Value(a)
    assert record(-v) == record(TABLE["neg"](v))
    assert record(abs(v)) == record(TABLE["abs"](v)) == record(v.abs())


def test_values_and_values_of_a_derived_class_mix():
    v, s = Value(2.0), Special(3.0)
    for mixed in (v + s, s * v, v - s, s / v):
        mixed.backward()
    assert (v.grad, s.grad) == (1 + 3 + 1 - 0.75, 1 + 2 - 1 + 0.5)


def test_a_rule_that_python_would_stop_is_answered():
    assert apply_rule(lambda a: 1 / a, 0.0) == inf
    assert apply_rule(lambda a: 2**a, 1e4) == inf
    assert str(apply_rule(lambda a: (-1 / a**2, a), 0.0)) == "(-inf, 0.0)"


def test_a_rule_on_exact_numbers_is_left_to_raise():
    with pytest.raises(ZeroDivisionError):
        apply_rule(lambda a: 1 / a, Fraction(0))


@given(st.floats(), st.floats())
def test_total_floats_agree_with_pythons_where_those_answer(a, b):
    for rule in (lambda a, b: a + b, lambda a, b: a * b - 1, lambda a, b: abs(-a / b), lambda a, b: 2 - a**2):
        try:
            plain = rule(a, b)
        except ArithmeticError:
            continue
        assert rule(IEEE(a), IEEE(b)).hex() == plain.hex()


def test_divmod_next_to_numpys_numbers_and_arrays_is_quotient_and_remainder():
    np = pytest.importorskip("numpy")
    sevens = [7.0, np.float64(7), np.array([7.0, -8.0]), autograd.array([7.0, -8.0]), autograd.Value(7.0)]
    threes = [3.0, np.float64(3), np.array([3.0, -3.0]), autograd.array([3.0, -3.0]), autograd.Value(3.0)]
    for a, b in itertools.product(sevens, threes):
        for found in (divmod(a, b), np.divmod(a, b)):
            for part, expected in zip(found, (a // b, a % b), strict=True):
                assert str(part) == str(expected)


@pytest.mark.parametrize("name", ["degrees", "rad2deg", "radians", "deg2rad"])
def test_angles_in_degrees_have_gradients(name):
    np = pytest.importorskip("numpy")
    for x in (0.5, -3.0):
        one = getattr(np, name)(1.0)
        assert autograd.grad(getattr(np, name))(x) == one
        assert autograd.grad(lambda a: getattr(np, name)(a).sum())(np.array([x, 1.0])).tolist() == [one, one]
