"""Pytrees: numbers in nested lists, tuples, dicts, dataclasses and arrays of NumPy."""

from __future__ import annotations

import copy
import dataclasses
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import compress, islice
from numbers import Number
from typing import Any

from ..numbers import unwrap

Tree = Any  # a number, or a container of trees; None is a container of nothing


def leaves(tree: Tree, none_is_leaf: bool = False) -> list[Any]:
    """Return the numbers in a tree in order; None is one of them if ``none_is_leaf``.

    >>> leaves({"w": [1.0, 2.0], "b": 3.0, "none": None})
    [1.0, 2.0, 3.0]
    """
    if (parts := _parts(tree)) is not None and not (none_is_leaf and tree is None):
        return [leaf for part in parts for leaf in leaves(part, none_is_leaf)]
    return tree.ravel().tolist() if _is_array(tree) else [tree]


def is_number(tree: Tree) -> bool:
    """Return whether a tree is a leaf."""
    return _parts(tree) is None and not _is_array(tree)


def numbers_in(tree: Tree) -> list[Any]:
    """Return the leaves of a tree without those that are static, such as texts."""
    return list(compress(leaves(tree), _are_numbers(tree)))


def numbers_like(tree: Tree, model: Tree, name: str) -> list[Any]:
    """Return the leaves of a tree in the order of another, without its static ones."""
    return list(compress(leaves_like(tree, model, name), _are_numbers(model)))


def replace_numbers(tree: Tree, numbers: Iterable[Any], keep_static: bool = True) -> Tree:
    """Return the tree with other numbers; what is static stays, or becomes None."""
    others, both = iter(numbers), zip(leaves(tree), _are_numbers(tree), strict=True)
    return rebuild(tree, [next(others) if is_number else leaf if keep_static else None for leaf, is_number in both])


def _are_numbers(tree: Tree) -> list[bool]:
    """Return which leaves are numbers; all, if none is, for an error that names it."""
    found = [
        hasattr(type(x), "__apply__") or (isinstance(unwrap(x), Number) and type(x) is not bool) for x in leaves(tree)
    ]
    return found if any(found) else [True] * len(found)


def leaves_like(tree: Tree, model: Tree, name: str) -> list[Any]:
    """Return the numbers of a tree in the order of another; dicts match by key.

    Args:
        tree: The tree to read. Lists and tuples match each other, and arrays match lists.
        model: The tree that sets the shape and the order.
        name: The name of the tree for error messages.

    Raises:
        ValueError: If a part of the tree does not have the shape of the model; the message names the part.

    >>> leaves_like({"b": 3.0, "w": [1.0, 2.0]}, {"w": [0, 0], "b": 0}, "p")
    [1.0, 2.0, 3.0]
    """
    if _is_array(model):
        import numpy as np  # an optional extra: an array is given

        array = np.asarray(tree, dtype=object)
        if array.shape != model.shape:
            raise ValueError(f"{name}: expected an array of shape {model.shape}, got shape {array.shape}, {tree!r:.60}")
        return leaves(array)
    tree = tree.tolist() if _is_array(tree) else tree
    parts, its = _parts(tree), _parts(model)
    if isinstance(model, dict):
        if not isinstance(tree, dict) or tree.keys() != model.keys():
            raise ValueError(f"{name}: expected a dict with the keys {list(model)}, got {tree!r:.60}")
        parts, places = [tree[key] for key in model], [f"[{key!r}]" for key in model]
    elif isinstance(model, list | tuple):
        if not isinstance(tree, list | tuple) or len(tree) != len(model):
            raise ValueError(f"{name}: expected {len(model)} parts in a {type(model).__name__}, got {tree!r:.60}")
        places = [f"[{i}]" for i in range(len(model))]
    elif its is None:
        if parts is not None and tree is not None:
            raise ValueError(f"{name}: expected one number, got {tree!r:.60}")
        return [tree]
    elif type(tree) is not type(model):
        raise ValueError(f"{name}: expected a {type(model).__name__}, got {tree!r:.60}")
    else:
        places = [f".{field}" for field in _field_names(model)]
    both = zip(parts or (), its or (), places, strict=True)
    return [leaf for part, like, place in both for leaf in leaves_like(part, like, name + place)]


def rebuild(tree: Tree, numbers: Iterable[Any], like: Tree = 0.0) -> Tree:
    """Return a tree of the same kind and shape with other numbers.

    Trees ``like`` another may stand in place of the numbers. An array of them becomes a tree of arrays, and an array
    without dimensions of a number that records becomes that number.

    >>> rebuild({"w": [0, 0], "b": 0}, [1.0, 2.0, 3.0])
    {'w': [1.0, 2.0], 'b': 3.0}
    """
    return _fill(tree, iter(numbers), like)


def transform_leaves(function: Callable[[Any], Any], tree: Tree) -> Tree:
    """Return the tree with a function of each number in its place."""
    return rebuild(tree, map(function, leaves(tree)))


def children(tree: Tree) -> list[tuple[str, Tree]] | None:
    """Return the parts of a container with their places in it; None for a number or an array.

    >>> children({"w": 1.0}), children([2.0]), children(3.0)
    ([("['w']", 1.0)], [('[0]', 2.0)], None)
    """
    if (parts := _parts(tree)) is None:
        return None
    if _kind(tree.__class__) == "record":
        names = [f".{name}" for name in _field_names(tree)]
    else:
        names = [f"[{key!r}]" for key in (tree if isinstance(tree, dict) else range(len(tree)))]
    return list(zip(names, parts, strict=True))


def _parts(tree: Tree) -> list[Any] | None:
    """Return the parts of a container; None for a number or an array, whose parts are numbers."""
    kind = _kind(tree.__class__)
    if kind == "record":
        return [getattr(tree, name) for name in _field_names(tree)]
    return list(tree.values() if kind == "dict" else tree) if kind in ("dict", "sequence") else None


@lru_cache(256)
def _kind(cls: type) -> str:
    """Return what a tree of this class is: a dict, sequence, record, array or number."""
    if issubclass(cls, dict | list | tuple):
        return "dict" if issubclass(cls, dict) else "sequence"
    if any(base.__module__.startswith("numpy") and base.__name__ in ("MaskedArray", "matrix") for base in cls.__mro__):
        raise TypeError(f"arguments: expected plain arrays, got a {cls.__name__}; give numpy.asarray of it")
    if cls is type(None) or dataclasses.is_dataclass(cls):
        return "record"
    return "array" if issubclass(cls, getattr(sys.modules.get("numpy"), "ndarray", ())) else "number"


def _field_names(tree: Tree) -> list[str]:
    """Return the names of the fields of a dataclass; None has no field."""
    return [] if tree is None else [field.name for field in dataclasses.fields(tree)]


def _is_array(tree: Tree) -> bool:
    return _kind(tree.__class__) == "array"


def _fill(tree: Tree, numbers: Iterator[Any], like: Tree) -> Tree:
    if (parts := _parts(tree)) is not None:
        return with_children(tree, [_fill(part, numbers, like) for part in parts])
    return _array(list(islice(numbers, tree.size)), tree.shape, like) if _is_array(tree) else next(numbers)


def with_children(tree: Tree, parts: list[Any]) -> Tree:
    """Return a container of the same kind with other parts."""
    if isinstance(tree, tuple):  # a result of torch.sort is built by its own class only
        return type(tree)(parts) if hasattr(tree, "n_sequence_fields") else tuple.__new__(type(tree), parts)
    if type(tree) is list or tree is None:
        return parts if type(tree) is list else None
    built = copy.copy(tree)
    if isinstance(tree, list):
        built[:] = parts
    elif isinstance(tree, dict):
        for key, part in zip(tree, parts, strict=True):
            built[key] = part
    else:
        for name, part in zip(_field_names(tree), parts, strict=True):
            object.__setattr__(built, name, part)  # a frozen one too
    return built


def _array(items: list[Any], shape: tuple[int, ...], like: Tree) -> Tree:
    """Return an array of numbers or of arrays, or a tree of arrays; ``like`` is an item."""
    import numpy as np  # an optional extra: an array is given

    from ..numbers.arrays import view

    like = items[0] if items else like
    if (parts := _parts(like)) is not None:
        columns = [[(_parts(item) or [])[i] for item in items] for i in range(len(parts))]
        return with_children(like, [_array(column, shape, part) for column, part in zip(columns, parts, strict=True)])
    shape += getattr(like, "shape", ())
    numbers = [number for item in items for number in leaves(item)]
    if shape == () and hasattr(numbers[0], "__apply__"):
        return numbers[0]
    plain = all(isinstance(number, float | int) for number in numbers)
    return view(np.array(numbers, dtype=None if plain else object).reshape(shape))
