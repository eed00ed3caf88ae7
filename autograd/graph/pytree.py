"""Pytrees: numbers in nested lists, tuples, named tuples and dicts."""

from collections.abc import Iterable, Iterator
from typing import Any

Tree = Any  # a number, or a list, tuple or dict of trees


def leaves(tree: Tree) -> list[Any]:
    """Return the numbers in a tree in order.

    >>> leaves({"w": [1.0, 2.0], "b": 3.0})
    [1.0, 2.0, 3.0]
    """
    if isinstance(tree, dict):
        tree = tree.values()
    elif not isinstance(tree, list | tuple):
        return [tree]
    return [leaf for part in tree for leaf in leaves(part)]


def leaves_like(tree: Tree, model: Tree, name: str) -> list[Any]:
    """Return the numbers of a tree in the order of another; dicts match by key.

    Args:
        tree: The tree to read.
        model: The tree that sets the shape and the order.
        name: The name of the tree for error messages.

    Raises:
        ValueError: If a part of the tree does not have the shape of the model; the message names the part.

    >>> leaves_like({"b": 3.0, "w": [1.0, 2.0]}, {"w": [0, 0], "b": 0}, "p")
    [1.0, 2.0, 3.0]
    """
    if isinstance(model, dict):
        if not isinstance(tree, dict) or tree.keys() != model.keys():
            raise ValueError(f"{name}: expected a dict with the keys {list(model)}, got {tree!r:.60}")
        return [leaf for key, part in model.items() for leaf in leaves_like(tree[key], part, f"{name}[{key!r}]")]
    if isinstance(model, list | tuple):
        if not isinstance(tree, list | tuple) or len(tree) != len(model):
            raise ValueError(f"{name}: expected {len(model)} parts in a {type(model).__name__}, got {tree!r:.60}")
        both = enumerate(zip(tree, model, strict=True))
        return [leaf for i, (part, like) in both for leaf in leaves_like(part, like, f"{name}[{i}]")]
    if isinstance(tree, dict | list | tuple):
        raise ValueError(f"{name}: expected one number, got {tree!r:.60}")
    return [tree]


def rebuild(tree: Tree, numbers: Iterable[Any]) -> Tree:
    """Return a tree of the same shape with other numbers.

    >>> rebuild({"w": [0, 0], "b": 0}, [1.0, 2.0, 3.0])
    {'w': [1.0, 2.0], 'b': 3.0}
    """
    return _fill(tree, iter(numbers))


def _fill(tree: Tree, numbers: Iterator[Any]) -> Tree:
    if isinstance(tree, dict):
        return {key: _fill(value, numbers) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        built = [_fill(value, numbers) for value in tree]
        if isinstance(tree, list):
            return built
        return type(tree)(*built) if hasattr(tree, "_fields") else tuple(built)
    return next(numbers)
