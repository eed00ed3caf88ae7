"""Where the first nan or infinity of a graph was born, and the warning that names it."""

from __future__ import annotations

import math
import warnings

from ..graph.trace import Chain
from .anomaly import applied, described, line_of
from .node import Node, expect_value
from .snapshot import trace
from .traversal import nodes_in_order


def birth(root: Node) -> str | None:
    """Say where the first nan or infinity under root was born, forward or else backward; None if nowhere.

    What was recorded under ``detect_anomaly`` is told with its line of source.

    >>> from autograd import Value
    >>> x = Value(-1.0, label="x")
    >>> print(birth(x.log() * 2))
    forward: log(x = -1.0) gave nan
    """
    nodes = nodes_in_order(expect_value(root, "root"))
    for node in nodes:
        if not math.isfinite(node.data):
            if node.op is None:
                return f"forward: the leaf {described(node)} is {node.data}"
            return f"forward: {applied(node.op, node.args)} gave {node.data}{_where(node)}"
    recorded = trace(root)
    rows = recorded.graph.rows
    for step in recorded.steps:
        if isinstance(step, Chain) and not math.isfinite(step.after):
            edge = recorded.edges[step.edge]
            operands = ", ".join(
                f"{rows[a].label} = {recorded.data[a]}" if isinstance(a, int) else f"{a}" for a in rows[edge.dst].args
            )
            return (
                f"backward: {rows[edge.dst].op}({operands}) passes local {step.local} × upstream {step.upstream} "
                f"= {step.contribution} to {rows[edge.src].label}{_where(nodes[edge.dst])}"
            )
    return None


def warn_not_finite(root: Node, stop: bool) -> None:
    """Warn that a gradient is nan or infinite, naming where the first was born, or raise FloatingPointError."""
    where = birth(root)
    if where is None:  # only a sum over all gradients, by which this is noticed, was too large
        return
    text = f"backward met a nan or an infinity; {where}"
    if stop:
        raise FloatingPointError(text)
    warnings.warn(text, RuntimeWarning, stacklevel=3)


def _where(node: Node) -> str:
    label = getattr(node, "label", "")
    at = getattr(node, "source", None)
    return (f" at {label}" if label else "") + (line_of(*at) if at else "")
