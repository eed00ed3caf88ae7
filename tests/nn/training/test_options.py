"""The arguments of fit: the errors, before anything changes."""

import math
import random

import pytest

import nn
from tests.helpers.line_fitting import LINE, fit, line


@pytest.mark.parametrize(
    ("data", "options", "error", "message"),
    [
        (([], []), {}, ValueError, "X: expected at least one sample, got none"),
        (([[1.0]], [1.0, 2.0]), {}, ValueError, "y: expected 1 targets, one for each sample, got 2"),
        (([[1.0], [math.nan]], [1.0, 2.0]), {}, ValueError, r"X\[1\]\[0\]: a value is missing or not finite, nan"),
        (([[1.0], [None]], [1.0, 2.0]), {}, ValueError, r"X\[1\]\[0\]: a value is missing or no number, None"),
        (([[1.0], [2.0]], [1.0, ""]), {}, ValueError, r"y\[1\]: a value is missing or no number, ''"),
        ([[1.0]], {}, TypeError, r"data: expected a pair \(X, y\), got list"),
        (LINE, {"patience": 3}, ValueError, "patience: it needs validation data"),
        (LINE, {"batch_size": 0}, ValueError, "batch_size: expected at least 1, or None"),
        (LINE, {"resume": True}, ValueError, "resume: it needs the checkpoint"),
        (LINE, {"loss": "mse"}, TypeError, "loss: expected a function of outputs and targets, got str 'mse'"),
        (LINE, {"optimizer": nn.Newton, "clip_norm": 1.0}, ValueError, "clip_norm, clip_value: a second-order step"),
        (LINE, {"validation": ([], [])}, ValueError, "X: expected at least one sample, got none"),
    ],
)
def test_wrong_arguments_are_rejected_and_change_nothing(data, options, error, message):
    model = line()
    before, state = model.state_dict(), random.getstate()
    with pytest.raises(error, match=message):
        fit(model, data, **options)
    assert (model.state_dict(), random.getstate()) == (before, state)


def test_a_single_class_warns_at_the_users_line():
    with pytest.warns(nn.DataWarning, match="y: all 3 targets are 1; there is nothing to tell apart") as caught:
        nn.fit(line(), ([[1.0], [2.0], [3.0]], [1, 1, 1]), loss=nn.mse, optimizer=nn.SGD, epochs=1)
    assert caught[0].filename == __file__


def test_the_optimizer_of_another_model_is_rejected():
    with pytest.raises(ValueError, match="optimizer: it has parameters that are not of this model"):
        fit(line(), optimizer=nn.SGD(line().parameters()))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"optimizer": "adam"}, "optimizer: expected a function of the parameters, got str 'adam'"),
        ({"optimizer": lambda ps: 3}, "optimizer: expected an optimizer"),
        ({"callbacks": [3]}, r"callbacks\[0\]: expected a function of the history, got int 3"),
        ({"callbacks": 3}, r"callbacks\[0\]: expected a function of the history, got int 3"),
        ({"penalty": 0.1}, "penalty: expected a function of the parameters, got float 0.1"),
        ({"schedule": 0.1}, "schedule: expected a function of the epoch, got float 0.1"),
        ({"schedule": lambda epoch: -1.0}, "schedule: expected a number of at least 0, got -1.0"),
        ({"metrics": [nn.accuracy]}, "metrics: expected a table from names to functions, got list"),
        ({"metrics": {"loss": nn.accuracy}}, "metrics: expected other names than fit's own columns, got 'loss'"),
        ({"metrics": {"error": 1}}, r"metrics\['error'\]: expected a function of outputs and targets, got int 1"),
        ({"epochs": "a"}, "epochs: expected a whole number of at least 0, got str 'a'"),
        ({"epochs": -1}, "epochs: expected a whole number of at least 0, got -1"),
        ({"batch_size": 2.5}, "batch_size: expected a whole number of at least 1, got float 2.5"),
        ({"patience": -1, "validation": LINE}, "patience: expected a whole number of at least 1, got -1"),
        ({"clip_norm": -1}, "clip_norm: expected a number of at least 0, got -1"),
        ({"loss": lambda p, t: nn.mse(p, t, reduction="none")}, "loss: expected one Value, got list"),
    ],
)
def test_options_of_fit_are_checked(options, message):
    model = line()
    before = model.state_dict()
    with pytest.raises((TypeError, ValueError), match=message):
        fit(model, **options)
    assert model.state_dict() == before


def test_a_model_without_parameters_is_rejected():
    with pytest.raises(ValueError, match="model: expected one with parameters to train, got"):
        fit(nn.Dropout(0.5))
