"""The node whose backward, of a gate, a Function or a closure, does not multiply its upstream or does not add."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite

from ..engine import Node, ProbedOp
from .arrays import plain

SCALES = (-4.0, 2.0**10, 2.0**-10)  # of upstreams; powers of two round nothing


def find_wrong_backward(nodes: Sequence[Node], tolerance: float) -> tuple[int | None, str]:
    """Return the place and a note on the first node whose backward is no product with its upstream, or overwrites.

    A sweep from 1 through a tree shows neither. The place is None if all are right.
    """
    for k, node in enumerate(nodes):
        if isinstance(node.op, ProbedOp) and (note := _describe(node.op, node, tolerance)):
            return k, f"{node.label or f'node {k}'} = {node.op.name.removeprefix('ƒ ')}: its backward {note}"
    return None, ""


def _describe(op: ProbedOp, node: Node, tolerance: float) -> str:
    parts: Callable[[float], list[float]] = lambda scale: [plain(part) or 0.0 for part in op.contributions(node, scale)]
    one, scaled = parts(1.0), list(map(parts, SCALES))
    for k, x in enumerate(one):
        if note := describe_upstream([x], [[row[k]] for row in scaled], [1.0], tolerance):
            return note
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


def describe_upstream(
    one: Sequence[float], scaled: Sequence[Sequence[float]], upstream: Sequence[float], tolerance: float
) -> str:
    """Return what a gradient does with its upstream, from those for an upstream and its multiples by ``SCALES``.

    The text is empty if it multiplies by it.

    >>> describe_upstream([3.0, 1.0], 3 * [[3.0, 1.0]], [0.5, 1.5], 1e-9)
    'ignores its upstream'
    """
    rows = list(zip(SCALES, scaled, strict=True))
    fits: Callable[[Callable[[float], Sequence[float]]], bool] = lambda expected: (
        not any(differ(expected(scale), other, tolerance) for scale, other in rows)
    )
    if fits(lambda scale: [scale * x for x in one]):
        return ""
    if fits(lambda scale: one):
        return "ignores its upstream"
    if fits(lambda scale: [scale**2 * x for x in one]):
        return "squares its upstream: it is multiplied twice"
    if len(one) == len(upstream) and fits(
        lambda scale: [x + (scale - 1) * u for x, u in zip(one, upstream, strict=True)]
    ):
        return "adds its upstream instead of multiplying by it"
    return "is not linear in its upstream"


def differ(a: Sequence[float], b: Sequence[float], tolerance: float) -> bool:
    """Return whether finite numbers differ by more than a share of the greatest; inf and nan are equal to anything."""
    pairs = [(x, y) for x, y in zip(a, b, strict=True) if isfinite(x) and isfinite(y)]
    most = tolerance * max((max(abs(x), abs(y)) for x, y in pairs), default=0.0) + 1e-300
    return any(abs(x - y) > most for x, y in pairs)
