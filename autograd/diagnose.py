"""What went wrong: where the first nan was born. It measures and draws nothing."""

from __future__ import annotations

import math
import warnings

from .node import Node
from .recording import trace
from .steps import Chain
from .walk import numbered


def birth(root: Node) -> str | None:
    """Say where the first nan or infinity under root was born, forward or else backward; None if nowhere.

    >>> from autograd import Value
    >>> x = Value(-1.0, label="x")
    >>> print(birth(x.log() * 2))
    forward: log(x = -1.0) gave nan
    """
    for node in numbered(root):
        if not math.isfinite(node.data):
            if node.op is None:
                return f"forward: the leaf {_called(node)} is {node.data}"
            operands = ", ".join(_called(a) if isinstance(a, Node) else f"{a}" for a in node.args)
            return f"forward: {node.op.name}({operands}) gave {node.data}{_where(node)}"
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
                f"= {step.contribution} to {rows[edge.src].label}"
            )
    return None


def warn_not_finite(root: Node) -> None:
    """Warn that a gradient is nan or infinite, naming where the first was born."""
    warnings.warn(f"backward met a nan or an infinity; {birth(root)}", RuntimeWarning, stacklevel=3)


def _called(node: Node) -> str:
    label = getattr(node, "label", "")
    return f"{label} = {node.data}" if label else f"{node.data}"


def _where(node: Node) -> str:
    label = getattr(node, "label", "")
    return f" at {label}" if label else ""
