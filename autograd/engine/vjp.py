"""The gradient as numbers or as a graph again: one walk, with the rows read on floats or on Values."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from .modes import current_tracer, enable_grad
from .node import Node, leaf
from .opaque import first_stale, opaque
from .traversal import graph_lock, nodes_in_order, topological


def gradients(outputs: Sequence[Any], inputs: Sequence[Node], seeds: Sequence[Any], create_graph: bool) -> list[Any]:
    """Compute Σ seed × ∂output/∂input for each input; None for one that no output depends on.

    With ``create_graph`` the rows are read on Values, so that each gradient is a graph again; what was made by
    hand has no rule to be read, and raises TypeError.
    """
    if (traced := current_tracer()) is not None:
        return traced.gradients(outputs, inputs, seeds)  # type: ignore[no-any-return]  # a list
    with enable_grad():
        return _gradients(outputs, inputs, seeds, create_graph)


def _gradients(outputs: Sequence[Any], inputs: Sequence[Node], seeds: Sequence[Any], create_graph: bool) -> list[Any]:
    adjoint: dict[Node, Any] = {}
    ends = []
    for y, seed in zip(outputs, seeds, strict=True):
        if isinstance(y, Node):
            ends.append(y)
            adjoint[y] = adjoint[y] + seed if y in adjoint else seed
    with graph_lock:
        order = topological(*ends)
    depends = set(inputs)
    for node in order:
        if any(a in depends for a in node.args):
            depends.add(node)
    for node in reversed(order):
        if node in adjoint and node in depends:
            upstream = adjoint[node]
            partial = _partials(node) if create_graph else node.locals.__getitem__
            for slot, (a, local) in enumerate(zip(node.args, node.locals, strict=True)):
                if local is not None and a in depends and _flows(local, upstream):
                    part = upstream * partial(slot)
                    adjoint[a] = adjoint[a] + part if a in adjoint else part
    return [adjoint.get(x) for x in inputs]


def _partials(node: Node) -> Callable[[int], Any]:
    """Read the partials of a node on Values, by slot; what was selected gets its upstream as it is."""
    op = node.op
    assert op is not None  # only computed nodes have arguments
    if opaque(node):
        raise TypeError(f"create_graph: {op.name} was made by hand: it has no rule, only numbers")
    if op.selects:
        return lambda slot: 1.0
    return op.derivatives(node, node.args)


def _flows(local: float, upstream: Any) -> bool:
    """Say whether anything flows: where the upstream is exactly 0, not through an infinite derivative."""
    return math.isfinite(local) or (upstream.data if isinstance(upstream, Node) else upstream) != 0


def backward_with_graph(root: Node, seed: float) -> None:
    """Set the grad of everything under root to a Value, to be differentiated again; leaves accumulate."""
    nodes = nodes_in_order(root)
    refuse_stale(root)
    found = gradients([root], nodes, [leaf(type(root), seed)], create_graph=True)
    with enable_grad():
        for node, g in zip(nodes, found, strict=True):
            if node._requires_grad and g is not None:
                node.grad = g + node.grad if node.op is None and node is not root else g


def refuse_stale(root: Node) -> None:
    """Raise ValueError if data under root was changed: the rules would be read on numbers of two evaluations."""
    if current_tracer() is None and first_stale(root):
        raise ValueError("create_graph: data was changed after it was computed; call forward() first")
