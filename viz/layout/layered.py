"""A layered layout for small graphs, left to right, in pure Python and always the same.

Assign layers, order them, place them: the three steps of Sugiyama, Tagawa and Toda (1981), the first two
in order.py. Places come by isotonic regression (pool adjacent violators), which is the least-squares
optimum of each layer given its neighbours; chains are then made level.

Columns hold the boxes, their input wires and their output wire, all horizontal; wires bend only in the
gaps between columns, so that no wire ever crosses a box or a text. A wire starts and ends at the middle of its boxes,
which are drawn over it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import ceil

from .ordering import Net, Wire

GAP = 14.0  # least vertical distance between two boxes
BEND = 44.0  # least width of the gap between columns, where wires bend
BESIDE = 10.0  # a wire may bend by so little to its port, if the boxes are level then
PASS = 9.0  # half the height kept free around a wire that passes a column

Point = tuple[float, float]
Link = tuple[int, float, float]  # an item, the port at which the link ends, and how straight it should be


@dataclass(frozen=True)
class Box:
    """What a node needs: half its width, its extent up and down, its input ports, and room for wires.

    ``ports`` are vertical offsets from the centre, one for each input; ``approach`` and ``stub`` are the
    lengths of the horizontal wires before and after it, which carry texts; a text above the box may be as
    wide as all three. All in pixels.
    """

    half: float
    up: float
    down: float
    ports: tuple[float, ...]
    approach: float
    stub: float
    free: bool = False  # its wires may arrive at its ports in any order


@dataclass(frozen=True)
class Layout:
    """Centres of the boxes, and for each wire its corners: straight, bend, straight, bend, … straight.

    Where ``curves``, a wire is straight at its ends and between them goes along Bézier curves.
    """

    centres: tuple[Point, ...]
    routes: tuple[tuple[Point, ...], ...]
    width: float
    height: float
    crossings: int | None = None
    curves: bool = False


def layout(boxes: Sequence[Box], wires: Sequence[Wire], layers: Sequence[int] | None = None) -> Layout:
    """Place boxes, given in topological order, and route the wires between them.

    ``layers`` gives each box its layer, counted from 0, none of them empty. They follow from the wires if it is None.

    >>> box = Box(20, 20, 20, (0.0,), 10, 50)
    >>> placed = layout([box, box], [Wire(0, 1, 0)])
    >>> placed.centres[0][1] == placed.centres[1][1], placed.crossings
    (True, 0)
    """
    fixed = [boxes[wire.dst].ports[wire.port] for wire in wires]
    loose = tuple(0.0 if boxes[wire.dst].free else port for wire, port in zip(wires, fixed, strict=True))
    given = None if layers is None else tuple(layers)
    net = Net(len(boxes), wires, loose, given)
    net.rows = [list(row) for row in _order(len(boxes), tuple(wires), loose, given)]
    ports = _assigned(net, boxes, wires, fixed)
    net.link(ports)
    return _Placing(net, boxes).place(wires, ports)


@lru_cache(maxsize=64)  # the neurons of a layer are alike
def _order(
    count: int, wires: tuple[Wire, ...], ports: tuple[float, ...], given: tuple[int, ...] | None
) -> list[list[int]]:
    net = Net(count, wires, ports, given)
    net.order()
    return net.rows


def _assigned(net: Net, boxes: Sequence[Box], wires: Sequence[Wire], fixed: Sequence[float]) -> list[float]:
    """Let the wires arrive at each free box in the order from which they come."""
    at = {item: i for row in net.rows for i, item in enumerate(row)}
    ports = list(fixed)
    for node, box in enumerate(boxes):
        if box.free:
            into = [i for i, wire in enumerate(wires) if wire.dst == node]
            into.sort(key=lambda i: at[net.paths[i][-2]])
            for i, port in zip(into, box.ports, strict=True):
                ports[i] = port
    return ports


class _Placing:
    """Places for the items of a net that is in order."""

    def __init__(self, net: Net, boxes: Sequence[Box]) -> None:
        self.net = net
        self.boxes = boxes
        self.items = [item for row in net.rows for item in row]
        self.spine = self._spine()
        self.before: list[list[Link]] = [[] for _ in net.layer]
        self.after: list[list[Link]] = [[] for _ in net.layer]
        for b in self.items:
            for a, port in net.before[b]:
                straight = self.spine.get(b) == a
                offset = 0.0 if straight and abs(port) <= BESIDE else port
                weight = 24.0 if straight else (1.0, 2.0, 24.0)[(a >= len(boxes)) + (b >= len(boxes))]
                self.before[b].append((a, offset, weight))
                self.after[a].append((b, offset, weight))

    def _spine(self) -> dict[int, int]:
        """Choose for each item the one before it with which it should be level, as Brandes and Köpf (2001) align.

        It is the end of the longest chain, if there is one that is longer than the others; a node goes before a wire
        that passes by. Nothing is level with two items after it.
        """
        deep, far = [0] * len(self.net.layer), [0] * len(self.net.layer)  # nodes in a row up to it, and from it on
        for item in self.items:
            deep[item] = max((deep[a] for a, _ in self.net.before[item]), default=0) + (item < len(self.boxes))
        for item in reversed(self.items):
            far[item] = max((far[b] for b, _ in self.net.after[item]), default=0) + (item < len(self.boxes))
        at = {item: i for row in self.net.rows for i, item in enumerate(row)}
        found: dict[int, int] = {}
        for item in sorted(self.items, key=lambda item: (item >= len(self.boxes), -far[item])):
            longest = max((deep[a] for a, _ in self.net.before[item]), default=0)
            ends = {a for a, _ in self.net.before[item] if deep[a] == longest}
            beside = [(a, b) for b, a in found.items() if self.net.layer[b] == self.net.layer[item]]
            if len(ends) == 1 and all((at[a] - at[min(ends)]) * (at[b] - at[item]) > 0 for a, b in beside):
                (found[item],) = ends  # no two of them cross
        return found

    def place(self, wires: Sequence[Wire], ports: Sequence[float]) -> Layout:
        """Give every item its place, heights first, then the columns."""
        y = self._heights()
        columns = self._columns(y)
        boxes = self.boxes
        centres = tuple((columns[self.net.layer[n]][1], y[n]) for n in range(len(boxes)))
        routes = []
        for wire, path, offset in zip(wires, self.net.paths, ports, strict=True):
            start, port = y[wire.src], y[wire.dst] + offset
            left, middle, right = columns[self.net.layer[wire.src]]
            route = [(middle, start), (right, start)]
            for item in path[1:-1]:
                left, middle, right = columns[self.net.layer[item]]
                route += [(left, y[item]), (right, y[item])]
            left, middle, right = columns[self.net.layer[wire.dst]]
            routes.append((*route, (left, port), (middle, port)))
        height = max((y[n] + box.down for n, box in enumerate(boxes)), default=0.0)
        height = max([height, *(y[item] + PASS for item in range(len(boxes), len(y)))])
        return Layout(centres, tuple(routes), columns[-1][2] if columns else 0.0, height, self.net.crossings())

    def _heights(self) -> list[float]:
        y = [0.0] * len(self.net.layer)
        for row in self.net.rows:
            for above, item in pairwise(row):
                y[item] = y[above] + self._apart(above, item)
        for sweep in range(60):
            ks = range(len(self.net.rows))
            for k in ks if sweep % 2 else reversed(ks):
                self._settle(self.net.rows[k], y)
        self._straighten(y)
        top = min((y[n] - self._extent(n)[0] for n in range(len(y))), default=0.0)
        return [float(round(value - top)) for value in y]

    def _straighten(self, y: list[float]) -> None:
        """Make each chain of the spine rigid, and push chains apart where they overlap, the longer ones less."""
        chain = list(range(len(y)))  # of which each item is a part, and how far it is below the first of it
        below = [0.0] * len(y)
        for item in self.items:
            if item in self.spine:
                a = self.spine[item]
                offset = next(offset for before, offset, _ in self.before[item] if before == a)
                chain[item], below[item] = chain[a], below[a] - offset
        members: dict[int, list[int]] = {}
        for item in self.items:
            members.setdefault(chain[item], []).append(item)
        for first, items in members.items():
            y[first] = sum(y[item] - below[item] for item in items) / len(items)
        pairs = [
            (chain[a], chain[b], self._apart(a, b) + below[a] - below[b])
            for row in self.net.rows
            for a, b in pairwise(row)
        ]
        for k in range(400):
            worst = 0.0
            for a, b, apart in pairs:
                if (lack := y[a] + apart - y[b]) > 0:
                    share = len(members[a]) / (len(members[a]) + len(members[b])) if k < 300 else 1.0
                    y[a], y[b] = y[a] - lack * (1 - share), y[b] + lack * share
                    worst = max(worst, lack)
            if worst < 1e-6:
                break
        for item in self.items:
            y[item] = y[chain[item]] + below[item]

    def _extent(self, item: int) -> tuple[float, float]:
        return (self.boxes[item].up, self.boxes[item].down) if item < len(self.boxes) else (PASS, PASS)

    def _apart(self, above: int, below: int) -> float:
        return self._extent(above)[1] + self._extent(below)[0] + GAP + 1  # for the rounding

    def _settle(self, row: list[int], y: list[float]) -> None:
        """Move a layer as near as its order allows to where its wires would be straight."""
        wanted, weights, offset = [], [], 0.0
        for i, item in enumerate(row):
            offset += self._apart(row[i - 1], item) if i else 0.0
            pulls = [(y[b] + port, weight) for b, port, weight in self.after[item]]
            pulls += [(y[a] - port, weight) for a, port, weight in self.before[item]]
            weight = sum(w for _, w in pulls) or 1e-6
            wanted.append((sum(p * w for p, w in pulls) / weight if pulls else y[item]) - offset)
            weights.append(weight)
        offset = 0.0
        for i, (item, settled) in enumerate(zip(row, isotonic(wanted, weights), strict=True)):
            offset += self._apart(row[i - 1], item) if i else 0.0
            y[item] = settled + offset

    def _columns(self, y: list[float]) -> list[tuple[float, float, float]]:
        """Return for each layer where its wires arrive, its centre, and where its wires leave."""
        columns = []
        x = 0.0
        for k, row in enumerate(self.net.rows):
            here = [self.boxes[item] for item in row if item < len(self.boxes)]
            steep = max((abs(y[a] - y[b] - port) for b in row for a, port in self.net.before[b]), default=0.0)
            x += (BEND + 0.15 * steep) * (k > 0)
            half = max(box.half for box in here)
            middle = float(ceil(x + max(box.approach for box in here) + half))
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
