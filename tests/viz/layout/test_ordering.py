"""Nodes have layers, and swapped inputs the order of their ports."""

from hypothesis import given
from hypothesis import strategies as st

from viz.layout import Box, Wire, layered_layout
from viz.layout.ordering import LayeredGraph, assign_layers


def test_a_leaf_stands_just_before_its_first_use():
    # 0 → 1 → 2 → 4, and a leaf 3 that only 4 uses
    assert assign_layers(5, [Wire(0, 1, 0), Wire(1, 2, 0), Wire(2, 4, 0), Wire(3, 4, 1)]) == [0, 1, 2, 2, 3]


def test_layers_that_are_given_are_kept():
    boxes = [Box(20, 25, 25, (0.0,) * n, 20, 40) for n in (0, 0, 1, 1)]  # 0 → 2, and 1 → 3 past the layer of 2
    placed = layered_layout(boxes, [Wire(0, 2, 0), Wire(1, 3, 0)], [0, 0, 1, 2])
    left, *others = [x for x, _ in placed.centres]
    assert left == others[0] < others[1] < others[2]


def test_swapped_inputs_are_put_in_the_order_of_their_ports():
    boxes = [Box(20, 25, 25, (), 0, 40)] * 2 + [Box(20, 25, 25, (-10.0, 10.0), 20, 40)]
    placed = layered_layout(boxes, [Wire(1, 2, 0), Wire(0, 2, 1)])
    assert placed.centres[1][1] < placed.centres[0][1]
    assert placed.crossings == 0


@given(
    st.integers(2, 9).flatmap(
        lambda n: st.lists(st.tuples(*[st.integers(0, n - 1)] * 2).filter(lambda p: p[0] < p[1]), max_size=12)
    )
)
def test_every_wire_leads_to_a_later_layer_and_none_is_empty(pairs):
    count = max([b for _, b in pairs], default=0) + 1
    wires = [Wire(a, b, k) for k, (a, b) in enumerate(pairs)]
    layers = assign_layers(count, wires)
    assert all(layers[wire.src] < layers[wire.dst] for wire in wires)
    assert sorted(set(layers)) == list(range(max(layers) + 1))


def test_a_crossing_is_counted_and_taken_out():
    wires = [Wire(0, 3, 0), Wire(1, 2, 0)]
    graph = LayeredGraph(4, wires, [0.0, 0.0])
    graph.rows = [[0, 1], [2, 3]]
    assert graph.count_crossings() == 1
    graph.order()
    assert graph.count_crossings() == 0
    assert [sorted(row) for row in graph.rows] == [[0, 1], [2, 3]]
