"""Draw the random numbers that a model uses, for each sample anew even where the model is recorded and replayed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Sampler = Callable[[], float]
_source: ContextVar[Callable[[Sampler], Any] | None] = ContextVar("source", default=None)


def draw(sample: Sampler) -> Any:
    """Return sample(), or while a model is compiled an input that is drawn that way for each sample.

    A model that ``nn.fit`` is to compile must draw all its random numbers through this function.

    Args:
        sample: a function without arguments that draws from Python's ``random``.

    >>> draw(lambda: 0.5)
    0.5
    """
    source = _source.get()
    return sample() if source is None else source(sample)


@contextmanager
def drawing_from(source: Callable[[Sampler], Any]) -> Iterator[None]:
    """Let ``draw`` return source(sample) instead of sample() inside the block."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)
