"""SGD, Adagrad, RMSprop, Adam and AdamW, with PyTorch's defaults and arithmetic.

All take ``parameters``, ``lr`` (the learning rate) and ``weight_decay`` (λ): λ·θ is added to the gradient of each
parameter θ, as an L2 penalty λ/2·Σθ² would. Options are numbers of at least 0.
"""

from __future__ import annotations

from math import sqrt
from typing import Any, ClassVar

from ..validation import read_bool
from .optimizer import Optimizer, Option, read_fraction, read_nonnegative

WEIGHT_DECAY: dict[str, Option] = {"weight_decay": (0.0, read_nonnegative)}


class SGD(Optimizer):
    """Follow the gradient g: θ ← θ − lr·v with v ← momentum·v + g (Polyak, 1964).

    Args:
        momentum: The weight of the velocity v.
        nesterov: Whether the step is along g + momentum·v (Nesterov, 1983).
        weight_decay: λ; λ·θ is added to the gradient of each parameter θ.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> optimizer = SGD([x], lr=0.1)
    >>> (x * x).backward()
    >>> optimizer.step()
    >>> round(x.data, 4)
    2.4
    """

    memory_names: ClassVar[tuple[str, ...]] = ("velocity",)
    options: ClassVar[dict[str, Option]] = {
        "lr": (1e-3, read_nonnegative),
        "momentum": (0.0, read_nonnegative),
        "nesterov": (False, read_bool),
        **WEIGHT_DECAY,
    }
    momentum: float
    nesterov: bool

    def compute_update(self, i: Any, g: Any) -> Any:  # noqa: D102  # as in Optimizer, here and below
        velocity = self.memory["velocity"]
        velocity[i] = v = self.momentum * velocity[i] + g
        return self.lr * (g + self.momentum * v if self.nesterov else v)


class Adagrad(Optimizer):
    """Divide by the root of all squared gradients: θ ← θ − lr·g / (√Σg² + eps).

    Duchi et al. (2011), Adaptive subgradient methods.

    Args:
        eps: The number added to the root.
        weight_decay: λ; λ·θ is added to the gradient of each parameter θ.
    """

    memory_names: ClassVar[tuple[str, ...]] = ("squares",)
    options: ClassVar[dict[str, Option]] = {
        "lr": (1e-2, read_nonnegative),
        "eps": (1e-10, read_nonnegative),
        **WEIGHT_DECAY,
    }
    eps: float

    def compute_update(self, i: Any, g: Any) -> Any:  # noqa: D102
        squares = self.memory["squares"]
        squares[i] += g * g
        return self.lr * g / (_sqrt(squares[i]) + self.eps)


class RMSprop(Optimizer):
    """Divide by the root of a running mean of squares (Tieleman and Hinton, 2012).

    Args:
        alpha: The weight of the old mean, 0 ≤ alpha < 1.
        eps: The number added to the root.
        weight_decay: λ; λ·θ is added to the gradient of each parameter θ.
    """

    memory_names: ClassVar[tuple[str, ...]] = ("squares",)
    options: ClassVar[dict[str, Option]] = {
        "lr": (1e-2, read_nonnegative),
        "alpha": (0.99, read_fraction),
        "eps": (1e-8, read_nonnegative),
        **WEIGHT_DECAY,
    }
    alpha: float
    eps: float

    def compute_update(self, i: Any, g: Any) -> Any:  # noqa: D102
        squares = self.memory["squares"]
        squares[i] = self.alpha * squares[i] + (1 - self.alpha) * g * g
        return self.lr * g / (_sqrt(squares[i]) + self.eps)


def _read_betas(x: Any, name: str) -> tuple[float, float]:
    """Return a pair of floats from 0 to below 1, or raise ValueError or TypeError."""
    if not isinstance(x, list | tuple) or len(x) != 2:
        raise ValueError(f"{name}: expected two numbers, got {x!r:.40}")
    return read_fraction(x[0], f"{name}[0]"), read_fraction(x[1], f"{name}[1]")


class Adam(Optimizer):
    """Divide a running mean of gradients by the root of a running mean of squares.

    Both means are corrected for their start at 0. Kingma and Ba (2015), Adam: a method for stochastic optimization.

    Args:
        betas: The weights of the two old means, each from 0 to below 1.
        eps: The number added to the root.
        weight_decay: λ; λ·θ is added to the gradient of each parameter θ.
    """

    memory_names: ClassVar[tuple[str, ...]] = ("means", "squares")
    options: ClassVar[dict[str, Option]] = {
        "lr": (1e-3, read_nonnegative),
        "betas": ((0.9, 0.999), _read_betas),
        "eps": (1e-8, read_nonnegative),
        **WEIGHT_DECAY,
    }
    betas: tuple[float, float]
    eps: float

    def compute_update(self, i: Any, g: Any) -> Any:  # noqa: D102
        b1, b2 = self.betas
        means = self.memory["means"]
        squares = self.memory["squares"]
        means[i] = b1 * means[i] + (1 - b1) * g
        squares[i] = b2 * squares[i] + (1 - b2) * g * g
        size = _sqrt(squares[i]) / sqrt(1 - b2**self.steps)
        return self.lr / (1 - b1**self.steps) * means[i] / (size + self.eps)


class AdamW(Adam):
    """Adam whose weight decay multiplies each parameter by 1 − lr·weight_decay.

    Loshchilov and Hutter (2019), Decoupled weight decay regularization.
    """

    options: ClassVar[dict[str, Option]] = {**Adam.options, "weight_decay": (1e-2, read_nonnegative)}
    decoupled = True


def _sqrt(x: Any) -> Any:
    """Return √x of a number, or of each number of an array."""
    return sqrt(x) if type(x) is float else x**0.5
