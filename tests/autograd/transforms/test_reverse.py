"""Gradients of any order in reverse mode, of functions and of Values."""

import collections
import copy
import dataclasses
import pickle

import pytest

import autograd
import nn
from autograd import Value, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from tests.helpers.optional_numpy import np


def polynomial(x):
    return 3 * x**4 - 2 * x**3 + x


def rosenbrock(x):
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


def test_every_order_of_a_polynomial():
    f, x = polynomial, 2.0
    expected = [34.0, 12 * 8 - 6 * 4 + 1, 36 * 4 - 12 * 2, 72 * 2 - 12, 72, 0]
    for order, value in enumerate(expected):
        assert f(x) == pytest.approx(value, abs=1e-12), order
        f = grad(f)


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


@pytest.mark.parametrize(
    "f", [lambda x: 5.0, lambda x: Value(1.0), lambda x: x - x + x * 0], ids=["number", "leaf", "zero"]
)
def test_a_function_that_does_not_depend_on_its_input_has_gradient_0(f):
    assert grad(f)(2.0) == 0.0
    assert jvp(f)((2.0,), (1.0,))[1] == 0.0


def test_the_branch_not_chosen_stays_silent_in_any_order():
    safe = lambda x: autograd.where(autograd.lt(0.0, x), autograd.sqrt(x), 0.0)
    assert [f(0.0) for f in (safe, grad(safe), grad(grad(safe)))] == [0.0, 0.0, 0.0]
    assert grad(lambda x: autograd.where(autograd.lt(x, 0.0), autograd.log(x), x**3))(2.0) == 12.0


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


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: grad(lambda x: [x, x])(1.0), "f: expected it to return one number, got list"),
        (lambda: grad(lambda x: x)("a"), "an argument of f: expected a number or a Value, got str 'a'"),
        (lambda: vjp(lambda x: x)(1.0)[1]([1.0, 2.0]), "cotangent: expected one number"),
        (lambda: jvp(lambda x: x)((1.0,), (1.0, 2.0)), "tangents: expected 1 parts in a tuple"),
        (lambda: hvp(rosenbrock)([1.0, 1.0], [1.0]), "v: expected 2 parts in a list"),
        (lambda: grad(3.0), "f: expected a function"),
        (lambda: vjp(lambda x: x)(1.0)[1]("a"), "cotangent: expected a number, got str 'a'"),
        (lambda: jvp(lambda x: x)((1.0,), ("a",)), "tangents: expected a number, got str 'a'"),
        (lambda: jvp(lambda x: x)(1.0, (1.0,)), "primals: expected a tuple of the arguments of f, got 1.0"),
        (lambda: autograd.evaluate(autograd.trace(Value(1.0)).graph, {"L": "a"}), r"inputs\['L'\]: expected a number"),
        (
            lambda: grad(lambda x: x, argnum=1)(1.0),
            "argnum: expected the number of one of the 1 arguments",
        ),
        (lambda: autograd.grad(Value(1.0), [3.0]), r"inputs\[0\]: expected a Value, got float"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


def test_what_an_inner_function_captures_is_differentiated_by_the_outer():
    assert grad(lambda x: grad(lambda y: x * y)(2.0))(3.0) == 1.0
    assert grad(lambda w: grad(lambda x: w * x * x)(2.0))(3.0) == 4.0
    assert grad(lambda w: hessian(lambda x: w * x**3)(2.0))(3.0) == 12.0
    assert jvp(lambda w: grad(lambda x: w * x * x)(2.0))((3.0,), (1.0,)) == (12.0, 4.0)
    assert jvp(lambda w: jvp(lambda x: w * x * x)((2.0,), (1.0,))[1])((3.0,), (1.0,)) == (12.0, 4.0)
    assert grad(lambda w: jvp(lambda x: w * x * x)((2.0,), (1.0,))[1])(3.0) == 4.0
    w = Value(3.0)  # not an outer transform's, but backward may be called on the result
    assert type(grad(lambda x: w * x)(2.0)) is Value
    with autograd.no_grad():  # where nobody will
        assert type(grad(lambda x: w * x)(2.0)) is float
    assert type(grad(lambda x: w.detach() * x)(2.0)) is float


def test_named_tuples_named_arguments_and_several_arguments():
    Line = collections.namedtuple("Line", "slope offset")
    assert grad(lambda p, x: p.slope * x + p.offset)(Line(2.0, 3.0), 5.0) == Line(5.0, 1.0)
    assert grad(lambda x, n, *, scale: scale * sum(x**k for k in range(n)))(2.0, 3, scale=10.0) == 50.0
    assert grad(lambda x, mode: x**3 if mode == "cube" else x)(2.0, "cube") == 12.0
    assert value_and_grad(lambda x, y, z: x * y * z, argnum=(0, -1))(2.0, 3.0, 5.0) == (30.0, (15.0, 6.0))


def test_a_detached_value_is_an_argument_like_any_other():
    x = Value(3.0)
    with autograd.no_grad():
        made = x * 1
    for t in (x.detach(), made):
        assert grad(lambda u: u**2)(t).data == 6.0
    with pytest.raises(ValueError, match=r"^inputs\[0\]: no gradient flows to it"):
        grad(x * 2, x.detach())
    with pytest.raises(RuntimeError, match=r"^backward: no gradient flows here"):
        made.backward()


@pytest.mark.parametrize(
    "slope",
    [
        lambda w: grad(lambda x: w**3 * x)(1.0),
        lambda w: grad(lambda x, *, weight: weight**3 * x)(1.0, weight=w),
        lambda w: grad(lambda x, weights: weights["w"] ** 3 * x)(1.0, {"w": w}),
        lambda w: value_and_grad(lambda x: w**3 * x)(1.0)[1],
        lambda w: vjp(lambda x: w**3 * x)(1.0)[1](1.0)[0],
        lambda w: jvp(lambda x: w**3 * x)((1.0,), (1.0,))[1],
        lambda w: jacobian(lambda x: [w**3 * x])(1.0)[0],
        lambda w: hessian(lambda x: w**3 * x * x / 2)(1.0),
        lambda w: hvp(lambda x: w**3 * x * x / 2)(1.0, 1.0),
        lambda w: grad(lambda x: w**3 * x[0] + x[1])(np.array([1.0, 2.0])).tolist()[0],
        lambda w: jvp(grad(lambda x: w**3 * x * x / 2))((1.0,), (1.0,))[1],
    ],
)
def test_a_gradient_at_a_float_reaches_every_value_that_f_reads(slope):
    w = Value(2.0)
    (slope(w) ** 2).backward()
    assert w.grad == 192.0
    with autograd.no_grad():
        assert type(slope(w)) is float
    w.requires_grad = False
    assert type(slope(w)) is float


def test_a_penalty_on_a_gradient_reaches_the_weights_of_a_model():
    model = nn.MLP(2, [3, 1], activation="tanh")
    slopes = grad(lambda x: model(x))([0.3, -0.7])
    autograd.norm(slopes).backward()
    found = [p.grad for p in model.parameters()]
    model.zero_grad()
    x = [Value(0.3), Value(-0.7)]
    autograd.norm(grad(model(x), x, create_graph=True)).backward()
    assert found == pytest.approx([p.grad for p in model.parameters()], rel=1e-12)
    assert any(found)


def test_copies_inside_a_function_stay_differentiable_and_pickles_are_refused():
    @dataclasses.dataclass
    class Line:
        slope: float
        offset: float

    assert grad(lambda x: copy.deepcopy({"x": x * 2})["x"] * copy.copy(x))(3.0) == 12.0
    f = lambda line: sum(dataclasses.asdict(line).values()) ** 2
    assert grad(f)(Line(1.0, 2.0)) == Line(6.0, 6.0)
    with pytest.raises(TypeError, match=r"^no gradient would flow through a pickle"):
        grad(lambda x: pickle.loads(pickle.dumps(x)))(3.0)
