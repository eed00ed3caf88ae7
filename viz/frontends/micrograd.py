"""Provide micrograd's ``draw_dot`` and ``trace``, with the same arguments.

They show the Values themselves with the ``grad`` that they hold. The rest of viz draws traces.
"""

from __future__ import annotations

from typing import Any

from autograd.engine import Value, nodes_in_order
from autograd.foreign import adopt
from autograd.snapshot import trace_to_show, zero_sums
from autograd.table import TABLE

from ..drawing import RANKDIRS, Digraph, check_choice, draw_graph, escape_dot, escape_record, plan_drawing


def trace(root: Any) -> tuple[list[Value], list[tuple[Value, Value]]]:
    """Return the Values under root and the edges between them, in topological order.

    micrograd returns sets, which lose the order and one of the two edges of a·a. A weighted sum, which is one node
    here, is expanded into products and sums.

    Raises:
        TypeError: If root is neither a Value nor a node of another engine.

    >>> a = Value(2.0)
    >>> nodes, edges = trace(a * a)
    >>> len(nodes), len(edges)
    (2, 2)
    """
    root = adopt(root, keep_grad=True)
    expanded: dict[Value, Value] = {}  # weighted sums, each with its last sum
    nodes: dict[Value, None] = {}
    for node in nodes_in_order(root):
        assert isinstance(node, Value)
        if node.op is not None and node.op.name == "dot":
            for part in _expand_sum(node):
                nodes[part] = None
                expanded[node] = part
        else:
            nodes[node] = None
    edges = [(expanded.get(a, a), node) for node in nodes for a in node._prev]
    return list(nodes), edges


def _constants(node: Value) -> list[tuple[int, float, float]]:
    """Return slot, number and gradient of each constant argument but a power's exponent."""
    constants = [(slot, a) for slot, a in enumerate(node.args) if isinstance(a, float)]
    op: Any = node.op
    if not constants or op.name == "pow" or op.name not in TABLE:
        return []
    numbers = tuple(a.data if isinstance(a, Value) else a for a in node.args)
    derivative = op.partials_at(node.data, numbers)
    return [(slot, a, float(node.grad) * (derivative(slot) or 0.0)) for slot, a in constants]


def _expand_sum(node: Value) -> list[Value]:
    """Return a weighted sum as × and +, in its order of addition."""
    n = len(node.args) // 2
    parts = []
    total: Any = node.args[-1]
    for w, x in zip(node.args[:n], node.args[n:-1], strict=True):
        product = w * x
        total = total + product
        parts += [part for part in (product, total) if isinstance(part, Value)]
    for part in parts:
        part.grad = node.grad  # the local derivatives of + are 1
    if parts:
        parts[-1].label = node.label
    return parts


def draw_dot(root: Any, format: str = "svg", rankdir: str = "LR") -> Digraph:  # noqa: A002  # micrograd's name
    """Draw the graph under root as micrograd does.

    Args:
        root: A Value, or a node of another engine; the picture shows the ``grad`` that it and its arguments hold.
        format: The format in which Graphviz renders the graph.
        rankdir: "LR" from left to right, "TB" from top to bottom.

    Returns:
        A graphviz.Digraph, which a notebook shows as our own picture where ``dot`` is missing.

    Raises:
        TypeError: If root is neither.
        ValueError: If rankdir is neither LR nor TB.

    >>> x = Value(3.0, label="x")
    >>> "x | data 3.0000 | grad 0.0000" in draw_dot(x + 1).source
    True
    """
    check_choice("rankdir", rankdir, RANKDIRS)
    root = adopt(root, keep_grad=True)
    graph = Digraph(format=format, graph_attr={"rankdir": rankdir})
    graph.picture = draw_graph(plan_drawing(trace_to_show(root)), "auto")
    skipped = zero_sums(nodes_in_order(root), {})
    nodes, edges = trace(root)
    nodes, sources = [node for node in nodes if id(node) not in skipped], dict[int, Value]()
    for a, b in edges:
        if id(b) in skipped:
            sources[id(b)] = sources.get(id(a), a)
    edges = [(sources.get(id(a), a), b) for a, b in edges if id(b) not in skipped]
    if all(node.grad == 0 for node in nodes):
        graph.attr(label="backward has not run")
    ids = {node: f"n{i}" for i, node in enumerate(nodes)}
    for node in nodes:
        name = f"{escape_record(node.label)} | " if node.label else ""
        graph.node(ids[node], f"{{ {name}data {node.data:.4f} | grad {node.grad:.4f} }}", shape="record")
        if node._op:
            graph.node(f"{ids[node]}op", escape_dot(node._op))
            graph.edge(f"{ids[node]}op", ids[node])
            for slot, constant, gradient in _constants(node):
                name = f"{ids[node]}c{slot}"
                graph.node(name, f"{{ data {constant:.4f} | grad {gradient:.4f} }}", shape="record")
                graph.edge(name, f"{ids[node]}op")
    for a, b in edges:
        graph.edge(ids[a], f"{ids[b]}op")
    return graph
