"""Derivatives in forward mode, against those in reverse mode."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import nn
from autograd import Value, grad, hvp, jacobian, jvp, value_and_grad, vjp
from autograd.table.op import TABLE

SMALL = st.floats(-2, 2).map(lambda x: round(x, 3))


def polynomial(x):
    return 3 * x**4 - 2 * x**3 + x


def mixed(x):
    return (
        autograd.tanh(x[0] * x[1])
        + autograd.exp(x[0]) / (1 + x[1] ** 2)
        + autograd.dot([x[0], x[1]], [x[1], 2.0], x[0])
    )


def test_perturbation_confusion():
    """Nested derivatives have variables of their own (Siskind and Pearlmutter, 2005)."""

    def outer(derivative):
        return derivative(lambda x: x * derivative(lambda y: x * y)(x))(3.0)

    assert outer(grad) == 6.0
    assert outer(lambda f: lambda x: jvp(f)((x,), (1.0,))[1]) == 6.0


@given(SMALL, SMALL)
def test_forward_and_backward_agree(a, b):
    f = lambda x: mixed(x)
    backwards = grad(f)([a, b])
    forwards = [jvp(f)(([a, b],), ([1.0, 0.0],))[1], jvp(f)(([a, b],), ([0.0, 1.0],))[1]]
    assert forwards == pytest.approx(backwards, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("op", [op for op in TABLE.values() if op.arity == 1], ids=lambda op: op.name)
def test_second_derivatives_of_every_unary_row_agree_forwards_and_backwards(op):
    x = 1.3 if op.name == "acosh" else 0.37
    second = grad(grad(op))(x)
    forwards = jvp(lambda t: jvp(op)((t,), (1.0,))[1])((x,), (1.0,))[1]
    assert second == pytest.approx(forwards, rel=1e-9, abs=1e-12)
    assert math.isfinite(second)


def test_forward_over_reverse():
    assert jvp(grad(polynomial))((2.0,), (1.0,)) == (73.0, 120.0)
    assert jvp(jacobian(lambda x: [x[0] * x[1], x[0] ** 3]))(([2.0, 3.0],), ([1.0, 0.0],)) == (
        [[3.0, 2.0], [12.0, 0.0]],
        [[0.0, 1.0], [12.0, 0.0]],
    )
    assert jvp(grad(grad(polynomial)))((2.0,), (2.0,)) == (120.0, 264.0)
    assert jvp(lambda x: jvp(grad(polynomial))((x,), (1.0,))[1])((2.0,), (1.0,)) == (120.0, 132.0)
    assert grad(lambda x: jvp(grad(polynomial))((x,), (1.0,))[1])(2.0) == 132.0


def test_trees_are_matched_by_their_keys():
    f = lambda p: p["a"] * 10 + p["b"]
    assert jvp(f)(({"a": 1.0, "b": 2.0},), ({"b": 1.0, "a": 0.0},)) == (12.0, 1.0)
    assert vjp(lambda x: {"a": x, "b": 10 * x})(1.0)[1]({"b": 0.0, "a": 1.0}) == (1.0,)
    assert hvp(lambda p: p["a"] ** 2 * p["b"])({"a": 2.0, "b": 3.0}, {"b": 0.0, "a": 1.0}) == {"a": 6.0, "b": 4.0}
    with pytest.raises(ValueError, match=r"^tangents\[0\]: expected a dict with the keys \['a', 'b'\], got"):
        jvp(f)(({"a": 1.0, "b": 2.0},), ({"a": 1.0},))
    with pytest.raises(ValueError, match=r"^tangents\[0\]\[1\]: expected one number, got \[2.0\]"):
        jvp(lambda x: x[0])(([1.0, 2.0],), ([1.0, [2.0]],))


def test_what_does_not_change_carries_no_tangent():
    assert jvp(lambda x, y: x + autograd.sqrt(y))((1.0, 0.0), (1.0, 0.0)) == (1.0, 1.0)
    assert jvp(lambda x: x if x else 2 * x)((0.0,), (1.0,)) == (0.0, 2.0)

    def frozen(x):
        with autograd.no_grad():
            square = x * x
        return square * x + float(f"{x:.1f}") + x.data + x.detach()

    assert jvp(frozen)((3.0,), (1.0,))[1] == grad(frozen)(3.0) == 9.0


def test_fractions_stay_exact_in_forward_mode():
    third = Fraction(1, 3)
    assert jvp(lambda x: x * x)((third,), (Fraction(1),)) == (Fraction(1, 9), Fraction(2, 3))


def test_forward_mode_goes_through_a_network_of_values():
    model = nn.MLP(2, [3, 1], activation="tanh")
    with autograd.no_grad():  # else the result is made of Values, from which backward reaches the weights
        forwards = jvp(lambda x: model([x, 2.0]))((0.5,), (1.0,))
        assert forwards == pytest.approx(value_and_grad(lambda x: model([x, 2.0]))(0.5), rel=1e-14)
    assert jvp(lambda x: autograd.maximum(Value(1.0), x))((3.0,), (1.0,))[1] == 1.0
