"""The node: a number, and how it was computed. This is the hot path.

A node is plain data, complete when its operation has run. Without closures, a graph has no reference cycles.
"""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import Any, SupportsFloat

from ..callers import is_intermediate, source
from ..modes import current_tracer, is_anomaly_enabled, is_grad_enabled, open_blocks
from ..numbers import CYCLE, Number, expect_real, expect_truth, reads, unwrap
from ..table import TOTAL, Op, Writer, add, dot, mul, pack, sub, symbolic_rule
from .anomaly_error import anomaly
from .opaque import ProbedOp

new: Callable[[type], Any] = object.__new__
tick: Callable[[], int] = itertools.cycle(tuple(range(1, CYCLE + 1))).__next__

#: Not empty once an operation has met an infinity or nan; only then does backward look for 0 × inf and 0 × nan.
met_infinity: set[bool] = set()

#: The inputs of functions that transforms call now, in all threads; gradients of what depends on them must be graphs.
live_inputs: set[Node] = set()


def refuse_write(node: Node, name: str) -> None:
    """Raise TypeError in a traced function, or for an argument that a transform differentiates."""
    if tracer := current_tracer():
        tracer.refuse_write(node, name)
    elif node in live_inputs and name != "grad":
        raise TypeError(f"{name}: cannot be set of an argument that grad differentiates; compute a new Value from it")


class Node(Number):
    """A number that remembers where it came from.

    ``local0`` and ``local1`` are the derivatives with respect to ``arg0`` and ``arg1``. A constant argument is a float,
    and its local derivative None. With more arguments, or if nothing ever flows to one, arg0 and local0 are tuples.
    ``_serial`` is None where no gradient flows to a leaf. Of a computed node it is the next number of a cycle, which
    tells the order of computation, and of a Value that a user made, a number greater than all before.
    """

    __slots__ = ("__dict__", "_data", "_grad", "_serial", "arg0", "arg1", "local0", "local1", "op")

    is_concrete = True  # whether it has a number; one that is only traced has none
    label: str = ""  # the user's name for it; shown in tables and drawings
    scope: str = ""  # the part of a model whose output it is, such as "layer0.neuron3"
    hooks: tuple[Any, ...] = ()  # what register_hook was given
    _data: float
    _grad: Any
    op: Any  # an Op; None for a leaf
    arg0: Any
    arg1: Any
    local0: Any
    local1: Any
    _serial: int | None  # `is None` takes 8 ns less of an operation's 170 than asking for a number

    @property
    def data(self) -> float:
        """The number."""
        if open_blocks and (tracer := current_tracer()):
            tracer.refuse_read(".data")
        return self._data

    @data.setter
    def data(self, x: SupportsFloat) -> None:
        if open_blocks or live_inputs:
            refuse_write(self, "data")
        if isinstance(x, Node):
            raise TypeError(f"data: expected a number, got {x!r}; use v.data for its number, v.detach() for a new leaf")
        self._data = expect_real(x, "data")
        if not math.isfinite(self._data):
            met_infinity.add(True)

    @property
    def grad(self) -> Any:
        """The gradient from backward: a float, or with create_graph a Value; None means 0."""
        if open_blocks and (tracer := current_tracer()):
            tracer.refuse_read(".grad")
        return self._grad

    @grad.setter
    def grad(self, x: SupportsFloat | Number | None) -> None:
        if open_blocks or live_inputs:
            refuse_write(self, "grad")
        self._grad = 0.0 if x is None else x if isinstance(x, Number) else expect_real(x, "grad")

    @property
    def args(self) -> tuple[Any, ...]:
        """The arguments in order: nodes, and floats for constants."""
        a, b = self.arg0, self.arg1
        return a if type(a) is tuple else () if a is None else (a,) if b is None else (a, b)

    @property
    def locals(self) -> tuple[float | None, ...]:
        """The local derivatives ∂self/∂arg in order, as recorded; None where nothing flows."""
        if isinstance(self.op, ProbedOp):
            found = zip(self.args, self.op.contributions(self, 1.0), strict=True)
            return tuple([d if type(a) is not float and a.requires_grad else None for a, d in found])
        return self.local0 if type(self.local0) is tuple else (self.local0, self.local1)[: len(self.args)]

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow to this value; it can be set on leaves only, as in PyTorch."""
        return self._serial is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if open_blocks or live_inputs:
            refuse_write(self, "requires_grad")
        value = expect_truth(value, "requires_grad")
        if self.op is not None:
            raise RuntimeError("requires_grad: only a leaf's can be set; use v.detach() for a constant of this value")
        self._serial = 1 if value else None

    def __apply__(self, op: Op, args: tuple[Any, ...]) -> Any:
        """Run an operation on floats and record its value, arguments and local derivatives."""
        cls = type(self)
        if open_blocks or self._serial is None:
            pass
        elif op.is_unary_or_binary:
            forward, partials = op.compiled or op.compile()
            if len(args) == 1:
                local0 = partials[0](y := forward(x0 := self._data), x0)
                if (every := x0 + y + local0) - every:  # it is nan unless all are finite
                    met_infinity.add(True)
                return new_node(cls, y, op, self, None, local0, None)
            a, b = args
            if type(a) is type(b) is cls:
                if a._serial is not None and b._serial is not None:
                    y = forward(x0 := a._data, x1 := b._data)
                    local0, local1 = partials[0](y, x0, x1), partials[1](y, x0, x1)
                    if (every := x0 + x1 + y + local0 + local1) - every:
                        met_infinity.add(True)
                    return new_node(cls, y, op, a, b, local0, local1)
            elif type(b) is float or (type(b) is int and b.bit_length() < 1024):
                local0 = partials[0](y := forward(x0 := a._data, x1 := float(b)), x0, x1)
                if (every := x0 + x1 + y + local0) - every:
                    met_infinity.add(True)
                return new_node(cls, y, op, a, x1, local0, None)
            elif type(a) is float or (type(a) is int and a.bit_length() < 1024):
                local1 = partials[1](y := forward(x0 := float(a), x1 := b._data), x0, x1)
                if (every := x0 + x1 + y + local1) - every:
                    met_infinity.add(True)
                return new_node(cls, y, op, x0, b, None, local1)
        else:
            raw = [a._data for a in args if type(a) is cls and a._serial is not None]
            if len(raw) == len(args):
                y = op.on_float(*raw)
                if (every := sum(raw, y)) - every:
                    met_infinity.add(True)
                return new_node(cls, y, op, args, None, op.local_derivatives(y, raw, args), None)
        return self._apply_in_any_mode(op, args)

    def _apply_in_any_mode(self, op: Op, args: tuple[Any, ...]) -> Any:
        """Do the same inside blocks, for any mixture of operands, and where nothing flows to some."""
        if (tracer := current_tracer()) is not None:
            return tracer.apply(op, args)
        try:
            args = tuple([a if isinstance(a, Node) else operand(op, i, a) for i, a in enumerate(args)])
        except Defer:
            return NotImplemented
        raw = [a if type(a) is float else a._data for a in args]
        y = op.on_float(*raw)
        flowing = [0.0 if type(a) is float or a._serial is None else a for a in args]
        recorded = next((type(a) for a in flowing if type(a) is not float), None)
        if recorded is None or not is_grad_enabled():
            reads.note("uses no_grad", recorded is not None)
            return new_leaf(type(self), y, requires_grad=False)
        local = op.local_derivatives(y, raw, flowing)
        finite = all(map(math.isfinite, (y, *(d for d in local if d is not None))))
        if not (finite and all(map(math.isfinite, raw))):
            met_infinity.add(True)
        out = new_node(recorded, y, op, *pack(op, args), *pack(op, local))
        if is_anomaly_enabled():
            out.source = source()
            if not (finite or is_intermediate()):
                raise anomaly(op, args, y, local)
        return out


#: The operators + − × as source, with the rules in place: calls of the rules would take twice the time.
OPERATOR = """
def {method}(self, other):
    if open_blocks or self._serial is None:
        return Number.{method}(self, other)
    cls = type(self)
    x0 = self._data
    if type(other) is cls and other._serial is not None:
        x1 = other._data
        local1 = {local1}
    elif type(other) is float:
        x1 = other
        local1 = None
    elif type(other) is int and other.bit_length() < 1024:
        x1 = other = float(other)
        local1 = None
    else:
        return Number.{method}(self, other)
    out = new(cls)
    out._data = {forward}
    out._grad = 0.0
    out.op = {op}
    out.arg0 = self
    out.arg1 = other
    out.local0 = {local0}
    out.local1 = local1
    out._serial = tick()
    return out
"""


def _compile_operator(op: Op) -> None:
    """Compile a row's operator as a method of Node; a test holds it to the row bit for bit."""
    writer = Writer(TOTAL, {"x0": "x0", "x1": "x1"})
    local0, local1 = map(writer.write, symbolic_rule(op, 2)["partials"])
    forward, method = TOTAL[op.name].format("x0", "x1"), f"__{op.name}__"
    text = OPERATOR.format(method=method, op=op.name, forward=forward, local0=local0, local1=local1)
    scope: dict[str, Any] = {}
    exec(compile(text, f"{__file__}, {method}", "exec"), globals(), scope)
    setattr(Node, method, scope[method])


for _op in (add, sub, mul):
    _compile_operator(_op)


def new_node(cls: type, data: float, op: Op | None, arg0: Any, arg1: Any, local0: Any, local1: Any) -> Any:
    """Return a new node of a class."""
    out: Any = new(cls)
    out._data = data
    out._grad = 0.0
    out.op = op
    out.arg0 = arg0
    out.arg1 = arg1
    out.local0 = local0
    out.local1 = local1
    out._serial = tick()
    return out


def new_leaf(cls: type, data: float, requires_grad: bool = True) -> Any:
    """Return a new leaf of a class."""
    out = new_node(cls, data, None, None, None, None, None)
    out._serial = 1 if requires_grad else None
    return out


class Dot(Op):
    """The operation dot(weights, inputs, bias=0.0): bias + w0·x0 + w1·x1 + …, as one node.

    It adds in the order of a loop. Weights and inputs must have the same length.

    >>> dot([2.0, 3.0], [10.0, 1.0], 0.5)
    23.5
    """

    def __call__(self, weights: Iterable[Any], inputs: Iterable[Any], bias: Any = 0.0) -> Any:
        """Apply the operation; on Values four times as fast as by its row."""
        try:
            w, x = tuple(weights), tuple(inputs)
        except TypeError:
            name, given = ("inputs", inputs) if isinstance(weights, Iterable) else ("weights", weights)
            raise TypeError(f"{name}: expected a list of numbers, got {type(given).__name__} {given!r:.40}") from None
        cls = type(bias)
        is_node = getattr(cls, "__apply__", None) is Node.__apply__ and not open_blocks and bias._serial is not None
        if is_node and len(w) == len(x):
            wd = [v._data for v in w if type(v) is cls and v._serial is not None]
            xd = [v._data for v in x if type(v) is cls and v._serial is not None]
            local_w: Sequence[Any] = wd
            if not xd and set(map(type, x)) == {float}:
                xd, local_w = list(x), [None] * len(x)
            if len(wd) == len(xd) == len(w):
                y = reduce(operator.add, map(operator.mul, wd, xd), bias._data)
                return new_node(cls, y, self, (*w, *x, bias), None, (*xd, *local_w, 1.0), None)
        return super().__call__(w, x, bias)


dot.__class__ = Dot  # the row is made in the table, which knows no node; others have imported the object already


class Defer(Exception):  # noqa: N818  # no error: it says that another operand should answer
    """Raised for an operand that has an ``__apply__`` of its own, or is an array with axes."""


def operand(op: Op, slot: int, x: Any) -> Any:
    """Return an operand as a Value or a float, or raise Defer, or TypeError naming it."""
    if isinstance(inner := unwrap(x), Node):
        return inner
    if hasattr(type(inner), "__apply__") or getattr(x, "ndim", 0) > 0:
        raise Defer
    return expect_real(x, f"argument {slot + 1} of {op.name}()", "a number or a Value")
