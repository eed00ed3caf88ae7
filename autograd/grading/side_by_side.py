"""Put the gradients of another engine next to the right ones, on one graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..engine import nodes_in_order
from ..foreign import ForeignNode, Reading, build, find_rows, find_sweeps, near, refuse_other, undisturbed, variables_of
from ..graph import Chain, Edge, Forward, Seed, Trace, backward_steps
from ..snapshot import trace
from .rule_judge import LOOSE
from .sweep_judge import watch


def trace_both(root: Any, names: bool | Mapping[str, Any] = True) -> tuple[Trace, Trace]:
    """Return the trace of another engine's node with the right gradients, and one with theirs.

    Args:
        root: A node of another engine.
        names: As in ``autograd.adopt``.

    Raises:
        TypeError: If root is no node of another engine, or its graph cannot be read.
    """
    return trace_theirs(root, variables_of(names))[:2]


def trace_theirs(root: Any, variables: Mapping[str, Any]) -> tuple[Trace, Trace, list[float]]:
    """Return the right trace, theirs, and the gradients after their backward.

    Theirs has their local derivatives, or the steps of their backward if these are right. It is the right one where
    the steps cannot be watched.
    """
    refuse_other(root)
    with undisturbed(root) as memento:
        reading = Reading(root)
        ours = build(reading, find_rows(reading), variables, trusting=True)
        right = trace(ours[id(reading.root)])
        foreign = {id(value): node for node in reading for value in [ours[id(node)]]}
        nodes = [foreign[id(value)] for value in nodes_in_order(ours[id(reading.root)])]
        log: list[Any] = []
        got = list(right.grads)
        for sweep in find_sweeps(reading.spelling, root) if reading.spelling.grad_name else ():
            memento.restore()
            log.clear()
            watch(reading, sweep, log)
            found = [reading.spelling.grad(node.obj) for node in nodes]
            if any(grad for grad, node in zip(found, nodes, strict=True) if not node.parents):
                got = found
                break
    edges = tuple(their_edges(right, nodes))
    forward = [step for step in right.steps if isinstance(step, Forward)]
    theirs = replace(right, edges=edges, steps=(*forward, *backward_steps(right.graph, edges)))
    if edges == right.edges and log and not all(near(a, b, LOOSE, 1.0) for a, b in zip(got, right.grads, strict=True)):
        theirs = replace(right, steps=(*forward, *watched_steps(right, nodes, log)))
    return right, theirs, got if theirs is right or edges == right.edges else list(theirs.grads)


def their_edges(right: Trace, nodes: Sequence[ForeignNode]) -> Iterator[Edge]:
    """Yield the edges, with the local derivatives of their rules where these differ."""
    totals: dict[tuple[int, int], list[float]] = {}
    for edge in right.edges:
        totals.setdefault((edge.src, edge.dst), []).append(edge.local or 0.0)
    for edge in right.edges:
        parts, got = totals[edge.src, edge.dst], nodes[edge.dst].probe.of(nodes[edge.src].obj)
        if edge.local is not None and not near(got, sum(parts), LOOSE, 1.0):
            edge = replace(edge, local=edge.local * got / sum(parts) if sum(parts) else got / len(parts))
        yield edge


def watched_steps(right: Trace, nodes: Sequence[ForeignNode], log: Sequence[Any]) -> Iterator[Seed | Chain]:
    """Yield the steps of a backward that was watched: what each call of a rule has added."""
    places = {id(node): n for n, node in enumerate(nodes)}
    yield Seed(len(nodes) - 1, log[0][1])
    for node, upstream, before, after in log:
        changes = {id(p): pair for p, *pair in zip(node.parents, before, after, strict=True)}
        for k, edge in enumerate(right.edges):
            if edge.dst == places.get(id(node)) and id(nodes[edge.src]) in changes and edge.local is not None:
                start, end = changes[id(nodes[edge.src])]
                is_last = all(e.src != edge.src or e.dst != edge.dst for e in right.edges[k + 1 :])
                part = edge.local * upstream
                end = end if is_last else start + part
                usual = near(end, start + part, LOOSE, 1.0) or near(end, part, LOOSE, 1.0)
                part = part if usual else end - start
                yield Chain(k, edge.local if usual or not upstream else part / upstream, upstream, part, start, end)
                changes[id(nodes[edge.src])] = [end, changes[id(nodes[edge.src])][1]]
