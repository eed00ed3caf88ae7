"""Optimisers: how a step follows from the gradient. Names, defaults and arithmetic are PyTorch's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import hypot, isfinite, sqrt
from typing import Any

from autograd import Value
from autograd.node import real


class Optimizer:
    """Take steps downhill: each parameter changes by what ``change`` makes of its gradient.

    ``lr`` is the learning rate, which may be set at any time; ``weight_decay`` adds λ·θ to each gradient, as
    an L2 penalty λ/2·Σθ² would. What an optimiser remembers of each parameter is in ``memory``, by name.
    Raises ValueError or TypeError for parameters or options that cannot be.
    """

    remembers: tuple[str, ...] = ()

    def __init__(self, parameters: Iterable[Value], lr: float, weight_decay: float = 0.0) -> None:
        self.parameters = list(parameters)
        if not self.parameters:
            raise ValueError("parameters: expected at least one, got none")
        for i, p in enumerate(self.parameters):
            if not isinstance(p, Value):
                raise TypeError(f"parameters[{i}]: expected a Value, got {type(p).__name__} {p!r:.40}")
        self.lr, self.weight_decay = at_least(lr, "lr"), at_least(weight_decay, "weight_decay")
        self.steps = 0
        self.memory: dict[str, Any] = {name: [0.0] * len(self.parameters) for name in self.remembers}

    def step(self) -> None:
        """Change every parameter that requires a gradient, by its ``grad``."""
        self.steps += 1
        for i, p in enumerate(self.parameters):
            if p.requires_grad:
                p.data -= self.change(i, p.grad + self.weight_decay * p.data)

    def change(self, i: int, g: float) -> float:
        """Return what is taken from the i-th parameter, given its gradient."""
        raise NotImplementedError

    def zero_grad(self) -> None:
        """Set every gradient to 0."""
        for p in self.parameters:
            p.grad = 0.0

    def state_dict(self) -> dict[str, Any]:
        """Return all that the next step depends on but the parameters, as plain data."""
        memory = {name: [*map(_copy, numbers)] for name, numbers in self.memory.items()}
        return {"kind": type(self).__name__, "lr": self.lr, "steps": self.steps, "memory": memory}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a state; raise ValueError, with nothing changed, if it is of another optimiser or model."""
        if state["kind"] != type(self).__name__:
            raise ValueError(f"state: expected one of {type(self).__name__}, got one of {state['kind']!r:.40}")
        lr, steps, memory = at_least(state["lr"], "lr"), state["steps"], state["memory"]
        if type(steps) is not int or set(memory) != set(self.memory):
            raise ValueError(f"state: expected steps and {sorted(self.memory)}, got {steps!r:.40} and {sorted(memory)}")
        for name in self.remembers:
            if len(memory[name]) != len(self.parameters):
                raise ValueError(f"state: expected {len(self.parameters)} of {name}, got {len(memory[name])}")
        read = {name: [*map(_copy, memory[name])] for name in self.memory}
        self.lr, self.steps, self.memory = lr, steps, read


class SGD(Optimizer):
    """Follow the gradient g: θ ← θ − lr·v, v ← momentum·v + g (Polyak, 1964), or with Nesterov's look ahead.

    >>> x = Value(3.0)
    >>> optimizer = SGD([x], lr=0.1)
    >>> (x * x).backward()
    >>> optimizer.step()
    >>> round(x.data, 4)
    2.4
    """

    remembers = ("velocity",)

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float = 1e-3,
        *,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, lr, weight_decay)
        self.momentum, self.nesterov = at_least(momentum, "momentum"), nesterov

    def change(self, i: int, g: float) -> float:  # noqa: D102  # as in Optimizer, here and below
        velocity: list[float] = self.memory["velocity"]
        velocity[i] = v = self.momentum * velocity[i] + g
        return self.lr * (g + self.momentum * v if self.nesterov else v)


class Adagrad(Optimizer):
    """Divide by the root of all squared gradients so far: θ ← θ − lr·g / (√Σg² + eps) (Duchi et al., 2011)."""

    remembers = ("squares",)

    def __init__(
        self, parameters: Iterable[Value], lr: float = 1e-2, *, eps: float = 1e-10, weight_decay: float = 0.0
    ) -> None:
        super().__init__(parameters, lr, weight_decay)
        self.eps = at_least(eps, "eps")

    def change(self, i: int, g: float) -> float:  # noqa: D102
        squares = self.memory["squares"]
        squares[i] += g * g
        return self.lr * g / (sqrt(squares[i]) + self.eps)


class RMSprop(Optimizer):
    """Divide by the root of a running mean of squared gradients (Tieleman and Hinton, 2012)."""

    remembers = ("squares",)

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float = 1e-2,
        *,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, lr, weight_decay)
        self.alpha, self.eps = share_below_one(alpha, "alpha"), at_least(eps, "eps")

    def change(self, i: int, g: float) -> float:  # noqa: D102
        squares = self.memory["squares"]
        squares[i] = self.alpha * squares[i] + (1 - self.alpha) * g * g
        return self.lr * g / (sqrt(squares[i]) + self.eps)


class Adam(Optimizer):
    """Divide a running mean of gradients by the root of one of squares, both unbiased (Kingma and Ba, 2015)."""

    remembers = ("means", "squares")

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float = 1e-3,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, lr, weight_decay)
        self.betas = share_below_one(betas[0], "betas[0]"), share_below_one(betas[1], "betas[1]")
        self.eps = at_least(eps, "eps")

    def change(self, i: int, g: float) -> float:  # noqa: D102
        b1, b2 = self.betas
        means: list[float] = self.memory["means"]
        squares: list[float] = self.memory["squares"]
        means[i] = b1 * means[i] + (1 - b1) * g
        squares[i] = b2 * squares[i] + (1 - b2) * g * g
        root = sqrt(squares[i]) / sqrt(1 - b2**self.steps)
        return self.lr / (1 - b1**self.steps) * means[i] / (root + self.eps)


class AdamW(Adam):
    """Do as Adam, but shrink each parameter by lr·weight_decay first, apart from the gradient (Loshchilov, 2019)."""

    def __init__(self, parameters: Iterable[Value], lr: float = 1e-3, *, weight_decay: float = 1e-2, **options: Any):
        super().__init__(parameters, lr, **options)
        self.decoupled_decay = at_least(weight_decay, "weight_decay")

    def step(self) -> None:  # noqa: D102
        for p in self.parameters:
            if p.requires_grad:
                p.data *= 1 - self.lr * self.decoupled_decay
        super().step()


def clip_grad_norm(parameters: Sequence[Value], max_norm: float) -> float:
    """Shorten the gradient to max_norm if it is longer, and return the norm it had.

    As in PyTorch it is multiplied by max_norm / (norm + 1e-6) (Pascanu et al., 2013).
    """
    norm = hypot(*(p.grad for p in parameters))
    if norm > at_least(max_norm, "max_norm"):
        for p in parameters:
            p.grad *= min(1.0, max_norm / (norm + 1e-6))
    return norm


def clip_grad_value(parameters: Iterable[Value], max_value: float) -> None:
    """Bring every gradient into [−max_value, max_value]."""
    at_least(max_value, "max_value")
    for p in parameters:
        p.grad = max(-max_value, min(max_value, p.grad))


def at_least(x: Any, name: str, low: float = 0.0) -> float:
    """Read a finite option of at least ``low``, or raise ValueError or TypeError."""
    if not (isfinite(real(x, name)) and x >= low):
        raise ValueError(f"{name}: expected a number of at least {low:g}, got {x!r:.40}")
    return float(x)


def share_below_one(x: Any, name: str) -> float:
    """Read an option from 0 to below 1, or raise ValueError or TypeError."""
    if at_least(x, name) >= 1:
        raise ValueError(f"{name}: expected a number below 1, got {x!r:.40}")
    return float(x)


def _copy(x: Any) -> Any:
    """Copy a number or a list of them; raise TypeError for anything else."""
    return [real(v, "memory") for v in x] if isinstance(x, list) else real(x, "memory")
