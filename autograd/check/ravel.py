"""The inputs of a function as a list of numbers with names."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterator, Sequence, ValuesView
from math import isfinite
from typing import Any

from ..engine import Node, Value
from ..graph import leaves, leaves_like, rebuild
from ..numbers import expect_real
from .function_values import expect_float


class RaveledInputs:
    """The arguments of a function as a list of numbers.

    ``point`` holds the numbers and ``names`` a name for each. ``own`` maps positions to the leaves among the inputs.
    These are used as they are, for f may reach them without its arguments, as a model reaches its weights.
    """

    given: Any
    tree: Any

    def __init__(self, f: Callable[..., Any], inputs: Any) -> None:
        if getattr(inputs, "ndim", 0) > 0 or isinstance(inputs, Iterator | ValuesView):
            inputs = list(inputs)
        self.given, self.tree = inputs, to_lists(inputs)
        if not isinstance(inputs, list | tuple) or not leaves(self.tree):
            kind = type(inputs).__name__
            raise TypeError(
                f"inputs: expected a list of numbers, one for each argument of f, got {kind} {inputs!r:.40}"
            )
        self.leaves: list[Any] = leaves(self.tree)
        self.point: list[float] = [_expect_finite(x, f"inputs[{i}]") for i, x in enumerate(self.leaves)]
        times = Counter(map(id, self.leaves))
        self.own: dict[int, Value] = {
            i: x
            for i, x in enumerate(self.leaves)
            if isinstance(x, Value) and not x.op and x.requires_grad and times[id(x)] == 1
        }
        self.arguments: list[str] = _argument_names(f, inputs)
        trees = zip(self.arguments, self.tree, strict=True)
        self.names: list[str] = [name for argument, tree in trees for name in _names_in(argument, tree)]

    def restore(self) -> None:
        """Set the data of the user's leaves to their numbers at the start."""
        for i, x in self.own.items():
            x.data = self.point[i]

    def call(self, f: Callable[..., Any], name: str, numbers: Sequence[Any]) -> Any:
        """Call f with numbers in the shape of the inputs; an error gets a note."""
        try:
            return f(*_to_shape_of(rebuild(self.tree, numbers), self.given))
        except Exception as error:
            pairs = zip(self.names, numbers, strict=True)
            at = ", ".join(f"{name}={x.data if isinstance(x, Node) else x!r}" for name, x in pairs)
            error.add_note(f"gradcheck: {name} raised this at {at}")
            raise

    def claimed(self, grad: Callable[..., Any]) -> list[float]:
        """Return the user's gradient in the order of the inputs."""
        found = to_lists(self.call(grad, "grad", self.point))
        if isinstance(found, dict):
            by_argument = found.keys() == set(self.arguments)
            found = [found[name] for name in self.arguments] if by_argument else [found]
        numbers = leaves_like(found, self.tree, "grad") if _has_dict(found) else leaves(found)
        if len(numbers) != len(self.point):
            raise ValueError(f"grad: expected {len(self.point)} numbers, one for each input, got {len(numbers)}")
        return [expect_float(g, f"grad, for {name}") for g, name in zip(numbers, self.names, strict=True)]


def to_lists(tree: Any) -> Any:
    """Return a tree with lists in place of arrays and iterators.

    >>> to_lists({"w": iter([1.0, 2.0]), "b": 3.0})
    {'w': [1.0, 2.0], 'b': 3.0}
    """
    if getattr(tree, "ndim", 0) > 0 and hasattr(tree, "tolist"):
        return tree.tolist()
    if isinstance(tree, dict):
        return {key: to_lists(part) for key, part in tree.items()}
    if hasattr(tree, "_fields"):
        return type(tree)(*map(to_lists, tree))
    if isinstance(tree, tuple):
        return tuple(map(to_lists, tree))
    return list(map(to_lists, tree)) if isinstance(tree, list | Iterator | ValuesView | range) else tree


def _to_shape_of(tree: Any, model: Any) -> Any:
    """Return a tree with arrays in the places where the model has arrays."""
    if isinstance(model, dict):
        return {key: _to_shape_of(tree[key], part) for key, part in model.items()}
    if getattr(model, "ndim", 0) > 0:
        if hasattr(model, "new_tensor"):  # of PyTorch, in the precision of the input
            return model.new_tensor(tree)
        import numpy

        return numpy.array(tree, dtype=object if any(isinstance(x, Node) for x in leaves(tree)) else None)
    if isinstance(model, list | tuple):
        parts = [_to_shape_of(part, its) for part, its in zip(tree, model, strict=True)]
        return type(model)(*parts) if hasattr(model, "_fields") else type(tree)(parts)
    return tree


def _expect_finite(x: Any, name: str) -> float:
    found = x.data if isinstance(x, Node) else expect_real(x.item() if hasattr(x, "item") else x, name)
    if not isfinite(found):
        raise ValueError(f"{name}: expected a finite number, got {found}")
    return found


def _argument_names(f: Callable[..., Any], inputs: Sequence[Any]) -> list[str]:
    """Return the names of the arguments of f, else labels, else x0, x1 and so on."""
    try:
        found = [
            p.name
            for p in inspect.signature(f).parameters.values()
            if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
    except (TypeError, ValueError):
        found = []
    if len(found) < len(inputs):
        found = [getattr(x, "label", "") or f"x{i}" for i, x in enumerate(inputs)]
    return found[: len(inputs)]


def _names_in(name: str, tree: Any) -> Iterator[str]:
    """Yield the name of each number in a tree, such as p['w'][0]."""
    if not isinstance(tree, dict | list | tuple):
        yield name
        return
    for key, part in tree.items() if isinstance(tree, dict) else enumerate(tree):
        yield from _names_in(f"{name}[{key!r}]", part)


def _has_dict(tree: Any) -> bool:
    return isinstance(tree, dict) or (isinstance(tree, list | tuple) and any(map(_has_dict, tree)))
