"""Choose what is drawn of a trace, and place it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from autograd.graph import Edge, Trace

from ..layout import Layout, Point, Wire, dot_layout, layered_layout
from .glyph import NodeGlyph, measure_node, measure_overflow_box
from .truncate import Selection, nodes_near_output

MAX_NODES = 60  # by default
MAX_WIDTH = 4000.0  # pixels, if at most MAX_NODES are requested
MAX_HEIGHT = 3000.0  # as well
MARGIN = 20.0  # pixels


@dataclass(frozen=True)
class Drawing:
    """The drawn part of a trace, with a place for everything in it."""

    trace: Trace
    selection: Selection
    glyphs: list[NodeGlyph]  # of the selected nodes
    wires: list[Wire]  # between glyphs, one for each selected wire
    layout: Layout

    @property
    def nodes(self) -> list[int]:
        """The nodes and boxes drawn, as the selection numbers them."""
        return self.selection.nodes

    @cached_property
    def shown_nodes(self) -> list[int]:
        """The nodes of the trace that are drawn, by themselves or in a box."""
        members = {self.trace.edges[n].src for edges in self.selection.folds.values() for n in edges}
        return sorted({n for n in self.nodes if n >= 0} | members)

    @cached_property
    def shown_edges(self) -> list[int]:
        """The edges of the trace that are drawn, by themselves or in a wire from a box."""
        return [n for wire in self.selection.wires for n in self.selection.folds.get(wire, [wire])]

    @cached_property
    def forks(self) -> set[tuple[int, Point]]:
        """The points at which wires of one source part, each with the source."""
        after: dict[tuple[int, Point], set[Point]] = {}
        for wire, route in zip(self.wires, self.layout.routes, strict=True):
            for a, b in pairwise(route[:3] if self.layout.curves else route):  # others need not be on a curve
                after.setdefault((wire.src, a), set()).add(b)
        return {fork for fork, points in after.items() if len(points) > 1}

    @property
    def n_hidden(self) -> int:
        """The number of nodes that are not drawn."""
        return len(self.trace.data) - len(self.shown_nodes)

    @property
    def width(self) -> float:
        """The width with margins, and room for a note on hidden nodes, in pixels."""
        return max(self.layout.width + 2 * MARGIN, 620.0 if self.n_hidden else 330.0)

    @property
    def height(self) -> float:
        """The height with margins, in pixels."""
        return self.layout.height + 2 * MARGIN

    def centres_of(self, nodes: Set[int]) -> list[Point]:
        """Return the centres of nodes, or of the boxes that contain them."""
        drawn = zip(self.nodes, self.glyphs, self.layout.centres, strict=True)
        return [centre for n, glyph, centre in drawn if n in nodes or nodes & glyph.members.keys()]


def plan_drawing(
    trace: Trace,
    max_nodes: int = MAX_NODES,
    *,
    badges: bool = False,
    engine: str = "own",
    boxes: Collection[int] = (),
    notes: Mapping[int, str] | None = None,
) -> Drawing:
    """Choose the nodes nearest to the output, and place those that fit.

    A drawing is at most 4,000 pixels wide and 3,000 high, so that a deep trace gets fewer levels, and one of many
    leaves fewer nodes. A ``max_nodes`` above the default lifts these limits.

    Args:
        trace: The trace to draw.
        max_nodes: The greatest number of nodes and boxes.
        badges: Reserve room for a badge under each operation.
        engine: "own", or "dot" for the places of Graphviz's dot.
        boxes: The nodes that represent many nodes.
        notes: Texts below the gradients of nodes.
    """
    max_depth = len(trace.data)
    while True:
        selection = nodes_near_output(trace, max_nodes, max_depth)
        drawing = _lay_out(trace, selection, badges, engine, boxes, notes or {})
        too_wide = (drawing.layout.width + 2 * MARGIN) / MAX_WIDTH
        too_high = (drawing.layout.height + 2 * MARGIN) / MAX_HEIGHT
        n_gaps = len({x for x, _ in drawing.layout.centres}) - 1
        if max_nodes > MAX_NODES or len(drawing.nodes) <= 2 or max(too_wide, too_high) <= 1:
            return drawing
        if too_wide > 1 and n_gaps > 1:
            max_depth = max(1, min(max_depth - 1, n_gaps - 1, int(n_gaps / too_wide)))
        elif too_high > 1:
            max_nodes = max(2, int(min(max_nodes, len(drawing.nodes)) / too_high))
        else:
            return drawing


def _lay_out(
    trace: Trace, selection: Selection, badges: bool, engine: str, boxes: Collection[int], notes: Mapping[int, str]
) -> Drawing:
    nodes, wire_ids, folds = selection
    edges = [trace.edges[n] if n >= 0 else Edge(n, ~n, 0, None) for n in wire_ids]
    glyphs = []
    for node in nodes:
        if node < 0:
            glyphs.append(measure_overflow_box(trace, [trace.edges[n].src for n in folds[node]]))
            continue
        arriving = [n for n, edge in zip(wire_ids, edges, strict=True) if edge.dst == node]
        in_edges = [trace.edges[n] for wire in arriving for n in folds.get(wire, [wire])]
        glyphs.append(measure_node(trace, node, in_edges, badges, node in boxes, notes.get(node, ""), len(arriving)))
    index = {n: i for i, n in enumerate(nodes)}
    n_used: Counter[int] = Counter()  # ports of each node
    wires = []
    for edge in edges:
        wires.append(Wire(index[edge.src], index[edge.dst], n_used[edge.dst]))
        n_used[edge.dst] += edge.dst not in boxes
    place = dot_layout if engine == "dot" else layered_layout
    return Drawing(trace, selection, glyphs, wires, place([glyph.box for glyph in glyphs], wires))
