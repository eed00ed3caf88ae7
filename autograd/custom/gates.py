"""Gates: a class with a forward and a backward as an operation on Values."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..engine import Node, ProbedOp, Value, anomaly, current_tracer, is_anomaly_enabled
from ..numbers import expect_real


def gate(kind: Callable[[], Any]) -> Callable[..., Value]:
    """Turn a class of gates, with ``forward(x, …)`` and ``backward(upstream)``, into a function on Values.

    Each call makes a gate of its own, which may keep what it needs between the two passes. Only numbers are known of
    such a node, so its gradient has no graph.

    Args:
        kind: The class. Its backward returns upstream × local for each input: one number, or a list.

    Raises:
        TypeError: kind cannot be called. The function raises it for inputs or results that are no numbers, and
            while it is compiled.

    >>> class MultiplyGate:
    ...     def forward(self, x, y):
    ...         self.x, self.y = x, y
    ...         return x * y
    ...     def backward(self, dz):
    ...         return [self.y * dz, self.x * dz]
    >>> x, y = Value(3.0), Value(-4.0)
    >>> gate(MultiplyGate)(x, y).backward()
    >>> x.grad, y.grad
    (-4.0, 3.0)
    """
    if not callable(kind):
        raise TypeError(f"kind: expected a class of gates, got {type(kind).__name__} {kind!r:.40}")
    name = getattr(kind, "__name__", type(kind).__name__)

    def apply(*inputs: Any) -> Value:
        if current_tracer() is not None:
            raise TypeError(f"{name}: a gate knows numbers only and cannot be compiled; use autograd.operation")
        args: list[Any] = [
            x if isinstance(x, Node) else expect_real(x, f"input {i} of {name}", "a number or a Value")
            for i, x in enumerate(inputs, 1)
        ]
        instance = kind()
        y = expect_real(
            instance.forward(*[x.data if isinstance(x, Node) else x for x in args]), f"what {name}.forward returns"
        )
        out = Value(y, tuple(x for x in args if isinstance(x, Node)), name)
        if out.op is not None:
            out.op, out.arg0, out.local0 = ProbedOp(name, len(args)), tuple(args), (None,) * len(args)
            vars(out)["gate"] = Gate(name, instance, len(args))
            if is_anomaly_enabled() and not math.isfinite(y):
                raise anomaly(out.op, args, y, ())
        return out

    if hasattr(kind, "forward"):  # its arguments are those of the function, by which a report calls them
        _, *own = inspect.signature(kind.forward).parameters.values()
        vars(apply)["__signature__"] = inspect.Signature(own)
    return apply


@dataclass
class Gate:
    """A gate between its two passes: data of a node, copied and pickled with it."""

    name: str
    instance: Any
    n_inputs: int

    def contributions(self, upstream: float) -> list[float]:
        """Return upstream × local for each input as the gate's backward does, or raise an error that names it."""
        answer = self.instance.backward(upstream)
        parts = list(answer) if hasattr(answer, "__len__") else [answer]
        if len(parts) != self.n_inputs:
            raise ValueError(
                f"{self.name}.backward: expected {self.n_inputs} numbers, one for each input, got {len(parts)}"
            )
        return [expect_real(part, f"number {i} of {self.name}.backward") for i, part in enumerate(parts, 1)]
