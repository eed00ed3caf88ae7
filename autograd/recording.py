"""From Values to plain data: the graph under a Value, and its trace."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from .graph import Graph, Row, trees
from .node import Node, topological
from .steps import Edge, Forward, Trace, backward


def trace(root: Node, names: Mapping[str, Any] | None = None) -> Trace:
    """Return the forward and the backward pass of a Value as plain data, leaving every ``grad`` alone.

    A node is called by its label, else by its key in ``names`` (such as ``locals()``), else v1, v2, …;
    an unnamed root is called L. Raises TypeError if root is not a Value.

    >>> from autograd import Value
    >>> x = Value(3.0, label="x")
    >>> for step in trace(x * x).steps: print(step)
    Forward(node=0, value=3.0)
    Forward(node=1, value=9.0)
    Seed(node=1, grad=1.0)
    Chain(edge=0, local=3.0, upstream=1.0, contribution=3.0, before=0.0, after=3.0)
    Chain(edge=1, local=3.0, upstream=1.0, contribution=3.0, before=3.0, after=6.0)
    """
    if not isinstance(root, Node):
        raise TypeError(f"root: expected a Value, got {type(root).__name__} {root!r:.40}")
    nodes = numbered(root)
    ids = {id(node): n for n, node in enumerate(nodes)}
    labels = named(nodes, names or {})
    rows, edges = [], []
    for n, node in enumerate(nodes):
        args = tuple(ids[id(a)] if isinstance(a, Node) else a for a in node.args)
        rows.append(Row(node.op.name if node.op else None, args, labels[n], getattr(node, "scope", "")))
        edges += [
            Edge(src, n, slot, local)
            for slot, (src, local) in enumerate(zip(args, node.locals, strict=True))
            if isinstance(src, int)
        ]
    graph = Graph(tuple(rows), (len(rows) - 1,))
    forward = [Forward(n, node.data) for n, node in enumerate(nodes)]
    steps = (*forward, *backward(graph, edges))
    return Trace(graph, tuple(node.data for node in nodes), tuple(edges), steps, facts(nodes))


def numbered(root: Node) -> list[Node]:
    """List all nodes under root in topological order, each leaf just before its first use."""
    nodes: dict[int, Node] = {}
    for node in topological(root):
        for a in node.args:
            if isinstance(a, Node):
                nodes.setdefault(id(a), a)
        nodes[id(node)] = node
    return list(nodes.values()) or [root]


def named(nodes: list[Node], names: Mapping[str, Any]) -> list[str]:
    """Find what to call each node; a made-up name never repeats one that the user gave."""
    variables = {id(value): name for name, value in names.items() if not name.startswith("_")}
    labels = [getattr(node, "label", "") or variables.get(id(node), "") for node in nodes]
    taken = set(labels)
    if not labels[-1] and "L" not in taken:
        labels[-1] = "L"
    fresh = (f"v{k}" for k in count(1) if f"v{k}" not in taken)
    return [label or next(fresh) for label in labels]


def facts(nodes: list[Node]) -> dict[str, Any]:
    """Tell of every operation used its symbol, LaTeX and trees; of a row of any arity, trees for each."""
    ops: dict[str, Any] = {}
    for node in nodes:
        op = node.op
        if op is None:
            continue
        entry = ops.setdefault(op.name, {"symbol": op.symbol, "latex": op.latex, "selects": op.selects, "trees": {}})
        if str(len(node.args)) not in entry["trees"]:
            entry["trees"][str(len(node.args))] = trees(op, len(node.args))
    return ops
