"""The compiled function: arguments, results, live inputs and what it refuses."""

import math
import random
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import autograd
from autograd import Value, grad, hvp, no_grad, value_and_grad, vjp, where
from autograd.graph.pytree import leaves
from autograd.replay import Compiled, compile  # noqa: A004  # the field's name for it
from nn import MLP


def squared(p, x, y):
    return (p["w"] * x + p["b"] - y) ** 2


def dotted(x):
    return autograd.dot([1.0, 2.0], x)


POINT = {"w": 2.0, "b": 1.0}
X, Y = np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 8.0])


def test_the_result_is_the_mean_the_sum_or_one_for_each_sample():
    each = [(2 * x + 1 - y) ** 2 for x, y in zip(X, Y, strict=True)]
    assert compile(squared, batch=("x", "y"))(POINT, X, Y) == sum(each) / 3
    assert compile(squared, batch=("x", "y"), reduce="sum")(POINT, X, Y) == sum(each)
    assert compile(squared, batch=("x", "y"), reduce=None)(POINT, X, Y).tolist() == each


def test_it_composes_with_the_transforms_and_keeps_the_names_of_the_arguments():
    loss, slope = compile(value_and_grad(squared), batch=("x", "y"))(POINT, X, Y)
    assert (loss, slope) == (3.0, {"w": -4.0, "b": -2.0})
    assert compile(grad(squared), batch=("x", "y"), reduce="sum")(POINT, X, Y) == {"w": -12.0, "b": -6.0}


@pytest.mark.parametrize("transform", [grad, value_and_grad, autograd.jacobian, autograd.hessian])
def test_a_compiled_transform_gives_what_the_transform_gives(transform):
    def f(x):
        return (x[0] ** 3 * x[1]).sin() + x[1].exp() / x[0]

    eager, replayed = transform(f)([0.7, 1.3]), compile(transform(f))([0.7, 1.3])
    assert np.allclose(_flat(eager), _flat(replayed), rtol=1e-13)


def test_second_order_along_a_vector_and_forward_mode_and_pullbacks():
    def f(x):
        return (x[0] ** 2 * x[1]).exp()

    assert np.allclose(compile(hvp(f))([0.2, 0.3], [1.0, 0.5]), hvp(f)([0.2, 0.3], [1.0, 0.5]), rtol=1e-13)
    forward = compile(lambda x, v: autograd.jvp(f)((x,), (v,))[1])([0.2, 0.3], [1.0, 0.5])
    assert math.isclose(forward, autograd.jvp(f)(([0.2, 0.3],), ([1.0, 0.5],))[1], rel_tol=1e-13)
    pulled = compile(lambda x, g: vjp(lambda z: [z * z, 3 * z])(x)[1]([g, 1.0])[0])(2.0, 10.0)
    assert pulled == 43.0


def test_nested_derivatives_are_not_confused():
    f = grad(lambda x: x * grad(lambda y: x * y)(x))
    assert f(3.0) == compile(f)(3.0) == 6.0


def test_parameters_read_from_outside_are_live_and_a_model_trains_as_eagerly():
    random.seed(3)
    models = [MLP(2, [8, 1], activation="tanh") for _ in range(2)]
    for p, q in zip(*(m.parameters() for m in models), strict=True):
        q.data = p.data
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 2)), rng.normal(size=20)

    def step(xi, yi):
        loss = (models[0](xi) - yi) ** 2
        loss.backward()
        return loss

    compiled = compile(step, batch=("xi", "yi"))
    for _ in range(10):
        losses = []
        for model in models:
            model.zero_grad()
            if model is models[0]:
                losses.append(compiled(x, y))
            else:
                total = sum(((model(list(a)) - b) ** 2 for a, b in zip(x, y, strict=True)), Value(0.0)) / len(y)
                total.backward()
                losses.append(total.data)
            for p in model.parameters():
                p.data -= 0.1 * p.grad
        assert math.isclose(*losses, rel_tol=1e-12)
    for p, q in zip(*(m.parameters() for m in models), strict=True):
        assert math.isclose(p.data, q.data, rel_tol=1e-11)
    assert len(compiled.specializations) == 1  # traced once


def test_gradients_accumulate_as_in_a_training_loop_and_constants_get_none():
    w, fixed = Value(3.0), Value(5.0).detach()

    def f(x):
        loss = w * x * fixed + w.detach()
        loss.backward()
        return loss

    compiled = compile(f)
    assert (compiled(2.0), compiled(2.0)) == (33.0, 33.0)
    assert (w.grad, fixed.grad) == (20.0, 0.0)


def test_what_is_frozen_between_calls_gets_no_gradient_and_what_is_thawed_does():
    w = Value(3.0)

    def f(x):
        loss = w * x
        loss.backward()
        return loss

    compiled = compile(f)
    for requires_grad, expected in ((True, 2.0), (False, 2.0), (True, 4.0)):
        w.requires_grad = requires_grad
        assert (compiled(2.0), w.grad) == (6.0, expected)


def test_a_call_within_no_grad_adds_to_no_gradient():
    w = Value(2.0)

    def f(x):
        (w * x).backward()
        return w * x

    for call, x in ((f, Value(3.0)), (compile(f), 3.0)):
        with no_grad(), pytest.raises(RuntimeError, match="no gradient flows here"):
            call(x)
        assert w.grad == 0.0


def test_results_have_the_shape_of_what_f_returns_and_lists_are_arrays():
    def f(x):
        return {"a": [x[0][0] + 1, x[1][1]], "b": (x[0][1] * 2, 7.0)}

    one = compile(f)(np.arange(4.0).reshape(2, 2))
    assert (one["a"].tolist(), one["b"]) == ([1.0, 3.0], (2.0, 7.0))
    each = compile(f, batch=0, reduce=None)(np.arange(12.0).reshape(3, 2, 2))
    assert each["a"].tolist() == [[1.0, 3.0], [5.0, 7.0], [9.0, 11.0]]
    assert each["b"][1].tolist() == [7.0, 7.0, 7.0]


def test_wheres_promise_holds_for_all_samples_at_once():
    f = value_and_grad(lambda x: where(x > 0, x.sqrt() + x.log() + 1 / x, 0.0) + where(x < 3, x * x.exp(), 0.0))
    compiled = compile(f, batch="x", reduce=None)
    x = np.array([0.0, 1.0, -2.0, 1000.0])
    y, slope = compiled(x)
    for k, a in enumerate(x.tolist()):
        assert math.isclose(y[k], f(a)[0], rel_tol=1e-14)
        assert math.isclose(slope[k], f(a)[1], rel_tol=1e-14)


@pytest.mark.filterwarnings("ignore:grad met a nan or an infinity:RuntimeWarning")
def test_infinities_and_nan_are_those_of_the_engine():
    f = value_and_grad(lambda w, x: w * autograd.log(x) + (w * 0.0) * x)
    for x in (0.0, -1.0, math.inf):
        expected = list(f(2.0, x))
        assert np.array_equal(compile(f)(2.0, x), expected, equal_nan=True)
        assert np.array_equal(compile(f, batch="x", reduce="sum")(2.0, [x]), expected, equal_nan=True)


def test_the_engine_is_asked_with_live_parameters_too():
    w = Value(2.0)

    def f(x):
        y = w / x
        y.backward()
        return y

    with pytest.warns(RuntimeWarning, match=r"div\(2.0, 0.0\) gave inf"):
        assert compile(f, batch="x")([0.0, 1.0]) == math.inf
    assert w.grad == math.inf


def test_gradients_are_as_before_if_the_engine_is_interrupted():
    w, calls = Value(2.0), []

    def f(x):
        calls.append(x)
        if len(calls) == 3:
            raise KeyboardInterrupt
        y = w / x + x.exp()
        y.backward()
        return y

    compiled = Compiled(f, batch="x", roots={})  # so that f may count
    w.grad = 7.0
    with pytest.warns(RuntimeWarning, match="gave inf"), pytest.raises(KeyboardInterrupt):
        compiled([0.0, 1.0])
    assert w.grad == 7.0


def test_a_compiled_function_takes_part_in_another():
    inner = compile(lambda x: x * x)
    outer = compile(grad(lambda x: inner(x) * x))
    assert outer(2.0) == 12.0
    batched = compile(lambda p, x: p * x**2, batch="x")
    assert compile(grad(lambda p: batched(p, [1.0, 2.0]) * p))(3.0) == 15.0
    assert compile(grad(lambda x: batched(2.0, [x, 3 * x])))(3.0) == 60.0
    with pytest.raises(TypeError, match="x: expected an array with a leading axis"):
        compile(lambda x: batched(1.0, x))(1.0)


def test_threads_may_share_a_compiled_function():
    compiled = compile(value_and_grad(lambda w, x: ((w[0] * x).tanh() + w[1] * x).exp()), batch="x")
    points = [np.full(200, 0.001 * k) for k in range(40)]
    expected = [compiled([0.5, 0.2], x)[0] for x in points]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda x: compiled([0.5, 0.2], x)[0], points)) == expected


# What is refused, and how it is said


def test_there_is_nothing_to_explain_before_the_first_call():
    with pytest.raises(ValueError, match="traced when it is called for the first time"):
        compile(lambda x: x).explain()


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: compile(3), TypeError, "f: expected a function, got int 3"),
        (lambda: compile(squared, batch="z"), ValueError, "batch: f has no argument 'z'; it has p, x, y"),
        (lambda: compile(squared, reduce="max"), ValueError, "reduce: expected 'mean', 'sum' or None"),
        (lambda: compile(squared, batch="y")(POINT, 1.0, 2.0), TypeError, "y: expected an array with a leading axis"),
        (lambda: compile(squared, batch=("x", "y"))(POINT, X, Y[:2]), ValueError, "y: expected 3 samples"),
        (
            lambda: compile(squared, batch=("x", "y"))(POINT, X[:0], Y[:0]),
            ValueError,
            "x: expected at least one sample",
        ),
        (lambda: compile(squared, batch=("x", "y"))(POINT, [], []), ValueError, "x: expected at least one sample"),
        (lambda: compile(squared, batch=("x", "y"))(POINT, X), TypeError, "y: expected an argument with a batch"),
        (
            lambda: compile(squared)({"w": "2", "b": 1.0}, 1.0, 2.0),
            TypeError,
            r"mul\(\): expected a number .*got str '2'",
        ),
        (
            lambda: compile(squared)({"w": 2j, "b": 1.0}, 1.0, 2.0),
            TypeError,
            r"p\['w'\]: expected numbers.* got complex",
        ),
        (lambda: compile(squared)(POINT, np.array(["a"]), 2.0), TypeError, "x: expected an array of real numbers"),
        (lambda: compile(squared)(POINT, np.array([1j]), 2.0), TypeError, "x: expected an array of real numbers"),
        (lambda: compile(lambda x: "y")(1.0), TypeError, "f: expected it to return Values.* got str 'y'"),
        (lambda: compile(lambda x: None)(1.0), TypeError, "f: expected it to return Values.* got NoneType"),
        (lambda: compile(lambda x: x.data)(1.0), TypeError, r"test_compiled.py, line \d+ reads .data of a Value"),
        (lambda: compile(lambda x: float(x))(1.0), TypeError, r"line \d+ asks a Value for its number.*use v.exp\(\)"),
        (
            lambda: compile(lambda x: [1, 2][x])(1.0),
            TypeError,
            r"compiled.py, line \d+ asks a Value for its number",
        ),
        (
            lambda: compile(lambda x: np.array([x, "a"]))(1.0),
            TypeError,
            "f: expected it to return Values.*str 'a'",
        ),
        (lambda: compile(lambda x: [x, None])(1.0), TypeError, "f: expected it to return Values.* got NoneType"),
        (lambda: compile(dotted)(np.ones(3)), ValueError, "2 weights and 3 inputs"),
        (lambda: compile(dotted, batch="x")(np.ones((5, 3))), ValueError, "2 weights and 3 inputs"),
        (lambda: compile(dotted, batch="x")(np.array(1.0)), ValueError, "x: expected a leading axis for the samples"),
        (
            lambda: compile(dotted)(np.array([None])),
            TypeError,
            "x: expected a number, got NoneType None",
        ),
        (
            lambda: compile(dotted)(np.array(["2020"], "M8[D]")),
            TypeError,
            "x: expected an array of real numbers, got d",
        ),
        (lambda: compile(dotted, batch="x")([[1.0, 2.0], [3.0]]), ValueError, "x: expected 2 samples, as the first"),
        (lambda: compile(dotted)(["1", 2.0]), TypeError, "expected a number, got str '1'"),
        (
            lambda: compile(dotted)(iter([1.0, 2.0])),
            TypeError,
            "x: expected numbers.* got list_iterator",
        ),
        (lambda: compile(dotted)(np.ma.array([1.0, 2.0])), TypeError, "x: expected a plain array, got a MaskedArray"),
    ],
)
def test_bad_input_is_refused_by_name(call, error, text):
    with pytest.raises(error, match=text):
        call()


def _flat(tree):
    return np.concatenate([np.ravel(x) for x in leaves(tree)])
