"""Operations of one's own: rows added at run time, and gates as a student writes them."""

import math
import pickle
import random

import pytest

import autograd
import viz
from autograd import Value, evaluate, grad, hessian, jvp, operation, trace
from autograd.table.op import TABLE


def define_swish():
    @operation(
        lambda y, a, b: autograd.sigmoid(a * b) + a * b * autograd.sigmoid(a * b) * autograd.sigmoid(-a * b),
        lambda y, a, b: a * a * autograd.sigmoid(a * b) * autograd.sigmoid(-a * b),
        symbol="swish",
    )
    def swish(a, b):
        return a * autograd.sigmoid(a * b)

    return swish


def test_a_row_of_ones_own_is_like_any_other():
    swish = define_swish()
    x, b = Value(0.7, label="x"), Value(1.5, label="b")
    y = swish(x, b)
    y.backward()
    assert autograd.swish is swish
    assert (y.data, x.grad) == (swish(0.7, 1.5), swish.derivative(y.data, (0.7, 1.5), 0))
    assert x.swish(b).data == y.data
    assert grad(grad(lambda t: swish(t, 1.5)))(0.7) == pytest.approx(
        grad(grad(lambda t: t * autograd.sigmoid(1.5 * t)))(0.7), rel=1e-12
    )
    recorded = trace(y)
    assert evaluate(recorded.graph, {"x": 0.7, "b": 1.5})[-1] == y.data
    assert recorded.ops["swish"]["trees"]["2"] is not None
    assert "swish" in viz.graph(y).svg()


def test_a_row_written_with_math_works_on_floats_and_values_and_carries_no_trees():
    @operation(lambda y, a: math.cos(a))
    def sine(a):
        return math.sin(a)

    x = Value(0.7)
    y = sine(x)
    y.backward()
    assert x.grad == math.cos(0.7)
    assert trace(y).ops["sine"]["trees"]["1"] is None
    with pytest.raises(TypeError):
        grad(grad(sine))(0.7)


def test_a_cell_may_be_run_twice():
    assert define_swish() is not define_swish()
    assert TABLE["swish"] is autograd.swish


def one(a):
    return a


def two(a, b):
    return a


def test_defaults_are_those_of_the_function():
    @operation(lambda y, a, k: k, lambda y, a, k: a)
    def times(a, k=2.0):
        return a * k

    x = Value(3.0)
    y = times(x) + x.times(k=5.0)
    y.backward()
    assert (y.data, x.grad) == (21.0, 7.0)


def test_any_number_of_arguments():
    pytest.importorskip("numpy", reason="compile needs it")

    @operation(lambda y, *args: [1 / len(args)] * len(args))
    def mean2(*args):
        return sum(args) / len(args)

    @operation(lambda y, a, *rest: (1.0, *[2 * b for b in rest]))
    def first_and_squares(a, *rest):
        return a + sum(b * b for b in rest)

    x, y = Value(3.0, label="x"), Value(5.0, label="y")
    for found, composed in (
        (mean2(x, y, 1.0) + mean2([x, y]), (x + y + 1.0) / 3 + (x + y) / 2),
        (first_and_squares(x, y, y), x + y * y + y * y),
    ):
        assert found.data == pytest.approx(composed.data)
        assert [g.data for g in grad(found, [x, y])] == pytest.approx([g.data for g in grad(composed, [x, y])])
    h = hessian(lambda p: first_and_squares(*p))([1.0, 2.0, 3.0])
    assert h == hessian(lambda p: p[0] + p[1] * p[1] + p[2] * p[2])([1.0, 2.0, 3.0])
    assert autograd.compile(lambda a, b: first_and_squares(a, b, 2.0))(1.0, 3.0) == 14.0
    assert jvp(lambda a: first_and_squares(a, a))((3.0,), (1.0,)) == (12.0, 7.0)
    assert trace(first_and_squares(x, y)).ops["first_and_squares"]["trees"]["2"] is not None


def define_cartesian(calls):
    @operation(
        lambda y, r, t: (y[0] / r, autograd.sin(t)),
        lambda y, r, t: (-y[1], r * autograd.cos(t)),
        results=2,
        symbol="xy",
    )
    def cartesian(r, t):
        calls.append(1)
        return r * autograd.cos(t), r * autograd.sin(t)

    return cartesian


def test_several_results_are_a_node_each():
    calls = []
    cartesian = define_cartesian(calls)
    assert cartesian(2.0, 0.5) == (2 * math.cos(0.5), 2 * math.sin(0.5))
    assert len(calls) == 1
    r, t = Value(2.0, label="r"), Value(0.5, label="t")
    x, _ = cartesian(r, t=t)
    assert x.op is autograd.cartesian_0
    assert len(calls) == 2

    def f(p):
        x, y = cartesian(*p)
        return x * x * y

    def composed(p):
        r, t = p
        return (r * autograd.cos(t)) ** 2 * (r * autograd.sin(t))

    for mine, theirs in zip(hessian(f)([2.0, 0.5]), hessian(composed)([2.0, 0.5]), strict=True):
        assert mine == pytest.approx(theirs, rel=1e-12)
    for tangent in ((1.0, 0.0), (0.3, -2.0)):
        pair = [jvp(lambda r, t, g=g: g((r, t)))((2.0, 0.5), tangent) for g in (f, composed)]
        assert pair[0] == pytest.approx(pair[1], rel=1e-12)
    assert define_cartesian([]) is not cartesian


def test_random_results_are_of_one_draw():
    @operation(lambda y, a: (1.0, 1.0), results=2)
    def draw(a):
        e = random.random()
        return a + e, a - e

    for a in (1.0, Value(1.0)):
        x, y = draw(a)
        assert getattr(x + y, "data", x + y) == pytest.approx(2.0)


def test_nodes_of_an_operation_that_was_defined_again_are_not_mistaken():
    def define(k):
        @operation(lambda y, a: k)
        def own(a):
            return k * a

        return own

    x = Value(3.0, label="x")
    old = define(2.0)(x)
    new = define(5.0)(x)
    recorded = trace(old + new)
    assert [row.op for row in recorded.graph.rows] == [None, "ƒ own", "own", "add"]
    with pytest.raises(ValueError, match="ƒ own is opaque"):
        evaluate(recorded.graph, {"x": 1.0})
    (old + new).backward()
    assert (old.data, new.data, x.grad) == (6.0, 15.0, 7.0)
    with pytest.raises(ValueError, match="own was defined again"):
        pickle.dumps(old)
    text = pickle.dumps(new)
    assert pickle.loads(text).data == 15.0
    TABLE["own"].retire()
    with pytest.raises(ValueError, match="the table has no operation 'own': define it"):
        pickle.loads(text)


def many(*args):
    return sum(args)


def many_again(*args):
    return autograd.many(*args)


def none():
    return 1.0


def named(*, a):
    return a


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: operation()(none), r"none: expected a function of one argument or more"),
        (lambda: operation(lambda y, a: 1)(named), r"named: expected positional arguments, got a"),
        (lambda: operation(lambda y, a: 1, inverse=1), "operation: expected options among .*, got inverse"),
        (lambda: operation(lambda y, a: 1, results=0), "results: expected the number of results, 1 or more, got 0"),
        (
            lambda: operation(lambda y, a: 1, results=2)(one)(1.0),
            "one: expected 2 numbers, one for each",
        ),
        (lambda: operation(lambda y, a: 1)(lambda *args: 1), "<lambda>: .* expected an identifier"),
        (lambda: operation(lambda y, a: 1)(many), "partials.0.: expected a function of y and all arguments of many"),
        (lambda: operation(None)(many), "partials: expected one that returns a derivative for each argument of many"),
        (lambda: grad(operation(lambda y, *a: [1])(many))(1.0) + many_again(1.0, Value(2.0)), "expected 2 derivatives"),
        (lambda: operation(lambda y, a: 1)(two), "partials: expected 2, one for each argument"),
        (lambda: operation(lambda y, a: 1, domain=(1, 2))(one), "domain: expected 1"),
        (lambda: operation(lambda a: 1)(one), r"partials\[0\]: expected a function of y and the 1 arguments of one"),
        (lambda: operation(3)(one), r"partials\[0\]: expected a function or None, got int 3"),
        (lambda: operation(one)(Value(1.0)), "operation: expected a function to decorate, got .*; write @operation"),
        (lambda: operation(lambda y, a: 1)(lambda a: a), "<lambda>: .* expected an identifier"),
        (lambda: operation(lambda y, a: 1, latex="#2")(one), r"latex: #2 is not one of the 1 arguments of one\(\)"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


def test_names_that_are_taken_are_refused():
    def exp(a):
        return a

    def label(a):
        return a

    with pytest.raises(ValueError, match="exp: the table has an operation of this name"):
        operation(lambda y, a: 1)(exp)
    with pytest.raises(ValueError, match="label: every Value has an attribute of this name"):
        operation(lambda y, a: 1)(label)
