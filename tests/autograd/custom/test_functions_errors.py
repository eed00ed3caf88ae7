"""Functions whose derivatives would be wrong or lost are refused with the reason."""

import copy
import math

import pytest

import autograd
from autograd import Function, Value, grad, jvp, no_grad
from tests.helpers.functions import Exp, make


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
        with pytest.raises(TypeError, match=r"^create_graph: Own.backward reads a text such as f'{v:.3f}'"):
            second_order(3.0)


def without_grad(function):
    with no_grad():
        return function()


LOSSES = {  # what loses a derivative, and a factor x that is computed through it
    "reads .data": lambda x: x.data,
    "uses detach": lambda x: (x * 1.0).detach(),
    "uses no_grad": lambda x: without_grad(lambda: x * 1.0),
    "reads a text": lambda x: float(f"{x:.17g}"),
}


@pytest.mark.parametrize("lose", LOSSES)
@pytest.mark.parametrize(
    "kind",
    [
        lambda lose: make(lambda ctx, x: setattr(ctx, "s", 3.0 * lose(x)) or x * x * x / 2, lambda ctx, g: g * ctx.s),
        lambda lose: make(save, lambda ctx, g: 2 * g * lose(ctx.saved_tensors[0])),
    ],
)
def test_a_derivative_is_lost_by_no_means_in_silence(kind, lose):
    own = kind(LOSSES[lose])
    assert grad(own.apply)(2.0) == jvp(own.apply)((2.0,), (1.0,))[1] != 0.0
    for second_order in (grad(grad(own.apply)), lambda x: jvp(grad(own.apply))((x,), (1.0,))):
        with pytest.raises(TypeError, match=rf"^create_graph: Own.(forward|backward) {lose}"):
            second_order(2.0)


def test_rounding_and_copies_are_no_loss():
    step = make(lambda ctx, x: (save(ctx, copy.copy(x)), round(x, 1) * 2)[1], lambda ctx, g: g * ctx.saved_tensors[0])
    assert step.apply(Value(2.04)).data == 4.0
    assert grad(grad(step.apply))(2.04) == 1.0
    deep = make(lambda ctx, x: copy.deepcopy([x])[0] * 2, lambda ctx, g: g * round(g * 2.04, 1) / round(g * 2.04, 1))
    assert grad(deep.apply)(2.04) == 1.0
