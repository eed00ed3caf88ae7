"""Modular gates: forward() remembers, backward() multiplies by the upstream."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, update_wrapper
from types import SimpleNamespace
from typing import Any

from autograd import Value, gate
from autograd.engine import Node
from autograd.numbers import expect_real
from autograd.table import TABLE

from ..validation import read_row


class Gate:
    """Compute the operation named ``op`` with the methods of the lectures' gates.

    backward(∂L/∂y) = [∂L/∂y · ∂y/∂x, …]: the upstream times each local derivative, which the table provides.
    ``autograd.gate`` turns such a class, or one that you write, into a function of Values.
    Karpathy (2016), the course notes of Stanford's CS231n.

    >>> gate = MultiplyGate()
    >>> gate.forward(3.0, -4.0), gate.backward(2.0)
    (-12.0, [-8.0, 6.0])
    """

    op = ""

    def forward(self, *x: float) -> float:
        """Compute y and remember x and y.

        Args:
            *x: The operands of the operation.

        Raises:
            ValueError: If the operation is unknown, or the number of operands is wrong.
            TypeError: If an operand is not a number.
        """
        name, op = type(self).__name__, TABLE.get(self.op)
        if op is None:
            raise ValueError(f"{name}.op: expected the name of an operation, got {self.op!r:.40}")
        if op.arity not in (None, len(x)):
            raise ValueError(f"{name}.forward: expected {op.arity} numbers, got {len(x)}")
        self.x: tuple[float, ...] = tuple(expect_real(v, f"{name}.forward: input {i}") for i, v in enumerate(x))
        self.y: float = op.on_float(*self.x)
        return self.y

    def backward(self, upstream: float) -> list[float]:
        """Return ∂L/∂x for each operand; raise RuntimeError before ``forward``."""
        name = f"{type(self).__name__}.backward"
        if not hasattr(self, "y"):
            raise RuntimeError(f"{name}: there is nothing to go back through; call forward()")
        local_derivatives = TABLE[self.op].local_derivatives(self.y, self.x, [None] * len(self.x))  # no constants
        return [expect_real(upstream, f"{name}: upstream") * (local or 0.0) for local in local_derivatives]


class MultiplyGate(Gate):
    """Compute x × y; backward swaps: ∂L/∂x = y · ∂L/∂z and ∂L/∂y = x · ∂L/∂z.

    From Karpathy's course notes (CS231n, 2016).

    >>> from autograd import gate
    >>> x = Value(3.0)
    >>> gate(MultiplyGate)(x, -4.0).backward()
    >>> x.grad
    -4.0
    """

    op = "mul"


class SigmoidGate(Gate):
    """Compute σ(x) = 1 / (1 + e⁻ˣ) as one gate, because σ' = σ(1 − σ).

    From Karpathy's course notes (CS231n, 2016).

    >>> gate = SigmoidGate()
    >>> gate.forward(0.0), gate.backward(2.0)
    (0.5, [0.5])
    """

    op = "sigmoid"


class SigmoidLayer:
    """Compute σ of a row, with the methods of Caffe's layers.

    bottom_diff = top_diff · σ(1 − σ), element by element. Jia et al. (2014), Caffe.

    >>> layer = SigmoidLayer()
    >>> layer.forward([0.0, 0.0]), layer.backward([1.0, 4.0])
    ([0.5, 0.5], [0.25, 1.0])
    """

    def forward(self, bottom: Sequence[float]) -> list[float]:
        """Return σ of each number."""
        inputs = read_row(bottom)
        self.gates: list[SigmoidGate] = [SigmoidGate() for _ in inputs]
        return [gate.forward(x) for gate, x in zip(self.gates, inputs, strict=True)]

    def backward(self, top_diff: Sequence[float]) -> list[float]:
        """Return ∂L/∂bottom, given ∂L/∂top.

        Raises:
            RuntimeError: If ``forward`` has not run.
            ValueError: If the length differs from that of the bottom.
        """
        if not hasattr(self, "gates"):
            raise RuntimeError("SigmoidLayer.backward: there is nothing to go back through; call forward()")
        upstreams = read_row(top_diff)
        if len(upstreams) != len(self.gates):
            raise ValueError(f"SigmoidLayer.backward: expected {len(self.gates)} numbers, got {len(upstreams)}")
        return [part for gate, upstream in zip(self.gates, upstreams, strict=True) for part in gate.backward(upstream)]


def on_rows(kind: Callable[[], Any]) -> Callable[[Sequence[Any]], list[Value]]:
    """Return a function of rows of Values that computes a layer of gates.

    The layer has the methods forward(bottom) and backward(top_diff).

    It is the counterpart of ``autograd.gate`` for several outputs. A backward pass calls the layer once for each
    output, with the upstream of that output alone, because outputs may be reached one at a time.

    Args:
        kind: The class of the layer, or a function without arguments that returns one.

    Raises:
        TypeError: If kind is not a function; at a call, an input is not a number.

    >>> x = [Value(0.0), Value(2.0)]
    >>> low, high = on_rows(SigmoidLayer)(x)
    >>> (low * 8 + high).backward()
    >>> [round(v.grad, 3) for v in x]
    [2.0, 0.105]
    """
    if not callable(kind):
        raise TypeError(f"kind: expected a class of layers, got {type(kind).__name__} {kind!r:.40}")

    def apply(inputs: Any) -> list[Value]:
        layer, inputs = kind(), read_row(inputs)
        bottom = [x.data if isinstance(x, Node) else expect_real(x, f"inputs[{i}]") for i, x in enumerate(inputs)]
        top = list(layer.forward(bottom))

        def make_gate(k: int) -> Any:
            """Return a gate of the k-th output."""
            zeros = [0.0] * (len(top) - k - 1)
            return SimpleNamespace(
                forward=lambda *_: top[k], backward=lambda upstream: layer.backward([0.0] * k + [upstream, *zeros])
            )

        named = kind if hasattr(kind, "__name__") else type(kind)  # the gates are drawn under the layer's name
        gates = [update_wrapper(partial(make_gate, k), named, ["__name__"], []) for k in range(len(top))]
        return [gate(one)(*inputs) for one in gates]

    apply.__qualname__ = "on_rows(…)"  # as Python's messages call it
    return apply
