"""Parameters in one vector, so that training touches no object for each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from ..engine import Node, expect_value

Array = np.ndarray[Any, Any]


class Flat:
    """The numbers and gradients of Values as two vectors, ``data`` and ``grad``.

    A compiled function with this ``flat`` reads ``data`` and adds to ``grad`` instead of the Values. ``unpack`` writes
    both to the Values, ``pack`` reads them again. ``requires_grad`` of a Value must not change.

    Args:
        values: The Values, usually the parameters of a model.

    Raises:
        TypeError: If one of them is not a Value.

    >>> from autograd import Value
    >>> flat = Flat([Value(1.0), Value(2.0)])
    >>> flat.data += 1
    >>> flat.unpack()
    >>> [v.data for v in flat.values]
    [2.0, 3.0]
    """

    data: Array
    grad: Array

    def __init__(self, values: Iterable[Any] = ()) -> None:
        self.values: list[Node] = [expect_value(v, f"values[{k}]") for k, v in enumerate(values)]
        self.place: dict[Node, int] = {v: k for k, v in enumerate(self.values)}
        self.data, self.grad = np.empty(len(self.values)), np.empty(len(self.values))
        self.pack()

    def pack(self) -> None:
        """Read the numbers and gradients of the Values."""
        self.data[:] = [v.data for v in self.values]
        self.grad[:] = [v.grad for v in self.values]

    def unpack(self) -> None:
        """Write the numbers and gradients to the Values."""
        for v, x, g in zip(self.values, self.data.tolist(), self.grad.tolist(), strict=True):
            v.data, v.grad = x, g

    def reader(self, values: Sequence[Node]) -> Callable[[], Array]:
        """Return a function that returns the numbers of Values, here or their own."""
        slots, here, own, nodes = self._split(values)

        def read() -> Array:
            numbers = np.empty(len(values))
            numbers[slots] = self.data[here]
            numbers[own] = [v._data for v in nodes]
            return numbers

        return read

    def adder(self, values: Sequence[Node]) -> Callable[[Any], None]:
        """Return a function that adds to the gradients of Values, here or their own."""
        slots, here, own, nodes = self._split(values)

        def add(sums: Any) -> None:
            sums = sums if isinstance(sums, np.ndarray) else np.array(sums.tolist())  # from any device
            self.grad[here] += sums[slots]
            for v, x in zip(nodes, sums[own].tolist(), strict=True):
                v._grad += x  # the property would take half of a small network's time

        return add

    def _split(self, values: Sequence[Node]) -> tuple[Array, Array, Array, list[Node]]:
        slots = np.array([k for k, v in enumerate(values) if v in self.place], dtype=np.intp)
        own = np.array([k for k, v in enumerate(values) if v not in self.place], dtype=np.intp)
        here = np.array([self.place[values[k]] for k in slots], dtype=np.intp)
        return slots, here, own, [values[k] for k in own]
