"""Value: the node, with the names, checks and comparisons that users see."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any, SupportsFloat

from .. import extras  # noqa: F401  # it refuses PyPI's autograd
from ..modes import current_tracer, is_grad_enabled, open_blocks
from ..numbers import SIGNS, AnyFunction, decide, expect_real, expect_truth, keep_decisions, reads
from ..table import pack
from . import copying
from .node import Node, new_leaf, tick
from .nonfinite import warn_nonfinite
from .opaque import OpaqueOp, ProbedOp
from .recompute import first_stale, reevaluate
from .traversal import Hook, backpropagate, expect_value, nodes_in_order, note_infinity
from .vjp import backward_with_graph, reads_live_input

if TYPE_CHECKING:
    from collections.abc import Callable

birth: Callable[[], int] = itertools.count(2).__next__  #: the serial number of the next leaf that a user makes


class Value(Node):
    """A number that records how it was computed, so that gradients can flow back.

    Every operation of the table is a function, and each with a fixed number of arguments also a method, of the same
    name. Numbers mix in on either side.

    Args:
        data: The number.
        label: A name for tables and drawings.
        requires_grad: Whether gradients flow to it; for leaves only.
        _children, _op, children, local_grads: Arguments, operation and local derivatives of a node of your own, as in
            micrograd and microgpt; a tuple as ``_op`` has the local derivatives.

    Raises:
        TypeError, ValueError, OverflowError: If data is no real number that a float can hold, or a part does not fit.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> loss = (a * b).tanh() + a**2
    >>> loss.backward()
    >>> print(f"{loss:.4f} {a.grad:.4f} {b.grad:.2e}")
    3.0000 3.9999 4.92e-05
    """

    __slots__ = ()

    def __init__(
        self, data: SupportsFloat, _children: Any = (), _op: Any = "", label: str = "", *, requires_grad: bool = True,
        children: Any = (), local_grads: Any = (),
    ) -> None:  # fmt: skip  # in few lines
        if not isinstance(label, str):
            raise TypeError(f"label: expected a text, got {type(label).__name__} {label!r:.40}")
        record: tuple[Any, ...] = (None, None, None, birth() if expect_truth(requires_grad, "requires_grad") else None)
        if _children or children or local_grads or type(_op) is not str:
            record = _opaque_record(self, _children or children, _op, local_grads)
        self.data = data
        node: Node = self  # whose slots have types
        node.op, node.arg0, node.local0, node._serial = record
        node._grad, node.arg1, node.local1 = 0.0, None, None
        note_infinity(node)
        if label:
            self.label = label

    def backward(self, gradient: float = 1.0, retain_graph: bool = True, create_graph: bool = False) -> None:
        """Add the gradient of this value by everything under it to each ``grad``.

        Leaves accumulate over calls, so zero them between steps. Computed values start from 0, so that a second
        backward is right too. It takes time linear in the number of edges, at any depth.

        Args:
            gradient: The seed, ∂L/∂self.
            retain_graph: As in PyTorch; a graph is always retained.
            create_graph: Whether the grads are Values, whose graphs can be differentiated again. They always are
                inside a function that a transform differentiates, if this value depends on the function's arguments.

        >>> x = Value(3.0)
        >>> y = x * x
        >>> z = y + y
        >>> z.backward(); z.backward()
        >>> y.grad, x.grad
        (2.0, 24.0)
        """
        seed = expect_real(gradient, "gradient")
        if self._serial is None:
            raise RuntimeError("backward: no gradient flows here: made inside no_grad, detached, or not required")
        if expect_truth(create_graph, "create_graph") or reads_live_input(self):
            backward_with_graph(self, seed)
            return
        total, may_lose = backpropagate(self, seed)
        finite = math.isfinite(self._data + total)
        if may_lose or not finite:
            warn_nonfinite(self, finite)

    def register_hook(self, hook: Callable[[Any], Any]) -> Hook:
        """Call ``hook(gradient)`` in each backward pass once this gradient is complete.

        What it returns, unless it is None, takes the place of the gradient: a float, or with create_graph a Value.

        Returns:
            A handle, whose ``remove()`` removes the hook.

        Raises:
            TypeError: If hook is not callable, or the Value is being traced.
            RuntimeError: If no gradient flows to the Value.

        >>> x = Value(3.0)
        >>> y = x * 2.0
        >>> handle = y.register_hook(lambda upstream: min(upstream, 1.0))
        >>> (y * 5.0).backward()
        >>> x.grad
        2.0
        """
        if not callable(hook) or not self.is_concrete:
            what = "a Value that is not traced" if callable(hook) else f"a function of the gradient, got {hook!r:.40}"
            raise TypeError(f"hook: expected {what}")
        if self._serial is None:
            raise RuntimeError("register_hook: no gradient flows to this Value; set requires_grad before it is used")
        return Hook(self, hook)

    def __compare__(self, compare: AnyFunction, other: Any) -> Any:
        if open_blocks and (tracer := current_tracer()):
            return tracer.compare(self, compare, other)
        x = other if type(other) is float else other._data if isinstance(other, Node) else None
        answer = Node.__compare__(self, compare, other) if x is None else compare(self._data, x)
        if answer is not NotImplemented:
            decide(self, SIGNS[compare], other)
        return answer

    def detach(self) -> Value:
        """Return a leaf of the same value, to which no gradient flows."""
        if open_blocks and (tracer := current_tracer()):
            return tracer.stop(self)  # type: ignore[no-any-return]  # a Value
        reads.note("uses detach()", self._serial is not None)
        return new_leaf(type(self), self.data, requires_grad=False)  # type: ignore[no-any-return]  # of the same class

    def forward(self) -> Value:
        """Recompute this value and all under it in place; refuse one that is opaque.

        >>> x = Value(3.0)
        >>> y = x * x
        >>> x.data = 5.0
        >>> y.is_stale(), y.forward().data, y.is_stale()
        (True, 25.0, False)
        """
        for node, y, local in list(reevaluate(self, strict=True)):
            node.data = y
            node.local0, node.local1 = pack(node.op, local)
            note_infinity(node)
            keep_decisions(node.args)
        return self

    def is_stale(self) -> bool:
        """Return whether data under this value was changed; no opaque node is stale."""
        return first_stale(self) is not None

    @property
    def _prev(self) -> tuple[Value, ...]:
        """The arguments that are Values, in order, as micrograd calls them; a·a has two."""
        return tuple(a for a in self.args if isinstance(a, Value))

    _children = _prev  # as microgpt calls them

    @property
    def _local_grads(self) -> tuple[float, ...]:
        """The local derivatives with respect to them, as microgpt calls them."""
        return tuple(d or 0.0 for a, d in zip(self.args, self.locals, strict=True) if isinstance(a, Value))

    @property
    def _op(self) -> str:
        """The operation as micrograd calls it: "+", "*", "**2", "ReLU"; "" for a leaf."""
        name = self.op.name if self.op else ""
        if name == "pow" and isinstance(self.args[1], float):
            return f"**{self.args[1]:g}"
        symbols = {"add": "+", "sub": "-", "mul": "*", "div": "/", "relu": "ReLU"}
        return symbols.get(name) or name.removeprefix("ƒ").strip()

    @property
    def _backward(self) -> Callable[[], None]:
        """The step of backward here, as in micrograd: it adds to the arguments' grads."""
        run: Any = (lambda: self.op.run_backward(self)) if isinstance(self.op, ProbedOp) else self._accumulate
        return self.__dict__.get("_backward") or run  # type: ignore[no-any-return]  # a function

    @_backward.setter
    def _backward(self, closure: Callable[[], None]) -> None:
        self.__dict__["_backward"] = closure
        if self.op is not None:
            args, op = self.args, ProbedOp("", len(self.args))
            op.name, op.notation = self.op.name, self.op.notation
            node: Node = self
            node.op, node.arg0, node.arg1, node.local0, node.local1 = op, args, None, (None,) * len(args), None

    def _accumulate(self) -> None:
        for a, local in zip(self.args, self.locals, strict=True):
            if local is not None:
                a.grad += local * self.grad

    def __copy__(self) -> Value:
        return self if reads_live_input(self) else copying.copy_node(self)  # type: ignore[return-value]  # of the same class

    def __deepcopy__(self, memo: dict[int, Any]) -> Value:
        return self if reads_live_input(self) else copying.copy_graph(self, memo)  # type: ignore[return-value]  # of the same class

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        if reads_live_input(self):
            raise TypeError("no gradient would flow through a pickle of this value, which a transform differentiates")
        return copying.reduce_graph(self)

    def __setstate__(self, state: copying.State) -> None:
        copying.restore_state(self, state)

    def __repr__(self) -> str:
        if open_blocks and current_tracer():  # debuggers and errors may ask, and a recording would keep the number
            return f"Value({self.label or 'from outside'})"
        return f"Value(data={self._data}, grad={self._grad})"

    def __str__(self) -> str:
        if open_blocks and (tracer := current_tracer()):
            tracer.refuse_read("the text")
        return repr(self)


def _opaque_record(node: Value, children: Any, op: Any, local_grads: Any) -> tuple[Any, ...]:
    """Check the parts of a user's node; return op, arguments, locals and serial number.

    A node that is made a second time must not be under its own children.
    """
    if not isinstance(op, str):
        op, local_grads = "", op
    for name, given, what in (("children", children, "Values"), ("local_grads", local_grads, "numbers")):
        if not hasattr(given, "__iter__") or isinstance(given, str):
            hint = f"; write label={given!r} for a name" if isinstance(given, str) else ""
            raise TypeError(f"{name}: expected a tuple of {what}, got {type(given).__name__} {given!r:.40}{hint}")
    children = tuple(children)
    for i, child in enumerate(children):
        expect_value(child, f"children[{i}]")
        if hasattr(node, "_data") and any(node is x for x in nodes_in_order(child)):
            loop = " → ".join(x.label or repr(x) for x in (node, child, node))
            raise ValueError(f"children[{i}]: it is computed from this very value, which makes a loop: {loop}")
    local = [expect_real(d, f"local_grads[{i}]") for i, d in enumerate(local_grads)]
    if local and len(local) != len(children):
        raise ValueError(f"local_grads: expected {len(children)}, one for each child, got {len(local)}")
    if not any(child.requires_grad for child in children) or not is_grad_enabled():
        return None, None, None, None if children else 1
    if not local:
        return ProbedOp(op, len(children)), children, (None,) * len(children), tick()
    flowing = tuple([d if a.requires_grad else None for a, d in zip(children, local, strict=True)])
    return OpaqueOp(op, len(children)), children, flowing, tick()
