"""Modular gates: a forward() that remembers, and a backward() that multiplies what comes from above."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, update_wrapper
from types import SimpleNamespace
from typing import Any

from autograd import Value, gate
from autograd.engine.node import Node, real
from autograd.table.op import TABLE

from ..modules.layers import row


class Gate:
    """Give an operation of the table the two methods of the lectures' gates; ``op`` is its name.

    backward(∂L/∂y) = [∂L/∂y · ∂y/∂x, …]: the upstream times each local derivative, which the table knows.
    ``autograd.gate`` makes a function on Values of such a class, or of one that you write.
    Karpathy (2016), the course notes of Stanford's CS231n.

    >>> gate = MultiplyGate()
    >>> gate.forward(3.0, -4.0), gate.backward(2.0)
    (-12.0, [-8.0, 6.0])
    """

    op = ""

    def forward(self, *x: float) -> float:
        """Compute y and remember x and y; raise ValueError or TypeError for what does not fit."""
        name, op = type(self).__name__, TABLE.get(self.op)
        if op is None:
            raise ValueError(f"{name}.op: expected the name of an operation, got {self.op!r:.40}")
        if op.arity not in (None, len(x)):
            raise ValueError(f"{name}.forward: expected {op.arity} numbers, got {len(x)}")
        self.x = tuple(real(v, f"{name}.forward: input {i}") for i, v in enumerate(x))
        self.y = op.on_float(*self.x)
        return self.y

    def backward(self, upstream: float) -> list[float]:
        """Return ∂L/∂ each x, given ∂L/∂y; raise RuntimeError before a forward."""
        name = f"{type(self).__name__}.backward"
        if not hasattr(self, "y"):
            raise RuntimeError(f"{name}: there is nothing to go back through; call forward()")
        every = TABLE[self.op].local_derivatives(self.y, self.x, [None] * len(self.x))  # none of them is a constant
        return [real(upstream, f"{name}: upstream") * (local or 0.0) for local in every]


class MultiplyGate(Gate):
    """Compute x × y; backward swaps: ∂L/∂x = y · ∂L/∂z and ∂L/∂y = x · ∂L/∂z (Karpathy, CS231n, 2016).

    >>> from autograd import gate
    >>> x = Value(3.0)
    >>> gate(MultiplyGate)(x, -4.0).backward()
    >>> x.grad
    -4.0
    """

    op = "mul"


class SigmoidGate(Gate):
    """Compute σ(x) = 1 / (1 + e⁻ˣ) as one gate, for σ' = σ(1 − σ) (Karpathy, CS231n, 2016).

    >>> gate = SigmoidGate()
    >>> gate.forward(0.0), gate.backward(2.0)
    (0.5, [0.5])
    """

    op = "sigmoid"


class SigmoidLayer:
    """Compute σ of a whole row, with the two methods of Caffe's layers: from bottom to top, and back.

    bottom_diff = top_diff · σ(1 − σ), element by element. Jia et al. (2014), Caffe.

    >>> layer = SigmoidLayer()
    >>> layer.forward([0.0, 0.0]), layer.backward([1.0, 4.0])
    ([0.5, 0.5], [0.25, 1.0])
    """

    def forward(self, bottom: Sequence[float]) -> list[float]:
        """Return σ of each number."""
        inputs = row(bottom)
        self.gates = [SigmoidGate() for _ in inputs]
        return [gate.forward(x) for gate, x in zip(self.gates, inputs, strict=True)]

    def backward(self, top_diff: Sequence[float]) -> list[float]:
        """Return ∂L/∂bottom, given ∂L/∂top; raise RuntimeError before a forward, ValueError for another length."""
        if not hasattr(self, "gates"):
            raise RuntimeError("SigmoidLayer.backward: there is nothing to go back through; call forward()")
        upstreams = row(top_diff)
        if len(upstreams) != len(self.gates):
            raise ValueError(f"SigmoidLayer.backward: expected {len(self.gates)} numbers, got {len(upstreams)}")
        return [part for gate, upstream in zip(self.gates, upstreams, strict=True) for part in gate.backward(upstream)]


def on_rows(kind: Callable[[], Any]) -> Callable[[Sequence[Any]], list[Value]]:
    """Turn a class of layers, with forward(bottom) and backward(top_diff) on rows, into a function on Values.

    What ``autograd.gate`` does for gates of one output. A backward pass asks the layer once for each output, with
    the upstream of that one alone, since the outputs may be reached one by one.

    >>> x = [Value(0.0), Value(2.0)]
    >>> low, high = on_rows(SigmoidLayer)(x)
    >>> (low * 8 + high).backward()
    >>> [round(v.grad, 3) for v in x]
    [2.0, 0.105]
    """
    if not callable(kind):
        raise TypeError(f"kind: expected a class of layers, got {type(kind).__name__} {kind!r:.40}")

    def apply(inputs: Any) -> list[Value]:
        layer, inputs = kind(), row(inputs)
        bottom = [x.data if isinstance(x, Node) else real(x, f"inputs[{i}]") for i, x in enumerate(inputs)]
        top = list(layer.forward(bottom))

        def output(k: int) -> Any:
            """Make a gate of one output."""
            rest = [0.0] * (len(top) - k - 1)
            return SimpleNamespace(
                forward=lambda *_: top[k], backward=lambda upstream: layer.backward([0.0] * k + [upstream, *rest])
            )

        named = kind if hasattr(kind, "__name__") else type(kind)  # it is drawn as the layer
        made = [update_wrapper(partial(output, k), named, ["__name__"], []) for k in range(len(top))]
        return [gate(one)(*inputs) for one in made]

    return apply
