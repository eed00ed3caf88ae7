"""Gradients that are right for other arguments, or lack those of some slices."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random

import numpy as np

from ..arrays import refill
from ..backward_pass import BackwardPass, draw
from ..ravel import RaveledInputs
from .evidence import RELATIVE, Array, Evidence, Fits, differences, subsets

MOST_CHANGED = 60  # arguments to try, with five evaluations each


def as_if(e: Evidence) -> Fits:
    """Yield other arguments, for which the gradient is right."""
    if not e.backward or e.count(e.claimed) < 4:  # few numbers are right for some arguments by chance
        return
    inputs, found = e.backward.inputs, list[str]()
    every = ((name, *pair) for name in e.arrays for pair in _changed(e, name))
    for (name, words, array), _ in zip(every, range(MOST_CHANGED), strict=False):
        if name in inputs.arguments and e.name in e.arrays:
            numbers = iter(array.ravel().tolist())
            given = [
                refill(x, numbers, every=True) if its == name else x
                for its, x in zip(inputs.arguments, inputs.given, strict=True)
            ]
            e.backward.evaluations += 5
            try:
                known = RaveledInputs(e.backward.forward, given, inputs.places)
                other = BackwardPass(e.backward.forward, e.backward.vjp, known)
                if all(_agrees(e, other, Random(seed)) for seed in range(3)):
                    found.append(f"for {words} in place of {name}")
            except Exception:  # a border of the domain, or a label that is no class
                continue
    if found:
        yield f"is right {', or '.join(found)}", e.right, e.right


def _agrees(e: Evidence, other: BackwardPass, rng: Random) -> bool:
    """Return whether a gradient is the slope of another function in a direction."""
    steps = [np.array(draw(rng, n)) * (name == e.name) for name, n in zip(other.names, other.sizes, strict=True)]
    slopes, errors = differences(other, np.concatenate(steps))
    claimed = e.matrices[0] @ steps[other.names.index(e.name)]
    bound = RELATIVE * max(abs(slopes).max(), abs(claimed).max()) + errors.max()
    return bool(np.all(abs(slopes - claimed) <= bound) and bound < 0.1 * abs(claimed).max())


def _changed(e: Evidence, name: str) -> Iterator[tuple[str, Array]]:
    """Yield arrays that may be used in place of one, with words for them."""
    array = e.arrays[name]
    if array.dtype.kind == "f":
        yield from (("zeros", 0 * array), ("ones", 0 * array + 1), (f"the negative of {name}", -array))
        yield f"{name} cut to whole numbers", np.trunc(array)
        others = [(other, x) for other, x in e.arrays.items() if other != name and x.dtype.kind == "f"]
        yield from (pair for pair in others if pair[1].shape == array.shape)
    elif array.dtype.kind == "b":
        yield f"the opposite of {name}", ~array
    else:
        low, n = array.min(initial=0), np.ptp(array) + 1 if array.size else 1
        yield from ((f"{name} {sign} 1", (array - low + step) % n + low) for sign, step in (("+", 1), ("−", -1)))
    if array.ndim > 1 and array.shape[-1] == array.shape[-2]:
        yield f"{name} transposed", np.swapaxes(array, -1, -2)
    for axes in subsets(range(array.ndim)[-2:]):
        yield f"{name} in reverse along {' and '.join(f'axis {axis}' for axis in axes)}", np.flip(array, axes)
    for axis, by in product(range(array.ndim), (1, -1)):
        yield f"{name} shifted by {by} along axis {axis}", np.roll(array, by, axis)


def by_other_matrix(e: Evidence) -> Fits:
    """Yield products with another matrix in place of the right one."""
    matrices = [name for name, x in e.arrays.items() if x.ndim == 2 and x.dtype.kind == "f"]
    for axis, name, turned in product(range(e.n_out, e.right.ndim), matrices, (False, True)):
        right, claimed = (np.moveaxis(x, axis, -1) for x in (e.right, e.claimed))
        matrix = e.arrays[name].T if turned else e.arrays[name]
        if 1 < len(matrix) <= matrix.shape[1] == right.shape[-1] and np.linalg.matrix_rank(matrix) == len(matrix):
            before = right @ np.linalg.pinv(matrix)
            for words, other in _changed(e, name) if e.same(before @ matrix, right) else ():
                product_ = before @ (other.T if turned else other)
                yield f"has {words} in place of {name} in a product", claimed, product_


def of_some_slices(e: Evidence) -> Fits:
    """Yield contributions of slices of other arguments, as of steps, that are lost.

    If x meets a matrix w only in x @ w + b, then the gradient of b times wᵀ, and that of w, is a sum over those of x.
    """
    n, own = e.n_out, e.right.ndim - e.n_out
    for x, w in product(e.others, (e.name, *e.others)) if own in (1, 2) else ():
        known, matrix, of_x = e.arrays.get(x), e.arrays.get(w), e.others[x][1]
        if known is None or matrix is None or known.ndim < 2 or matrix.shape != (known.shape[-1], e.right.shape[-1]):
            continue
        if own == 2 and known.shape[-1] != e.right.shape[-2]:
            continue
        terms = of_x if own == 1 else of_x[..., None, :] * known[..., :, None]
        claimed, right = e.claimed @ matrix.T, e.right @ matrix.T
        steps = range(n, n + known.ndim - 1)
        for axis in steps if e.same(terms.sum(axis=tuple(steps)), right) else ():
            each = np.moveaxis(terms, axis, 0).sum(axis=tuple(range(n + 1, n + known.ndim - 1)))
            for k, one in enumerate(each):
                place = f"contribution at {k} along axis {axis - n} of {x}"
                yield f"overwrites: only the {place} is left, write += for =", claimed, one
                yield f"has lost the {place}", claimed, right - one
