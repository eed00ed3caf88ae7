"""Where the first nan or infinity of a graph comes from, and the warning that names it."""

from __future__ import annotations

import math
import warnings

from .anomaly import format_call, format_line, format_node
from .node import Node, expect_value
from .traversal import nodes_in_order


def first_nonfinite(root: Node) -> str | None:
    """Return where the first nan or infinity under root arose, forward or else backward; None if nowhere.

    The text has the line of source of an operation that was recorded under ``detect_anomaly``.

    >>> from autograd import Value
    >>> x = Value(-1.0, label="x")
    >>> print(first_nonfinite(x.log() * 2))
    forward: log(x = -1.0) gave nan
    """
    nodes = nodes_in_order(expect_value(root, "root"))
    for node in nodes:
        if not math.isfinite(node.data):
            if node.op is None:
                return f"forward: the leaf {format_node(node)} is {node.data}"
            return f"forward: {format_call(node.op, node.args)} gave {node.data}{_where(node)}"
    upstream = dict.fromkeys(map(id, nodes), 0.0) | {id(root): 1.0}
    for node in reversed(nodes):
        above = upstream[id(node)]
        for a, local in zip(node.args, node.locals if above else (), strict=bool(above)):
            if local is not None:
                upstream[id(a)] += (part := local * above)
                if not math.isfinite(upstream[id(a)]):
                    return (
                        f"backward: {format_call(node.op, node.args)} passes local {local} × upstream {above} = {part} "
                        f"to {a.label or a.data}{_where(node)}"
                    )
    return None


def warn_nonfinite(root: Node, strict: bool) -> None:
    """Warn that a gradient is nan or infinite, naming the first; if ``strict``, raise FloatingPointError."""
    where = first_nonfinite(root)
    if where is None:  # only the sum over all gradients, by which this is noticed, was too large
        return
    text = f"backward met a nan or an infinity; {where}"
    if strict:
        raise FloatingPointError(text)
    warnings.warn(text, RuntimeWarning, stacklevel=3)


def _where(node: Node) -> str:
    line = getattr(node, "source", None)
    return (f" at {node.label}" if node.label else "") + (format_line(*line) if line else "")
