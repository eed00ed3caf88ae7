"""Gradients that are graphs again, by create_graph and inside a function that a transform calls."""

import math

import pytest

import autograd
from autograd import Value, grad, hessian, jvp
from autograd.table import TABLE


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


def test_second_derivatives_of_a_wide_node_take_linear_time():
    xs = [Value(0.01 * i) for i in range(2_000)]
    (total,) = autograd.grad(autograd.dot(xs, xs), [xs[7]], create_graph=True)
    assert autograd.grad(total, xs[7])[0].data == 2.0


def test_a_constant_of_0_below_the_line_is_an_infinity_in_a_graph_of_gradients_too():
    with pytest.warns(RuntimeWarning, match=r"^grad met a nan or an infinity; forward: div\(1.0, 0.0\) gave inf$"):
        assert grad(lambda x: x / 0.0)(1.0) == math.inf
    x = Value(1.0)
    (x / 0.0).backward(create_graph=True)
    assert x.grad.data == math.inf


def test_backward_and_the_gradient_of_a_value_inside_a_function_are_differentiated():
    def accumulated(x):
        (x**3).backward()
        (x**2).backward()
        return x.grad

    def of_a_value(x):
        w = Value(3.0)
        return grad(w * w * x, w)[0] * grad(x**3, x)[0]

    for x in (2.0, 0.0):
        assert (accumulated(Value(x)), grad(accumulated)(x), hessian(accumulated)(x)) == (
            3 * x**2 + 2 * x, 6 * x + 2, 6.0
        )  # fmt: skip  # a row
        assert grad(of_a_value)(x) == 54 * x**2
    assert grad(lambda x: grad(lambda y: accumulated(y) * x)(x))(2.0) == (6 * 2 + 2) + 2 * 6
    assert jvp(lambda x: grad((w := Value(3.0)) * w * x, w)[0])((2.0,), (1.0,)) == (12.0, 6.0)
    for refused in (accumulated, of_a_value):
        with pytest.raises(TypeError, match="jvp records no graph of its numbers"):
            jvp(refused)((2.0,), (1.0,))


def test_backward_inside_a_function_on_what_does_not_depend_on_it_gives_floats():
    w = Value(3.0)

    def f(x):
        (w * w).backward()
        return x * w.grad

    assert grad(f)(2.0) == 6.0
    assert w.grad == 6.0


UNARY = [op for op in TABLE.values() if op.arity == 1]


def four_ways(f, x, y):
    """Return the derivative by y of reverse mode, of graphs of gradients, of a transform and of forward mode."""
    one, two = (x, Value(y)), (x, Value(y))
    f(*one).backward()
    f(*two).backward(create_graph=True)
    return [one[1].grad, two[1].grad, grad(f, 1)(x, y), jvp(f)((x, y), (0.0, 1.0))[1]]


@pytest.mark.filterwarnings("ignore:.*met a nan")
@pytest.mark.parametrize("outer", [pytest.param(op, id=op.name) for op in UNARY])
def test_a_nan_local_derivative_reaches_every_way_of_differentiating(outer):
    """0 · inf is 0 on the way to it, and 0 · nan is nan: of x**y by y at x = -1 and -2."""
    for inner in UNARY:
        for x, y in ((-1.0, 1.0), (-2.0, 1.0), (0.0, 1.0)):
            found = four_ways(lambda x, y, inner=inner: outer(inner(x**y)), x, y)
            numbers = [getattr(d, "data", d) + 0.0 for d in found]
            assert len({repr(abs(d) if d != d else d) for d in numbers}) == 1, (inner, x, y, numbers)


@pytest.mark.parametrize("limit", [lambda a: autograd.clamp(a, 0.0, 1.0), autograd.relu6])
def test_a_limit_that_is_reached_stops_an_infinity_but_no_nan(limit):
    with pytest.warns(RuntimeWarning, match="met a nan"):
        found = four_ways(lambda x, y: limit(1 / (1 + x**y)), -1.0, 1.0)
    assert all(getattr(d, "data", d) != getattr(d, "data", d) for d in found)
