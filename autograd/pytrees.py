"""Numbers in nested lists, tuples and dicts."""

from collections.abc import Iterable
from typing import Any

Tree = Any  # a number, or a list, tuple or dict of trees


def leaves(tree: Tree) -> list[Any]:
    """List the numbers in nested lists, tuples and dicts, in order."""
    if isinstance(tree, dict):
        tree = tree.values()
    elif not isinstance(tree, list | tuple):
        return [tree]
    return [leaf for part in tree for leaf in leaves(part)]


def rebuild(tree: Tree, numbers: Iterable[Any]) -> Tree:
    """Put numbers in the places of those of a tree."""
    it = iter(numbers)

    def build(part: Tree) -> Tree:
        if isinstance(part, dict):
            return {key: build(value) for key, value in part.items()}
        if isinstance(part, list | tuple):
            built = [build(value) for value in part]
            return built if isinstance(part, list) else tuple(built)
        return next(it)

    return build(tree)
