"""Assign each node a layer, and order every layer so that few wires cross.

These are the first two steps of Sugiyama, Tagawa and Toda (1981), with the barycentre in place of the weighted median,
and transposition as in Gansner, Koutsofios, North and Vo (1993).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import Any

Link = tuple[int, float]  # a neighbouring item, and the vertical offset at which the wire ends

SEARCHES_PER = 1500  # links for which one search less is made
MOST_COUNTED = 10  # wires along a link; the time for more grows with the square of a recurrence
LINKS_SWEPT = 300_000  # by all sweeps of a search


@dataclass(frozen=True)
class Wire:
    """An edge of the graph, from a node to a port of another."""

    src: int
    dst: int
    port: int


def assign_layers(count: int, wires: Sequence[Wire]) -> list[int]:
    """Return the layer of each node, as late as possible without longer wires."""
    sources: list[set[int]] = [set() for _ in range(count)]
    users: list[set[int]] = [set() for _ in range(count)]
    for wire in wires:
        sources[wire.dst].add(wire.src)
        users[wire.src].add(wire.dst)
    layer = [0] * count
    for node in range(count):
        layer[node] = max((layer[src] + 1 for src in sources[node]), default=0)
    goal = layer[:]  # the last layer that a node can move to, then the one it has
    for node in reversed(range(count)):
        goal[node] = min([goal[dst] for dst in users[node]], default=layer[node] + 1) - 1
    for node in reversed(range(count)):
        latest = min([layer[dst] for dst in users[node]], default=layer[node] + 1) - 1
        others = ([goal[dst] for dst in users[src] if dst != node] for src in sources[node])
        n_longer = sum(bool(ends) and max(ends) < latest for ends in others)  # these stay near their other users
        if n_longer <= len(users[node]):
            layer[node] = latest
        goal[node] = layer[node]
    rank = {k: i for i, k in enumerate(sorted(set(layer)))}  # a move may have emptied a layer
    return [rank[k] for k in layer]


class LayeredGraph:
    """The nodes of a graph, and the points at which wires pass, in ordered layers.

    An item is a node or such a point, and all wires of one source share a point. Items are numbered, nodes first.
    ``ports`` are the vertical offsets at which the wires end, and ``layers`` the layers of the nodes, by default those
    of ``assign_layers``.
    """

    def __init__(
        self, count: int, wires: Sequence[Wire], ports: Sequence[float], layers: Sequence[int] | None = None
    ) -> None:
        self.count = count
        self.layer: list[int] = list(assign_layers(count, wires) if layers is None else layers)
        self.paths: list[list[int]] = []
        points: dict[tuple[int, int], int] = {}
        for wire in wires:
            path = [wire.src]
            for k in range(self.layer[wire.src] + 1, self.layer[wire.dst]):
                if (wire.src, k) not in points:
                    points[wire.src, k] = len(self.layer)
                    self.layer.append(k)
                path.append(points[wire.src, k])
            path.append(wire.dst)
            self.paths.append(path)
        self.rows: list[list[int]] = [[] for _ in range(max(self.layer, default=-1) + 1)]
        self.link(ports)

    def link(self, ports: Sequence[float]) -> None:
        """Link the items of neighbouring layers, with wires that end at these offsets."""
        self.before: list[list[Link]] = [[] for _ in self.layer]
        self.after: list[list[Link]] = [[] for _ in self.layer]
        self.n_wires: Counter[tuple[int, int]] = Counter()
        seen = set()
        for path, offset in zip(self.paths, ports, strict=True):
            for a, b in pairwise(path):
                port = offset if b == path[-1] else 0.0
                self.n_wires[a, b] = min(self.n_wires[a, b] + 1, MOST_COUNTED) if b >= self.count else 1
                if (a, b, port) not in seen:
                    seen.add((a, b, port))
                    self.before[b].append((a, port))
                    self.after[a].append((b, port))

    def order(self) -> None:
        """Order every layer to have few crossings; a tree has none.

        The best of up to four searches is kept. Each starts from the depth-first order or its mirror image, and sweeps
        down or up first, until three sweeps have found nothing better. Large graphs get fewer searches.
        """
        best: list[list[int]] = []
        fewest = -1
        n_links = sum(map(len, self.after))
        starts = [(False, 0), (True, 0), (False, 1), (True, 1)][: max(1, 4 - n_links // SEARCHES_PER)]
        for mirrored, first in starts:
            self._start(mirrored)
            stale = 0
            for sweep in range(max(2, min(40, LINKS_SWEPT // (n_links + 1)))):
                crossings = self.count_crossings()
                stale = 0 if fewest < 0 or crossings < fewest else stale + 1
                if not stale:
                    best, fewest = [row[:] for row in self.rows], crossings
                if not fewest or stale == 8:
                    break
                self._sweep((sweep + first) % 2)
        self.rows = best

    def _start(self, mirrored: bool) -> None:
        """Order items by a depth-first walk from the results, or by its mirror image."""
        self.rows = [[] for _ in range(max(self.layer, default=-1) + 1)]
        seen = set()
        stack = [item for item in range(self.count) if not self.after[item]]
        while stack:
            item = stack.pop()
            if item not in seen:
                seen.add(item)
                self.rows[self.layer[item]].append(item)
                links = sorted(self.before[item], key=itemgetter(1))
                stack += [a for a, _ in (links if mirrored else reversed(links))]

    def _sweep(self, down: int) -> None:
        at = self._places()
        if down:
            for k in range(1, len(self.rows)):
                self._sort(k, self.before, 0.0, at)
        else:
            for k in reversed(range(len(self.rows) - 1)):
                self._sort(k, self.after, 0.01, at)  # among the inputs of one node, the port decides
        self._transpose(at)

    def _places(self) -> list[int]:
        """Return the place of every item in its row."""
        at = [0] * len(self.layer)
        for row in self.rows:
            for i, item in enumerate(row):
                at[item] = i
        return at

    def _sort(self, k: int, links: list[list[Link]], tilt: float, at: list[int]) -> None:
        """Sort a layer by the barycentre of each item's neighbours in another."""
        row, centres = self.rows[k], {}
        for i, item in enumerate(row):
            near = links[item]
            centres[item] = sum([at[x] + tilt * port for x, port in near]) / len(near) if near else i
        row.sort(key=centres.__getitem__)
        for i, item in enumerate(row):
            at[item] = i

    def _transpose(self, at: list[int]) -> None:
        """Swap neighbours while a swap removes crossings."""
        waiting = set(range(len(self.rows)))
        for _ in range(len(self.rows) + 8):
            if not waiting:
                break
            rows, waiting = sorted(waiting), set()
            for k in rows:
                if self._transpose_row(self.rows[k], at):
                    waiting |= {k - 1, k + 1} & set(range(len(self.rows)))

    def _transpose_row(self, row: list[int], at: list[int]) -> bool:
        """Swap neighbours while that removes crossings; return whether any was swapped."""
        left, right = {}, {}
        for item in row:  # as often as wires run along a link
            left[item] = sorted([at[x] for x, _ in self.before[item] for _ in range(self.n_wires[x, item])])
            right[item] = sorted([(at[x], port) for x, port in self.after[item] for _ in range(self.n_wires[item, x])])
        swapped = False
        waiting = list(range(len(row) - 1))
        while waiting:
            moved = set()
            for i in waiting:
                a, b = row[i], row[i + 1]
                if gain(left[a], left[b]) + gain(right[a], right[b]) > 0:
                    row[i], row[i + 1] = b, a
                    moved |= {i - 1, i + 1}
            swapped = swapped or bool(moved)
            waiting = sorted(i for i in moved if 0 <= i < len(row) - 1)
        for i, item in enumerate(row):
            at[item] = i
        return swapped

    def count_crossings(self) -> int:
        """Count the pairs of wires that cross between neighbouring layers."""
        at = self._places()
        total = 0
        for row in self.rows:
            ends: list[tuple[int, float]] = []
            for a in row:
                own = [(at[b], port) for b, port in self.after[a] for _ in range(self.n_wires[a, b])]
                for key in own:
                    total += len(ends) - bisect_right(ends, key)
                for key in own:
                    insort(ends, key)
        return total


def gain(upper: list[Any], lower: list[Any]) -> int:
    """Return by how many crossings fewer there are if two items change places.

    The lists hold, in order, where the wires of each item end.

    >>> gain([2, 3], [1]), gain([1], [1]), gain([1], [2, 3])
    (2, 0, -2)
    """
    if not upper or not lower:
        return 0
    if upper[-1] <= lower[0]:
        return -sum(len(lower) - bisect_right(lower, end) for end in upper)
    return sum(bisect_left(lower, end) + bisect_right(lower, end) - len(lower) for end in upper)
