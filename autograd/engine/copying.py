"""Copies and pickles of graphs of any depth: node by node in topological order, never by recursion."""

from __future__ import annotations

import copy
from typing import Any

from .node import Node, new_node
from .traversal import nodes_in_order

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
    twin: Node = memo[id(root)]
    return twin


def reduce_graph(root: Node) -> tuple[Any, ...]:
    """Return what pickle writes. Leaves are objects of their own, shared by all that is pickled together.

    The grads and attributes follow as the state, since they may lead back to a node.
    """
    if root.op is None:
        return rebuild_node, take_apart(root, lambda a: a), [(root.grad, dict(vars(root)))]
    nodes = nodes_in_order(root)
    leaves = [node for node in nodes if node.op is None]
    computed = [node for node in nodes if node.op is not None]
    place = {id(node): n for n, node in enumerate(leaves + computed)}
    rows = [take_apart(node, lambda a: place[id(a)]) for node in computed]
    return rebuild_graph, (leaves, rows), [(node.grad, dict(vars(node))) for node in computed]


def rebuild_graph(leaves: list[Node], rows: list[tuple[Any, ...]]) -> Node:
    """Return the root of a graph from its leaves and its rows, whose arguments are numbers of nodes."""
    nodes = list(leaves)
    for cls, requires_grad, slots, *args in rows:
        nodes.append(rebuild_node(cls, requires_grad, slots, *[_each(a, nodes.__getitem__, int) for a in args]))
    return nodes[-1]


def restore_state(root: Node, state: State) -> None:
    """Set the grads and attributes of root, or of all computed nodes under it."""
    nodes = [root] if len(state) == 1 else [node for node in nodes_in_order(root) if node.op is not None]
    for node, (grad, attributes) in zip(nodes, state, strict=True):
        node.grad = grad
        vars(node).update(attributes)


def take_apart(node: Node, replace: Any) -> tuple[Any, ...]:
    """Return the arguments of rebuild_node, with the node's own arguments replaced.

    Raises:
        TypeError: The node has a closure, which would still refer to the graph that it was made in.
    """
    if "_backward" in vars(node):
        raise TypeError(f"{node!r} has a _backward closure, which would still refer to the graph it was made in")
    slots = (node.data, node.op, node.local0, node.local1)
    return type(node), node.requires_grad, slots, _each(node.arg0, replace), _each(node.arg1, replace)


def rebuild_node(cls: type[Node], requires_grad: bool, slots: tuple[Any, ...], arg0: Any, arg1: Any) -> Node:
    """Return a node from what take_apart returned."""
    data, op, local0, local1 = slots
    node: Node = new_node(cls, data, op, arg0, arg1, local0, local1)
    node._requires_grad = requires_grad
    return node


def _each(arg: Any, replace: Any, kind: type = Node) -> Any:
    """Replace what is of a kind in a slot: one argument, a tuple of them, a constant or None."""
    if isinstance(arg, tuple):
        return tuple(replace(a) if isinstance(a, kind) else a for a in arg)
    return replace(arg) if isinstance(arg, kind) else arg
