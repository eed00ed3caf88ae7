"""Activations: slopes, saturation, noise and thresholds."""

import random
from math import exp

import pytest

import nn
from autograd import Value, grad
from nn.activations import sigmoid


def p_of(z):
    return [v.data if isinstance(v, Value) else v for v in nn.softmax(z)]


@pytest.mark.parametrize("slope", [0.5, 1.0, 3.0])
def test_the_slope_of_a_sigmoid(slope):
    y = sigmoid(0.7, slope)
    assert grad(lambda z: sigmoid(z, slope))(0.7) == pytest.approx(slope * y * (1 - y))


def test_softmax_sums_to_1_for_scores_of_any_size():
    assert p_of([1000.0, 1000.0, 0.0]) == [0.5, 0.5, 0.0]
    assert sum(p_of([0.1, -3.0, 2.0, 700.0])) == pytest.approx(1.0)
    z = [Value(v) for v in (0.3, 0.3, -1.0)]
    nn.softmax(z)[0].backward()
    p = p_of([0.3, 0.3, -1.0])
    assert [v.grad for v in z] == pytest.approx([p[0] * (1 - p[0]), -p[0] * p[1], -p[0] * p[2]], rel=1e-14)


def test_a_sure_share_keeps_its_derivative():
    z = [Value(v) for v in (0.0, 50.0, 1.0)]
    nn.softmax(z)[1].backward()
    assert z[1].grad == pytest.approx(exp(-50.0) + exp(-49.0), rel=1e-14)


def test_noise_and_thresholds():
    random.seed(0)
    out = [nn.noisy_relu(0.0, std=2.0) for _ in range(4000)]
    assert min(out) == 0.0
    assert sum(v > 0 for v in out) / 4000 == pytest.approx(0.5, abs=0.03)
    neuron = nn.Neuron(2, activation="threshold")
    for p, x in zip(neuron.parameters(), (1.0, 1.0, -1.5), strict=True):
        p.data = x
    assert [neuron([a, b]).data for a in (0, 1) for b in (0, 1)] == [0.0, 0.0, 0.0, 1.0]  # AND
    assert nn.maxout([Value(1.0), Value(3.0)]).data == 3.0


@pytest.mark.parametrize("make", [lambda: nn.Neuron(1, activation="noisy_relu"), lambda: nn.Activation("noisy_relu")])
def test_noise_is_off_outside_training(make):
    module = make()
    x = [2.0]
    assert len({str(module(x)) for _ in range(100)}) > 1
    module.eval()
    assert len({str(module(x)) for _ in range(5)}) == 1


def test_a_linear_activation_is_the_identity():
    assert nn.Activation("linear")([[1.0, -2.0]]) == [[1.0, -2.0]]
