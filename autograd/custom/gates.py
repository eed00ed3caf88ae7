"""Gates: a class with a forward and a backward on floats, as an operation on Values."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from ..engine import refuse_graph
from ..numbers import expect_real
from .calls import call, expect_methods
from .context import Context, plain_number
from .functions import Function


def gate(kind: Callable[[], Any]) -> Callable[..., Any]:
    """Turn a class with ``forward(x, …)`` and ``backward(upstream)`` into a function.

    Each call makes an instance, which may keep what it needs between the two passes. Only numbers are known of
    such a node, so its gradient has no graph.

    Args:
        kind: The class, or a function without arguments that returns an instance, such as ``lambda: Scale(3.0)``.
            Its backward returns upstream × local for each input: one number, or a list. None in the list is an input
            to which nothing flows.

    Raises:
        TypeError: If kind cannot be called, or its instances have no forward or no backward. At a call: if an input or
            a result is not a number, a second derivative is asked for, or the function is compiled.
        ValueError: If backward returns another number of results than there are inputs.

    >>> from autograd import Value
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
    _check(kind, name)

    def apply(*inputs: Any) -> Any:
        named = [(x, f"input {i} of {name}") for i, x in enumerate(inputs, 1)]
        numbers = [x if hasattr(type(x), "__apply__") else expect_real(x, at, "a number or a Value") for x, at in named]
        return call(Gate(name, kind()), numbers)

    apply.__name__ = apply.__qualname__ = name
    if hasattr(kind, "forward"):  # gradcheck's report names the inputs by these
        _, *own = inspect.signature(kind.forward).parameters.values()
        vars(apply)["__signature__"] = inspect.Signature(own)
    return apply


def _check(kind: Any, name: str) -> None:
    """Raise TypeError if a class of gates, or what a function returns, cannot be one."""
    if isinstance(kind, type) and issubclass(kind, Function):
        raise TypeError(f"{name}: it is an autograd.Function; call {name}.apply(…)")
    made = kind if isinstance(kind, type) else kind()
    expect_methods(made, name, "" if made is kind else f", which returned {type(made).__name__} {made!r:.40}")
    if inspect.isfunction(start := getattr(made, "__init__", None)):  # of a class; that of an instance is bound
        try:
            inspect.signature(start).bind(kind)
        except TypeError as error:
            raise TypeError(f"{name}: it needs arguments ({error}); write gate(lambda: {name}(…))") from None


class Gate:
    """A gate as a Function, which gets floats and keeps what it needs in its instance."""

    def __init__(self, name: str, instance: Any) -> None:
        self.__name__ = name
        self.instance = instance

    def forward(self, ctx: Context, *inputs: Any) -> float:
        """Return the number that the instance's forward returns."""
        y = self.instance.forward(*[float(plain_number(x)) for x in inputs])
        return expect_real(y, f"what {self.__name__}.forward returns")

    def backward(self, ctx: Context, upstream: Any) -> Any:
        """Return what the instance's backward returns."""
        if upstream.requires_grad:
            refuse_graph(self.__name__, "; write an autograd.Function or an autograd.operation")
        answer = self.instance.backward(upstream.data)
        if answer is None:
            raise TypeError(f"{self.__name__}.backward: it returns None; write [None] if nothing flows to its input")
        return list(answer) if getattr(answer, "ndim", 0) == 1 else answer
