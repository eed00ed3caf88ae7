"""Which neurons are connected by which weights, and how much gradient they get."""

import math
import os
import random
import subprocess
import sys

import pytest

import autograd
import nn
from autograd import Value, tanh
from autograd.diagnose import gradient_flow, measure_connections
from nn import MLP, Module
from tests.helpers.flows import dead_units, loss, moon_model, plain


def test_the_gradients_of_connections_and_biases_make_up_those_of_the_neurons():
    model = moon_model()
    root = loss(model)
    network = measure_connections(model, root)
    root.backward()
    grads = {name: p.grad for name, p in model.named_parameters()}
    assert len(network.connections) == 2 * 16 + 16 * 16 + 16
    for neuron in network.neurons:
        if neuron.layer:
            own = [g for name, g in grads.items() if name.startswith(neuron.name + ".")]
            assert neuron.size == pytest.approx(math.hypot(*own), rel=1e-12)
            into = [link.size for link in network.connections if link.dst == neuron.name]
            assert math.hypot(*into, grads[f"{neuron.name}.b"]) == pytest.approx(neuron.size, rel=1e-12)
    link = next(c for c in network.connections if (c.src, c.dst) == ("layers.0.neurons.3", "layers.1.neurons.5"))
    assert link.size == pytest.approx(abs(grads["layers.1.neurons.5.w.3"]), rel=1e-12)


def test_neurons_know_what_they_are():
    model = dead_units()
    neurons = {n.name: n for n in measure_connections(model, loss(model)).neurons}
    plain_loss = {n.name: n for n in measure_connections(model, plain(model)).neurons}
    assert [name for name in neurons if name.startswith("x")] == ["x0", "x1"]
    assert (neurons["layers.0.neurons.3"].op, neurons["layers.0.neurons.3"].scope) == ("relu", "layer0.neuron3")
    assert neurons["layers.2.neurons.0"].op == "dot"
    dead = [name for name, n in plain_loss.items() if n.dead and n.layer]
    assert set(dead) >= {"layers.0.neurons.0", "layers.0.neurons.5", "layers.1.neurons.2"}
    assert not any(n.dead for n in neurons.values() if n.layer)  # the penalty pulls at all of them


class HandWritten(Module):
    """A model that multiplies and adds by itself, without scopes."""

    def __init__(self):
        self.first = [[Value(0.5), Value(-0.3)], [Value(0.2), Value(0.7)]]
        self.second = [Value(1.1), Value(-0.4)]

    def __call__(self, x):
        hidden = [tanh(a * x[0] + b * x[1]) for a, b in self.first]
        return self.second[0] * hidden[0] + self.second[1] * hidden[1]


def test_a_model_without_scopes_is_understood_by_its_products():
    model = HandWritten()
    network = measure_connections(model, model([Value(1.0, label="age"), 2.0]))
    assert {(c.src, c.dst) for c in network.connections} == {
        ("age", "first.0"), ("x1", "first.0"), ("age", "first.1"), ("x1", "first.1"),
        ("first.0", "second"), ("first.1", "second"),
    }  # fmt: skip


def test_connections_within_a_layer_are_kept():
    class Loop(Module):
        def __init__(self):
            self.cells = [[Value(0.5), Value(0.25)]]

        def __call__(self, xs):
            h = 0.0
            for x in xs:
                h = tanh(self.cells[0][0] * x + self.cells[0][1] * h)
            return h

    model = Loop()
    network = measure_connections(model, model([1.0, 2.0, 3.0]))
    assert ("cells.0", "cells.0") in [(c.src, c.dst) for c in network.connections]


@pytest.mark.parametrize(
    ("model", "root", "error", "message"),
    [
        (Module(), Value(1.0), ValueError, "model: Module has no parameters"),
        (MLP(1, [1]), Value(1.0) * 2, ValueError, "loss: it depends on no parameter of MLP"),
        (MLP(1, [1]), 1.0, TypeError, "loss: expected a Value, got float 1.0"),
        (3, Value(1.0), TypeError, "model: expected a model with named_parameters"),
    ],
)
def test_what_cannot_be_measured_is_named(model, root, error, message):
    for measure in (measure_connections, gradient_flow):
        with pytest.raises(error, match=message):
            measure(model, root)


def test_neurons_of_a_part_with_a_name_make_one_layer():
    random.seed(0)
    cell = nn.RNN(1, 3)
    outputs, _ = cell([[0.1], [0.2]])
    root = outputs[-1][0] if isinstance(outputs[-1], list) else outputs[-1]
    flow = gradient_flow(cell, root)
    assert [(layer.name, layer.units) for layer in flow if "cell" in layer.name] == [("cell", 3)]


def test_a_map_of_a_convolution_is_a_unit_with_its_bias():
    random.seed(4)
    layers = [nn.Reshape(1, 4, 4), nn.Conv2d(1, 3, 3, init="kaiming_uniform"), nn.Reshape(), nn.Layer(12, 2)]
    model = nn.Sequential(*layers)
    image = [random.random() for _ in range(16)]
    root = autograd.sum(out**2 for out in model(image))
    network = measure_connections(model, root)
    layers = [(n.layer, n.name) for n in network.neurons]
    assert layers[:9] == [("", f"x[0,{i},{j}]") for i in range(3) for j in range(3)]
    assert layers[9:12] == [("layers.1", f"layers.1.kernel.{k}") for k in range(3)]
    assert {layer for layer, _ in layers[12:]} == {"layers.3"}
    root.backward()
    own = [p.grad for name, p in model.named_parameters() if name.startswith("layers.1.kernel.2.")]
    assert network.neurons[11].size == pytest.approx(math.hypot(*own, model.layers[1].bias[2].grad), rel=1e-12)
    assert [(row.name, row.units) for row in gradient_flow(model, root)] == [("layers.1", 3), ("layers.3", 2)]


def test_the_first_state_of_a_recurrent_network_is_no_input():
    random.seed(5)
    model = nn.RNN(1, 3)
    states, _ = model([0.5, 0.0, -0.5])
    network = measure_connections(model, autograd.sum(s**2 for state in states for s in state))
    assert [n.name for n in network.neurons] == ["x0", *(f"cell.neurons.{k}" for k in range(3))]
    assert len(network.connections) == 3 + 9


def test_an_input_that_is_0_is_an_input_where_its_weight_meets_nothing_else():
    model = MLP(2, [2, 1])
    network = measure_connections(model, model([0.0, 1.0]))
    assert [n.name for n in network.neurons if not n.layer] == ["x0", "x1"]


def test_the_rows_of_a_matrix_are_the_units_of_one_layer():
    model = HandWritten()
    flow = gradient_flow(model, model([1.0, 2.0]))
    assert [(layer.name, len(layer.sizes), layer.units) for layer in flow] == [("first", 4, 2), ("second", 2, 1)]


def test_the_connections_of_attention_do_not_depend_on_the_hash_seed():
    code = (
        "import random, autograd, nn; from autograd.diagnose import measure_connections; random.seed(1);"
        "model = nn.CausalSelfAttention(4, heads=2); rows = model([[0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1]]);"
        "print(measure_connections(model, autograd.sum(x for row in rows for x in row)))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }  # fmt: skip  # one call
    assert len(outputs) == 1
