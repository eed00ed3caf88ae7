"""A program bound to NumPy for a number of samples: every view and every buffer is made once.

A run is a loop over ready calls. Rows at even distances are a view of the arena; others are gathered, once
for all that read them.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from math import isfinite
from typing import Any

import numpy as np

from .instruction import Instruction, Ref
from .kernels import STACKED, Array, Call, apply
from .program import Program, places


class Bound:
    """The arenas of a program for n samples, and the calls that fill them."""

    def __init__(self, program: Program, n: int, dtype: Any = np.float64) -> None:
        self.n, self.dtype = n, np.dtype(dtype)
        self.u = np.zeros((program.rows["u"], 1), dtype)
        self.v = np.zeros((program.rows["v"], n), dtype)
        first = len(program.constants)
        self.u[:first, 0] = program.constants
        self.shared = self.u[first : first + program.shared, 0]
        self.batch = self.v[1 : 1 + program.batch]
        self.ones = np.ones(n, dtype)
        self.calls: list[Call] = []
        self._gathered: dict[Any, Array] = {}
        for line in program.instructions:
            for part in pieces(line):
                getattr(self, f"_{line.do}")(part, self._out(part))
        self._results(program)

    def __call__(self, shared: Sequence[Array], batch: Sequence[Array]) -> tuple[Array, Array, bool]:
        """Return the results, the numbers of the guards, and whether all that is watched is finite."""
        at = 0
        for array in shared:
            self.shared[at : at + array.size] = array.ravel()
            at += array.size
        at = 0
        for array in batch:
            columns = array.reshape(self.n, -1)
            self.batch[at : at + columns.shape[1]] = columns.T
            at += columns.shape[1]
        with np.errstate(all="ignore"):
            for call in self.calls:
                call()
            results = self._reduced() if self.reduce else self._each()
            total = float(np.add.reduce(results, None))
            for arena, rows in self.watched:
                total += float(np.add.reduce(arena.take(rows, 0), None))
        return results, self._columns(self.guards) if self.guards else NONE, isfinite(total)

    def _results(self, program: Program) -> None:
        """Prepare how results are read."""
        self.reduce = program.reduce
        self.column = self.u[:, 0]
        self.guards = program.guards
        self.outputs = [first for first, _ in program.outputs]
        first, second = (np.array([pair[k][1] for pair in program.outputs], np.int64) for k in (0, 1))
        self.first, self.second = first, second if second.any() else None
        self.weights = (1 / self.n, 1.0) if program.reduce == "mean" else (1.0, float(self.n))
        found = {pair[k] for pair in program.outputs for k in (0, 1)}
        rest = [place for place in program.watched if place not in found]
        self.watched = [(self._arena(a), rows) for a in "uv" if len(rows := places(rest, a))]

    def _reduced(self) -> Array:
        flat = self.column.take(self.first)
        flat *= self.weights[0]
        if self.second is not None:
            flat += self.column.take(self.second) * self.weights[1]
        return flat

    def _each(self) -> Array:
        """Return a vector, or a row for each sample if there is a batch."""
        if not len(self.batch):
            return self.column.take(self.first)
        return self._columns(self.outputs).T

    def _columns(self, where: Any) -> Array:
        found = np.empty((len(where), self.n), self.dtype)
        for k, (arena, row) in enumerate(where):
            found[k] = self._arena(arena)[row]
        return found

    def _arena(self, name: str) -> Array:
        return self.u if name == "u" else self.v

    def _out(self, line: Instruction) -> Array:
        return self._arena(line.arena)[line.start : line.start + line.rows]

    def _operand(self, arg: Ref | float, axes: tuple[int, ...] = (), merged: tuple[int, ...] = ()) -> Any:
        """Return the rows of a ref as an array whose last axis is the samples; a number stays one.

        ``axes`` is the order of its axes, ``merged`` the shape wanted, in which -1 has the samples too.
        """
        if not isinstance(arg, Ref):
            return arg
        arena = self._arena(arg.arena)
        ref = Ref(arg.arena, arg.rows.transpose(axes)) if axes else arg
        shape = (*ref.rows.shape, arena.shape[1])
        affine = ref.affine()
        if affine is not None:
            start, steps = affine
            strides = (*(arena.strides[0] * step for step in steps), arena.strides[1])
            view = np.lib.stride_tricks.as_strided(arena[start:], shape, strides)
            array = view.reshape(merged) if merged else view
            if np.may_share_memory(array, arena):
                return array
        key = (arg.arena, ref.rows.shape, ref.rows.tobytes())
        if key not in self._gathered:
            room = self._gathered[key] = np.empty((ref.rows.size, arena.shape[1]), self.dtype)
            self.calls.append(partial(arena.take, ref.rows.ravel(), 0, room, "clip"))
        return self._gathered[key].reshape(merged or shape)

    def _map(self, line: Instruction, out: Array) -> None:
        refs = [arg for arg in line.args if isinstance(arg, Ref)]
        if line.op in STACKED and len(refs) == len(line.args) and len({ref.arena for ref in refs}) == 1:
            args = self._operand(Ref(refs[0].arena, np.stack([ref.rows for ref in refs])))
        else:
            args = [self._operand(arg) for arg in line.args]
        self.calls += apply(line.op, args, out)

    def _matrix(self, line: Instruction, out: Array) -> None:
        a, b = line.args
        assert isinstance(a, Ref)  # the checker saw to it
        assert isinstance(b, Ref)
        batch, r, k = a.rows.shape
        c = b.rows.shape[2]
        if line.over_batch:
            left, right = self._operand(a, (), (batch, r, -1)), self._operand(b, (0, 2, 1), (batch, c, -1))
            self._multiply(left, right.swapaxes(1, 2), out.reshape(batch, r, c))
        elif k == 1 or (r == c == k == 1):
            left = self._operand(a)[:, :, :1]
            right = self._operand(b)
            self._call(np.multiply, left, right, out.reshape(batch, r, c, -1))
        elif a.arena == "u" and b.arena == "v":
            left, right = self._operand(a, (), (batch, r, k)), self._operand(b, (), (batch, k, -1))
            self._multiply(left, right, out.reshape(batch, r, -1))
        else:
            left, right = self._operand(a).transpose(0, 3, 1, 2), self._operand(b).transpose(0, 3, 1, 2)
            self._call(np.matmul, left, right, out.reshape(batch, r, c, -1).transpose(0, 3, 1, 2))

    def _multiply(self, a: Array, b: Array, out: Array) -> None:
        if len(a) == 1:
            a, b, out = a[0], b[0], out[0]
        self._call(np.matmul, a, b, out)

    def _call(self, function: Any, *args: Any) -> None:
        self.calls.append(partial(function, *args))

    def _sum(self, line: Instruction, out: Array) -> None:
        started = line.add
        if not started and self._pair(line, out):
            line, started = replace(line, args=line.args[2:], coefs=line.coefs[2:]), True
        for ref, coef in zip(line.args, line.coefs, strict=True):
            factor = coef if isinstance(coef, float) else np.array(coef)[..., None]
            flat = isinstance(coef, float) and line.over_batch and isinstance(ref, Ref) and ref.rows.ndim == 2
            array = self._operand(ref, (), (line.rows, -1)) if flat else self._operand(ref)
            if array.ndim == 3 or line.over_batch:
                array, factor = self._column(array, factor, out, line.over_batch)
            started = self._add(out, array, factor, started)

    def _pair(self, line: Instruction, out: Array) -> bool:
        """Start with the sum or the difference of two, where these are the first."""
        if line.over_batch or len(line.args) < 2 or line.coefs[0] != 1.0 or line.coefs[1] not in (1.0, -1.0):
            return False
        a, b = map(self._operand, line.args[:2])
        self._call(np.add if line.coefs[1] == 1.0 else np.subtract, a, b, out)
        return True

    def _column(self, array: Array, factor: Any, out: Array, over_batch: bool) -> tuple[Array, Any]:
        """Add up the terms of each row, or its samples, or both, into one column or row of samples."""
        room = np.empty_like(out)
        if not isinstance(factor, float):
            scaled = np.empty(np.broadcast_shapes(array.shape, factor.shape), self.dtype)
            self._call(np.multiply, array, factor, scaled)
            array, factor = scaled, 1.0
        if not over_batch:
            self._call(np.add.reduce, array, 1, None, room)
        else:
            if array.ndim == 3:
                flat = np.empty((len(array), array.shape[2]), self.dtype)
                self._call(np.add.reduce, array, 1, None, flat)
                array = flat
            ones = self.ones if array.shape[1] == self.n else np.ones(array.shape[1], self.dtype)
            self._call(np.matmul, array, ones, room[:, 0])
        return room, factor

    def _add(self, out: Array, array: Array, factor: Any, started: bool) -> bool:
        """Write or add factor × array."""
        plain = isinstance(factor, float) and abs(factor) == 1.0
        if not started and plain and factor == 1.0:
            self._call(np.copyto, out, array)
        elif not started:
            self._call(np.multiply, array, factor, out)
        elif plain:
            self._call(np.add if factor == 1.0 else np.subtract, out, array, out)
        else:
            room = np.empty(np.broadcast_shapes(array.shape, np.shape(factor)), self.dtype)
            self._call(np.multiply, array, factor, room)
            self._call(np.add, out, room, out)
        return True


def pieces(line: Instruction) -> list[Instruction]:
    """Cut an elementwise instruction where its rows jump, if that is at few places: views are better than copies."""
    refs = [arg for arg in line.args if isinstance(arg, Ref)]
    if not (line.do == "map" or line.over_batch) or any(ref.rows.ndim > 1 for ref in refs):
        return [line]
    if line.do != "map" and (line.do != "sum" or not all(isinstance(coef, float) for coef in line.coefs)):
        return [line]
    jumps: set[int] = set()
    for ref in refs:
        steps = np.diff(ref.rows)
        jumps.update((np.flatnonzero((steps != 1) & (steps != 0)) + 1).tolist())
        jumps.update((np.flatnonzero(np.diff(steps)) + 1).tolist() if (steps == 0).any() else [])
    if not jumps or len(jumps) >= PIECES:
        return [line]
    ends = [0, *sorted(jumps), line.rows]
    return [
        replace(
            line,
            start=line.start + a,
            shape=(b - a,),
            args=tuple(Ref(arg.arena, arg.rows[a:b]) if isinstance(arg, Ref) else arg for arg in line.args),
        )
        for a, b in itertools.pairwise(ends)
    ]


PIECES = 4  # more calls would cost more than one that copies
NONE = np.empty((0, 0))


def samples(program: Program) -> int:
    """How many samples are computed at once: so many that v stays in a cache of 3 MB, but 64 at least."""
    return max(64, 3 * 2**20 // (8 * program.rows["v"]))
