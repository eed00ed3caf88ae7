"""Arithmetic is rounded once, nothing is simplified, and each slope is that of its definition."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, value_and_grad


def test_division_is_rounded_once():
    for a in range(1, 50):
        for b in range(1, 50):
            assert (Value(a) / b).data == (a / Value(b)).data == a / b


def test_nothing_is_simplified_when_it_is_recorded():
    x = Value(inf)
    assert str((x * 0).data) == str((x - x).data) == str((x / x).data) == "nan"


FINITE = st.floats(-1e6, 1e6)


@given(FINITE, FINITE.filter(lambda b: abs(b) > 1e-3))
def test_a_remainder_falls_by_the_whole_quotient_as_the_divisor_grows(a, b):
    y, by_divisor = value_and_grad(lambda b: a % b)(b)
    assert y == a % b
    assert by_divisor == pytest.approx(-(a // b), abs=1e-6)


@given(FINITE.filter(lambda x: abs(x) > 1e-100))
def test_a_reciprocal_and_a_square_are_a_quotient_and_a_product(x):
    assert value_and_grad(autograd.reciprocal)(x) == pytest.approx(value_and_grad(lambda x: 1 / x)(x), rel=1e-15)
    assert value_and_grad(autograd.square)(x) == value_and_grad(lambda x: x * x)(x)
