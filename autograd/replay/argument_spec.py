"""The structure of arguments and results.

    spec := (number) | (value) | (array, shape) | (list, shape) | (static, class, x) | (class, keys, spec …)

A list of numbers, nested or not, is an array. A batched argument has a leading axis in every array. What is no number,
such as a text, is static: a recording is for this one.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import prod
from numbers import Number, Real
from operator import is_
from typing import Any

import numpy as np

from ..graph import children, with_children
from ..numbers import expect_real, unwrap
from ..numbers.arrays import Array

Spec = tuple[Any, ...]
NUMBER, VALUE, ARRAY, LIST, STATIC = ("number",), ("value",), "array", "list", "static"
AXIS = "expected an array with a leading axis for the samples"
CONSTANT = (str, bytes, bool, int, np.bool_, range, type(None))  # equal by value, if their types are
REAL = ("float", "bfloat", "int", "uint", "bool")  # how the names of their types begin


@dataclass(frozen=True)
class Same:
    """An object as part of a key: equal to itself, and to its like if it cannot change."""

    it: Any = field(compare=False)
    key: Any = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", _exact_key(self.it))


def _exact_key(x: Any) -> Any:
    """Return a key that tells True from 1 and 0.0 from -0.0, also within tuples and sets."""
    if type(x) in (tuple, frozenset):
        return type(x), type(x)(map(_exact_key, x))
    is_plain = isinstance(x, Number) and not hasattr(x, "__dict__")
    return type(x), x if type(x) in CONSTANT else repr(x) if is_plain else id(x)


def describe(tree: Any, name: str, batched: bool, found: list[Any]) -> Spec:
    """Return the spec of an argument, and append its numbers, arrays and Values to found."""
    try:
        return _describe(tree, name, batched, found)
    except RecursionError:
        raise ValueError(f"{name}: expected a tree, got a container that contains itself") from None


def _describe(tree: Any, name: str, batched: bool, found: list[Any]) -> Spec:
    cls = type(tree)
    if cls is list and (array := _as_array(tree, batched)) is not None:
        found.append(array)
        return LIST, array.shape[batched:]
    if is_array(tree):
        found.append(_check_array(tree, name, batched))
        return ARRAY, tuple(tree.shape[batched:])
    if (parts := children(tree)) is not None:
        keys = tuple([k if type(k) is str else Same(k) for k in tree]) if isinstance(tree, dict) else len(parts)
        return cls, keys, *[_describe(part, name + place, batched, found) for place, part in parts]
    is_number = hasattr(tree, "__apply__") or (isinstance(unwrap(tree), Real) and not isinstance(tree, bool | np.bool_))
    if not is_number:
        return _describe_static(tree, name)
    if batched:
        raise TypeError(f"{name}: {AXIS}, got {cls.__name__} {tree!r:.40}")
    is_index = isinstance(tree, int) and abs(tree) < 2**53
    found.append(tree if hasattr(tree, "__apply__") or is_index else expect_real(tree, name))
    return VALUE if hasattr(tree, "__apply__") else NUMBER


def _describe_static(tree: Any, name: str) -> Spec:
    """Return the spec of what is no number."""
    is_number = isinstance(tree, Number) and not isinstance(tree, bool | np.bool_)
    if is_number or (type(tree) not in CONSTANT and (hasattr(tree, "__next__") or hasattr(tree, "__array__"))):
        hint = "; write x.to_numpy()" * hasattr(tree, "to_numpy")
        raise TypeError(f"{name}: expected numbers, arrays or Values, got {type(tree).__name__} {tree!r:.40}{hint}")
    return STATIC, type(tree), Same(tree)


def objects(spec: Any) -> list[Any]:
    """Return the objects in a spec that are static and may change."""
    if isinstance(spec, Same):
        return [spec.it]
    return [x for part in spec for x in objects(part)] if type(spec) is tuple else []


def format_spec(spec: Spec) -> str:
    """Format the structure of an argument, such as dict('w': numbers (2, 3))."""
    if spec[0] in (ARRAY, LIST):
        return f"numbers {spec[1]}" if spec[1] else "a number"
    if spec[0] == STATIC:
        return f"{spec[1].__name__} {spec[2].it!r:.40}" if spec[1] in (*CONSTANT, frozenset) else spec[1].__name__
    if spec in (NUMBER, VALUE):
        return "a number"
    keys = spec[1] if isinstance(spec[1], tuple) else range(spec[1])
    parts = [f"{getattr(key, 'it', key)!r}: {format_spec(part)}" for key, part in zip(keys, spec[2:], strict=True)]
    return f"{spec[0].__name__}({', '.join(parts)})"


def is_array(x: Any) -> bool:
    """Return whether x is an array of any library, or a tracer of one."""
    return hasattr(x, "shape") and hasattr(x, "dtype") and not isinstance(x, np.generic)


def _as_array(tree: list[Any], batched: bool) -> Any:
    """Return nested lists of numbers, or samples of Values, as an array; None for others."""
    flat: list[Any] = [tree]
    shape: tuple[int, ...] = ()
    while flat and isinstance(flat[0], list):
        if not all(isinstance(part, list) and len(part) == len(flat[0]) for part in flat):
            return None
        shape, flat = (*shape, len(flat[0])), [x for part in flat for x in part]
    if not flat:
        return None
    kinds = set(map(type, flat))
    if bool not in kinds and all(issubclass(kind, int | float | np.generic) for kind in kinds):
        array = np.array(tree)
        return array if array.dtype.kind in "iu" else array.astype(np.float64, copy=False)
    are_real = all(hasattr(kind, "__apply__") or issubclass(kind, Real) for kind in kinds)
    return fill(shape, flat) if batched and are_real else None


def fill(shape: tuple[int, ...], numbers: Sequence[Any]) -> Any:
    """Return an array of numbers that record."""
    array = np.empty(shape, object)
    array.reshape(-1)[:] = numbers
    return array.view(Array)


def _check_array(array: Any, name: str, batched: bool) -> Any:
    dtype = getattr(array.dtype, "name", str(array.dtype)).removeprefix("torch.")  # PyTorch's have no name
    if isinstance(array, np.ma.MaskedArray | np.matrix):
        raise TypeError(f"{name}: expected a plain array, got a {type(array).__name__}; give numpy.asarray of it")
    if dtype == "object":
        for x in array.flat:
            if not hasattr(x, "__apply__"):
                expect_real(x, name)
    elif not dtype.startswith(REAL):
        raise TypeError(f"{name}: expected an array of real numbers, got dtype {array.dtype}")
    if batched and len(array.shape) == 0:
        raise ValueError(f"{name}: expected a leading axis for the samples, got an array of no dimension")
    return array


def build(tree: Any, spec: Spec, numbers: Iterator[Any]) -> Any:
    """Return an argument with other numbers in the places of its own."""
    if spec in (NUMBER, VALUE):
        return next(numbers)
    if spec[0] in (ARRAY, LIST):
        array = fill(spec[1], list(itertools.islice(numbers, prod(spec[1]))))
        return array if spec[0] == ARRAY and spec[1] else array.tolist()
    if spec[0] == STATIC:
        return tree
    pairs = zip(children(tree) or (), spec[2:], strict=True)
    return with_children(tree, [build(part, its, numbers) for (_, part), its in pairs])


def describe_result(tree: Any, found: list[Any], name: str = "f") -> Spec:
    """Return the spec of a result of f, and append its numbers to found."""
    if is_array(tree):
        parts = [describe_result(x, found, name) for x in np.asarray(tree).ravel().tolist()]
        return (ARRAY, tuple(tree.shape)) if tree.shape else parts[0]
    if tree is not None and (named := children(tree)) is not None:
        parts = [describe_result(part, found, name) for _, part in named]
        if type(tree) is list:
            shape = () if not parts or parts[0] == NUMBER else parts[0][1] if parts[0][0] == ARRAY else None
            if shape is not None and all(part == parts[0] for part in parts):
                return ARRAY, (len(parts), *shape)
        kept = tuple(tree) if type(tree) is dict else with_children(tree, [None] * len(parts))
        return type(tree), kept, *parts
    if not hasattr(tree, "__apply__"):
        try:
            tree = expect_real(tree, name)
        except TypeError:
            expected = "expected it to return Values, in lists, tuples and dicts"
            raise TypeError(f"{name}: {expected}, got {type(tree).__name__} {tree!r:.40}") from None
    found.append(tree)
    return NUMBER


def result_builder(spec: Spec, each: str) -> Callable[[Any], Any]:
    """Return the function that builds results from a vector, or from a row for each sample.

    ``each`` is the text of one number: "float(flat[{}])" or "flat[..., {}]".
    """
    scope: dict[str, Any] = {"build": with_children}
    at = itertools.count()

    def text(spec: Spec) -> str:
        if spec == NUMBER:
            return each.format(next(at))
        if spec[0] == ARRAY:
            places = [next(at) for _ in range(prod(spec[1]))]
            start, end = (places[0], places[-1] + 1) if places else (0, 0)
            if each.startswith("float"):
                return f"flat[{start}:{end}].reshape({spec[1]})"
            return f"flat[..., {start}:{end}].reshape((*flat.shape[:-1], *{spec[1]}))"
        parts = [text(part) for part in spec[2:]]
        if spec[0] is dict:
            names = [_name(scope, key) for key in spec[1]]
            return f"{{{', '.join([f'{k}: {part}' for k, part in zip(names, parts, strict=True)])}}}"
        inner = "".join([f"{part}, " for part in parts])
        return f"({inner})" if spec[0] is tuple else f"build({_name(scope, spec[1])}, [{inner}])"

    return eval(f"lambda flat: {text(spec)}", scope)  # type: ignore[no-any-return]  # a function


def fast_reader(specs: Sequence[Spec], batched: Sequence[bool]) -> Callable[[Any], Any]:
    """Return a function from arguments with known specs to their arrays.

    It is faster than ``describe``, and returns None for other arguments or arrays that are not float64 of NumPy.
    """
    scope: dict[str, Any] = {"ndarray": np.ndarray, "double": np.dtype(np.float64), "is_": is_}
    lines = [f"if len(args) != {len(specs)}: return"]
    found: tuple[list[str], list[str]] = [], []

    def visit(spec: Spec, text: str, each: bool) -> None:
        name = f"a{len(lines)}"
        lines.append(f"{name} = {text}")
        if spec[0] == ARRAY:
            shape = f"{name}.shape[1:]" if each else f"{name}.shape"
            fits = f"type({name}) is ndarray and {name}.dtype is double and {shape} == {spec[1]}"
            lines.append(f"if not ({fits}): return")
            found[each].append(name)
        elif spec[0] not in (dict, list, tuple) or (spec[0] is dict and any(isinstance(k, Same) for k in spec[1])):
            lines.append("return")
        else:
            keys = spec[1] if spec[0] is dict else range(spec[1])
            lines.append(f"if type({name}) is not {spec[0].__name__} or len({name}) != {len(spec) - 2}: return")
            if spec[0] is dict:  # in this order
                lines.append(f"if not all(map(is_, {name}, {_name(scope, keys)})): return")
            for key, part in zip(keys, spec[2:], strict=True):
                visit(part, f"{name}[{_name(scope, key)}]", each)

    for k, (spec, each) in enumerate(zip(specs, batched, strict=True)):
        visit(spec, f"args[{k}]", each)
    shared, batch = (", ".join(names) for names in found)
    lines += [f"n = {f'len({found[1][0]})' if batch else 1}", *(f"if len({x}) != n: return" for x in found[1][1:])]
    body = "\n  ".join([*lines, f"if n: return [{shared}], [{batch}], n"])
    exec(f"def read(args):\n try:\n  {body}\n except (KeyError, TypeError): return", scope)
    return scope["read"]  # type: ignore[no-any-return]  # a function


def _name(scope: dict[str, Any], key: Any) -> str:
    """Return a name for a key in source text."""
    scope[f"k{len(scope)}"] = key
    return f"k{len(scope) - 1}"
