"""Functions with a forward and a backward, as ``torch.autograd.Function`` has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..graph import leaves
from .calls import call, expect_methods


class Function:
    """An operation with ``forward(ctx, …)`` and ``backward(ctx, …)``, as in PyTorch.

    Forward gets the arguments, Values as Values, and returns a number or a tuple of them. Backward gets the upstream of
    each result and returns a gradient for each argument, None where nothing flows. Gradients flow to the arguments
    alone, and by backward alone, so a Value that a method reads from outside, such as a weight, is refused if it
    requires a gradient. If backward is written in operations on Values, its gradient has a gradient again.

    ``ctx.save_for_backward(…)`` keeps arguments and results, which are ``ctx.saved_tensors`` in backward.
    ``ctx.needs_input_grad`` has a truth for each argument, and ctx may have attributes of any name. With several
    results, backward is called once for each result that has an upstream, with 0.0 for the others.

    >>> from autograd import Value
    >>> class Exp(Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         y = x.exp()
    ...         ctx.save_for_backward(y)
    ...         return y
    ...     @staticmethod
    ...     def backward(ctx, upstream):
    ...         (y,) = ctx.saved_tensors
    ...         return upstream * y
    >>> x = Value(0.0)
    >>> Exp.apply(x).backward()
    >>> x.grad
    1.0
    """

    forward: Callable[..., Any]
    backward: Callable[..., Any]

    @classmethod
    def apply(cls, *inputs: Any) -> Any:
        """Return the result of forward as a Value, or a tuple of Values if it is one.

        Args:
            inputs: Values, numbers, and anything else that forward takes.

        Raises:
            TypeError: If the class lacks a method, forward returns something other than numbers or reads a Value from
                outside, or a function is compiled. In backward also: if a result is not a number or is a Value
                from outside, or a second derivative is lost; in forward mode, if backward is not linear.
            ValueError: If backward returns a wrong number of results.
        """
        expect_methods(cls, cls.__name__)
        for i, x in enumerate(inputs, 1):
            if isinstance(x, list | tuple | dict) and any(hasattr(type(v), "__apply__") for v in leaves(x)):
                expected = "expected Values one by one, such as apply(*values)"
                raise TypeError(f"input {i} of {cls.__name__}: {expected}, got {x!r:.60}")
        return call(cls, inputs)
