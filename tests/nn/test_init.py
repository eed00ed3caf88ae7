"""Initialisation: the spread of every scheme, and the errors."""

import math
import random
import statistics

import pytest

import nn


@pytest.mark.parametrize(
    ("init", "std"),
    [
        ("uniform", 1 / math.sqrt(3)),
        ("fan_in", 1 / math.sqrt(3 * 50)),
        ("xavier_uniform", math.sqrt(2 / 150)),
        ("xavier_normal", math.sqrt(2 / 150)),
        ("kaiming_uniform", math.sqrt(2 / 50)),
        ("kaiming_normal", math.sqrt(2 / 50)),
        ("normal", 1.0),
        ("small", 0.01),
        ("zeros", 0.0),
        (lambda nin, nout: random.choice((-1, 1)) * nin / nout, 0.5),
    ],
)
def test_init_schemes_have_their_spread(init, std):
    weights = [w.data for neuron in nn.Layer(50, 100, init=init).neurons for w in neuron.w]
    assert statistics.mean(weights) == pytest.approx(0, abs=4 * std / math.sqrt(5000))
    assert statistics.pstdev(weights) == pytest.approx(std, rel=0.04)


def test_an_unknown_scheme_is_rejected_before_anything_is_drawn():
    before = random.getstate()
    with pytest.raises(ValueError, match=r"init: expected one of uniform, .*; got 'glorot'"):
        nn.MLP(2, [2], init="glorot")
    with pytest.raises(TypeError, match="init: expected a name such as 'uniform' or a function, got int 3"):
        nn.Embedding(2, 2, init=3)
    assert random.getstate() == before
