"""Mistakes without free numbers: each names two arrays that are equal if it was made."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np

from .evidence import Evidence, Fits, subsets


def exchanged(e: Evidence) -> Fits:
    """Yield exchanged axes of the gradient, its upstream, or a matrix in between."""
    n, own = e.n_out, e.right.ndim - e.n_out
    for order in list(permutations(range(own)))[1:] if e.claimed.ndim == n + own else ():
        axes = " and ".join(str(i) for i in range(own) if order[i] != i)
        turned = np.transpose(e.claimed, (*range(n), *(n + i for i in order)))
        yield f"is transposed: axes {axes} are exchanged", turned, e.right
        back = np.transpose(e.right, (*range(n), *(n + i for i in order)))
        if e.claimed.shape == e.right.shape != back.shape:
            yield f"is transposed, axes {axes}, and then reshaped", e.claimed, back.reshape(e.right.shape)
    for a, b in combinations(range(n + own) if e.claimed.shape == e.right.shape else (), 2):
        turned = np.swapaxes(e.claimed, a, b)
        if a < n <= b:
            matrix = "as if a matrix were transposed, or not transposed"
            yield f"has axis {b - n} exchanged with axis {a} of the result, {matrix}", turned, e.right
        elif b < n and len({a, b} & {axis for axis, _ in e.ties(e.right)}) != 1:  # else a sum along the wrong axis
            yield f"takes its upstream transposed: axes {a} and {b} are exchanged", turned, e.right


def flipped(e: Evidence) -> Fits:
    """Yield axes in reverse, of the argument and of the upstream."""
    sizes = [np.sort(abs(x), axis=None) / abs(x).max() for x in (e.claimed, e.right) if np.any(x)]
    if len(sizes) == 2 and abs(sizes[0] - sizes[1]).max() < 1e-4:
        for axes in subsets([axis for axis, _ in e.axes()][:8]):
            where = " and ".join(e.name_axis(axis) for axis in axes)
            flipped = "" if all(e.right.shape[axis] == 2 for axis in axes) else "flipped: "  # two may be shifted
            yield f"is {flipped}in reverse along {where}", np.flip(e.claimed, axes), e.right


def summed(e: Evidence) -> Fits:
    """Yield a sum or mean along an axis too many, also of the upstream."""
    for axis, words in e.axes():
        total = np.broadcast_to(e.right.sum(axis=axis, keepdims=True), e.right.shape)
        yield f"is a sum along {words}, an axis too many", e.claimed, total
        yield f"is a mean along {words}, an axis too many", e.claimed, total / e.right.shape[axis]


def reshaped(e: Evidence) -> Fits:
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


def of_other_argument(e: Evidence) -> Fits:
    """Yield the gradients of other arguments."""
    for name, (claimed, right) in e.others.items():
        if e.same(claimed, e.right):
            yield f"is swapped with that of {name}", e.claimed, right
        if np.sum(e.nonzero(right)) > 3:
            order = "" if e.same(claimed, right) else ": the gradients are in another order"
            yield f"is that of {name}{order}", e.claimed, right
