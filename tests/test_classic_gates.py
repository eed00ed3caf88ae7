"""Gates and layers with forward() and backward(), inside the engine and checked."""

import math

import pytest

import autograd
from autograd import Value, gate, gradcheck
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
        made, inputs = kind(), [Value(v) for v in x]
        y = autograd.dot(*([v] for v in inputs[:2]), inputs[2]) if name == "dot" else getattr(autograd, name)(*inputs)
        y.backward()
        assert made.forward(*x) == y.data
        assert made.backward(1.0) == [v.grad for v in inputs]


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


def test_gates_that_do_not_fit():
    with pytest.raises(
        RuntimeError, match=r"^MultiplyGate.backward: there is nothing to go back through; call forward"
    ):
        MultiplyGate().backward(1.0)

    class Short(SigmoidLayer):
        def backward(self, top_diff):
            return super().backward(top_diff)[:1]

    out, _ = on_rows(Short)([Value(0.0), Value(1.0)])
    with pytest.raises(ValueError, match=r"^Short.backward: expected 2 numbers, one for each input, got 1$"):
        out.backward()
