"""Optimizer: the base class of all optimizers, with their options and states."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from inspect import Parameter, Signature
from math import isinf
from typing import Any, ClassVar

from autograd import Value
from autograd.numbers import expect_real

from ..validation import read_float, read_int

Option = tuple[Any, Callable[[Any, str], Any]]  # the default, and the function that reads a value and names it


def read_nonnegative(x: Any, name: str) -> float:
    """Return x as a finite float of at least 0, or raise ValueError or TypeError."""
    return read_float(x, name, 0)


def read_fraction(x: Any, name: str) -> float:
    """Return x as a float, 0 ≤ x < 1, or raise ValueError or TypeError."""
    return read_float(x, name, 0, below=1)


def read_vector(x: Any, name: str, n: int) -> list[float]:
    """Return the n numbers of a part of a state, or raise ValueError or TypeError."""
    if not isinstance(x, list) or len(x) != n:
        raise ValueError(f"state: expected {n} of {name}, got {len(x) if isinstance(x, list) else x!r:.40}")
    numbers = [expect_real(v, "memory") for v in x]
    if any(isinstance(v, int) and isinf(y) for v, y in zip(x, numbers, strict=True)):
        raise ValueError("memory: expected numbers in the range of floats")
    if name == "squares" and any(v < 0 for v in numbers):
        raise ValueError("state: expected squares of at least 0")
    return numbers


class Optimizer:
    """Change parameters by their gradients, one step at a time.

    A subclass lists in ``options`` each option with its default and reader, in ``memory_names`` the names of its memory
    of each parameter, and computes an update in ``compute_update``. Options are attributes and may be set at any time.

    Args:
        parameters: The Values to change, each once.
        lr: The learning rate, a number of at least 0.
        **options: The options of the subclass.

    Raises:
        ValueError: If there are no parameters, one comes twice, or an option is out of range.
        TypeError: If a parameter is not a Value, or an option is unknown or of another type.
    """

    memory_names: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[dict[str, Option]] = {}
    __signature__: Signature
    lr: float
    weight_decay: float = 0.0
    decoupled = False  # whether weight_decay shrinks the parameters separately from the gradient

    def __init_subclass__(cls) -> None:
        kinds = [Parameter.POSITIONAL_OR_KEYWORD, *[Parameter.KEYWORD_ONLY] * len(cls.options)]
        named = [
            Parameter(name, kind, default=default)
            for kind, (name, (default, _)) in zip(kinds, cls.options.items(), strict=False)
        ]
        first = Parameter("parameters", Parameter.POSITIONAL_OR_KEYWORD)
        cls.__signature__ = Signature([first, *named])  # what help() shows

    def __init__(self, parameters: Iterable[Value], lr: float | None = None, **options: Any) -> None:
        if isinstance(parameters, Value) or not isinstance(parameters, Iterable):
            kind = type(parameters).__name__
            raise TypeError(f"parameters: expected a list, such as model.parameters(), got {kind} {parameters!r:.40}")
        self.parameters: list[Value] = list(parameters)
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
        self._set_options({name: default for name, (default, _) in self.options.items()} | given)
        self.initial_options: dict[str, Any] = self._current_options()
        self.steps: int = 0
        self.memory: dict[str, Any] = {name: [0.0] * len(self.parameters) for name in self.memory_names}

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={x!r}" for name, x in self._current_options().items())
        return f"{type(self).__name__}({len(self.parameters)} parameters, {options})"

    def _current_options(self) -> dict[str, Any]:
        """Return the options as plain data."""
        now = {name: getattr(self, name) for name in self.options}
        return {name: list(x) if isinstance(x, tuple) else x for name, x in now.items()}

    def _set_options(self, options: Mapping[str, Any]) -> None:
        """Set all options, after all have been read without an error."""
        for name, x in {name: read(options[name], name) for name, (_, read) in self.options.items()}.items():
            setattr(self, name, x)

    def step(self) -> None:
        """Change every parameter that requires a gradient, by its ``grad``."""
        self.steps += 1
        for i, p in enumerate(self.parameters):
            if p.requires_grad:
                p.data = self.apply_update(i, p.data, p.grad)

    def apply_update(self, i: Any, x: Any, g: Any) -> Any:
        """Return the new value of parameter i, now x with gradient g; all may be arrays."""
        if self.decoupled:
            return x * (1 - self.lr * self.weight_decay) - self.compute_update(i, g)
        return x - self.compute_update(i, g + self.weight_decay * x)

    def compute_update(self, i: Any, g: Any) -> Any:
        """Return the decrease of parameter i with gradient g; both may be arrays."""
        raise NotImplementedError

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for p in self.parameters:
            p.grad = 0.0

    def state_dict(self) -> dict[str, Any]:
        """Return all that the next step depends on except the parameters, as plain data."""
        memory = {name: [[*x] if isinstance(x, list) else x for x in part] for name, part in self.memory.items()}
        kind, options = type(self).__name__, self._current_options()
        return {"kind": kind, "options": options, "steps": self.steps, "memory": memory}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from the result of ``state_dict``, options included.

        Raises:
            ValueError: If the state is of another kind, or a part is missing or out of range; nothing is changed.
            TypeError: If a part has another type; nothing is changed.
        """
        for name in ("kind", "options", "steps", "memory"):
            if name not in state:
                raise ValueError(f"state: expected that of an optimizer; {name!r} is missing")
        if state["kind"] != type(self).__name__:
            raise ValueError(f"state: expected one of {type(self).__name__}, got one of {state['kind']!r:.40}")
        options, steps, memory = state["options"], read_int(state["steps"], "steps", 0), state["memory"]
        for found, wanted in ((memory, self.memory), (options, self.options)):
            if not isinstance(found, dict) or set(found) != set(wanted):
                raise ValueError(f"state: expected steps and {sorted(wanted)}, got {steps!r:.40} and {found!r:.60}")
        read = {name: self.read_memory(name, memory[name]) for name in self.memory}
        self._set_options(options)
        self.steps, self.memory = steps, read

    def read_memory(self, name: str, found: Any) -> list[Any]:
        """Return the memory of a name in a state, or raise ValueError or TypeError."""
        return read_vector(found, name, len(self.parameters))
