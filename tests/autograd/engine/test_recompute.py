"""Data that was changed after it was computed is seen, and brought up to date by forward."""

import math

import pytest

import autograd
from autograd import Value, trace


def test_changed_data_is_seen_and_brought_up_to_date():
    x = Value(2.0, label="x")
    y = autograd.dot([x, x], [x, 3.0], 1.0) / (x + 1)
    assert not y.is_stale()
    x.data = 5.0
    assert y.is_stale()
    with pytest.warns(RuntimeWarning, match="data was changed after it was computed"):
        trace(y)
    assert y.forward() is y
    fresh = Value(5.0)
    expected = autograd.dot([fresh, fresh], [fresh, 3.0], 1.0) / (fresh + 1)
    y.backward()
    expected.backward()
    assert (y.data, x.grad, y.is_stale()) == (expected.data, fresh.grad, False)


def test_backward_takes_the_evaluation_that_was_recorded():
    x = Value(2.0)
    y = x * x
    x.data = 5.0
    y.backward()
    assert x.grad == 4.0


def test_a_local_derivative_that_changed_is_stale_too():
    x, w = Value(3.0), Value(0.0)
    y = x * w
    x.data = 5.0
    assert y.is_stale()
    low, high, mid = Value(0.0), Value(1.0), Value(0.5)
    z = autograd.clamp(mid, low, high)
    low.data = 2.0
    assert z.is_stale()


def test_what_is_made_by_hand_stands_and_the_rest_is_compared():
    x = Value(2.0)
    y = (x * 3).tanh()
    z = y * Value(4.0, (x,), (2.0,))
    assert not z.is_stale()
    x.data = 1.0
    assert z.is_stale()
    with pytest.raises(TypeError, match="an opaque node has no rule"):
        z.forward()
    assert y.data == math.tanh(6.0)


def test_data_changed_after_the_forward_pass():
    x = Value(3.0, label="x")
    y = x * 2
    z = y * y
    x.data = 100.0
    z.backward()
    assert x.grad == 24.0
    assert z.is_stale()
    with pytest.raises(ValueError, match="data was changed after it was computed"):
        z.backward(create_graph=True)
    z.forward().backward(create_graph=True)
    assert z.data == 40_000.0
