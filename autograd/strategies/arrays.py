"""Hypothesis strategies for nested lists and arrays, from one for their entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import prod
from random import Random
from typing import Any

from ..extras import explain_missing
from ..numbers import to_index
from .floats import DOUBLE, SHORT, Format

with explain_missing("autograd.strategies needs hypothesis", "test"):
    from hypothesis import strategies as st

Point = tuple[float, ...]
Points = st.SearchStrategy[Point]
Accepts = Callable[[Point], bool]
Parts = Callable[[Format], tuple[Points, Accepts, Points | None]]
MOST_DRAWN = 16  # entries that Hypothesis draws; it limits the size of an example
PROBE = 0.7390851332151607  # of 53 binary digits


def stack(parts: Parts, width: int, shape: Any, asarray: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    """Return a strategy for ``width`` arrays of one shape, whose entries together are points.

    ``parts`` returns for the floats of these arrays a strategy for points, a function that accepts others, and a
    strategy for one that is needed, or None. Of many points, most lie between two that Hypothesis draws.
    """
    if isinstance(shape, st.SearchStrategy):
        return shape.flatmap(lambda found: stack(parts, width, found, asarray))
    lengths = shape if isinstance(shape, tuple | list) else (shape,)
    if any((n := to_index(length)) is None or n < 0 for length in lengths):
        raise TypeError(f"shape: expected a whole number from 0, or a tuple of these, got {shape!r:.40}")
    n = prod(lengths)
    form = _format_of(asarray(_nest(iter([PROBE] * n), lengths))) if asarray else DOUBLE
    one, accepts, needed = parts(form)

    @st.composite
    def arrays(draw: st.DrawFn) -> tuple[Any, ...]:
        found = [draw(one) for _ in range(min(n, MOST_DRAWN))]
        if needed is not None and found:
            found[draw(st.integers(0, len(found) - 1))] = draw(needed)
        drawn, rng = list(found), Random(draw(st.integers(0, 2**32 - 1)) if n > MOST_DRAWN else 0)
        while len(found) < n:
            a, b, t = rng.choice(drawn), rng.choice(drawn), rng.random()
            between = tuple([form.fit((1 - t) * x + t * y) for x, y in zip(a, b, strict=True)])
            found.append(between if accepts(between) else a)
        nested = [_nest(iter([point[k] for point in found]), lengths) for k in range(width)]
        return tuple(map(asarray, nested) if asarray else nested)

    return arrays()


def _format_of(array: Any) -> Format:
    """Return the type of the floats in an array of probes, or raise TypeError."""
    if not hasattr(array, "dtype"):
        return DOUBLE
    name = str(array.dtype).rpartition(".")[2]
    numbers: list[Any] = array.reshape(-1).tolist()
    if any(x != PROBE for x in numbers[:1]) and name not in [form.name for form in SHORT]:
        raise TypeError(f"asarray: expected arrays of floats, such as float64 or float32, got {name}")
    return next((form for form in SHORT if form.name == name), DOUBLE)


def _nest(flat: Iterator[float], shape: Sequence[int]) -> Any:
    """Return nested lists of a shape, filled row by row."""
    return [_nest(flat, shape[1:]) for _ in range(shape[0])] if shape else next(flat)
