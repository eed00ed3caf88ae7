"""The vector-Jacobian product: one sweep, with rules on floats or on nodes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ..modes import current_tracer, is_anomaly_enabled, recording
from .node import Node, live_inputs, new_leaf
from .nonfinite import warn, warn_nonfinite
from .opaque import OpaqueOp, ProbedOp, refuse_graph
from .recompute import refuse_stale
from .traversal import nodes_in_order, run_hooks, topological

NOTHING = float("0")  #: the upstream of an output whose cotangent is a plain 0: not even its nan flows


def reads_live_input(root: Node) -> bool:
    """Return whether a node is computed from an input of a function that a transform is calling."""
    order = topological(root) if live_inputs else []
    return root in live_inputs or any(type(a) is not float and a in live_inputs for node in order for a in node.args)


def vjp(
    outputs: Sequence[Any], inputs: Sequence[Node], cotangents: Sequence[Any], create_graph: bool, name: str = ""
) -> list[Any]:
    """Return Σ cotangent × ∂output/∂input for each input, None if no output depends on it.

    With ``create_graph`` the rules are evaluated on nodes, so that each result is a graph again; an opaque node under
    the outputs, which has no rule, raises TypeError. A warning with the name, if one is given, says where a gradient of
    0 met an infinite local derivative.
    """
    if (tracer := current_tracer()) is not None:
        return tracer.gradients(outputs, inputs, cotangents)  # type: ignore[no-any-return]  # a list
    with recording():
        found = _sweep(outputs, inputs, cotangents, create_graph, name)
    numbers = [getattr(x, "data", x) for x in found if x is not None] if name and is_anomaly_enabled() else []
    if not all(map(math.isfinite, numbers)) and not any(reads_live_input(y) for y in outputs if isinstance(y, Node)):
        any(warn_nonfinite(y, False, name) for y in outputs if isinstance(y, Node))
        warn(f"{name} met a nan or an infinity; it gave {numbers}"[:200])
    return found


def _sweep(
    outputs: Sequence[Any], inputs: Sequence[Node], cotangents: Sequence[Any], create_graph: bool, name: str
) -> list[Any]:
    upstream: dict[Node, Any] = {}
    for y, cotangent in zip(outputs, cotangents, strict=True):
        if isinstance(y, Node):
            _add(upstream, y, cotangent if type(cotangent) is not float or cotangent else NOTHING)
    order, depends = topological(*upstream), set(inputs)
    for node in order:
        if any(a in depends for a in node.args):
            depends.add(node)
    may_lose = False
    for node in reversed(order):
        if node in upstream and node in depends:
            above, probed = run_hooks(node, upstream[node]), isinstance(node.op, ProbedOp)
            recorded = node.op.contributions(node, above, create_graph) if probed else node.locals
            local = _rules_on_nodes(node) if create_graph and not probed else recorded.__getitem__
            for slot, a in enumerate(node.args):
                if recorded[slot] is None or a not in depends:
                    continue
                if type(above) is float and not above and (above is NOTHING or math.isfinite(recorded[slot] or 0.0)):
                    _add(upstream, a, above)  # a constant 0, as in forward mode
                elif probed or _passes(recorded[slot], above):
                    _add(upstream, a, local(slot) if probed else above * local(slot))
                else:  # a nan below still passes
                    may_lose = True
                    _add(upstream, a, 0.0)
    if may_lose and name:
        any(warn_nonfinite(y, True, name) for y in outputs if isinstance(y, Node))
    return [run_hooks(x, upstream[x]) if x in upstream and x.op is None else upstream.get(x) for x in inputs]


def _add(upstream: dict[Node, Any], node: Node, part: Any) -> None:
    before = upstream.get(node, NOTHING)
    upstream[node] = part if before is NOTHING else before if part is NOTHING else before + part


def _rules_on_nodes(node: Node) -> Callable[[int], Any]:
    """Return the function from a slot to the local derivative as a graph."""
    if isinstance(node.op, OpaqueOp):
        refuse_graph(node.op.name)
    return (lambda slot: 1.0) if node.op.selects else node.op.partials_at(node, node.args)


def _passes(local: float | None, upstream: Any) -> bool:
    """Return whether anything passes; an upstream of 0 stops at an infinite derivative."""
    return not math.isinf(local or 0.0) or (upstream.data if isinstance(upstream, Node) else upstream) != 0


def backward_with_graph(root: Node, gradient: float) -> None:
    """Set every grad under root to a graph; leaves accumulate."""
    nodes = nodes_in_order(root)
    refuse_stale(root)
    seed = new_leaf(type(root), gradient, requires_grad=not reads_live_input(root))
    found = vjp([root], nodes, [seed], True, "backward")
    with recording():
        for node, g in zip(nodes, found, strict=True):
            if node.requires_grad and g is not None:
                is_leaf = (node.op is None or node in live_inputs) and node is not root
                node.grad = g + node.grad if is_leaf else g
