"""Of a large graph the nearest nodes and the most influential inputs are drawn, and the rest counted."""

import math

import autograd as ops
import viz
from autograd import Value, dot, trace
from tests.helpers.svg_geometry import texts
from viz.drawing.truncate import nodes_near_output


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
