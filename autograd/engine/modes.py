"""Blocks in which operations are recorded otherwise: ``no_grad`` and ``detect_anomaly``.

Whether one is open is not remembered but read off: a block is a lock, entered and left in C, so that an
interrupt cannot come between and leave recording switched off.
"""

from __future__ import annotations

import functools
import threading
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

from . import node

F = TypeVar("F", bound=Callable[..., Any])
_Lock: Any = type(threading.RLock())


class Block(_Lock):  # type: ignore[misc]  # the type of a lock has no name
    """What a ``with`` statement enters; also a decorator, for a function that runs within."""

    recording: bool | None = None
    anomaly: bool | None = None
    tape: Any = None  # where a function that is compiled is traced

    def __init__(self) -> None:
        node.blocks.append(weakref.ref(self, node.blocks.remove))

    def __call__(self, function: F) -> F:
        """Decorate a function to run within such a block."""

        @functools.wraps(function)
        def within(*args: Any, **named: Any) -> Any:
            with type(self)():
                return function(*args, **named)

        return within  # type: ignore[return-value]  # of the same signature


class no_grad(Block):  # noqa: N801  # PyTorch's name
    """Record nothing in this thread: results are leaves to which no gradient flows, as in PyTorch.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.data, y.requires_grad, y.args
    (9.0, False, ())
    """

    recording = False


class detect_anomaly(Block):  # noqa: N801  # PyTorch's name
    """Raise FloatingPointError in this thread where a nan or an infinity is made, naming the line of source.

    So does a backward pass that meets one, naming the operation that it came from.

    >>> from autograd import Value
    >>> with detect_anomaly():
    ...     Value(0.0).log()
    Traceback (most recent call last):
    FloatingPointError: log(0.0) gave -inf, local derivatives (inf,), at ...: Value(0.0).log()
    """

    anomaly = True


class _Recorded(Block):
    recording = True


def enable_grad() -> AbstractContextManager[Any]:
    """Record in this thread, also within no_grad: who asks for a derivative by a transform means to have it."""
    return nullcontext() if node.recording() else _Recorded()
