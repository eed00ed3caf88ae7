"""Random numbers that a model uses: each sample's own, also where the model is recorded once and replayed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Make = Callable[[], float]
_source: ContextVar[Callable[[Make], Any] | None] = ContextVar("source", default=None)


def draw(make: Make) -> Any:
    """Return what make() draws from Python's ``random``; where a model is compiled, an input that is drawn so.

    Whatever is random in a model that ``nn.fit`` is to compile has to come from here.

    >>> draw(lambda: 0.5)
    0.5
    """
    source = _source.get()
    return make() if source is None else source(make)


@contextmanager
def drawn_by(source: Callable[[Make], Any]) -> Iterator[None]:
    """Ask a source in place of each make()."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)
