"""Words for the places of entries in an array."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

Array = Any  # of NumPy


def describe_slices(chosen: Array) -> str:
    """Return the chosen places along an axis.

    >>> describe_slices([False, True, True, True]), describe_slices([True, False])
    ('1 to 3', '0')
    """
    places = np.flatnonzero(chosen)
    if len(places) > 2 and len(places) == places[-1] - places[0] + 1:
        return f"{places[0]} to {places[-1]}"
    return ", ".join(map(str, places[:6])) + ", …" * (len(places) > 6)


def describe_places(chosen: Array, arrays: dict[str, Array], others: Array = True) -> str:
    """Return what the chosen entries, but no ``others``, have in common, or nothing.

    >>> describe_places(np.array([[True, False], [True, False]]), {})
    'at 0 along axis 1'
    >>> describe_places(np.array([True, False, True]), {"x": np.array([-1.0, 2.0, -3.0])})
    'where x < 0'
    """
    count = chosen | others
    rest = count & ~chosen
    blocks, masks = _slices(chosen, "at"), _masks(chosen, rest, arrays)
    every = (*_labels(chosen.shape, arrays), *blocks, *masks, *_slices(rest, "at all but"))
    return next((words for words, mask in every if np.array_equal(mask & count, chosen)), "")


def describe_shifts(chosen: Array, others: Array) -> str:
    """Return which places are chosen by distance to those of the result, or nothing.

    >>> describe_shifts(np.tri(3, k=-1, dtype=bool), np.tri(3, dtype=bool))
    'at earlier places along {} than along {}'
    """
    n, count = len(chosen), chosen | others
    shift = np.arange(n) - np.arange(n)[:, None]  # rows are places of the result
    every = [("at earlier places along {} than", shift < 0), ("at later places along {} than", shift > 0)]
    every += [("at other places along {} than", shift != 0), ("at the same places along {} as", shift == 0)]
    every += [(f"{k} places or more earlier along {{}} than", shift <= -k) for k in range(2, n)]
    return next((f"{words} along {{}}" for words, mask in every if np.array_equal(mask & count, chosen)), "")


def _slices(chosen: Array, word: str) -> Iterator[tuple[str, Array]]:
    """Yield the smallest block of slices around some entries, with words for it."""
    block, words = np.ones(chosen.shape, dtype=bool), list[str]()
    for axis in range(chosen.ndim):
        along = chosen.any(axis=tuple(i for i in range(chosen.ndim) if i != axis))
        if not along.all():
            block &= np.expand_dims(along, [i for i in range(chosen.ndim) if i != axis])
            words.append(f"{describe_slices(along)} along axis {axis}")
        if chosen.ndim == 1 and np.sum(along[1:] != along[:-1]) + along[0] + along[-1] > 2:
            return  # any entries are some slices
    if words:
        yield f"{word} {' and '.join(words)}", block if word == "at" else ~block


def _labels(shape: tuple[int, ...], arrays: dict[str, Array]) -> Iterator[tuple[str, Array]]:
    """Yield the places of labels and all others, with words for them."""
    for name, array in arrays.items():
        if array.dtype.kind in "iu" and array.ndim and array.shape == shape[:-1]:
            labels = np.arange(shape[-1]) == array[..., None]
            yield from ((f"at the labels {name}", labels), (f"at all but the labels {name}", ~labels))


def _masks(chosen: Array, rest: Array, arrays: dict[str, Array]) -> Iterator[tuple[str, Array]]:
    """Yield sets of entries with words for them."""
    for name, array in arrays.items():
        if array.ndim > chosen.ndim or array.shape != chosen.shape[chosen.ndim - array.ndim :]:
            continue
        wide = np.broadcast_to(array, chosen.shape)
        if array.dtype.kind == "b":
            yield from ((f"where {name} is {value}", wide == value) for value in (True, False))
            continue
        yield from ((f"where {name} < 0", wide < 0), (f"where {name} > 0", wide > 0))
        yield from ((f"where {name} is 0", wide == 0), (f"where {name} is not 0", wide != 0))
        for of, inside, outside in (("", wide[chosen], wide[rest]), ("not ", wide[rest], wide[chosen])):
            if min(inside.size, outside.size) > 3:  # a threshold between few is chance
                low, high = inside.min(), inside.max()
                between = (wide >= low) & (wide <= high)
                bounds = f"≥ {low:.3g}" if high > outside.max() else f"≤ {high:.3g}" if low < outside.min() else ""
                yield f"where {name} {bounds or f'is {of}from {low:.3g} to {high:.3g}'}", between ^ bool(of)
    if chosen.ndim > 1:
        inner = np.zeros_like(chosen)
        inner[..., 1:-1, 1:-1] = True
        yield "at the border", ~inner
