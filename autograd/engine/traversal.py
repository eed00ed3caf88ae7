"""Walks over the graph under a node: topological orders, and backpropagation."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from typing import Any

from ..numbers import CYCLE, expect_real
from .node import Node, met_infinity
from .opaque import ProbedOp

hooked: set[int] = set()  # the hooks that are not removed, by id
graph_lock: threading.RLock = threading.RLock()  # backward writes into nodes, which other threads may share


class Hook:
    """A handle that removes a hook. The node does not refer to it, so there is no cycle."""

    def __init__(self, node: Node, function: Callable[[Any], Any]) -> None:
        self.node: Node = node
        self.entry: list[Callable[[Any], Any]] = [function]
        node.hooks = (*node.hooks, self.entry)
        hooked.add(id(self.entry))

    def remove(self) -> None:
        """Call the hook no more."""
        hooked.discard(id(self.entry))
        self.node.hooks = tuple(entry for entry in self.node.hooks if entry is not self.entry)


def expect_value(x: Any, name: str) -> Node:
    """Return x if it is a Value, or raise TypeError naming it."""
    if not isinstance(x, Node):
        raise TypeError(f"{name}: expected a Value, got {type(x).__name__} {x!r:.40}")
    return x


def topological(*roots: Node) -> list[Node]:
    """Return the computed nodes under the roots, each once, arguments before results."""
    done: dict[int, Node] = {}
    stack = [node for node in reversed(roots) if node.op is not None]
    while stack:
        node = stack[-1]
        if id(node) in done:  # it was the argument of another too
            stack.pop()
        elif waiting := [a for a in node.args if type(a) is not float and a.op is not None and id(a) not in done]:
            stack += reversed(waiting)
        else:
            done[id(node)] = stack.pop()
    return list(done.values())


def nodes_in_order(root: Node) -> list[Node]:
    """Return the nodes under root as the program computed them, leaves at their first use.

    The order is right if fewer than 8,192 operations are recorded between a node and its first use; with more it is
    still topological.
    """
    order = topological(root)
    ages = {id(root): 0}  # how many operations before root a node was made
    for node in reversed(order):
        for a in node.args:
            if type(a) is not float and a.op is not None:
                age = ages[id(node)] + ((node._serial - a._serial) % CYCLE or CYCLE)
                ages[id(a)] = max(age, ages.get(id(a), 0))
    nodes: dict[int, Node] = {}
    for node in sorted(order, key=lambda node: -ages[id(node)]):
        nodes |= {id(a): a for a in node.args if type(a) is not float and id(a) not in nodes}
        nodes[id(node)] = node
    return list(nodes.values()) or [root]


def backpropagate(root: Node, gradient: float) -> tuple[float, bool]:
    """Add gradient × ∂root/∂node to the grad of every node, in reverse topological order.

    Leaves accumulate over calls, computed nodes start from 0. A node whose grad is exactly 0 passes nothing on, so that
    0 × inf is no nan; but if anything reached it, it passes a nan. Return the sum of all that was added, which is nan
    or infinite if any gradient is, and whether a 0 may have met an infinity.
    """
    with graph_lock:
        if not math.isfinite(root._data):  # + − × on floats do not look
            met_infinity.add(True)
        order, unreached = _topological_marking_grads(root)
        used = (a for node in order for a in node.args if isinstance(a, Node)) if hooked else ()
        held = {a: a._grad for a in (root, *used) if a.hooks and a.op is None}  # the grads of leaves with hooks
        for leaf in held:
            leaf._grad = 0.0
        try:
            total = _sweep(order, root, gradient, unreached)
            for leaf, before in held.items():
                held[leaf] = before + run_hooks(leaf, leaf._grad)
        finally:  # a hook may raise
            for leaf, grad in held.items():
                leaf._grad = grad
    return total, bool(met_infinity) and any(not node._grad and _has_infinite_local(node) for node in order)


def _sweep(order: list[Node], root: Node, gradient: float, unreached: float) -> float:
    total = gradient
    root._grad = root._grad + gradient if gradient else root._grad
    any_hooks = bool(hooked)
    for node in reversed(order):
        if any_hooks and node.hooks:
            node._grad = run_hooks(node, node._grad)
        grad = node._grad
        if grad:
            local = node.local0
            if type(local) is tuple:
                if isinstance(node.op, ProbedOp):
                    total += node.op.run_backward(node)
                for a, each in zip(node.arg0, local, strict=True):
                    if each is not None:
                        a._grad += (part := each * grad)
                        total += part
            elif local is not None:
                node.arg0._grad += (part := local * grad)
                total += part
            local = node.local1
            if local is not None:
                node.arg1._grad += (part := local * grad)
                total += part
        elif met_infinity and grad is not unreached:
            for a, local in zip(node.args, _recorded_locals(node), strict=False):
                if local is not None:
                    a._grad += (part := local * grad if local != local else 0.0)
                    total += part
    return total


def _recorded_locals(node: Node) -> tuple[float | None, ...]:
    return node.local0 if type(node.local0) is tuple else (node.local0, node.local1)


def _has_infinite_local(node: Node) -> bool:
    return any(map(math.isinf, filter(None, _recorded_locals(node))))


def note_infinity(node: Node) -> None:
    """Remember an infinite local derivative, so that backward looks for a lost 0 × inf."""
    if _has_infinite_local(node):
        met_infinity.add(True)


def run_hooks(node: Node, grad: Any) -> Any:
    """Return the gradient of a node after its hooks, each of which may replace it."""
    for (hook,) in node.hooks:
        answer = hook(grad)
        grad = grad if answer is None else answer if isinstance(answer, Node) else expect_real(answer, "hook returns")
    return grad


def _topological_marking_grads(root: Node) -> tuple[list[Node], float]:
    """Return topological(root), and the new 0.0 that all their grads are now."""
    order: list[Node] = []
    opened, done = float("nan"), float("0")  # new objects on every walk
    stack: list[Any] = [root] if root.op is not None else []
    while True:  # not `while stack`, whose first runs Python 3.11 would not optimise: twice the time
        if not stack:
            return order, done
        node = stack[-1]
        mark = node._grad
        if mark is opened:  # its arguments are in order
            node._grad = done
            order.append(stack.pop())
        elif mark is done:  # it was the argument of another too
            stack.pop()
        else:
            node._grad = opened
            a = node.arg0
            if type(a) is tuple:
                for b in reversed(a):
                    if type(b) is not float and b.op is not None and b._grad is not done:
                        stack.append(b)
            else:
                if node.local1 is not None and (b := node.arg1).op is not None and b._grad is not done:
                    stack.append(b)
                if node.local0 is not None and a.op is not None and a._grad is not done:
                    stack.append(a)
