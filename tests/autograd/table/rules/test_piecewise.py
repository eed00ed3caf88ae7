"""Branches, ties and ranges: which argument the gradient goes to."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, value_and_grad


def test_clamp_refuses_a_range_without_numbers():
    with pytest.raises(ValueError, match=r"^clamp\(\) lo must not be above hi, got lo=2.0 and hi=1.0$"):
        Value(0.0).clamp(2.0, 1.0)


def test_the_branch_not_chosen_gets_nothing():
    a, b = Value(4.0), Value(0.0)
    pole = b.log()
    y = autograd.where(1.0, a.sqrt(), pole)
    assert y.locals == (None, 1.0, None)
    y.backward()
    assert (a.grad, b.grad, pole.grad) == (0.25, 0.0, 0.0)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6).filter(bool))
def test_what_c_has_too_is_that_of_c(a, b):
    assert autograd.trunc(a) == math.trunc(a)
    assert autograd.fmod(a, b) == pytest.approx(math.fmod(a, b), abs=1e-9)
    assert math.copysign(1, autograd.fmod(a, b)) == math.copysign(1, a)
    assert autograd.copysign(a, b) == math.copysign(a, b)


@pytest.mark.parametrize(("name", "low", "high"), [("hardtanh", -1.0, 1.0), ("relu6", 0.0, 6.0)])
def test_a_clamped_activation_is_flat_outside_and_at_its_bounds(name, low, high):
    f = value_and_grad(getattr(autograd, name))
    assert [f(x) for x in (low - 1, low, high, high + 1)] == [(low, 0.0), (low, 0.0), (high, 0.0), (high, 0.0)]
    assert f(0.5) == (0.5, 1.0)
