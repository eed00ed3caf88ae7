"""Numbers from outside as floats."""

from __future__ import annotations

import math
import numbers
import operator
from typing import Any


def expect_real(x: Any, name: str, expected: str = "a number") -> float:
    """Return a real number, such as an int, a Fraction or a 0-d array, as a float.

    Raises:
        TypeError: If x is no real number, or is a tensor that has a gradient of its own, which would be lost.
        OverflowError: If x is beyond the range of floats.
    """
    if type(x) is float:
        return x
    number = unwrap(x)
    if not isinstance(number, numbers.Real):
        raise TypeError(f"{name}: expected {expected}, got {describe(x)}")
    if getattr(x, "requires_grad", False) or type(x).__name__.endswith("Tracer"):  # of PyTorch, of JAX
        raise TypeError(f"{name}: the gradient of this {type(x).__name__} would be lost; write x.item() for its number")
    try:
        y = float(number)
    except OverflowError:
        y = math.inf
    if math.isinf(y) and number != y:
        whole: int = int(number)  # type: ignore[call-overload]  # its text may be too long for Python
        given = f"{type(x).__name__} of about 2**{whole.bit_length()}; write math.inf, or scale it"
        raise OverflowError(f"{name}: expected {expected} in the range of floats, got {given}")
    return y


def expect_truth(x: Any, name: str) -> bool:
    """Return a truth as it is, or raise TypeError naming it."""
    if isinstance(x, bool):
        return x
    raise TypeError(f"{name}: expected True or False, got {type(x).__name__} {x!r:.40}")


def describe(x: Any) -> str:
    """Return the kind and text of x for an error message, and how to write an array."""
    hint = "; write autograd.array(x), or x.tolist()" if getattr(x, "ndim", 0) and hasattr(x, "tolist") else ""
    return f"{type(x).__name__} {x!r:.40}{hint}"


def to_index(x: Any) -> int | None:
    """Return a whole number, of NumPy too, as an int; None for all else, such as True."""
    x = unwrap(x)
    is_whole = hasattr(x, "__index__") and not isinstance(x, bool) and not getattr(x, "ndim", 0)
    return operator.index(x) if is_whole else None


def unwrap(x: Any) -> Any:
    """Return what an array of no dimension holds, and anything else as it is."""
    return x.item() if getattr(x, "ndim", None) == 0 and hasattr(x, "item") else x
