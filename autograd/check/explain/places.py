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


def describe_places(chosen: Array, arrays: dict[str, Array]) -> str:
    """Return what the chosen entries have in common, or nothing.

    >>> describe_places(np.array([[True, False], [True, False]]), {})
    'at 0 along axis 1'
    >>> describe_places(np.array([True, False, True]), {"x": np.array([-1.0, 2.0, -3.0])})
    'where x < 0'
    """
    for axis in range(chosen.ndim):
        along = chosen.all(axis=tuple(i for i in range(chosen.ndim) if i != axis))
        if chosen.ndim > 1 and along.sum() * chosen.size == chosen.sum() * len(along):
            return f"at {describe_slices(along)} along axis {axis}"
    return next((words for words, mask in _masks(chosen, arrays) if np.array_equal(mask, chosen)), "")


def _masks(chosen: Array, arrays: dict[str, Array]) -> Iterator[tuple[str, Array]]:
    """Yield sets of entries with words for them."""
    for name, array in arrays.items():
        if array.dtype.kind in "iu" and chosen.ndim == 2 and array.shape == chosen.shape[:1]:
            labels = np.arange(chosen.shape[1]) == array[:, None]
            yield from ((f"at the labels {name}", labels), (f"at all but the labels {name}", ~labels))
        if array.ndim > chosen.ndim or array.shape != chosen.shape[chosen.ndim - array.ndim :]:
            continue
        wide = np.broadcast_to(array, chosen.shape)
        if array.dtype.kind == "b":
            yield from ((f"where {name} is {value}", wide == value) for value in (True, False))
            continue
        yield from ((f"where {name} < 0", wide < 0), (f"where {name} > 0", wide > 0))
        yield from ((f"where {name} is 0", wide == 0), (f"where {name} is not 0", wide != 0))
        for of, inside, outside in (("", wide[chosen], wide[~chosen]), ("not ", wide[~chosen], wide[chosen])):
            if min(inside.size, outside.size) > 3:  # a threshold between few is chance
                low, high = inside.min(), inside.max()
                between = (wide >= low) & (wide <= high)
                bounds = f"≥ {low:.3g}" if high > outside.max() else f"≤ {high:.3g}" if low < outside.min() else ""
                yield f"where {name} {bounds or f'is {of}from {low:.3g} to {high:.3g}'}", between ^ bool(of)
    if chosen.ndim > 1:
        inner = np.zeros_like(chosen)
        inner[..., 1:-1, 1:-1] = True
        yield "at the border", ~inner
