"""The compiled function: arguments, results, live inputs and what it refuses."""

import math
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import autograd
from autograd import Value, grad, hvp, no_grad, value_and_grad, vjp, where
from autograd.graph.pytree import leaves
from autograd.replay import Compiled, Flat, compile  # noqa: A004  # the field's name for it
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
    assert len(next(iter(compiled.specializations.values()))) == 1  # traced once


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


def test_parameters_may_be_one_vector_until_they_are_unpacked():
    values, other = [Value(1.0), Value(2.0), Value(7.0)], Value(3.0)

    def f(x):
        loss = (values[1] * x + values[0] * other).tanh() if values[1] < 5 else values[0] / x
        loss.backward()
        return loss

    flat = Flat(values)
    compiled, plain = compile(f, flat=flat), compile(f)
    for number in (0.1, -0.3, 9.0):  # the last takes the other branch
        flat.data[1] = number
        found = compiled(0.5)
        assert [v.grad for v in values] == [0.0, 0.0, 0.0]
        slopes = [*flat.grad.tolist(), other.grad]
        flat.grad[:] = other.grad = 0
        flat.unpack()
        assert plain(0.5) == found
        assert [v.grad for v in (*values, other)] == slopes
        for v in (*values, other):
            v.grad = 0.0
    flat.data[:] = [2.0, 9.0, 7.0]
    with pytest.warns(RuntimeWarning, match="gave inf"):
        assert compiled(0.0) == math.inf  # which the engine computes, with the numbers of the vector
    assert flat.grad[0] == math.inf
    with pytest.raises(TypeError, match=r"values\[1\]: expected a Value, got float 2.0"):
        Flat([Value(1.0), 2.0])


def test_a_value_computed_outside_is_computed_again_from_its_leaves():
    w = Value(3.0)
    square = w * w
    compiled = compile(lambda x: square + x)
    assert compiled(1.0) == 10.0
    w.data = 4.0
    assert compiled(1.0) == 17.0


def test_values_as_arguments_and_without_arguments():
    w = Value(2.0)
    assert compile(lambda p, x: p * x, batch="x")(w, [1.0, 2.0]) == 3.0
    assert compile(lambda: w * w)() == 4.0
    with no_grad():
        assert compile(grad(lambda x: x * x))(3.0) == 6.0


def test_a_call_within_no_grad_adds_to_no_gradient():
    w = Value(2.0)

    def f(x):
        (w * x).backward()
        return w * x

    for call, x in ((f, Value(3.0)), (compile(f), 3.0)):
        with no_grad(), pytest.raises(RuntimeError, match="no gradient flows here"):
            call(x)
        assert w.grad == 0.0


def test_no_grad_inside_stops_the_gradient():
    def f(x):
        with no_grad():
            y = x * x
        return y * x

    assert compile(grad(f))(3.0) == grad(f)(3.0) == 9.0


def test_a_block_that_was_made_before_stops_the_gradient_too():
    block = no_grad()

    def f(x):
        with block:
            y = x * x
        return y * x

    assert compile(grad(f))(3.0) == grad(f)(3.0) == 9.0


def test_results_have_the_shape_of_what_f_returns_and_lists_are_arrays():
    def f(x):
        return {"a": [x[0][0] + 1, x[1][1]], "b": (x[0][1] * 2, 7.0)}

    one = compile(f)(np.arange(4.0).reshape(2, 2))
    assert (one["a"].tolist(), one["b"]) == ([1.0, 3.0], (2.0, 7.0))
    each = compile(f, batch=0, reduce=None)(np.arange(12.0).reshape(3, 2, 2))
    assert each["a"].tolist() == [[1.0, 3.0], [5.0, 7.0], [9.0, 11.0]]
    assert each["b"][1].tolist() == [7.0, 7.0, 7.0]


def test_equal_products_with_different_biases_are_different_numbers():
    def f(p, x):
        return autograd.dot(p["w"], x, p["b"]).tanh() * 2 + autograd.dot(p["w"], x, p["c"]).sin()

    p, x = {"w": [1.0, -0.5, 0.25], "b": 0.5, "c": -0.25}, np.linspace(-1, 1, 60).reshape(20, 3)
    value, slope = compile(value_and_grad(f), batch="x", reduce=None)(p, x)
    for k, row in enumerate(x.tolist()):
        expected, wanted = value_and_grad(f)(p, row)
        assert value[k] == pytest.approx(expected, abs=1e-14)
        assert [slope["b"][k], slope["c"][k], *slope["w"][k]] == pytest.approx([wanted["b"], wanted["c"], *wanted["w"]])


def test_many_samples_are_cut_into_parts_without_a_trace_of_it():
    loss = compile(value_and_grad(lambda w, x: (w[0] * x[0] + w[1] * x[1].sin()).tanh() ** 2 + w[0] * w[0]), batch="x")
    x = np.random.default_rng(1).normal(size=(30_000, 2))
    whole, slope = loss([0.3, -0.2], x)
    halves = [loss([0.3, -0.2], part) for part in (x[:15_000], x[15_000:])]
    assert math.isclose(whole, sum(h[0] for h in halves) / 2, rel_tol=1e-12)
    assert np.allclose(slope, sum(h[1] for h in halves) / 2, rtol=1e-12)
    single = compile(lambda x: x * 2, batch=0, reduce=None)
    big = np.arange(400_000.0)
    assert (single(big) == 2 * big).all()


def test_float32_in_float32_out():
    loss, slope = compile(value_and_grad(lambda w, x: (w[0] * x).tanh()), batch="x")(
        np.array([0.5], np.float32), np.array([1.0, 2.0], np.float32)
    )
    assert slope.dtype == np.float32
    assert math.isclose(loss, (math.tanh(0.5) + math.tanh(1.0)) / 2, rel_tol=1e-6)
    logarithms = compile(lambda x: x.log(), batch="x", reduce=None)(np.array([0.0, 1.0], np.float32))  # the engine's
    assert (logarithms.dtype, logarithms.tolist()) == (np.float32, [-math.inf, 0.0])


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


def test_what_a_recording_would_freeze_is_refused_with_the_line():
    w = Value(2.0)

    def reads(x):
        return x * w.data

    def sets(x):
        w.data = 5.0
        return x * w

    def clears(x):
        w.grad = 0.0
        return x * w

    def freezes(x):
        w.requires_grad = False
        return x * w

    refused = ((reads, "reads .data"), (sets, "sets .data"), (clears, "sets .grad"), (freezes, "sets .requires_grad"))
    for f, text in refused:
        with pytest.raises(TypeError, match=rf"compiled.py, line {f.__code__.co_firstlineno + 1} {text} of a Value"):
            compile(f)(1.0)
    assert (w.data, w.grad, w.requires_grad) == (2.0, 0.0, True)
    w.requires_grad = False
    w.requires_grad = True
    w.data = 3.0  # and afterwards all is as before
    assert (w * w).data == 9.0


def test_a_traced_value_that_escapes_says_so():
    kept = []
    compile(lambda x: kept.append(x) or x)(1.0)
    with pytest.raises(ValueError, match="used after the call of f that it belongs to"):
        kept[0] + 1
    with pytest.raises(ValueError, match="used after"):
        compile(lambda x: x + kept[0])(1.0)


def test_an_opaque_node_cannot_be_replayed():
    made = Value(3.0, (Value(1.0),), local_grads=(2.0,))
    with pytest.raises(TypeError, match="opaque node"):
        compile(lambda x: x + made)(1.0)


def test_a_value_made_inside_is_a_constant():
    def f(x):
        total = Value(0.0)
        for k in range(3):
            total += x * Value(float(k))
        return total

    assert compile(f)(2.0) == 6.0


def test_importing_autograd_loads_neither_numpy_nor_replay():
    code = "import sys, autograd; print([m for m in sys.modules if m.split('.')[0] == 'numpy' or 'replay' in m])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=_root())
    assert run.stdout.strip() == "[]"


def test_without_numpy_the_error_names_the_extra():
    code = "import sys; sys.modules['numpy'] = None; import autograd; autograd.compile"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=_root())
    assert 'ImportError: autograd.compile needs NumPy: pip install -e ".[replay]"' in run.stderr


def _root():
    return autograd.__path__[0] + "/.."


def _flat(tree):
    return np.concatenate([np.ravel(x) for x in leaves(tree)])
