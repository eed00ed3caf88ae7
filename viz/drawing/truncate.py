"""Choose which part of a large trace is drawn: the nodes nearest to the output."""

from __future__ import annotations

import math
from typing import NamedTuple

from autograd.graph import Edge, Trace

MAX_INPUTS = 8  # drawn of a node that has too many


class Selection(NamedTuple):
    """The nodes and wires of a trace that are drawn, by number.

    Numbers below 0 are boxes, each for the inputs of a node that are not drawn one by one. ``folds`` maps each box to
    the edges that are drawn as one wire from it.
    """

    nodes: list[int]
    wires: list[int]
    folds: dict[int, list[int]]


def nodes_near_output(trace: Trace, max_nodes: int, max_depth: int | None = None) -> Selection:
    """Choose nodes to draw, breadth first from the output, with the edges into them.

    A node is drawn with all of its inputs, or as a dashed box without any. Of a node whose inputs would displace other
    nodes, the most influential inputs are drawn, with a box for the rest. No path is longer than ``max_depth``.
    """
    root = len(trace.data) - 1
    in_edges: list[list[int]] = [[] for _ in trace.data]
    for n, edge in enumerate(trace.edges):
        in_edges[edge.dst].append(n)
    for edges in in_edges:
        edges.sort(key=lambda n: trace.edges[n].slot)
    depth = [0] * len(trace.data)  # edges on the longest path to the output
    for node in range(root, -1, -1):
        for n in in_edges[node]:
            depth[trace.edges[n].src] = max(depth[trace.edges[n].src], depth[node] + 1)
    kept, queue, opened, wide = {root}, [root], set[int](), set[int]()
    for i, node in enumerate(queue):  # the loop appends to the queue
        if max_depth is not None and depth[node] >= max_depth:
            continue
        new = {trace.edges[n].src for n in in_edges[node]} - kept
        n_waiting = sum(bool(in_edges[other]) for other in queue[i:])
        if len(new) > (max_nodes - len(kept)) / max(n_waiting, 1) and len(in_edges[node]) > MAX_INPUTS:
            new = {edge.src for edge in most_influential_inputs(trace, [trace.edges[n] for n in in_edges[node]])} - kept
            wide.add(node)
        if len(kept) + len(new) + (node in wide) > max_nodes:
            continue
        opened.add(node)
        kept |= new
        queue += sorted(new)
    folds = {~node: [n for n in in_edges[node] if trace.edges[n].src not in kept] for node in sorted(opened & wide)}
    folds = {box: edges for box, edges in folds.items() if edges}
    boxes = {n: box for box, edges in folds.items() for n in edges}
    wires = [boxes.get(n, n) for node in sorted(opened) for n in in_edges[node]]
    last_first = dict.fromkeys(reversed(wires))  # a box takes the place of the last edge that it contains
    return Selection([*folds, *sorted(kept)], list(last_first)[::-1], folds)


def most_influential_inputs(trace: Trace, in_edges: list[Edge]) -> list[Edge]:
    """Choose the first, the last and the most influential edges into a node.

    The contribution of an input x to y is x · ∂y/∂x, to first order. Both factors of a product in a weighted sum are
    chosen together.
    """
    row = trace.graph.rows[in_edges[0].dst]
    n_products = len(row.args) // 2
    terms: dict[int, list[Edge]] = {}
    for edge in in_edges:
        is_factor = row.op == "dot" and edge.slot < 2 * n_products
        terms.setdefault(edge.slot % n_products if is_factor else edge.slot, []).append(edge)

    def size(term: list[Edge]) -> float:
        sizes = [abs(trace.data[edge.src] * (edge.local or 0.0)) for edge in term]
        return max(math.inf if math.isnan(size) else size for size in sizes)

    first, *others, last = terms.values()
    others.sort(key=size, reverse=True)
    return [edge for term in [first, last, *others][: MAX_INPUTS // len(first)] for edge in term]
