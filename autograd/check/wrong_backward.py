"""The node whose backward, of a gate, a Function or a closure, does not multiply its upstream or does not add."""

from __future__ import annotations

from collections.abc import Sequence

from ..engine import Node, ProbedOp
from .backward_pass import SCALES, describe_upstream, differ, plain


def find_wrong_backward(nodes: Sequence[Node], tolerance: float) -> tuple[int | None, str]:
    """Return the place and a note on the first node whose backward is no product with its upstream, or overwrites.

    A sweep from 1 through a tree shows neither. The place is None if all are right.
    """
    for k, node in enumerate(nodes):
        if isinstance(node.op, ProbedOp) and (note := _describe(node.op, node, tolerance)):
            return k, f"{node.label or f'node {k}'} = {node.op.name.removeprefix('ƒ ')}: its backward {note}"
    return None, ""


def _describe(op: ProbedOp, node: Node, tolerance: float) -> str:
    parts = lambda scale: [plain(part) or 0.0 for part in op.contributions(node, scale)]
    one = parts(1.0)
    for scale in SCALES:
        for x, other in zip(one, parts(scale), strict=True):
            if differ([scale * x], [other], tolerance):
                return describe_upstream([x], [other], scale, [1.0], tolerance)
    args = list({id(a): a for a in node.args if isinstance(a, Node)}.values())
    expected = [sum(x for x, b in zip(one, node.args, strict=True) if a is b) for a in args]
    grads = [(a, a.grad) for a in (node, *args)]
    try:
        for a, x in zip(args, expected, strict=True):
            a.grad = x  # a gradient that was there
        node.grad = 1.0
        op.run_backward(node)
        found = [plain(a.grad) for a in args]
    finally:
        for a, grad in grads:
            a.grad = grad
    wrong = any(differ([2 * x], [y], tolerance) for x, y in zip(expected, found, strict=True))
    return "overwrites the gradient of an argument: write += for =" if wrong else ""
