"""A layered layout for small graphs, left to right, in pure Python and always the same.

Assign layers, order them, place them: the three steps of Sugiyama, Tagawa and Toda (1981), with the
weighted median's cousin the barycentre, transposition as in Gansner, Koutsofios, North and Vo (1993),
and places by isotonic regression (pool adjacent violators), which is the least-squares optimum of each
layer given its neighbours.

Columns hold the boxes, their input wires and their output wire, all horizontal; wires bend only in the
gaps between columns, so that no wire ever crosses a box or a text. A wire starts and ends at the middle of its boxes,
which are drawn over it.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

GAP = 14.0  # least vertical distance between two boxes
BEND = 44.0  # least width of the gap between columns, where wires bend
PASS = 9.0  # half the height kept free around a wire that passes a column

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """What a node needs: half its width, its extent up and down, its input ports, and room for wires.

    ``ports`` are vertical offsets from the centre, one for each input; ``approach`` and ``stub`` are the
    lengths of the horizontal wires before and after it, which carry texts. All in pixels.
    """

    half: float
    up: float
    down: float
    ports: tuple[float, ...]
    approach: float
    stub: float


@dataclass(frozen=True)
class Wire:
    """An edge of the graph: from a node to a port of another."""

    src: int
    dst: int
    port: int


@dataclass(frozen=True)
class Layout:
    """Centres of the boxes, and for each wire its corners: straight, bend, straight, bend, … straight."""

    centres: tuple[Point, ...]
    routes: tuple[tuple[Point, ...], ...]
    width: float
    height: float
    crossings: int


def layout(boxes: Sequence[Box], wires: Sequence[Wire]) -> Layout:
    """Place boxes, given in topological order, and route the wires between them.

    >>> box = Box(20, 20, 20, (0.0,), 10, 50)
    >>> placed = layout([box, box], [Wire(0, 1, 0)])
    >>> placed.centres[0][1] == placed.centres[1][1], placed.crossings
    (True, 0)
    """
    net = _Net(boxes, wires)
    net.order()
    return net.place()


def layers(count: int, wires: Sequence[Wire]) -> list[int]:
    """Assign each node a layer: as early as possible, then later where that makes the wires no longer."""
    into: list[list[int]] = [[] for _ in range(count)]
    out: list[list[int]] = [[] for _ in range(count)]
    for wire in wires:
        into[wire.dst].append(wire.src)
        out[wire.src].append(wire.dst)
    layer = [0] * count
    for node in range(count):
        layer[node] = max((layer[src] + 1 for src in into[node]), default=0)
    for node in reversed(range(count)):
        held = sum(len(set(out[src])) > 1 for src in set(into[node]))  # arguments that stay for others
        if out[node] and held <= len(set(out[node])):
            layer[node] = min(layer[dst] for dst in out[node]) - 1
    used = sorted(set(layer))  # a move may have emptied a layer
    return [used.index(k) for k in layer]


class _Net:
    """The boxes and, in every layer that a wire passes, one point for all wires of the same source.

    An item is a box or such a point; items are numbered, boxes first.
    """

    def __init__(self, boxes: Sequence[Box], wires: Sequence[Wire]) -> None:
        self.boxes = boxes
        self.wires = wires
        self.layer = layers(len(boxes), wires)
        self.links: list[tuple[int, int, float]] = []  # item, item one layer on, offset of its port
        self.paths: list[list[int]] = []
        passing: dict[tuple[int, int], int] = {}
        seen = set()
        for wire in wires:
            path = [wire.src]
            for k in range(self.layer[wire.src] + 1, self.layer[wire.dst]):
                if (wire.src, k) not in passing:
                    passing[wire.src, k] = len(self.layer)
                    self.layer.append(k)
                path.append(passing[wire.src, k])
            path.append(wire.dst)
            self.paths.append(path)
            for a, b in pairwise(path):
                link = (a, b, self.boxes[b].ports[wire.port] if b == wire.dst else 0.0)
                if link not in seen:
                    seen.add(link)
                    self.links.append(link)
        self.before: list[list[tuple[int, float]]] = [[] for _ in self.layer]
        self.after: list[list[tuple[int, float]]] = [[] for _ in self.layer]
        for a, b, port in self.links:
            self.before[b].append((a, port))
            self.after[a].append((b, port))
        self.rows: list[list[int]] = [[] for _ in range(max(self.layer, default=-1) + 1)]

    def order(self) -> None:
        """Order every layer: a tree comes out plane at once, and sweeps then remove crossings."""
        seen = set()
        stack = [item for item in range(len(self.boxes)) if not self.after[item]]
        while stack:  # depth first from the results, ports from top to bottom
            item = stack.pop()
            if item not in seen:
                seen.add(item)
                self.rows[self.layer[item]].append(item)
                stack += [a for a, _ in sorted(self.before[item], key=lambda link: -link[1])]
        best, fewest = [row[:] for row in self.rows], self.crossings()
        for sweep in range(12):
            if not fewest:
                break
            if sweep % 2:
                for k in range(1, len(self.rows)):
                    self._sort(k, self.before, k - 1)
            else:
                for k in reversed(range(len(self.rows) - 1)):
                    self._sort(k, self.after, k + 1)
            self._transpose()
            now = self.crossings()
            if now < fewest:
                best, fewest = [row[:] for row in self.rows], now
        self.rows = best

    def _sort(self, k: int, links: list[list[tuple[int, float]]], other: int) -> None:
        """Sort a layer by the barycentre of each item's neighbours in another; the rest keep their place."""
        at = {item: i for i, item in enumerate(self.rows[other])}
        tilt = 0.01 if links is self.after else 0.0  # among the inputs of one node, the port decides

        def centre(i: int) -> float:
            near = links[self.rows[k][i]]
            return sum(at[item] + tilt * port for item, port in near) / len(near) if near else float(i)

        self.rows[k] = [self.rows[k][i] for i in sorted(range(len(self.rows[k])), key=centre)]

    def _transpose(self) -> None:
        """Swap neighbours while that removes crossings."""
        improved = True
        while improved:
            improved = False
            for row in self.rows:
                for i in range(len(row) - 1):
                    a, b = row[i], row[i + 1]
                    if self._between(b, a) < self._between(a, b):
                        row[i], row[i + 1] = b, a
                        improved = True

    def _between(self, a: int, b: int) -> int:
        """Count the crossings of the links of a with those of b, were a just above b."""
        total = 0
        for links in (self.before, self.after):
            keys = [[self._key(item, port, links) for item, port in links[x]] for x in (a, b)]
            total += sum(p > q for p in keys[0] for q in keys[1])
        return total

    def _key(self, item: int, port: float, links: list[list[tuple[int, float]]]) -> tuple[int, float]:
        return self.rows[self.layer[item]].index(item), port if links is self.after else 0.0

    def crossings(self) -> int:
        """Count the pairs of links that cross."""
        at = {item: i for row in self.rows for i, item in enumerate(row)}
        total = 0
        for row in self.rows:
            ends: list[tuple[int, float]] = []
            for a in row:
                mine = [(at[b], port) for b, port in self.after[a]]
                total += sum(len(ends) - bisect_right(ends, key) for key in mine)
                for key in mine:
                    insort(ends, key)
        return total

    def place(self) -> Layout:
        """Give every item its place, heights first, then the columns."""
        y = self._heights()
        columns = self._columns(y)
        boxes = self.boxes
        centres = tuple((columns[self.layer[n]][1], y[n]) for n in range(len(boxes)))
        routes = []
        for wire, path in zip(self.wires, self.paths, strict=True):
            start, port = y[wire.src], y[wire.dst] + boxes[wire.dst].ports[wire.port]
            left, middle, right = columns[self.layer[wire.src]]
            route = [(middle, start), (right, start)]
            for item in path[1:-1]:
                left, middle, right = columns[self.layer[item]]
                route += [(left, y[item]), (right, y[item])]
            left, middle, right = columns[self.layer[wire.dst]]
            routes.append((*route, (left, port), (middle, port)))
        height = max((y[n] + box.down for n, box in enumerate(boxes)), default=0.0)
        height = max([height, *(y[item] + PASS for item in range(len(boxes), len(y)))])
        return Layout(centres, tuple(routes), columns[-1][2] if columns else 0.0, height, self.crossings())

    def _heights(self) -> list[float]:
        y = [0.0] * len(self.layer)
        for row in self.rows:
            for above, item in pairwise(row):
                y[item] = y[above] + self._apart(above, item)
        for sweep in range(60):
            ks = range(len(self.rows))
            for k in ks if sweep % 2 else reversed(ks):
                self._settle(self.rows[k], y)
        top = min((y[n] - self._extent(n)[0] for n in range(len(y))), default=0.0)
        return [value - top for value in y]

    def _extent(self, item: int) -> tuple[float, float]:
        return (self.boxes[item].up, self.boxes[item].down) if item < len(self.boxes) else (PASS, PASS)

    def _apart(self, above: int, below: int) -> float:
        return self._extent(above)[1] + self._extent(below)[0] + GAP

    def _settle(self, row: list[int], y: list[float]) -> None:
        """Move a layer as near as its order allows to where its wires would be straight."""
        wanted, weights, offset = [], [], 0.0
        for i, item in enumerate(row):
            offset += self._apart(row[i - 1], item) if i else 0.0
            pulls = [(y[b] + port, self._weight(item, b)) for b, port in self.after[item]]
            pulls += [(y[a] - port, self._weight(a, item)) for a, port in self.before[item]]
            weight = sum(w for _, w in pulls) or 1e-6
            wanted.append((sum(p * w for p, w in pulls) / weight if pulls else y[item]) - offset)
            weights.append(weight)
        offset = 0.0
        for i, (item, settled) in enumerate(zip(row, isotonic(wanted, weights), strict=True)):
            offset += self._apart(row[i - 1], item) if i else 0.0
            y[item] = settled + offset

    def _weight(self, a: int, b: int) -> float:
        """Weigh a link: the longer the wire, the straighter it should be."""
        return (1.0, 2.0, 24.0)[(a >= len(self.boxes)) + (b >= len(self.boxes))]

    def _columns(self, y: list[float]) -> list[tuple[float, float, float]]:
        """Return for each layer where its wires arrive, its centre, and where its wires leave."""
        columns = []
        x = 0.0
        for k, row in enumerate(self.rows):
            here = [self.boxes[item] for item in row if item < len(self.boxes)]
            steep = max((abs(y[a] - y[b] - port) for b in row for a, port in self.before[b]), default=0.0)
            x += (BEND + 0.15 * steep) * (k > 0)
            half = max(box.half for box in here)
            middle = x + max(box.approach for box in here) + half
            columns.append((x, middle, middle + half + max(box.stub for box in here)))
            x = columns[-1][2]
        return columns


def isotonic(wanted: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the non-decreasing numbers nearest to those wanted: pool adjacent violators.

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
