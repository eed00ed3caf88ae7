"""A gradient as a sum over paths.

∂L/∂w is the sum, over all paths from w to L, of the product of the local derivatives on the path.

The number of paths grows exponentially with depth. Only the heaviest are listed; the total takes linear time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count

from .trace import Edge, Trace

MAX_PATHS = 12


@dataclass(frozen=True)
class WeightedPath:
    """A path from a node to the result, with the product of its local derivatives.

    ``edges`` are the numbers of its edges.
    """

    edges: tuple[int, ...]
    product: float


@dataclass(frozen=True)
class Paths:
    """The gradient of a node as a sum over paths.

    ``listed`` are the paths with the greatest products, of ``count`` in all; ``total`` is the sum over all of them.
    """

    trace: Trace
    node: int
    listed: tuple[WeightedPath, ...]
    count: int
    total: float

    @property
    def rest(self) -> float:
        """The sum over the paths that are not listed."""
        return self.total - math.fsum(path.product for path in self.listed) if self.count > len(self.listed) else 0.0


def heaviest_paths(trace: Trace, node: int, max_paths: int = MAX_PATHS) -> Paths:
    """Return the paths from a node to the result with the greatest products.

    The search is A* (Hart, Nilsson and Raphael, 1968): the greatest product that can still follow bounds each path, so
    no path is extended that will not be listed. The total equals the gradient up to rounding.

    Args:
        trace: The trace to search.
        node: The number of a node in it.
        max_paths: How many paths to list.

    Raises:
        ValueError: If the trace has no such node.

    >>> from autograd import Value, trace
    >>> x = Value(3.0, label="x")
    >>> found = heaviest_paths(trace(x * x + x), 0)
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
            best[n] = max(best[n], _magnitude(local) * best[edge.dst])
    listed: list[WeightedPath] = []
    order = count()
    queue: list[tuple[float, int, int, int, float, tuple[int, ...]]] = []  # the greatest bound first
    if counts[node]:
        queue.append((-best[node], -node, next(order), node, 1.0, ()))
    while queue and len(listed) < max_paths:
        *_, at, product, edges = heappop(queue)
        if at == root:
            listed.append(WeightedPath(edges, product))
            continue
        for n, edge, local in out[at]:
            if counts[edge.dst]:
                further = product * local
                bound = _magnitude(further) * best[edge.dst]
                heappush(queue, (-bound, -edge.dst, next(order), edge.dst, further, (*edges, n)))
    return Paths(trace, node, tuple(listed), counts[node], totals[node])


def _magnitude(x: float) -> float:
    """Return |x|, or 0 if x is not finite, for which there is no order."""
    return abs(x) if math.isfinite(x) else 0.0
