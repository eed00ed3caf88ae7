"""What the user gives to be checked, as a list of numbers, and the numbers put back where they came from."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterator, Sequence, ValuesView
from math import isfinite
from typing import Any

from ..engine.node import Node, real
from ..engine.value import Value
from ..graph.pytree import leaves, leaves_like, rebuild
from .finite_differences import number


class Inputs:
    """The arguments of a function: numbers and Values, in lists, dicts and arrays, each number with a name."""

    def __init__(self, f: Callable[..., Any], inputs: Any) -> None:
        if getattr(inputs, "ndim", 0) > 0 or isinstance(inputs, Iterator | ValuesView):
            inputs = list(inputs)
        self.given, self.tree = inputs, plain(inputs)
        if not isinstance(inputs, list | tuple) or not leaves(self.tree):
            kind = type(inputs).__name__
            raise TypeError(
                f"inputs: expected a list of numbers, one for each argument of f, got {kind} {inputs!r:.40}"
            )
        self.leaves = leaves(self.tree)
        self.point = [_finite(x, f"inputs[{i}]") for i, x in enumerate(self.leaves)]
        times = Counter(map(id, self.leaves))
        self.own = {
            i: x
            for i, x in enumerate(self.leaves)
            if isinstance(x, Value) and not x.op and x.flows and times[id(x)] == 1
        }  # leaves, which f may also reach without its arguments, as a model reaches its weights
        self.arguments = _arguments(f, inputs)
        self.names = [path for name, tree in zip(self.arguments, self.tree, strict=True) for path in _paths(name, tree)]

    def restore(self) -> None:
        """Give the user's leaves the data they had."""
        for i, x in self.own.items():
            x.data = self.point[i]

    def call(self, f: Callable[..., Any], what: str, numbers: Sequence[Any]) -> Any:
        """Call a function of the user's; if it raises, say in a note what raised and at which inputs."""
        try:
            return f(*_shaped(rebuild(self.tree, numbers), self.given))
        except Exception as error:
            both = zip(self.names, numbers, strict=True)
            shown = (f"{name}={x.data if isinstance(x, Node) else x!r}" for name, x in both)
            error.add_note(f"gradcheck: {what} raised this at {', '.join(shown)}")
            raise

    def claimed(self, grad: Callable[..., Any]) -> list[float]:
        """Call the user's own gradient function, whose dicts are read by their keys."""
        found = plain(self.call(grad, "grad", self.point))
        if isinstance(found, dict):
            named = found.keys() == set(self.arguments)
            found = [found[name] for name in self.arguments] if named else [found]
        numbers = leaves_like(found, self.tree, "grad") if _has_dict(found) else leaves(found)
        if len(numbers) != len(self.point):
            raise ValueError(f"grad: expected {len(self.point)} numbers, one for each input, got {len(numbers)}")
        return [number(g, f"grad, for {name}") for g, name in zip(numbers, self.names, strict=True)]


def plain(tree: Any) -> Any:
    """Turn arrays and what can be gone through only once into lists.

    >>> plain({"w": iter([1.0, 2.0]), "b": 3.0})
    {'w': [1.0, 2.0], 'b': 3.0}
    """
    if getattr(tree, "ndim", 0) > 0 and hasattr(tree, "tolist"):
        return tree.tolist()
    if isinstance(tree, dict):
        return {key: plain(part) for key, part in tree.items()}
    if hasattr(tree, "_fields"):
        return type(tree)(*map(plain, tree))
    if isinstance(tree, tuple):
        return tuple(map(plain, tree))
    return list(map(plain, tree)) if isinstance(tree, list | Iterator | ValuesView | range) else tree


def _shaped(tree: Any, like: Any) -> Any:
    """Make arrays again of the lists that were arrays."""
    if isinstance(like, dict):
        return {key: _shaped(tree[key], part) for key, part in like.items()}
    if getattr(like, "ndim", 0) > 0:
        if hasattr(like, "new_tensor"):  # PyTorch's, in the precision it had
            return like.new_tensor(tree)
        import numpy

        return numpy.array(tree, dtype=object if any(isinstance(x, Node) for x in leaves(tree)) else None)
    if isinstance(like, list | tuple):
        parts = [_shaped(part, its) for part, its in zip(tree, like, strict=True)]
        return type(like)(*parts) if hasattr(like, "_fields") else type(tree)(parts)
    return tree


def _finite(x: Any, name: str) -> float:
    found = x.data if isinstance(x, Node) else real(x.item() if hasattr(x, "item") else x, name)
    if not isfinite(found):
        raise ValueError(f"{name}: expected a finite number, got {found}")
    return found


def _arguments(f: Callable[..., Any], inputs: Sequence[Any]) -> list[str]:
    """Name each argument as f does, else by the label of its Value, else x0, x1 and so on."""
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


def _paths(name: str, tree: Any) -> Iterator[str]:
    if not isinstance(tree, dict | list | tuple):
        yield name
        return
    for key, part in tree.items() if isinstance(tree, dict) else enumerate(tree):
        yield from _paths(f"{name}[{key!r}]", part)


def _has_dict(tree: Any) -> bool:
    return isinstance(tree, dict) or (isinstance(tree, list | tuple) and any(map(_has_dict, tree)))
