"""The claimed and the right Jacobian of a result by one argument."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from ..arrays import every_number_in, numbers_in, plain, shape_of
from ..backward_pass import BackwardPass
from ..ravel import RaveledInputs

Array = Any  # of NumPy
MOST = 500  # numbers of the arguments, and of the result, that are looked at one by one
RELATIVE = 1e-5  # backward passes may compute in short floats


@dataclass
class Evidence:
    """The claimed and the right Jacobian of a result by one argument.

    Their axes are the ``n_out`` of the result, then those of the argument. They agree where they differ by no more than
    ``tolerance``. ``arrays`` are the result and the arguments by name, ``others`` both Jacobians of the other ones.
    """

    claimed: Array
    right: Array
    n_out: int
    tolerance: float
    name: str = ""
    arrays: dict[str, Array] = field(default_factory=dict)
    others: dict[str, tuple[Array, Array]] = field(default_factory=dict)

    @property
    def matrices(self) -> tuple[Array, Array]:
        """Both Jacobians as matrices, with a row for each number of the result."""
        rows = prod(self.right.shape[: self.n_out])
        return self.claimed.reshape(rows, -1), self.right.reshape(rows, -1)

    def same(self, a: Array, b: Array) -> bool:
        """Return whether two arrays agree in every entry."""
        return a.shape == b.shape and bool(np.all(abs(a - b) <= self.tolerance))

    def nonzero(self, a: Array) -> Array:
        """Return where an array is not zero."""
        return abs(a) > self.tolerance

    def count(self, a: Array) -> int:
        """Return the number of different nonzero numbers in an array."""
        return len(np.unique(np.round(a[self.nonzero(a)] / self.tolerance / 8)))

    def is_varied(self) -> bool:
        """Return whether too many numbers differ to be met by chance."""
        wrong = np.sum(self.nonzero(self.claimed - self.right)) if self.n_out and self.same_shape else 0
        return self.count(self.right) > 2 or wrong > 3

    @property
    def same_shape(self) -> bool:
        """Whether the claimed gradient has the shape of its argument."""
        return bool(self.claimed.shape == self.right.shape)

    def axes(self) -> Iterator[tuple[int, str]]:
        """Yield the axes longer than 1 and what to call them, those of the argument first."""
        own, above = range(self.n_out, self.right.ndim), range(self.n_out)
        yield from ((axis, self.name_axis(axis)) for axis in (*own, *above) if self.right.shape[axis] > 1)

    def name_axis(self, axis: int) -> str:
        """Return what to call an axis."""
        return f"axis {axis - self.n_out}" if axis >= self.n_out else f"axis {axis} of the result"

    def flows(self, jacobian: Array, a: int, b: int) -> Array:
        """Return which places along an axis of the result depend on which of the argument."""
        shape = jacobian.shape[a], jacobian.shape[b], -1
        found: Array = np.moveaxis(self.nonzero(jacobian), (a, b), (0, 1)).reshape(shape).any(axis=2)
        return found

    def ties(self, jacobian: Array) -> set[tuple[int, int]]:
        """Return pairs of an axis of the result and of the argument that move together."""
        n, shape = self.n_out, jacobian.shape
        pairs = [(a, b) for a in range(n) for b in range(n, len(shape)) if shape[a] == shape[b] > 1]
        flows = [(a, b - n, self.flows(jacobian, a, b)) for a, b in pairs]
        return {(a, b) for a, b, flow in flows if not flow[~np.eye(len(flow), dtype=bool)].any()}

    def is_stacked(self, axis: int) -> bool:
        """Return whether an axis of the result holds two results, as a list does."""
        known = (self.right, *(right for _, right in self.others.values()))
        return self.right.shape[axis] == 2 and not any(a == axis for right in known for a, _ in self.ties(right))


def jacobians(backward: BackwardPass) -> list[Evidence]:
    """Return the Jacobians by each argument that is not too large or uncertain.

    They take four evaluations of forward for each number of the arguments, and one call of both passes for each number
    of the result.
    """
    point, inputs = backward.inputs.point, backward.inputs
    if len(point) > MOST or backward.size > MOST or backward.digits < 20:
        return []
    out = backward.run(point)[0]
    shape, starts = _shape(out), np.cumsum([0, *backward.sizes])
    columns: list[Array] = []
    errors: list[Array] = []
    for k, n in enumerate(backward.sizes):
        typical = float(np.sqrt(np.mean(np.square(point[starts[k] : starts[k] + n])))) or 1.0
        for i in range(starts[k], starts[k] + n):
            column, error = _differences(backward, i, 2.0 ** (-backward.digits / 4) * max(abs(point[i]), typical))
            columns.append(column)
            errors.append(error)
    rows: list[list[Array]] = [[] for _ in backward.sizes]
    for o in range(backward.size):
        for k, found in enumerate(backward.gradients([float(i == o) for i in range(backward.size)])):
            rows[k].append(np.array(found))
    relative = max(RELATIVE, 2.0 ** (8 - 0.75 * backward.digits))
    arrays = _arrays_of(inputs)
    if isinstance(shape_of(out), tuple):
        arrays["the result"] = _array_of(out)
    known: list[Evidence] = []
    for k, tree in enumerate(inputs.trees):
        right = np.array(columns[starts[k] : starts[k + 1]]).T.reshape(*shape, *_shape(tree))
        claimed = np.array(rows[k]).reshape(*shape, *_even(backward.shapes[k], len(rows[k][0])))
        tolerance = relative * max(abs(right).max(), abs(claimed).max())
        error = float(np.max(errors[starts[k] : starts[k + 1]]))
        if error <= tolerance:  # else next to a kink, or nothing but rounding
            known.append(Evidence(claimed, right, len(shape), tolerance + error, backward.names[k], arrays))
    return _introduce(known)


def of_numbers(inputs: RaveledInputs, claimed: Sequence[float], right: Sequence[float]) -> list[Evidence]:
    """Return the gradients of a function that returns one number, by argument."""
    found, start, arrays = [], 0, _arrays_of(inputs)
    for k, tree in zip(inputs.places, inputs.trees, strict=True):
        n = len(numbers_in(tree))
        a, b = (np.array(row[start : start + n]).reshape(_shape(tree)) for row in (claimed, right))
        tolerance = RELATIVE * max(abs(a).max(), abs(b).max())
        found.append(Evidence(a, b, 0, tolerance, inputs.arguments[k], arrays))
        start += n
    return _introduce(found)


def _introduce(found: list[Evidence]) -> list[Evidence]:
    for e in found:
        e.others = {other.name: (other.claimed, other.right) for other in found if other is not e}
    return found


def _differences(backward: BackwardPass, i: int, h: float) -> tuple[Array, Array]:
    """Return the derivatives of the results by input i, and a bound on their errors."""
    point = backward.inputs.point
    results = [numbers_in(backward.run([*point[:i], point[i] + t, *point[i + 1 :]])[0]) for t in (h, -h, h / 2, -h / 2)]
    up, down, half_up, half_down = (np.array([plain(x) for x in result], dtype=float) for result in results)
    wide, narrow = (up - down) / (2 * h), (half_up - half_down) / h
    return (4 * narrow - wide) / 3, abs(narrow - wide) + 2.0 ** (4 - backward.digits) * abs(up) / h


def _shape(tree: Any) -> tuple[int, ...]:
    return _even(shape_of(tree), len(numbers_in(tree)))


def _even(shape: Any, size: int) -> tuple[int, ...]:
    return shape if isinstance(shape, tuple) else (size,)


def _array_of(tree: Any) -> Array:
    return np.array([plain(x) for x in every_number_in(tree)]).reshape(shape_of(tree))


def _arrays_of(inputs: RaveledInputs) -> dict[str, Array]:
    """Return the arguments by name, those that are arrays of numbers."""
    pairs = zip(inputs.arguments, inputs.given, strict=True)
    return {name: _array_of(tree) for name, tree in pairs if isinstance(shape_of(tree), tuple)}
