"""The hot part of a Value: its slots, the operators + − ×, and how any operation is recorded.

A node is plain data: the number, the operation, the arguments in order and the local derivatives, all
recorded when the operation runs. It holds no closure, so a graph has no reference cycles and is freed
when its last name goes.

The operators + − × are compiled from one template and their rows; a test proves that they record what the rows
read on floats do, bit for bit.
"""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Iterable
from functools import reduce
from typing import Any

from ..table.compiler import TOTAL, Writer, compile_rule
from ..table.floats import to_float
from ..table.op import Op
from ..table.operators import Operators
from ..table.rules import add, mul, sub
from ..table.rules import dot as row_of_dot
from ..table.symbolic import symbolic_rule
from .anomaly import anomaly, source
from .modes import current_tracer, is_anomaly_enabled, is_grad_enabled, open_blocks

new = object.__new__


class Node(Operators):
    """A number that remembers where it came from.

    One or two arguments lie flat in ``_a`` and ``_b``, their local derivatives in ``_da`` and ``_db``; a
    constant is held as a raw float and its local derivative is None. A row of more arguments, or one that
    lets nothing flow to some of them, keeps tuples in ``_a`` and ``_da``.

    ``_requires_grad`` is False for a leaf to which no gradient flows. Otherwise it is true: True, or the mark that
    the last walk set on a computed node. A slot of its own for the mark would take 16 bytes and 4 % more time.
    """

    __slots__ = ("__dict__", "_a", "_b", "_da", "_db", "_requires_grad", "data", "grad", "op")

    is_concrete = True  # whether it has a number; one that is only traced has none
    data: float
    grad: float
    op: Op | None
    _a: Any
    _b: Any
    _da: Any
    _db: Any
    _requires_grad: Any

    @property
    def args(self) -> tuple[Any, ...]:
        """The arguments in order: nodes, and floats for constants."""
        return self._a if type(self._a) is tuple else tuple(a for a in (self._a, self._b) if a is not None)

    @property
    def locals(self) -> tuple[float | None, ...]:
        """The local derivatives ∂self/∂arg in order, as recorded; None where nothing flows."""
        if self._da == ():
            return self._measured()
        return self._da if type(self._da) is tuple else (self._da, self._db)[: len(self.args)]

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow to this value; set it on leaves only, as in PyTorch."""
        return bool(self._requires_grad)

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if self.op is not None:
            raise RuntimeError("requires_grad: only a leaf's can be set; use v.detach() for a constant of this value")
        self._requires_grad = bool(value)

    def _measured(self) -> tuple[float | None, ...]:
        """Measure the local derivatives of a gate or closure; see byhand.py."""
        raise NotImplementedError

    def _by_hand(self) -> float:
        """Run the gate or closure that stands for the local derivatives; see byhand.py."""
        raise NotImplementedError

    def __apply__(self, op: Op, args: tuple[Any, ...]) -> Any:
        """Run an operation on floats and record it: its value, arguments and local derivatives."""
        cls = type(self)
        if not self._requires_grad or open_blocks:
            pass
        elif op.is_unary_or_binary:
            forward, partials = op.compiled or compile_rule(op)
            if len(args) == 1:
                y = forward(x := self.data)
                return node(cls, y, op, self, None, partials[0](y, x), None)
            a, b = args
            if type(a) is type(b) is cls:
                if a._requires_grad and b._requires_grad:
                    y = forward(x := a.data, z := b.data)
                    return node(cls, y, op, a, b, partials[0](y, x, z), partials[1](y, x, z))
            elif type(b) is float or type(b) is int:
                y = forward(x := a.data, z := to_float(b))
                return node(cls, y, op, a, z, partials[0](y, x, z), None)
            elif type(a) is float or type(a) is int:
                y = forward(x := to_float(a), z := b.data)
                return node(cls, y, op, x, b, None, partials[1](y, x, z))
        else:
            raw = [a.data for a in args if type(a) is cls and a._requires_grad]
            if len(raw) == len(args):
                y = op.on_float(*raw)
                return node(cls, y, op, args, None, op.local_derivatives(y, raw, args), None)
        return self._apply_with_care(op, args)

    def _apply_with_care(self, op: Op, args: tuple[Any, ...]) -> Any:
        """Do the same for any mixture of operands, and in any mode."""
        if (traced := current_tracer()) is not None:
            return traced.apply(op, args)
        try:
            args = tuple([a if isinstance(a, Node) else operand(op, i, a) for i, a in enumerate(args)])
        except Defer:
            return NotImplemented
        raw = [a if type(a) is float else a.data for a in args]
        y = op.on_float(*raw)
        flowing = [a for a in args if type(a) is not float and a._requires_grad]
        if not flowing or not is_grad_enabled():
            return leaf(type(self), y, requires_grad=False)
        locals_ = op.local_derivatives(y, raw, [0.0 if type(a) is float or not a._requires_grad else a for a in args])
        a, b, *_ = (*args, None, None) if op.is_unary_or_binary else (args, None)
        da, db, *_ = (*locals_, None, None) if op.is_unary_or_binary else (locals_, None)
        out = node(type(flowing[0]), y, op, a, b, da, db)
        if is_anomaly_enabled():
            if not all(map(math.isfinite, (y, *(d for d in locals_ if d is not None)))):
                raise anomaly(op, args, y, locals_)
            out.source = source()
        return out


#: + − × on two nodes, or a node and a float, as source: a call for each rule would take twice as long.
OPERATOR = """
def {method}(self, other):
    if open_blocks or not self._requires_grad:
        return Operators.{method}(self, other)
    x0 = self.data
    cls = type(self)
    if type(other) is cls and other._requires_grad:
        x1 = other.data
        local1 = {local1}
    elif type(other) is float:
        x1 = other
        local1 = None
    elif type(other) is int:
        x1 = other = to_float(other)
        local1 = None
    else:
        return Operators.{method}(self, other)
    out = new(cls)
    out.data = {forward}
    out.grad = 0.0
    out.op = {op}
    out._a = self
    out._b = other
    out._da = {local0}
    out._db = local1
    out._requires_grad = True
    return out
"""


def _write_operator(op: Op) -> None:
    """Compile the operator of a binary row from the template, and make it a method of Node."""
    method, writer = f"__{op.name}__", Writer(TOTAL, {"x0": "x0", "x1": "x1"})
    local0, local1 = map(writer.write, symbolic_rule(op, 2)["partials"])
    forward = TOTAL[op.name].format("x0", "x1")
    source = OPERATOR.format(method=method, op=op.name, forward=forward, local0=local0, local1=local1)
    made: dict[str, Any] = {}
    exec(compile(source, f"{__file__}, {method}", "exec"), globals(), made)
    setattr(Node, method, made[method])


for _op in (add, sub, mul):
    _write_operator(_op)


def node(cls: type, data: float, op: Op | None, a: Any, b: Any, da: Any, db: Any) -> Any:
    """Make a node: computed by ``op`` from ``a`` and ``b``, or a leaf if all of these are None."""
    out: Any = new(cls)
    out.data = data
    out.grad = 0.0
    out.op = op
    out._a = a
    out._b = b
    out._da = da
    out._db = db
    out._requires_grad = True
    return out


def leaf(cls: type, data: float, requires_grad: bool = True) -> Any:
    """Return a new leaf."""
    out = node(cls, data, None, None, None, None, None)
    out._requires_grad = requires_grad
    return out


def dot(weights: Iterable[Any], inputs: Iterable[Any], bias: Any = 0.0) -> Any:
    """Compute bias + w0·x0 + w1·x1 + …, a neuron's sum, as one node; weights and inputs must be as many.

    It adds in the order of a loop. Numbers of all kinds mix; raises ValueError naming both lengths.

    >>> dot([2.0, 3.0], [10.0, 1.0], 0.5)
    23.5
    """
    try:
        w, x = tuple(weights), tuple(inputs)
    except TypeError:
        name, given = ("inputs", inputs) if isinstance(weights, Iterable) else ("weights", weights)
        raise TypeError(f"{name}: expected a list of numbers, got {type(given).__name__} {given!r:.40}") from None
    cls = type(bias)
    direct = len(w) == len(x) and getattr(cls, "__apply__", None) is Node.__apply__ and not open_blocks
    if direct and bias._requires_grad:
        wd = [v.data for v in w if type(v) is cls and v._requires_grad]
        if len(wd) == len(w):
            xd = [v.data for v in x if type(v) is cls and v._requires_grad]
            if len(xd) == len(x):
                y = reduce(operator.add, map(operator.mul, wd, xd), bias.data)
                return node(cls, y, row_of_dot, (*w, *x, bias), None, (*xd, *wd, 1.0), None)
            if not xd and set(map(type, x)) == {float}:
                y = reduce(operator.add, map(operator.mul, wd, x), bias.data)
                return node(cls, y, row_of_dot, (*w, *x, bias), None, (*x, *[None] * len(x), 1.0), None)
    return row_of_dot(w, x, bias)


class Defer(Exception):  # noqa: N818  # no error: it says that another operand should answer
    """Raised for an operand with a reading of its own, or an array of one dimension or more."""


def operand(op: Op, slot: int, x: Any) -> float:
    """Convert what is no node to float; raise TypeError naming it, or Defer."""
    if hasattr(x, "__apply__") or getattr(x, "ndim", 0) > 0:
        raise Defer
    return real(x, f"argument {slot + 1} of {op.name}()", "a number or a Value")


def real(x: Any, name: str, expected: str = "a number") -> float:
    """Convert to float, or raise TypeError naming it: ints, Fractions, NumPy's scalars pass."""
    if type(x) is float:
        return x
    if isinstance(x, numbers.Real) or (getattr(x, "ndim", None) == 0 and x.dtype.kind in "biuf"):
        return to_float(x)
    raise TypeError(f"{name}: expected {expected}, got {type(x).__name__} {x!r:.40}")


def expect_value(x: Any, name: str) -> Node:
    """Return x if it is a Value, or raise TypeError naming it."""
    if not isinstance(x, Node):
        raise TypeError(f"{name}: expected a Value, got {type(x).__name__} {x!r:.40}")
    return x
