"""Activations beyond the table: of several numbers, with a parameter, or random."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import autograd
from autograd.table import TABLE

from .functional import draw


def sigmoid(z: Any, slope: float = 1.0) -> Any:
    """Return σ = 1 / (1 + exp(−slope·z)), whose derivative is slope·σ·(1 − σ).

    It approaches a step as the slope grows.

    Args:
        z, slope: A number or Value, and its factor.

    >>> sigmoid(0.0), sigmoid(1.0, slope=100.0)
    (0.5, 1.0)
    """
    return autograd.sigmoid(slope * z)


def threshold(z: Any, theta: float = 0.0) -> Any:
    """Return 1 where z ≥ theta and 0 elsewhere (McCulloch and Pitts, 1943).

    The derivative is 0.

    Args:
        z, theta: A number or Value, and the threshold.

    >>> threshold(-0.1), threshold(0.0), threshold(0.4, theta=0.5)
    (0.0, 1.0, 0.0)
    """
    return autograd.heaviside(z - theta, 1)


def noisy_relu(z: Any, std: float = 1.0) -> Any:
    """Return max(0, z + ε) for Gaussian noise ε (Nair and Hinton, 2010).

    Args:
        z: A number or Value.
        std: The standard deviation of the noise, drawn from Python's ``random`` at each call.

    >>> noisy_relu(3.0, std=0.0), noisy_relu(-1.0, std=0.0)
    (3.0, 0.0)
    """
    return autograd.relu(z + draw(lambda: random.gauss(0.0, std)))


def maxout(pieces: Sequence[Any]) -> Any:
    """Return the greatest of several linear functions (Goodfellow et al., 2013).

    >>> maxout([-1.0, 2.0, 0.5])
    2.0
    """
    return autograd.max(pieces)


def softmax(z: Sequence[Any]) -> list[Any]:
    """Return exp zₖ / Σ exp z for each of n scores of any size.

    >>> softmax([1000.0, 1000.0])
    [0.5, 0.5]
    """
    return autograd.softmax(z)


#: The activation that replaces a random one outside training.
EVAL_EQUIVALENT = {"noisy_relu": "relu"}

#: Activations by name, in addition to every row of the table that has one argument without a default.
ACTIVATIONS: dict[str, Callable[[Any], Any]] = {"threshold": threshold, "noisy_relu": noisy_relu}


def get_activation(name: str, training: bool = True) -> Callable[[Any], Any]:
    """Return the activation of a name, in training or outside it."""
    if name == "linear":
        return lambda z: z
    name = name if training else EVAL_EQUIVALENT.get(name, name)
    return TABLE[name] if name in TABLE else ACTIVATIONS[name]


def check_activation(name: Any) -> str:
    """Return the name of an activation, or raise TypeError or ValueError."""
    if not isinstance(name, str):
        raise TypeError(f"activation: expected a name such as 'relu', got {type(name).__name__} {name!r:.40}")
    if name not in list_activations():
        raise ValueError(f"activation: expected one of {', '.join(list_activations())}; got {name!r:.40}")
    return name


def list_activations() -> list[str]:
    """Return the names of all activations of one number."""
    rows = [op.name for op in TABLE.values() if op.arity is not None and op.arity - len(op.calling.defaults) == 1]
    return ["linear", *rows, *ACTIVATIONS]
