"""A function called once on traced numbers, which record its operations."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from numbers import Real
from typing import TYPE_CHECKING, Any

from ..engine import Value, caller_line, current_tracer, enable_grad
from ..numbers import Operators, to_float
from ..table import TABLE, Op
from .reverse import reverse_sweep
from .tape import BATCHED, SHARED, Tape

AFTERWARDS = "return it, and format the result of the call"
COMPARED = {operator.lt: ("lt", 1), operator.gt: ("lt", -1), operator.le: ("le", 1), operator.ge: ("le", -1)}


def _refuse_graph(self: Any) -> Any:
    raise TypeError(f"{caller_line()} reads the graph of a Value while f is traced, which has none yet")


class Traced(Value):
    """A Value of a traced function: a row of the tape, without a number."""

    __slots__ = ("row", "tape")
    is_concrete = False
    requires_grad, _serial = Value.requires_grad.getter(lambda self: True), 1  # type: ignore[attr-defined]  # a property
    row: int
    tape: Tape

    def __apply__(self, op: Op, args: tuple[Any, ...]) -> Any:
        return _open_tape(self).apply(op, args)

    def __compare__(self, compare: Any, other: Any) -> Any:
        return _open_tape(self).compare(self, compare, other)

    def __bool__(self) -> bool:
        return bool(_open_tape(self).truth(self.row))

    def backward(self, gradient: float = 1.0, retain_graph: bool = True, create_graph: bool = False) -> None:
        """Record that each call adds to the grad of the Values from outside."""
        tape = _open_tape(self)
        if create_graph:
            raise TypeError(f"create_graph: use autograd.grad inside a compiled function ({caller_line()})")
        tape.is_swept = True
        leaves = [v for v, i in tape.captured.items() if v.op is None and v.requires_grad]
        for v, g in zip(leaves, reverse_sweep(tape, [self], leaves, [gradient]), strict=True):
            if g is not None:
                tape.grads[v] = tape.row_of(None, 0, tape.wrap(tape.grads[v]) + g if v in tape.grads else g)

    def detach(self) -> Value:
        """Return the same number without a gradient."""
        return _open_tape(self).stop(self)  # type: ignore[no-any-return]  # a Traced

    def __repr__(self) -> str:
        return f"Value(row={self.row} of the compiled function)"

    def __format__(self, spec: str) -> str:  # repr() has no number, and debuggers and errors use it
        raise TypeError(f"{caller_line()} asks a Value for its text while f is traced: {AFTERWARDS}")

    def __str__(self) -> str:
        return format(self)

    def _no_number(self) -> Any:
        hint = "use v.exp() for math.exp(v), where() for a branch, nn.pick or a comparison for an index"
        raise TypeError(f"{caller_line()} asks a Value for its number while f is traced, which has none yet: {hint}")

    def _whole_number(self) -> Any:
        """Return an int argument's number, and guard it: another one is recorded anew."""
        tape = _open_tape(self)
        row = tape.rows[self.row]
        x: Any = tape.first(*row) if row[0] in (SHARED, BATCHED) and row[1] >= 0 else None
        return x if isinstance(x, int) and bool(self == x) else self._no_number()

    def _refuse(self, *args: Any) -> Any:
        raise TypeError("a traced Value cannot be copied or pickled: it has no number")

    if not TYPE_CHECKING:
        __float__ = _no_number
        __int__ = __index__ = _whole_number
        __reduce_ex__ = __copy__ = __deepcopy__ = _refuse

    args = locals = property(_refuse_graph)
    op = property(lambda self: op if isinstance(op := self.tape.rows[self.row][0], Op) else None)  # as of a leaf


Traced.__name__ = "traced Value"  # as messages call it
for _name in ("add", "sub", "mul", "truediv", "pow"):  # those of a Value compute with its number
    setattr(Traced, f"__{_name}__", getattr(Operators, f"__{_name}__"))
    setattr(Traced, f"__r{_name}__", getattr(Operators, f"__r{_name}__"))


class DifferentiableTape(Tape):
    """A tape with the gradients that transforms ask of whatever records a function."""

    def compare(self, a: Any, compare: Any, b: Any) -> Any:
        """Record a comparison; its truth is guarded when it is asked for."""
        if compare not in COMPARED and not (hasattr(b, "__apply__") or isinstance(b, Real)):
            return NotImplemented
        if isinstance(b, Real) and to_float(b) != b == b:
            raise TypeError(f"{caller_line()} compares with {b!r:.40}, which no float equals; write the nearest float")
        name, step = COMPARED.get(compare, ("eq", 1))  # -1: swapped
        if compare is operator.ne:
            return 1 - self.compare(a, operator.eq, b)
        return self.apply(TABLE[name], (a, b)[::step])

    def refuse_read(self, what: str) -> None:
        """Raise TypeError: a recording would freeze the number."""
        hint = "a compiled function replays its operations, not this number; use operations on Values"
        raise TypeError(f"{caller_line()} reads {what} of a Value while f is traced: {hint}")

    def refuse_write(self, value: Any, name: str) -> None:
        """Raise TypeError unless the Value is being made, for a call would not write again."""
        if type(value) is Traced or hasattr(value, "op"):
            hint = "a compiled function leaves the outside alone; change Values between its calls"
            raise TypeError(f"{caller_line()} sets .{name} of a Value while f is traced: {hint}")
        self.made.add(value)

    def gradients(self, outputs: Sequence[Any], inputs: Sequence[Any], seeds: Sequence[Any]) -> list[Any]:
        """Return Σ seed × ∂output/∂input for each input, as traced numbers."""
        return reverse_sweep(self, outputs, inputs, seeds)


def _open_tape(traced: Traced) -> Any:
    if not traced.tape.open:
        raise ValueError("a traced Value was used after the call of f that it belongs to")
    return traced.tape


@contextmanager
def tracing(tape: Tape) -> Iterator[None]:
    """Record the operations of this thread on Values on the tape."""
    if current_tracer() is not None:
        raise ValueError("a compiled function cannot be called by a function that is being traced")
    try:
        block = enable_grad()
        block.tracer = tape
        with block:
            yield
    finally:
        tape.open = False


def trace_function(
    f: Callable[..., Any], build: Callable[[Tape], tuple[Any, ...]], first: Callable[[int, int], Any]
) -> tuple[Tape, Any]:
    """Call f with arguments built on a new tape, and return tape and result.

    ``first`` returns the number of a leaf in the first sample, which decides the branches of f.
    """
    tape = DifferentiableTape(Traced, first)
    with tracing(tape):
        result = f(*build(tape))
    return tape, result
