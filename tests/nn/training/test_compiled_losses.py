"""fit with compile=True: every loss gives the numbers of eager training."""

import math

import pytest

import nn
from tests.helpers.compiled_training import both, fit

pytest.importorskip("numpy")


def probabilities(n):
    return [[0.25, 0.5, 0.25], [1.0, 0.0, 0.0], [0, 1, 0]][n % 3]


LOSSES = {
    "cross_entropy": ("linear", [k % 3 for k in range(7)]),
    "cross_entropy of probabilities": ("linear", [probabilities(k) for k in range(7)]),
    "log_loss": ("softmax", [k % 3 for k in range(7)]),
    "log_loss of probabilities": ("softmax", [probabilities(k) for k in range(7)]),
    "symmetric_cross_entropy": ("linear", [k % 3 for k in range(7)]),
    "symmetric_cross_entropy of probabilities": ("linear", [probabilities(k) for k in range(7)]),
    "kl_divergence": ("linear", [probabilities(k) for k in range(7)]),
    "kl_divergence of an index": ("linear", [k % 3 for k in range(7)]),
    "multi_hinge": ("linear", [k % 3 for k in range(7)]),
    "multi_hinge of one-hot rows": ("linear", nn.one_hot([k % 3 for k in range(7)])),
    "hinge": ("linear", [[1, -1, 1], [-1, -1, 1]] * 3 + [[1, 1, 1]]),
    "perceptron_criterion": ("linear", [[1, -1, 1], [-1, -1, 1]] * 3 + [[1, 1, 1]]),
    "bce_with_logits": ("linear", [probabilities(k) for k in range(7)]),
    "bce": ("sigmoid", [probabilities(k) for k in range(7)]),
    "mse": ("linear", [probabilities(k) for k in range(7)]),
    "mae": ("linear", [probabilities(k) for k in range(7)]),
    "euclidean": ("linear", [probabilities(k) for k in range(7)]),
}


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_is_that_of_eager_training(name, monkeypatch):
    monkeypatch.setattr("autograd.replay.Compiled._eagerly", None)  # calls to the engine would fail
    end, targets = LOSSES[name]
    X = [[math.sin(k), math.cos(3 * k)] for k in range(7)]

    def make():
        net = nn.MLP(2, [4, 3], activation="tanh")
        return net if end == "linear" else nn.Sequential(net, nn.softmax if end == "softmax" else nn.Activation(end))

    both(make, (X, targets), loss=getattr(nn, name.split()[0]), batch_size=3, validation=(X[:2], targets[:2]))


def test_every_loss_of_the_package_is_among_them():
    named = {name for name, f in vars(nn).items() if getattr(f, "__module__", "") == "nn.functional.losses"}
    assert named == {name.split()[0] for name in LOSSES} | {"entropy", "l1", "l2"}


@pytest.mark.parametrize("name", ["bce", "log_loss"])
def test_a_weight_of_0_drops_the_term_of_a_probability_of_0_or_1(name, monkeypatch):
    monkeypatch.setattr("autograd.replay.Compiled._eagerly", None)  # calls to the engine would fail
    sure = nn.Sequential(nn.Neuron(1, nonlin=False, init=lambda *fans: 800.0), nn.Activation("sigmoid"))
    both = nn.Sequential(sure, lambda p: [p, 1 - p])  # the sigmoid of 800 is 1, and the gradient 0
    data = ([[1.0], [-2.0]], [1.0, 0.0] if name == "bce" else [[1, 0], [0.0, 1.0]])
    model = sure if name == "bce" else both
    assert fit(model, data, True, loss=getattr(nn, name))["loss"] == [0.0] * 4


def test_a_small_loss_keeps_its_digits():
    X, y = [[30.0], [-30.0], [25.0]], [1, 0, 1]
    both(lambda: nn.Sequential(nn.Neuron(1, nonlin=False), lambda z: [-z / 2, z / 2]), (X, y))
