"""The gradient as a sum over paths: ∂L/∂w adds up, over all ways from w to L, the product of the locals on each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count

from .trace import Edge, Trace

MOST = 12  # paths that are listed, those that weigh most


@dataclass(frozen=True)
class PathOf:
    """A way from a node to the result, as the numbers of its edges, and the product of their local derivatives."""

    edges: tuple[int, ...]
    product: float


@dataclass(frozen=True)
class Paths:
    """The gradient of a node as a sum over paths; ``listed`` are those of the greatest products, of ``count``."""

    trace: Trace
    node: int
    listed: tuple[PathOf, ...]
    count: int
    total: float

    @property
    def rest(self) -> float:
        """What the paths that are not listed add."""
        return self.total - math.fsum(path.product for path in self.listed) if self.count > len(self.listed) else 0.0


def paths(trace: Trace, node: int, most: int = MOST) -> Paths:
    """Find the paths from a node to the result that contribute most, the greatest product of locals first.

    ``total`` is summed over all paths, however many: it equals the gradient up to rounding. A bound on what is still
    to come makes the search go straight to the greatest (A*: Hart, Nilsson and Raphael 1968). Raises ValueError for a
    node that is not in the trace.

    >>> from autograd import Value, trace
    >>> x = Value(3.0, label="x")
    >>> found = paths(trace(x * x + x), 0)
    >>> [path.product for path in found.listed], found.total
    ([3.0, 3.0, 1.0], 7.0)
    """
    root = len(trace.data) - 1
    if not 0 <= node <= root:
        raise ValueError(f"node: {node} is not one of the {root + 1} nodes")
    out: list[list[tuple[int, Edge, float]]] = [[] for _ in trace.data]
    for n, edge in enumerate(trace.edges):
        if edge.local is not None:
            out[edge.src].append((n, edge, edge.local))
    counts, totals, best = [0] * (root + 1), [0.0] * (root + 1), [0.0] * (root + 1)
    counts[root], totals[root], best[root] = 1, 1.0, 1.0
    for n in range(root - 1, -1, -1):
        for _, edge, local in out[n]:
            counts[n] += counts[edge.dst]
            totals[n] += local * totals[edge.dst] if totals[edge.dst] else 0.0
            best[n] = max(best[n], _size(local) * best[edge.dst])
    listed: list[PathOf] = []
    order = count()
    queue: list[tuple[float, int, int, int, float, tuple[int, ...]]] = []
    if counts[node]:
        queue.append((-best[node], -node, next(order), node, 1.0, ()))
    while queue and len(listed) < most:
        *_, at, product, edges = heappop(queue)
        if at == root:
            listed.append(PathOf(edges, product))
            continue
        for n, edge, local in out[at]:
            if counts[edge.dst]:
                further = product * local
                heappush(
                    queue, (-_size(further) * best[edge.dst], -edge.dst, next(order), edge.dst, further, (*edges, n))
                )
    return Paths(trace, node, tuple(listed), counts[node], totals[node])


def _size(x: float) -> float:
    return abs(x) if math.isfinite(x) else 0.0
