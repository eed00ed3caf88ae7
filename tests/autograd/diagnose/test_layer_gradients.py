"""Units that do not learn, and layers whose gradients vanish or explode."""

import random

import pytest

import autograd
import nn
from autograd import Value
from autograd.diagnose import gradient_flow, units
from autograd.diagnose.layer_gradients import unit_names
from nn import MLP


def outputs(activation, inputs, weights):
    """The outputs of one unit for some inputs, under its scope."""
    w = Value(weights)
    made = [getattr(w * x, activation)() for x in inputs]
    for y in made:
        y.scope = "unit"
    return made


@pytest.mark.parametrize(
    ("activation", "inputs", "active", "saturated", "dead"),
    [
        ("relu", [-1.0, -2.0], 0.0, 0.0, True),
        ("relu", [-1.0, 2.0, 3.0, 4.0], 0.75, 0.0, False),
        ("tanh", [0.1, 5.0, -6.0, 0.0], 1.0, 0.5, False),
        ("sigmoid", [0.1, 9.0], 1.0, 0.5, False),
        ("leaky_relu", [-1.0, 1.0], 1.0, 0.0, False),
    ],
)
def test_units_are_measured_over_all_samples(activation, inputs, active, saturated, dead):
    made = outputs(activation, inputs, 1.0)
    (unit,) = units(*made)
    assert (unit.scope, unit.op, unit.active, unit.saturated, unit.dead) == (
        "unit",
        activation,
        active,
        saturated,
        dead,
    )
    assert unit.outputs == tuple(y.data for y in made)
    total = made[0]
    for y in made[1:]:
        total = total + y
    assert units(total) == [unit]


def test_units_need_a_scope():
    with pytest.raises(ValueError, match=r"^roots: nothing under them has a scope"):
        units(Value(1.0) * 2)


def flags(weights, activation="tanh"):
    """The flags of a chain of layers of one unit, by the weight of each."""
    model = MLP(1, [1] * len(weights), activation=activation)
    for layer, weight in zip(model.layers, weights, strict=True):
        layer.neurons[0].w[0].data = weight
    return [layer.flag for layer in gradient_flow(model, model([1.0]))]


def test_layers_vanish_and_explode_relative_to_the_last():
    assert flags([0.5, 0.5, 0.5, 0.5]) == ["", "", "", ""]
    assert flags([0.5, 0.5, 1e-4, 0.5]) == ["vanishing", "vanishing", "", ""]
    assert flags([1e-6, 1e3, 1e3, 1.0], "relu") == ["exploding", "", "", ""]


def test_dead_units_have_gradients_of_exactly_0():
    model = MLP(1, [3, 1])
    for neuron, bias in zip(model.layers[0].neurons, [1.0, -9.0, -9.0], strict=True):
        neuron.w[0].data, neuron.b.data = 1.0, bias
    model.parameters()[0].grad = 123.0
    first, last = gradient_flow(model, model([0.5]))
    assert (first.dead, first.units, last.dead, last.units) == (2, 3, 0, 1)
    assert sorted(first.sizes)[:4] == [0.0] * 4
    assert first.median > 0


def test_a_model_or_a_loss_that_tells_nothing_is_named():
    model = MLP(1, [1])
    with pytest.raises(ValueError, match=r"^loss: it depends on no parameter of MLP$"):
        gradient_flow(model, Value(1.0) * 2)
    model.layers = []
    with pytest.raises(ValueError, match=r"^model: MLP has no parameters$"):
        gradient_flow(model, Value(1.0))


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("layers.1.w.1.0", "layers.1.w.1"),
        ("layers.1.b.1", "layers.1.w.1"),
        ("layers.1.scale1", "layers.1"),
        ("layers.1.shift2", "layers.1"),
        ("blocks.0.out.neurons.1.b", "blocks.0.out.neurons.1"),
        ("table.1.0", "table.1"),
        ("gain.1", "gain"),
        ("temperature", "temperature"),
    ],
)
def test_units_are_known_by_the_names_of_their_parameters(name, unit):
    rows = [f"layers.1.w.{i}.{j}" for i in range(2) for j in range(3)]
    others = ["layers.1.b.0", "layers.1.b.1", "layers.1.scale1", "layers.1.shift2", "blocks.0.out.neurons.1.b"]
    names = [*rows, *others, "table.0.0", "table.1.0", "gain.0", "gain.1", "temperature"]
    assert unit_names(names)[name] == unit


def test_a_unit_is_dead_only_if_the_loss_reads_it_and_says_how_often():
    random.seed(0)
    table, line = nn.Embedding(5, 3), nn.MLP(3, [2, 1], activation="relu")
    line.layers[0].neurons[1].b.data = -50.0
    model = nn.Sequential(table, line)

    def flow(indices):
        loss = autograd.sum(model(k) ** 2 for k in indices) + 0.1 * autograd.sum(p * p for p in line.parameters())
        return {layer.name: layer for layer in gradient_flow(model, loss)}

    seen = flow([1, 1, 3])
    rows = next(layer for name, layer in seen.items() if layer.units == 5)
    hidden = next(layer for name, layer in seen.items() if layer.units == 2)
    assert (rows.unused, rows.units) == (3, 5)
    assert (hidden.unused, hidden.uses) == (0, 3)
    assert [layer.uses for name, layer in flow([1]).items() if name == hidden.name] == [1]


def test_a_model_of_another_library_is_known_by_the_labels_of_its_leaves():
    class Module:  # as one of PyTorch, whose parameters are arrays
        def named_parameters(self):
            return [("0.weight", object()), ("0.bias", object()), ("gain", object())]

    w = [[Value(0.5 + i + j, label=f"0.weight[{i}][{j}]") for j in range(2)] for i in range(2)]
    b, gain = [Value(0.1, label=f"0.bias[{i}]") for i in range(2)], Value(2.0, label="gain")
    loss = sum((w[i][0] * 1.0 + w[i][1] * 2.0 + b[i]).tanh() for i in range(2)) * gain
    layers = gradient_flow(Module(), loss)
    assert [(layer.name, len(layer.sizes), layer.units) for layer in layers] == [("0", 6, 2), ("model", 1, 1)]
    with pytest.raises(ValueError, match="it depends on no parameter of Module"):
        gradient_flow(Module(), Value(1.0) * 2)
