"""Train a model eagerly and compiled, and compare the two runs."""

import copy
import random

import pytest

import nn

CLOSE = 1e-11
MOONS = nn.data.moons(11, seed=3)


def fit(model, data, is_compiled, **options):
    """Train a model with cross-entropy and Adam for four epochs, eagerly or compiled."""
    given = {"loss": nn.cross_entropy, "optimizer": lambda p: nn.Adam(p, lr=0.05), "epochs": 4, "seed": 3}
    return nn.fit(model, data, **{**given, "compile": is_compiled, **options}, progress=False)


def both(make, data, **options):
    """Train two equal models, eagerly and compiled, check that all numbers agree, and return both histories."""
    random.seed(7)
    eager = make()
    replayed = copy.deepcopy(eager)
    fits = [fit(eager, data, False, **options), fit(replayed, data, True, **options)]
    assert [row.keys() for row in fits[0].rows] == [row.keys() for row in fits[1].rows]
    for one, other in zip(*(h.rows for h in fits), strict=True):
        assert list(one.values()) == pytest.approx(list(other.values()), rel=CLOSE, abs=1e-13)
    assert fits[0].stopped == fits[1].stopped
    assert numbers(eager) == pytest.approx(numbers(replayed), rel=CLOSE, abs=1e-13)
    assert slopes(eager) == pytest.approx(slopes(replayed), rel=1e-9, abs=1e-12)
    assert fits[0].optimizer.steps == fits[1].optimizer.steps
    return fits


def numbers(model):
    """Return the numbers of all parameters."""
    return [p.data for p in model.parameters()]


def slopes(model):
    """Return the gradients of all parameters."""
    return [p.grad for p in model.parameters()]
