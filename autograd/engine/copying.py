"""Copies and pickles of graphs of any depth, node by node in topological order."""

from __future__ import annotations

import copy
from typing import Any

from .node import Node, new_node
from .traversal import nodes_in_order, note_infinity

State = list[tuple[Any, dict[str, Any]]]  # the grad and the attributes of each node


def copy_node(node: Node) -> Node:
    """Return a copy of one node; its arguments stay the same objects."""
    twin = rebuild_node(*take_apart(node, lambda a: a))
    restore_state(twin, [(node.grad, vars(node))])
    return twin


def copy_graph(root: Node, memo: dict[int, Any]) -> Node:
    """Return a copy of root with copies of all nodes under it that the memo lacks."""
    nodes = [node for node in nodes_in_order(root) if id(node) not in memo]
    for node in nodes:
        memo[id(node)] = rebuild_node(*take_apart(node, lambda a: memo[id(a)]))
    for node in nodes:  # a grad that is a graph, or an attribute, may lead back to a node
        restore_state(memo[id(node)], [copy.deepcopy((node.grad, vars(node)), memo)])
    return memo[id(root)]  # type: ignore[no-any-return]  # the memo is that of deepcopy


def reduce_graph(root: Node) -> tuple[Any, ...]:
    """Return what pickle writes: the leaves, which other pickled graphs may share, and rows.

    The grads and attributes follow as the state, since they may lead back to a node.
    """
    if root.op is None:
        return rebuild_node, take_apart(root, lambda a: a), [(root.grad, dict(vars(root)))]
    nodes = sorted(nodes_in_order(root), key=lambda node: node.op is not None)  # leaves first, else in order
    n_leaves = sum(node.op is None for node in nodes)
    place = {id(node): n for n, node in enumerate(nodes)}
    rows = [take_apart(node, lambda a: place[id(a)]) for node in nodes[n_leaves:]]
    return rebuild_graph, (nodes[:n_leaves], rows), [(node.grad, dict(vars(node))) for node in nodes[n_leaves:]]


def rebuild_graph(leaves: list[Node], rows: list[tuple[Any, ...]]) -> Node:
    """Return the root of a graph from its leaves and rows, which number their arguments."""
    nodes = list(leaves)
    for arg0, arg1, *rest in rows:
        args = [_replace(arg, int, nodes.__getitem__) for arg in (arg0, arg1)]
        nodes.append(rebuild_node(*args, *rest))
    return nodes[-1]


def restore_state(root: Node, state: State) -> None:
    """Set the grads and attributes of root, or of all computed nodes under it."""
    nodes = [root] if len(state) == 1 else [node for node in nodes_in_order(root) if node.op is not None]
    for node, (grad, attributes) in zip(nodes, state, strict=True):
        node.grad = grad
        vars(node).update(attributes)


def take_apart(node: Node, replace: Any) -> tuple[Any, ...]:
    """Return rebuild_node's arguments with nodes replaced; raise TypeError for a closure."""
    if "_backward" in vars(node):
        raise TypeError(f"{node!r} has a _backward closure, which would still refer to the graph it was made in")
    args = [_replace(arg, Node, replace) for arg in (node.arg0, node.arg1)]
    return *args, type(node), node.requires_grad, node.data, node.op, node.local0, node.local1


def rebuild_node(
    arg0: Any, arg1: Any, cls: type[Node], requires_grad: bool, data: float, op: Any, local0: Any, local1: Any
) -> Node:
    """Return a node from what take_apart returned."""
    node: Node = new_node(cls, data, op, arg0, arg1, local0, local1)
    note_infinity(node)
    if op is None:
        node.requires_grad = requires_grad
    return node


def _replace(arg: Any, kind: type, replace: Any) -> Any:
    """Replace what is of a kind in a slot: one argument, a tuple of them, a constant or None."""
    if isinstance(arg, tuple):
        return tuple(replace(a) if isinstance(a, kind) else a for a in arg)
    return replace(arg) if isinstance(arg, kind) else arg
