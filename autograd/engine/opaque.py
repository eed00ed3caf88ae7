"""Nodes made by hand: with children and local gradients, as in microgpt, or with a ``_backward`` closure, as in
micrograd, or by a gate. Closures and gates are opaque: what they contribute can only be measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..table.op import Calling, Notation, Op
from .node import Node, expect_value, real
from .traversal import graph_lock, nodes_in_order, topological


def made(node: Node, children: tuple[Any, ...], what: Any, local_grads: Any) -> tuple[Op | None, Any, Any]:
    """Check what a node by hand is made of; ``what`` is the name of the operation, or the local gradients.

    A node that is made a second time must not stand under its own children.
    """
    if not isinstance(what, str):
        what, local_grads = "", what
    again = hasattr(node, "data")
    for i, child in enumerate(children):
        expect_value(child, f"children[{i}]")
        if again and any(node is x for x in nodes_in_order(child)):
            loop = " → ".join(getattr(x, "label", "") or repr(x) for x in (node, child, node))
            raise ValueError(f"children[{i}]: it is computed from this very value, which makes a loop: {loop}")
    if not hasattr(local_grads, "__iter__"):
        raise TypeError(f"local_grads: expected a tuple, got {type(local_grads).__name__} {local_grads!r:.40}")
    local_grads = tuple(real(d, f"local_grads[{i}]") for i, d in enumerate(local_grads))
    if local_grads and len(local_grads) != len(children):
        raise ValueError(f"local_grads: expected {len(children)}, one for each child, got {len(local_grads)}")
    if not children:
        return None, None, None
    return (
        ByHand(what, len(children)),
        children,
        tuple(d if child._requires_grad else None for d, child in zip(local_grads, children, strict=bool(local_grads))),
    )


class ByHand(Op):
    """What stands for a row in a node made by hand: a name, which no row has."""

    def __init__(self, name: str, count: int) -> None:
        upright = "".join(f"\\{c}" if c in "#$%&_{}" else c for c in name.replace("\\", ""))
        latex = rf"\mathrm{{{upright or 'f'}}}(#*)"
        notation, calling = Notation(name or "ƒ", latex), Calling(range(count, count + 1))
        super().__init__(f"ƒ {name}".strip(), notation, calling, _no_forward, (), (_no_forward,) * count)

    def __reduce__(self) -> tuple[Any, ...]:
        return ByHand, (self.name[2:], len(self.partials))


def _no_forward(*args: Any) -> Any:
    raise TypeError("a node made by hand has no rule, only numbers: it cannot be computed again or on other numbers")


def opaque(node: Node) -> bool:
    """Say whether a node has no rule: it was made by hand, or a closure replaced what the engine recorded."""
    return isinstance(node.op, ByHand) or node._da == ()


def run(node: Node) -> float:
    """Run the gate or the closure of a node made by hand, or raise ValueError if it has neither.

    Returns the sum of the grads of its arguments, which is not finite if one of them is not.
    """
    gate, closure = (vars(node).get(name) for name in ("gate", "_backward"))
    if gate is not None:
        for a, part in zip(node.args, gate.contributions(node.grad), strict=True):
            if isinstance(a, Node) and a._requires_grad:
                a.grad += part
    elif closure is not None:
        closure()
    else:
        raise ValueError(f"{node!r}, made by hand, has children but neither local gradients nor a _backward")
    return float(sum(a.grad for a in node.args if isinstance(a, Node)))


def push(node: Node) -> None:
    """Add to the grad of each argument its part of this node's: one step of the sweep."""
    for a, local in zip(node.args, node.locals, strict=True):
        if local is not None:
            a.grad += local * node.grad


def measure(node: Node) -> tuple[float | None, ...]:
    """Find the local derivatives of a gate or closure by running it with an upstream of 1; grads are put back.

    What an argument that appears twice is given counts for its first place.
    """
    nodes = [a for a in (node, *node.args) if isinstance(a, Node)]
    saved = [(a, a.grad) for a in nodes]
    try:
        for a in nodes:
            a.grad = 0.0
        node.grad = 1.0
        run(node)
        found = {id(a): a.grad for a in node.args if isinstance(a, Node)}
        return tuple(found.pop(id(a), 0.0) if isinstance(a, Node) and a._requires_grad else None for a in node.args)
    finally:
        for a, grad in saved:
            a.grad = grad


def recomputed(root: Node, strict: bool = False) -> Iterator[tuple[Node, float, tuple[float | None, ...]]]:
    """Compute each node under root again from the data of its leaves, in topological order.

    What is opaque is passed over, so that its value stands; if ``strict`` it raises TypeError.
    """
    with graph_lock:
        order = topological(root)
    values: dict[int, float] = {}
    for node in order:
        if opaque(node):
            if strict:
                _no_forward()
        else:
            assert node.op is not None  # only computed nodes are listed
            raw = [values.get(id(a), a.data) if isinstance(a, Node) else a for a in node.args]
            y = values[id(node)] = node.op.on_float(*raw)
            yield (
                node,
                y,
                node.op.local_derivatives(
                    y, raw, [a if isinstance(a, Node) and a._requires_grad else 0.0 for a in node.args]
                ),
            )


def first_stale(root: Node) -> Node | None:
    """Find the first node under root that would have another value or local derivative if computed now."""
    try:
        for node, y, locals_ in recomputed(root):
            if not all(map(_same, (y, *locals_), (node.data, *node.locals))):
                return node
    except ValueError:  # arguments that the row refuses now, as a clamp whose bounds have crossed
        return root
    return None


def _same(a: float | None, b: float | None) -> bool:
    return a == b or (a != a and b != b)
