"""Value: the node, with the names people know it by."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

from .node import Node, real, sweep, topological
from .op import TABLE, Op

if TYPE_CHECKING:
    from collections.abc import Callable

if getattr(sys.modules["autograd"], "__distribution__", "") != "glassgrad":
    raise ImportError(
        "PyPI's project 'autograd' lies over glassgrad's package of the same name; put it right with: "
        "pip uninstall autograd && pip install --force-reinstall glassgrad"
    )

_sweeping = threading.RLock()


class Value(Node):
    """A number that records how it was computed, so that gradients can flow back to its parts.

    ``data`` is the number, ``grad`` the derivative of the last root with respect to it. Every operation
    of the table is a method and a function of the same name; numbers mix in on either side. Raises
    TypeError if data is not a real number.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> loss = (a * b).tanh() + a**2
    >>> loss.backward()
    >>> print(f"{loss:.4f} {a.grad:.4f} {b.grad:.2e}")
    3.0000 3.9999 4.92e-05
    """

    __slots__ = ()

    label: str = ""  # what the user calls it; shown in tables and drawings
    scope: str = ""  # the part of a model it is the output of, such as "layer0.neuron3"

    def __init__(self, data: Any, *, label: str = "") -> None:
        if isinstance(data, Node):
            raise TypeError(f"data: expected a number, got {data!r}; take its .data for a new leaf of the same value")
        self.data = real(data, "data")
        self.grad = 0.0
        self.op = self._a = self._b = self._da = self._db = self._mark = None
        if label:
            self.label = label

    def backward(self, gradient: float = 1.0) -> None:
        """Compute the gradient of this value with respect to everything under it, into their ``grad``.

        Leaves accumulate over calls, as every training loop expects (zero them between steps); computed
        values are started afresh, so that a second backward is right too. ``gradient`` is the seed
        ∂L/∂self. Takes time linear in the number of edges, at any depth.

        >>> x = Value(3.0)
        >>> y = x * x
        >>> z = y + y
        >>> z.backward(); z.backward()
        >>> y.grad, x.grad
        (2.0, 24.0)
        """
        seed = real(gradient, "gradient")
        with _sweeping:  # two graphs may share leaves
            sweep(topological(self), self, seed)

    @property
    def _prev(self) -> tuple[Value, ...]:
        """Micrograd's name for the arguments that are Values; in order, a·a has two."""
        return tuple(a for a in self.args if isinstance(a, Value))

    @property
    def _op(self) -> str:
        """Micrograd's name for the operation: "+", "*", "**2", "ReLU"; "" for a leaf."""
        if self.op is None:
            return ""
        if self.op.name == "pow" and isinstance(self._b, float):
            return f"**{self._b:g}"
        return {"add": "+", "sub": "-", "mul": "*", "div": "/", "relu": "ReLU"}.get(self.op.name, self.op.name)

    def __repr__(self) -> str:
        return f"Value(data={self.data}, grad={self.grad})"

    def __format__(self, spec: str) -> str:
        return format(self.data, spec) if spec else repr(self)

    def __bool__(self) -> bool:
        return bool(self.data)

    def __float__(self) -> float:
        raise TypeError("no gradient would flow through a float: use v.data for the number, v.exp() for math.exp(v)")

    def __lt__(self, other: Any) -> bool:
        return self.data < _data(other)

    def __le__(self, other: Any) -> bool:
        return self.data <= _data(other)

    def __gt__(self, other: Any) -> bool:
        return self.data > _data(other)

    def __ge__(self, other: Any) -> bool:
        return self.data >= _data(other)

    if TYPE_CHECKING:  # the methods made from the table below

        def __getattr__(self, name: str) -> Callable[..., Value]: ...


def _data(other: Any) -> float:
    return other.data if isinstance(other, Node) else real(other, "the other side of a comparison")


def _method(op: Op) -> Callable[..., Any]:
    if op.arity == 1:

        def method(self: Value) -> Any:
            return self.__apply__(op, (self,))
    else:

        def method(self: Value, *args: Any) -> Any:  # type: ignore[misc]  # it has more arguments
            return op(self, *args)

    method.__name__ = op.name
    method.__qualname__ = f"Value.{op.name}"
    method.__doc__ = f"Apply {op.name} to this value; see autograd.{op.name}."
    return method


for _op in TABLE.values():
    if not hasattr(Value, _op.name) and not _op.signature:
        setattr(Value, _op.name, _method(_op))
