"""Optimisers: how a step follows from the gradient. Names, defaults and arithmetic are PyTorch's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from inspect import Parameter, Signature
from math import hypot, isinf, sqrt
from typing import Any, ClassVar

from autograd import Value
from autograd.engine.node import real

from ..validation import read_bool, read_float, read_int


def at_least(x: Any, name: str, low: float = 0.0) -> float:
    """Read a finite option of at least ``low``, or raise ValueError or TypeError."""
    return read_float(x, name, low)


def share_below_one(x: Any, name: str) -> float:
    """Read an option from 0 to below 1, or raise ValueError or TypeError."""
    return read_float(x, name, 0, below=1)


def two_shares(x: Any, name: str) -> tuple[float, float]:
    """Read a pair of shares."""
    if not isinstance(x, list | tuple) or len(x) != 2:
        raise ValueError(f"{name}: expected two numbers, got {x!r:.40}")
    return share_below_one(x[0], f"{name}[0]"), share_below_one(x[1], f"{name}[1]")


Option = tuple[Any, Callable[[Any, str], Any]]
DECAY: dict[str, Option] = {"weight_decay": (0.0, at_least)}


class Optimizer:
    """Take steps downhill: each parameter changes by what ``change`` makes of its gradient.

    ``lr`` is the learning rate, which may be set at any time; ``weight_decay`` adds λ·θ to each gradient, as
    an L2 penalty λ/2·Σθ² would. ``options`` names what else an optimiser takes, its default and who reads it;
    what it remembers of each parameter is in ``memory``, by name, and what it was made with in ``given``.
    Raises ValueError or TypeError for parameters or options that cannot be.
    """

    remembers: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[dict[str, Option]] = {}
    lr: float
    weight_decay = 0.0
    decoupled = False  # whether weight_decay shrinks the parameters apart from the gradient

    def __init_subclass__(cls) -> None:
        kinds = [Parameter.POSITIONAL_OR_KEYWORD, *[Parameter.KEYWORD_ONLY] * len(cls.options)]
        named = [
            Parameter(name, kind, default=default)
            for kind, (name, (default, _)) in zip(kinds, cls.options.items(), strict=False)
        ]
        first = Parameter("parameters", Parameter.POSITIONAL_OR_KEYWORD)
        cls.__signature__ = Signature([first, *named])  # type: ignore[attr-defined]  # what help() shows

    def __init__(self, parameters: Iterable[Value], lr: float | None = None, **options: Any) -> None:
        if isinstance(parameters, Value) or not isinstance(parameters, Iterable):
            kind = type(parameters).__name__
            raise TypeError(f"parameters: expected a list, such as model.parameters(), got {kind} {parameters!r:.40}")
        self.parameters = list(parameters)
        if not self.parameters:
            raise ValueError("parameters: expected at least one, got none")
        for i, p in enumerate(self.parameters):
            if not isinstance(p, Value):
                raise TypeError(f"parameters[{i}]: expected a Value, got {type(p).__name__} {p!r:.40}")
        if len(set(map(id, self.parameters))) < len(self.parameters):
            raise ValueError("parameters: expected each once, or it would take several steps at a time")
        given = options if lr is None else {"lr": lr, **options}
        for name in given.keys() - self.options.keys():
            raise TypeError(f"{name}: {type(self).__name__} takes {', '.join(self.options)}")
        self._set({name: default for name, (default, _) in self.options.items()} | given)
        self.given = self._options()
        self.steps = 0
        self.memory: dict[str, Any] = {name: [0.0] * len(self.parameters) for name in self.remembers}

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={x!r}" for name, x in self._options().items())
        return f"{type(self).__name__}({len(self.parameters)} parameters, {options})"

    def _options(self) -> dict[str, Any]:
        """Return the options as they are now, as plain data."""
        now = {name: getattr(self, name) for name in self.options}
        return {name: list(x) if isinstance(x, tuple) else x for name, x in now.items()}

    def _set(self, options: Mapping[str, Any]) -> None:
        """Read all options and then set them."""
        for name, x in {name: read(options[name], name) for name, (_, read) in self.options.items()}.items():
            setattr(self, name, x)

    def step(self) -> None:
        """Change every parameter that requires a gradient, by its ``grad``."""
        self.steps += 1
        for i, p in enumerate(self.parameters):
            if p.requires_grad:
                p.data = self.moved(i, p.data, p.grad)

    def moved(self, i: Any, x: Any, g: Any) -> Any:
        """Return what the i-th parameter x becomes, given its gradient; all may be arrays."""
        if self.decoupled:
            return x * (1 - self.lr * self.weight_decay) - self.change(i, g)
        return x - self.change(i, g + self.weight_decay * x)

    def change(self, i: Any, g: Any) -> Any:
        """Return what is taken from the i-th parameter, given its gradient."""
        raise NotImplementedError

    def zero_grad(self) -> None:
        """Set every gradient to 0."""
        for p in self.parameters:
            p.grad = 0.0

    def state_dict(self) -> dict[str, Any]:
        """Return all that the next step depends on but the parameters, as plain data."""
        memory = {name: [*map(_copy, numbers)] for name, numbers in self.memory.items()}
        return {"kind": type(self).__name__, "options": self._options(), "steps": self.steps, "memory": memory}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a state, options too; raise ValueError or TypeError, with nothing changed, if it does not fit."""
        for name in ("kind", "options", "steps", "memory"):
            if name not in state:
                raise ValueError(f"state: expected that of an optimiser; {name!r} is missing")
        if state["kind"] != type(self).__name__:
            raise ValueError(f"state: expected one of {type(self).__name__}, got one of {state['kind']!r:.40}")
        options, steps, memory = state["options"], read_int(state["steps"], "steps", 0), state["memory"]
        for found, wanted in ((memory, self.memory), (options, self.options)):
            if not isinstance(found, dict) or set(found) != set(wanted):
                raise ValueError(f"state: expected steps and {sorted(wanted)}, got {steps!r:.40} and {found!r:.60}")
        read = {name: self.recall(name, memory[name]) for name in self.memory}
        self._set(options)
        self.steps, self.memory = steps, read

    def recall(self, name: str, found: Any) -> list[Any]:
        """Read what is remembered under a name, or raise ValueError or TypeError."""
        return vector(found, name, len(self.parameters))


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
    options: ClassVar[dict[str, Option]] = {
        "lr": (1e-3, at_least), "momentum": (0.0, at_least), "nesterov": (False, read_bool), **DECAY
    }  # fmt: skip  # a table
    momentum: float
    nesterov: bool

    def change(self, i: Any, g: Any) -> Any:  # noqa: D102  # as in Optimizer, here and below
        velocity = self.memory["velocity"]
        velocity[i] = v = self.momentum * velocity[i] + g
        return self.lr * (g + self.momentum * v if self.nesterov else v)


class Adagrad(Optimizer):
    """Divide by the root of all squared gradients so far: θ ← θ − lr·g / (√Σg² + eps) (Duchi et al., 2011)."""

    remembers = ("squares",)
    options: ClassVar[dict[str, Option]] = {"lr": (1e-2, at_least), "eps": (1e-10, at_least), **DECAY}
    eps: float

    def change(self, i: Any, g: Any) -> Any:  # noqa: D102
        squares = self.memory["squares"]
        squares[i] += g * g
        return self.lr * g / (root(squares[i]) + self.eps)


class RMSprop(Optimizer):
    """Divide by the root of a running mean of squared gradients (Tieleman and Hinton, 2012)."""

    remembers = ("squares",)
    options: ClassVar[dict[str, Option]] = {
        "lr": (1e-2, at_least), "alpha": (0.99, share_below_one), "eps": (1e-8, at_least), **DECAY
    }  # fmt: skip  # a table
    alpha: float
    eps: float

    def change(self, i: Any, g: Any) -> Any:  # noqa: D102
        squares = self.memory["squares"]
        squares[i] = self.alpha * squares[i] + (1 - self.alpha) * g * g
        return self.lr * g / (root(squares[i]) + self.eps)


class Adam(Optimizer):
    """Divide a running mean of gradients by the root of one of squares, both unbiased (Kingma and Ba, 2015)."""

    remembers = ("means", "squares")
    options: ClassVar[dict[str, Option]] = {
        "lr": (1e-3, at_least), "betas": ((0.9, 0.999), two_shares), "eps": (1e-8, at_least), **DECAY
    }  # fmt: skip  # a table
    betas: tuple[float, float]
    eps: float

    def change(self, i: Any, g: Any) -> Any:  # noqa: D102
        b1, b2 = self.betas
        means = self.memory["means"]
        squares = self.memory["squares"]
        means[i] = b1 * means[i] + (1 - b1) * g
        squares[i] = b2 * squares[i] + (1 - b2) * g * g
        size = root(squares[i]) / sqrt(1 - b2**self.steps)
        return self.lr / (1 - b1**self.steps) * means[i] / (size + self.eps)


class AdamW(Adam):
    """Do as Adam, but shrink each parameter by lr·weight_decay first, apart from the gradient (Loshchilov, 2019)."""

    options: ClassVar[dict[str, Option]] = {**Adam.options, "weight_decay": (1e-2, at_least)}
    decoupled = True


def clip_grad_norm(parameters: Sequence[Value], max_norm: float) -> float:
    """Shorten the gradient to max_norm if it is longer, and return the norm it had.

    As in PyTorch it is multiplied by max_norm / (norm + 1e-6) (Pascanu et al., 2013).
    """
    slopes = [p.grad for p in parameters]
    for p, g in zip(parameters, clipped(slopes, max_norm=max_norm), strict=True):
        p.grad = g
    return hypot(*slopes)


def clip_grad_value(parameters: Iterable[Value], max_value: float) -> None:
    """Bring every gradient into [−max_value, max_value]."""
    for p in parameters:
        (p.grad,) = clipped([p.grad], max_value)


def clipped(slopes: Iterable[float], max_value: float | None = None, max_norm: float | None = None) -> list[float]:
    """Return a gradient of which each part, and then the whole, is no longer than this."""
    if max_value is not None:
        bound = at_least(max_value, "max_value")
        slopes = [max(-bound, min(bound, g)) for g in slopes]
    slopes = [*slopes]
    if max_norm is not None and (norm := hypot(*slopes)) > at_least(max_norm, "max_norm"):
        slopes = [g * min(1.0, max_norm / (norm + 1e-6)) for g in slopes]
    return slopes


def root(x: Any) -> Any:
    """Return √x, of an array for each of its numbers."""
    return sqrt(x) if type(x) is float else x**0.5


def vector(x: Any, name: str, n: int) -> list[float]:
    """Read n numbers of a state, or raise ValueError or TypeError."""
    if not isinstance(x, list) or len(x) != n:
        raise ValueError(f"state: expected {n} of {name}, got {len(x) if isinstance(x, list) else x!r:.40}")
    numbers = [real(v, "memory") for v in x]
    if any(isinstance(v, int) and isinf(y) for v, y in zip(x, numbers, strict=True)):
        raise ValueError("memory: expected numbers in the range of floats")
    if name == "squares" and any(v < 0 for v in numbers):
        raise ValueError("state: expected squares of at least 0")
    return numbers


def _copy(x: Any) -> Any:
    return [*x] if isinstance(x, list) else x
