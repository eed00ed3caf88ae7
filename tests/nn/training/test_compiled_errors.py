"""fit with compile=True: errors name the reason and the user's line."""

import math
import random

import pytest

import autograd
import nn
from autograd import Value
from tests.helpers.compiled_training import fit

pytest.importorskip("numpy")


class OneParameter(nn.Module):
    """A model of one parameter w that computes f(w, x)."""

    def __init__(self, f):
        self.w, self.f = Value(0.5), f

    def __call__(self, x):
        return self.f(self.w, x)


class Drifting:
    times = 0

    def __call__(self, outputs, targets):
        Drifting.times += 1
        return nn.mse(outputs, targets) * (1 + Drifting.times)


POINTS = [[0.5, 1], [-1.0, 0], [2.0, 0], [0.1, 1]], [1.0, 0.0, -1.0, 0.5]


@pytest.mark.parametrize(
    ("f", "options", "error", "message"),
    [
        (
            lambda w, x: w * x[0],
            {"loss": lambda o, t: nn.mse(o, t, reduction="sum")},
            ValueError,
            "square counts 1 times for 4 samples, where their mean has 0.25",
        ),
        (
            lambda w, x: w * x[0],
            {"loss": lambda o, t: nn.mse(o, t).sqrt()},
            ValueError,
            "sqrt takes numbers of samples 1 and 2 and 3 and 4 together",
        ),
        (
            lambda w, x: w * x[0],
            {"loss": Drifting()},
            TypeError,
            r"test_compiled_errors.py, line \d+ changes loss.times, which f reads",
        ),
        (
            lambda w, x: w * x[0],
            {"loss": lambda o, t: list(o)},
            TypeError,
            "loss: expected one Value, got list; red",
        ),
        (
            lambda w, x: w * x[0],
            {"loss": lambda o, t: o[0].data},
            TypeError,
            r"test_compiled_errors.py, line \d+ reads .data",
        ),
        (lambda w, x: w * x[0], {"loss": lambda o, t: 3.0}, TypeError, "loss: expected one Value, got float"),
        (
            lambda w, x: w.data * x[0] * w,
            {},
            TypeError,
            r"test_compiled_errors.py, line \d+ reads .data of a Value while",
        ),
        (
            lambda w, x: w * math.exp(x[0]),
            {},
            TypeError,
            r"test_compiled_errors.py, line \d+ asks a Value for its number.*use v.exp\(\)",
        ),
        (
            lambda w, x: w * x[0] if x[0] > 0 else w,
            {},
            ValueError,
            r"test_compiled_errors.py, line \d+: the samples of a bat",
        ),
        (
            lambda w, x: w * random.random(),
            {},
            TypeError,
            r"test_compiled_errors.py, line \d+ draws from random.*nn.draw",
        ),
        (
            lambda w, x: w * [1.0, 2.0][x[1]],
            {},
            TypeError,
            r"test_compiled_errors.py, line \d+ asks .*nn.pick or a comparison",
        ),
        (lambda w, x: cube(w) * x[0], {}, TypeError, "cube: its methods cannot be compiled"),
        (
            lambda w, x: w * x[0],
            {"optimizer": nn.Newton},
            ValueError,
            "compile: Newton differentiates a graph of the loss",
        ),
        (lambda w, x: w * x[0], {"compile": 1}, TypeError, "compile: expected True or False, got int 1"),
    ],
)
def test_the_error_names_what_cannot_be_compiled(f, options, error, message):
    model = OneParameter(f).eval()
    with pytest.raises(error, match=message):
        fit(model, POINTS, True, **{"loss": nn.mse, "optimizer": nn.SGD, "epochs": 2, **options})
    assert (model.training, model.w.data, model.w.grad) == (False, 0.5, 0.0)


def test_an_operation_written_with_math_is_rejected():
    @autograd.operation(lambda y, x: autograd.cos(x))
    def in_math(x):
        return math.sin(x)

    with pytest.raises(TypeError, match="in_math: only what is written in operations of autograd can be compiled"):
        fit(OneParameter(lambda w, x: in_math(w) * x[0]), POINTS, True, loss=nn.mse)


@autograd.gate
class cube:  # noqa: N801  # a function
    def forward(self, x):
        self.x = x
        return x**3

    def backward(self, upstream):
        return 3 * self.x**2 * upstream


@pytest.mark.parametrize(
    ("make", "data", "loss", "message"),
    [
        (
            lambda: nn.MLP(1, [3]),
            ([[0.0]] * 3, [0, 1, 3]),
            nn.cross_entropy,
            "expected the index of one of 3 logits, got 3",
        ),
        (lambda: nn.MLP(1, [1]), ([[0.0]] * 3, [1, -1, 0]), nn.hinge, "target: expected -1 or 1, got 0"),
        (lambda: nn.MLP(1, [2]), ([[0.0]] * 2, [[0, 1], [0.5, 0.6]]), nn.cross_entropy, "probabilities whose sum is 1"),
        (
            lambda: nn.Embedding(3, 2),
            ([0, 1, 2, 3, 1], [[0.0, float(k)] for k in range(5)]),
            nn.mse,
            "symbol: expected a whole number from 0",
        ),
        (
            lambda: nn.MLP(1, [1]),
            ([[0.3], [5.0], [9.0]], [1, 0, 1]),
            nn.bce,
            "probability: expected a number from 0 to 1",
        ),
        (
            lambda: nn.MLP(2, [1]),
            ([[0.0, 1.0], [1.0]], [1.0, 0.0]),
            nn.mse,
            "inputs: expected 2, one for each weight, got 1",
        ),
        (lambda: nn.MLP(1, [1]), ([[0.5], [Value(1.0)]], [1.0, 0.0]), nn.mse, "sample 1 of the data.*got Value"),
    ],
)
def test_data_that_does_not_fit_is_rejected_as_in_eager_training(make, data, loss, message):
    with pytest.raises((TypeError, ValueError), match=message):
        fit(make(), data, True, loss=loss)


def weighted(outputs, targets):
    weights = [nn.pick([1.0, 1.0, 5.0], y) for y in targets]
    losses = [nn.cross_entropy([o], [y]) for o, y in zip(outputs, targets, strict=True)]
    return sum((w * loss for w, loss in zip(weights, losses, strict=True)), 0.0) / sum(weights)


def masked(outputs, targets):
    mask = [1.0 - (y == -1.0) for y in targets]
    return sum((m * (o - y) ** 2 for m, o, y in zip(mask, outputs, targets, strict=True)), 0.0) / max(sum(mask), 1.0)


@pytest.mark.parametrize(
    ("loss", "n_out", "targets"),
    [
        (weighted, 3, [2 if k in (4, 9, 18) else k % 2 for k in range(24)]),
        (masked, 1, [-1.0 if k in (3, 10, 17, 18) else 0.1 * k for k in range(24)]),
        (lambda o, t: nn.mse(o, t) * (2.0 if len(t) > 6 else 1.0), 1, [0.1 * k for k in range(24)]),
        (lambda o, t: nn.mse(o, t) + (o[0] * o[6] if len(t) == 7 else 0.0), 1, [0.1 * k for k in range(24)]),
    ],
)
def test_a_loss_that_is_no_mean_for_rare_targets_or_some_sizes_of_a_batch_is_refused(loss, n_out, targets):
    data = [[math.sin(k), math.cos(k)] for k in range(24)], targets
    with pytest.raises(ValueError, match="compile: the loss is no mean of the losses of the samples"):
        fit(nn.MLP(2, [n_out], activation="tanh"), data, True, loss=loss, batch_size=7)
