"""Copying and pickling graphs of any depth: node by node in topological order, never by recursion."""

from __future__ import annotations

import copy
from typing import Any

from .node import Node, new
from .walk import numbered

SLOTS = ("data", "grad", "op", "_da", "_db")


def deep(root: Node, memo: dict[int, Any]) -> Node:
    """Copy all under root that the memo does not have yet."""
    for node in numbered(root):
        if id(node) not in memo:
            memo[id(node)] = _made(
                type(node),
                [getattr(node, slot) for slot in SLOTS],
                _each(node._a, lambda a: memo[id(a)]),
                _each(node._b, lambda b: memo[id(b)]),
                copy.deepcopy(vars(node), memo),
            )
    made: Node = memo[id(root)]
    return made


def shallow(node: Node) -> Node:
    """Copy one node; its arguments stay the same objects."""
    return _made(type(node), [getattr(node, slot) for slot in SLOTS], node._a, node._b, dict(vars(node)))


def reduce(root: Node) -> tuple[Any, ...]:
    """Take a graph apart for pickle; leaves are pickled as objects, so that what is pickled together shares them."""
    if root.op is None:
        return _made, (type(root), [getattr(root, slot) for slot in SLOTS], None, None, dict(vars(root)))
    nodes = numbered(root)
    leaves = [node for node in nodes if node.op is None]
    rest = [node for node in nodes if node.op is not None]
    place = {id(node): n for n, node in enumerate(leaves + rest)}
    rows = [
        (
            type(node),
            [getattr(node, slot) for slot in SLOTS],
            _each(node._a, lambda a: place[id(a)]),
            _each(node._b, lambda b: place[id(b)]),
            dict(vars(node)),
        )
        for node in rest
    ]
    return restore, (leaves, rows)


def restore(leaves: list[Node], rows: list[tuple[Any, ...]]) -> Node:
    """Put a graph together again; the last row is its root."""
    nodes = list(leaves)
    for cls, slots, a, b, attributes in rows:
        nodes.append(_made(cls, slots, _each(a, nodes.__getitem__, int), _each(b, nodes.__getitem__, int), attributes))
    return nodes[-1]


def _each(args: Any, change: Any, kind: type = Node) -> Any:
    """Change what is of a kind among the arguments of a node: one, a tuple of them, a constant or None."""
    if isinstance(args, tuple):
        return tuple(change(a) if isinstance(a, kind) else a for a in args)
    return change(args) if isinstance(args, kind) else args


def _made(cls: type[Node], slots: list[Any], a: Any, b: Any, attributes: dict[str, Any]) -> Node:
    node = new(cls)
    for slot, value in zip(SLOTS, slots, strict=True):
        setattr(node, slot, value)
    node._a, node._b, node._mark = a, b, None
    vars(node).update(attributes)
    return node
