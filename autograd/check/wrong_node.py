"""The node of a graph whose local derivatives, or whose use of the upstream, is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite

from ..engine import Node, ProbedOp
from .arrays import plain
from .finite_differences import derivative
from .function_under_test import GraphUnderTest

SCALES = (-4.0, 2.0**10, 2.0**-10)  # of upstreams; powers of two round nothing


def find_wrong_node(function: GraphUnderTest, i: int, max_evals: int) -> tuple[str, int | None]:
    """Return a note on the first node that contradicts its local derivatives.

    The second result is its number in the graph, or None.

    Args:
        function: The function whose gradient is wrong.
        i: The input by which it is wrong.
        max_evals: The greatest number of evaluations of f.
    """
    point = function.inputs.point
    last, unfinished = function.evaluations + max_evals, "max_evals reached before the node at fault was found"
    if max_evals < 20:
        return unfinished, None
    graph = function.record(point)
    nodes, branch = graph.nodes, graph.branch_key
    locals_ = [node.locals for node in nodes]  # those of opaque nodes are measured, so while the data are of this point
    if graph.inputs[i] not in nodes:
        return "f's result does not depend on this input through Values", None
    tiny = (abs(point[i]) or 1.0) * 2.0**-50
    for t in (point[i] - tiny, point[i] + tiny):
        there = function.record_near(i, t).branch_key
        for node, side, other in zip([node for node in nodes if node.op], branch, there, strict=False):
            if side != other:
                note = "is on its kink: a sum of one-sided slopes need not be the slope of the sum"
                return f"{describe_node(node, nodes)} {note}", nodes.index(node)
    known: dict[float, list[float]] = {}

    def data_at(t: float) -> list[float]:
        """Return the data of all nodes where input i is t; nan on another branch."""
        if t not in known:
            there = function.record_near(i, t)
            same = there.branch_key == branch
            known[t] = [node.data for node in there.nodes] if same else [float("nan")] * len(nodes)
        return known[t]

    slopes: dict[Node, tuple[float, float]] = {graph.inputs[i]: (1.0, 0.0)}  # numerical derivative and its error
    for k, node in enumerate(nodes):
        parts = [
            (local * slopes[a][0], abs(local) * slopes[a][1])
            for a, local in zip(node.args, locals_[k], strict=True)
            if a in slopes and local is not None
        ]
        if node.op is None or not any(a in slopes for a in node.args):
            continue
        if last - function.evaluations < 12:
            return unfinished, None

        def node_at(t: float, k: int = k) -> float:
            return data_at(t)[k] if t in known or function.evaluations < last else float("nan")

        found = derivative(node_at, point[i], on_complex=lambda z: None)
        claimed = sum(slope for slope, _ in parts)
        margin = found.error + sum(error for _, error in parts) + 1e-9 * sum(abs(slope) for slope, _ in parts)
        if not abs(claimed - found.value) <= margin + 1e-13 * found.scale:  # true for nan too
            return (
                f"the first to disagree is {describe_node(node, nodes)}: it moves by {found.value:.6g} "
                f"with this input, its local derivatives say {claimed:.6g}"
            ), k
        slopes[node] = found.value, found.error
    return "no single node disagrees with its local derivatives", None


def describe_node(node: Node, nodes: Sequence[Node]) -> str:
    """Return a node as text: its name, operation and the numbers that go in."""
    label = node.label or f"node {nodes.index(node)}"
    at = ", ".join(f"{a.data if isinstance(a, Node) else a:.6g}" for a in node.args)
    return f"{label} = {node.op.name if node.op else ''}({at})"


def find_wrong_backward(nodes: Sequence[Node], tolerance: float) -> tuple[int | None, str]:
    """Return the place of the first node whose backward misuses gradients, and a note.

    It does not multiply its upstream, or overwrites what is there, which a sweep from 1 through a tree does not show.
    The place is None if all are right.
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
    """Return what a gradient does with its upstream; empty if it multiplies by it.

    It is given for an upstream and for its multiples by ``SCALES``.

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


def differ(a: Sequence[float], b: Sequence[float], tolerance: float, floor: float = 1e-300) -> bool:
    """Return whether finite numbers differ by more than a share, and the floor."""
    pairs = [(x, y) for x, y in zip(a, b, strict=True) if isfinite(x) and isfinite(y)]
    most = tolerance * max((max(abs(x), abs(y)) for x, y in pairs), default=0.0) + floor
    return any(abs(x - y) > most for x, y in pairs)
