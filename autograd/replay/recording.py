"""One recording of a function: the call that was traced, and the programs made of it."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from math import isfinite, prod
from typing import Any

import numpy as np

from . import pytree
from .bind import Bound, samples
from .flat import Flat
from .levels import buckets, levels
from .lower import Buckets, lower
from .normalise import normalise
from .program import Program
from .pytree import Spec
from .straight import Straight, straight
from .tape import BATCH, SHARED, Tape, caller
from .tracing import trace

Array = np.ndarray[Any, Any]


@dataclass
class Inputs:
    """The arguments of one call: arrays that samples share, arrays of n samples, and of which kind they are."""

    shared: list[Any]
    batch: list[Any]
    n: int
    dtype: Any
    like: Any = None  # an array of another library than NumPy, if there is one

    def first(self, kind: str, k: int) -> float:
        """Return the k-th number that is shared, or that the first sample has."""
        for array in self.shared if kind == SHARED else [x[0] for x in self.batch]:
            size = prod(getattr(array, "shape", ()))
            if k < size:
                try:
                    return float(array.reshape(-1)[k] if hasattr(array, "reshape") else array)
                except TypeError as error:  # which JAX raises for the number of a tracer
                    raise TypeError(f"{caller()}: {NO_NUMBER}") from error
            k -= size
        raise IndexError("there are fewer numbers than leaves")


class Recording:
    """What f did on arguments of one structure, and the branches it took."""

    def __init__(
        self,
        f: Callable[..., Any],
        specs: Sequence[Spec],
        batched: Sequence[bool],
        reduce: str,
        first: Callable[[str, int], float],
        flat: Flat,
    ) -> None:
        self.reduce = reduce
        places_ = {SHARED: itertools.count(), BATCH: itertools.count()}

        def arguments(tape: Tape) -> tuple[Any, ...]:
            kinds = [BATCH if b else SHARED for b in batched]

            def leaves(kind: str) -> Iterator[Any]:
                while True:
                    yield tape.leaf(kind, next(places_[kind]))

            return tuple(pytree.build(spec, leaves(kind)) for spec, kind in zip(specs, kinds, strict=True))

        with paused_collector():
            tape, result = trace(f, arguments, first)
            found: list[Any] = []
            self.outline = pytree.outline(result, found)
            self.written = [v for v in tape.grads if v.flows]  # whose grad a call adds to
            rows = [tape.row_of(None, 0, x) for x in found] + [tape.grads[v] for v in self.written]
            self.returned = len(found)
            self.captured = [v for v in tape.captured if v.op is None]
            self.flowing = [v.flows for v in self.captured]
            self.read, self.add = flat.reader(self.captured), flat.adder(self.written)
            self.guards = list(tape.guards.values())
            self.recorded = len(tape.rows)
            del result, found
            tape.index.clear()
            self.nodes = normalise(tape, rows, list(tape.guards), reduce in ("mean", "sum"))
        self.bound: dict[Any, Bound] = {}
        self.on_arrays: Any = None
        self.cutters: dict[bool, Callable[[Any], Any]] = {}

    def results(self, flat: Any, floats: bool) -> Any:
        """Cut results into the shape of what f returns; with ``floats`` a single number is one, not an array."""
        if floats not in self.cutters:
            self.cutters[floats] = pytree.cutter(self.outline, float if floats else (lambda x: x))
        return self.cutters[floats](flat)

    @cached_property
    def program(self) -> Program:
        """The array program."""
        with paused_collector():
            return lower(self.nodes, self.grouped, self.reduce)

    @cached_property
    def grouped(self) -> Buckets:
        """The nodes by level and signature."""
        with paused_collector():
            signatures = self.nodes.signatures()
            return buckets(self.nodes, signatures, levels(self.nodes, signatures))

    @cached_property
    def straight(self) -> Straight:
        """The function of one sample, for what cannot be grouped."""
        with paused_collector():
            return straight(self.nodes)

    def cheaper_straight(self, n: int) -> bool:
        """Say whether n samples are computed faster one by one, by what a call and an operation cost."""
        return n * self.nodes.operations * OPERATION < len(self.grouped) * CALL

    def _one_by_one(self, shared: Sequence[Any], batch: Sequence[Any], n: int) -> tuple[Array, Array, bool]:
        """Run the straight program for each sample; where it raises, say that the answer is not finite."""
        common = [x for part in shared for x in np.ravel(part).tolist()]
        first, guards = len(self.nodes.outputs), len(self.nodes.guards)
        rows = []
        for k in range(n):
            try:
                rows.append(self.straight([*common, *[x for part in batch for x in part[k].ravel().tolist()]]))
            except (ArithmeticError, ValueError):
                return np.full(first, np.nan), np.empty((0, n)), False
        table = np.array(rows)
        sums, once, outcomes = table[:, :first], table[:, first : 2 * first], table[:, 2 * first : 2 * first + guards]
        finite = bool(np.isfinite(table.sum()))
        if self.reduce:
            weights = (1 / n, 1.0) if self.reduce == "mean" else (1.0, float(n))
            return sums.sum(axis=0) * weights[0] + once[0] * weights[1], outcomes.T, finite
        return (sums if batch else sums[0]), outcomes.T, finite

    def run(self, inputs: Inputs) -> tuple[Any, Any, bool]:
        """Compute the results, and the numbers of the guards; say whether all that matters is finite."""
        if inputs.like is not None:
            return self._on_arrays(inputs)
        n = inputs.n
        shared = inputs.shared
        if self.captured:
            shared = [*shared, self.read()]
        if self.cheaper_straight(n):
            found = self._one_by_one(shared, inputs.batch, n)
            return found[0].astype(inputs.dtype), found[1], found[2]
        most = samples(self.program)
        parts = -(-n // (most + most // 4))
        if parts == 1:
            return self._bound(n, inputs.dtype)(shared, inputs.batch)
        ends = [n * k // parts for k in range(parts + 1)]
        each = []
        for start, end in itertools.pairwise(ends):
            bound = self._bound(end - start, inputs.dtype)
            each.append(bound(shared, [x[start:end] for x in inputs.batch]))
        guards, finite = np.concatenate([f[1] for f in each], axis=-1), all(f[2] for f in each)
        if not self.reduce:
            return np.concatenate([f[0] for f in each]), guards, finite
        sizes = [(end - start) / n for start, end in itertools.pairwise(ends)]
        weights = sizes if self.reduce == "mean" else [1.0] * parts
        return np.add.reduce([w * f[0] for w, f in zip(weights, each, strict=True)]), guards, finite

    def _on_arrays(self, inputs: Inputs) -> tuple[Any, Any, bool]:
        """Run on arrays of another library; under ``jax.jit`` there are no numbers to look at."""
        from .arrays import function  # it needs array-api-compat

        if self.on_arrays is None:
            self.on_arrays = function(self.program, inputs.like)
        shared = [*inputs.shared, *([self.read().tolist()] if self.captured else [])]
        flat, guards, total = self.on_arrays(shared, inputs.batch, inputs.like)
        try:
            return flat, [np.asarray(g) for g in guards], isfinite(float(total))
        except TypeError as error:  # which JAX raises for the number of a tracer
            if guards or self.written:
                line = self.guards[0][1] if self.guards else "backward()"
                raise TypeError(f"{line}: {NO_NUMBER}") from error
            return flat, [], True

    def _bound(self, n: int, dtype: Any) -> Bound:
        """Return the program bound to n samples, known or new."""
        bound = self.bound.get((n, dtype))
        if bound is None:
            if len(self.bound) >= KEPT:
                self.bound.pop(next(iter(self.bound)))
            bound = self.bound[n, dtype] = Bound(self.program, n, dtype)
        return bound


OPERATION, CALL = 0.09, 1.5  # µs: one operation of straight-line Python, one call of NumPy on small arrays
NO_NUMBER = "under jax.jit there is no number to branch on, and no grad to add to"
KEPT = 8  # how many numbers of samples stay bound


@contextmanager
def paused_collector() -> Iterator[None]:
    """Keep the cycle collector from walking over what is being built, again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
