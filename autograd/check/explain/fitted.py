"""Mistakes with few free numbers, and patterns of entries.

Each function looks for one kind, and returns what is wrong in words, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product
from math import isclose, prod, sqrt
from typing import Any

import numpy as np

from .evidence import RELATIVE, Array, Evidence
from .exact import subsets
from .places import describe_places, describe_slices

OVERWRITES = "overwrites: only the {} contribution{} is left, write += for ="


def scaled(e: Evidence) -> str:
    """Explain zero, or one factor for all entries."""
    size = float(np.vdot(e.right, e.right))
    factor = float(np.vdot(e.right, e.claimed)) / size if size > e.tolerance**2 else 0.0
    if not np.any(e.nonzero(e.claimed)):
        return "is 0, but the result depends on this argument"
    enough = np.sum(e.nonzero(e.right)) > 1 or any(isclose(abs(factor), x, rel_tol=RELATIVE) for x in (0.5, 1, 2))
    return _name_factor(e, factor) if enough and e.same(e.claimed, factor * e.right) else ""


def _name_factor(e: Evidence, factor: float) -> str:
    """Return a factor in words, with what else is as large."""
    times = max(abs(factor), 1 / abs(factor))
    sign = "has the wrong sign" if factor < 0 else ""
    if isclose(times, 1, rel_tol=RELATIVE):
        return sign
    what = next((words for size, words in _sizes(e) if isclose(size, times, rel_tol=RELATIVE)), "")
    what = (f" (which is also {what})" if isclose(times, 2, rel_tol=RELATIVE) else f", {what}") if what else ""
    return f"{sign}{' and ' * bool(sign)}is {times:.5g} times too {'large' if abs(factor) > 1 else 'small'}{what}"


def _sizes(e: Evidence) -> Iterator[tuple[float, str]]:
    """Yield the numbers by which a gradient is often wrong, and what they are."""
    shapes = {name: e.arrays[name].shape for name in (e.name, *e.arrays) if name in e.arrays}
    numbers = [(size, ("rows", "columns")[i] if len(shape) == 2 else f"entries along axis {i}", name)
               for name, shape in shapes.items() for i, size in enumerate(shape) if len(shape) > 1]  # fmt: skip
    numbers += [(prod(shape), "elements", name) for name, shape in shapes.items()]
    yield from ((size, f"the number of {what} of {name}") for size, what, name in numbers)
    summed = set(np.sum(e.nonzero(e.matrices[1]), axis=0))
    yield from ((float(n), "the number of contributions to each entry") for n in summed if len(summed) == 1)
    yield from ((sqrt(size), f"the square root of the number of {what} of {name}") for size, what, name in numbers)
    yield from ((n / (n - 1), f"n / (n − 1) for n {what} of {name}") for n, what, name in numbers if n > 2)
    for (n, what, name), (k, other, same) in permutations(numbers, 2):
        if name == same and n > k > 1:
            yield n / k, f"the ratio of {what} to {other} of {name}"


def moved(e: Evidence) -> str:
    """Explain slices along an axis that are in the places of others."""
    claimed, right = e.matrices
    axes = [(e.claimed, e.right, axis, f" along {words}") for axis, words in e.axes()]
    axes += [(claimed, right, 1, ", with its entries in one row"), (claimed, right, 0, ", with the result in one row")]
    for a, b, axis, words in axes:
        n = b.shape[axis]
        rows, found = (np.moveaxis(x, axis, 0).reshape(n, -1) for x in (b, a))
        if not 2 < n <= 300 or b.size * n > 2e7 or not e.is_varied():
            continue
        fits = np.array([abs(rows - row).max(axis=1) <= e.tolerance for row in found])
        filled = e.nonzero(found).any(axis=1)
        source = [(int(j), int(np.argmax(fits[j]))) for j in np.flatnonzero(filled)]
        steps = {j - m for j, m in source}
        if np.any(fits[filled].sum(axis=1) != 1) or len(source) < 2 or steps == {0}:
            continue
        if len(steps) == 1 or (len(source) == n and len({step % n for step in steps}) == 1):
            return f"is shifted by {min(steps, key=abs)}{words}"
        if len(source) == n == len({m for _, m in source}):
            j, m = next((j, m) for j, m in source if j != m)
            return f"is in another order{words}: at {j} it has what belongs to {m}"
    own = [axis for axis, _ in e.axes() if axis >= e.n_out][-2:]
    for shifts in product(range(-2, 3), repeat=len(own)):  # as where padding is cut off at one side only
        to: list[Any] = [slice(None)] * e.right.ndim
        start = list(to)
        for axis, step in zip(own, shifts, strict=True):
            to[axis], start[axis] = (slice(max(0, s), min(0, s) or None) for s in (step, -step))
        a, b = e.claimed[tuple(to)], e.right[tuple(start)]
        if any(shifts) and b.size * 3 > e.right.size and e.count(b) > 5 and e.same(a, b):
            moves = (f"by {step} along {e.name_axis(axis)}" for axis, step in zip(own, shifts, strict=True) if step)
            return f"is shifted {' and '.join(moves)}"
    return ""


def scaled_in_part(e: Evidence) -> str:
    """Explain a factor, a sign or zeros for some entries, or for some of the upstream."""
    (claimed, right), n = e.matrices, e.n_out
    wrong = e.nonzero(claimed - right)
    for axis, shape, of in ((0, e.right.shape[n:], ""), (1, e.right.shape[:n], " of its upstream")):
        chosen = wrong.any(axis=axis)
        a, b = (np.compress(chosen, x, axis=1 - axis) for x in (claimed, right))
        factor = float(np.vdot(a, b)) / (float(np.vdot(b, b)) or 1.0)
        if chosen.all() or not np.any(e.nonzero(b)) or not e.same(a, factor * b) or np.sum(e.nonzero(b)) < 3:
            continue
        where = f"{_describe(e, chosen, shape)}{of}, and right elsewhere"
        if abs(factor) > RELATIVE:
            return f"{_name_factor(e, factor)} {where}"
        return f"ignores part of its upstream, {where}: a path is missing" if axis else f"is 0 {where}"
    return ""


def overwritten(e: Evidence) -> str:
    """Explain contributions that are lost, all but the last or first along axes."""
    claimed, right = e.matrices
    used, kept = e.nonzero(right), e.nonzero(right) & e.nonzero(claimed)
    places = np.indices(e.right.shape[: e.n_out]).reshape(e.n_out, len(right))
    if not _is_part(e):
        return ""
    for axes in subsets([axis for axis in range(e.n_out) if not e.is_stacked(axis)]):
        order: Array = np.ravel_multi_index(tuple(places[list(axes)]), [e.right.shape[a] for a in axes])
        order = order[:, None]
        last, first = np.where(used, order, -1).max(axis=0), np.where(used, order, order.max()).min(axis=0)
        for end, word in ((last, "last"), (first, "first"), (order.max(), "last"), (0, "first")):
            if np.array_equal(kept, used & (order == end)):
                return OVERWRITES.format(word, f" along {' and '.join(map(e.name_axis, axes))}")
    return ""


def lost(e: Evidence) -> str:
    """Explain contributions that are lost, where all others are right."""
    return "ignores part of its upstream, and is right for the rest" if e.n_out and _is_part(e) else ""


def _is_part(e: Evidence) -> bool:
    """Return whether contributions are lost and all others are right."""
    gone = e.nonzero(e.right) & ~e.nonzero(e.claimed)
    return int(np.sum(gone)) > 1 and e.same(np.where(gone, e.right, e.claimed), e.right)


def _describe(e: Evidence, chosen: Array, shape: tuple[int, ...]) -> str:
    places = describe_places(chosen.reshape(shape), e.arrays)
    return f"at {np.sum(chosen)} of {chosen.size} entries{', ' * bool(places)}{places}"


def masked(e: Evidence) -> str:
    """Explain entries that should be zero."""
    (claimed, right), n = e.matrices, e.n_out
    used, extra = e.nonzero(right), e.nonzero(claimed) & ~e.nonzero(right)
    if np.sum(extra) < 2 or np.sum(used) < 2:
        return ""
    for axis, shape, of in ((0, e.right.shape[n:], ""), (1, e.right.shape[:n], " of the upstream")):
        chosen = extra.any(axis=axis) & ~used.any(axis=axis)
        if np.all(~extra | np.expand_dims(chosen, axis)):
            there, fine = claimed[used], right[used]
            is_right = e.same(there, fine * (np.vdot(there, fine) / np.vdot(fine, fine)))
            mask = "inverted" if not np.any(e.nonzero(there)) else "missing" if is_right else ""
            return f"should be 0 {_describe(e, chosen, shape)}{of}" + f": a mask is {mask}" * bool(mask)
    for a, b in product(range(n), range(n, e.right.ndim)):
        if (size := e.right.shape[a]) == e.right.shape[b] > 2:
            is_right, is_claimed = e.flows(e.right, a, b), e.flows(e.claimed, a, b)
            later, earlier = np.triu(np.ones((size, size), bool), 1), np.tri(size, k=-1, dtype=bool)
            if not is_right[later].any() and is_right[earlier].all() and is_claimed[later].any():
                return f"should be 0 for what comes later along {e.name_axis(b)}: a mask is missing"
    return ""


def off_by_a_number(e: Evidence) -> str:
    """Explain the same number that is missing at some entries."""
    missing = e.right - e.claimed
    wrong, numbers = e.nonzero(missing), missing[e.nonzero(missing)]
    where = "" if e.n_out or wrong.all() else describe_places(wrong, e.arrays)
    if not where or np.sum(wrong) < 2 or np.ptp(numbers) > 2 * e.tolerance:
        return ""
    off = f"is {abs(numbers.mean()):.6g} too {'small' if numbers.mean() > 0 else 'large'}"
    return f"{off} {where}, and right elsewhere: a term is missing there, or has another sign or factor"


def equal_shares(e: Evidence) -> str:
    """Explain one contribution in the place of several equal ones."""
    wrong, both = e.nonzero(e.claimed - e.right), e.nonzero(e.claimed) & e.nonzero(e.right)
    shares = e.right[wrong & both] / e.claimed[wrong & both]
    whole = not np.any(wrong & ~both) and np.all(abs(shares - np.round(shares)) < RELATIVE * abs(shares))
    several = whole and shares.min() > 1.5 and np.ptp(shares) > 0.5 and e.count(abs(e.claimed[wrong])) == 1
    return OVERWRITES.format("last", " of several equal ones") if several else ""


def missing_term(e: Evidence) -> str:
    """Explain a term along an axis, such as that of a mean or a variance."""
    missing = e.right - e.claimed
    for axis, words in e.axes():
        for name, *basis in _terms(e, axis):
            n, k = e.right.shape[axis], len(basis)
            fits = [e.same(_project(array, basis, axis), array) for array in (missing, e.claimed)]
            spread = np.sum(e.nonzero(missing).any(axis=axis))
            if n > k + 1 and fits == [True, False] and spread * (n - k) > 3 * k + 1:
                return f"is missing {name} along {words}, or has it with another sign or factor"
    return ""


def _terms(e: Evidence, axis: int) -> Iterator[tuple[Any, ...]]:
    """Yield what may be missing along an axis: its name, and arrays that span it."""
    n, shape, own = e.n_out, e.right.shape, axis >= e.n_out
    one, x, y = np.ones(shape), e.arrays.get(e.name), e.arrays.get("the result")
    if own and not np.any(e.nonzero(e.right.sum(axis=axis))):
        yield "the mean's term", one
        if x is not None and x.shape == shape[n:] and np.all(x.std(axis=axis - n)):
            hat = np.broadcast_to(x - x.mean(axis=axis - n, keepdims=True), shape)
            yield "the variance's term", hat
            yield "the mean's term and the variance's term", one, hat
    if y is not None and n and np.all(np.any(y, axis=axis % n)) and y.shape == (shape[n:] if own else shape[:n]):
        wide = y if own else y.reshape(*y.shape, *(1,) * (len(shape) - n))
        yield "a term with the sum Σ upstream × result", np.broadcast_to(wide, shape)
    if own:
        yield "a term that is the same", one


def _project(array: Array, basis: list[Array], axis: int) -> Array:
    """Return the projection of an array on orthogonal ones along an axis."""
    return sum(b * (array * b).sum(axis, keepdims=True) / (b * b).sum(axis, keepdims=True) for b in basis)


def along_other_axis(e: Evidence) -> str:
    """Explain entries mixed along another axis than f mixes."""
    right, claimed = e.ties(e.right), e.ties(e.claimed)
    lost, own = sorted(right - claimed), sorted(claimed - right)
    if lost and own:
        axes = f"axis {own[0][0]} of the result apart, where f keeps axis {lost[0][0]}"
        return f"keeps the entries along {axes}: a sum or mean runs along the wrong axis"
    if lost and e.flows(e.claimed, lost[0][0], lost[0][1] + e.n_out).all():
        return f"mixes the entries along axis {lost[0][1]}, which f keeps apart: a sum or mean along an axis too many?"
    apart = f"keeps the entries along axis {own[0][1] if own else 0} apart, where f mixes them"
    return f"{apart}: is a sum, a mean or a transposition missing?" if own else ""


def wrong_in_part(e: Evidence) -> str:
    """Name the slices that alone are wrong."""
    wrong = e.nonzero(e.claimed - e.right)
    for axis, words in e.axes():
        others = tuple(i for i in range(wrong.ndim) if i != axis)
        along = wrong.any(axis=others)
        fine = np.sum(e.nonzero(e.right) & ~np.expand_dims(along, others))
        if 2 * along.sum() <= len(along) and fine > 2:
            of = "" if axis >= e.n_out else "for part of its upstream, "
            return f"is wrong only {of}at {describe_slices(along)} along {words}"
    return ""


def swapped(e: Evidence) -> str:
    """Explain two gradients in the wrong order."""
    pairs = (
        (name, e.same(e.claimed, right) and e.same(claimed, e.right)) for name, (claimed, right) in e.others.items()
    )
    return next((f"is swapped with that of {name}" for name, found in pairs if found), "")


def of_other_argument(e: Evidence) -> str:
    """Explain the gradient of another argument."""
    for name, (claimed, right) in e.others.items():
        if e.same(e.claimed, right) and np.sum(e.nonzero(right)) > 3:
            order = "" if e.same(claimed, right) else ": the gradients are in another order"
            return f"is that of {name}{order}"
    return ""


FIRST = scaled, swapped
OF_OTHER_SHAPE = swapped, of_other_argument
FITTED = (
    moved, overwritten, scaled_in_part, lost, masked, of_other_argument, off_by_a_number, missing_term, equal_shares,
    along_other_axis, wrong_in_part,
)  # fmt: skip  # in few lines
