"""Dual numbers, on which the table is read in forward mode, and their derivatives in reverse mode."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..engine import Node, anomaly, format_call, graph_vjp, is_anomaly_enabled, is_grad_enabled
from ..numbers import AnyFunction, Number, unwrap
from ..table import TABLE, Op

_tags = itertools.count()


def fresh_tag() -> int:
    """Return a tag that is greater than all before it."""
    return next(_tags)


class Dual(Number):
    """A primal with its tangent, the derivative along one direction (Clifford, 1873).

    The ``tag`` tells nested derivatives apart: an operation differentiates by the greatest tag, that of the innermost
    derivative, and treats all other numbers as constants. With one tag for all, ``test_perturbation_confusion`` fails.
    ``origin`` names the operation from which a nan or an infinity came.
    """

    __slots__ = ("__dict__", "origin", "primal", "tag", "tangent")
    label: str = ""

    def __init__(self, primal: Any, tangent: Any, tag: int) -> None:
        self.primal: Any = primal
        self.tangent: Any = tangent
        self.tag: int = tag
        self.origin: str = ""

    def __apply__(self, op: Op, args: tuple[Any, ...]) -> Any:
        """Run an operation on the primals, and add up local derivative × tangent."""
        if not all(type(a) is Dual or type(a) is float for a in args):
            args = tuple(map(unwrap, args))
            if any(map(is_array, args)) and not any(is_array(_strip_tangents(a)) for a in args if isinstance(a, Dual)):
                return NotImplemented  # NumPy applies it to each element
        tag = max(a.tag for a in args if isinstance(a, Dual))
        own = [isinstance(a, Dual) and a.tag == tag for a in args]
        primals = tuple(a.primal if mine else a for a, mine in zip(args, own, strict=True))
        y = op.apply(primals)
        derivative = op.partials_at(y, primals)
        tangent: Any = 0.0
        local: list[Any] = [None] * len(args)
        for slot in range(len(args) if is_grad_enabled() else 0):
            if own[slot] and not _is_zero(args[slot].tangent):
                local[slot] = derivative(slot)
                part = multiply_tangent(op, local[slot], args[slot].tangent)
                tangent = part if _is_zero(tangent) else tangent if _is_zero(part) else tangent + part
        out = Dual(y, tangent, tag)
        if type(y) is float and not (math.isfinite(y) and (type(tangent) is not float or math.isfinite(tangent))):
            out.origin = self._find_origin(op, args, out)
        if is_anomaly_enabled() and not all(math.isfinite(x) for x in (y, *local) if type(x) is float):
            raise anomaly(op, [float(plain_number(a)) for a in args], y, tuple(local))
        return out

    @staticmethod
    def _find_origin(op: Op, args: Sequence[Any], out: Dual) -> str:
        before = next((a.origin for a in args if isinstance(a, Dual) and a.origin), "")
        call = format_call(op, [float(plain_number(a)) for a in args])
        return before or f"{call} gave {out.primal} with the tangent {plain_number(out.tangent)}"

    @property
    def data(self) -> Any:
        """The number without its derivatives."""
        return plain_number(self)

    def detach(self) -> Any:
        """Return the number without its derivatives."""
        return plain_number(self)

    def backward(self, *args: Any, **named: Any) -> Any:
        """Raise TypeError: a number of forward mode has no graph, and no grad."""
        raise TypeError("backward: jvp records no graph of its numbers; call grad(f) inside the function instead")

    grad = property(backward, backward)

    def __copy__(self) -> Dual:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Dual:
        return self

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError("no derivative would flow through a pickle of this number, which jvp differentiates")

    def __compare__(self, compare: AnyFunction, other: Any) -> Any:
        return compare(_strip_tangents(self), _strip_tangents(other))

    def __repr__(self) -> str:
        return f"({self.primal} + {self.tangent}ε)"


Dual.__name__ = "dual number"  # as messages call it


INFINITE = (math.inf, -math.inf)


def multiply_tangent(op: Op, local: Any, tangent: Any) -> Any:
    """Return local × tangent. As in reverse mode, 0 × inf is 0, whichever factor is 0, and nan stays."""
    if local is None:
        return 0.0
    d, t = plain_number(local), plain_number(tangent)
    if type(d) is type(t) is float and d and t:
        return local * tangent
    if isinstance(d, Node) or isinstance(t, Node):  # traced: its numbers are not known yet
        return TABLE["where"].apply((local, tangent, 0.0)) if op.selects else local * tangent
    if is_array(d) or is_array(t):
        return local * tangent
    is_nothing = d == 0 and (op.selects or t in INFINITE or (t == t and not hasattr(local, "__apply__")))
    return 0.0 if is_nothing or (t == 0 and d in INFINITE) else local * tangent


def lift(x: Any, fresh: Callable[[Any], Node]) -> tuple[Node, Any]:
    """Return a fresh node for the number inside nested dual numbers, and x with the node in its place."""
    if not isinstance(x, Dual):
        node = fresh(x)
        return node, node
    node, primal = lift(x.primal, fresh)
    return node, Dual(primal, x.tangent, x.tag)


def transform_nodes(function: Callable[[Any], Any], x: Any) -> Any:
    """Return a function of a number, of each one inside it if it is dual."""
    if not isinstance(x, Dual):
        return function(x)
    return Dual(transform_nodes(function, x.primal), transform_nodes(function, x.tangent), x.tag)


def nodes_inside(numbers: Sequence[Any]) -> Iterator[Node]:
    """Yield the nodes among numbers and inside dual ones."""
    for x in numbers:
        if isinstance(x, Dual):
            yield from nodes_inside((x.primal, x.tangent))
        elif isinstance(x, Node):
            yield x


def vjp_of_duals(
    outputs: Sequence[Any], inputs: Sequence[Node], cotangents: Sequence[Any], create_graph: bool
) -> list[Any]:
    """Return Σ cotangent × ∂output/∂input for each input as the engine's vjp does, also of dual numbers.

    Partial derivatives commute: the derivative of a dual number by a node inside it is the dual number of the
    derivatives of primal and tangent. So reverse mode works inside forward mode, to any depth.
    """
    tag = max((x.tag for x in (*outputs, *cotangents) if isinstance(x, Dual)), default=None)
    if tag is None:
        return graph_vjp(outputs, inputs, cotangents, create_graph, "grad")
    y, dy = zip(*[split(x, tag) for x in outputs], strict=True)
    c, dc = zip(*[split(x, tag) for x in cotangents], strict=True)
    pairs = [(a, b) for a, b in zip((*dy, *y), (*c, *dc), strict=True) if not _is_zero(b)]
    primals = vjp_of_duals(y, inputs, c, create_graph)
    tangents = vjp_of_duals([a for a, _ in pairs], inputs, [b for _, b in pairs], create_graph)
    return [
        None if a is None and b is None else Dual(0.0 if a is None else a, 0.0 if b is None else b, tag)
        for a, b in zip(primals, tangents, strict=True)
    ]


def split(x: Any, tag: int) -> tuple[Any, Any]:
    """Return primal and tangent of a number for one tag; what has another tag is a constant."""
    return (x.primal, x.tangent) if isinstance(x, Dual) and x.tag == tag else (x, 0.0)


def _is_zero(x: Any) -> bool:
    """Return whether x is the number 0 itself, not one that is 0 here and records."""
    return isinstance(x, float | int) and x == 0


def is_array(x: Any) -> bool:
    """Return whether x is an array of one dimension or more, of any library."""
    return getattr(x, "ndim", 0) > 0


def _strip_tangents(x: Any) -> Any:
    """Return the number inside nested dual numbers."""
    while isinstance(x, Dual):
        x = x.primal
    return x


def plain_number(x: Any) -> Any:
    """Return the number inside nested Duals and Values."""
    x = _strip_tangents(x)
    return x.data if isinstance(x, Node) and x.is_concrete else x
