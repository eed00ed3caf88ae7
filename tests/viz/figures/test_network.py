"""Draw gradient flow by neuron: the strongest are drawn, and the rest counted."""

import math
import random
import re

import pytest

import autograd
import viz
from nn import MLP, CausalSelfAttention
from tests.helpers.flows import dead_units, exploding, moon_model, plain, vanishing
from tests.helpers.svg_geometry import apart, elements, words

MODELS = {"moons": moon_model, "vanishing": vanishing, "exploding": exploding, "dead": dead_units}


def attention():
    random.seed(6)
    model = CausalSelfAttention(4, 2)
    rows = model([[random.gauss(0, 1) for _ in range(4)] for _ in range(3)])
    return viz.neurons(model, autograd.sum(x**2 for row in rows for x in row))


NETWORKS = {name: lambda make=make: viz.neurons(model := make(), plain(model)) for name, make in MODELS.items()}


@pytest.mark.parametrize("draw", [*NETWORKS.values(), attention], ids=[*NETWORKS, "attention"])
def test_every_neuron_stands_by_itself_and_dead_ones_are_counted_below(draw):
    figure = draw()
    svg = figure.svg()
    circles = [e for e in elements(svg, "circle") if "shape" in e.get("class")]
    discs = [(float(e.get("cx")), float(e.get("cy")), float(e.get("r"))) for e in circles]
    assert len(discs) == sum(bool(n.layer) for n in figure.network.neurons)
    for i, (x, y, r) in enumerate(discs):
        for u, v, s in discs[:i]:
            assert math.hypot(x - u, y - v) > r + s
    dead = [n for n in figure.network.neurons if n.layer and n.dead]
    assert sum("dead" in e.get("class").split() for e in circles) == len(dead)
    texts = [words(e) for e in elements(svg, "text")]
    counted = sum(int(m[1]) for t in texts if (m := re.match(r"(\d+) dead$", t[0])))
    assert counted == len(dead)
    for i, a in enumerate(texts):
        assert all(apart(a, b) for b in texts[:i]), a
        for x, y, r in discs:
            assert apart(a, ("", x - r, y - r, x + r, y + r)), a


def test_of_a_large_network_the_strongest_are_drawn_and_the_rest_counted():
    model = MLP(60, [100, 1])
    figure = viz.neurons(model, model([0.1] * 60) * 1.0)
    texts = [t for e in elements(figure.svg(), "text") for t in ["".join(e.itertext())]]
    assert "52 more" in texts
    assert any(re.search(r"1,200 of [\d,]+ connections", t) for t in texts)


def test_connections_without_a_gradient_are_counted():
    model = dead_units()
    figure = viz.neurons(model, plain(model))
    idle = sum(not link.size for link in figure.network.connections)
    assert idle > 0
    svg = figure.svg()
    assert f"{idle} whose gradient is 0 are not drawn" in svg
    drawn = [e for e in elements(svg, "path") if (e.get("class") or "").startswith("link")]
    assert len(drawn) == len(figure.network.connections) - idle


def test_only_a_chain_of_layers_is_called_one():
    svg = attention().svg()
    assert "CausalSelfAttention of 16 neurons in 4 layers" in svg
    assert "→" not in svg.partition("which weights")[0]
    model = moon_model()
    assert ">MLP 2 → 16 → 16 → 1<" in viz.neurons(model, plain(model)).svg()


def test_parallel_layers_stand_in_one_column():
    svg = attention().svg()
    columns = {float(e.get("cx")) for e in elements(svg, "circle")}
    assert len(columns) == 2  # one for query, key and value, one for out
    captions = {e.text: float(e.get("x")) for e in elements(svg, "text") if e.text in ("query", "key", "value", "out")}
    assert captions["query"] == captions["key"] == captions["value"] == min(columns)
    assert captions["out"] == max(columns)


def test_of_many_inputs_those_with_the_largest_gradients_are_drawn():
    model = MLP(60, [2])
    a, b = model([0.0] * 20 + [1.0] * 40)
    figure = viz.neurons(model, autograd.exp(a) + autograd.exp(b))
    texts = {"".join(e.itertext()) for e in elements(figure.svg(), "text")}
    assert {f"x{i}".translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")) for i in range(20, 60)} <= texts
    assert "x₁₉" not in texts
