"""The node of a graph whose local derivatives are wrong."""

from __future__ import annotations

from collections.abc import Sequence

from ..engine import Node
from .finite_differences import derivative
from .function_under_test import GraphUnderTest


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
