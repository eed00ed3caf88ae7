"""Activations beyond the rows of the table: those of several numbers, with a parameter of their own, or random."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import autograd
from autograd.table.op import TABLE

from .functional.sampling import draw


def sigmoid(z: Any, slope: float = 1.0) -> Any:
    """Compute 1 / (1 + exp(−slope·z)): the greater the slope, the nearer to a step; its derivative is slope·σ·(1 − σ).

    >>> sigmoid(0.0), sigmoid(1.0, slope=100.0)
    (0.5, 1.0)
    """
    return autograd.sigmoid(slope * z)


def threshold(z: Any, theta: float = 0.0) -> Any:
    """Compute 1 where z ≥ theta, else 0; nothing flows back (McCulloch and Pitts, 1943).

    >>> threshold(-0.1), threshold(0.0), threshold(0.4, theta=0.5)
    (0.0, 1.0, 0.0)
    """
    return autograd.heaviside(z - theta, 1)


def noisy_relu(z: Any, std: float = 1.0) -> Any:
    """Compute max(0, z + ε), ε drawn from a Gaussian of this standard deviation (Nair and Hinton, 2010).

    >>> noisy_relu(3.0, std=0.0), noisy_relu(-1.0, std=0.0)
    (3.0, 0.0)
    """
    return autograd.relu(z + draw(lambda: random.gauss(0.0, std)))


def maxout(pieces: Sequence[Any]) -> Any:
    """Compute the greatest of several linear functions' values (Goodfellow et al., 2013).

    >>> maxout([-1.0, 2.0, 0.5])
    2.0
    """
    return autograd.max(pieces)


def softmax(z: Sequence[Any]) -> list[Any]:
    """Compute exp zₖ / Σ exp z for each of the n scores z; no score is too large.

    It records about 3n nodes of 5n edges; the row ``autograd.softmax`` n nodes of n edges each.

    >>> softmax([1000.0, 1000.0])
    [0.5, 0.5]
    """
    top, rest = autograd.max(z), autograd.log_excess(z)  # not logsumexp, which would round at the size of the greatest
    return [autograd.exp((score - top) - rest) for score in z]


#: What takes the place of an activation outside training.
IN_USE = {"noisy_relu": "relu"}

#: What a neuron takes by name beside every row of the table that has one argument without a default.
BY_NAME: dict[str, Callable[[Any], Any]] = {"threshold": threshold, "noisy_relu": noisy_relu}


def function(name: str, training: bool = True) -> Callable[[Any], Any]:
    """Find an activation of one number by its name; "linear" gives its argument back."""
    if name == "linear":
        return lambda z: z
    name = name if training else IN_USE.get(name, name)
    return TABLE[name] if name in TABLE else BY_NAME[name]


def check(name: Any) -> str:
    """Check the name of an activation, or raise TypeError or ValueError."""
    if not isinstance(name, str):
        raise TypeError(f"activation: expected a name such as 'relu', got {type(name).__name__} {name!r:.40}")
    if name not in known():
        raise ValueError(f"activation: expected one of {', '.join(known())}; got {name!r:.40}")
    return name


def known() -> list[str]:
    """List the names of all activations of one number."""
    rows = [op.name for op in TABLE.values() if op.arity is not None and op.arity - len(op.calling.defaults) == 1]
    return ["linear", *rows, *BY_NAME]
