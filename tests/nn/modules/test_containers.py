"""Sequential and Reshape: layers in a row, and shapes between them."""

import random

import pytest

import nn
from autograd.graph.pytree import leaves, rebuild

random.seed(5)  # for the models below, which pytest builds when it collects this file


def images():
    return [[[random.uniform(-1, 1) for _ in range(4)] for _ in range(4)]]


def test_a_shape_is_kept_by_activation_and_rebuilt_by_reshape():
    x = images()
    assert rebuild(x, leaves(nn.Activation("tanh")(x))) == nn.Activation("tanh")(x)
    assert nn.Reshape(1, 4, 4)(nn.Reshape()(x)) == x


def test_layers_and_functions_are_applied_one_after_the_other():
    net = nn.Sequential(lambda x: [*x, 10.0], sum, lambda x: x * 2)
    assert net([1.0, 2.0]) == 26.0
    assert nn.Sequential()([1.0]) == [1.0]


def test_the_parameters_of_all_layers_are_found_in_order():
    net = nn.Sequential(nn.Layer(2, 3), len, nn.Layer(3, 1))
    assert net.parameters() == [*net.layers[0].parameters(), *net.layers[2].parameters()]


def test_any_numbers_are_arranged_in_order_or_refused_by_their_count():
    assert nn.Reshape(2, 3)([*range(6)]) == [[0, 1, 2], [3, 4, 5]]
    assert nn.Reshape(3, 1)([[0, 1], [2]]) == [[0], [1], [2]]
    for n in (5, 7):
        with pytest.raises(ValueError, match=f"^inputs: expected 6 numbers, got {n}$"):
            nn.Reshape(2, 3)([*range(n)])
    with pytest.raises(ValueError, match=r"^shape\[1\]: expected a whole number of at least 1, got 0$"):
        nn.Reshape(2, 0)
