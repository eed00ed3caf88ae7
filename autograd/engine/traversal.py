"""Walks over the graph under a node: the topological order, and backpropagation."""

from __future__ import annotations

import threading
from typing import Any

from .node import Node
from .opaque import ProbedOp

graph_lock = threading.RLock()  # a walk marks nodes, which graphs in other threads may share
_iterator: Any = type(iter(()))


def topological(*roots: Node) -> list[Node]:
    """Return the computed nodes under the roots, arguments before results, each once.

    A depth-first walk with a stack of its own, so that depth has no limit. It descends along first arguments and
    comes back for the others. Its mark goes into ``_requires_grad``, which stays true by it. The mark is new on every
    walk, so that an interrupted walk does no harm.
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
        elif node.local1 is None or (b := node.arg1).op is None or b._requires_grad is mark:
            finish(node)
            continue
        else:
            push(node)
            node = b
        while True:  # descend
            node._requires_grad = mark
            push(node)
            a = node.arg0
            if type(a) is tuple:
                push(iter(a))
                break
            if node.local0 is None or a.op is None or a._requires_grad is mark:  # a constant, a leaf, or seen
                break
            node = a
    return order


def backpropagate(order: list[Node], root: Node, gradient: float) -> float:
    """Add gradient × ∂root/∂node to the grad of every node under root, in reverse of the order.

    Leaves accumulate over calls, computed nodes start from 0. A node whose grad is exactly 0 passes nothing on, so
    that 0 × inf is no nan.

    Returns:
        The sum of all that was added, which is nan or infinite if any gradient is.
    """
    total = gradient
    for node in order:
        node.grad = 0.0
    root.grad += gradient
    for node in reversed(order):
        grad = node.grad
        if grad:
            local = node.local0
            if type(local) is tuple:
                if type(node.op) is ProbedOp:
                    total += node.op.run_backward(node)
                for a, each in zip(node.arg0, local, strict=True):
                    if each is not None:
                        a.grad += (part := each * grad)
                        total += part
            elif local is not None:
                node.arg0.grad += (part := local * grad)
                total += part
            local = node.local1
            if local is not None:
                node.arg1.grad += (part := local * grad)
                total += part
    return total


def nodes_in_order(root: Node) -> list[Node]:
    """Return all nodes under root in topological order, each leaf just before its first use."""
    nodes: dict[int, Node] = {}
    with graph_lock:
        order = topological(root)
    for node in order:
        for a in node.args:
            if isinstance(a, Node):
                nodes.setdefault(id(a), a)
        nodes[id(node)] = node
    return list(nodes.values()) or [root]
