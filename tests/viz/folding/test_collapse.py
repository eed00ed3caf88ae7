"""A large graph is folded by scope into parts, of which every node is drawn or counted."""

import math

import pytest

import nn
import viz
from autograd import Value, trace
from tests.helpers.flows import loss, moon_model
from tests.helpers.svg_geometry import texts
from viz.folding.collapse import FoldedTrace


def titles(view):
    return {view.trace.ops[view.trace.graph.rows[n].op]["symbol"]: n for n in view.boxes}


@pytest.fixture(scope="module")
def moons():
    return FoldedTrace(trace(loss(moon_model(), n=2)), 60)


def test_every_node_is_drawn_or_counted(moons):
    for way in [(), ("layer0",), ("layer1", "neuron3"), ("layer2", "neuron0"), ("after layer2",)]:
        view = moons.view(way)
        alone = len(view.trace.data) - len(view.boxes)
        assert view.n_folded + alone == len(moons.trace.data)
    svg = viz.graph(moons.trace).svg()
    view = moons.view()
    assert f"{view.n_folded:,} of {len(moons.trace.data):,} nodes are folded into boxes" in " ".join(texts(svg))


def test_layers_open_into_neurons_and_neurons_into_their_expressions(moons):
    whole = moons.view()
    assert {"layer0", "layer1", "layer2", "after layer2"} <= set(titles(whole))
    layer = moons.view(("layer1",))
    assert {f"neuron{i}" for i in range(16)} <= set(titles(layer))
    neuron = moons.view(("layer1", "neuron3"))
    ops = [row.op for n, row in enumerate(neuron.trace.graph.rows) if n not in neuron.boxes and row.op]
    assert sorted(ops) == ["add", "dot", "relu"]  # the last sum is the loss
    assert {"15 more neurons", "1 more use", "layer0"} <= set(titles(neuron))


def test_the_numbers_of_a_view_are_those_of_the_trace(moons):
    view = moons.view(("layer1", "neuron3"))
    for n, row in enumerate(view.trace.graph.rows):
        if n not in view.boxes and n < len(view.trace.data) - 1:
            original = next(k for k, other in enumerate(moons.trace.graph.rows) if other.label == row.label)
            assert view.trace.data[n] == moons.trace.data[original]
            assert view.trace.grads[n] == moons.trace.grads[original]
            assert n in view.numbers


def test_a_weighted_sum_in_no_part_is_spelt_out_too():
    net = nn.MLP(2, [3, 2], bias=False)
    folded = FoldedTrace(trace(nn.euclidean(net([1.0, -2.0]), [0.5, 1.0])), 40)
    (lone,) = (n for n, row in enumerate(folded.rows) if row.op == "dot" and not folded.paths[n])
    assert [row.op for row in folded.view((lone,)).trace.graph.rows][-4:] == ["mul", "mul", "add", "div"]


def test_a_box_shows_the_norm_of_the_gradients_of_its_outputs(moons):
    rows, grads = moons.trace.graph.rows, moons.trace.grads
    outputs = [grads[n] for n, row in enumerate(rows) if row.op == "relu" and row.scope.startswith("layer0")]
    weights = [grads[n] for n, row in enumerate(rows) if row.op is None and row.label.startswith(("w[0,", "b[0,"))]
    assert (len(outputs), len(weights)) == (32, 48)  # the penalty on the weights is outside their layer
    expected = math.hypot(*outputs, *weights)
    view = moons.view()
    assert view.trace.grads[titles(view)["layer0"]] == pytest.approx(expected, rel=1e-12)
    svg = viz.graph(moons.trace).svg()
    assert f"‖{expected:#.3g}‖" in texts(svg)
    assert "‖" not in "".join(texts(viz.graph(moons.trace, show=("data",)).svg()))


def test_a_weighted_sum_is_spelt_out_as_products_and_a_sum(moons):
    neuron = moons.view(("layer1", "neuron3"))
    (way,) = [way for way in neuron.opens.values() if isinstance(way[-1], int)]
    expanded = moons.view(way)
    rows = expanded.trace.graph.rows
    products = [n for n, row in enumerate(rows) if row.op == "mul"]
    assert len(products) == 16
    assert not any(row.op == "dot" for row in rows)
    (total,) = [n for n, row in enumerate(rows) if row.op == "add" and len(row.args) == 17]
    bias = next(arg for arg in rows[total].args if arg not in products)
    terms = [expanded.trace.data[n] for n in (bias, *products)]
    assert math.fsum(terms) == pytest.approx(expanded.trace.data[total], rel=1e-12)
    weighted = next(n for n, row in enumerate(neuron.trace.graph.rows) if row.op == "dot")
    assert expanded.trace.data[total] == neuron.trace.data[weighted]
    assert {expanded.trace.grads[n] for n in products} == {neuron.trace.grads[weighted]}


def test_views_run_forward_and_are_always_the_same(moons):
    again = FoldedTrace(moons.trace, 60)
    for way in [(), ("layer0",), ("layer0", "neuron1")]:
        view = moons.view(way)
        assert all(edge.src < edge.dst for edge in view.trace.edges)
        assert repr(view) == repr(again.view(way))  # in a repr, nan is nan


def test_parts_that_depend_on_each_other_become_one():
    x = Value(0.5, label="x")
    h = x
    for k in range(20):
        h = (h * 2).tanh()
        h.scope = ("cell", "gate")[k % 2]
    view = FoldedTrace(trace(h + 1), 4).view()
    assert len(view.boxes) == 1
    assert all(edge.src < edge.dst for edge in view.trace.edges)
