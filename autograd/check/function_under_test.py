"""What is checked: a function of floats or of Values, evaluated at a point and beside it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from math import inf, isfinite, nan, ulp
from typing import Any

from ..engine.modes import enable_grad
from ..engine.node import Node
from ..engine.traversal import backpropagate, graph_lock, nodes_in_order, topological
from ..engine.value import Value
from ..oracles import reread
from ..table.op import Op
from .finite_differences import Derivative, derivative, number
from .ravel import Inputs


class Subject:
    """A function of floats, evaluated at a point with one number moved."""

    def __init__(self, f: Callable[..., Any], inputs: Inputs, labels: Sequence[str] = ()) -> None:
        self.f, self.inputs, self.labels, self.evaluations = f, inputs, labels or inputs.names, 0

    def call(self, numbers: Sequence[Any]) -> Any:
        """Call f and say, if it raises, at which inputs."""
        self.evaluations += 1
        return self.inputs.call(self.f, "f", numbers)

    def value(self, point: Sequence[float]) -> float:
        """Compute f."""
        return number(self.call(point), "f")

    def along(self, point: Sequence[float], i: int, limit: int) -> Derivative:
        """Differentiate by one input."""
        return derivative(
            lambda t: self.value(moved(point, i, t)),
            point[i],
            max_evals=limit,
            on_complex=lambda z: self.call(moved(point, i, z)),
        )


class Recorded(Subject):
    """A function of Values: of new ones, but leaves among the inputs are used as they are, and moved."""

    def record(self, point: Sequence[float]) -> tuple[Node, list[Value]]:
        """Record f at a point; leaves of the user's have its data from then on."""
        own, named = self.inputs.own, zip(point, self.inputs.names, strict=True)
        with enable_grad():
            given = [own[i] if i in own else Value(x, label=name) for i, (x, name) in enumerate(named)]
            for v, x in zip(given, point, strict=True):
                v.data = x
            y = self.call(given)
        return (y if isinstance(y, Node) else Value(number(y, "f"))), given

    def value(self, point: Sequence[float]) -> float:
        """Compute f."""
        return self.record(point)[0].data

    def along(self, point: Sequence[float], i: int, limit: int) -> Derivative:
        """Differentiate by one input, on its own branch; where x is on an edge, on the branches to both sides."""
        x = point[i]
        root, given = self.record(point)
        tiny = (abs(x) or 1.0) * 2.0**-50
        here, below, above = (
            signature(self.record(moved(point, i, t))[0] if t != x else root) for t in (x, x - tiny, x + tiny)
        )

        def piece(branch: tuple[Any, ...], side: int) -> Callable[[float], float]:
            def f(t: float) -> float:
                if t == x:
                    return root.data
                if (t - x) * side < 0:
                    return nan
                y, _ = self.record(moved(point, i, t))
                return y.data if signature(y) == branch else nan

            return f

        if below == here == above:
            on_complex = lambda z: reread(root, {given[i]: z}, complex)[root]
            return derivative(piece(here, 0), x, max_evals=limit, on_complex=on_complex)
        left, right = (
            derivative(piece(branch, side), x, max_evals=limit // 2) for branch, side in ((below, -1), (above, 1))
        )
        return joined(left, right)

    def chaos(self, point: Sequence[float], i: int) -> float:
        """By how much its own gradient varies from one float to the next on this branch, as that of sin(cosh(50))."""
        last, slopes = ulp(point[i]), []
        sides = signature(self.record(point)[0])
        for k in range(-3, 4):
            root, given = self.record(moved(point, i, point[i] + k * last))
            slopes += [swept(root, given)[i]] if signature(root) == sides else []
        self.record(point)
        return 2 * (max(slopes) - min(slopes)) if all(map(isfinite, slopes)) else 0.0


def joined(left: Derivative, right: Derivative) -> Derivative:
    """Make one of the derivatives to both sides: a kink where they differ."""
    apart, error = abs(right.value - left.value), max(left.error, right.error)
    if not isfinite(apart + error):
        return Derivative(nan, inf, 0, note="f has no slope to both sides of an edge")
    between = (left.value + right.value) / 2
    scale, size, step = (max(getattr(side, name) for side in (left, right)) for name in ("scale", "size", "step"))
    kink = apart > left.error + right.error + 1e-9 * scale
    sides = (left.value, right.value) if kink else None
    return Derivative(between, apart / 2 + error, 0, step, sides, scale, size, "a kink" if kink else "")


def swept(root: Node, given: Sequence[Value]) -> list[float]:
    """Sweep back as ``backward()`` does, and leave every ``grad`` as it was."""
    nodes = nodes_in_order(root)
    before = [(node, node.grad) for node in {*nodes, *given}]
    try:
        for node, _ in before:
            node.grad = 0.0
        with graph_lock:
            backpropagate(topological(root), root, 1.0)
        return [x.grad for x in given]
    finally:
        for node, grad in before:
            node.grad = grad


def blame(subject: Recorded, point: Sequence[float], i: int, limit: int) -> tuple[str, int | None]:
    """Find the first node that does not move with this input as its local derivatives say: a note, and its number."""
    known: dict[float, list[float]] = {}
    last, left = subject.evaluations + limit, "max_evals reached before the node at fault was found"
    if limit < 20:
        return left, None
    root, given = subject.record(point)
    nodes, sides, tiny = nodes_in_order(root), signature(root), (abs(point[i]) or 1.0) * 2.0**-50
    locals_ = [node.locals for node in nodes]  # of what is by hand, measured while the data are those of the point
    if given[i] not in nodes:
        return "f's result does not depend on this input through Values", None

    def data(t: float) -> list[float]:
        if t not in known:
            y, _ = subject.record(moved(point, i, t))
            known[t] = [node.data for node in nodes_in_order(y)] if signature(y) == sides else [nan] * len(nodes)
        return known[t]

    for t in (point[i] - tiny, point[i] + tiny):
        here, there = (
            zip([n for n in nodes_in_order(y) if n.op], signature(y), strict=True)
            for y in (root, subject.record(moved(point, i, t))[0])
        )
        for (node, side), (_, other) in zip(here, there, strict=False):
            if side != other:
                return (
                    f"{shown(node, nodes)} is on its kink: a sum of one-sided slopes need not be the slope of the sum"
                ), nodes.index(node)
    slopes: dict[Node, tuple[float, float]] = {given[i]: (1.0, 0.0)}
    for k, node in enumerate(nodes):
        parts = [
            (local * slopes[a][0], abs(local) * slopes[a][1])
            for a, local in zip(node.args, locals_[k], strict=True)
            if a in slopes and local is not None
        ]
        if node.op is None or not any(a in slopes for a in node.args):
            continue
        if last - subject.evaluations < 12:
            return left, None

        def one(t: float, k: int = k) -> float:
            return data(t)[k] if t in known or subject.evaluations < last else nan

        moves = derivative(one, point[i], on_complex=lambda z: None)
        claimed = sum(slope for slope, _ in parts)
        margin = moves.error + sum(error for _, error in parts) + 1e-9 * sum(abs(slope) for slope, _ in parts)
        if not abs(claimed - moves.value) <= margin + 1e-13 * moves.scale:  # also where it is nan
            return (
                f"the first to disagree is {shown(node, nodes)}: it moves by {moves.value:.6g} "
                f"with this input, its local derivatives say {claimed:.6g}"
            ), k
        slopes[node] = moves.value, moves.error
    return "no single node disagrees with its local derivatives", None


def shown(node: Node, nodes: Sequence[Node]) -> str:
    """Write a node as its name or number, its operation and the numbers that go into it."""
    label = getattr(node, "label", "") or f"node {nodes.index(node)}"
    at = ", ".join(f"{a.data if isinstance(a, Node) else a:.6g}" for a in node.args)
    return f"{label} = {node.op.name if node.op else ''}({at})"


def signature(root: Node) -> tuple[Any, ...]:
    """Say of each computed node under root which operation it is and on which side of its kinks.

    Two points with the same signature lie on the same smooth piece of the function that recorded root,
    also where that function has an ``if`` of Python's, for then the operations differ.

    >>> from autograd import Value
    >>> signature(Value(-2.0).relu()) == signature(Value(-1.0).relu()) != signature(Value(1.0).relu())
    True
    """
    return tuple(
        _side(node.op, [a.data if isinstance(a, Node) else a for a in node.args], node.data)
        for node in nodes_in_order(root)
        if node.op
    )


def _side(op: Op, args: Sequence[float], y: float) -> tuple[Any, ...]:
    """Read the side off the row: the step it is on, the order of its arguments, or the pieces of its domain."""
    if not any(op.partials):  # nothing flows: it has steps
        return op.name, y
    if op.arity is None:
        ranks = {a: rank for rank, a in enumerate(sorted(set(args)))} if op.kink else {}
        return op.name, *(ranks.get(a) for a in args)
    kink = op.kink(*args) if op.kink else 0.0
    return op.name, kink > 0, kink < 0, *map(_piece, op.domain, args)


def _piece(domain: Sequence[tuple[float, float]], x: float) -> int:
    """Number the intervals of a domain, the points between them and what lies outside."""
    ends = sorted({end for interval in domain for end in interval}) if len(domain) > 1 else []
    return bisect_left(ends, x) + bisect_right(ends, x)


def moved(point: Sequence[float], i: int, t: Any) -> list[Any]:
    """Replace one number of a point."""
    return [*point[:i], t, *point[i + 1 :]]
