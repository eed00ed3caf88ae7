"""The context that forward keeps for backward, and the numbers as both see them."""

from __future__ import annotations

import sys
from typing import Any

from ..engine import NOT_THE_USERS, Node, Value, new_leaf
from ..numbers import reads


class Context:
    """Numbers and attributes, of any name, that forward keeps for backward."""

    needs_input_grad: tuple[bool, ...]  # for each argument, whether a gradient flows to it
    saved_tensors: tuple[Any, ...] = ()
    _constant: tuple[int, ...] = ()
    _zeros: bool = True

    def save_for_backward(self, *values: Any) -> None:
        """Keep arguments and results for backward."""
        self.saved_tensors = values

    def mark_non_differentiable(self, *results: Any) -> None:
        """Mark results through which nothing flows."""
        self._constant = tuple(map(id, results))

    def set_materialize_grads(self, value: bool) -> None:
        """Set whether the upstream of a result that has none is 0.0, or None."""
        self._zeros = bool(value)

    def mark_dirty(self, *values: Any) -> None:
        """Raise TypeError: a Value does not change in place."""
        raise TypeError("mark_dirty: forward cannot change an argument in place; return a new Value")


class View(Value):
    """A leaf that stands for an argument, result or upstream, and counts reads of its data."""

    __slots__ = ()

    @property
    def data(self) -> Any:
        """The number."""
        if not sys._getframe(1).f_code.co_filename.startswith(NOT_THE_USERS):
            reads.note("reads .data")
        return self._data

    @data.setter
    def data(self, number: Any) -> None:
        raise TypeError("data: forward and backward cannot change an argument in place; return a new Value")

    def detach(self) -> Value:
        """Return a leaf of the same number, and count the derivative as lost."""
        reads.note("uses detach()")
        return new_leaf(Value, self._data, requires_grad=False)  # type: ignore[no-any-return]  # a Value

    def __copy__(self, memo: Any = None) -> View:
        return self  # nobody can change it

    __deepcopy__ = __copy__


def plain_number(x: Any) -> Any:
    """Return the number inside a Value or a dual number, or x itself if it has none."""
    return getattr(x, "data", x) if hasattr(type(x), "__apply__") and getattr(x, "is_concrete", True) else x


def flows(x: Any) -> bool:
    """Return whether a number is a Value that requires a gradient, or a dual number."""
    return x.requires_grad if isinstance(x, Node) else hasattr(type(x), "__apply__") and not isinstance(x, float)
