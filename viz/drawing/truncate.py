"""Which part of a large trace is drawn: the nodes nearest to the result."""

from __future__ import annotations

import math

from autograd.graph.trace import Edge, Trace

TELLING = 8  # arguments drawn of a node that has too many

Folds = dict[int, list[int]]  # by the number of a box, which is below 0: the edges that are drawn as one from it


def nearest(trace: Trace, most: int, deep: int | None = None) -> tuple[list[int], list[int], Folds]:
    """Choose at most so many nodes to draw, breadth first from the result, and the edges into them, by number.

    A node has all of its arguments in the picture; or, where they would take the room of others, those that tell
    most and a box for the rest; or none, then it stands as a dashed box itself. No path is longer than ``deep``.
    """
    root = len(trace.data) - 1
    into: list[list[int]] = [[] for _ in trace.data]
    for n, edge in enumerate(trace.edges):
        into[edge.dst].append(n)
    for edges in into:
        edges.sort(key=lambda n: trace.edges[n].slot)
    levels = [0] * len(trace.data)  # the longest way from the result
    for node in range(root, -1, -1):
        for n in into[node]:
            levels[trace.edges[n].src] = max(levels[trace.edges[n].src], levels[node] + 1)
    kept, queue, opened, wide = {root}, [root], set[int](), set[int]()
    for i, node in enumerate(queue):  # it grows as it is read
        if deep is not None and levels[node] >= deep:
            continue
        new = {trace.edges[n].src for n in into[node]} - kept
        waiting = sum(bool(into[other]) for other in queue[i:])
        if len(new) > (most - len(kept)) / max(waiting, 1) and len(into[node]) > TELLING:
            new = {edge.src for edge in telling(trace, [trace.edges[n] for n in into[node]])} - kept
            wide.add(node)
        if len(kept) + len(new) + (node in wide) > most:
            continue
        opened.add(node)
        kept |= new
        queue += sorted(new)
    folds = {~node: [n for n in into[node] if trace.edges[n].src not in kept] for node in sorted(opened & wide)}
    folds = {box: edges for box, edges in folds.items() if edges}
    boxes = {n: box for box, edges in folds.items() for n in edges}
    wires = [boxes.get(n, n) for node in sorted(opened) for n in into[node]]
    numbers = list(dict.fromkeys(reversed(wires)))[::-1]  # a box in the place of the last that it stands for
    return [*folds, *sorted(kept)], numbers, folds


def telling(trace: Trace, into: list[Edge]) -> list[Edge]:
    """Choose of many edges into a node the first and the last, and those that contribute most to its value.

    What an argument x contributes to y is x · ∂y/∂x, to first order. Both factors of a product in a weighted sum are
    chosen or neither.
    """
    row = trace.graph.rows[into[0].dst]
    pairs = len(row.args) // 2
    terms: dict[int, list[Edge]] = {}
    for edge in into:
        terms.setdefault(edge.slot % pairs if row.op == "dot" and edge.slot < 2 * pairs else edge.slot, []).append(edge)

    def size(term: list[Edge]) -> float:
        sizes = [abs(trace.data[edge.src] * (edge.local or 0.0)) for edge in term]
        return max(math.inf if math.isnan(size) else size for size in sizes)

    first, *others, last = terms.values()
    others.sort(key=size, reverse=True)
    return [edge for term in [first, last, *others][: TELLING // len(first)] for edge in term]
