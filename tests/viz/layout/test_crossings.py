"""Count the wires that cross, and compare with Graphviz's dot 2.43, whose counts tests/helpers/crossings.py prints."""

import shutil
from itertools import pairwise

import pytest

from autograd import Value, dot, trace
from benchmarks.layout import GRAPHS, compare, expression
from tests.helpers.crossings import expressions, net, ours
from viz.drawing import plan_drawing

DOT_ON_EXPRESSIONS = {10: 12, 14: 26, 20: 59}
DOT_ON_NETS = {
    (2, 2, 1): 1, (2, 3, 1): 9, (3, 3, 1): 18, (3, 4, 1): 37, (2, 4, 4, 1): 90, (3, 4, 4, 1): 111,
}  # fmt: skip


def test_expressions_have_at_most_a_fifth_more_crossings_than_dot_makes():
    found = {size: sum(map(ours, expressions(size))) for size in DOT_ON_EXPRESSIONS}
    assert sum(found.values()) <= 1.2 * sum(DOT_ON_EXPRESSIONS.values()), found


@pytest.mark.parametrize("sizes", DOT_ON_NETS)
def test_small_networks_have_at_most_half_as_many_more(sizes):
    assert ours(net(sizes)) <= 1.5 * DOT_ON_NETS[sizes]


def test_arguments_without_an_order_are_drawn_where_they_come_from():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    assert ours(plan_drawing(trace((a - b) * (b + a)))) == ours(plan_drawing(trace((a - b) * (a + b))))


def test_the_wires_of_a_sign_with_constants_keep_its_order():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    drawing = plan_drawing(trace((b - a) * dot([a, b], [3.0, 4.0])))
    node = next(i for i, glyph in enumerate(drawing.glyphs) if glyph.symbol == "·×3 + ·×4")
    ends = [route[-1][1] for wire, route in zip(drawing.wires, drawing.layout.routes, strict=True) if wire.dst == node]
    assert ends == sorted(ends)


def test_the_count_sees_a_crossing():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    assert ours(plan_drawing(trace((a - b) / (b - a)))) > 0


@pytest.mark.skipif(not shutil.which("dot"), reason="needs the dot binary")
@pytest.mark.parametrize("size", [50, 250])
@pytest.mark.parametrize("graph", GRAPHS)
def test_large_graphs_need_at_most_half_more_room_than_with_dot_and_a_fifth_more_crossings(graph, size):
    found = compare(graph(size), 60.0)
    assert found["area"] <= 1.5
    assert found["crossings"] <= 1.2


@pytest.mark.parametrize("graph", GRAPHS)
def test_five_thousand_nodes_are_placed_without_overlaps_in_their_columns(graph):
    drawing = plan_drawing(trace(graph(5000 if graph is not expression else 1000)), 10**6)
    columns = {}
    for glyph, (x, y) in zip(drawing.glyphs, drawing.layout.centres, strict=True):
        columns.setdefault(x, []).append((y - glyph.box.up, y + glyph.box.down))
    for spans in columns.values():
        assert all(a[1] <= b[0] for a, b in pairwise(sorted(spans)))
