"""Functions with forward and backward, as they are pasted from PyTorch."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Function, Value, detect_anomaly, grad, gradcheck, hessian, jvp, no_grad, trace
from tests.helpers.functions import Exp, Polar, Power


class LinearFunction(Function):
    """The other one, with an option and a missing bias."""

    @staticmethod
    def forward(ctx, input, weight, bias=None):  # noqa: A002  # as there
        ctx.save_for_backward(input, weight, bias)
        output = input * weight
        return output if bias is None else output + bias

    @staticmethod
    def backward(ctx, grad_output):
        input, weight, bias = ctx.saved_tensors  # noqa: A001  # as there
        grad_input = grad_weight = grad_bias = None
        if ctx.needs_input_grad[0]:
            grad_input = grad_output * weight
        if ctx.needs_input_grad[1]:
            grad_weight = grad_output * input
        if bias is not None and ctx.needs_input_grad[2]:
            grad_bias = grad_output
        return grad_input, grad_weight, grad_bias


class Square(Function):
    """Keeps what forward has computed, of which PyTorch loses the second derivative."""

    @staticmethod
    def forward(ctx, x):
        ctx.twice = 2 * x
        return x * x

    @staticmethod
    def backward(ctx, g):
        return g * ctx.twice


class NumberInForward(Function):
    @staticmethod
    def forward(ctx, x):
        result = Value(math.exp(x.data))
        ctx.save_for_backward(result)
        return result

    backward = Exp.backward


class Nested(Function):
    """Calls another Function in forward and in backward."""

    @staticmethod
    def forward(ctx, x):
        ctx.x, ctx.y = x, Exp.apply(x)
        return ctx.x * ctx.y

    @staticmethod
    def backward(ctx, g):
        return g * (Exp.apply(ctx.x) + ctx.x * ctx.y)


TWINS = {
    Nested.apply: lambda x: x * autograd.exp(x),
    Exp.apply: autograd.exp,
    NumberInForward.apply: autograd.exp,
    Square.apply: lambda x: x * x,
    lambda x: Power.apply(x, 3, "sum"): lambda x: x**3,
    lambda x: LinearFunction.apply(x, x * x, x): lambda x: x * x * x + x,
    lambda x: LinearFunction.apply(x, 3.0): lambda x: 3 * x,
    lambda x: Polar.apply(x, x * x)[0] * Polar.apply(x, 0.5)[1]: lambda x: (
        x * autograd.cos(x * x) * (x * autograd.sin(0.5))
    ),
}


def forward_mode(f):
    return lambda x: jvp(f)((x,), (1.0,))[1]


@pytest.mark.parametrize("pair", TWINS.items(), ids=[str(k) for k in range(len(TWINS))])
@given(x=st.floats(-2, 2), modes=st.lists(st.sampled_from([grad, forward_mode]), min_size=1, max_size=3))
def test_a_function_agrees_with_the_same_in_operations_in_every_mode_and_order(pair, x, modes):
    mine, theirs = pair
    for transform in modes:
        mine, theirs = transform(mine), transform(theirs)
    assert mine(x) == pytest.approx(theirs(x), rel=1e-9, abs=1e-9)


def test_backward_and_its_gradient():
    r, t = Value(1.2), Value(0.4)
    x, y = Polar.apply(r, t)
    (x * y * y).backward(create_graph=True)
    h = hessian(lambda p: p[0] * autograd.cos(p[1]) * (p[0] * autograd.sin(p[1])) ** 2)([1.2, 0.4])
    first = r.grad
    r.grad = t.grad = 0.0
    first.backward()
    assert (r.grad, t.grad) == pytest.approx(tuple(h[0]), rel=1e-12)


def test_it_is_checked_traced_and_drawn():
    assert gradcheck(Exp.apply, [0.3], order=2).verdict == "PASS"
    recorded = trace(Exp.apply(Value(0.0, label="x")) * 2.0)
    assert recorded.grads[0] == 2.0
    assert [row.op for row in recorded.graph.rows] == [None, "ƒ Exp", "mul"]
    names = [row.op for row in trace(Polar.apply(Value(1.0), Value(2.0))[1]).graph.rows]
    assert names == [None, None, "ƒ Polar.1"]


def test_modes_and_constants():
    x, c = Value(0.5), Value(2.0)
    c.requires_grad = False
    with no_grad():
        assert not Exp.apply(x).requires_grad
    assert not Exp.apply(c).requires_grad
    y = LinearFunction.apply(c, x, True)
    y.backward()
    assert (y.data, x.grad, c.grad) == (2.0, 2.0, 0.0)
    with detect_anomaly(), pytest.raises(FloatingPointError, match=r"^exp\(1000.0\) gave inf"):
        Exp.apply(Value(1000.0))
    with detect_anomaly(), pytest.raises(FloatingPointError, match="gave inf"):
        jvp(Exp.apply)((1000.0,), (1.0,))


class Clipped(Function):
    """Backward that is not linear: gradient clipping."""

    @staticmethod
    def forward(ctx, x):
        return x

    @staticmethod
    def backward(ctx, g):
        return g.clamp(-1, 1)


def test_a_backward_that_is_not_linear_gets_the_real_upstream():
    x = Value(2.0)
    y = 10 * Clipped.apply(x)
    y.backward()
    assert x.grad == grad(lambda x: 10 * Clipped.apply(x))(2.0) == 1.0


TWO = 2.0


def test_a_result_has_the_derivative_that_backward_gives_it():
    class Through(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.y = x.round()
            return ctx.y

        @staticmethod
        def backward(ctx, g):
            return g * ctx.y

    assert grad(grad(Through.apply))(2.3) == 2.0

    class Constant(Function):
        @staticmethod
        def forward(ctx, x):
            return TWO

        @staticmethod
        def backward(ctx, g):
            return g * TWO

    assert grad(grad(Constant.apply))(2.3) == 0.0
