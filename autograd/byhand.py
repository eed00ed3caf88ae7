"""Nodes made by hand: with children and local gradients, as in microgpt, or with a ``_backward`` closure, as in
micrograd. A closure is opaque: what it contributes can only be measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .node import Node, real
from .op import Op, on_floats
from .walk import numbered, topological, walking


def made(node: Node, children: tuple[Any, ...], what: Any, local_grads: Any) -> tuple[Op, tuple[Any, ...], Any]:
    """Check what a node by hand is made of; ``what`` is the name of the operation, or the local gradients.

    A node that is made a second time must not stand under its own children.
    """
    if not isinstance(what, str):
        what, local_grads = "", what
    again = hasattr(node, "data")
    for i, child in enumerate(children):
        if not isinstance(child, Node):
            raise TypeError(f"children[{i}]: expected a Value, got {type(child).__name__} {child!r:.40}")
        if again and any(node is x for x in numbered(child)):
            loop = " → ".join(getattr(x, "label", "") or repr(x) for x in (node, child, node))
            raise ValueError(f"children[{i}]: it is computed from this very value, which makes a loop: {loop}")
    local_grads = tuple(real(d, f"local_grads[{i}]") for i, d in enumerate(local_grads))
    if local_grads and len(local_grads) != len(children):
        raise ValueError(f"local_grads: expected {len(children)}, one for each child, got {len(local_grads)}")
    return ByHand(what or "by hand", len(children)), children, local_grads


class ByHand(Op):
    """What stands for a row in a node made by hand: a name."""

    def __init__(self, name: str, count: int) -> None:
        latex = rf"\mathrm{{{name}}}(#*)"
        super().__init__(name, "ƒ" if name == "by hand" else name, latex, _no_forward, (), (_no_forward,) * count)

    def __reduce__(self) -> tuple[Any, ...]:
        return ByHand, (self.name, len(self.partials))


def _no_forward(*args: Any) -> Any:
    raise TypeError("a node made by hand has no rule, only numbers: it cannot be computed again or on other numbers")


def run(node: Node) -> None:
    """Run the closure of a node made by hand, or raise ValueError if it has none."""
    closure = node.__dict__.get("_backward")
    if closure is None:
        raise ValueError(f"{node!r}, made by hand, has children but neither local gradients nor a _backward")
    closure()


def push(node: Node) -> None:
    """Add to the grad of each argument its part of this node's: one step of the sweep."""
    for a, local in zip(node.args, node.locals, strict=True):
        if local is not None:
            a.grad += local * node.grad


def measure(node: Node) -> tuple[float, ...]:
    """Find the local derivatives of a closure by running it with an upstream of 1; grads are put back.

    What an argument that appears twice is given counts for its first place.
    """
    saved = [(a, a.grad) for a in (node, *node.args)]
    try:
        for a, _ in saved:
            a.grad = 0.0
        node.grad = 1.0
        run(node)
        found: dict[int, float] = {id(a): a.grad for a in node.args}
        return tuple(found.pop(id(a), 0.0) for a in node.args)
    finally:
        for a, grad in saved:
            a.grad = grad


def recomputed(root: Node) -> Iterator[tuple[Node, float, tuple[float | None, ...]]]:
    """Compute each node under root again from the data its arguments have now, in topological order."""
    with walking:
        order = topological(root)
    for node in order:
        assert node.op is not None  # only computed nodes are listed
        raw = [a.data if isinstance(a, Node) else a for a in node.args]
        y = float(on_floats(node.op.real, *raw))
        yield node, y, node.op.locals(y, raw, [a if isinstance(a, Node) and a.flows else 0.0 for a in node.args])


def stale(root: Node) -> bool:
    """Say whether some data under root was changed after it was computed; what is made by hand counts as fresh."""
    with walking:
        by_hand = any(isinstance(node.op, ByHand) for node in topological(root))
    return not by_hand and any(y != node.data and (y == y or node.data == node.data) for node, y, _ in recomputed(root))
