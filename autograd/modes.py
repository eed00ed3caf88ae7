"""Blocks in which operations are recorded otherwise: ``no_grad`` and ``detect_anomaly``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from . import node
from .node import modes

_counting = Lock()


@contextmanager
def no_grad() -> Iterator[None]:
    """Record nothing in this thread: results are leaves to which no gradient flows, as in PyTorch.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.data, y.requires_grad, y.args
    (9.0, False, ())
    """
    yield from _set("recording", False)


@contextmanager
def recorded() -> Iterator[None]:
    """Record in this thread, also within no_grad: who asks for a derivative by a transform means to have it."""
    if modes.recording:
        yield
    else:
        yield from _set("recording", True)


@contextmanager
def detect_anomaly() -> Iterator[None]:
    """Raise FloatingPointError in this thread where a nan or an infinity is made, naming the line of source.

    So does a backward pass that meets one, naming the operation that it came from.

    >>> from autograd import Value
    >>> with detect_anomaly():
    ...     Value(0.0).log()
    Traceback (most recent call last):
    FloatingPointError: log(0.0) gave -inf, local derivatives (inf,), at ...: Value(0.0).log()
    """
    yield from _set("anomaly", True)


def _set(mode: str, value: bool) -> Iterator[None]:
    before = getattr(modes, mode)
    setattr(modes, mode, value)
    with _counting:
        node._unusual += 1
    try:
        yield
    finally:
        with _counting:
            node._unusual -= 1
        setattr(modes, mode, before)
