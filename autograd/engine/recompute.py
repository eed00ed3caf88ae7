"""Evaluating a recorded graph again, and whether its data was changed since it was recorded."""

from __future__ import annotations

from collections.abc import Iterator

from ..modes import current_tracer
from .node import Node
from .opaque import OpaqueOp, refuse
from .traversal import topological


def reevaluate(root: Node, strict: bool = False) -> Iterator[tuple[Node, float, tuple[float | None, ...]]]:
    """Yield each computed node under root with its value and local derivatives as of now.

    Opaque nodes are skipped and keep their value; if ``strict`` they raise TypeError.
    """
    order = topological(root)
    values: dict[int, float] = {}
    for node in order:
        if not isinstance(op := node.op, OpaqueOp):
            args = node.args
            raw = [values.get(id(a), a.data) if isinstance(a, Node) else a for a in args]
            y = values[id(node)] = op.on_float(*raw)
            flowing = [a if isinstance(a, Node) and a.requires_grad else 0.0 for a in args]
            yield node, y, op.local_derivatives(y, raw, flowing)
        elif strict:
            refuse()


def first_stale(root: Node) -> Node | None:
    """Return the first node under root whose value or local derivatives would differ now."""
    try:
        for node, y, local in reevaluate(root):
            for new, old in zip((y, *local), (node.data, *node.locals), strict=True):
                if new != old and (new == new or old == old):
                    return node
    except ValueError:  # arguments that an operation refuses now, such as bounds of clamp that have crossed
        return root
    return None


def refuse_stale(root: Node) -> None:
    """Raise ValueError if data under root was changed: rules would mix two evaluations."""
    if current_tracer() is None and first_stale(root):
        raise ValueError("create_graph: data was changed after it was computed; call forward() first")
