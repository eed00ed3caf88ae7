"""Draw traces: the contents and sizes of pictures, and the checks of arguments."""

import math
import re
import xml.etree.ElementTree as ET

import pytest

import autograd as ops
import viz
from autograd import Value, dot, sigmoid, trace, where
from tools.make_pictures import DOCS, PICTURES
from viz.drawing import LIGHT, THEMES
from viz.drawing.truncate import nodes_near_output
from viz.frontends.micrograd import trace as micrograd_trace


def neuron():
    w0, x0, w1, x1, w2 = (
        Value(x, label=name) for name, x in [("w0", 2), ("x0", -1), ("w1", -3), ("x1", -2), ("w2", -3)]
    )
    return sigmoid(w0 * x0 + w1 * x1 + w2)


def texts(svg):
    return ["".join(e.itertext()) for e in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def width(figure):
    return float(ET.fromstring(figure.svg()).get("width"))


def test_the_neuron_of_cs231n():
    shown = texts(viz.graph(neuron()).svg())
    for text in ["w₀", "x₀", "σ", "0.731", "−0.197", "0.393", "−0.393", "−0.590", "[−2.00]", "[0.197]"]:
        assert text in shown


def test_nodes_are_called_by_the_callers_variables():
    a, b = Value(1.0), Value(2.0)
    product = a * b
    result = product + a
    assert [row.label for row in viz.graph(result).trace.graph.rows] == ["a", "b", "product", "result"]
    assert [row.label for row in viz.graph(result, names=False).trace.graph.rows] == ["v1", "v2", "v3", "L"]


def test_made_up_names_never_repeat_a_users():
    a = Value(1.0, label="v1")
    labels = [row.label for row in trace((a * 2) * (a + 1) + Value(1.0, label="L")).graph.rows]
    assert len(set(labels)) == len(labels)


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


def test_colours_have_contrast_in_both_themes():
    def luminance(colour):
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for palette in THEMES.values():
        for name in ("ink", "quiet", "value", "grad"):
            for ground in ("page", "shape"):
                dark, light = sorted([luminance(palette[name]), luminance(palette[ground])])
                assert (light + 0.05) / (dark + 0.05) >= 4.5, (name, ground)


def test_themes():
    assert "prefers-color-scheme" in viz.graph(neuron()).svg()
    assert LIGHT["page"] in viz.graph(neuron(), theme="light").svg()
    with pytest.raises(ValueError, match="theme: expected auto, light or dark, got 'pink'"):
        viz.graph(neuron(), theme="pink")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"max_nodes": "a"}, TypeError, "max_nodes: expected a whole number, got 'a'"),
        ({"max_nodes": True}, TypeError, "max_nodes: expected a whole number, got True"),
        ({"max_nodes": 0}, ValueError, "max_nodes: expected at least 1, got 0"),
        ({"theme": ["dark"]}, ValueError, "theme: expected auto, light or dark, got"),
        ({"names": "a"}, TypeError, "names: expected True, False or a mapping"),
    ],
)
def test_a_wrong_argument_is_named_at_the_call(arguments, error, message):
    with pytest.raises(error, match=message):
        viz.graph(neuron(), **arguments)


def test_a_large_graph_is_cut_and_says_so():
    x = Value(0.5, label="x")
    y = x
    for _ in range(100):
        y = y * x + 1
    drawn = trace(y)
    nodes, edges, _ = nodes_near_output(drawn, 60)
    assert len(nodes) <= 60
    svg = viz.graph(y, max_nodes=61).svg()
    nodes, edges, _ = nodes_near_output(drawn, 61)
    assert f"{len(drawn.data) - len(nodes)} more nodes lie behind the dashed box" in texts(svg)
    for edge in edges:  # all arguments of a node are in the picture
        assert {e.src for e in drawn.edges if e.dst == drawn.edges[edge].dst} <= set(nodes)


def test_a_deep_graph_is_never_wider_than_4000_pixels_unless_more_is_asked_for():
    b, c = Value(0.9, label="b"), Value(0.5, label="c")
    for _ in range(50):
        c = c.tanh() * b
    assert 3000 < width(viz.graph(c)) <= 4000
    hidden = [text for text in texts(viz.graph(c).svg()) if "lie behind the dashed box" in text]
    assert len(hidden) == 1
    assert viz.graph(c).svg().count('class="shape idle"') == 1
    assert width(viz.graph(c, max_nodes=200)) > 10_000


def test_a_chain_that_ends_in_a_sum_of_itself_is_never_wider_than_4000_pixels():
    chain = [Value(0.5, label="x")]
    for _ in range(50):
        chain.append(chain[-1].tanh())
    assert width(viz.graph(ops.sum(*chain))) <= 4000


def test_one_node_behind_a_box_is_one():
    x = Value(0.5, label="x")
    assert "1 more node lies behind the dashed box" in texts(viz.graph((x + 1) * 2, max_nodes=2).svg())


def test_the_cut_never_hides_the_root():
    x = Value(0.5, label="x")
    assert nodes_near_output(trace(dot([x] * 100, [x + i for i in range(100)])), 2)[0] == [101]


def test_of_too_many_arguments_the_first_the_last_and_the_largest_are_drawn_and_a_box_stands_for_the_others():
    xs = [Value(9.0 if i in (30, 70) else math.nan if i == 50 else 1.0, label=f"x{i}") for i in range(100)]
    shown = texts(viz.graph(ops.sum(*xs)).svg())
    assert {"x₀", "x₃₀", "x₅₀", "x₇₀", "x₉₉", "92 more"} <= set(shown)
    assert not any("dashed" in text for text in shown)


def test_both_factors_of_a_product_are_drawn_or_neither():
    w, x = ([Value(i + 1.0, label=f"{name}{i}") for i in range(50)] for name in "wx")
    shown = set(texts(viz.graph(dot(w, x, Value(0.0, label="b"))).svg()))
    assert {"w₀", "x₀", "w₄₉", "x₄₉", "w₄₈", "x₄₈", "b", "94 more"} <= shown


def test_a_wide_node_leaves_room_for_the_others():
    w = [Value(float(i), label=f"w{i}") for i in range(120)]
    neurons = [dot(w[30 * k : 30 * k + 30], [0.1 * i for i in range(30)], 0.5).tanh() for k in range(4)]
    svg = viz.graph(ops.sum(*neurons)).svg()
    assert texts(svg).count("22 more") == 4
    assert texts(svg).count("Σ") == 4
    assert "shape idle" not in svg


def test_an_argument_that_is_drawn_for_another_node_is_not_folded():
    xs = [Value(1.0, label=f"x{i}") for i in range(100)]
    shown = texts(viz.graph((xs[40] + 1) * ops.sum(*xs)).svg())
    assert {"x₄₀", "91 more"} <= set(shown)
    assert shown.count("x₄₀") == 1


@pytest.mark.parametrize("root", [3.0, None, [Value(1.0)], "x"])
def test_a_root_that_is_no_value_is_named(root):
    for draw in (viz.graph, viz.table, viz.to_graphviz, viz.draw_dot, micrograd_trace):
        with pytest.raises(TypeError, match="root: expected a Value, got"):
            draw(root)


def test_a_figure_shows_in_a_notebook():
    bundle = viz.graph(neuron())._repr_mimebundle_()
    assert bundle["image/svg+xml"].startswith("<svg")
    assert "backward" in bundle["text/plain"]


@pytest.mark.parametrize("name", PICTURES)
def test_the_pictures_of_the_readme_are_those_that_are_drawn(name):
    """Compare coordinates to a tenth of a pixel: sum() is more exact from Python 3.12 on."""
    kept, drawn = (DOCS / f"{name}.svg").read_text(encoding="utf-8"), PICTURES[name]()
    assert texts(kept) == texts(drawn), "run tools/make_pictures.py"
    places = [list(map(float, re.findall(r"-?\d+\.?\d*", svg))) for svg in (kept, drawn)]
    assert places[0] == pytest.approx(places[1], abs=0.11), "run tools/make_pictures.py"
    assert re.sub(r"-?\d+\.?\d*", "", kept) == re.sub(r"-?\d+\.?\d*", "", drawn)
