"""Lay out small graphs in layers from left to right, always the same way.

The three steps of Sugiyama, Tagawa and Toda (1981) are to assign layers, order them and place their nodes; the first
two are in ``ordering.py``. Isotonic regression (pool adjacent violators) gives each layer the least-squares optimum for
its neighbours. Long paths are then made level.

A column holds boxes with the horizontal ends of their wires. Wires bend only in the gaps between columns, so that no
wire crosses a box or a text. A wire starts and ends in the middle of its boxes, which are drawn over it.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from graphlib import TopologicalSorter
from itertools import accumulate, pairwise, starmap
from math import ceil
from statistics import fmean

from .ordering import LayeredGraph, Wire

GAP = 14.0  # pixels; least vertical distance of two boxes
BEND = 44.0  # pixels; least width of the gap between columns, where wires bend
MAX_BEND = 10.0  # pixels; a wire may bend by so little at its port to keep boxes level
PASS = 8.0  # pixels; least vertical distance of a wire that passes a column from the next one, or from a box
TALL = 1000.0  # pixels; paths are not levelled if that makes a picture higher, and twice as high as its fullest column
STEEP_BEND = 20.0  # pixels; by so much at most is a gap wider where wires are steep

LINKS_SWEPT = 600_000  # items that all sweeps together settle

Point = tuple[float, float]
Link = tuple[int, float, float]  # an item, the port where the link ends, and the weight of its straightness


@dataclass(frozen=True)
class Box:
    """The room that a node needs, in pixels.

    ``up`` and ``down`` are its extents from the centre. ``ports`` are vertical offsets from the centre, one for each
    input. ``approach`` and ``stub`` are the lengths of the horizontal wires before and after it, which carry texts. A
    text above the box may be as wide as all three.
    """

    half_width: float
    up: float
    down: float
    ports: tuple[float, ...]
    approach: float
    stub: float
    ports_may_permute: bool = False  # its wires may arrive at its ports in any order


@dataclass(frozen=True)
class Layout:
    """The centres of boxes and the corners of wires, in pixels.

    The corners alternate between straight and bent pieces, straight ones first and last. With ``curves``, a wire is
    straight at both ends and follows Bézier curves between them.
    """

    centres: tuple[Point, ...]
    routes: tuple[tuple[Point, ...], ...]
    width: float
    height: float
    crossings: int | None = None
    curves: bool = False


def layered_layout(boxes: Sequence[Box], wires: Sequence[Wire], layers: Sequence[int] | None = None) -> Layout:
    """Return places for boxes in topological order, and routes for their wires.

    ``layers`` has the layer of each box, from 0 and none of them empty. If it is None, the wires determine them.

    >>> box = Box(20, 20, 20, (0.0,), 10, 50)
    >>> placed = layered_layout([box, box], [Wire(0, 1, 0)])
    >>> placed.centres[0][1] == placed.centres[1][1], placed.crossings
    (True, 0)
    """
    ports = [boxes[wire.dst].ports[wire.port] for wire in wires]
    fixed = tuple(0.0 if boxes[wire.dst].ports_may_permute else port for wire, port in zip(wires, ports, strict=True))
    given = None if layers is None else tuple(layers)
    graph = LayeredGraph(len(boxes), wires, fixed, given)
    graph.rows = [list(row) for row in _ordered_rows(len(boxes), tuple(wires), fixed, given)]
    ports = _permute_ports(graph, boxes, wires, ports)
    graph.link(ports)
    return CoordinateAssignment(graph, boxes).lay_out(wires, ports)


@lru_cache(maxsize=64)  # all neurons of a layer have the same graph
def _ordered_rows(
    count: int, wires: tuple[Wire, ...], ports: tuple[float, ...], layers: tuple[int, ...] | None
) -> list[list[int]]:
    graph = LayeredGraph(count, wires, ports, layers)
    graph.order()
    return graph.rows


def _permute_ports(
    graph: LayeredGraph, boxes: Sequence[Box], wires: Sequence[Wire], ports: Sequence[float]
) -> list[float]:
    """Return the ports of the wires, permuted at boxes that permit it."""
    at = {item: i for row in graph.rows for i, item in enumerate(row)}
    permuted = list(ports)
    for node, box in enumerate(boxes):
        if box.ports_may_permute:
            arriving = [i for i, wire in enumerate(wires) if wire.dst == node]
            arriving.sort(key=lambda i: at[graph.paths[i][-2]])
            for i, port in zip(arriving, box.ports, strict=True):
                permuted[i] = port
    return permuted


class CoordinateAssignment:
    """Coordinates for the items of a layered graph whose layers are in order."""

    def __init__(self, graph: LayeredGraph, boxes: Sequence[Box]) -> None:
        self.graph = graph
        self.boxes = boxes
        self.items: list[int] = [item for row in graph.rows for item in row]
        passes = [(0.0, 0.0)] * (len(graph.layer) - len(boxes))
        self.extents: list[tuple[float, float]] = [(box.up, box.down) for box in boxes] + passes
        self.offsets = [[*accumulate(starmap(self._distance, pairwise(row)), initial=0.0)] for row in graph.rows]
        self.aligned: dict[int, int] = self._align_long_paths()
        self.offset: list[float] = [0.0] * len(graph.layer)  # how far the item is above the one it is aligned with
        self.links: list[list[Link]] = [[] for _ in graph.layer]
        for b in self.items:
            for a, port in graph.before[b]:
                straight = self.aligned.get(b) == a
                offset = 0.0 if straight and abs(port) <= MAX_BEND else port
                weight = 24.0 if straight else (1.0, 2.0, 24.0)[(a >= len(boxes)) + (b >= len(boxes))]
                self.links[b].append((a, -offset, weight))
                self.links[a].append((b, offset, weight))
                if straight:
                    self.offset[b] = offset

    def _align_long_paths(self) -> dict[int, int]:
        """Map items to those before them to align with (Brandes and Köpf, 2001).

        That is the end of the longest path, if one path is longer than the others. Nodes choose before the points of
        passing wires, and no item is aligned with two after it.
        """
        before, after, layer, n_boxes = self.graph.before, self.graph.after, self.graph.layer, len(self.boxes)
        depth, rest = [0] * len(layer), [0] * len(layer)  # nodes on the longest path to and from
        for item in self.items:
            depth[item] = max([depth[a] for a, _ in before[item]], default=0) + (item < n_boxes)
        for item in reversed(self.items):
            rest[item] = max([rest[b] for b, _ in after[item]], default=0) + (item < n_boxes)
        at = {item: i for row in self.graph.rows for i, item in enumerate(row)}
        aligned: dict[int, int] = {}
        taken: list[list[tuple[int, int]]] = [[] for _ in self.graph.rows]  # places of aligned items and of their ends
        few = len(layer) <= 2 * n_boxes  # many straight wires make a tall picture
        may_align = [item for item in self.items if item < n_boxes or few]
        for item in sorted(may_align, key=lambda item: (item >= n_boxes, -rest[item])):
            longest = max([depth[a] for a, _ in before[item]], default=0)
            ends = {a for a, _ in before[item] if depth[a] == longest}
            if len(ends) == 1:
                (end,) = ends
                pairs, pair = taken[layer[item]], (at[item], at[end])
                i = bisect(pairs, pair)
                if (not i or pairs[i - 1][1] < pair[1]) and (i == len(pairs) or pair[1] < pairs[i][1]):
                    pairs.insert(i, pair)  # no two aligned links cross
                    aligned[item] = end
        return aligned

    def lay_out(self, wires: Sequence[Wire], ports: Sequence[float]) -> Layout:
        """Return the layout, for which heights are computed first, then the columns."""
        y = self._heights()
        columns = self._columns(y)
        boxes = self.boxes
        centres = tuple((columns[self.graph.layer[n]][1], y[n]) for n in range(len(boxes)))
        routes = []
        for wire, path, offset in zip(wires, self.graph.paths, ports, strict=True):
            start, port = y[wire.src], y[wire.dst] + offset
            left, middle, right = columns[self.graph.layer[wire.src]]
            route = [(middle, start), (right, start)]
            for item in path[1:-1]:
                left, middle, right = columns[self.graph.layer[item]]
                route += [(left, y[item]), (right, y[item])]
            left, middle, right = columns[self.graph.layer[wire.dst]]
            routes.append((*route, (left, port), (middle, port)))
        height = max((y[item] + self.extents[item][1] for item in range(len(y))), default=0.0)
        width = columns[-1][2] if columns else 0.0
        return Layout(centres, tuple(routes), width, height, self.graph.count_crossings())

    def _heights(self) -> list[float]:
        y = [0.0] * len(self.graph.layer)
        for row, offsets in zip(self.graph.rows, self.offsets, strict=True):
            for item, offset in zip(row, offsets, strict=True):
                y[item] = offset
        rows = [*zip(self.graph.rows, self.offsets, strict=True)]
        for sweep in range(max(8, min(60, LINKS_SWEPT // (len(y) + 1)))):
            moves = [self._settle(row, offsets, y) for row, offsets in (rows if sweep % 2 else reversed(rows))]
            if max(moves) < 0.2:
                break
        levelled = self._level_paths(y)
        least = max([offsets[-1] for offsets in self.offsets], default=0.0)
        if max(levelled, default=0.0) - min(levelled, default=0.0) <= max(2 * least, TALL):
            y = levelled
        top = min([y[n] - self.extents[n][0] for n in range(len(y))], default=0.0)
        return [float(round(value - top)) for value in y]

    def _level_paths(self, y: list[float]) -> list[float]:
        """Return heights of paths moved as a whole and pushed apart.

        Of the places to which paths are pushed down only, and up only, the middle is taken: as both leave no overlap,
        neither does that.
        """
        path = list(range(len(y)))  # the first item of the path that each item is on
        below = [0.0] * len(y)  # how far the item is below that one
        for item in self.items:
            if item in self.aligned:
                a = self.aligned[item]
                path[item], below[item] = path[a], below[a] - self.offset[item]
        members: dict[int, list[int]] = {}
        for item in self.items:
            members.setdefault(path[item], []).append(item)
        room: dict[int, dict[int, float]] = {first: {} for first in members}  # paths below, and the least distances
        for row in self.graph.rows:
            for a, b in pairwise(row):
                near, distance = room[path[a]], self._distance(a, b) + below[a] - below[b]
                near[path[b]] = max(near.get(path[b], distance), distance)
        order = [*TopologicalSorter({first: set(near) for first, near in room.items()}).static_order()]
        wanted = {first: fmean(y[item] - below[item] for item in items) for first, items in members.items()}
        low, high = dict(wanted), dict(wanted)
        for a in reversed(order):
            for b, distance in room[a].items():
                low[b] = max(low[b], low[a] + distance)
        for a in order:
            for b, distance in room[a].items():
                high[a] = min(high[a], high[b] - distance)
        return [(low[first] + high[first]) / 2 + offset for first, offset in zip(path, below, strict=True)]

    def _distance(self, above: int, below: int) -> float:
        n_boxes = (above < len(self.boxes)) + (below < len(self.boxes))
        return self.extents[above][1] + self.extents[below][0] + (PASS, PASS, GAP)[n_boxes] + 1  # 1 for the rounding

    def _settle(self, row: list[int], offsets: list[float], y: list[float]) -> float:
        """Move a layer to where its wires are straightest; return the greatest move."""
        wanted, weights = [], []
        for item, offset in zip(row, offsets, strict=True):
            total = pull = 0.0
            for other, port, weight in self.links[item]:
                total += weight
                pull += (y[other] + port) * weight
            wanted.append((pull / total if total else y[item]) - offset)
            weights.append(total or 1e-6)
        greatest = 0.0
        for item, offset, settled in zip(row, offsets, isotonic(wanted, weights), strict=True):
            greatest = max(greatest, abs(y[item] - settled - offset))
            y[item] = settled + offset
        return greatest

    def _columns(self, y: list[float]) -> list[tuple[float, float, float]]:
        """Return the left end, the centre and the right end of each layer."""
        columns = []
        x = 0.0
        for k, row in enumerate(self.graph.rows):
            boxes = [self.boxes[item] for item in row if item < len(self.boxes)]
            steepest = max((abs(y[a] - y[b] - port) for b in row for a, port in self.graph.before[b]), default=0.0)
            x += (BEND + min(0.15 * steepest, STEEP_BEND)) * (k > 0)
            half_width = max(box.half_width for box in boxes)
            middle = float(ceil(x + max(box.approach for box in boxes) + half_width))
            columns.append((x, middle, middle + half_width + max(box.stub for box in boxes)))
            x = columns[-1][2]
        return columns


def isotonic(wanted: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the nearest non-decreasing numbers, by pooling adjacent violators.

    >>> isotonic([1.0, 3.0, 2.0, 4.0], [1.0, 1.0, 1.0, 1.0])
    [1.0, 2.5, 2.5, 4.0]
    """
    blocks: list[tuple[float, float, int]] = []  # mean, weight, length
    for mean, weight in zip(wanted, weights, strict=True):
        block = (mean, weight, 1)
        while blocks and blocks[-1][0] > block[0]:
            m, w, n = blocks.pop()
            total = w + block[1]
            block = ((m * w + block[0] * block[1]) / total, total, n + block[2])
        blocks.append(block)
    return [mean for mean, _, n in blocks for _ in range(n)]
