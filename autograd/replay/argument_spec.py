"""The structure of arguments and results.

    spec := (number) | (value) | (array, shape) | (list, spec …) | (tuple, spec …) | (dict, keys, spec …)

A list of numbers, nested or not, is an array. A batched argument has a leading axis in every array.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import Any

import numpy as np

from ..engine import Node
from ..numbers import expect_real

Spec = tuple[Any, ...]
NUMBER, VALUE = ("number",), ("value",)
ArgumentPath = Any  # (compiled function, argument), or (path of the whole, key)


def describe(tree: Any, path: ArgumentPath, batched: bool, found: list[Any]) -> Spec:
    """Return the spec of a tree, and append its numbers, arrays and Values to found."""
    cls = type(tree)
    if cls is np.ndarray and tree.dtype.kind in "fiu" and (not batched or tree.ndim):
        found.append(tree)
        return "array", tree.shape[1:] if batched else tree.shape
    if cls is dict:
        return "dict", tuple(tree), *[describe(part, (path, k), batched, found) for k, part in tree.items()]
    if isinstance(tree, tuple):
        return "tuple", *[describe(part, (path, k), batched, found) for k, part in enumerate(tree)]
    if isinstance(tree, list):
        array = _as_array(tree)
        if array is None:
            return "list", *[describe(part, (path, k), batched, found) for k, part in enumerate(tree)]
        return describe(array, path, batched, found)
    if is_array(tree):
        found.append(_check_array(tree, path, batched))
        return "array", tuple(tree.shape[1:] if batched else tree.shape)
    if batched:
        expected = "expected an array with a leading axis for the samples"
        raise TypeError(f"{format_path(path)}: {expected}, got {type(tree).__name__} {tree!r:.40}")
    found.append(tree if isinstance(tree, Node) else expect_real(tree, format_path(path)))
    return VALUE if isinstance(tree, Node) else NUMBER


def format_path(path: ArgumentPath) -> str:
    """Return the name of a part of the arguments, such as p['w'][0]."""
    whole, k = path
    return f"{format_path(whole)}[{k!r}]" if isinstance(whole, tuple) else str(whole.name_of(k))


def is_array(x: Any) -> bool:
    """Return whether x is an array of any library, or a tracer of one."""
    return hasattr(x, "shape") and hasattr(x, "dtype") and not isinstance(x, np.generic)


def _as_array(tree: list[Any]) -> Any:
    """Return nested lists of numbers as an array, or None."""
    flat: list[Any] = [tree]
    while flat and isinstance(flat[0], list):
        if not all(isinstance(part, list) and len(part) == len(flat[0]) for part in flat):
            return None
        flat = [x for part in flat for x in part]
    if not all(type(x) is float or (isinstance(x, int | float | np.generic) and not isinstance(x, bool)) for x in flat):
        return None
    return np.array(tree, dtype=np.float64) if flat else None


def _check_array(array: Any, path: ArgumentPath, batched: bool) -> Any:
    letter = getattr(array.dtype, "kind", None) or str(array.dtype).removeprefix("torch.")[0]  # PyTorch has no kind
    if letter not in "fiub":
        raise TypeError(f"{format_path(path)}: expected an array of real numbers, got dtype {array.dtype}")
    if batched and len(array.shape) == 0:
        raise ValueError(f"{format_path(path)}: expected a leading axis for the samples, got an array of no dimension")
    return array


def count_arrays(spec: Spec) -> int:
    """Return the number of arrays of a spec."""
    if spec[0] in ("array", "number", "value"):
        return 1
    return sum(map(count_arrays, spec[2:] if spec[0] == "dict" else spec[1:]))


def build(spec: Spec, numbers: Iterator[Any]) -> Any:
    """Return a tree with the structure of a spec, arrays as nested lists."""
    if spec in (NUMBER, VALUE):
        return next(numbers)
    if spec[0] == "array":
        return _nest(spec[1], numbers)
    parts = [build(part, numbers) for part in (spec[2:] if spec[0] == "dict" else spec[1:])]
    if spec[0] == "dict":
        return dict(zip(spec[1], parts, strict=True))
    return tuple(parts) if spec[0] == "tuple" else parts


def _nest(shape: tuple[int, ...], numbers: Iterator[Any]) -> Any:
    return [_nest(shape[1:], numbers) for _ in range(shape[0])] if shape else next(numbers)


def describe_result(tree: Any, found: list[Any], name: str = "f") -> Spec:
    """Return the spec of a result of f, and append its numbers to found."""
    if isinstance(tree, dict):
        return "dict", tuple(tree), *[describe_result(part, found, name) for part in tree.values()]
    if isinstance(tree, list | tuple):
        before = len(found)
        parts = [describe_result(part, found, name) for part in tree]
        if isinstance(tree, tuple):
            return "tuple", *parts
        shape = () if not parts or parts[0] == NUMBER else parts[0][1] if parts[0][0] == "array" else None
        if shape is None or any(part != parts[0] for part in parts):
            return "list", *parts
        assert len(found) - before == len(parts) * prod(shape)
        return "array", (len(parts), *shape)
    if not isinstance(tree, Node):
        try:
            tree = expect_real(tree, name)
        except TypeError:
            expected = "expected it to return Values, in lists, tuples and dicts"
            raise TypeError(f"{name}: {expected}, got {type(tree).__name__} {tree!r:.40}") from None
    found.append(tree)
    return NUMBER


def result_builder(spec: Spec, floats: bool) -> Callable[[Any], Any]:
    """Return the function that builds results with the structure of a spec.

    Its argument is a vector, or a row for each sample; with ``floats`` it is a vector, and single numbers are floats.
    """
    scope: dict[str, Any] = {}
    at = itertools.count()

    def text(spec: Spec) -> str:
        if spec == NUMBER:
            return f"float(flat[{next(at)}])" if floats else f"flat[..., {next(at)}]"
        if spec[0] == "array":
            places = [next(at) for _ in range(prod(spec[1]))]
            part = f"{places[0]}:{places[-1] + 1}" if places else "0:0"
            if floats:
                return f"flat[{part}].reshape({spec[1]})"
            return f"flat[..., {part}].reshape((*flat.shape[:-1], *{spec[1]}))"
        if spec[0] == "dict":
            names = [_name(scope, key) for key in spec[1]]
            return f"{{{', '.join([f'{k}: {text(part)}' for k, part in zip(names, spec[2:], strict=True)])}}}"
        inner = "".join([f"{text(part)}, " for part in spec[1:]])
        return f"({inner})" if spec[0] == "tuple" else f"[{inner}]"

    return eval(f"lambda flat: {text(spec)}", scope)  # type: ignore[no-any-return]  # a function


def fast_reader(specs: Sequence[Spec], batched: Sequence[bool]) -> Callable[[Any], Any]:
    """Return a function from arguments with known specs to their arrays.

    It is faster than ``describe``, and returns None for other arguments or arrays that are not float64 of NumPy.
    """
    scope: dict[str, Any] = {"ndarray": np.ndarray, "double": np.dtype(np.float64)}
    lines, found = [], ([], [])  # type: tuple[list[str], tuple[list[str], list[str]]]

    def visit(spec: Spec, name: str, each: bool) -> None:
        if spec[0] == "array":
            shape = f"{name}.shape[1:]" if each else f"{name}.shape"
            lines.append(
                f"if type({name}) is not ndarray or {name}.dtype is not double or {shape} != {spec[1]}: return"
            )
            found[each].append(name)
        elif spec[0] in ("number", "value"):
            lines.append("return")
        else:
            keys, parts = (spec[1], spec[2:]) if spec[0] == "dict" else (range(len(spec) - 1), spec[1:])
            lines.append(f"if type({name}) is not {spec[0]} or len({name}) != {len(parts)}: return")
            for key, part in zip(keys, parts, strict=True):
                inner = f"a{len(lines)}"
                lines.append(f"{inner} = {name}[{_name(scope, key)}]")
                visit(part, inner, each)

    lines.append(f"if len(args) != {len(specs)}: return")
    for k, (spec, each) in enumerate(zip(specs, batched, strict=True)):
        lines.append(f"a{len(lines)} = args[{k}]")
        visit(spec, f"a{len(lines) - 1}", each)
    shared, batch = (", ".join(names) for names in found)
    lines += [f"n = {f'len({found[1][0]})' if batch else 1}", *(f"if len({x}) != n: return" for x in found[1][1:])]
    body = "\n  ".join([*lines, f"if n: return [{shared}], [{batch}], n"])
    exec(f"def read(args):\n try:\n  {body}\n except (KeyError, TypeError): return", scope)
    return scope["read"]  # type: ignore[no-any-return]  # a function


def _name(scope: dict[str, Any], key: Any) -> str:
    """Return a name for a key in source text."""
    scope[f"k{len(scope)}"] = key
    return f"k{len(scope) - 1}"
