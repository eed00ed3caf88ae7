"""micrograd's drawing functions: ``draw_dot`` and ``trace``, with the same names and arguments.

What they show is the Values themselves, as they are, with the ``grad`` that they hold: unlike the rest of
viz, which reads traces, this file walks Values.
"""

from __future__ import annotations

from typing import Any

from autograd.engine import Value
from autograd.engine.snapshot import trace as record_trace
from autograd.engine.traversal import nodes_in_order

from ..drawing.graph_svg import Drawing
from ..drawing.graphviz_export import Digraph, plain, record


def trace(root: Value) -> tuple[list[Value], list[tuple[Value, Value]]]:
    """List the Values under root and the edges between them, in topological order.

    micrograd returns sets, which lose the order and one of the two edges of a·a. A weighted sum, one node
    to this engine, appears as the products and sums that it stands for. Raises TypeError if root is not a Value.

    >>> a = Value(2.0)
    >>> nodes, edges = trace(a * a)
    >>> len(nodes), len(edges)
    (2, 2)
    """
    if not isinstance(root, Value):
        raise TypeError(f"root: expected a Value, got {type(root).__name__} {root!r:.40}")
    stands_for: dict[Value, Value] = {}
    nodes: dict[Value, None] = {}
    for node in nodes_in_order(root):
        assert isinstance(node, Value)
        if node.op is not None and node.op.name == "dot":
            for part in _spelt_out(node):
                nodes[part] = None
                stands_for[node] = part
        else:
            nodes[node] = None
    edges = [(stands_for.get(a, a), node) for node in nodes for a in node._prev]
    return list(nodes), edges


def _spelt_out(node: Value) -> list[Value]:
    """Spell a weighted sum as × and +, in the order in which it adds; what is constant stays a number."""
    n = len(node.args) // 2
    parts = []
    total: Any = node.args[-1]
    for w, x in zip(node.args[:n], node.args[n:-1], strict=True):
        product = w * x
        total = total + product
        parts += [part for part in (product, total) if isinstance(part, Value)]
    for part in parts:
        part.grad = node.grad  # + passes the gradient on as it is
    if parts:
        parts[-1].label = node.label
    return parts


def draw_dot(root: Value, format: str = "svg", rankdir: str = "LR") -> Digraph:  # noqa: A002  # micrograd's name
    """Draw the graph under root as micrograd does: each Value a record, each operation a small circle.

    Shows the ``grad`` that the Values hold, accumulated as it may be. Raises TypeError if root is not a
    Value, and ValueError if rankdir is neither LR nor TB.

    >>> x = Value(3.0, label="x")
    >>> "x | data 3.0000 | grad 0.0000" in draw_dot(x + 1).source
    True
    """
    if rankdir not in ("LR", "TB"):
        raise ValueError(f"rankdir: expected LR or TB, got {rankdir!r}")
    graph = Digraph(format=format, graph_attr={"rankdir": rankdir})
    graph.picture = Drawing(record_trace(root)).final("auto")
    nodes, edges = trace(root)
    if all(node.grad == 0 for node in nodes):
        graph.attr(label="backward has not run")
    ids = {node: f"n{i}" for i, node in enumerate(nodes)}
    for node in nodes:
        name = f"{record(node.label)} | " if node.label else ""
        graph.node(ids[node], f"{{ {name}data {node.data:.4f} | grad {node.grad:.4f} }}", shape="record")
        if node._op:
            graph.node(f"{ids[node]}op", plain(node._op))
            graph.edge(f"{ids[node]}op", ids[node])
    for a, b in edges:
        graph.edge(ids[a], f"{ids[b]}op")
    return graph
