"""The numbers in trees of arrays, and trees of the same kind with other numbers.

A tree is a number, an array of NumPy, PyTorch, JAX or another library of the array API, or a list, tuple, dict or
dataclass of trees. Arrays of integers, truth values, text and JAX's random keys are labels and masks, which have no
gradient.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, ValuesView
from itertools import product
from math import prod
from typing import Any

from ..engine import Node
from ..graph import Tree, children, with_children
from .function_values import expect_float

#: The binary digits of floats.
DIGITS = {"float64": 53, "float32": 24, "float16": 11, "bfloat16": 8}
LABELS = ("int", "uint", "bool", "str", "<U", "datetime", "timedelta", "key<")


def is_array(tree: Tree) -> bool:
    """Return whether a tree is an array, maybe without dimensions."""
    return not isinstance(tree, Node) and hasattr(tree, "dtype") and hasattr(tree, "shape")


def is_label(tree: Tree) -> bool:
    """Return whether a tree is an array of labels or a mask."""
    return is_array(tree) and _dtype(tree).startswith(LABELS)


def numbers_in(tree: Tree) -> list[Any]:
    """Return the numbers in a tree in order, without labels and masks.

    >>> numbers_in({"w": [1.0, 2.0], "b": (3.0, None)})
    [1.0, 2.0, 3.0]
    """
    return [x for part in _numbers_and_arrays(tree) if not is_label(part) for x in every_number_in(part)]


def every_number_in(tree: Tree) -> list[Any]:
    """Return the numbers in a tree in order, with labels and masks."""
    if (parts := children(tree)) is not None:
        return [x for _, part in parts for x in every_number_in(part)]
    if not is_array(tree):
        return [tree]
    tree = tree.detach() if hasattr(tree, "detach") else tree
    if _dtype(tree).startswith("key<"):
        return []
    return tree.reshape(-1).tolist()  # type: ignore[no-any-return]  # a list


def has_floats(tree: Tree) -> bool:
    """Return whether a tree has a number that is no integer, label or mask."""
    parts = _numbers_and_arrays(tree)
    return any(not is_label(part) if is_array(part) else isinstance(part, float | complex | Node) for part in parts)


def names_in(name: str, tree: Tree) -> Iterator[str]:
    """Yield the name of each number in a tree, such as p['w'][0].

    >>> list(names_in("p", {"w": [1.0, 2.0]}))
    ["p['w'][0]", "p['w'][1]"]
    """
    if (parts := children(tree)) is not None:
        for place, part in parts:
            yield from names_in(name + place, part)
    elif not is_array(tree):
        yield name
    elif not is_label(tree):
        yield from (name + "".join(f"[{i}]" for i in place) for place in product(*map(range, tree.shape)))


def shape_of(tree: Tree) -> Any:
    """Return the shape of an array or of even lists; of another tree, those of its parts.

    >>> shape_of([[1.0, 2.0, 3.0]]), shape_of(1.0), shape_of({"w": [1.0]})
    ((1, 3), (), {"['w']": (1,)})
    """
    if (parts := children(tree)) is None:
        return tuple(tree.shape) if is_array(tree) else ()
    shapes = {place: shape_of(part) for place, part in parts}
    first, *others = shapes.values() or [()]
    even = isinstance(tree, list | tuple) and isinstance(first, tuple) and all(first == other for other in others)
    return (len(parts), *first) if even else shapes


def refill(tree: Tree, numbers: Iterator[Any], every: bool = False, flags: bool = True) -> Tree:
    """Return a tree of the same kind with other numbers.

    Arrays keep their library, dtype, device, order of axes and flags: read-only arrays, and tensors that are parameters
    or require a gradient. Labels and masks are copied, or get numbers too if ``every`` number is given. Without
    ``flags``, arrays can be written and no tensor requires a gradient.

    >>> refill({"w": [1, 2], "b": 3.0}, iter([4.0, 5.0, 6.0]))
    {'w': [4.0, 5.0], 'b': 6.0}
    """
    if (parts := children(tree)) is not None:
        return with_children(tree, [refill(part, numbers, every, flags) for _, part in parts])
    if not is_array(tree):
        return next(numbers)
    if _dtype(tree).startswith("key<"):  # it cannot be changed
        return tree
    own = is_label(tree) and not every
    found: Any = every_number_in(tree) if own else [next(numbers) for _ in range(prod(tree.shape))]
    numpy = sys.modules.get("numpy")
    if numpy and isinstance(tree, numpy.ndarray | numpy.generic):
        changed = [kind for kind in (Node, complex) if any(isinstance(x, kind) for x in found)]
        dtype = (object if changed[0] is Node else complex) if changed else tree.dtype
        array = numpy.empty_like(tree, dtype=dtype)  # with its order of axes
        array[...] = numpy.array(found, dtype=dtype).reshape(tree.shape)
        array.flags.writeable = not flags or tree.flags.writeable
        return array if isinstance(tree, numpy.ndarray) else array[()]
    if hasattr(tree, "new_tensor"):  # of PyTorch
        torch, tensor = sys.modules["torch"], tree.new_tensor(found).reshape(tree.shape)
        tensor = torch.empty_strided(tree.shape, _strides(tree), dtype=tree.dtype, device=tree.device).copy_(tensor)
        kind = torch.nn.Parameter if flags and isinstance(tree, torch.nn.Parameter) else torch.Tensor.requires_grad_
        return kind(tensor, flags and tree.requires_grad)
    if "jax" in type(tree).__module__:
        return sys.modules["jax"].numpy.asarray(found, dtype=tree.dtype, device=tree.sharding).reshape(tree.shape)
    xp = tree.__array_namespace__()
    return xp.reshape(xp.asarray(found, dtype=tree.dtype, device=tree.device), tree.shape)


def _strides(tensor: Any) -> Any:
    """Return the strides of a tensor, or of a dense one if its numbers share memory."""
    reach = 1
    for stride, n in sorted(zip(tensor.stride(), tensor.shape, strict=True)):
        if n > 1 and stride < reach:
            return sys.modules["torch"].empty_like(tensor.detach()).stride()
        reach += stride * (n - 1)
    return tensor.stride()


def digits_of(tree: Tree) -> int:
    """Return the binary digits of the shortest floats in a tree.

    >>> digits_of([1.0, 2.0])
    53
    """
    kinds = [_dtype(array) for array in _numbers_and_arrays(tree) if is_array(array)]
    if shorter := next((kind for kind in kinds if kind.startswith(("float4", "float6_", "float8"))), ""):
        raise TypeError(
            f"gradcheck: expected floats of 16 bits or more, got an array of {shorter}; write it in float32"
        )
    return min((DIGITS.get(kind, 53) for kind in kinds), default=53)


def plain(x: Any) -> Any:
    """Return the number of a Value; anything else as it is."""
    return x.data if isinstance(x, Node) else x


def expect_number(y: Any) -> float:
    """Return what f returns as a float, or raise TypeError."""
    try:
        return expect_float(y, "f")
    except TypeError as error:
        if isinstance(y, list | tuple) or getattr(y, "ndim", 0) > 0:
            raise TypeError(f"{error}; for a function that returns several, write its backward pass as vjp=") from None
        raise


def settle(tree: Tree, arrays: bool = False) -> Tree:
    """Return a tree with lists in place of iterators, and of ``arrays`` too if asked.

    >>> settle({"w": iter([1.0, 2.0])})
    {'w': [1.0, 2.0]}
    """
    if isinstance(tree, Iterator | ValuesView | range):
        tree = list(tree)
    elif arrays and is_array(tree) and len(tree.shape):
        return tree.tolist()
    parts = children(tree)
    return tree if parts is None else with_children(tree, [settle(part, arrays) for _, part in parts])


def _dtype(tree: Any) -> str:
    return str(tree.dtype).rpartition(".")[2]


def _numbers_and_arrays(tree: Tree) -> Iterator[Any]:
    if (parts := children(tree)) is None:
        yield tree
    else:
        yield from (x for _, part in parts for x in _numbers_and_arrays(part))
