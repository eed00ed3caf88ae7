"""Mistakes without free numbers: each names the two arrays that are equal if it was made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, combinations, permutations
from typing import Any

import numpy as np

from .evidence import Array, Evidence

#: Factors that are often forgotten, or used in place of others, by what they are of an array.
FACTORS: dict[str, Callable[[Array], Array]] = {
    "{0}": lambda y: y, "1 − {0}": lambda y: 1 - y, "1 + {0}": lambda y: 1 + y, "{0} (1 − {0})": lambda y: y * (1 - y),
    "1 − {0}²": lambda y: 1 - y * y, "{0}²": lambda y: y * y,
}  # fmt: skip  # in few lines

EPSILONS = 0.0, 1e-5, 1e-3  # that layers add to a variance


def subsets(axes: Iterable[int]) -> Iterator[tuple[int, ...]]:
    """Yield the subsets of axes that are not empty, the small ones first.

    >>> list(subsets([0, 1]))
    [(0,), (1,), (0, 1)]
    """
    every = list(axes)
    return chain.from_iterable(combinations(every, k) for k in range(1, len(every) + 1))


def exchanged(e: Evidence) -> Iterator[tuple[str, Array, Array]]:
    """Yield exchanged axes of the gradient, its upstream, or a matrix in between."""
    n, own = e.n_out, e.right.ndim - e.n_out
    for order in list(permutations(range(own)))[1:]:
        axes = " and ".join(str(i) for i in range(own) if order[i] != i)
        if e.claimed.ndim == n + own:
            turned = np.transpose(e.claimed, (*range(n), *(n + i for i in order)))
            yield f"is transposed: axes {axes} are exchanged", turned, e.right
    for a, b in combinations(range(n + own) if e.claimed.shape == e.right.shape else (), 2):
        turned = np.swapaxes(e.claimed, a, b)
        if a < n <= b:
            matrix = "as if a matrix were transposed, or not transposed"
            yield f"has axis {b - n} exchanged with axis {a} of the result, {matrix}", turned, e.right
        elif b < n and len({a, b} & {axis for axis, _ in e.ties(e.right)}) != 1:  # else a sum along the wrong axis
            yield f"takes its upstream transposed: axes {a} and {b} are exchanged", turned, e.right


def flipped(e: Evidence) -> Iterator[tuple[str, Array, Array]]:
    """Yield axes in reverse, of the argument and of the upstream."""
    if e.same(np.sort(e.claimed, axis=None), np.sort(e.right, axis=None)):
        for axes in subsets([axis for axis, _ in e.axes()][:8]):
            where = " and ".join(e.name_axis(axis) for axis in axes)
            yield f"is flipped: in reverse along {where}", np.flip(e.claimed, axes), e.right


def summed(e: Evidence) -> Iterator[tuple[str, Array, Array]]:
    """Yield a sum or mean along an axis too many, also of the upstream."""
    for axis, words in e.axes():
        total = np.broadcast_to(e.right.sum(axis=axis, keepdims=True), e.right.shape)
        yield f"is a sum along {words}, an axis too many", e.claimed, total
        yield f"is a mean along {words}, an axis too many", e.claimed, total / e.right.shape[axis]


def multiplied(e: Evidence) -> Iterator[tuple[str, Array, Array]]:
    """Yield arrays at hand that are missing as a factor, too many, or swapped."""
    for name, array, functions in _at_hand(e):
        made = [(text.format(name), function(array)) for text, function in functions]
        made = [(text, factor) for text, factor in made if np.ptp(factor) > 1e-3]
        for text, factor in made:
            yield f"is missing the factor {text}", e.claimed * factor, e.right
            yield f"has the factor {text} too many", e.claimed, e.right * factor
        for (text, factor), (other, wrong) in permutations(made, 2):
            yield f"has the factor {other} in place of {text}", e.claimed * factor, e.right * wrong


def _at_hand(e: Evidence) -> Iterator[tuple[str, Array, list[Any]]]:
    """Yield arrays that broadcast to the Jacobians, and functions of them."""
    n, shape = e.n_out, e.right.shape
    for name, array in e.arrays.items():
        if array.dtype.kind == "f" and array.ndim:
            spreads = (np.sqrt(array.var(i, keepdims=True) + eps) for i in range(array.ndim) for eps in EPSILONS)
            parts = [(f"standard deviation of {name}", part, [*FACTORS.items()][:1]) for part in spreads]
            for words, part, functions in ((name, array, [*FACTORS.items()]), *parts):
                if array.shape == shape[n:][-array.ndim :]:
                    yield words, part, functions
                if array.shape == shape[:n][-array.ndim :]:
                    yield words, part.reshape(*part.shape, *(1,) * (len(shape) - n)), functions


def reshaped(e: Evidence) -> Iterator[tuple[str, Array, Array]]:
    """Yield arrays of another shape: a sum that is missing or too many, padding."""
    n, claimed, right = e.n_out, e.claimed, e.right
    if claimed.size == right.size:
        yield "has the right numbers, but not the shape of its argument", claimed.reshape(right.shape), right
    for axes in subsets(range(n, claimed.ndim)):
        where = " and ".join(f"axis {axis - n}" for axis in axes)
        for keep in (False, True):
            yield f"should be summed along {where}", claimed.sum(axis=axes, keepdims=keep), right
    for axes in subsets(range(n, right.ndim)):
        yield f"is a sum along {' and '.join(map(e.name_axis, axes))}, too many", claimed, right.sum(axis=axes)
    if claimed.ndim == right.ndim:
        extra = [a - b for a, b in zip(claimed.shape, right.shape, strict=True)]
        if min(extra) >= 0 and max(extra) <= 8:
            cut = tuple(slice(k // 2, k // 2 + b) for k, b in zip(extra, right.shape, strict=True))
            yield "has the right numbers inside, and padding around them", claimed[cut], right
        if set(claimed.shape[n:]) <= set(right.shape[:n]):
            yield "has the length of another axis of the result: a sum runs along the wrong axis", right, right


EXACT = exchanged, flipped, summed, multiplied
RESHAPED = exchanged, reshaped  # of gradients of another shape than their argument's
