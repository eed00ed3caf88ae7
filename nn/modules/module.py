"""Module: anything that holds parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

from autograd import Value
from autograd.engine.node import real


class Module:
    """Collect the parameters of a model: every leaf Value in its attributes, in the order of their definition.

    Lists, tuples, dicts, arrays of objects and other Modules are searched too, and what a class of its own
    ``parameters()`` returns beside counts as well. A Value that several parts share counts once,
    under its first name; computed Values are not parameters. What is assigned to an attribute is named
    after it: a part gets a ``scope`` and a parameter without a label gets one, for tables and drawings.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.intercept = Value(2.0), Value(1.0)
    ...     def __call__(self, x):
    ...         return self.slope * x + self.intercept
    >>> line = Line()
    >>> line(3.0).backward()
    >>> [(name, p.label, p.grad) for name, p in line.named_parameters()]
    [('slope', 'slope', 3.0), ('intercept', 'intercept', 1.0)]
    >>> line.zero_grad()
    >>> [p.grad for p in line.parameters()]
    [0.0, 0.0]
    >>> line.load_state_dict({"slope": 5.0, "intercept": 0.5})
    >>> line(1.0).data, line.state_dict()
    (5.5, {'slope': 5.0, 'intercept': 0.5})
    """

    scope = ""  # the part of the model that this is, such as "layer0.neuron3"
    training = True  # whether dropout and noise are on

    def __setattr__(self, name: str, part: Any) -> None:
        object.__setattr__(self, name, part)
        if isinstance(part, Module | Value | list | tuple | dict) or _is_array(part):
            _name(part, self.scope, self.scope, name, (), {id(self)})

    def parameters(self) -> list[Value]:
        """Return the parameters in a fixed order."""
        return [p for _, p in _walk(self, "", set()) if isinstance(p, Value)]

    def named_parameters(self) -> list[tuple[str, Value]]:
        """Return pairs of name and parameter, such as ``layers.0.neurons.3.w.1``: the way to it from here.

        Raises ValueError if two have the same name, as under the keys 1 and "1" of a dict.
        """
        seen: set[int] = set()
        pairs = [(name, p) for name, p in [*_walk(self, "", seen), *_own(self, "", seen)] if isinstance(p, Value)]
        if len(dict(pairs)) < len(pairs):
            twice = next(name for k, (name, _) in enumerate(pairs) if name in dict(pairs[:k]))
            raise ValueError(f"{twice}: two parameters of this model have this name; give their keys other texts")
        return pairs

    def named_modules(self) -> list[tuple[str, Module]]:
        """Return pairs of name and Module: this one, named "", and all that it is made of."""
        return [("", self), *((name, m) for name, m in _walk(self, "", {id(self)}) if isinstance(m, Module))]

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0, as it has to be before each step of training."""
        for p in self.parameters():
            p.grad = 0.0

    def train(self, mode: bool = True) -> Self:
        """Switch dropout and noise on, or off, here and in all parts, and return this."""
        for _, module in self.named_modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Switch dropout and noise off, as for every use but training, and return this."""
        return self.train(False)

    def state_dict(self) -> dict[str, float]:
        """Return the number of every parameter by its name."""
        return {name: p.data for name, p in self.named_parameters()}

    def load_state_dict(self, state: Mapping[str, float]) -> None:
        """Set every parameter; raise ValueError or TypeError, with nothing changed, if names or numbers do not fit."""
        found = self.named_parameters()
        names = [name for name, _ in found]
        missing, unknown = [n for n in names if n not in state], sorted(set(state) - set(names))
        for which, wrong in ("missing", missing), ("unknown", unknown):
            if wrong:
                raise ValueError(f"state: expected the {len(names)} parameters of this model; {which}: {wrong[0]!r}")
        numbers = [real(state[name], f"state[{name!r}]") for name in names]
        for (_, p), number in zip(found, numbers, strict=True):
            p.data = number

    def summary(self) -> str:
        """Return a table of the parts and how many parameters each has; the total counts shared ones once.

        >>> from nn import MLP
        >>> print(MLP(2, [3, 1]).summary())
        part      kind   parameters
        layers.0  Layer           9
        layers.1  Layer           4
        total     MLP            13
        """
        parts = [*_children(self, ""), ("total", self)]
        rows = [("part", "kind", "parameters")]
        rows += [(name, type(part).__name__, str(len(part.parameters()))) for name, part in parts]
        wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join(f"{a:{wide[0]}}  {b:{wide[1]}}  {c:>{wide[2]}}" for a, b, c in rows)


def _children(holder: Any, prefix: str) -> Iterator[tuple[str, Module]]:
    """Find the Modules that a holder has directly, or in lists, tuples and dicts."""
    for key, part in _parts(holder):
        if isinstance(part, Module):
            yield f"{prefix}{key}", part
        else:
            yield from _children(part, f"{prefix}{key}.")


def _walk(holder: Any, prefix: str, seen: set[int]) -> list[tuple[str, Any]]:
    """Find the Modules and parameters under holder, each once; seen also stops at Modules that hold each other."""
    found: list[tuple[str, Any]] = []
    for key, part in _parts(holder):
        if id(part) in seen:
            continue
        if isinstance(part, Value):
            if part.op is None:
                seen.add(id(part))
                found.append((f"{prefix}{key}", part))
        elif isinstance(part, Module | list | tuple | dict) or _is_array(part):
            seen.add(id(part))
            if isinstance(part, Module):
                found.append((f"{prefix}{key}", part))
            found += [*_walk(part, f"{prefix}{key}.", seen), *_own(part, f"{prefix}{key}.", seen)]
    return found


def _own(part: Any, prefix: str, seen: set[int]) -> Iterator[tuple[str, Value]]:
    """Find what a class that overrides ``parameters()`` returns beside what its attributes hold."""
    if isinstance(part, Module) and type(part).parameters is not Module.parameters:
        for k, p in enumerate(part.parameters()):
            if id(p) not in seen:
                seen.add(id(p))
                yield f"{prefix}parameters.{k}", p


def _is_array(part: Any) -> bool:
    """Say whether this is an array of objects, such as NumPy's of Values; those of numbers hold no parameters."""
    return getattr(getattr(part, "dtype", None), "kind", "") == "O"


def _parts(holder: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(holder, Module):
        return vars(holder).items()
    if isinstance(holder, dict):
        return holder.items()
    holder = holder.tolist() if _is_array(holder) else holder
    return enumerate(holder) if isinstance(holder, list | tuple) else ()


def _name(part: Any, old: str, new: str, key: str, place: tuple[Any, ...], seen: set[int]) -> None:
    """Name what a Module holds under a key; a label that did not follow from the old scope is the user's, and stays."""
    if isinstance(part, Value):
        if part.op is None and part.label in ("", _label(old, key, place)):
            part.label = _label(new, key, place)
    elif id(part) in seen:
        return
    elif isinstance(part, Module):
        seen.add(id(part))
        before, one = part.scope, key.removesuffix("s") if place else key
        object.__setattr__(part, "scope", f"{new}.{one}{'_'.join(map(str, place))}".strip("."))
        for name, held in vars(part).items():
            _name(held, before, part.scope, name, (), seen)
    else:
        for k, held in _parts(part):
            _name(held, old, new, key, (*place, k), seen)


def _label(scope: str, key: str, place: tuple[Any, ...]) -> str:
    """Name a parameter of a lone neuron w0 or b, one in a model by its place: w[layer,neuron,input]."""
    words = [re.sub(r"[\d_]+$", "", word) for word in scope.split(".")]
    numbers = re.findall(r"\d+(?=\.|_|$)", scope)
    name = ".".join([*(word for word in words if word not in ("layer", "neuron", "")), key])
    if not numbers and len(place) == 1:
        return f"{name}{place[0]}"
    index = [*numbers, *map(str, place)]
    return f"{name}[{','.join(index)}]" if index else name
