"""Put the gradients of another engine next to the right ones, on one graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..engine import nodes_in_order
from ..foreign import Reading, build, find_rows, near, refuse_other, undisturbed, variables_of
from ..graph import Edge, Forward, Trace, backward_steps
from ..snapshot import trace
from .rule_judge import LOOSE


def trace_both(root: Any, names: bool | Mapping[str, Any] = True) -> tuple[Trace, Trace]:
    """Return the trace of another engine's node with the right gradients, and one with theirs.

    Args:
        root: A node of another engine.
        names: As in ``autograd.adopt``.

    Raises:
        TypeError: If root is no node of another engine, or its graph cannot be read.
    """
    refuse_other(root)
    variables = variables_of(names)
    with undisturbed(root):
        reading = Reading(root)
        ours = build(reading, find_rows(reading), variables, trusting=True)
    right = trace(ours[id(reading.root)])
    foreign = {id(value): node for node in reading for value in [ours[id(node)]]}
    nodes = [foreign[id(value)] for value in nodes_in_order(ours[id(reading.root)])]
    totals: dict[tuple[int, int], list[float]] = {}
    for edge in right.edges:
        totals.setdefault((edge.src, edge.dst), []).append(edge.local or 0.0)

    def theirs(edge: Edge) -> Edge:
        parts = totals[edge.src, edge.dst]
        got = nodes[edge.dst].probe.of(nodes[edge.src].obj)
        if edge.local is None or near(got, sum(parts), LOOSE, 1.0):
            return edge
        return replace(edge, local=edge.local * got / sum(parts) if sum(parts) else got / len(parts))

    edges = tuple(map(theirs, right.edges))
    forward = [step for step in right.steps if isinstance(step, Forward)]
    return right, replace(right, edges=edges, steps=(*forward, *backward_steps(right.graph, edges)))
