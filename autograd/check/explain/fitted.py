"""Mistakes with few free numbers, and patterns of entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np

from .evidence import Array, Evidence, Fits, subsets
from .factors import parts

OVERWRITES = "overwrites: only the {} is left, write += for ="


def moved(e: Evidence) -> Fits:
    """Yield slices along an axis that are in the places of others."""
    for axis, words in e.axes():
        n = e.right.shape[axis]
        rows, found = (np.moveaxis(x, axis, 0).reshape(n, -1) for x in (e.right, e.claimed))
        if 2 < n <= 300 and e.right.size * n < 2e7 and e.is_varied():
            fits = np.array([abs(rows - row).max(axis=1) <= e.tolerance for row in found])
            if np.all(fits.sum(axis=0) == 1) and np.all(fits.sum(axis=1) == 1):
                source, j = fits.argmax(axis=1), int(np.argmin(np.diag(fits)))
                steps = (np.arange(n) - source + n // 2) % n - n // 2
                order = f"is in another order along {words}: at {j} it has what belongs to {source[j]}"
                yield order if np.ptp(steps) else f"is shifted by {steps[0]} along {words}", e.right, e.right
    own = [axis for axis, _ in e.axes() if axis >= e.n_out][-2:]
    for along in (*([axis] for axis, _ in e.axes()), own):
        for steps in product(range(-2, 3), repeat=len(along)):  # what is pushed out at an end is lost
            to, start = [slice(None)] * e.right.ndim, [slice(None)] * e.right.ndim
            for axis, step in zip(along, steps, strict=True):
                to[axis], start[axis] = (slice(max(0, s), min(0, s) or None) for s in (step, -step))
            part = e.right[tuple(start)]
            if any(steps) and part.size * 2 >= e.right.size and e.count(part) > 5:
                pairs = [f"by {s} along {e.name_axis(axis)}" for axis, s in zip(along, steps, strict=True) if s]
                yield f"is shifted {' and '.join(pairs)}", e.claimed[tuple(to)], part


def lost(e: Evidence) -> Fits:
    """Yield contributions that are lost, such as all but the last or first along axes."""
    claimed, right = e.matrices
    used, kept = e.nonzero(right), e.nonzero(right) & e.nonzero(claimed)
    places = np.indices(e.right.shape[: e.n_out]).reshape(e.n_out, len(right))
    if not e.n_out or np.sum(used & ~kept) < 2 or not e.same(np.where(used & ~kept, right, claimed), right):
        return
    for axes in subsets([axis for axis in range(e.n_out) if not e.is_stacked(axis) and not e.recurs(axis)]):
        order: Array = np.ravel_multi_index(tuple(places[list(axes)]), [e.right.shape[a] for a in axes])[:, None]
        last, first = np.where(used, order, -1).max(axis=0), np.where(used, order, order.max()).min(axis=0)
        for end, word in ((last, "last"), (first, "first"), (order.max(), "last"), (0, "first")):
            where = f" contribution along {' and '.join(map(e.name_axis, axes))}"
            yield OVERWRITES.format(word + where), claimed, right * (order == end)


def masked(e: Evidence) -> Fits:
    """Yield entries that should be zero."""
    for where, chosen, verb in parts(e, e.nonzero(e.claimed) & ~e.nonzero(e.right)):
        is_shift = verb == "is 0" and "later" not in where and "earlier" not in where
        if not is_shift and not np.any(e.nonzero(e.right[chosen])) and np.sum(e.nonzero(e.claimed[chosen])) > 1:
            a, b = e.claimed[~chosen], e.right[~chosen]
            is_right = e.same(a, b * e.fit(a, b))
            mask = "inverted" if not np.any(e.nonzero(a)) else "missing"
            if is_right or mask == "inverted" or e.is_structured():
                yield f"should be 0 {where}{f': a mask is {mask}' * (is_right or 'later' in where)}", e.right, e.right


def missing_number(e: Evidence) -> Fits:
    """Yield the same number missing at some entries, or one of equal ones left."""
    missing, wrong = e.right - e.claimed, e.nonzero(e.right - e.claimed)
    number = missing[wrong].mean() if np.any(wrong) else 0.0
    if np.any(wrong) and np.all(e.nonzero(e.claimed[wrong])) and e.count(abs(e.claimed[wrong])) == 1:
        shares = e.right[wrong] / e.claimed[wrong]
        if shares.min() > 1.5 and np.ptp(shares) > 0.5:
            yield OVERWRITES.format("last contribution of several equal ones"), shares, np.round(shares)
    for where, _, _ in parts(e, wrong) if np.sum(wrong) > 1 else ():
        if (where := where.partition(" entries, ")[2]) and "upstream" not in where:
            off = f"is {abs(number):.6g}{' of its upstream' * (e.n_out > 0)} too {'small' if number > 0 else 'large'}"
            term = "a term is missing there, or has another sign or factor"
            yield f"{off} {where}, and right elsewhere: {term}", missing, number * wrong
        if "at the labels" in where:
            number, words = e.claimed[wrong].mean(), "overwrites what was there, write += or -= for ="
            yield f"is {number:.6g} {where}, and right elsewhere: it {words}", e.claimed * wrong, number * wrong


def missing_term(e: Evidence) -> Fits:
    """Yield a term along axes, as of a mean or variance, that is missing or alone."""
    missing, n = e.right - e.claimed, e.n_out
    for axes in (axes for axes in subsets([axis for axis, _ in e.axes()][:7]) if len(axes) == 1 or min(axes) >= n):
        words = " and ".join(map(e.name_axis, axes))
        for name, *basis in _terms(e, axes):
            size, k = int(np.prod([e.right.shape[axis] for axis in axes])), len(basis)
            spread = np.sum(e.nonzero(missing).any(axis=axes))
            if size > k + 1 and spread * (size - k) > 3 * k + 1:
                alone = _project(e.claimed, basis, axes)
                if not e.same(alone, e.claimed):
                    term = f"is missing {name} along {words}, or has it with another sign or factor"
                    yield term, _project(missing, basis, axes), missing
                elif np.any(e.nonzero(alone)) and "'s" in name:
                    left = name.replace("'s term", "")
                    yield OVERWRITES.format(f"contribution of {left} along {words}"), alone, e.claimed


def _terms(e: Evidence, axes: tuple[int, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield what may be missing along axes: its name, and arrays that span it."""
    n, shape, own = e.n_out, e.right.shape, axes[0] >= e.n_out
    one, x, y = np.ones(shape), e.arrays.get(e.name), e.arrays.get("the result")
    inside = tuple(axis % n if n and not own else axis - n for axis in axes)
    if own and not np.any(e.nonzero(e.right.sum(axis=axes))):
        yield "the mean's term", one
        if x is not None and x.shape == shape[n:] and np.all(x.std(axis=inside)):
            hat = np.broadcast_to(x - x.mean(axis=inside, keepdims=True), shape)
            yield "the variance's term", hat
            yield "the mean's term and the variance's term", one, hat
    if y is not None and n and y.shape == (shape[n:] if own else shape[:n]) and np.all(np.any(y, axis=inside)):
        wide = y if own else y.reshape(*y.shape, *(1,) * (len(shape) - n))
        yield "a term with the sum Σ upstream × result", np.broadcast_to(wide, shape)
    if own and len(axes) == 1:
        yield "a term that is the same", one


def _project(array: Array, basis: list[Array], axes: tuple[int, ...]) -> Array:
    """Return the projection of an array on orthogonal ones along axes."""
    dot: Callable[[Array, Array], Array] = lambda a, b: (a * b).sum(axis=axes, keepdims=True)
    return sum(b * dot(array, b) / dot(b, b) for b in basis)


def added(e: Evidence) -> Fits:
    """Yield a multiple of the argument or of the upstream that is missing or too many."""
    missing, n, x = e.right - e.claimed, e.n_out, e.arrays.get(e.name)
    if e.right.shape[:n] == e.right.shape[n:] and e.right.size > 1:
        upstream = np.eye(len(e.matrices[1])).reshape(e.right.shape)
        factor = e.fit(missing, upstream)
        times = "" if np.isclose(abs(factor), 1, rtol=1e-4) else f"{abs(factor):.5g} times "
        lack = f"is missing {times}its upstream, as of a shortcut: a path is missing"
        yield lack if factor > 0 else f"adds {times}its upstream, as of a shortcut", missing, factor * upstream
    if x is not None and x.shape == e.right.shape[n:] and x.dtype.kind == "f":
        for words, array in ((e.name, x), (f"the sign of {e.name}", np.sign(x))):
            penalty = np.broadcast_to(array, e.right.shape)
            factor = e.fit(missing, penalty)
            if x.size > 2 and np.ptp(array):
                verb, end = ("is missing", "") if factor > 0 else ("has", " too much")
                term = f"{verb} {abs(factor):.5g} times {words}{end}, a term as of a penalty"
                yield term, missing, factor * penalty


def entry_by_entry(e: Evidence) -> Fits:
    """Yield a path from each entry to that of the result at the same place."""
    missing = e.right - e.claimed
    if e.right.shape[: e.n_out] == e.right.shape[e.n_out :] and e.right.size > 1:
        same = np.eye(len(e.matrices[1])).reshape(e.right.shape)
        if np.any(e.nonzero(e.right * (1 - same))):
            path = "from each entry to that of the result at the same place"
            yield f"is wrong by a path {path} alone, which is missing or has another factor", missing, missing * same


def of_some_paths(e: Evidence) -> Fits:
    """Yield lost paths through other arguments, such as those of queries and keys.

    If x meets others only in products x @ w, then the sum of x times its gradient is that of each w times its own.
    """
    known = {w: (right, e.arrays[w]) for w, (_, right) in e.others.items() if w in e.arrays}
    if e.name not in e.arrays or not e.n_out:
        return
    sums = {w: np.tensordot(right, array, array.ndim) / 10 for w, (right, array) in known.items()}  # / 10 for rounding
    own, claimed = (np.tensordot(a, e.arrays[e.name], e.right.ndim - e.n_out) / 10 for a in (e.right, e.claimed))
    for every in subsets(list(sums)[:6]):
        is_known = e.same(sum(sums[w] for w in every), own) and all(np.any(e.nonzero(sums[w])) for w in every)
        if len(every) > 1 and e.count(own) > 3 and is_known:
            for some in list(subsets(every))[:-1]:
                left, gone = " and ".join(some), " and ".join(w for w in every if w not in some)
                one = OVERWRITES.format(f"last contribution, through {left},")
                words = one if len(some) == 1 else f"has lost the path through {gone}: a path is missing"
                yield words, sum(sums[w] for w in some), claimed


def along_other_axis(e: Evidence) -> Fits:
    """Yield entries mixed along another axis than f mixes."""
    right, claimed = e.ties(e.right), e.ties(e.claimed)
    gone, own = sorted(right - claimed), sorted(claimed - right)
    if gone and own:
        axes = f"axis {own[0][0]} of the result apart, where f keeps axis {gone[0][0]}"
        yield f"keeps the entries along {axes}: a sum or mean runs along the wrong axis", e.right, e.right
    for _, axis in own:
        apart = f"keeps the entries along axis {axis} apart, where f mixes them"
        yield f"{apart}: is a sum, a mean, a transposition or a path missing?", e.right, e.right
    for above, axis in gone:
        mixed = f"mixes the entries along axis {axis}, which f keeps apart: a sum or mean along an axis too many?"
        flows = 1.0 * e.flows(e.claimed, above, axis + e.n_out)
        yield mixed, flows, np.full(flows.shape, 1.0 * e.is_structured())
