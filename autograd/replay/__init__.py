"""Record a scalar function once, run it on whole arrays."""

from collections.abc import Callable, Iterable
from typing import Any

from ..extras import explain_missing

with explain_missing("autograd.compile needs NumPy", "replay"):
    import numpy as _  # noqa: F401

from .compiled import Compiled
from .differentiable import Differentiable
from .flat import Flat
from .program import Program

__all__ = ["Compiled", "Flat", "Program", "compile"]


def compile(  # noqa: A001  # the field's name for it
    f: Callable[..., Any],
    batch: str | int | Iterable[str | int] = (),
    reduce: str | None = "mean",
    flat: Flat | None = None,
) -> Compiled:
    """Return a function that computes f on arrays, from one recording of it.

    Values that f reads from outside, such as parameters, are read again at every call, and f is recorded again if
    anything else that it read has changed; ``docs/replay.md`` lists exceptions. If f calls ``loss.backward()``,
    each call adds to their ``grad``.

    Args:
        f: A function of numbers in lists, tuples, dicts, dataclasses and arrays, which returns the same; lists of
            numbers are returned as arrays. Other arguments, such as texts, are static: each has a recording of its own.
        batch: Names or positions of the arguments with a leading axis for the samples.
        reduce: "mean" or "sum" of the results over the samples, or None for one result for each.
        flat: The parameters as two vectors, ``data`` and ``grad``, for training to change at once.

    Raises:
        TypeError, ValueError: If an argument does not fit, also one of a call, or a line of f cannot be recorded.

    >>> from autograd import value_and_grad
    >>> line = compile(value_and_grad(lambda p, x, y: (p["w"] * x + p["b"] - y) ** 2), batch=("x", "y"))
    >>> loss, slope = line({"w": 2.0, "b": 1.0}, [0.0, 1.0, 2.0], [1.0, 3.0, 8.0])
    >>> loss, slope
    (3.0, {'w': -4.0, 'b': -2.0})
    """
    return Differentiable(f, batch, reduce, flat)
