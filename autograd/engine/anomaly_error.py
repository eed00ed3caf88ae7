"""The error for a nan or an infinity, with its operation and the user's line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..callers import format_line, source
from ..table import Op


def anomaly(op: Op, args: Sequence[Any], y: float, local: Sequence[float | None]) -> FloatingPointError:
    """Return the error of ``detect_anomaly`` for an operation that gave a nan or an infinity."""
    return FloatingPointError(f"{format_call(op, args)} gave {y}, local derivatives {local}{format_line(*source())}")


def format_call(op: Op, args: Sequence[Any]) -> str:
    """Format an operation on its operands, such as ``log(x = -1.0)``; a constant is a float."""
    return f"{op.name}({', '.join(str(a) if isinstance(a, float) else format_node(a) for a in args)})"


def format_node(node: Any) -> str:
    """Format a node as its label and number."""
    return f"{node.label} = {node.data}" if node.label else f"{node.data}"
