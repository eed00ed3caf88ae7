"""Copying and pickling graphs of any depth: node by node in topological order, never by recursion."""

from __future__ import annotations

import copy
from typing import Any

from .node import Node, new
from .traversal import nodes_in_order

SLOTS = ("data", "op", "_da", "_db", "_requires_grad")


def deep(root: Node, memo: dict[int, Any]) -> Node:
    """Copy all under root that the memo does not have yet."""
    fresh = [node for node in nodes_in_order(root) if id(node) not in memo]
    for node in fresh:
        memo[id(node)] = _made(*_taken(node, lambda a: memo[id(a)]))
    for node in fresh:  # a grad that is a graph, or an attribute, may lead back to a node
        settle(memo[id(node)], [copy.deepcopy((node.grad, vars(node)), memo)])
    made: Node = memo[id(root)]
    return made


def shallow(node: Node) -> Node:
    """Copy one node; its arguments stay the same objects."""
    made = _made(*_taken(node, lambda a: a))
    settle(made, [(node.grad, vars(node))])
    return made


def reduce(root: Node) -> tuple[Any, ...]:
    """Take a graph apart for pickle; leaves are pickled as objects, so that what is pickled together shares them.

    The grads and attributes follow as the state, since they may lead back to a node.
    """
    if root.op is None:
        return _made, _taken(root, lambda a: a), [(root.grad, dict(vars(root)))]
    nodes = nodes_in_order(root)
    leaves = [node for node in nodes if node.op is None]
    rest = [node for node in nodes if node.op is not None]
    place = {id(node): n for n, node in enumerate(leaves + rest)}
    rows = [_taken(node, lambda a: place[id(a)]) for node in rest]
    return restore, (leaves, rows), [(node.grad, dict(vars(node))) for node in rest]


def restore(leaves: list[Node], rows: list[tuple[Any, ...]]) -> Node:
    """Put a graph together again; the last row is its root."""
    nodes = list(leaves)
    for cls, slots, a, b in rows:
        nodes.append(_made(cls, slots, _each(a, nodes.__getitem__, int), _each(b, nodes.__getitem__, int)))
    return nodes[-1]


def settle(root: Node, state: list[tuple[Any, dict[str, Any]]]) -> None:
    """Give back the grads and attributes that were taken from root, or from all that is computed under it."""
    nodes = [root] if len(state) == 1 else [node for node in nodes_in_order(root) if node.op is not None]
    for node, (grad, attributes) in zip(nodes, state, strict=True):
        node.grad = grad
        vars(node).update(attributes)


def _taken(node: Node, change: Any) -> tuple[Any, ...]:
    """Take a node apart: its class, slots and arguments; raise TypeError if it has a closure, which cannot follow."""
    if "_backward" in vars(node):
        raise TypeError(f"{node!r} has a _backward closure, which would still refer to the graph it was made in")
    slots = [node.data, node.op, node._da, node._db, node.requires_grad]
    return type(node), slots, _each(node._a, change), _each(node._b, change)


def _each(args: Any, change: Any, kind: type = Node) -> Any:
    """Change what is of a kind among the arguments of a node: one, a tuple of them, a constant or None."""
    if isinstance(args, tuple):
        return tuple(change(a) if isinstance(a, kind) else a for a in args)
    return change(args) if isinstance(args, kind) else args


def _made(cls: type[Node], slots: list[Any], a: Any, b: Any) -> Node:
    node = new(cls)
    for slot, value in zip(SLOTS, slots, strict=True):
        setattr(node, slot, value)
    node.grad = 0.0
    node._a, node._b = a, b
    return node
