"""Numbers in nested lists, tuples, named tuples and dicts."""

from collections.abc import Iterable, Iterator
from typing import Any

Tree = Any  # a number, or a list, tuple or dict of trees


def leaves(tree: Tree) -> list[Any]:
    """List the numbers in nested lists, tuples and dicts, in order."""
    if isinstance(tree, dict):
        tree = tree.values()
    elif not isinstance(tree, list | tuple):
        return [tree]
    return [leaf for part in tree for leaf in leaves(part)]


def leaves_like(tree: Tree, model: Tree, name: str) -> list[Any]:
    """List the numbers of a tree in the order of another's, dicts by their keys.

    Raises ValueError naming the first part that has not the shape of the other's.
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
    """Put numbers in the places of those of a tree."""
    return _built(tree, iter(numbers))


def _built(tree: Tree, numbers: Iterator[Any]) -> Tree:
    if isinstance(tree, dict):
        return {key: _built(value, numbers) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        built = [_built(value, numbers) for value in tree]
        if isinstance(tree, list):
            return built
        return type(tree)(*built) if hasattr(tree, "_fields") else tuple(built)
    return next(numbers)
