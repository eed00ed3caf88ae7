"""Gradients are limited one by one or in their norm, and no more than asked for."""

from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from nn import clip_grad_norm, clip_grad_value
from nn.optim import clip_gradient

GRADIENTS = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=5)


def with_gradient(gradient):
    parameters = [Value(0.0) for _ in gradient]
    for p, g in zip(parameters, gradient, strict=True):
        p.grad = g
    return parameters


@given(GRADIENTS, st.floats(0.1, 1e4))
def test_a_longer_gradient_keeps_its_direction_and_a_shorter_one_stays(gradient, most):
    parameters = with_gradient(gradient)
    norm = clip_grad_norm(parameters, most)
    assert norm == hypot(*gradient)
    factor = 1.0 if norm <= most else most / (norm + 1e-6)
    assert [p.grad for p in parameters] == pytest.approx([factor * g for g in gradient])


@given(GRADIENTS, st.floats(0, 1e4))
def test_each_number_is_limited_to_both_sides(gradient, most):
    parameters = with_gradient(gradient)
    clip_grad_value(parameters, most)
    assert [p.grad for p in parameters] == [max(-most, min(most, g)) for g in gradient]


def test_the_norm_is_that_of_the_limited_numbers():
    assert clip_gradient([30.0, 4.0], max_value=3.0, max_norm=1.0) == pytest.approx([0.5**0.5] * 2, rel=1e-5)
    assert clip_gradient(iter([30.0, 4.0])) == [30.0, 4.0]


@pytest.mark.parametrize(("name", "clip"), [("max_norm", clip_grad_norm), ("max_value", clip_grad_value)])
def test_a_limit_below_0_is_refused(name, clip):
    with pytest.raises(ValueError, match=f"^{name}: expected a number of at least 0, got -1$"):
        clip(with_gradient([1.0]), -1)
