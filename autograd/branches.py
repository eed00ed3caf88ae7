"""Branch signatures: on which side of each of its kinks a recorded graph is."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

from .node import Node
from .op import Op
from .walk import numbered


def signature(root: Node) -> tuple[Any, ...]:
    """Say of each computed node under root which operation it is and on which side of its kinks.

    Two points with the same signature lie on the same smooth piece of the function that recorded root,
    also where that function has an ``if`` of Python's, for then the operations differ.

    >>> from autograd import Value
    >>> signature(Value(-2.0).relu()) == signature(Value(-1.0).relu()) != signature(Value(1.0).relu())
    True
    """
    return tuple(_side(node.op, _numbers(node), node.data) for node in numbered(root) if node.op)


def _numbers(node: Node) -> list[float]:
    return [a.data if isinstance(a, Node) else a for a in node.args]


def _side(op: Op, args: Sequence[float], y: float) -> tuple[Any, ...]:
    """Read the side off the row: the step it is on, the order of its arguments, or the pieces of its domain."""
    if not any(op.partials):  # nothing flows: it has steps
        return op.name, y
    if op.signature:
        ranks = {a: rank for rank, a in enumerate(sorted(set(args)))} if op.kink else {}
        return op.name, *(ranks.get(a) for a in args)
    kink = op.kink(*args) if op.kink else 0.0
    return op.name, kink > 0, kink < 0, *map(_piece, op.domain, args)


def _piece(domain: Sequence[tuple[float, float]], x: float) -> int:
    """Number the intervals of a domain, the points between them and what lies outside."""
    ends = sorted({end for interval in domain for end in interval}) if len(domain) > 1 else []
    return bisect_left(ends, x) + bisect_right(ends, x)
