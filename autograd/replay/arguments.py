"""The numbers of the arguments of one call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from ..engine import Node, Value, caller_line, is_grad_enabled
from .argument_spec import Spec, fast_reader, is_array, objects
from .tape import SHARED

Array = np.ndarray[Any, Any]
SINGLE = {np.dtype(np.float32)}
NO_NUMBER = "under jax.jit there is no number to branch on, and no grad to add to"


@dataclass(eq=False)
class Structure:
    """The structure of arguments, and the specializations that were made for it."""

    specs: tuple[Spec, ...]
    names: tuple[str, ...]  # of the last arguments, which were given by name
    labels: tuple[str, ...]  # of each argument, for messages
    batched: tuple[bool, ...]  # of each argument: whether it has an axis for the samples
    known: list[Any] = field(default_factory=list)

    def __reduce__(self) -> Any:
        """Return what pickle and copy keep: all but the specializations."""
        return Structure, (self.specs, self.names, self.labels, self.batched)

    @cached_property
    def read(self) -> Callable[[Any], Any]:
        """The function that reads such arguments faster than they are described."""
        return fast_reader(self.specs, self.batched)

    def static(self) -> list[tuple[str, Any]]:
        """Return the objects among the arguments that may change, with their labels."""
        return [(label, x) for label, spec in zip(self.labels, self.specs, strict=True) for x in objects(spec)]


@dataclass(slots=True)
class Arguments:
    """The arguments of one call, and their numbers: as given, or as arrays."""

    structure: Structure
    args: Sequence[Any]
    shared: list[Any]
    batched: list[Any]
    n: int
    dtype: Any = None
    like: Any = None  # an array of another library than NumPy, if one is given

    @property
    def parts(self) -> list[Any]:
        """The numbers and arrays, shared and batched."""
        return self.shared + self.batched

    def make_arrays(self) -> None:
        """Turn numbers and Values into arrays, with a library and a precision."""
        foreign = [x for x in self.parts if is_array(x) and not isinstance(x, np.ndarray)]
        if foreign:
            self.like = next((x for x in foreign if "float" in str(x.dtype)), None)
            if self.like is None:
                raise TypeError(f"expected an array of floats among those of {type(foreign[0]).__module__}, got none")
            self.shared = [x.data if isinstance(x, Node) else x for x in self.shared]
        else:
            dtypes = {x.dtype for x in self.parts if isinstance(x, np.ndarray)}
            self.dtype = np.float32 if dtypes == SINGLE else np.float64
            self.shared, self.batched = list(map(_to_array, self.shared)), list(map(_to_array, self.batched))

    def convert(self, array: Array) -> Any:
        """Return an array in the library and precision of the arguments."""
        if self.like is None:
            return array.astype(self.dtype)
        from array_api_compat import array_namespace

        return array_namespace(self.like).asarray(array, dtype=self.like.dtype)

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


def _to_array(x: Any) -> Array:
    """Return a number, a Value or an array of them as an array of numbers."""
    if isinstance(x, np.ndarray):
        return x if x.dtype != object else np.array([_to_array(each) for each in x.flat]).reshape(x.shape)
    return np.array(x.data if isinstance(x, Node) else x)
