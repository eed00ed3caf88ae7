"""From Values to plain data: the graph under a Value, and its trace."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from itertools import count
from typing import Any

from ..graph.graph import Graph, Row
from ..graph.trace import Edge, Forward, Trace, backward_steps
from ..table.op import TABLE, Op
from ..table.symbolic import symbolic_rule
from .node import Node, expect_value
from .opaque import first_stale
from .traversal import nodes_in_order


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
    if names is not None and not isinstance(names, Mapping):
        raise TypeError(f"names: expected a mapping from names to Values, got {type(names).__name__} {names!r:.40}")
    nodes = nodes_in_order(root)
    if first_stale(root):
        warnings.warn(
            "data was changed after it was computed: call forward() to bring it up to date",
            RuntimeWarning,
            stacklevel=2,
        )
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
    steps = (*forward, *backward_steps(graph, edges))
    return Trace(graph, tuple(node.data for node in nodes), tuple(edges), steps, facts(nodes))


def place(root: Node, node: Node, name: str) -> int:
    """Find the number of a node in the trace of a Value, or raise TypeError or ValueError naming it."""
    expect_value(node, name)
    for n, other in enumerate(nodes_in_order(root)):
        if other is node:
            return n
    label = getattr(node, "label", "")
    raise ValueError(f"{name}: {label or repr(node)} is not under {getattr(root, 'label', '') or 'L'}")


def named(nodes: list[Node], names: Mapping[str, Any]) -> list[str]:
    """Find what to call each node; a made-up name never repeats one that the user gave."""
    labels = [str(getattr(node, "label", "")) for node in nodes]
    taken = set(labels)
    variables = {id(value): name for name, value in names.items() if not name.startswith("_") and name not in taken}
    labels = [label or variables.get(id(node), "") for label, node in zip(labels, nodes, strict=True)]
    taken.update(labels)
    if not labels[-1] and "L" not in taken:
        labels[-1] = "L"
    fresh = (f"v{k}" for k in count(1) if f"v{k}" not in taken)
    return [label or next(fresh) for label in labels]


WIDE = 64  # a row of more arguments carries no trees, which grow with their square


def facts(nodes: list[Node]) -> dict[str, Any]:
    """Tell of every operation used its symbol, LaTeX and, for each number of arguments, its trees."""
    ops: dict[str, Any] = {}
    for node in nodes:
        op, arity = node.op, len(node.args)
        if op is not None:
            told = {"symbol": op.symbol, "latex": op.notation.latex, "selects": op.selects, "symmetric": op.symmetric}
            known = ops.setdefault(op.name, told | {"trees": {}})["trees"]
            if str(arity) not in known:
                known[str(arity)] = _trees(op, arity)
    return ops


def _trees(op: Op, arity: int) -> dict[str, Any] | None:
    """Read a row on symbols; None for one that is too wide, made by hand, or written with math."""
    if arity > WIDE or TABLE.get(op.name) is not op:
        return None
    try:
        return symbolic_rule(op, arity)
    except TypeError:
        return None
