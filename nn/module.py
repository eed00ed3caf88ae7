"""Module: anything that holds parameters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd import Value


class Module:
    """Collect the parameters of a model: every leaf Value in its attributes, in the order of their definition.

    Lists, tuples, dicts and other Modules are searched too. A Value that several parts share counts once,
    under its first name; computed Values are not parameters.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.intercept = Value(2.0), Value(1.0)
    ...     def __call__(self, x):
    ...         return self.slope * x + self.intercept
    >>> line = Line()
    >>> line(3.0).backward()
    >>> [(name, p.grad) for name, p in line.named_parameters()]
    [('slope', 3.0), ('intercept', 1.0)]
    >>> line.zero_grad()
    >>> [p.grad for p in line.parameters()]
    [0.0, 0.0]
    """

    def parameters(self) -> list[Value]:
        """Return the parameters in a fixed order."""
        return [p for _, p in self.named_parameters()]

    def named_parameters(self) -> list[tuple[str, Value]]:
        """Return pairs of name and parameter, such as ``layers.0.neurons.3.w.1``: the way to it from here."""
        found: list[tuple[str, Value]] = []
        _collect(self, "", found, set())
        return found

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0, as it has to be before each step of training."""
        for p in self.parameters():
            p.grad = 0.0


def _collect(holder: Any, prefix: str, found: list[tuple[str, Value]], seen: set[int]) -> None:
    """Append to found the parameters under holder, each once; seen also stops at Modules that hold each other."""
    for key, part in _parts(holder):
        if id(part) in seen:
            continue
        seen.add(id(part))
        if not isinstance(part, Value):
            _collect(part, f"{prefix}{key}.", found, seen)
        elif part.op is None:
            found.append((f"{prefix}{key}", part))


def _parts(holder: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(holder, Module):
        return vars(holder).items()
    if isinstance(holder, dict):
        return holder.items()
    return enumerate(holder) if isinstance(holder, list | tuple) else ()
