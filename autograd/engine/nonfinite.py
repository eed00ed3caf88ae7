"""Where the first nan or infinity of a graph comes from, and the warning that names it."""

from __future__ import annotations

import math
import warnings

from ..callers import format_line, user_frame
from ..modes import is_anomaly_enabled
from .anomaly_error import format_call, format_node
from .node import Node
from .traversal import expect_value, nodes_in_order, topological


def first_nonfinite(root: Node) -> str | None:
    """Return where the first nan or infinity under root arose, or None if nowhere.

    The text has the line of source of an operation that was recorded under ``detect_anomaly``.

    Raises:
        TypeError: If root is not a Value.

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
    upstream = {id(root): 1.0}  # of the nodes that anything flows to, even if it is 0
    for node in reversed(nodes):
        if (above := upstream.get(id(node))) is None:
            continue
        for a, local in zip(node.args, node.locals, strict=True):
            if local is not None:
                part = local * above if above or local != local else 0.0
                upstream[id(a)] = upstream.get(id(a), 0.0) + part
                if not math.isfinite(upstream[id(a)]):
                    return (
                        f"backward: {format_call(node.op, node.args)} passes local {local} × upstream {above} = {part} "
                        f"to {a.label or a.data}{_where(node)}"
                    )
    return None


def first_lost(root: Node) -> str | None:
    """Return where a gradient of 0 met an infinite local derivative, or None if nowhere.

    An argument that was not chosen, such as by ``where``, loses nothing.

    >>> from autograd import Value
    >>> print(first_lost(1 / (1 + Value(1000.0).exp()).log()))
    0 · inf at exp(1000.0), taken as 0
    """
    upstream = {id(root): 1.0}  # of the nodes that anything flows to, even if it is 0
    for node in reversed(topological(root)):
        if (above := upstream.get(id(node))) is None:
            continue
        for slot, (a, local) in enumerate(zip(node.args, node.locals, strict=True)):
            if local is None or (local == 0 and slot in node.op.chooses):
                continue
            if not above and math.isinf(local):
                return f"0 · inf at {format_call(node.op, node.args)}, taken as 0{_where(node)}"
            if isinstance(a, Node):
                upstream[id(a)] = upstream.get(id(a), 0.0) + (local * above if above else 0.0)
    return None


def warn_nonfinite(root: Node, finite: bool, name: str = "backward") -> bool:
    """Warn of the first nan, infinite or lost gradient, and return whether there is one."""
    if where := first_lost(root) if finite else first_nonfinite(root):
        warn(f"{name} met a nan or an infinity; {where}")
    return where is not None


def warn(text: str) -> None:
    """Warn at the user's line; within ``detect_anomaly`` raise FloatingPointError."""
    if is_anomaly_enabled():
        raise FloatingPointError(text)
    warnings.warn(text, RuntimeWarning, stacklevel=user_frame()[0])


def _where(node: Node) -> str:
    line = getattr(node, "source", None)
    return (f" at {node.label}" if node.label else "") + (format_line(*line) if line else "")
