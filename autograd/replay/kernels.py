"""Rows of the table on NumPy arrays, as calls of NumPy that allocate nothing."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from functools import cache, partial
from inspect import signature
from typing import Any

import numpy as np

from ..numbers import FLOAT
from ..table import TABLE, Symbol, expr

Array = np.ndarray[Any, Any]
Call = Callable[[], Any]
MANY = 256  # numbers, from which the time of a call is that of its numbers


SCIPY = ("erf", "erfc", "erfinv", "digamma")  # whose answers at the edges are those on floats


def _special(name: str) -> Any:
    """Return a function that NumPy lacks: SciPy's, a hundred times as fast, or on floats."""
    if name in SCIPY and importlib.util.find_spec("scipy"):
        return getattr(importlib.import_module("scipy.special"), name)
    called = np.frompyfunc(FLOAT[name], len(signature(FLOAT[name]).parameters), 1)
    return lambda *args: np.copyto(args[-1], called(*args[:-1]), "unsafe")


def _where(condition: Array, a: Any, b: Any, out: Array) -> list[Call]:
    """Choose by bits: as fast where the choice has no pattern."""
    whole = np.dtype(f"i{out.itemsize}")
    mask = np.empty(out.shape, whole)
    a, b = (np.asarray(x, out.dtype).view(whole) for x in (a, b))
    chosen = out.view(whole)
    return [
        partial(np.not_equal, condition, 0.0, mask),
        partial(np.negative, mask, mask),
        partial(np.bitwise_xor, a, b, chosen),
        partial(np.bitwise_and, chosen, mask, chosen),
        partial(np.bitwise_xor, chosen, b, chosen),
    ]


def _heaviside(x: Array, at_zero: Any, out: Array) -> list[Call]:
    """Round up what is cut to 0 … 1, which many numbers at once are faster by."""
    if not isinstance(at_zero, float) or at_zero != 0 or out.size < MANY:
        return [partial(np.heaviside, x, at_zero, out)]
    return [
        partial(np.minimum, x, 1.0, out=out),
        partial(np.maximum, out, 0.0, out=out),
        partial(np.ceil, out, out),
    ]


def _clamp(a: Array, lo: Array, hi: Array, out: Array) -> None:
    np.minimum(np.maximum(a, lo, out=out), hi, out=out)


def _norm(stacked: Array, out: Array) -> list[Call]:
    return [partial(np.absolute, stacked[0], out), *[partial(np.hypot, out, x, out) for x in stacked[1:]]]


def _log_excess(stacked: Array, out: Array) -> list[Call]:
    """Compute log Σ exp(a − max), in which one of the greatest is an exact 1."""
    top, difference, less = np.empty_like(out), np.empty_like(stacked), np.empty(stacked.shape, bool)
    most = (len(stacked) - 1) * out.size

    def add_ties() -> None:
        if np.count_nonzero(less) < most:
            np.add(out, (len(stacked) - 1) - np.add.reduce(less, 0, np.intp), out)

    return [
        partial(np.maximum.reduce, stacked, 0, None, top),
        partial(np.subtract, stacked, top, difference),
        partial(np.less, difference, 0.0, less),
        partial(np.exp, difference, difference),
        partial(np.multiply, difference, less, difference),
        partial(np.add.reduce, difference, 0, None, out),
        add_ties,
        partial(np.log1p, out, out),
    ]


RENAMED = {  # in NumPy and in the array API
    "sub": "subtract", "mul": "multiply", "div": "divide", "neg": "negative", "mod": "remainder", "lt": "less",
    "le": "less_equal", "eq": "equal", "floordiv": "floor_divide", "round": "rint",
}  # fmt: skip  # a table


def fold(function: Any, stacked: Array, out: Array) -> list[Call]:
    """Combine arrays from the left; NumPy would reduce neighbours in memory in pairs."""
    if out.shape[-1] > 1 or (out.size > 1 and stacked.flags.c_contiguous):
        start = {"initial": -0.0} if function is np.add else {}
        return [partial(function.reduce, stacked, 0, None, out, **start)]
    room = np.empty_like(stacked)
    return [partial(function.accumulate, stacked, 0, None, room), partial(np.copyto, out, room[-1])]


CALLS: dict[str, Callable[..., list[Call]]] = {"where": _where, "heaviside": _heaviside}  # what is several calls
STACKED: dict[str, Callable[[Array, Array], list[Call]]] = {  # the same, of any number of arguments as one array
    "max": partial(fold, np.maximum), "min": partial(fold, np.minimum), "norm": _norm, "log_excess": _log_excess,
}  # fmt: skip  # in few lines


@cache
def ufunc(name: str) -> Any:
    """Return the function ``(*args, out)`` of a primitive."""
    return _clamp if name == "clamp" else getattr(np, RENAMED.get(name, name), None) or _special(name)


def apply(name: str, args: Any, out: Array) -> list[Call]:
    """List the calls that compute an operation into out; what is in between has room of its own.

    >>> out = np.empty(2)
    >>> for call in apply("sigmoid", [np.array([0.0, 1000.0])], out): _ = call()
    >>> out
    array([0.5, 1. ])
    """
    calls: list[Call] = []
    known: dict[str, Any] = {}

    def compute(tree: Any, target: Array | None) -> Any:
        if not isinstance(tree, list):
            return args[int(tree[1:])] if isinstance(tree, str) else float(tree)
        key = repr(tree)
        if key not in known:
            parts = [compute(part, None) for part in tree[1:]]
            room = np.empty_like(out) if target is None else target
            if tree[0] in STACKED:
                stacked = args if tree[0] == name else parts  # they may be one array already
                calls.extend(STACKED[tree[0]](_stacked(stacked, out, calls), room))
            elif tree[0] in CALLS:
                calls.extend(CALLS[tree[0]](*parts, room))
            else:
                function, parts = _specialized(tree[0], parts)
                named = function in (np.maximum, np.minimum)  # to which NumPy wants out named; it takes longer
                calls.append(partial(function, *parts, out=room) if named else partial(function, *parts, room))
            known[key] = room
        return known[key]

    found = compute(forward_tree(name, len(args)), out)
    if found is not out:  # it is one of the arguments, or a number
        calls.append(partial(np.copyto, out, found))
    return calls


def _stacked(args: Any, out: Array, calls: list[Call]) -> Array:
    """Return the arguments as one array."""
    if isinstance(args, np.ndarray):
        return args
    room = np.empty((len(args), *out.shape), out.dtype)
    calls += [partial(np.copyto, room[k], arg) for k, arg in enumerate(args)]
    return room


def forward_tree(name: str, arity: int) -> Any:
    """Return the forward of an operation as a tree of primitives and variadic functions."""
    op = TABLE[name]
    leaves = [f"x{k}" for k in range(arity)]
    try:
        return [name, *leaves] if op.primitive or name in STACKED else expr(op.apply(tuple(map(Symbol, leaves))), name)
    except TypeError as error:
        reason = f"{name}: only what is written in operations of autograd can be compiled, not with math ({error})"
        raise TypeError(reason) from error


def _specialized(name: str, parts: list[Any]) -> tuple[Any, list[Any]]:
    """Choose the faster function of the same meaning for a literal power or numerator."""
    if name == "pow" and isinstance(parts[1], float) and parts[1] in (2.0, -1.0):
        return (np.square if parts[1] == 2.0 else np.reciprocal), parts[:1]
    if name == "div" and isinstance(parts[0], float) and parts[0] == 1.0:
        return np.reciprocal, parts[1:]
    return ufunc(name), parts
