"""A compiled function is differentiated as the function is: never a silent 0."""

import copy
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, grad, gradcheck, hessian, hvp, jacobian, jvp, no_grad, value_and_grad, vjp
from autograd.replay import compile  # noqa: A004  # the field's name for it


def loss(p, x):
    return (p["w"] * x[0] + p["b"]).tanh() * x[1] ** 2 + (p["w"] / x[1]).exp()


POINT, X = {"w": 0.7, "b": -0.3}, np.array([[0.5, 1.5], [-0.2, 0.8], [1.1, -2.0]])
NESTED = {
    "grad": grad,
    "jacobian": jacobian,
    "hessian": hessian,
    "grad of jvp": lambda f: grad(lambda p: jvp(f)((p,), ({"w": 1.0, "b": 2.0},))[1]),
    "jvp of grad": lambda f: lambda p: jvp(grad(f))((p,), ({"w": 1.0, "b": 2.0},)),
    "hvp": lambda f: lambda p: hvp(f)(p, {"w": 1.0, "b": 2.0}),
    "vjp": lambda f: lambda p: vjp(f)(p)[1](2.0),
    "third": lambda f: lambda p: grad(lambda w: grad(lambda v: grad(lambda u: f({"w": u, "b": p["b"]}))(v))(w))(p["w"]),
}


def flat(tree):
    return autograd.graph.leaves(tree)


def mean(p):
    return sum((loss(p, x) for x in X.tolist()), 0.0) / 3


@pytest.mark.parametrize("name", NESTED)
def test_every_transform_of_it_is_that_of_the_function(name):
    f = compile(loss)
    expected = flat(NESTED[name](lambda p: loss(p, X[0].tolist()))(POINT))
    assert flat(NESTED[name](lambda p: f(p, X[0]))(POINT)) == pytest.approx(expected, rel=1e-13)
    batched = compile(loss, batch="x")
    assert flat(NESTED[name](lambda p: batched(p, X))(POINT)) == pytest.approx(
        flat(NESTED[name](mean)(POINT)), rel=1e-13
    )


def test_the_cases_that_used_to_give_nothing():
    assert grad(compile(lambda y: y**3))(2.0) == 12.0
    assert jacobian(compile(lambda x: [x[0] * x[1], x[0]]))([2.0, 3.0]) == [[3.0, 2.0], [1.0, 0.0]]
    assert jvp(compile(lambda y: y**3))((2.0,), (1.0,)) == (8.0, 12.0)
    assert gradcheck(compile(lambda y: y**3), [2.0]).verdict == "PASS"


def test_backward_goes_through_it_and_no_grad_gives_numbers():
    w = Value(2.0)
    y = compile(lambda v, x: v**2 * x, batch="x", reduce="sum")(w, [1.0, 2.0])
    y.backward()
    assert (y.data, w.grad) == (12.0, 12.0)
    with no_grad():
        assert compile(lambda v: v**2)(w) == 4.0
    assert type(compile(lambda v: v**2)(w.detach())) is float


def test_samples_may_be_differentiated_by_too():
    f = compile(lambda x: (x[0] * x[1]).sin(), batch="x", reduce=None)
    slopes = jacobian(lambda x: f(x))(X)
    for i, (a, b) in enumerate(X.tolist()):
        assert slopes[i, i].tolist() == pytest.approx([b * math.cos(a * b), a * math.cos(a * b)])
    assert np.count_nonzero(slopes) == 6


def test_what_it_reads_from_outside_is_differentiated_too():
    def outer(w):
        f = compile(lambda x: w * x)
        return f(3.0) * w

    assert (grad(outer)(2.0), jvp(outer)((2.0,), (1.0,)), grad(grad(outer))(2.0)) == (12.0, (12.0, 12.0), 6.0)
    held = []
    f = compile(lambda x: held[0] ** 2 * x)

    def through(w):
        held[:] = [w]
        return f(3.0)

    w = Value(2.0)
    assert through(w) == 12.0
    assert (grad(through)(2.0), jvp(through)((2.0,), (1.0,))[1]) == (12.0, 12.0)


def test_calls_of_backward_on_arguments_are_refused_where_their_mean_would_be_lost():
    def step(w, x):
        error = (w * x) ** 2
        error.backward()
        return error

    w = Value(2.0)
    with pytest.raises(TypeError, match=r"calls backward\(\) on Values among its arguments"):
        compile(step, batch="x")(w, [1.0, 2.0])
    assert w.grad == 0.0
    assert compile(step)(w, 1.0) == 4.0
    assert w.grad == 4.0


@given(st.lists(st.floats(-2, 2), min_size=2, max_size=2), st.floats(-2, 2))
def test_value_and_grad_may_be_compiled_on_either_side(weights, x):
    def f(w):
        return (w[0] * x).sin() * w[1] + (w[1] * w[1] + 1.5).log()

    inside, outside = compile(value_and_grad(f))(weights), value_and_grad(compile(f))(weights)
    assert inside[0] == pytest.approx(outside[0], rel=1e-14, abs=1e-300)
    assert list(inside[1]) == pytest.approx(outside[1], rel=1e-13, abs=1e-15)


def test_a_call_on_values_is_one_node_and_does_not_call_the_function_again():
    calls = []

    def f(w, x):
        calls.append(1)
        return (w["a"] * x).sin() + w["b"][0] * w["b"][1] * x

    compiled = compile(f, batch="x", reduce="sum")
    w = {"a": Value(0.5), "b": [Value(2.0), Value(3.0, requires_grad=False)]}
    for _ in range(3):
        y = compiled(w, [1.0, 2.0])
    assert len(calls) == 1
    assert (y.op.symbol, y.args) == ("f", (w["a"], w["b"][0]))
    assert y.locals == pytest.approx((math.cos(0.5) + 2 * math.cos(1.0), 9.0))
    y.backward(2.0)
    assert (w["a"].grad, w["b"][0].grad) == (2 * y.locals[0], 2 * y.locals[1])
    y.backward(create_graph=True)
    w["a"].grad.backward()
    assert w["b"][1].grad == 0.0


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda y: pickle.loads(pickle.dumps(y))])
def test_its_node_is_copied_with_the_graph(copied):
    again = copied(module_level(Value(2.0)) * 3.0)
    again.backward()
    assert (again.data, again.args[0].args[0].grad) == (24.0, 36.0)


def cube(x):
    return x**3


module_level = compile(cube)


@pytest.mark.parametrize(
    "f",
    [
        lambda x, w: [x * w, x],  # several results
        lambda x, w: x * w if w else x,  # what it reads may be frozen later
        lambda x, w: (x * w, (x * w).backward())[0],  # it writes grads
        lambda x, w: x.detach() * 3.0,
        lambda x, w: 3.0,
    ],
)
def test_one_node_stands_for_a_call_only_where_it_gives_the_same_as_the_function(f):
    w = Value(3.0)
    compiled = compile(lambda x: f(x, w))
    for frozen in (False, True, False):
        w.requires_grad = not frozen
        answers = []
        for call in (compiled, lambda x: f(x, w)):
            x, w.grad = Value(2.0), 0.0
            found = call(x)
            for y in flat(found):
                if isinstance(y, Value) and y.requires_grad:
                    y.backward()
            answers.append(([getattr(y, "data", y) for y in flat(found)], x.grad, w.grad))
        assert answers[0] == answers[1]
