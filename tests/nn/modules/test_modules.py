"""All modules: gradients, recordings of whole batches, and errors."""

import random

import pytest

import nn
from autograd import Value, evaluate, trace
from autograd import sum as total
from autograd.graph.pytree import leaves, rebuild

random.seed(5)  # for the models below, which pytest builds when it collects this file


def both_gradients(f, parameters, h=1e-5):
    """Return ∂f/∂ each parameter by central differences, and by the engine."""
    loss = f()
    for p in parameters:
        p.grad = 0.0
    loss.backward()
    found = []
    for p in parameters:
        at, values = p.data, []
        for p.data in (at + h, at - h):
            values.append(f().data)
        p.data = at
        found.append((values[0] - values[1]) / (2 * h))
    return found, [p.grad for p in parameters]


def images():
    return [[[random.uniform(-1, 1) for _ in range(4)] for _ in range(4)]]


@pytest.mark.parametrize(
    ("make", "x"),
    [
        (lambda: nn.Sequential(nn.Conv2d(1, 2, 2), nn.Activation("tanh"), nn.Pool2d(2), nn.Reshape()), images()),
        (lambda: nn.Sequential(nn.Conv2d(1, 1, 3, stride=2, padding=1), nn.Pool2d(2, how="mean")), images()),
        (lambda: nn.Sequential(nn.RMSNorm(3), nn.Layer(3, 2, activation="tanh")), [1.0, -2.0, 0.5]),
        (lambda: nn.CausalSelfAttention(2), [[1.0, -2.0], [0.5, 0.3], [0.1, 0.9]]),
        (lambda: nn.RNN(1, 2), [1.0, -2.0, 0.5]),
        (lambda: nn.Sequential(nn.Embedding(2, 2), nn.CausalSelfAttention(2)), [0, 1, 1]),
        (lambda: nn.Autoencoder(3, [2]), [1.0, -2.0, 0.5]),
    ],
)
def test_gradients_equal_finite_differences(make, x):
    model = make()

    def loss():
        out = [v for v in leaves(list(model(x))) if isinstance(v, Value)]
        return total([(k + 1) * v * v for k, v in enumerate(out)])

    expected, found = both_gradients(loss, model.parameters())
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-8)
    assert any(g != 0 for g in found)


def batch(model, X, y):
    return nn.mse([leaves(list(model(x))) for x in X], y) + nn.l2(model.parameters(), 0.1)


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        (nn.MLP(3, [4, 2], activation="tanh"), (3,)),
        (nn.Sequential(nn.Conv2d(1, 2, 2), nn.Pool2d(2), nn.Activation("relu"), nn.Reshape()), (1, 3, 3)),
        (nn.Sequential(nn.RMSNorm(3), nn.Layer(3, 2)), (3,)),
        (nn.CausalSelfAttention(2), (3, 2)),
        (nn.Sequential(nn.RNN(1, 2), lambda out: out[0]), (3,)),
        (nn.Autoencoder(3, [2]), (3,)),
    ],
)
def test_the_loss_of_a_batch_is_a_function_of_parameters_and_data(model, shape):
    """Evaluate a recorded loss with other weights, inputs and targets."""

    def draw(n, *shape):
        return [draw(*shape) if shape else random.uniform(-1, 1) for _ in range(n)]

    def values(tree, name):
        return rebuild(tree, [Value(x, label=f"{name}{k}") for k, x in enumerate(leaves(tree))])

    X = draw(2, *shape)
    y = [draw(len(leaves(list(model(x))))) for x in X]
    inputs, targets = values(X, "x"), values(y, "y")
    recorded = trace(batch(model, inputs, targets)).graph
    other_X, other_y = ([rebuild(tree, [0.7 - v for v in leaves(tree)]) for tree in part] for part in (X, y))
    for p in model.parameters():
        p.data = 0.3 - p.data
    names = [v.label for v in (*model.parameters(), *leaves([inputs, targets]))]
    numbers = [*(p.data for p in model.parameters()), *leaves([other_X, other_y])]
    found = evaluate(recorded, dict(zip(names, numbers, strict=True)))[-1]
    assert found == pytest.approx(batch(model, other_X, other_y).data, rel=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.Conv2d(2, 1, 2)(images()), "image: expected 2 channels, got 1"),
        (lambda: nn.Conv2d(1, 1, 5)(images()), "image: expected at least 5×5, got 4×4"),
        (lambda: nn.Pool2d(5)(images()), "image: expected at least 5×5, got 4×4"),
        (lambda: nn.Pool2d(2, how="sum"), "how: expected max or mean, got 'sum'"),
        (lambda: nn.Reshape(2, 2)([1.0, 2.0]), "inputs: expected 4 numbers, got 2"),
        (lambda: nn.RMSNorm(2)([1.0]), "inputs: expected 2 numbers, got 1"),
        (lambda: nn.Embedding(2, 1)(2), "symbol: expected a whole number from 0 to 1, got 2"),
        (lambda: nn.Embedding(2, 1)(0.5), "symbol: expected a whole number from 0 to 1, got 0.5"),
        (lambda: nn.CausalSelfAttention(4, heads=3), "heads: expected a divisor of the width 4, got 3"),
        (lambda: nn.RNN(1, 1, truncate=0), "truncate: expected a whole number of at least 1, got 0"),
    ],
)
def test_arguments_that_do_not_fit_are_rejected(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_errors_and_reprs_of_layers():
    for wrong, error in ((-1, ValueError), ("1", TypeError)):
        with pytest.raises(error, match="padding: expected a whole number of at least 0, got"):
            nn.Conv2d(1, 1, 2, padding=wrong)
    with pytest.raises(ValueError, match="symbol: expected a whole number from 0 to 2, got 'a'"):
        nn.Embedding(3, 2)("a")
    with pytest.raises(TypeError, match="p: expected a number, got str 'a'"):
        nn.Dropout("a")
    assert repr(nn.Conv2d(1, 2, 3)) == "Conv2d(1, 2, 3, stride=1, padding=0)"
    assert repr(nn.Dropout(0.5)) == "Dropout(0.5)"
