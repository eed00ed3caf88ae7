"""Gates as a student writes them."""

import copy
import gc
import math
import pickle

import pytest

import autograd
import viz
from autograd import Function, Value, detect_anomaly, gate, grad, gradcheck, jvp, no_grad, trace
from tests.helpers.optional_numpy import np


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


def test_a_report_calls_the_inputs_of_a_gate_as_its_forward_does():
    class Product:
        def forward(self, weight, x):
            return weight * x

        def backward(self, dz):
            return [0.0, 0.0]

    report = gradcheck(gate(Product), [3.0, -4.0])
    assert [(check.name, check.verdict) for check in report.checks] == [("weight", "FAIL"), ("x", "FAIL")]


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


def test_forward_mode_gets_the_measured_derivatives():
    multiply = gate(MultiplyGate)
    assert jvp(multiply)((3.0, -4.0), (1.0, 10.0)) == (-12.0, 26.0)
    assert jvp(lambda x: multiply(x, x) * x)((3.0,), (1.0,)) == (27.0, 27.0)
    assert jvp(lambda x: multiply(x, Value(2.0).detach()))((3.0,), (1.0,))[1] == 2.0
    for second in (
        lambda: grad(grad(multiply))(3.0, -4.0),
        lambda: jvp(lambda x: jvp(multiply)((x, 1.0), (1.0, 0.0))[1])((3.0,), (1.0,)),
        lambda: jvp(lambda x: multiply(x, Value(2.0)))((3.0,), (1.0,)),  # the tangent depends on the Value
    ):
        with pytest.raises(TypeError, match=r"^create_graph: MultiplyGate is opaque: .*; write an autograd\.Function"):
            second()
    with detect_anomaly(), pytest.raises(FloatingPointError, match="MultiplyGate"):
        jvp(multiply)((1e200, 1e200), (1.0, 0.0))


class Clip:
    """Backward that is not linear."""

    def forward(self, x):
        return x

    def backward(self, dz):
        return max(-1.0, min(1.0, dz))


def test_backward_gets_the_real_upstream():
    x = Value(2.0)
    y = 10 * gate(Clip)(x)
    y.backward()
    assert x.grad == grad(lambda x: 10 * gate(Clip)(x))(2.0) == 1.0
    x.grad = 0.0
    y.args[1]._backward()
    assert x.grad == 1.0


def test_a_closure_may_replace_what_the_gate_does():
    x = Value(2.0)
    y = gate(Clip)(x)
    y._backward = lambda: setattr(x, "grad", x.grad + 100 * y.grad)
    y.backward()
    assert x.grad == 100.0


def test_none_is_an_input_to_which_nothing_flows():
    class First(MultiplyGate):
        def backward(self, dz):
            return [self.y * dz, None]

    x, y = Value(3.0), Value(-4.0)
    gate(First)(x, y).backward()
    assert (x.grad, y.grad) == (-4.0, 0.0)
    assert not gate(First)(3.0, np.float32(2.0)).requires_grad
    assert gate(First)(x, True).data == 3.0


class Scale:
    def __init__(self, k):
        self.k = k

    def forward(self, x):
        return self.k * x

    def backward(self, dz):
        return self.k * dz


def test_a_function_may_make_the_instances():
    assert grad(gate(lambda: Scale(3.0)))(1.0) == 3.0


class NoBackward:
    def forward(self, x):
        return x


class NoForward:
    forward = 3

    def backward(self, dz):
        return dz


class Forgets(Scale):
    def __init__(self):
        self.k = 1.0

    def backward(self, dz):
        dz * self.k  # that is the point


class Short(MultiplyGate):
    def backward(self, dz):
        return [dz]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gate(NoBackward), "NoBackward: expected a class with .*; backward is missing"),
        (lambda: gate(NoForward), "NoForward: expected a class with .*; forward is missing"),
        (lambda: gate(lambda: 3.0), "<lambda>: .*; forward is missing, which returned float 3.0"),
        (lambda: gate(Scale), r"Scale: it needs arguments .*; write gate\(lambda: Scale"),
        (lambda: gate(type("Own", (Function,), {})), r"Own: it is an autograd.Function; call Own.apply"),
        (lambda: gate(Forgets)(Value(1.0)).backward(), r"Forgets.backward: it returns None; write \[None\]"),
        (lambda: gate(3), "kind: expected a class of gates, got int 3"),
        (lambda: gate(MultiplyGate)("x", 2.0), "input 1 of MultiplyGate: expected a number or a Value, got str"),
        (
            lambda: gate(Short)(Value(1.0), Value(2.0)).backward(),
            "Short.backward: expected 2 results, one for each input, got 1",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()
