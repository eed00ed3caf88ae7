"""Walks over the graph under a node: the topological order, and backpropagation."""

from __future__ import annotations

import threading
from typing import Any

from .node import Node
from .opaque import ProbedOp

graph_lock = threading.RLock()  # a walk marks nodes, which graphs in other threads may share


def topological(*roots: Node) -> list[Node]:
    """Return the computed nodes under the roots, arguments before results, each once.

    A depth-first walk with a stack of its own, so that depth has no limit. Its marks go into ``_requires_grad``,
    which stays true by them. They are new on every walk, so that an interrupted walk does no harm.
    """
    order: list[Node] = []
    opened: Any = object()
    done: Any = object()
    stack: list[Any] = [node for node in reversed(roots) if node.op is not None]
    push, pop = stack.append, stack.pop
    while True:  # not `while stack`, whose first runs Python 3.11 would not optimise: twice the time
        if not stack:
            return order
        node = stack[-1]
        mark = node._requires_grad
        if mark is opened:  # its arguments are in order
            node._requires_grad = done
            order.append(pop())
        elif mark is done:  # it was the argument of another too
            pop()
        else:
            node._requires_grad = opened
            a = node.arg0
            if type(a) is tuple:
                for b in reversed(a):
                    if type(b) is not float and b.op is not None and b._requires_grad is not done:
                        push(b)
            else:
                if node.local1 is not None and (b := node.arg1).op is not None and b._requires_grad is not done:
                    push(b)
                if node.local0 is not None and a.op is not None and a._requires_grad is not done:
                    push(a)


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
