"""All optimizers: their options, their states, and the errors."""

import inspect
import math

import pytest

import nn
from autograd import Value
from tests.helpers.line_fitting import line


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.SGD([]), "parameters: expected at least one, got none"),
        (lambda: nn.SGD([Value(1.0)], lr=-1), "lr: expected a number of at least 0, got -1"),
        (lambda: nn.SGD([Value(1.0)], lr=math.nan), "lr: expected a number of at least 0, got nan"),
        (lambda: nn.Adam([Value(1.0)], betas=(0.9, 1.0)), r"betas\[1\]: expected a number below 1, got 1.0"),
        (lambda: nn.RMSprop([Value(1.0)], alpha=1), "alpha: expected a number below 1, got 1"),
        (lambda: nn.LBFGS([Value(1.0)], curvature="exact"), "curvature: expected product or difference, got 'exact'"),
        (lambda: nn.clip_grad_norm([Value(1.0)], -1), "max_norm: expected a number of at least 0, got -1"),
    ],
)
def test_wrong_options_are_rejected(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_parameters_must_be_values():
    with pytest.raises(TypeError, match=r"parameters\[1\]: expected a Value, got float 2.0"):
        nn.SGD([Value(1.0), 2.0])
    with pytest.raises(TypeError, match="closure: expected a function that computes the loss; Newton needs it"):
        nn.Newton([Value(1.0)]).step()


def test_the_state_of_another_optimizer_is_rejected():
    adam, sgd, short = nn.Adam(ps := [Value(1.0), Value(2.0)]), nn.SGD(ps), nn.Adam(ps[:1])
    with pytest.raises(ValueError, match="state: expected one of SGD, got one of 'Adam'"):
        sgd.load_state_dict(adam.state_dict())
    with pytest.raises(ValueError, match="state: expected 1 of means, got 2"):
        short.load_state_dict(adam.state_dict())


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: nn.SGD([p := Value(1.0), p]), ValueError, "parameters: expected each once"),
        (lambda: nn.SGD(line()), TypeError, "parameters: expected a list, such as model.parameters"),
        (lambda: nn.WeightAverage(line()), TypeError, "parameters: expected a list, such as model.parameters"),
        (lambda: nn.SGD([Value(1.0)], momentun=0.9), TypeError, "momentun: SGD takes lr, momentum, nesterov, weight"),
        (lambda: nn.SGD([Value(1.0)], nesterov=1), TypeError, "nesterov: expected True or False, got int 1"),
        (lambda: nn.Adam([Value(1.0)], betas=(0.9,)), ValueError, r"betas: expected two numbers, got \(0.9,\)"),
        (lambda: nn.Newton([Value(1.0)], iterations="a"), TypeError, "iterations: expected a whole number"),
        (lambda: nn.Newton([Value(1.0)], iterations=-1), ValueError, "iterations: expected a whole number"),
    ],
)
def test_options_of_optimizers_are_checked(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"steps": -5}, "steps: expected a whole number of at least 0, got -5"),
        ({"memory": {"means": [[0.0]], "squares": [0.0]}}, "memory: expected a number, got list"),
        ({"memory": {"means": [0.0], "squares": [-1.0]}}, "state: expected squares of at least 0"),
        ({"options": {"lr": 0.1}}, "state: expected steps and"),
        (None, "'kind' is missing"),
    ],
)
def test_an_invalid_state_is_rejected(change, message):
    optimizer = nn.Adam([Value(1.0)])
    before = optimizer.state_dict()
    with pytest.raises((ValueError, TypeError), match=message):
        optimizer.load_state_dict({} if change is None else {**before, **change})
    assert optimizer.state_dict() == before


def test_a_state_holds_the_options():
    optimizer, other = nn.SGD([Value(1.0)], lr=0.1, momentum=0.9), nn.SGD([Value(1.0)], lr=0.5)
    other.load_state_dict(optimizer.state_dict())
    assert (other.lr, other.momentum, other.initial_options["momentum"]) == (0.1, 0.9, 0.0)
    assert repr(other) == "SGD(1 parameters, lr=0.1, momentum=0.9, nesterov=False, weight_decay=0.0)"
    assert "betas=(0.9, 0.999)" in str(inspect.signature(nn.Adam))
