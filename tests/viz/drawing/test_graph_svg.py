"""A picture has values, gradients and local derivatives at their places, and always the same bytes."""

import math

import viz
from autograd import Value, where
from tests.helpers.browser import neuron
from tests.helpers.svg_geometry import texts


def test_the_neuron_of_cs231n():
    shown = texts(viz.graph(neuron()).svg())
    for text in ["w₀", "x₀", "σ", "0.731", "−0.197", "0.393", "−0.393", "−0.590", "[−2.00]", "[0.197]"]:
        assert text in shown


def test_where_shows_that_nothing_flows_to_the_branch_not_chosen():
    a, b = Value(1.0, label="a"), Value(2.0, label="b")
    svg = viz.graph(where(a, a * 2, b * 3)).svg()
    assert svg.count('class="wire idle"') == 2  # the condition and b·3


def test_the_same_trace_gives_the_same_bytes_without_ids():
    first, second = viz.graph(neuron()).svg(), viz.graph(neuron()).svg()
    assert first == second
    assert " id=" not in first


def test_values_that_are_not_finite_are_drawn():
    x = Value(math.inf, label="x")
    shown = texts(viz.graph(x - x).svg())
    assert "∞" in shown
    assert "nan" in shown


def test_a_single_leaf_is_drawn():
    assert "x" in texts(viz.graph(Value(1.0, label="x")).svg())
