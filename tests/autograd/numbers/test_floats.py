"""Primitives on floats are total: IEEE 754's answer, or C's, where Python would raise."""

from fractions import Fraction
from inspect import signature
from math import copysign, e, inf, isnan, nan, pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd.numbers.floats import FLOAT, modulo, sign, to_float, to_integer
from autograd.numbers.kinds import primitive

ARITY = {name: 2 if name in ("hypot", "norm") else len(signature(f).parameters) for name, f in FLOAT.items()}


#: What C's Annex F or IEEE 754 says where a formula does not: primitive, arguments, answer.
SPECIAL = [
    ("exp", (1000.0,), inf),
    ("exp", (-1000.0,), 0.0),
    ("exp", (-inf,), 0.0),
    ("expm1", (1000.0,), inf),
    ("expm1", (-inf,), -1.0),
    ("log", (0.0,), -inf),
    ("log", (-0.0,), -inf),
    ("log", (-1.0,), nan),
    ("log", (inf,), inf),
    ("log1p", (-1.0,), -inf),
    ("log1p", (-2.0,), nan),
    ("sqrt", (-0.0,), -0.0),
    ("sqrt", (-1.0,), nan),
    ("sqrt", (inf,), inf),
    ("sin", (inf,), nan),
    ("cos", (-inf,), nan),
    ("tan", (inf,), nan),
    ("sinh", (1000.0,), inf),
    ("sinh", (-1000.0,), -inf),
    ("cosh", (-1000.0,), inf),
    ("tanh", (inf,), 1.0),
    ("div", (1.0, 0.0), inf),
    ("div", (1.0, -0.0), -inf),
    ("div", (-1.0, 0.0), -inf),
    ("div", (0.0, 0.0), nan),
    ("div", (nan, 0.0), nan),
    ("div", (inf, 0.0), inf),
    ("div", (inf, inf), nan),
    ("div", (1e300, 1e-300), inf),
    ("pow", (0.0, 0.0), 1.0),
    ("pow", (nan, 0.0), 1.0),
    ("pow", (0.0, -1.0), inf),
    ("pow", (-0.0, -1.0), -inf),
    ("pow", (-0.0, -2.0), inf),
    ("pow", (-0.0, -0.5), inf),
    ("pow", (0.0, -inf), inf),
    ("pow", (-2.0, 0.5), nan),
    ("pow", (-2.0, 3.0), -8.0),
    ("pow", (-1.0, inf), 1.0),
    ("pow", (1e200, 2.0), inf),
    ("pow", (-1e200, 3.0), -inf),
    ("pow", (-1e200, 2.0), inf),
    ("mul", (0.0, inf), nan),
    ("sub", (inf, inf), nan),
    ("abs", (-0.0,), 0.0),
    ("sign", (-inf,), -1.0),
    ("sign", (nan,), nan),
    ("heaviside", (0.0, 0.5), 0.5),
    ("heaviside", (-0.0, 0.5), 0.5),
    ("heaviside", (nan, 0.5), nan),
    ("heaviside", (-1.0, nan), 0.0),
    ("maximum", (nan, 1.0), nan),
    ("maximum", (1.0, nan), nan),
    ("minimum", (nan, 1.0), nan),
    ("minimum", (1.0, nan), nan),
    ("where", (nan, 1.0, 2.0), 1.0),
    ("where", (-0.0, 1.0, 2.0), 2.0),
    ("lt", (nan, 1.0), 0.0),
    ("le", (1.0, 1.0), 1.0),
    ("eq", (nan, nan), 0.0),
    ("eq", (0.0, -0.0), 1.0),
]


@pytest.mark.parametrize(("name", "args", "answer"), SPECIAL, ids=lambda x: str(x).replace(" ", ""))
def test_a_special_case_has_the_answer_of_ieee_754(name, args, answer):
    assert float(primitive(name)(*args)).hex() == answer.hex()


TOTAL = [name for name in FLOAT if name != "clamp"]  # which refuses a range without numbers


@pytest.mark.parametrize("name", TOTAL)
def test_a_primitive_answers_any_floats_with_a_float(name):
    @given(st.tuples(*[st.floats()] * ARITY[name]))
    def check(args):
        assert type(primitive(name)(*args)) is float

    check()


@pytest.mark.parametrize("name", TOTAL)
def test_ints_and_bools_are_read_as_floats(name):
    @given(st.tuples(*[st.integers(-20, 20) | st.booleans()] * ARITY[name]))
    def check(args):
        assert primitive(name)(*args) == pytest.approx(primitive(name)(*map(float, args)), rel=1e-15, nan_ok=True)

    check()


@pytest.mark.parametrize("name", ["exp", "sin", "tanh", "div"])
@pytest.mark.parametrize("huge", [10**400, -(10**400)], ids=["+huge", "-huge"])
def test_an_int_beyond_the_floats_is_refused_as_float_refuses_it(name, huge):
    with pytest.raises(OverflowError):
        getattr(autograd, name)(huge, *[1.0] * (ARITY[name] - 1))


@given(st.integers() | st.fractions())
def test_to_float_rounds_where_a_float_is_near_and_is_infinite_beyond(x):
    assert to_float(x) == float(x)
    assert to_float(x + 10**400) == inf
    assert to_float(x - 10**400) == -inf


@given(st.floats())
def test_rounding_to_an_integer_keeps_infinities_nan_and_the_sign_of_zero(x):
    rounded = to_integer(round)(x)
    assert type(rounded) is float
    assert rounded.hex() == x.hex() if x - x != 0 else rounded == round(x)
    assert copysign(1, rounded) == copysign(1, x) or isnan(x)


@pytest.mark.parametrize(("a", "b", "answer"), [(-5.0, 3.0, 1.0), (5.0, -3.0, -1.0), (5.0, 0.0, nan), (inf, 3.0, nan)])
def test_a_remainder_has_the_sign_of_the_divisor_and_by_zero_is_nan(a, b, answer):
    assert modulo(a, b).hex() == answer.hex()


def test_clamp_refuses_a_range_without_numbers():
    assert primitive("clamp")(5.0, 0.0, 1.0) == 1.0
    with pytest.raises(ValueError, match=r"clamp\(\) lo must not be above hi, got lo=1.0 and hi=0.0"):
        primitive("clamp")(0.5, 1.0, 0.0)


def test_the_functions_are_the_right_ones():
    for name, x, answer in [("exp", 1.0, e), ("sin", pi / 6, 0.5), ("cos", pi / 3, 0.5), ("tan", pi / 4, 1.0)]:
        assert primitive(name)(x) == pytest.approx(answer, rel=1e-15)
    assert (sign(-3.0), sign(Fraction(2, 3)), sign(0)) == (-1.0, 1, 0)
