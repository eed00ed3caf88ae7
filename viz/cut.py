"""Which part of a large trace is drawn: the nodes nearest to the result."""

from __future__ import annotations

from autograd.steps import Edge, Trace


def nearest(trace: Trace, most: int, deep: int | None = None) -> tuple[list[int], list[Edge]]:
    """Choose at most so many nodes to draw, breadth first from the result, and the edges into them.

    A node has either all of its arguments in the picture or none; those cut off stand as boxes. No path
    in the picture is longer than ``deep``.
    """
    root = len(trace.data) - 1
    into: list[list[Edge]] = [[] for _ in trace.data]
    for edge in trace.edges:
        into[edge.dst].append(edge)
    levels = [0] * len(trace.data)  # the longest way from the result
    for node in range(root, -1, -1):
        for edge in into[node]:
            levels[edge.src] = max(levels[edge.src], levels[node] + 1)
    kept, queue, edges = {root}, [root], []
    for node in queue:  # it grows as it is read
        new = {edge.src for edge in into[node]} - kept
        if len(kept) + len(new) > most or (deep is not None and levels[node] >= deep):
            continue
        kept |= new
        queue += sorted(new)
        edges += into[node]
    return sorted(kept), sorted(edges, key=lambda edge: (edge.dst, edge.slot))
