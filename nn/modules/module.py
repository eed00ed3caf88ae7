"""Module: the base class of everything that holds parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

from autograd import Value
from autograd.numbers import expect_real


class Module:
    """Collect the parameters of a model: every leaf Value in its attributes.

    Lists, tuples, dicts, arrays of objects and other Modules are searched as well, and so is the result of an
    overridden ``parameters()``. A Value that several parts share counts once, under its first name; computed Values
    are not parameters. Assignment to an attribute names the part: a Module gets a ``scope``, and a parameter without
    a label gets one, for tables and drawings.

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

    scope = ""  # the place in the model, such as "layer0.neuron3"
    training = True  # whether dropout and noise are on

    def __setattr__(self, name: str, part: Any) -> None:
        object.__setattr__(self, name, part)
        if isinstance(part, Module | Value | list | tuple | dict) or _is_object_array(part):
            _assign_names(part, self.scope, self.scope, name, (), {id(self)})

    def parameters(self) -> list[Value]:
        """Return the parameters in a fixed order."""
        return [p for _, p in _collect(self, "", set()) if isinstance(p, Value)]

    def named_parameters(self) -> list[tuple[str, Value]]:
        """Return pairs of a name, such as ``layers.0.neurons.3.w.1``, and its parameter.

        Raises:
            ValueError: If two parameters have the same name, as under the keys 1 and "1" of a dict.
        """
        seen: set[int] = set()
        found = [*_collect(self, "", seen), *_extra_parameters(self, "", seen)]
        pairs = [(name, p) for name, p in found if isinstance(p, Value)]
        if len(dict(pairs)) < len(pairs):
            twice = next(name for k, (name, _) in enumerate(pairs) if name in dict(pairs[:k]))
            raise ValueError(f"{twice}: two parameters of this model have this name; use keys that differ as text")
        return pairs

    def named_modules(self) -> list[tuple[str, Module]]:
        """Return pairs of a name and a Module: this one, named "", and all its parts."""
        return [("", self), *((name, m) for name, m in _collect(self, "", {id(self)}) if isinstance(m, Module))]

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0, as needed before each step."""
        for p in self.parameters():
            p.grad = 0.0

    def train(self, mode: bool = True) -> Self:
        """Switch dropout and noise on or off, here and in all parts, and return self."""
        for _, module in self.named_modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Switch dropout and noise off, as for use, and return self."""
        return self.train(False)

    def state_dict(self) -> dict[str, float]:
        """Return the number of every parameter by its name."""
        return {name: p.data for name, p in self.named_parameters()}

    def load_state_dict(self, state: Mapping[str, float]) -> None:
        """Set every parameter from the result of ``state_dict``.

        Raises:
            ValueError: If a name is missing or unknown; nothing is changed.
            TypeError: If an entry is not a number; nothing is changed.
        """
        pairs = self.named_parameters()
        names = [name for name, _ in pairs]
        missing, unknown = [n for n in names if n not in state], sorted(set(state) - set(names))
        for which, wrong in ("missing", missing), ("unknown", unknown):
            if wrong:
                raise ValueError(f"state: expected the {len(names)} parameters of this model; {which}: {wrong[0]!r}")
        numbers = [expect_real(state[name], f"state[{name!r}]") for name in names]
        for (_, p), number in zip(pairs, numbers, strict=True):
            p.data = number

    def summary(self) -> str:
        """Return a table of parts and numbers of parameters; shared ones count once.

        >>> from nn import MLP
        >>> print(MLP(2, [3, 1]).summary())
        part      kind   parameters
        layers.0  Layer           9
        layers.1  Layer           4
        total     MLP            13
        """
        parts = [*_child_modules(self, ""), ("total", self)]
        rows = [("part", "kind", "parameters")]
        rows += [(name, type(part).__name__, str(len(part.parameters()))) for name, part in parts]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join(f"{a:{widths[0]}}  {b:{widths[1]}}  {c:>{widths[2]}}" for a, b, c in rows)


def _child_modules(holder: Any, prefix: str) -> Iterator[tuple[str, Module]]:
    """Yield names and Modules in the attributes of a Module and their containers."""
    for key, part in _entries(holder):
        if isinstance(part, Module):
            yield f"{prefix}{key}", part
        else:
            yield from _child_modules(part, f"{prefix}{key}.")


def _collect(holder: Any, prefix: str, seen: set[int]) -> list[tuple[str, Any]]:
    """Return the Modules and parameters under holder, each once."""
    found: list[tuple[str, Any]] = []
    for key, part in _entries(holder):
        if id(part) in seen:
            continue
        if isinstance(part, Value):
            if part.op is None:
                seen.add(id(part))
                found.append((f"{prefix}{key}", part))
        elif isinstance(part, Module | list | tuple | dict) or _is_object_array(part):
            seen.add(id(part))
            if isinstance(part, Module):
                found.append((f"{prefix}{key}", part))
            found += [*_collect(part, f"{prefix}{key}.", seen), *_extra_parameters(part, f"{prefix}{key}.", seen)]
    return found


def _extra_parameters(part: Any, prefix: str, seen: set[int]) -> Iterator[tuple[str, Value]]:
    """Yield what an overridden ``parameters()`` adds to the attributes."""
    if isinstance(part, Module) and type(part).parameters is not Module.parameters:
        for k, p in enumerate(part.parameters()):
            if id(p) not in seen:
                seen.add(id(p))
                yield f"{prefix}parameters.{k}", p


def _is_object_array(part: Any) -> bool:
    """Return whether part is an array of objects; other arrays hold no parameters."""
    return getattr(getattr(part, "dtype", None), "kind", "") == "O"


def _entries(holder: Any) -> Iterable[tuple[Any, Any]]:
    """Return pairs of key and part of a Module or a container; none of anything else."""
    if isinstance(holder, Module):
        return vars(holder).items()
    if isinstance(holder, dict):
        return holder.items()
    holder = holder.tolist() if _is_object_array(holder) else holder
    return enumerate(holder) if isinstance(holder, list | tuple) else ()


def _assign_names(part: Any, old: str, new: str, key: str, place: tuple[Any, ...], seen: set[int]) -> None:
    """Name a part under a key of a Module of scope ``new``, at a place in its lists.

    A label that does not follow from the old scope is the user's and is kept.
    """
    if isinstance(part, Value):
        if part.op is None and part.label in ("", _format_label(old, key, place)):
            part.label = _format_label(new, key, place)
    elif id(part) in seen:
        return
    elif isinstance(part, Module):
        seen.add(id(part))
        before, singular = part.scope, key.removesuffix("s") if place else key
        object.__setattr__(part, "scope", f"{new}.{singular}{'_'.join(map(str, place))}".strip("."))
        for name, held in vars(part).items():
            _assign_names(held, before, part.scope, name, (), seen)
    else:
        for k, held in _entries(part):
            _assign_names(held, old, new, key, (*place, k), seen)


def _format_label(scope: str, key: str, place: tuple[Any, ...]) -> str:
    """Return a label such as w0 for a lone neuron, or w[layer,neuron,input]."""
    words = [re.sub(r"[\d_]+$", "", word) for word in scope.split(".")]
    numbers = re.findall(r"\d+(?=\.|_|$)", scope)
    name = ".".join([*(word for word in words if word not in ("layer", "neuron", "")), key])
    if not numbers and len(place) == 1:
        return f"{name}{place[0]}"
    index = [*numbers, *map(str, place)]
    return f"{name}[{','.join(index)}]" if index else name
