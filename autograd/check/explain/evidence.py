"""The claimed and the right Jacobian of a result by one argument."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, combinations
from math import prod
from typing import Any

import numpy as np

from ..arrays import every_number_in, numbers_in, plain, shape_of
from ..backward_pass import BackwardPass

Array = Any  # of NumPy
MOST = 500  # numbers of the arguments, and of the result, that are looked at one by one
RELATIVE = 1e-5  # backward passes may compute in short floats
Fits = Iterator[tuple[str, Array, Array]]  # words, and two arrays that are the same if these are true


@dataclass
class Evidence:
    """The claimed and the right Jacobian of a result by one argument.

    Their axes are the ``n_out`` of the result, then those of the argument. They agree where they differ by no more than
    ``tolerance``. ``arrays`` are the result and the arguments by name, ``others`` both Jacobians of the other ones, and
    ``backward`` is the pass that claims them.
    """

    claimed: Array
    right: Array
    n_out: int
    tolerance: float
    name: str = ""
    arrays: dict[str, Array] = field(default_factory=dict)
    others: dict[str, tuple[Array, Array]] = field(default_factory=dict)
    backward: Any = None

    @property
    def matrices(self) -> tuple[Array, Array]:
        """Both Jacobians as matrices, with a row for each number of the result."""
        rows = prod(self.right.shape[: self.n_out])
        return self.claimed.reshape(rows, -1), self.right.reshape(rows, -1)

    def same(self, a: Array, b: Array) -> bool:
        """Return whether two arrays agree in every entry."""
        return a.shape == b.shape and bool(np.all(abs(a - b) <= self.tolerance))

    def fit(self, a: Array, b: Array) -> float:
        """Return the best factor for b to be a; 0 if b is 0."""
        size = float(np.vdot(b, b))
        return float(np.vdot(b, a)) / size if size > self.tolerance**2 else 0.0

    def nonzero(self, a: Array) -> Array:
        """Return where an array is not zero."""
        return abs(a) > self.tolerance

    def count(self, a: Array) -> int:
        """Return the number of different nonzero numbers in an array."""
        return len(np.unique(np.round(a[self.nonzero(a)] / self.tolerance / 8)))

    def is_varied(self) -> bool:
        """Return whether too many numbers differ to be met by chance."""
        return self.count(self.right) > 2 or (self.n_out > 0 and np.sum(self.nonzero(self.claimed - self.right)) > 3)

    def is_structured(self) -> bool:
        """Return whether the difference has a low rank, which noise has not."""
        missing = self.matrices[1] - self.matrices[0]
        wrong, least = self.nonzero(missing), self.tolerance * missing.size**0.5
        most = 0.9 * min(wrong.any(0).sum(), wrong.any(1).sum())
        return bool(np.linalg.matrix_rank(missing, least) <= most)

    def axes(self) -> Iterator[tuple[int, str]]:
        """Yield the axes longer than 1 and what to call them, those of the argument first."""
        own, above = range(self.n_out, self.right.ndim), range(self.n_out)
        yield from ((axis, self.name_axis(axis)) for axis in (*own, *above) if self.right.shape[axis] > 1)

    def name_axis(self, axis: int) -> str:
        """Return what to call an axis."""
        return f"axis {axis - self.n_out}" if axis >= self.n_out else f"axis {axis} of the result"

    def flows(self, jacobian: Array, a: int, b: int) -> Array:
        """Return which places along an axis of the result depend on which of the argument."""
        return self.nonzero(jacobian).any(axis=tuple(i for i in range(jacobian.ndim) if i not in (a, b)))

    def ties(self, jacobian: Array) -> set[tuple[int, int]]:
        """Return pairs of an axis of the result and of the argument that move together."""
        n, shape = self.n_out, jacobian.shape
        pairs = [(a, b) for a in range(n) for b in range(n, len(shape)) if shape[a] == shape[b] > 1]
        flows = [(a, b - n, self.flows(jacobian, a, b)) for a, b in pairs]
        return {(a, b) for a, b, flow in flows if not flow[~np.eye(len(flow), dtype=bool)].any()}

    def is_stacked(self, axis: int) -> bool:
        """Return whether an axis of the result holds two results, as a list does."""
        is_index = any(a.dtype.kind in "iu" and a.ndim > axis for a in self.arrays.values())
        is_tied = any(a == axis for right in self.rights for a, _ in self.ties(right))
        return self.right.shape[axis] == 2 and not is_tied and not is_index

    def recurs(self, axis: int) -> bool:
        """Return whether places along an axis depend on earlier ones of an argument."""
        n = self.right.shape[axis]
        found = [self.flows(j, axis, b) for j in self.rights for b in range(self.n_out, j.ndim) if j.shape[b] == n > 1]
        return any(np.array_equal(flow, np.tri(n, dtype=bool)) for flow in found)

    @property
    def rights(self) -> list[Array]:
        """The right Jacobians by all arguments."""
        return [self.right, *(right for _, right in self.others.values())]


def subsets(items: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """Yield the subsets that are not empty, the small ones first.

    >>> list(subsets([0, 1]))
    [(0,), (1,), (0, 1)]
    """
    every = list(items)
    return chain.from_iterable(combinations(every, k) for k in range(1, len(every) + 1))


def jacobians(backward: BackwardPass) -> list[Evidence]:
    """Return the Jacobians by each argument that is not too large or uncertain.

    They take four evaluations of forward for each number of the arguments, and one call of both passes for each number
    of the result.
    """
    point, inputs = backward.inputs.point, backward.inputs
    if len(point) > MOST or backward.size > MOST or backward.digits < 20:
        return []
    out = backward.run(point)[0]
    pairs = zip((*inputs.arguments, "the result"), (*inputs.given, out), strict=True)
    arrays = {name: _array(tree) for name, tree in pairs if isinstance(shape_of(tree), tuple)}
    rows = [backward.gradients([float(i == o) for i in range(backward.size)]) for o in range(backward.size)]
    shape, start, found = _shape(out), 0, []
    for k, (tree, n) in enumerate(zip(inputs.trees, backward.sizes, strict=True)):
        typical = float(np.sqrt(np.mean(np.square(point[start : start + n])))) or 1.0
        steps = [max(abs(point[i]), typical) * (np.arange(len(point)) == i) for i in range(start, start + n)]
        columns, errors = np.array([np.array(differences(backward, step)) / max(step) for step in steps]).swapaxes(0, 1)
        right = columns.T.reshape((*shape, *_shape(tree)))
        claimed = np.array([row[k] for row in rows])
        its = backward.shapes[k] if isinstance(backward.shapes[k], tuple) else claimed.shape[1:]
        tolerance = max(RELATIVE, 2.0 ** (8 - 0.75 * backward.digits)) * max(abs(right).max(), abs(claimed).max())
        if errors.max() <= tolerance:  # else next to a kink, or nothing but rounding
            e = Evidence(claimed.reshape((*shape, *its)), right, len(shape), tolerance + float(errors.max()))
            found.append(replace(e, name=backward.names[k], arrays=arrays, backward=backward))
        start += n
    for e in found:
        e.others = {other.name: (other.claimed, other.right) for other in found if other is not e}
    return found


def differences(backward: BackwardPass, step: Array) -> tuple[Array, Array]:
    """Return the derivatives of the results along a step, and a bound on their errors."""
    h = 2.0 ** (-backward.digits / 4)
    results = [backward.run((backward.inputs.point + t * step).tolist())[0] for t in (h, -h, h / 2, -h / 2)]
    up, down, half_up, half_down = (np.array(list(map(plain, numbers_in(out))), dtype=float) for out in results)
    wide, narrow = (up - down) / (2 * h), (half_up - half_down) / h
    return (4 * narrow - wide) / 3, abs(narrow - wide) + 2.0 ** (4 - backward.digits) * abs(up) / h


def _array(tree: Any) -> Array:
    return np.array([plain(x) for x in every_number_in(tree)]).reshape(shape_of(tree))


def _shape(tree: Any) -> tuple[int, ...]:
    shape = shape_of(tree)
    return shape if isinstance(shape, tuple) else (len(numbers_in(tree)),)
