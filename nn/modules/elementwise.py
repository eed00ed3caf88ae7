"""Activation and Dropout: modules that map every number by itself."""

from __future__ import annotations

import random
from typing import Any

from autograd.graph import leaves, rebuild
from autograd.numbers import expect_real

from ..activations import check_activation, get_activation
from ..functional import draw
from .module import Module


class Activation(Module):
    """Apply an activation of one number to every number of a row or an image.

    Args:
        name: "linear", or an activation as in ``Neuron``.

    >>> Activation("relu")([[-1.0, 2.0]])
    [[0.0, 2.0]]
    """

    def __init__(self, name: str) -> None:
        self.name: str = check_activation(name)

    def __call__(self, x: Any) -> Any:
        """Return the activations in the shape of x."""
        return rebuild(x, map(get_activation(self.name, self.training), leaves(x)))


class Dropout(Module):
    """Set numbers to 0 with probability p in training, and scale the others.

    The factor keeps the mean, so outside training the module is the identity (inverted dropout; Srivastava et al.,
    2014, Dropout: a simple way to prevent neural networks from overfitting).

    Args:
        p: A probability, 0 ≤ p < 1.

    Raises:
        ValueError, TypeError: If p is not a number in this range.

    >>> Dropout(0.5).eval()([1.0, 2.0])
    [1.0, 2.0]
    """

    def __init__(self, p: float = 0.5) -> None:
        if not 0 <= expect_real(p, "p") < 1:
            raise ValueError(f"p: expected a probability from 0 to below 1, got {p!r:.40}")
        self.p = p

    def __repr__(self) -> str:
        return f"Dropout({self.p:g})"

    def __call__(self, x: Any) -> Any:
        """Return the masked numbers in the shape of x."""
        if not self.training or not self.p:
            return x
        return rebuild(x, [v * draw(self.mask) for v in leaves(x)])

    def mask(self) -> float:
        """Return a random factor: 0 with probability p, else 1/(1 − p)."""
        return 0.0 if random.random() < self.p else 1 / (1 - self.p)
