"""Walks over the graph under a node: in topological order, and the sweep backwards."""

from __future__ import annotations

import threading
from typing import Any

from .node import Node

graph_lock = threading.RLock()  # a walk marks the nodes, which graphs in other threads may share
_iterator: Any = type(iter(()))


def topological(*roots: Node) -> list[Node]:
    """List the computed nodes under the roots, arguments before results, each once.

    A depth-first walk with its own stack, so that depth has no limit. It descends along first arguments
    and comes back for the others. It marks computed nodes in ``_requires_grad``, which stays true by it. The mark
    is new on every walk, so that an interrupted walk does no harm.
    """
    order: list[Node] = []
    mark: Any = object()
    stack: list[Any] = [iter(roots)]
    push, pop, finish = stack.append, stack.pop, order.append
    node: Any
    while stack:  # come back, until there is an argument to descend to
        node = pop()
        if type(node) is _iterator:
            for a in node:
                if type(a) is not float and a.op is not None and a._requires_grad is not mark:
                    push(node)
                    node = a
                    break
            else:
                continue
        elif node._db is None or (b := node._b).op is None or b._requires_grad is mark:
            finish(node)
            continue
        else:
            push(node)
            node = b
        while True:  # descend
            node._requires_grad = mark
            push(node)
            a = node._a
            if type(a) is tuple:
                push(iter(a))
                break
            if node._da is None or a.op is None or a._requires_grad is mark:  # a constant, a leaf, or seen
                break
            node = a
    return order


def backpropagate(order: list[Node], root: Node, gradient: float) -> float:
    """Add to the grad of every node under root its part of gradient × ∂root, in reverse of the order.

    Leaves accumulate; computed nodes start from 0 each time. A node whose grad is exactly 0 passes
    nothing on, so that 0 × inf makes no nan. Returns the sum of all that was added: nan or infinite if any
    gradient is.
    """
    total = gradient
    for node in order:
        node.grad = 0.0
    root.grad += gradient
    for node in reversed(order):
        grad = node.grad
        if grad:
            d = node._da
            if type(d) is tuple:
                if not d:
                    total += node._by_hand()
                for a, local in zip(node._a, d, strict=bool(d)):
                    if local is not None:
                        a.grad += (part := local * grad)
                        total += part
            elif d is not None:
                node._a.grad += (part := d * grad)
                total += part
            d = node._db
            if d is not None:
                node._b.grad += (part := d * grad)
                total += part
    return total


def nodes_in_order(root: Node) -> list[Node]:
    """List all nodes under root in topological order, each leaf just before its first use."""
    nodes: dict[int, Node] = {}
    with graph_lock:
        order = topological(root)
    for node in order:
        for a in node.args:
            if isinstance(a, Node):
                nodes.setdefault(id(a), a)
        nodes[id(node)] = node
    return list(nodes.values()) or [root]
