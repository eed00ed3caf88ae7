"""Functions with forward and backward, as they are pasted from PyTorch."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Function, Value, detect_anomaly, grad, gradcheck, hessian, jvp, no_grad, trace
from tests.helpers.functions import Exp, Polar, Power, make


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


def keep(ctx, x):
    ctx.kept = math.exp(x.data)
    return ctx.kept


def save(ctx, x):
    ctx.save_for_backward(x)
    return x * x


def second(kind):
    return grad(grad(kind.apply))(1.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Function.apply(1.0), "Function: expected a class with .*; forward is missing"),
        (lambda: type("Half", (Function,), {"forward": save}).apply(1.0), "Half: .* backward is missing"),
        (lambda: make(lambda ctx, x: "1.0").apply(Value(1.0)), "what Own.forward returns: expected a number, got str"),
        (lambda: make(lambda ctx, x: None).apply(Value(1.0)), "what Own.forward returns: expected a number, got None"),
        (lambda: grad(make(backward=lambda ctx, g: "g").apply)(1.0), "result 1 of Own.backward: expected a number, a"),
        (lambda: grad(make(backward=lambda ctx, g: (g, g)).apply)(1.0), "Own.backward: expected 1 results, .*, got 2"),
        (lambda: Exp.apply([Value(1.0)]), r"input 1 of Exp: expected Values one by one, such as apply\(\*values\)"),
        (lambda: autograd.compile(Exp.apply)(1.0), "Exp: its methods cannot be compiled; use autograd.operation"),
        (lambda: make(lambda ctx, x: ctx.mark_dirty(x)).apply(Value(1.0)), "mark_dirty: forward cannot change"),
        (lambda: make(lambda ctx, x: setattr(x, "data", 2.0)).apply(Value(1.0)), "data: forward and backward cannot"),
        (lambda: second(make(keep, lambda ctx, g: g * ctx.kept)), "create_graph: Own.forward reads .data, so ctx.kept"),
        (lambda: second(make(save, lambda ctx, g: 2 * g * ctx.saved_tensors[0].data)), "Own.backward reads .data"),
        (lambda: second(make(save, lambda ctx, g: 3.0)), "create_graph: Own.backward: result 1 has no graph"),
    ],
)
def test_what_cannot_be_right_is_refused(call, message):
    if "compiled" in message:
        pytest.importorskip("numpy", reason="compile needs it")
    with pytest.raises((TypeError, ValueError), match=message):
        call()


OUTSIDE = {
    "a leaf": lambda use: use(Value(2.0)),
    "a computed Value": lambda use: use(Value(1.0) + 1.0),
    "an input of grad": lambda use: grad(use)(2.0),
    "a number of jvp": lambda use: jvp(use)((2.0,), (1.0,)),
    "a number of both": lambda use: jvp(grad(use))((2.0,), (1.0,)),
}
READERS = {  # a class whose methods read w
    "forward": lambda w: make(lambda ctx, x: x * w, lambda ctx, g: g * 2.0),
    "forward, at once": lambda w: make(lambda ctx, x: w, lambda ctx, g: g * 2.0),
    "backward": lambda w: make(save, lambda ctx, g: g * w),
    "backward, in ctx": lambda w: make(lambda ctx, x: setattr(ctx, "w", [w]) or x * 2.0, lambda ctx, g: g * ctx.w[0]),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("outside", OUTSIDE)
def test_a_value_from_outside_is_refused_not_lost(outside, reader):
    """Its gradient would be 0 in silence: in a penalty on a gradient, or as the result of the Function."""
    uses = (
        lambda kind: kind.apply(Value(3.0)).backward(),
        lambda kind: grad(kind.apply)(3.0),
        lambda kind: grad(grad(kind.apply))(3.0),
        lambda kind: jvp(kind.apply)((3.0,), (1.0,)),
        lambda kind: grad(kind.apply(x := Value(3.0)), x, create_graph=True),
    )
    for use in uses:
        message = (
            rf"^Own.{reader.split(',')[0]} reads .* from outside, .*: pass it as an argument of apply, or write v.data"
        )
        with pytest.raises(TypeError, match=message):
            OUTSIDE[outside](lambda w, use=use: use(READERS[reader](w)) and w)


def test_values_that_the_methods_make_and_constants_are_not_from_outside():
    def forward(ctx, x):
        ctx.save_for_backward(x)
        ctx.three = Value(3.0)
        return x * x * ctx.three + Value(0.0) + constant * w.data

    w, constant = Value(2.0), Value(5.0, requires_grad=False)
    cube = make(forward, lambda ctx, g: g * ctx.saved_tensors[0] * ctx.three * Value(2.0))
    leaf = make(lambda ctx, x: Value(x.data**2), lambda ctx, g: g * 6.0)
    for kind, slope, curve in ((cube, 18.0, 6.0), (leaf, 6.0, None)):
        assert grad(kind.apply)(3.0) == jvp(kind.apply)((3.0,), (1.0,))[1] == slope
        if curve:
            assert grad(grad(kind.apply))(3.0) == jvp(grad(kind.apply))((3.0,), (1.0,))[1].data == curve
    penalty = make(lambda ctx, x, w: (ctx.save_for_backward(x, w), x * w)[1], lambda ctx, g: ctx.saved_tensors[::-1])
    inside = make(lambda ctx, x: cube.apply(x), lambda ctx, g: g * 18.0)  # a Function in a Function
    assert grad(inside.apply)(3.0) == 18.0
    (slope,) = grad(penalty.apply(x := Value(3.0), w), x, create_graph=True)
    (slope**2).backward()
    assert w.grad == 4.0  # ∂w²/∂w


@pytest.mark.parametrize(
    "backward",
    [
        lambda ctx, g: autograd.clamp(g, -1.0, 1.0),
        lambda ctx, g: autograd.relu(g),
        lambda ctx, g: autograd.where(abs(g.data) < 1e-3, 0.0, g),
        lambda ctx, g: g + 1.0,
        lambda ctx, g: g * g,
        lambda ctx, g: 1.0,
    ],
)
def test_forward_mode_refuses_a_backward_that_is_not_linear(backward):
    kind = make(backward=backward)
    assert grad(lambda x: kind.apply(x) * 5.0)(1.0) != 5.0 or grad(lambda x: kind.apply(x) * -1e-5)(1.0) != -1e-5
    with pytest.raises(
        TypeError, match=r"^Own.backward is not linear in its upstream, so forward mode has no .*; use grad"
    ):
        jvp(kind.apply)((1.0,), (1.0,))
    with pytest.raises(TypeError, match=r"Own.backward"):  # which may have no graph either
        jvp(grad(kind.apply))((1.0,), (1.0,))


@pytest.mark.filterwarnings("ignore:jvp met a nan or an infinity")
def test_forward_mode_takes_a_linear_backward_at_any_size():
    for factor in (0.0, 1 / 3, -1e-300, 1e305, math.inf, 5e-324):
        kind = make(backward=lambda ctx, g, factor=factor: g * factor)
        assert jvp(kind.apply)((1.0,), (1.0,))[1] == factor


def test_a_derivative_is_not_lost_through_a_text():
    kind = make(save, lambda ctx, g: g * 2 * float(f"{ctx.saved_tensors[0]:.17g}"))
    assert grad(kind.apply)(3.0) == 6.0
    for second_order in (grad(grad(kind.apply)), lambda x: jvp(grad(kind.apply))((x,), (1.0,))):
        with pytest.raises(TypeError, match=r"^create_graph: Own.backward reads .data or a text such as f'{v:.3f}'"):
            second_order(3.0)
