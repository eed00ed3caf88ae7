"""Hypothesis strategies for nested lists and arrays, from one for their entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import prod
from random import Random
from typing import Any

from ..extras import explain_missing
from ..numbers import to_index

with explain_missing("autograd.strategies needs hypothesis", "test"):
    from hypothesis import strategies as st

Point = tuple[float, ...]
MOST_DRAWN = 32  # entries that Hypothesis draws; it limits the size of an example


def stack(
    one: st.SearchStrategy[Point],
    width: int,
    shape: Any,
    asarray: Callable[[Any], Any] | None,
    accepts: Callable[[Point], bool],
    needed: st.SearchStrategy[Point] | None = None,
) -> st.SearchStrategy[tuple[Any, ...]]:
    """Return a strategy for a tuple of arrays of one shape, whose entries together are points.

    Args:
        one: A strategy for the points.
        width: The numbers of a point, each in an array of its own.
        shape: A length, a tuple of lengths, or a strategy for one of these.
        asarray: The function that turns nested lists into an array; if None, they stay lists.
        accepts: Whether a point between two drawn ones may be used.
        needed: A strategy for a point that is somewhere in the arrays.

    Raises:
        TypeError: If a length is not a whole number from 0.
    """
    if isinstance(shape, st.SearchStrategy):
        return shape.flatmap(lambda found: stack(one, width, found, asarray, accepts, needed))
    lengths = shape if isinstance(shape, tuple | list) else (shape,)
    for length in lengths:
        if (n := to_index(length)) is None or n < 0:
            raise TypeError(f"shape: expected a whole number from 0, or a tuple of these, got {shape!r:.40}")
    to_array = asarray or (lambda nested: nested)

    def nest(points: list[Point]) -> tuple[Any, ...]:
        return tuple([to_array(_nest(iter([point[k] for point in points]), lengths)) for k in range(width)])

    return fill(one, prod(lengths), accepts, needed).map(nest)


@st.composite
def fill(
    draw: st.DrawFn,
    one: st.SearchStrategy[Point],
    n: int,
    accepts: Callable[[Point], bool],
    needed: st.SearchStrategy[Point] | None = None,
) -> list[Point]:
    """Draw n points. Of many, most lie between two that Hypothesis draws."""
    found = [draw(one) for _ in range(min(n, MOST_DRAWN))]
    if needed is not None and found:
        found[draw(st.integers(0, len(found) - 1))] = draw(needed)
    if n <= len(found):
        return found
    drawn, rng = list(found), Random(draw(st.integers(0, 2**32 - 1)))
    while len(found) < n:
        a, b, t = rng.choice(drawn), rng.choice(drawn), rng.random()
        between = tuple([x + t * (y - x) for x, y in zip(a, b, strict=True)])
        found.append(between if accepts(between) else a)
    return found


def _nest(flat: Iterator[float], shape: Sequence[int]) -> Any:
    """Return nested lists of a shape, filled row by row."""
    return [_nest(flat, shape[1:]) for _ in range(shape[0])] if shape else next(flat)
