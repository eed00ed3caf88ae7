"""Factors that are too many or too few, and where they come from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from math import inf, isclose, sqrt
from random import Random
from typing import Any

import numpy as np

from ..arrays import is_array
from ..backward_pass import BackwardPass, draw
from ..ravel import RaveledInputs
from .evidence import RELATIVE, Array, Evidence, Fits, differences, subsets
from .places import describe_places

#: Factors that are often forgotten, or used in place of others, by what they are of an array.
FACTORS: dict[str, Callable[[Array], Array]] = {
    "{0}": lambda y: y, "1 − {0}": lambda y: 1 - y, "1 + {0}": lambda y: 1 + y, "{0} (1 − {0})": lambda y: y * (1 - y),
    "1 − {0}²": lambda y: 1 - y * y, "{0}²": lambda y: y * y,
}  # fmt: skip  # in few lines

#: Numbers that depend on the length of an axis.
LAWS: dict[str, Callable[[int], float]] = {
    "the number of {}": lambda n: n, "the square root of the number of {}": sqrt,
    "n / (n − 1) for n {}": lambda n: n / (n - 1),
}  # fmt: skip  # in few lines


def scaled(e: Evidence) -> Fits:
    """Yield zero, or one factor for all entries."""
    factor = e.fit(e.claimed, e.right)
    yield "is 0, but the result depends on this argument", e.claimed, 0 * e.right
    enough = np.sum(e.nonzero(e.right)) > 1 or any(isclose(abs(factor), x, rel_tol=RELATIVE) for x in (0.5, 1, 2))
    if enough and e.same(e.claimed, factor * e.right):
        yield name_factor(factor) + find_meaning(e, factor), e.claimed, factor * e.right


def name_factor(factor: float) -> str:
    """Return a factor in words.

    >>> name_factor(-0.25)
    'has the wrong sign and is 4 times too small'
    """
    times = _size(factor)
    size = f"is {times:.5g} times too {'large' if abs(factor) > 1 else 'small'}"
    sign = "has the wrong sign" * (factor < 0)
    return sign if isclose(times, 1, rel_tol=RELATIVE) else f"{sign}{' and ' * bool(sign)}{size}"


def find_meaning(e: Evidence, factor: float) -> str:
    """Return which lengths of axes make a factor, since it changes with them, or nothing.

    Each axis of the arguments is made longer by one, with others of its length where forward needs it.
    """
    times, words, product, used = _size(factor), list[str](), 1.0, set[Any]()
    given = e.backward.inputs.given if e.backward and not isclose(times, 1, rel_tol=RELATIVE) else []
    axes = [(n, k, axis) for k, tree in enumerate(given) if is_array(tree) for axis, n in enumerate(tree.shape)]
    for n in sorted({n for n, _, _ in axes if n > 1}):
        for group in subsets([(k, axis) for size, k, axis in axes if size == n][:5]):
            changed = 0.0 if used & set(group) else _measure(e, list(given), group)
            for law, number in LAWS.items():
                if changed and isclose(_size(changed) / times, number(n + 1) / number(n), rel_tol=1e-4):
                    words.append(law.format(_name_axis(e, given, group)))
                    product *= number(n)
                    used |= set(group)
    return f", {' times '.join(words)}" if words and isclose(product, times, rel_tol=1e-4) else ""


def _size(factor: float) -> float:
    return max(abs(factor), 1 / abs(factor)) if factor else inf


def _name_axis(e: Evidence, given: Any, group: Sequence[tuple[int, int]]) -> str:
    """Return what lies along the first axis of a group, or along that of the argument."""
    names = e.backward.inputs.arguments
    k, axis = next((pair for pair in group if names[pair[0]] == e.name), group[0])
    words = {1: ["elements"], 2: ["rows", "columns"]}.get(len(given[k].shape))
    return f"{words[axis] if words else f'entries along axis {axis}'} of {names[k]}"


def _measure(e: Evidence, given: list[Any], group: Sequence[tuple[int, int]]) -> float:
    """Return the factor where axes are longer by one, or 0 if forward or vjp raises an error."""
    backward, rng = e.backward, Random(3)
    for k, axis in group:
        n = given[k].shape[axis]
        given[k] = given[k][(slice(None),) * axis + (np.arange(n + 1) % n,)]
    try:
        inputs = RaveledInputs(backward.forward, given, backward.inputs.places)
        longer = BackwardPass(backward.forward, backward.vjp, inputs)
        k, upstream = longer.names.index(e.name), draw(rng, longer.size) if longer.size > 1 else [1.0]
        step = [np.array(draw(rng, n)) * (i == k) for i, n in enumerate(longer.sizes)]
        slope = np.dot(upstream, differences(longer, np.concatenate(step))[0])
        claimed = np.dot(longer.gradients(upstream)[k], step[k])
    except Exception:  # of the shapes
        return 0.0
    backward.evaluations += longer.evaluations
    return float(claimed / slope) if slope else 0.0


def multiplied(e: Evidence) -> Fits:
    """Yield arrays at hand that are missing as a factor, too many, or swapped."""
    n, shape = e.n_out, e.right.shape
    for name, array in e.arrays.items():
        for i, j in ((n, len(shape)), (0, n)):
            if array.dtype.kind != "f" or not array.ndim or array.shape != shape[i:j][-array.ndim :]:
                continue
            wide = array.reshape(*array.shape, *(1,) * (len(shape) - j))
            made = [(text.format(name), f(wide)) for text, f in FACTORS.items() if np.ptp(f(wide)) > 1e-3]
            for text, factor in made:
                yield f"is missing the factor {text}", e.claimed * factor, e.right
                yield f"has the factor {text} too many", e.claimed, e.right * factor
            for (text, factor), (other, wrong) in permutations(made, 2):
                yield f"has the factor {other} in place of {text}", e.claimed * factor, e.right * wrong


def scaled_in_part(e: Evidence) -> Fits:
    """Yield a factor, a sign or zeros for some entries, or for some of the upstream."""
    (claimed, right), n = e.matrices, e.n_out
    wrong = e.nonzero(claimed - right)
    for axis, shape, of in ((0, e.right.shape[n:], ""), (1, e.right.shape[:n], " of its upstream")):
        chosen = wrong.any(axis=axis)
        a, b = (np.compress(chosen, x, axis=1 - axis) for x in (claimed, right))
        if chosen.all() or np.sum(e.nonzero(b)) < 3:
            continue
        factor, where = e.fit(a, b), f"{describe_entries(e, chosen, shape)}{of}, and right elsewhere"
        lost = f"ignores part of its upstream, {where}: a path is missing" if axis else f"is 0 {where}"
        yield lost if abs(factor) <= RELATIVE else f"{name_factor(factor)} {where}", a, factor * b


def describe_entries(e: Evidence, chosen: Array, shape: tuple[int, ...]) -> str:
    """Return how many entries are chosen, and what they have in common."""
    places = describe_places(chosen.reshape(shape), e.arrays)
    return f"at {np.sum(chosen)} of {chosen.size} entries{', ' * bool(places)}{places}"


def scaled_by_slice(e: Evidence) -> Fits:
    """Yield another factor for each place along axes, as if by a standard deviation."""
    for kept in subsets([axis for axis, _ in e.axes()][:6]):
        along = tuple(axis for axis in range(e.right.ndim) if axis not in kept)
        is_mixed = min(kept) < e.n_out <= max(kept)
        if is_mixed or len(kept) > 2 or np.min(np.sum(e.nonzero(e.right), axis=along)) < 3:
            continue
        factors = (e.claimed * e.right).sum(along, keepdims=True) / (e.right**2).sum(along, keepdims=True)
        if np.all(e.nonzero(factors)) and np.ptp(factors) > 1e-3:
            numbers = ", ".join(f"{x:.3g}" for x in factors.ravel()[:6]) + ", …" * (factors.size > 6)
            where = " and ".join(map(e.name_axis, kept))
            yield f"has a wrong factor for each place along {where}: {numbers}", e.claimed, factors * e.right
