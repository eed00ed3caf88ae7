"""A run: its batches, steps and epochs, clipped and with a penalty."""

import math
import random

import pytest

import nn
from autograd import Value
from tests.helpers.line_fitting import fit, line, sgd


class Recorder(nn.Module):
    """A model that records the samples it is called on."""

    def __init__(self):
        self.w = Value(0.0)
        self.order = ()

    def __call__(self, x):
        self.order = (*self.order, x[0])
        return self.w * x[0]


@pytest.mark.parametrize("size", [1, 5])
def test_batches_are_a_new_permutation_in_every_epoch(size):
    model, X = Recorder(), [[float(k)] for k in range(12)]
    fit(model, (X, [0.0] * 11 + [1.0]), optimizer=sgd(0.0), batch_size=size, epochs=3)
    epochs = [model.order[k : k + 12] for k in (0, 12, 24)]
    assert [sorted(epoch) for epoch in epochs] == [[float(k) for k in range(12)]] * 3
    assert len(set(epochs)) == 3
    model.order = ()
    fit(model, (X, [0.0] * 11 + [1.0]), batch_size=size, epochs=1, shuffle=False)
    assert list(model.order) == [float(k) for k in range(12)]


def test_stochastic_gradient_descent_takes_a_step_for_each_sample():
    model = line()
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    fit(model, optimizer=optimizer, batch_size=1, epochs=2)
    assert optimizer.steps == 24
    fit(model, optimizer=optimizer, batch_size=5, epochs=2)
    assert optimizer.steps == 24 + 2 * 3


@pytest.mark.parametrize(("options", "bound"), [({"clip_norm": 0.01}, 0.01), ({"clip_value": 0.01}, 0.01 * 2**0.5)])
def test_clipped_steps_are_short(options, bound):
    model = line()
    before = model.state_dict()
    fit(model, optimizer=sgd(1.0), epochs=1, **options)
    assert 0 < math.dist(before.values(), model.state_dict().values()) <= bound * (1 + 1e-12)


def test_a_penalty_is_added_and_shrinks_the_weights():
    random.seed(5)
    plain, decayed, sparse = line(), line(), line()
    fit(plain, epochs=200)
    fit(decayed, epochs=200, penalty=lambda ps: nn.l2(ps, 1.0))
    fit(sparse, epochs=200, penalty=lambda ps: nn.l1(ps[:1], 5.0))
    assert abs(decayed.w[0].data) < abs(plain.w[0].data)
    assert abs(sparse.w[0].data) < 0.5
    assert plain.w[0].data == pytest.approx(2.0, abs=0.01)


def test_the_norm_that_stops_training_is_that_before_clipping():
    history = fit(line(), epochs=3, clip_norm=1e-3, min_grad_norm=1e-2)
    assert (history.stopped, len(history)) == ("epochs", 3)
    assert min(history["grad_norm"]) > 1e-2


def test_metrics_are_of_the_weights_that_the_loss_is_of():
    model = line()
    options = {"optimizer": nn.Newton, "metrics": {"error": lambda p, t: nn.mse(p, t).data}}
    history = fit(model, **options)
    assert history["error"] == history["loss"]
    assert history["loss"][1] < history["loss"][0]


@pytest.mark.parametrize("size", [None, 2])
def test_weights_make_a_weighted_mean_and_0_leaves_a_sample_out(size):
    X, y = [[1.0], [2.0], [3.0], [9.0], [9.0]], [1.0, 1.0, 2.0, 7.0, 7.0]
    weights, by_class = [1.0, 3.0, 2.0, 0.0, 0.0], {1.0: 0.5, 2.0: 2.0, 7.0: 1.0}
    model = line()
    model.w[0].data, model.b.data = 2.0, 0.5
    options = {"sample_weight": weights, "class_weight": by_class, "shuffle": False, "batch_size": size}
    row = fit(model, (X, y), optimizer=sgd(0.0), epochs=1, **options).rows[0]
    each = [(w * by_class[t], (2 * x[0] + 0.5 - t) ** 2) for w, x, t in zip(weights, X, y, strict=True)]
    assert row["loss"] == pytest.approx(sum(w * e for w, e in each) / sum(w for w, _ in each), rel=1e-15)


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"sample_weight": [1.0]}, ValueError, "sample_weight: expected 12 weights, one for each sample, got 1"),
        ({"sample_weight": [-1.0] * 12}, ValueError, r"sample_weight\[0\]: expected a number of at least 0"),
        ({"sample_weight": [0.0] * 12}, ValueError, "expected a weight above 0"),
        ({"class_weight": [1.0]}, TypeError, "class_weight: expected a table from targets to weights"),
        (
            {"class_weight": {5: 1.0}},
            ValueError,
            r"class_weight: expected a weight for every target, got none for y\[0\]",
        ),
    ],
)
def test_weights_that_do_not_fit_are_refused_by_name(options, error, text):
    with pytest.raises(error, match=text):
        fit(line(), **options)
