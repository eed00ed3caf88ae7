"""Factors that are too many or too few, and where they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import permutations, product
from math import inf, isclose, sqrt
from random import Random
from typing import Any

import numpy as np

from ..arrays import is_array
from ..backward_pass import BackwardPass, draw
from ..ravel import RaveledInputs
from .evidence import RELATIVE, Array, Evidence, Fits, differences, subsets
from .places import describe_places, describe_shifts

OF_UPSTREAM = " of its upstream"

#: Functions whose values are often forgotten as a factor, or used in place of others.
INNER: dict[str, Callable[[Array], Array]] = {
    "{}": lambda y: y, "tanh({})": np.tanh, "σ({})": lambda y: 1 / (1 + np.exp(-y)), "exp({})": np.exp,
    "cos({})": np.cos,
}  # fmt: skip  # in few lines
OUTER: dict[str, Callable[[Array], Array]] = {
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
    """Yield arrays at hand as factors too many or too few, or one for each slice."""
    for kept, a, b in compressed(e):
        made = list(_at_hand(e, kept, a.shape)) if a.size < 1e4 else []
        rows = np.array([np.broadcast_to(f, a.shape).ravel() for _, f in made]).reshape(-1, a.size)
        over, under = rows * a.ravel(), rows * b.ravel()  # a fit is factor * under[i] = over[j]
        factors = under @ over.T / np.maximum(np.sum(under**2, axis=1), 1e-300)[:, None]
        simple = np.isclose(abs(factors[..., None]), (0.5, 1, 2), rtol=RELATIVE).any(axis=-1)
        for i, j in sorted(np.argwhere(simple).tolist(), key=lambda pair: min(pair) > 0):
            factor = float(factors[i, j])
            near = abs(over[j] - factor * under[i]) <= 8 * e.tolerance * np.sqrt(b.ravel())
            if i != j and np.all(near) and np.count_nonzero(b) > 1 + (i * j > 0):  # else by chance
                (text, f), (other, g) = made[j], made[i]
                words = f"has the factor {other} {f'in place of {text}' if j else 'too many'}"
                more = "" if isclose(factor, 1, rel_tol=RELATIVE) else f", and {name_factor(factor)}"
                words = (words if i else f"is missing the factor {text}") + more
                yield words, e.claimed * f, factor * e.right * g
        along, is_mixed = tuple(i for i, n in enumerate(a.shape) if n == 1), min(kept) < e.n_out <= max(kept)
        if not is_mixed and len(kept) < 3 and np.min(np.sum(e.nonzero(e.right), axis=along)) > 2:
            quotients = (a / b).ravel()
            if np.all(e.nonzero(quotients)) and np.ptp(quotients) > 1e-3 and abs(quotients - 1).min() > RELATIVE:
                numbers = ", ".join(f"{x:.3g}" for x in quotients[:6]) + ", …" * (a.size > 6)
                where = " and ".join(map(e.name_axis, kept))
                yield f"has a wrong factor for each place along {where}: {numbers}", e.claimed, a / b * e.right


def compressed(e: Evidence) -> Iterator[tuple[tuple[int, ...], Array, Array]]:
    """Yield axes along which a factor varies, and two arrays whose quotient it is."""
    own, n = list(range(e.right.ndim)), e.n_out
    if np.any(e.nonzero(e.claimed) & ~e.nonzero(e.right)):
        return
    products, squares, found = e.claimed * e.right, e.right**2, dict[Any, Any]()
    for order in (own[:n] + own[n:], own[n:] + own[:n]):
        kept = list(own)
        for axis in order:
            along = tuple(i for i in own if i not in kept or i == axis)
            a, b = (x.sum(axis=along, keepdims=True) for x in (products, squares))
            if e.same(e.claimed, a / np.where(b, b, 1) * e.right):
                kept.remove(axis)
        along = tuple(i for i in own if i not in kept)
        found[tuple(kept)] = [x.sum(axis=along, keepdims=True) for x in (products, squares)]
    for kept in sorted(found, key=lambda kept: kept != () and kept[0] < n <= kept[-1]):
        if kept:
            yield kept, *found[kept]


def _at_hand(e: Evidence, kept: tuple[int, ...], shape: tuple[int, ...]) -> Iterator[tuple[str, Array]]:
    """Yield 1 and functions of arrays that vary along axes, with words for them."""
    yield "1", np.ones(shape)
    arrays, x = dict(e.arrays), e.arrays.get(e.name)
    along = [axis for axis in range(e.n_out, e.right.ndim) if axis not in kept]
    if x is not None and x.shape == e.right.shape[e.n_out :] and along:
        name = f"the standard deviation of {e.name} along {' and '.join(map(e.name_axis, along))}"
        arrays[name] = x.std(axis=tuple(axis - e.n_out for axis in along))
    if e.n_out and e.right.shape[0] == 2 and "the result" in arrays:
        arrays |= {f"the result[{k}]": arrays["the result"][k] for k in (0, 1)}
    for name, array in arrays.items():
        wide = np.squeeze(array) if array.dtype.kind == "f" else np.ones(0)
        for order in permutations(range(wide.ndim)) if wide.ndim == len(kept) < 4 else ():
            if np.transpose(wide, order).shape != tuple(n for n in shape if n > 1):
                continue
            turned = " transposed" * (order != tuple(range(wide.ndim)))
            for (inner, f), (outer, g) in product(INNER.items(), OUTER.items()):
                with np.errstate(all="ignore"):
                    found = g(f(np.transpose(wide, order).reshape(shape)))
                if np.all(abs(found) < 1e100) and np.ptp(found) > 1e-3:
                    yield outer.format(inner.format(name + turned)), found


def in_part(e: Evidence) -> Fits:
    """Yield a factor, a sign or zeros for some entries, or for some of the upstream."""
    for where, chosen, lost in parts(e, e.nonzero(e.claimed - e.right)):
        a, b, end = e.claimed * chosen, e.right * chosen, f"{where}, and right elsewhere"
        factor, count = e.fit(a, b), np.sum(e.nonzero(b))
        if count > 2:
            is_zero = abs(factor) <= RELATIVE
            path = ": a path is missing" if is_zero and lost == "is 0" else ""
            yield f"{lost or 'is 0' if is_zero else name_factor(factor)} {end}{path}", a, factor * b
        for words, x, y in multiplied(replace(e, claimed=a, right=b)) if count > 3 else ():
            yield f"{words} {end}", x, y


def only_in_part(e: Evidence) -> Fits:
    """Yield where a gradient is wrong, if that has a name."""
    for where, chosen, _ in parts(e, e.nonzero(e.claimed - e.right)):
        enough = np.sum(e.nonzero(e.right * ~chosen)) > max(2, np.sum(e.nonzero(e.right)) / 5)
        if enough and where.rpartition(" entries")[2] not in ("", OF_UPSTREAM):
            yield f"is wrong {where}, and right elsewhere", e.right, e.right


def parts(e: Evidence, wrong: Array) -> Iterator[tuple[str, Array, str]]:
    """Yield words for all wrong entries, these entries, and words on zeros there."""
    n, shape, used = e.n_out, e.right.shape, e.nonzero(e.right) | e.nonzero(e.claimed)
    for axes, of, lost in ((range(n), "", ""), (range(n, len(shape)), OF_UPSTREAM, "ignores part of its upstream,")):
        chosen, count = (x.any(axis=tuple(axes)) for x in (wrong, used))
        if not np.array_equal(chosen, count):
            places = describe_places(chosen, e.arrays, count)
            where = f"at {np.sum(chosen)} of {chosen.size} entries{', ' * bool(places)}{places}{of}"
            yield where, np.broadcast_to(np.expand_dims(chosen, tuple(axes)), shape), lost
    for a, b in product(range(n), range(n, len(shape))):
        chosen, count = e.flows(wrong, a, b), e.flows(used, a, b)
        words = describe_shifts(chosen, count) if shape[a] == shape[b] > 1 and np.any(count & ~chosen) else ""
        if words:
            others = tuple(i for i in range(len(shape)) if i not in (a, b))
            where = words.format(e.name_axis(b), e.name_axis(a))
            yield where, np.broadcast_to(np.expand_dims(chosen, others), shape), "is 0"
