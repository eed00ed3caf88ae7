"""Gradients without a step: a recorded graph read again, forwards or on numbers that make no errors.

Each records f once on Values, then reads the rows on another kind of number; a row that is not spelt for it
raises TypeError by name. They share the table with the engine, but not its sweep, its floats or its locals;
the complex step does not use the partials at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from .engine.modes import enable_grad
from .engine.node import Node
from .engine.traversal import nodes_in_order
from .engine.value import Value
from .extras import explain_missing
from .transforms.dual import Dual, levels


def forward(f: Callable[..., Any], inputs: Sequence[float]) -> list[float]:
    """Differentiate forwards, by dual numbers, once for each input.

    >>> forward(lambda x, y: x * y.exp(), [2.0, 0.0])
    [1.0, 2.0]
    """
    root, leaves = _record(f, inputs)
    return [tangent(root, leaf) for leaf in leaves]


def complex_step(f: Callable[..., Any], inputs: Sequence[float]) -> list[float]:
    """Differentiate by Im f(x + ih) / h with a tiny h, which loses no digits (Squire and Trapp, 1998).

    >>> complex_step(lambda x, y: x * y.exp(), [2.0, 0.0])
    [1.0, 2.0]
    """
    root, leaves = _record(f, inputs)
    h = 1e-200
    return [reread(root, {leaf: complex(leaf.data, h)}, complex)[root].imag / h for leaf in leaves]


def exact(f: Callable[..., Any], inputs: Sequence[float]) -> list[Fraction]:
    """Differentiate without any rounding, where f has rational operations only.

    >>> exact(lambda x: x**3 / 3, [0.1]) == [Fraction(0.1) ** 2 * 3 / Fraction(3.0)]
    True
    """
    return _backward(*_record(f, inputs), Fraction)


def precise(f: Callable[..., Any], inputs: Sequence[float], digits: int = 50) -> list[Any]:
    """Differentiate with so many digits, by mpmath; the results are mpf.

    >>> [float(slope) for slope in precise(lambda x: x.sin(), [0.0])]
    [1.0]
    """
    with explain_missing("oracles.precise needs mpmath", "dev"):
        import mpmath
    with mpmath.workdps(digits):
        return _backward(*_record(f, inputs), mpmath.mpf)


def reread(root: Node, instead: Mapping[Node, Any], number: Callable[[Any], Any]) -> dict[Node, Any]:
    """Compute every node under root again on another kind of number, some leaves replaced."""
    values: dict[Node, Any] = {}
    for node in nodes_in_order(root):
        if node.op is None:
            values[node] = instead[node] if node in instead else number(node.data)
        else:
            args = (values[a] if isinstance(a, Node) else number(a) for a in node.args)
            values[node] = node.op.apply(tuple(args))
    return values


def tangent(root: Node, leaf: Node) -> float:
    """Compute ∂root/∂leaf forwards."""
    y = reread(root, {leaf: Dual(leaf.data, 1.0, next(levels))}, float)[root]
    return float(y.tangent) if isinstance(y, Dual) else 0.0


def magnitudes(root: Node, leaves: Sequence[Node]) -> list[float]:
    """Sum the magnitudes of the contributions along all paths to each leaf: what its gradient is rounded beside."""
    sums: dict[Node, float] = {root: 1.0}
    for node in reversed(nodes_in_order(root)):
        for a, local in zip(node.args, node.locals, strict=True):
            if isinstance(a, Node) and local is not None and sums.get(node):
                sums[a] = sums.get(a, 0.0) + abs(local) * sums[node]
    return [sums.get(leaf, 0.0) for leaf in leaves]


def _record(f: Callable[..., Any], inputs: Sequence[float]) -> tuple[Node, list[Value]]:
    with enable_grad():
        leaves = [Value(x) for x in inputs]
        y = f(*leaves)
    if not isinstance(y, Node):
        y = Value(y)
    return y, leaves


def _backward(root: Node, leaves: Sequence[Node], number: Callable[[Any], Any]) -> list[Any]:
    """Sweep back on another kind of number, reading the partials on it."""
    values = reread(root, {}, number)
    adjoints: dict[Node, Any] = {root: number(1)}
    for node in reversed(nodes_in_order(root)):
        if node.op and node in adjoints and adjoints[node] != 0:
            args = [values[a] if isinstance(a, Node) else number(a) for a in node.args]
            derivative = node.op.derivatives(values[node], args)
            for slot, a in enumerate(node.args):
                local = derivative(slot) if isinstance(a, Node) else None
                if local is not None and not (node.op.selects and local == 0):
                    adjoints[a] = adjoints.get(a, 0) + local * adjoints[node]
    return [number(adjoints.get(leaf, 0)) for leaf in leaves]
