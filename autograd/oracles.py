"""Gradients without a step size, on numbers of another kind.

Each oracle records f once on Values, then reads the rules of the table on another kind of number. They share the table
with the engine, but not its sweep, its floats or its recorded local derivatives; the complex step does not even use the
partials. An operation that is not defined for a kind of number raises TypeError with its name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from .engine import Node, Value, nodes_in_order, recording
from .extras import explain_missing
from .transforms import Dual, fresh_tag


def forward(f: Callable[..., Any], inputs: Sequence[float]) -> list[float]:
    """Return the gradient of f by dual numbers, one evaluation for each input.

    Args:
        f: A function of n numbers that returns one.
        inputs: The n numbers.

    Raises:
        TypeError: If an input or the result of f is not a number.

    >>> forward(lambda x, y: x * y.exp(), [2.0, 0.0])
    [1.0, 2.0]
    """
    nodes, leaves = _record(f, inputs)
    return [forward_derivative(nodes, leaf) for leaf in leaves]


def complex_step(f: Callable[..., Any], inputs: Sequence[float]) -> list[float]:
    """Return the gradient of f by Im f(x + ih) / h for a tiny h.

    No digits are lost, since nothing is subtracted (Squire and Trapp, 1998).

    Args:
        f, inputs: As for ``forward``.

    Raises:
        TypeError: If an operation of f is not defined for complex numbers, such as erf; the message names it.

    >>> complex_step(lambda x, y: x * y.exp(), [2.0, 0.0])
    [1.0, 2.0]
    """
    nodes, leaves = _record(f, inputs)
    h = 1e-200
    return [evaluate_on(nodes, {leaf: complex(leaf.data, h)}, complex)[nodes[-1]].imag / h for leaf in leaves]


def exact(f: Callable[..., Any], inputs: Sequence[float]) -> list[Fraction]:
    """Return the gradient of f without rounding, if f has rational operations only.

    Args:
        f, inputs: As for ``forward``.

    Raises:
        TypeError: If f has another operation, such as exp; the message names it.

    >>> exact(lambda x: x**3 / 3, [0.1]) == [Fraction(0.1) ** 2 * 3 / Fraction(3.0)]
    True
    """
    return _gradient_on(*_record(f, inputs), Fraction)


def precise(f: Callable[..., Any], inputs: Sequence[float], digits: int = 50) -> list[Any]:
    """Return the gradient of f in high precision, as numbers of mpmath.

    Args:
        f, inputs: As for ``forward``.
        digits: The number of decimal digits.

    Raises:
        ImportError: If mpmath is not installed.
        TypeError: If mpmath lacks an operation of f; the message names it.

    >>> [float(slope) for slope in precise(lambda x: x.sin(), [0.0])]
    [1.0]
    """
    with explain_missing("oracles.precise needs mpmath", "dev"):
        import mpmath
    with mpmath.workdps(digits):
        return _gradient_on(*_record(f, inputs), mpmath.mpf)


def evaluate_on(
    nodes: Sequence[Node], replacements: Mapping[Node, Any], number: Callable[[Any], Any]
) -> dict[Node, Any]:
    """Return the value of every node on another kind of number.

    Args:
        nodes: The nodes of a graph in topological order, as ``nodes_in_order`` lists them.
        replacements: The values of some leaves; all others keep their data.
        number: Converts data and constants to the kind of number.
    """
    values: dict[Node, Any] = {}
    for node in nodes:
        if node.op is None:
            values[node] = replacements[node] if node in replacements else number(node.data)
        else:
            args = (values[a] if isinstance(a, Node) else number(a) for a in node.args)
            values[node] = node.op.apply(tuple(args))
    return values


def forward_derivative(nodes: Sequence[Node], leaf: Node) -> float:
    """Return ∂root/∂leaf in forward mode; the root is the last of the nodes."""
    y = evaluate_on(nodes, {leaf: Dual(leaf.data, 1.0, fresh_tag())}, float)[nodes[-1]]
    return float(y.tangent or 0.0) if isinstance(y, Dual) else 0.0


def sum_path_magnitudes(nodes: Sequence[Node], leaves: Sequence[Node]) -> list[float]:
    """Return Σ |contribution| over all paths to each leaf.

    It is the scale of the rounding of its gradient.
    """
    sums: dict[Node, float] = {nodes[-1]: 1.0}
    for node in reversed(nodes):
        for a, local in zip(node.args, node.locals, strict=True):
            if isinstance(a, Node) and local is not None and sums.get(node):
                sums[a] = sums.get(a, 0.0) + abs(local) * sums[node]
    return [sums.get(leaf, 0.0) for leaf in leaves]


def _record(f: Callable[..., Any], inputs: Sequence[float]) -> tuple[list[Node], list[Value]]:
    """Return the nodes of the graph of f, in order, and its inputs."""
    with recording():
        leaves = [Value(x) for x in inputs]
        y = f(*leaves)
    return nodes_in_order(y if isinstance(y, Node) else Value(y)), leaves


def _gradient_on(nodes: Sequence[Node], leaves: Sequence[Node], number: Callable[[Any], Any]) -> list[Any]:
    """Return ∂root/∂leaves by a backward sweep on another kind of number."""
    values = evaluate_on(nodes, {}, number)
    upstreams: dict[Node, Any] = {nodes[-1]: number(1)}
    for node in reversed(nodes):
        if node.op and node in upstreams and upstreams[node] != 0:
            args = [values[a] if isinstance(a, Node) else number(a) for a in node.args]
            derivative = node.op.partials_at(values[node], args)
            for slot, a in enumerate(node.args):
                local = derivative(slot) if isinstance(a, Node) else None
                if local is not None and not (node.op.selects and local == 0):
                    upstreams[a] = upstreams.get(a, 0) + local * upstreams[node]
    return [number(upstreams.get(leaf, 0)) for leaf in leaves]
