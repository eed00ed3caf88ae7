"""Limit the size of gradients before a step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import hypot

from autograd import Value

from .optimizer import read_nonnegative


def clip_grad_norm(parameters: Sequence[Value], max_norm: float) -> float:
    """Scale gradients to a norm of at most max_norm, and return the norm they had.

    As in PyTorch, a longer gradient is multiplied by max_norm / (norm + 1e-6).
    Pascanu et al. (2013), On the difficulty of training recurrent neural networks.

    Args:
        parameters: Values, whose ``grad`` is changed in place.
        max_norm: The greatest Euclidean norm of all gradients together.

    Raises:
        ValueError: If max_norm is below 0.

    >>> x = Value(3.0)
    >>> (x * x).backward()
    >>> clip_grad_norm([x], 1.0), round(x.grad, 5)
    (6.0, 1.0)
    """
    gradient = [p.grad for p in parameters]
    for p, g in zip(parameters, clip_gradient(gradient, max_norm=max_norm), strict=True):
        p.grad = g
    return hypot(*gradient)


def clip_grad_value(parameters: Iterable[Value], max_value: float) -> None:
    """Limit the gradient of every parameter to −max_value … max_value.

    Args:
        parameters, max_value: As for ``clip_grad_norm``, and the greatest magnitude of each gradient.
    """
    for p in parameters:
        (p.grad,) = clip_gradient([p.grad], max_value)


def clip_gradient(
    gradient: Iterable[float], max_value: float | None = None, max_norm: float | None = None
) -> list[float]:
    """Return a gradient with entries limited to max_value, then norm to max_norm."""
    if max_value is not None:
        bound = read_nonnegative(max_value, "max_value")
        gradient = [max(-bound, min(bound, g)) for g in gradient]
    gradient = [*gradient]
    if max_norm is not None and (norm := hypot(*gradient)) > read_nonnegative(max_norm, "max_norm"):
        gradient = [g * min(1.0, max_norm / (norm + 1e-6)) for g in gradient]
    return gradient
