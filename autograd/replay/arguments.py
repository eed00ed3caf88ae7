"""The numbers of the arguments of one call."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from ..engine import Node, Value, caller_line, is_grad_enabled
from .argument_spec import is_array
from .tape import SHARED

Array = np.ndarray[Any, Any]
SINGLE = {np.dtype(np.float32)}
NO_NUMBER = "under jax.jit there is no number to branch on, and no grad to add to"


@dataclass(slots=True)
class Arguments:
    """The arguments of one call as arrays, shared or batched, with a precision."""

    shared: list[Any]
    batched: list[Any]
    n: int
    dtype: Any
    like: Any = None  # an array of another library than NumPy, if one is given

    def first(self, batching: int, k: int) -> Any:
        """Return the k-th shared number, or the k-th number of the first sample; an int of ints."""
        for array in self.shared if batching == SHARED else [x[0] for x in self.batched]:
            size = prod(getattr(array, "shape", ()))
            if k < size:
                try:
                    return array.reshape(-1)[k].item() if hasattr(array, "reshape") else array
                except (TypeError, AttributeError) as error:  # JAX raises them for the number of a tracer
                    raise TypeError(f"{caller_line()}: {NO_NUMBER}") from error
            k -= size
        raise IndexError("there are fewer numbers than leaves")


def records(x: Any) -> bool:
    """Return whether an argument, or an array of them, has numbers that record an operation."""
    if isinstance(x, np.ndarray):
        return x.dtype == object and any(map(records, x.flat))
    return x.requires_grad and is_grad_enabled() if isinstance(x, Node) else hasattr(x, "__apply__")


class WholeValue(Value):
    """A Value that may be an index, as an int argument may."""

    __slots__ = ()

    def __index__(self) -> int:
        return int(self.data)


def to_value(x: Any) -> Value:
    """Return a number of an argument as a Value."""
    return (WholeValue if isinstance(x, int) else Value)(float(x))


def numbers_of(part: Any) -> list[Any]:
    """Return the numbers of an array of any library, or a number alone."""
    return part.reshape(-1).tolist() if is_array(part) else [part]


def to_arrays(shared: list[Any], batched: list[Any], n: int) -> Arguments:
    """Return numbers and Values as arrays, with a library and a precision."""
    both = shared + batched
    foreign = [x for x in both if is_array(x) and not isinstance(x, np.ndarray)]
    if foreign:
        like = next((x for x in foreign if "float" in str(x.dtype)), None)
        if like is None:
            raise TypeError(f"expected an array of floats among those of {type(foreign[0]).__module__}, got none")
        return Arguments([x.data if isinstance(x, Node) else x for x in shared], batched, n, None, like)
    dtypes = {x.dtype for x in both if isinstance(x, np.ndarray)}
    dtype = np.float32 if dtypes == SINGLE else np.float64
    return Arguments(list(map(_to_array, shared)), list(map(_to_array, batched)), n, dtype)


def _to_array(x: Any) -> Array:
    """Return a number, a Value or an array of them as an array of numbers."""
    if isinstance(x, np.ndarray):
        return x if x.dtype != object else np.array([_to_array(each) for each in x.flat]).reshape(x.shape)
    return np.array(x.data if isinstance(x, Node) else x)
