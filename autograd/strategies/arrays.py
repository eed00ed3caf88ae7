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
Points = st.SearchStrategy[Point]
Accepts = Callable[[Point], bool]
MOST_DRAWN = 16  # entries that Hypothesis draws; it limits the size of an example


def stack(
    one: Points, width: int, shape: Any, asarray: Any, accepts: Accepts, needed: Points | None = None
) -> st.SearchStrategy[tuple[Any, ...]]:
    """Return a strategy for ``width`` arrays of one shape, whose entries together are points.

    Of many, most lie between two that Hypothesis draws, where ``accepts`` is true; ``needed`` draws one of them.
    """
    if isinstance(shape, st.SearchStrategy):
        return shape.flatmap(lambda found: stack(one, width, found, asarray, accepts, needed))
    lengths = shape if isinstance(shape, tuple | list) else (shape,)
    if any((n := to_index(length)) is None or n < 0 for length in lengths):
        raise TypeError(f"shape: expected a whole number from 0, or a tuple of these, got {shape!r:.40}")

    @st.composite
    def arrays(draw: st.DrawFn) -> tuple[Any, ...]:
        n = prod(lengths)
        found = [draw(one) for _ in range(min(n, MOST_DRAWN))]
        if needed is not None and found:
            found[draw(st.integers(0, len(found) - 1))] = draw(needed)
        drawn, rng = list(found), Random(draw(st.integers(0, 2**32 - 1)) if n > MOST_DRAWN else 0)
        while len(found) < n:
            a, b, t = rng.choice(drawn), rng.choice(drawn), rng.random()
            between = tuple([x + t * (y - x) for x, y in zip(a, b, strict=True)])
            found.append(between if accepts(between) else a)
        nested = [_nest(iter([point[k] for point in found]), lengths) for k in range(width)]
        return tuple(map(asarray, nested) if asarray else nested)

    return arrays()


def _nest(flat: Iterator[float], shape: Sequence[int]) -> Any:
    """Return nested lists of a shape, filled row by row."""
    return [_nest(flat, shape[1:]) for _ in range(shape[0])] if shape else next(flat)
