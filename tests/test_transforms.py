"""Gradients of any order: as functions, forwards and backwards, and the same numbers from either side."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from autograd.op import TABLE

SMALL = st.floats(-2, 2).map(lambda x: round(x, 3))


def polynomial(x):
    return 3 * x**4 - 2 * x**3 + x


def rosenbrock(x):
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


def mixed(x):
    return (
        autograd.tanh(x[0] * x[1])
        + autograd.exp(x[0]) / (1 + x[1] ** 2)
        + autograd.dot([x[0], x[1]], [x[1], 2.0], x[0])
    )


def test_every_order_of_a_polynomial():
    f, x = polynomial, 2.0
    expected = [34.0, 12 * 8 - 6 * 4 + 1, 36 * 4 - 12 * 2, 72 * 2 - 12, 72, 0]
    for order, value in enumerate(expected):
        assert f(x) == pytest.approx(value, abs=1e-12), order
        f = grad(f)


def test_perturbation_confusion():
    """Siskind and Pearlmutter (2005): the inner derivative must not take the outer's variable for its own."""

    def outer(derivative):
        return derivative(lambda x: x * derivative(lambda y: x * y)(x))(3.0)

    assert outer(grad) == 6.0
    assert outer(lambda f: lambda x: jvp(f)((x,), (1.0,))[1]) == 6.0


def test_mixed_derivatives_are_nested():
    f = lambda x, y: x**2 * y**3
    assert grad(grad(f, 0), 1)(2.0, 3.0) == 2 * 2 * 3 * 9
    assert grad(grad(f, 1), 0)(2.0, 3.0) == 2 * 2 * 3 * 9


def test_gradients_have_the_shape_of_their_argument():
    model = {"w": [1.0, 2.0], "b": (3.0,)}
    f = lambda p, x: p["w"][0] * x + p["w"][1] * x**2 + p["b"][0]
    assert value_and_grad(f)(model, 2.0) == (13.0, {"w": [2.0, 4.0], "b": (1.0,)})
    assert grad(f, argnum=1)(model, 2.0) == 9.0


def test_transforms_leave_grad_alone():
    w = Value(3.0)
    w.grad = 7.0
    assert grad(lambda x: x * w)(2.0) == 3.0
    assert w.grad == 7.0


def test_a_gradient_by_a_value_is_a_graph():
    x = Value(3.0)
    slope = grad(lambda t: t**3)(x)
    assert isinstance(slope, Value)
    slope.backward()
    assert x.grad == 18.0


@given(SMALL, SMALL)
def test_forward_and_backward_agree(a, b):
    f = lambda x: mixed(x)
    backwards = grad(f)([a, b])
    forwards = [jvp(f)(([a, b],), ([1.0, 0.0],))[1], jvp(f)(([a, b],), ([0.0, 1.0],))[1]]
    assert forwards == pytest.approx(backwards, rel=1e-12, abs=1e-12)


@given(SMALL, SMALL)
def test_the_hessian_is_symmetric_and_hvp_is_its_product(a, b):
    h = hessian(mixed)([a, b])
    assert h[0][1] == pytest.approx(h[1][0], rel=1e-12, abs=1e-12)
    product = [h[0][0] * 2 - h[0][1], h[1][0] * 2 - h[1][1]]
    assert hvp(mixed)([a, b], [2.0, -1.0]) == pytest.approx(product, rel=1e-9, abs=1e-9)


def test_the_hessian_of_rosenbrock():
    assert hessian(rosenbrock)([1.0, 1.0]) == [[802.0, -400.0], [-400.0, 200.0]]


def test_jacobian_has_a_row_for_each_result():
    f = lambda x: {"product": x[0] * x[1], "sum": x[0] + x[1], "constant": 5.0}
    assert jacobian(f)([2.0, 3.0]) == {"product": [3.0, 2.0], "sum": [1.0, 1.0], "constant": [0.0, 0.0]}


def test_pullback_can_be_used_again():
    y, pullback = vjp(lambda a, b: (a * b, a - b))(2.0, 3.0)
    assert y == (6.0, -1.0)
    assert pullback((1.0, 0.0)) == (3.0, 2.0)
    assert pullback((0.0, 1.0)) == (1.0, -1.0)


@pytest.mark.parametrize(
    "f", [lambda x: 5.0, lambda x: Value(1.0), lambda x: x - x + x * 0], ids=["number", "leaf", "zero"]
)
def test_a_function_that_does_not_depend_on_its_input_has_gradient_0(f):
    assert grad(f)(2.0) == 0.0
    assert jvp(f)((2.0,), (1.0,))[1] == 0.0


def test_or_raises_when_asked_to():
    with pytest.raises(ValueError, match="argument 1 of f: f does not depend on all of it"):
        grad(lambda x, y: x, argnum=1, allow_unused=False)(1.0, 2.0)
    assert autograd.grad(Value(1.0), Value(2.0))[0].data == 0.0


def test_the_branch_not_chosen_stays_silent_in_any_order():
    safe = lambda x: autograd.where(autograd.lt(0.0, x), autograd.sqrt(x), 0.0)
    assert [f(0.0) for f in (safe, grad(safe), grad(grad(safe)))] == [0.0, 0.0, 0.0]
    assert grad(lambda x: autograd.where(autograd.lt(x, 0.0), autograd.log(x), x**3))(2.0) == 12.0


# as PyTorch spells it


def test_grad_of_an_output_by_its_inputs():
    x, y = Value(2.0), Value(3.0)
    z = x * y + x**2
    dx, dy = autograd.grad(z, [x, y])
    assert (dx.data, dy.data, x.grad) == (7.0, 2.0, 0.0)
    (dx,) = autograd.grad(z, x, create_graph=True)
    (dxx,) = autograd.grad(dx, x)
    assert dxx.data == 2.0


def test_grad_of_an_output_by_an_interior_value():
    x = Value(2.0)
    y = x * x
    (dy,) = autograd.grad(y**2, y)
    assert dy.data == 8.0


def test_backward_with_create_graph():
    x = Value(2.0)
    y = x**3
    y.backward(create_graph=True)
    slope = x.grad
    assert slope.data == 12.0
    x.grad = 0.0
    slope.backward()
    assert x.grad == 12.0


def test_create_graph_refuses_a_stale_graph():
    x = Value(2.0)
    y = x**3
    x.data = 5.0
    with pytest.raises(ValueError, match="data was changed after it was computed"):
        y.backward(create_graph=True)
    y.forward().backward(create_graph=True)
    assert x.grad.data == 75.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: grad(lambda x: [x, x])(1.0), "f: expected it to return one number, got list"),
        (lambda: grad(lambda x: x)("a"), "data: expected a number or a Value, got str 'a'"),
        (lambda: vjp(lambda x: x)(1.0)[1]([1.0, 2.0]), "cotangent: expected 1 numbers"),
        (lambda: jvp(lambda x: x)((1.0,), (1.0, 2.0)), "tangents: expected 1 numbers"),
        (lambda: hvp(rosenbrock)([1.0, 1.0], [1.0]), "v: expected 2 numbers"),
        (lambda: grad(3.0), "f: expected a function"),
        (lambda: grad(lambda x: x, argnum=1)(1.0), "argnum: expected 0"),
        (lambda: autograd.grad(Value(1.0), [3.0]), r"inputs\[0\]: expected a Value, got float"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


@pytest.mark.parametrize("op", [op for op in TABLE.values() if op.arity == 1], ids=lambda op: op.name)
def test_second_derivatives_of_every_unary_row_agree_forwards_and_backwards(op):
    x = 1.3 if op.name == "acosh" else 0.37
    second = grad(grad(op))(x)
    forwards = jvp(lambda t: jvp(op)((t,), (1.0,))[1])((x,), (1.0,))[1]
    assert second == pytest.approx(forwards, rel=1e-9, abs=1e-12)
    assert math.isfinite(second)


def test_a_constant_of_0_below_the_line_is_an_infinity_in_a_graph_of_gradients_too():
    assert grad(lambda x: x / 0.0)(1.0) == math.inf
    x = Value(1.0)
    (x / 0.0).backward(create_graph=True)
    assert x.grad.data == math.inf
