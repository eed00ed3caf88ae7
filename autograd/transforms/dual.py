"""Dual numbers, for forward mode, and their derivatives in reverse mode."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from ..engine import Node, Value, anomaly, format_call, graph_vjp, is_anomaly_enabled, is_grad_enabled, is_intermediate
from ..numbers import AnyFunction, Number, compare_number, expect_real, reads, unwrap
from ..table import TABLE, Op


class Tag(int):
    """A number greater than all before it; it ends with the derivative that it belongs to."""

    ended = False

    def refuse_ended(self) -> None:
        """Raise ValueError if the derivative is complete."""
        if self.ended:
            raise ValueError("a number that jvp differentiates was used after the jvp that it belongs to")


fresh_tag: Callable[[], Tag] = map(Tag, itertools.count()).__next__


class Dual(Number):
    """A primal with its tangent, the derivative along one direction (Clifford, 1873).

    The ``tag`` tells nested derivatives apart: an operation differentiates by the greatest tag, that of the innermost
    derivative, and treats all other numbers as constants. With one tag for all, ``test_perturbation_confusion`` fails.
    The tangent is None, not 0, where nothing flows. ``origin`` has the call from which a nan or an infinity came and a
    description, ``lost`` says where 0 · inf was taken as 0, and ``vague`` whether the tangent is 0 · inf or inf − inf.
    """

    __slots__ = ("__dict__", "primal", "tag", "tangent")
    label: str = ""
    origin: tuple[str, str] = "", ""
    lost: str = ""
    vague: bool = False

    def __init__(self, primal: Any, tangent: Any, tag: Tag) -> None:
        self.primal: Any = primal
        self.tangent: Any = tangent
        self.tag: Tag = tag

    def __apply__(self, op: Op, args: tuple[Any, ...]) -> Any:
        """Run an operation on the primals, and add up local derivative × tangent."""
        if not all(type(a) is Dual or type(a) is float for a in args):
            args = tuple([inner if hasattr(type(inner := unwrap(a)), "__apply__") else a for a in args])
            if any(map(is_array, args)) and not any(is_array(_strip_tangents(a)) for a in args if isinstance(a, Dual)):
                return NotImplemented  # NumPy applies it to each element
            if not any(isinstance(_strip_tangents(a), Fraction) for a in args if isinstance(a, Dual)):
                args = tuple([to_float(a, f"argument {i} of {op.name}()") for i, a in enumerate(args, 1)])
        tag = max(a.tag for a in args if isinstance(a, Dual))
        tag.refuse_ended()
        reads.note("uses no_grad", not is_grad_enabled())
        own = [isinstance(a, Dual) and a.tag == tag for a in args]
        primals = tuple(a.primal if mine else a for a, mine in zip(args, own, strict=True))
        y = op.apply(primals)
        derivative = op.partials_at(y, primals)
        out = Dual(y, None, tag)
        local: list[Any] = [None] * len(args)
        for slot in range(len(args) if is_grad_enabled() else 0):
            if own[slot] and args[slot].tangent is not None and (d := derivative(slot)) is not None:
                local[slot] = d
                out._add_part(op, slot, d, args)
        if type(y) is not float or not (math.isfinite(y) and (type(t := out.tangent) is float and math.isfinite(t))):
            out._note_nonfinite(op, args, local)
        if not all(math.isfinite(x) for x in (y, *local) if type(x) is float) and (
            is_anomaly_enabled() and not is_intermediate()
        ):
            raise anomaly(op, [float(plain_number(a)) for a in args], y, tuple(local))
        return out

    def _add_part(self, op: Op, slot: int, local: Any, args: Sequence[Any]) -> None:
        """Add local derivative × tangent of one argument."""
        a, total = args[slot], self.tangent
        part = multiply_tangent(op, local, a)
        if part is not None:
            self.tangent = part if total is None or is_zero(total) else total if is_zero(part) else total + part
            if a.lost and not (is_zero(part) and slot in op.chooses):
                self.lost = self.lost or a.lost
            elif is_zero(part) and slot not in op.chooses and (a.vague or plain_number(a.tangent) in INFINITE):
                self.lost = self.lost or f"0 · inf at {a.origin[0] or _format(op, args)}, taken as 0"

    def _note_nonfinite(self, op: Op, args: Sequence[Any], local: Sequence[Any]) -> None:
        """Set origin and vague if the number or its tangent is nan or infinite."""
        y, t = [x if isinstance(x, float) else 0.0 for x in map(plain_number, (self.primal, self.tangent))]
        if not (math.isfinite(y) and math.isfinite(t)):
            call = _format(op, args)
            before = (a.origin for a in args if isinstance(a, Dual) and a.origin[0])
            self.origin = next(before, (call, f"{call} gave {y} with the tangent {t}"))
            parts = [(plain_number(d), a) for d, a in zip(local, args, strict=True) if d is not None]
            parts = [(d, a) for d, a in parts if d != 0 or not op.selects]
            self.vague = t != t and all(d == d and (a.vague or (x := plain_number(a.tangent)) == x) for d, a in parts)

    @property
    def data(self) -> Any:
        """The number without its derivatives."""
        return plain_number(self)

    @data.setter
    def data(self, x: Any) -> None:
        raise TypeError("data: a number that jvp differentiates cannot be changed in place; compute a new one")

    def detach(self) -> Any:
        """Return the number without its derivatives."""
        reads.note("uses detach()")
        return plain_number(self)

    def backward(self, *args: Any, **named: Any) -> Any:
        """Raise TypeError: a number of forward mode has no graph, and no grad."""
        raise TypeError("backward: jvp records no graph of its numbers; call grad(f) inside the function instead")

    grad: Any = property(backward, backward)

    def _refuse_write(self, value: Any) -> None:
        raise TypeError("requires_grad, _backward: cannot be set of a number that jvp differentiates; compute another")

    requires_grad = _backward = property(None, _refuse_write)

    def __getattr__(self, name: str) -> Any:
        hint = "; call grad(f) inside the function for its graph" * hasattr(Value, name)
        raise AttributeError(f"{name}: a number that jvp differentiates has none{hint}")

    def __copy__(self, memo: Any = None) -> Dual:
        return self

    __deepcopy__ = __copy__

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError("no derivative would flow through a pickle of this number, which jvp differentiates")

    def __compare__(self, compare: AnyFunction, other: Any) -> Any:
        x, y = _strip_tangents(self), _strip_tangents(other)
        plain = not (is_array(x) or hasattr(type(x), "__apply__") or hasattr(type(y), "__apply__"))
        return compare_number(x, compare, y) if plain else compare(x, y)

    def __repr__(self) -> str:
        return f"({self.primal} + {self.tangent or 0.0}ε)"


Dual.__name__ = "dual number"  # as messages call it


INFINITE = (math.inf, -math.inf)


def multiply_tangent(op: Op, local: Any, a: Dual) -> Any:
    """Return local × tangent as in reverse mode, or None for an unselected argument.

    A local derivative of 0 passes nothing on, even if the tangent is infinite or vague, but nan stays. An infinite one
    makes nan of a tangent that was computed to be 0.
    """
    tangent = a.tangent
    if type(local) is type(tangent) is float and local:
        return local * tangent
    d, t = plain_number(local), plain_number(tangent)
    if isinstance(d, Node) or isinstance(t, Node):  # traced: its numbers are not known yet
        return TABLE["where"].apply((local, tangent, 0.0)) if op.selects else local * tangent
    if is_array(d) or is_array(t) or d != 0:
        return local * tangent
    stays = hasattr(type(local), "__apply__") if t - t == 0 else t != t and not a.vague
    return None if op.selects else local * tangent if stays else 0.0


def to_float(x: Any, name: str, exact: bool = False) -> Any:
    """Return a plain number as a float, or, if ``exact``, a Fraction as it is."""
    if hasattr(type(x), "__apply__") or is_array(x) or (exact and isinstance(x, Fraction)):
        return x
    return expect_real(x, name, "a number" if exact else "a number or a Value")


def lift(x: Any, fresh: Callable[[Any], Node]) -> tuple[Node, Any]:
    """Return a fresh node for the number in nested dual numbers, and x with it in place."""
    if not isinstance(x, Dual):
        node = fresh(x)
        return node, node
    node, primal = lift(x.primal, fresh)
    return node, Dual(primal, x.tangent, x.tag)


def transform_nodes(function: Callable[[Any], Any], x: Any) -> Any:
    """Return a function of a number, of each one inside it if it is dual."""
    if not isinstance(x, Dual):
        return function(x)
    return Dual(transform_nodes(function, x.primal), transform_nodes(function, split(x, x.tag)[1]), x.tag)


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
    """Return Σ cotangent × ∂output/∂input for each input, also of dual numbers.

    Partial derivatives commute: the derivative of a dual number by a node inside it is the dual number of the
    derivatives of primal and tangent. So reverse mode works inside forward mode, to any depth.
    """
    tag = max((x.tag for x in (*outputs, *cotangents) if isinstance(x, Dual)), default=None)
    if tag is None:
        return graph_vjp(outputs, inputs, cotangents, create_graph, "grad")
    y, dy = zip(*[split(x, tag) for x in outputs], strict=True)
    c, dc = zip(*[split(x, tag) for x in cotangents], strict=True)
    pairs = [(a, b) for a, b in zip((*dy, *y), (*c, *dc), strict=True) if not is_zero(b)]
    primals = vjp_of_duals(y, inputs, c, create_graph)
    tangents = vjp_of_duals([a for a, _ in pairs], inputs, [b for _, b in pairs], create_graph)
    return [
        None if a is None and b is None else Dual(0.0 if a is None else a, b, tag)
        for a, b in zip(primals, tangents, strict=True)
    ]


def split(x: Any, tag: int) -> tuple[Any, Any]:
    """Return primal and tangent of a number for one tag; what has another tag is a constant."""
    if not isinstance(x, Dual) or x.tag != tag:
        return x, 0.0
    return x.primal, 0.0 if x.tangent is None else x.tangent


def is_zero(x: Any) -> bool:
    """Return whether x is the number 0 itself, not one that is 0 here and records."""
    return isinstance(x, float | int) and x == 0


def _format(op: Op, args: Sequence[Any]) -> str:
    return format_call(op, [float(plain_number(a)) for a in args])


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
