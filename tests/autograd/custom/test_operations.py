"""Operations of one's own: rows added at run time, and gates as a student writes them."""

import copy
import gc
import math
import pickle

import pytest

import autograd
import viz
from autograd import Value, detect_anomaly, evaluate, gate, grad, gradcheck, no_grad, operation, trace
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


class MultiplyGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, dz):
        return [self.y * dz, self.x * dz]


class SigmoidLayer:
    """In the manner of Caffe's: forward keeps its top, backward uses it."""

    def forward(self, bottom):
        self.top = 1 / (1 + math.exp(-bottom))
        return self.top

    def backward(self, top_diff):
        return top_diff * self.top * (1 - self.top)


def test_gates_are_used_inside_the_engine_as_often_as_you_like():
    multiply, sigmoid = gate(MultiplyGate), gate(SigmoidLayer)
    w, x, b = Value(2.0, label="w"), Value(-1.0, label="x"), Value(0.5, label="b")
    y = multiply(sigmoid(multiply(w, x) + b), multiply(w, 3.0))
    y.backward()
    c, d, e = Value(2.0), Value(-1.0), Value(0.5)
    (autograd.sigmoid(c * d + e) * (c * 3)).backward()
    assert [v.grad for v in (w, x, b)] == pytest.approx([v.grad for v in (c, d, e)], rel=1e-14)
    assert trace(y).grads[:2] == pytest.approx((w.grad, x.grad), rel=1e-14)
    assert "MultiplyGate" in viz.graph(y).svg()
    with pytest.raises(TypeError, match="MultiplyGate is opaque: it has no rule, only numbers"):
        y.backward(create_graph=True)


def one(a):
    return a


def two(a, b):
    return a


def test_a_report_calls_the_inputs_of_a_gate_as_its_forward_does():
    class Product:
        def forward(self, weight, x):
            return weight * x

        def backward(self, dz):
            return [0.0, 0.0]

    report = gradcheck(gate(Product), [3.0, -4.0])
    assert [(check.name, check.verdict) for check in report.checks] == [("weight", "FAIL"), ("x", "FAIL")]


def test_defaults_are_those_of_the_function():
    @operation(lambda y, a, k: k, lambda y, a, k: a)
    def times(a, k=2.0):
        return a * k

    x = Value(3.0)
    y = times(x) + x.times(k=5.0)
    y.backward()
    assert (y.data, x.grad) == (21.0, 7.0)


def test_a_gate_is_copied_and_pickled_with_its_node():
    x, y = Value(3.0, label="x"), Value(-4.0, label="y")
    z = gate(MultiplyGate)(x, y) * 2
    for twin in (copy.deepcopy(z), pickle.loads(pickle.dumps(z))):
        twin.backward()
        assert [leaf.grad for leaf in twin.args[0].args] == [-8.0, 6.0]
    assert x.grad == 0.0


def test_a_gate_leaves_no_reference_cycle():
    gc.collect()
    gc.disable()
    try:
        x, y = Value(3.0), Value(-4.0)
        z = gate(MultiplyGate)(x, y)
        z.backward()
        del z
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_a_gate_minds_what_does_not_flow():
    x, y = Value(3.0), Value(-4.0)
    with no_grad():
        assert not gate(MultiplyGate)(x, y).requires_grad
    y.requires_grad = False
    z = gate(MultiplyGate)(x, y) + gate(MultiplyGate)(x, 10.0)
    z.backward()
    assert (x.grad, y.grad) == (6.0, 0.0)
    assert [edge.local for edge in trace(z).edges] == [-4.0, None, 10.0, 1.0, 1.0]
    with detect_anomaly(), pytest.raises(FloatingPointError, match=r"^ƒ MultiplyGate\(1e\+200, 1e\+200\) gave inf"):
        gate(MultiplyGate)(Value(1e200), Value(1e200))


class Short(MultiplyGate):
    def backward(self, dz):
        return [dz]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: operation(lambda y, a: 1)(two), "partials: expected 2, one for each argument"),
        (lambda: operation(lambda y, a: 1, domain=(1, 2))(one), "domain: expected 1"),
        (lambda: operation(lambda a: 1)(one), r"partials\[0\]: expected a function of y and the 1 arguments of one"),
        (lambda: operation(3)(one), r"partials\[0\]: expected a function or None, got int 3"),
        (lambda: operation(one)(Value(1.0)), "operation: expected a function to decorate, got .*; write @operation"),
        (lambda: operation(lambda y, a: 1)(lambda a: a), "<lambda>: .* expected an identifier"),
        (lambda: operation(lambda y, a: 1, latex="#2")(one), r"latex: #2 is not one of the 1 arguments of one\(\)"),
        (lambda: gate(3), "kind: expected a class of gates, got int 3"),
        (lambda: gate(MultiplyGate)("x", 2.0), "input 1 of MultiplyGate: expected a number or a Value, got str"),
        (lambda: gate(Short)(Value(1.0), Value(2.0)).backward(), "Short.backward: expected 2 numbers"),
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
