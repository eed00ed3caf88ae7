"""Record a scalar function once, run it on whole arrays."""

from collections.abc import Callable, Iterable
from typing import Any

from ..extras import explain_missing

with explain_missing("autograd.compile needs NumPy", "replay"):
    import numpy as _  # noqa: F401

from .compiled import Compiled
from .flat import Flat
from .program import Program

__all__ = ["Compiled", "Flat", "Program", "compile"]


def compile(  # noqa: A001  # the field's name for it
    f: Callable[..., Any],
    batch: str | int | Iterable[str | int] = (),
    reduce: str | None = "mean",
    flat: Flat | None = None,
) -> Compiled:
    """Return a function that does what f does, recorded once and replayed on arrays.

    f takes numbers in arrays, lists, tuples and dicts, as Values, and returns Values in the same. What it
    reads from outside, such as the parameters of a model, is read again at every call; where f calls
    ``loss.backward()``, each call adds to their ``grad``. The arguments named in ``batch`` have a leading
    axis for the samples; the result is the mean over them, the ``reduce="sum"``, or with None one for each.
    Lists of numbers come back as arrays. With ``flat=Flat(parameters)`` the numbers and gradients of these are
    two vectors, which training may change at once. Raises ImportError without NumPy.

    >>> from autograd import value_and_grad
    >>> line = compile(value_and_grad(lambda p, x, y: (p["w"] * x + p["b"] - y) ** 2), batch=("x", "y"))
    >>> loss, slope = line({"w": 2.0, "b": 1.0}, [0.0, 1.0, 2.0], [1.0, 3.0, 8.0])
    >>> loss, slope
    (3.0, {'w': -4.0, 'b': -2.0})
    """
    return Compiled(f, batch, reduce, flat)
