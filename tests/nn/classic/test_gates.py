"""Gates and layers: in the engine, in the checker, and their errors."""

import math
import re

import pytest

import autograd
from autograd import Value, gate, gradcheck, trace
from nn.classic import Gate, MultiplyGate, SigmoidGate, SigmoidLayer, on_rows


class SoftmaxLayer:
    """A layer as a student writes it, in which every output depends on every input."""

    def forward(self, bottom):
        powers = [math.exp(v - max(bottom)) for v in bottom]
        self.p = [v / sum(powers) for v in powers]
        return self.p

    def backward(self, top_diff):
        middle = sum(p * d for p, d in zip(self.p, top_diff, strict=True))
        return [p * (d - middle) for p, d in zip(self.p, top_diff, strict=True)]


@pytest.mark.parametrize(("kind", "x"), [(MultiplyGate, [3.0, -4.0]), (SigmoidGate, [0.7])])
def test_a_gate_inside_the_engine_passes_the_checker(kind, x):
    assert gradcheck(lambda *inputs: gate(kind)(*inputs) * 2, x).verdict == "PASS"


def test_every_row_of_one_or_two_arguments_makes_a_gate():
    for name, x in ("add", (1.0, 2.0)), ("maximum", (1.0, 2.0)), ("tanh", (0.5,)), ("dot", (2.0, 3.0, 0.5)):
        kind = type("Named", (Gate,), {"op": name})
        one, inputs = kind(), [Value(v) for v in x]
        y = autograd.dot(*([v] for v in inputs[:2]), inputs[2]) if name == "dot" else getattr(autograd, name)(*inputs)
        y.backward()
        assert one.forward(*x) == y.data
        assert one.backward(1.0) == [v.grad for v in inputs]


def test_a_gate_overflows_as_floats_do_and_has_gradient_0_at_a_step():
    divide, step = (type("Named", (Gate,), {"op": op})() for op in ("div", "heaviside"))
    assert (divide.forward(1.0, 0.0), divide.backward(1.0)) == (math.inf, [math.inf, -math.inf])
    assert (step.forward(0.5, 1.0), step.backward(3.0)) == (1.0, [0.0, 0.0])


@pytest.mark.parametrize("kind", [SigmoidLayer, SoftmaxLayer])
def test_a_layer_inside_the_engine_passes_the_checker(kind):
    def loss(*row):
        top = on_rows(kind)(row)
        return top[0] * 3 + top[1] * top[2]

    assert gradcheck(loss, [0.5, -1.0, 2.0]).verdict == "PASS"


def test_a_layer_takes_numbers_among_values_and_has_a_state_for_each_call():
    layer = on_rows(SigmoidLayer)
    x = Value(0.0)
    first, second = layer([x, 1.0]), layer([5.0, 6.0])
    (first[0] + second[0]).backward()
    assert x.grad == 0.25
    assert second[1].data == autograd.sigmoid(6.0)


def forwarded(kind, *x):
    one = kind()
    one.forward(*x)
    return one


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: MultiplyGate().backward(1.0), RuntimeError, "MultiplyGate.backward: there is nothing to go back"),
        (lambda: SigmoidLayer().backward([1.0]), RuntimeError, "SigmoidLayer.backward: there is nothing to go back"),
        (lambda: MultiplyGate().forward(1.0), ValueError, "MultiplyGate.forward: expected 2 numbers, got 1"),
        (lambda: SigmoidGate().forward(1.0, 2.0), ValueError, "SigmoidGate.forward: expected 1 numbers, got 2"),
        (
            lambda: MultiplyGate().forward("a", 1),
            TypeError,
            "MultiplyGate.forward: input 0: expected a number, got str",
        ),
        (
            lambda: forwarded(SigmoidGate, 1.0).backward("a"),
            TypeError,
            "SigmoidGate.backward: upstream: expected a number",
        ),
        (
            lambda: forwarded(SigmoidLayer, [1.0]).backward([1, 2]),
            ValueError,
            "SigmoidLayer.backward: expected 1 numbers",
        ),
        (
            lambda: forwarded(SigmoidLayer, [1.0]).backward(["a"]),
            TypeError,
            "SigmoidGate.backward: upstream: expected a",
        ),
        (lambda: SigmoidLayer().forward(["a"]), TypeError, "SigmoidGate.forward: input 0: expected a number, got str"),
        (lambda: Gate().forward(1.0), ValueError, "Gate.op: expected the name of an operation, got ''"),
        (lambda: on_rows(3), TypeError, "kind: expected a class of layers, got int 3"),
        (lambda: on_rows(SigmoidLayer)(["a"]), TypeError, "inputs[0]: expected a number, got str 'a'"),
    ],
)
def test_arguments_that_do_not_fit_are_rejected(call, error, message):
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        call()


def test_a_layer_that_returns_too_few_gradients_is_rejected():
    class Short(SigmoidLayer):
        def backward(self, top_diff):
            return super().backward(top_diff)[:1]

    out, _ = on_rows(Short)([Value(0.0), Value(1.0)])
    with pytest.raises(ValueError, match=r"^Short.backward: expected 2 results, one for each input, got 1$"):
        out.backward()


def test_a_layer_is_traced_with_its_probed_local_derivatives():
    x = [Value(0.0), Value(2.0)]
    low, _ = on_rows(SigmoidLayer)(x)
    assert [edge.local for edge in trace(low).edges] == [0.25, 0.0]
