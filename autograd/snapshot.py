"""From nodes to plain data: the graph under a node, and its trace."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from itertools import count
from typing import Any

from .engine import Node, expect_value, first_stale, nodes_in_order
from .foreign import adopt
from .graph import Edge, Forward, Graph, Row, Trace, backward_steps
from .numbers import list_decisions
from .table import TABLE, Op, symbolic_rule
from .variables import names_of

MAX_RULE_ARITY = 64  # an operation on more arguments carries no trees, which grow with the square of their number


def trace(root: Any, names: Mapping[str, Any] | None = None) -> Trace:
    """Return both passes of a Value as plain data; every ``grad`` stays as it is.

    Args:
        root: A Value, or a node of another engine, as ``adopt`` reads it.
        names: Names for Values without a label, such as ``locals()``. A leaf in one of them is called w0 for ``w[0]``,
            p.w or d["w"]. Other nodes are v1, v2, …, the root is L.

    Raises:
        TypeError: If root is neither, or names is not a mapping.

    >>> from autograd import Value
    >>> x = Value(3.0, label="x")
    >>> for step in trace(x * x).steps: print(step)
    Forward(node=0, value=3.0)
    Forward(node=1, value=9.0)
    Seed(node=1, grad=1.0)
    Chain(edge=0, local=3.0, upstream=1.0, contribution=3.0, before=0.0, after=3.0)
    Chain(edge=1, local=3.0, upstream=1.0, contribution=3.0, before=3.0, after=6.0)
    """
    return _record(_adopt(root, names), names or {}, {})


def trace_to_show(root: Any, names: Mapping[str, Any] | None = None) -> Trace:
    """Return the trace of a Value without the ``0 +`` with which Python's ``sum`` starts.

    It is kept where it has a name, took part in a decision, or changed its argument, as 0 + (−0) does.

    Args:
        root, names: As in ``trace``; all that is in names is kept.

    Raises:
        TypeError: As in ``trace``.

    >>> from autograd import Value
    >>> total = sum([Value(1.0, label="a"), Value(2.0, label="b")])
    >>> len(trace(total).data), len(trace_to_show(total).data)
    (4, 3)
    """
    root = _adopt(root, names)
    return _record(root, names or {}, zero_sums(nodes_in_order(root), names or {}))


def zero_sums(nodes: list[Node], names: Mapping[str, Any]) -> dict[int, Node]:
    """Return the nodes ``0 + x`` that need not be shown, by id, each with its x."""
    found, named = dict[int, Node](), set(map(id, names.values()))
    for node in nodes[:-1]:
        if node.op is TABLE["add"] and id(node) not in named:
            a, b = node.args
            zero, x = (b, a) if isinstance(a, Node) else (a, b)
            is_zero = isinstance(zero, float) and zero == 0 and 1.0 in node.locals  # nodes are not compared
            if (
                is_zero
                and isinstance(x, Node)
                and repr(node.data) == repr(x.data)
                and not vars(node).keys() - {"scope"}
            ):
                found[id(node)] = found.get(id(x), x)
    return found


def _adopt(root: Any, names: Any) -> Node:
    if names is not None and not isinstance(names, Mapping):
        raise TypeError(f"names: expected a mapping from names to Values, got {type(names).__name__} {names!r:.40}")
    return adopt(root, names=names or {})


def _record(root: Node, names: Mapping[str, Any], skipped: Mapping[int, Node]) -> Trace:
    known = nodes_in_order(root)
    nodes = [node for node in known if id(node) not in skipped]
    if is_stale := first_stale(root) is not None:
        stale = "data was changed after it was computed: call forward() to bring it up to date"
        warnings.warn(stale, RuntimeWarning, stacklevel=3)
    ids = {id(node): n for n, node in enumerate(nodes)}
    rows, edges, labels = [], [], assign_labels(nodes, names)
    shown = [ids[id(skipped.get(id(node), node))] for node in known]
    decisions = list_decisions(known, [labels[n] for n in shown], with_past=is_stale)
    decided = {shown[k]: text for k, text in decisions.items()}
    for n, (node, label) in enumerate(zip(nodes, labels, strict=True)):
        args = tuple(ids[id(skipped.get(id(a), a))] if isinstance(a, Node) else a for a in node.args)
        rows.append(Row(node.op.name if node.op else None, args, label, node.scope, decided.get(n, "")))
        for slot, (src, local) in enumerate(zip(args, node.locals, strict=True)):
            if isinstance(src, int):
                edges.append(Edge(src, n, slot, local))
    graph = Graph(tuple(rows), (len(rows) - 1,))
    data = tuple(node.data for node in nodes)
    steps = (*map(Forward, range(len(nodes)), data), *backward_steps(graph, edges))
    return Trace(graph, data, tuple(edges), steps, op_metadata(nodes), getattr(root, "watched", ()))


def place(root: Node, node: Node, name: str, names: Mapping[str, Any] | None = None) -> int:
    """Return a node's number in the trace of a Value, or raise an error naming it.

    With names it is the number in ``trace_to_show(root, names)``.
    """
    expect_value(node, name)
    nodes = nodes_in_order(root)
    skipped = zero_sums(nodes, names) if names else {}
    for n, other in enumerate(node for node in nodes if id(node) not in skipped):
        if other is node:
            return n
    raise ValueError(f"{name}: {node.label or repr(node)} is not under {root.label or 'L'}")


def assign_labels(nodes: list[Node], names: Mapping[str, Any]) -> list[str]:
    """Return a label for each node; one that is made up never repeats one that the user gave."""
    labels = [str(node.label) for node in nodes]
    used = set(labels)
    found = names_of([(node, str(node.label), node.op is None) for node in nodes], names)
    labels = [label or found.get(id(node), "") for label, node in zip(labels, nodes, strict=True)]
    used.update(labels)
    if not labels[-1] and "L" not in used:
        labels[-1] = "L"
    fresh = (f"v{k}" for k in count(1) if f"v{k}" not in used)
    return [label or next(fresh) for label in labels]


def op_metadata(nodes: list[Node]) -> dict[str, Any]:
    """Return symbol, LaTeX and expression trees, by number of arguments, of each operation."""
    metadata: dict[str, Any] = {}
    for op, arity in dict.fromkeys((node.op, len(node.args)) for node in nodes if node.op is not None):
        entry = {"symbol": op.symbol, "latex": op.notation.latex, "selects": op.selects, "symmetric": op.symmetric}
        trees = metadata.setdefault(op.name, entry | {"trees": {}})["trees"]
        trees[str(arity)] = trees.get(str(arity)) or _trees(op, arity)
    return metadata


def _trees(op: Op, arity: int) -> dict[str, Any] | None:
    """Return the rule as trees; None for one that is too wide, opaque, or written with math."""
    if arity > MAX_RULE_ARITY or TABLE.get(op.name) is not op:
        return None
    try:
        return symbolic_rule(op, arity)
    except TypeError:
        return None
