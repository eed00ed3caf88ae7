"""A picture has values, gradients and local derivatives at their places, and always the same bytes."""

import math
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given

import viz
from autograd import Value, where
from tests.helpers.browser import neuron
from tests.helpers.svg_geometry import SVG, points, rectangles, roots, texts


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


def wires_and_forks(svg):
    """Return the path of each wire, and the centres of the dots drawn with it."""
    groups = [e for e in ET.fromstring(svg).iter(f"{SVG}g") if e.get("class", "").startswith("edge")]
    dots = [[(float(c.get("cx")), float(c.get("cy"))) for c in e.iter(f"{SVG}circle")] for e in groups]
    return [next(e.iter(f"{SVG}path")).get("d") for e in groups], dots


def parting(a, b):
    """Return the point at which two paths part; None if they start at different points or never part."""
    a, b = (re.findall("[MHC][^MHC]*", d) for d in (a, b))
    n = next((i for i, (p, q) in enumerate(zip(a, b, strict=False)) if p != q), 0)
    return [*points("".join(a[:n]))][-1] if n > 1 else None


@given(roots())
def test_a_dot_is_where_the_wires_of_one_source_part_and_covers_nothing(root):
    svg = viz.graph(root).svg()
    wires, dots = wires_and_forks(svg)
    for i, (wire, its) in enumerate(zip(wires, dots, strict=True)):
        partings = {parting(wire, other) for j, other in enumerate(wires) if j != i} - {None}
        assert set(its) == partings
        assert len(its) == len(set(its))
    for x, y in {dot for its in dots for dot in its}:
        for kind, left, top, right, bottom in rectangles(svg):
            assert not (left - 4 < x < right + 4 and top - 4 < y < bottom + 4), kind


def test_a_square_forks_and_a_crossing_has_no_dot():
    a, b, c = Value(1.0, label="a"), Value(2.0, label="b"), Value(3.0, label="c")
    assert sum(map(len, wires_and_forks(viz.graph(a * b + c).svg())[1])) == 0
    assert [len(its) for its in wires_and_forks(viz.graph(a * a + b).svg())[1]].count(1) == 2
    root = (a * b) * (a * c) * (b * c)  # K₃₃ has no picture without crossings
    shown = {dot for its in wires_and_forks(viz.graph(root).svg())[1] for dot in its}
    assert len(shown) == 3


def test_curves_of_dot_fork_where_they_start():
    a, b = Value(1.0, label="a"), Value(2.0, label="b")
    try:
        svg = viz.graph(a * b + a.tanh() * a, engine="dot").svg()
    except RuntimeError:
        pytest.skip("dot is missing")
    wires, dots = wires_and_forks(svg)
    assert len({dot for its in dots for dot in its}) == 1
    for wire, its in zip(wires, dots, strict=True):
        assert its == [p for p in its if any(math.dist(p, q) < 0.2 for q in points(wire))]


def test_a_dot_has_the_colour_of_its_wire_in_every_step():
    a = Value(0.5, label="a")
    frames = viz.step(a.tanh() * a).frames()
    active = [svg for svg in frames if re.search(r'class="edge[^"]* on"><path[^>]*/><circle class="fork"', svg)]
    assert len(active) >= 4  # two steps forward, two back
    for rule in (".on .fork{", ".back .fork{", ".gg .fork{"):
        assert rule in frames[0]
