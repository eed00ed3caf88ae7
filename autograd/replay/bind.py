"""A program bound to NumPy for a number of samples.

A run is a loop over prepared calls. Rows at even distances, along one axis or several, are a view of the arena. Other
rows are gathered, once for all their readers.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from contextvars import Context, copy_context
from functools import partial
from math import isfinite
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .instruction import Instruction, Ref, even_shape, find_homes, result_weights, rows_in_arena
from .kernels import STACKED, Array, Call, apply, fold

Answer = tuple[Any, Any, bool]  # the results, the numbers of the guards, and whether all is finite
Runner = Callable[[Sequence[Any], Sequence[Any]], Answer]


class Bound:
    """The arenas of a program for n samples, and the calls that fill them."""

    def __init__(self, program: Any, n: int, dtype: Any = np.float64, whole: int = 0) -> None:
        self.n: int = n
        self.dtype: Any = np.dtype(dtype)
        self.u: Array = np.zeros((program.rows["u"], 1), dtype)
        self.v: Array = np.zeros((program.rows["v"], n), dtype)
        self.v[0] = -0.0
        first = len(program.constants)
        self.u[:first, 0] = program.constants
        self.shared: Array = self.u[first : first + program.shared, 0]
        self.batch: Array = self.v[1 : 1 + program.batch]
        self.calls: list[Call] = []
        self.slots: list[Array] = []  # the rows of each array of the batch, in its shape
        self._gathered: dict[Any, Array] = {}
        self.homes: Array = np.arange(program.rows["v"])  # where each row of v is, for some take the place of others
        self.brief: set[int] = find_homes(program, self.homes) if self.v.nbytes > CACHE else set()
        self.watched: list[Call] = []
        for line in program.instructions:
            start = line.start if line.arena == "u" else int(self.homes[line.start])
            out = self._arena(line.arena)[start : start + line.rows]
            getattr(self, f"_{line.do}")(line, out)
            if line.arena == "v" and line.start in self.brief and ("v", line.start) in program.watched:
                self._watch_now(out[0])
        self.weights: tuple[float, float] = result_weights(program.reduce, n, whole)
        self._prepare_results(program)
        self.quiet: Context = copy_context()  # NumPy does not warn in it, for infinities are found at the end
        self.quiet.run(partial(np.seterr, all="ignore"))

    def __call__(self, shared: Sequence[Array], batch: Sequence[Array]) -> Answer:
        """Return the results, the numbers of the guards, and whether all are finite."""
        if shared:
            np.concatenate(shared, None, self.shared, casting="same_kind")
        if not self.slots:
            ends = list(itertools.accumulate([array.size // self.n for array in batch], initial=0))
            pairs = zip(batch, itertools.pairwise(ends), strict=True)
            self.slots = [self.batch[start:end].T.reshape(array.shape) for array, (start, end) in pairs]
        for slot, array in zip(self.slots, batch, strict=True):
            slot[...] = array
        return self.quiet.run(self._run)

    def _run(self) -> Answer:
        for call in self.calls:
            call()
        if self.program.reduce:
            results = self.column.take(self.first)
            if self.weights[0] != 1.0:
                results *= self.weights[0]
            if len(self.second):
                results += self.column.take(self.second) * self.weights[1]
            total = float(results.dot(self.zeros))
        else:
            results = self._columns(self.program.outputs).T if len(self.batch) else self.column.take(self.first)
            total = float(np.add.reduce(results, None))
        for watch in self.watched:
            total += float(watch())
        return results, self._columns(self.program.guards) if self.program.guards else NONE, isfinite(total)

    def _prepare_results(self, program: Any) -> None:
        """Prepare the reading of results."""
        self.program: Any = program
        self.column: Array = self.u[:, 0]
        self.first: Array = np.array([row for _, row in program.outputs], np.int64)
        self.second: Array = np.array([row for _, row in program.once], np.int64)
        self.zeros: Array = np.zeros(len(self.first), self.dtype)
        for name in "uv":
            arena, rows = self._arena(name), rows_in_arena(program.watched, name)
            rows = rows[~np.isin(rows, list(self.brief))] if name == "v" else rows
            runs = np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1) if len(rows) else []
            if 0 < len(runs) < 3 or len(runs) * NUMBERS < len(rows) * arena.shape[1]:
                blocks = [arena[run[0] : run[-1] + 1].ravel() for run in runs]
                self.watched += [partial(block.dot, np.zeros(block.size, self.dtype)) for block in blocks]
            elif runs:
                room = np.empty((len(rows), arena.shape[1]), self.dtype)
                self._call(arena.take, rows, 0, room, "clip")
                self.watched.append(partial(room.ravel().dot, np.zeros(room.size, self.dtype)))

    def _watch_now(self, row: Array) -> None:
        """Watch a row whose place another takes before the end."""
        total = np.empty((), self.dtype)
        self._call(row.dot, np.zeros(self.n, self.dtype), total)
        self.watched.append(total.item)

    def _columns(self, where: Any) -> Array:
        found = np.empty((len(where), self.n), self.dtype)
        for k, (arena, row) in enumerate(where):
            found[k] = self._arena(arena)[row]
        return found

    def _arena(self, name: str) -> Array:
        return self.u if name == "u" else self.v

    def _call(self, function: Any, *args: Any) -> None:
        self.calls.append(partial(function, *args))

    def _operand(self, arg: Ref | float, shape: tuple[int, ...] = ()) -> Any:
        """Return the rows of a ref, with the samples last, in a shape; or a number as it is."""
        if not isinstance(arg, Ref):
            return arg
        arg = arg if arg.arena == "u" else Ref("v", self.homes[arg.rows])
        arena, affine = self._arena(arg.arena), arg.affine()
        shape = shape or (*arg.rows.shape, arena.shape[1])
        if affine is not None:
            start, steps = affine
            strides = (*(arena.strides[0] * step for step in steps), arena.strides[1])
            view = as_strided(arena[start:], (*arg.rows.shape, arena.shape[1]), strides).reshape(shape)
            if np.may_share_memory(view, arena):
                return view
        key = arg.arena, arg.rows.tobytes()
        if key not in self._gathered:
            room = self._gathered[key] = np.empty((arg.rows.size, arena.shape[1]), self.dtype)
            self._call(arena.take, arg.rows.ravel(), 0, room, "clip")
        return self._gathered[key].reshape(shape)

    def _map(self, line: Instruction, out: Array) -> None:
        refs = [arg for arg in line.args if isinstance(arg, Ref)]
        if line.op in STACKED and len(refs) == len(line.args) and len({ref.arena for ref in refs}) == 1:
            self.calls += apply(line.op, self._operand(Ref(refs[0].arena, np.stack([ref.rows for ref in refs]))), out)
        else:
            shape = even_shape(refs, line.rows)
            args = [Ref(x.arena, x.rows.reshape(shape)) if isinstance(x, Ref) else x for x in line.args]
            self.calls += apply(line.op, list(map(self._operand, args)), out.reshape(*shape, -1))

    def _matrix(self, line: Instruction, out: Array) -> None:
        a, b = line.args
        assert isinstance(a, Ref)  # the checker saw to it
        assert isinstance(b, Ref)
        batch, r, k = a.rows.shape
        c = b.rows.shape[2]
        same = a.arena == "u" or self.n == 1  # for all samples
        if k == 1 and not line.over_batch:  # exactly, also the sign of 0
            flat = batch == 1 and same  # in two dimensions, which takes less time
            left, right = self._operand(a), self._operand(b, (1, 1, -1) if flat else ())
            if flat or r == c == 1:  # few axes take less time
                left, right = left.reshape(r * batch, -1), right.reshape(batch, -1)
            shape = (r * batch, -1) if flat or r == c == 1 else (batch, r, c, -1)
            self._call(np.multiply, _number(left), _number(right), out.reshape(shape))
        elif line.over_batch and batch == 1 < k and self.n * (r + c) > NUMBERS and a.affine() and b.affine():
            left, right = self._operand(a)[0].swapaxes(0, 1), self._operand(b)[0].swapaxes(1, 2)  # without copies
            room = np.empty((k, r, c), self.dtype)
            self._call(np.matmul, left, right, room)
            self._call(np.add.reduce, room, 0, None, out.reshape(r, c))
        elif line.over_batch:
            turned = Ref(b.arena, b.rows.transpose(0, 2, 1))
            left, right = self._operand(a, (batch, r, -1)), self._operand(turned, (batch, c, -1))
            self._multiply(left, right.swapaxes(1, 2), out.reshape(batch, r, c))
        elif same:
            self._multiply(self._operand(a)[..., 0], self._operand(b, (batch, k, -1)), out.reshape(batch, r, -1))
        elif r == c == 1:
            left, right = self._operand(a)[:, 0], self._operand(b)[:, :, 0]
            self.calls.append(partial(np.einsum, "bkn,bkn->bn", left, right, out=out))
        else:
            left, right = self._operand(a).transpose(0, 3, 1, 2), self._operand(b).transpose(0, 3, 1, 2)
            self._call(np.matmul, left, right, out.reshape(batch, r, c, -1).transpose(0, 3, 1, 2))

    def _multiply(self, a: Array, b: Array, out: Array) -> None:
        """Multiply blocks of matrices; ``dot`` on a single pair has less overhead."""
        if len(a) == 1:
            self._call(a[0].dot, b[0], out[0])
        else:
            self._call(np.matmul, a, b, out)

    def _sum(self, line: Instruction, out: Array) -> None:
        refs = [arg for arg in line.args if isinstance(arg, Ref)]
        if refs[0].rows.ndim == 2:
            terms = [(self._sum_terms(refs[0], line.coefs[0]), 1.0)]
        elif line.over_batch and self.n > 1 and len(refs) == 1 and len(set(refs[0].rows)) < line.rows:
            first, places = np.unique(refs[0].rows, return_inverse=True)
            sums = self._sum_samples(self._operand(Ref(refs[0].arena, first)))
            room = np.empty((line.rows, 1), self.dtype)
            self._call(sums.take, places, 0, room, "clip")
            terms = [(room, _factor(line.coefs[0], places.shape))]
        else:
            terms = [(self._operand(ref), _factor(c, ref.rows.shape)) for ref, c in zip(refs, line.coefs, strict=True)]
        if line.over_batch and self.n > 1 and terms[0][0].shape[-1] > 1:
            if len(terms) > 1:
                room = np.empty((line.rows, self.n), self.dtype)
                self._combine(room, terms, started=False)
                terms = [(room, 1.0)]
            terms = [(self._sum_samples(terms[0][0]), terms[0][1])]
        self._combine(out, terms, line.add)

    def _sum_terms(self, ref: Ref, coef: Any) -> Array:
        """Return the sums of many terms of each row, from the left."""
        factor = _factor(coef, ref.rows.shape)
        array = self._operand(Ref(ref.arena, ref.rows.T))
        if np.any(factor != 1.0) or not (self.n > 1 or array.flags.c_contiguous):
            scaled = np.empty((*array.shape[:2], array.shape[-1]), self.dtype)
            self._call(np.multiply, array, np.swapaxes(factor, 0, 1) if np.ndim(factor) else factor, scaled)
            array = scaled
        room = np.empty(array.shape[1:], self.dtype)
        self.calls += fold(np.add, array, room)
        return room

    def _sum_samples(self, array: Array) -> Array:
        """Return the sums over the samples."""
        room = np.empty((len(array), 1), self.dtype)
        self._call(array.dot, np.ones(array.shape[1], self.dtype), room[:, 0])
        return room

    def _combine(self, out: Array, terms: Sequence[tuple[Array, Any]], started: bool) -> None:
        """Write or add Σ factor × array, the first two in one call."""
        operands: list[tuple[np.ufunc, Array]] = []
        for array, factor in terms:
            array = _number(array)
            is_first = not operands and not started
            ufunc = SIGNS.get(factor) if isinstance(factor, float) else None
            if ufunc is None or (is_first and ufunc is np.subtract):
                room = out if is_first else np.empty(np.broadcast_shapes(array.shape, np.shape(factor)), self.dtype)
                self._call(np.multiply, array, factor, room)
                array, ufunc = room, np.add
            operands.append((ufunc, array))
        total = out if started else operands.pop(0)[1]
        if not operands and total is not out:
            self._call(np.copyto, out, total)
        for ufunc, array in operands:
            self._call(ufunc, total, array, out)
            total = out


SIGNS: dict[float, np.ufunc] = {1.0: np.add, -1.0: np.subtract}


def _number(array: Array) -> Array:
    """Return an array of one number without axes, with which NumPy is faster."""
    return array if array.size > 1 else array.reshape(())


def _factor(coef: Any, shape: tuple[int, ...]) -> Any:
    return coef if isinstance(coef, float) else np.array(coef).reshape(*shape, 1)


CACHE = 2**20  # bytes; smaller arenas stay in it as they are
NUMBERS = 2000  # for which a call takes twice as long as for one
NONE = np.empty((0, 0))


def samples_at_once(program: Any) -> int:
    """Return the samples for which v fits into a cache, or more if calls would take most time."""
    rows, calls = program.rows["v"], 1 + len(program.instructions)
    return int(max(64, 3 * 2**19 // (8 * rows), NUMBERS * calls // rows))


def bind(program: Any, n: int, dtype: Any = np.float64) -> Runner:
    """Return a function that runs a program on n samples, at once or in parts."""
    most = samples_at_once(program)
    count = -(-n // (most + most // 4))
    if count == 1:
        return Bound(program, n, dtype)
    parts = list(itertools.pairwise([n * k // count for k in range(count + 1)]))
    bound = {size: Bound(program, size, dtype, n) for size in {end - start for start, end in parts}}

    def run(shared: Sequence[Array], batch: Sequence[Array]) -> Answer:
        each = [bound[end - start](shared, [x[start:end] for x in batch]) for start, end in parts]
        flat, guards, finite = zip(*each, strict=True)
        whole = np.add.reduce(flat) if program.reduce else np.concatenate(flat)
        return whole, np.concatenate(guards, axis=-1), all(finite)

    return run
