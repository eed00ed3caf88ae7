"""Lay out graphs: no overlaps, wires that run forward and bend between columns, and always the same result."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, trace
from viz.drawing import plan_drawing
from viz.layout import Box, Wire, layered_layout
from viz.layout.layered import GAP


@st.composite
def nets(draw):
    """Draw a connected graph in topological order, in which every node but the last has a user."""
    count = draw(st.integers(1, 14))
    ends = [draw(st.lists(st.integers(0, n - 1), max_size=3)) if n else [] for n in range(count)]
    for n in range(count - 1):
        if not any(n in later for later in ends[n + 1 :]):
            ends[draw(st.integers(n + 1, count - 1))].append(n)
    boxes = [
        Box(
            half_width=draw(st.sampled_from([20.0, 45.0])),
            up=max(25.0, 10.0 * len(sources)),
            down=max(25.0, 10.0 * len(sources)),
            ports=tuple((i - (len(sources) - 1) / 2) * 20 for i in range(len(sources))),
            approach=30.0 if sources else 0.0,
            stub=draw(st.sampled_from([40.0, 80.0])),
        )
        for sources in ends
    ]
    wires = [Wire(src, n, port) for n, sources in enumerate(ends) for port, src in enumerate(sources)]
    return boxes, wires


@given(nets())
def test_no_boxes_overlap(net):
    boxes, wires = net
    placed = layered_layout(boxes, wires)
    for (a, (ax, ay)), (b, (bx, by)) in combinations(zip(boxes, placed.centres, strict=True), 2):
        is_beside = ax + a.half_width <= bx - b.half_width or bx + b.half_width <= ax - a.half_width
        is_above = ay + a.down + GAP <= by - b.up + 1e-6 or by + b.down + GAP <= ay - a.up + 1e-6
        assert is_beside or is_above


@given(nets())
def test_wires_run_forward_from_their_source_to_their_port(net):
    boxes, wires = net
    placed = layered_layout(boxes, wires)
    for wire, route in zip(wires, placed.routes, strict=True):
        assert route[0] == placed.centres[wire.src]
        x, y = placed.centres[wire.dst]
        assert route[-1] == (x, y + boxes[wire.dst].ports[wire.port])
        assert all(a[0] < b[0] for a, b in pairwise(route))


@given(nets())
def test_wires_are_level_beside_every_box(net):
    boxes, wires = net
    placed = layered_layout(boxes, wires)
    spans = [
        (x - box.half_width - box.approach, x + box.half_width + box.stub)
        for box, (x, _) in zip(boxes, placed.centres, strict=True)
    ]
    for route in placed.routes:
        for (x0, y0), (x1, y1) in pairwise(route):
            if y0 != y1:
                assert all(x1 <= left + 1e-6 or right <= x0 + 1e-6 for left, right in spans)


@given(nets())
def test_the_picture_holds_everything(net):
    boxes, wires = net
    placed = layered_layout(boxes, wires)
    for box, (x, y) in zip(boxes, placed.centres, strict=True):
        assert x - box.half_width >= -1e-6
        assert x + box.half_width + box.stub <= placed.width + 1e-6
        assert y - box.up >= -1e-6
        assert y + box.down <= placed.height + 1e-6


@given(nets())
def test_the_same_graph_has_the_same_layout(net):
    assert layered_layout(*net) == layered_layout(*net)


def tree(depth):
    """Build a complete binary tree, leaves first, each node the parent of the two oldest without one."""
    leaves = 2**depth
    wires = [Wire(2 * i + port, leaves + i, port) for i in range(leaves - 1) for port in (0, 1)]
    boxes = [Box(20, 25, 25, (-10.0, 10.0) if n >= leaves else (), 20, 40) for n in range(2 * leaves - 1)]
    return boxes, wires


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_a_tree_has_no_crossings(depth):
    assert layered_layout(*tree(depth)).crossings == 0


def test_a_chain_is_straight():
    boxes = [Box(20, 25, 25, (0.0,) if n else (), 20, 40) for n in range(6)]
    placed = layered_layout(boxes, [Wire(n, n + 1, 0) for n in range(5)])
    assert len({y for _, y in placed.centres}) == 1


def test_a_chain_runs_straight_past_what_joins_it():
    w, x, h = Value(1.2, label="w"), Value(0.9, label="x"), Value(0.5, label="h")
    for _ in range(6):
        h = (h * w + x).tanh()
    drawing = plan_drawing(trace(h), 100)
    chain = [n for n, row in enumerate(drawing.trace.graph.rows) if row.op]
    assert len(chain) == 18
    assert len({drawing.layout.centres[n][1] for n in chain}) == 1


@given(nets())
def test_what_has_one_argument_is_level_with_it_unless_that_has_other_uses(net):
    boxes, wires = net
    placed = layered_layout(boxes, wires)
    for n in range(len(boxes)):
        into = [wire.src for wire in wires if wire.dst == n]
        if len(into) == 1 and sum(wire.src == into[0] for wire in wires) == 1:
            assert abs(placed.centres[into[0]][1] - placed.centres[n][1]) <= 1  # because of rounding
