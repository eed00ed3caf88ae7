"""Models to look at: moons before and after training, and ones that vanish, explode or have dead units."""

import random

import autograd
from nn import MLP, hinge
from nn.data import moons

X, y = moons(100, noise=0.1, seed=1)


def loss(model, n=20):
    scores = [model(point) for point in X[:n]]
    losses = [hinge(score, 2 * label - 1) for score, label in zip(scores, y, strict=False)]
    return autograd.sum(losses) / n + 1e-4 * autograd.sum(p * p for p in model.parameters())


def plain(model, n=10):
    return autograd.sum((model(point) - label) ** 2 for point, label in zip(X[:n], y, strict=False)) / n


def moon_model(steps=0):
    random.seed(1)
    model = MLP(2, [16, 16, 1])
    for _ in range(steps):
        model.zero_grad()
        loss(model).backward()
        for p in model.parameters():
            p.data -= 0.5 * p.grad
    return model


def scaled(factor, activation, seed=2):
    random.seed(seed)
    model = MLP(2, [8] * 7 + [1], activation=activation)
    for name, p in model.named_parameters():
        p.data = p.data * factor if ".w." in name else random.uniform(-1, 1)
    return model


def vanishing():
    return scaled(0.25, "tanh")


def exploding():
    """Make one whose early layers get far larger gradients than the last, whose inputs are tiny."""
    model = scaled(2.6, "relu", seed=4)
    for p in model.layers[6].parameters():
        p.data *= 1e-5
    for p in model.layers[7].parameters():
        p.data *= 1e5
    return model


def dead_units():
    model = moon_model()
    for layer, neuron in [(0, 0), (0, 5), (1, 2)]:
        model.layers[layer].neurons[neuron].b.data = -50.0
    return model
