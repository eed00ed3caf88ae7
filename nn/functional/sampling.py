"""Draw a model's random numbers, for each sample anew even in a replay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Sampler = Callable[[], float]
_source: ContextVar[Callable[[Sampler], Any] | None] = ContextVar("source", default=None)


def draw(sample: Sampler) -> Any:
    """Return sample(), or in a recording an input that each replay draws that way.

    A model that ``nn.fit`` is to compile must draw all its random numbers through this function.

    Args:
        sample: A function without arguments that draws from Python's ``random``.

    >>> draw(lambda: 0.5)
    0.5
    """
    source = _source.get()
    return sample() if source is None else source(sample)


@contextmanager
def drawing_from(source: Callable[[Sampler], Any]) -> Iterator[None]:
    """Replace sample() by source(sample) in ``draw`` inside the block."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)
