"""Which layer each node stands in, and the order within each layer that makes few wires cross.

The first two steps of Sugiyama, Tagawa and Toda (1981), with the weighted median's cousin the barycentre,
and transposition as in Gansner, Koutsofios, North and Vo (1993).
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Wire:
    """An edge of the graph: from a node to a port of another."""

    src: int
    dst: int
    port: int


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


class Net:
    """The nodes and, in every layer that a wire passes, one point for all wires of the same source.

    An item is a node or such a point; items are numbered, nodes first. ``ports`` are the vertical offsets
    at which the wires end. The nodes stand in the layers that are ``given``, or in those that ``layers`` assigns.
    """

    def __init__(
        self, count: int, wires: Sequence[Wire], ports: Sequence[float], given: Sequence[int] | None = None
    ) -> None:
        self.count = count
        self.layer = list(layers(count, wires) if given is None else given)
        self.paths: list[list[int]] = []
        passing: dict[tuple[int, int], int] = {}
        for wire in wires:
            path = [wire.src]
            for k in range(self.layer[wire.src] + 1, self.layer[wire.dst]):
                if (wire.src, k) not in passing:
                    passing[wire.src, k] = len(self.layer)
                    self.layer.append(k)
                path.append(passing[wire.src, k])
            path.append(wire.dst)
            self.paths.append(path)
        self.rows: list[list[int]] = [[] for _ in range(max(self.layer, default=-1) + 1)]
        self.link(ports)

    def link(self, ports: Sequence[float]) -> None:
        """Let the wires end at these offsets: which items of neighbouring layers are linked, and where."""
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
        """Order every layer: a tree comes out plane at once, and sweeps then remove crossings.

        A sweep goes up or down; starting with either, and from a tree or its mirror image, the best is kept.
        """
        best: list[list[int]] = []
        fewest = -1
        for mirrored in (False, True):
            for first in (0, 1):
                self._start(mirrored)
                for sweep in range(12):
                    now = self.crossings()
                    if fewest < 0 or now < fewest:
                        best, fewest = [row[:] for row in self.rows], now
                    if not fewest:
                        break
                    self._sweep((sweep + first) % 2)
        self.rows = best

    def _start(self, mirrored: bool) -> None:
        """Walk depth first from the results, ports from top to bottom or the other way round."""
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
