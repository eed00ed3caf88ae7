"""Assign each node a layer, and order every layer so that few wires cross.

These are the first two steps of Sugiyama, Tagawa and Toda (1981), with the barycentre in place of the weighted median,
and transposition as in Gansner, Koutsofios, North and Vo (1993).
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Wire:
    """An edge of the graph, from a node to a port of another."""

    src: int
    dst: int
    port: int


def assign_layers(count: int, wires: Sequence[Wire]) -> list[int]:
    """Return the layer of each node, as late as possible without longer wires."""
    sources: list[list[int]] = [[] for _ in range(count)]
    users: list[list[int]] = [[] for _ in range(count)]
    for wire in wires:
        sources[wire.dst].append(wire.src)
        users[wire.src].append(wire.dst)
    layer = [0] * count
    for node in range(count):
        layer[node] = max((layer[src] + 1 for src in sources[node]), default=0)
    for node in reversed(range(count)):
        n_shared = sum(len(set(users[src])) > 1 for src in set(sources[node]))  # these stay near their other users
        if users[node] and n_shared <= len(set(users[node])):
            layer[node] = min(layer[dst] for dst in users[node]) - 1
    used = sorted(set(layer))  # a move may have emptied a layer
    return [used.index(k) for k in layer]


class LayeredGraph:
    """The nodes of a graph, and the points at which wires pass, in ordered layers.

    An item is a node or such a point, and all wires of one source share a point. Items are numbered, nodes first.
    ``ports`` are the vertical offsets at which the wires end, and ``layers`` the layers of the nodes, by default those
    of ``assign_layers``. A link is a neighbouring item with such an offset.
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
        self.before: list[list[tuple[int, float]]] = [[] for _ in self.layer]
        self.after: list[list[tuple[int, float]]] = [[] for _ in self.layer]
        seen = set()
        for path, offset in zip(self.paths, ports, strict=True):
            for a, b in pairwise(path):
                port = offset if b == path[-1] else 0.0
                if (a, b, port) not in seen:
                    seen.add((a, b, port))
                    self.before[b].append((a, port))
                    self.after[a].append((b, port))

    def order(self) -> None:
        """Order every layer to have few crossings; a tree has none.

        The best of four searches is kept. Each starts from the depth-first order or its mirror image, and sweeps down
        or up first.
        """
        best: list[list[int]] = []
        fewest = -1
        for mirrored in (False, True):
            for first in (0, 1):
                self._start(mirrored)
                for sweep in range(12):
                    crossings = self.count_crossings()
                    if fewest < 0 or crossings < fewest:
                        best, fewest = [row[:] for row in self.rows], crossings
                    if not fewest:
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
                links = sorted(self.before[item], key=lambda link: link[1])
                stack += [a for a, _ in (links if mirrored else reversed(links))]

    def _sweep(self, down: int) -> None:
        if down:
            for k in range(1, len(self.rows)):
                self._sort(k, self.before, k - 1)
        else:
            for k in reversed(range(len(self.rows) - 1)):
                self._sort(k, self.after, k + 1)
        self._transpose()

    def _sort(self, k: int, links: list[list[tuple[int, float]]], other: int) -> None:
        """Sort a layer by the barycentre of each item's neighbours in another."""
        at = {item: i for i, item in enumerate(self.rows[other])}
        tilt = 0.01 if links is self.after else 0.0  # among the inputs of one node, the port decides

        def centre(i: int) -> float:
            near = links[self.rows[k][i]]
            return sum(at[item] + tilt * port for item, port in near) / len(near) if near else float(i)

        self.rows[k] = [self.rows[k][i] for i in sorted(range(len(self.rows[k])), key=centre)]

    def _transpose(self) -> None:
        """Swap neighbours while a swap removes crossings."""
        improved = True
        while improved:
            improved = False
            for row in self.rows:
                for i in range(len(row) - 1):
                    a, b = row[i], row[i + 1]
                    if self._pair_crossings(b, a) < self._pair_crossings(a, b):
                        row[i], row[i + 1] = b, a
                        improved = True

    def _pair_crossings(self, a: int, b: int) -> int:
        """Count the crossings of the links of a with those of b if a is just above b."""
        total = 0
        for links in (self.before, self.after):
            keys = [[self._key(item, port, links) for item, port in links[x]] for x in (a, b)]
            total += sum(p > q for p in keys[0] for q in keys[1])
        return total

    def _key(self, item: int, port: float, links: list[list[tuple[int, float]]]) -> tuple[int, float]:
        return self.rows[self.layer[item]].index(item), port if links is self.after else 0.0

    def count_crossings(self) -> int:
        """Count the pairs of links that cross."""
        at = {item: i for row in self.rows for i, item in enumerate(row)}
        total = 0
        for row in self.rows:
            ends: list[tuple[int, float]] = []
            for a in row:
                own = [(at[b], port) for b, port in self.after[a]]
                total += sum(len(ends) - bisect_right(ends, key) for key in own)
                for key in own:
                    insort(ends, key)
        return total
