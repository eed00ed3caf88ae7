"""A program run on arrays of any library of the array API.

So ``jax.jit`` can trace it, shard it over devices, and run it where the arrays are. Each instruction gives one array of
rows; a ref selects rows from one of them, or from several joined together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import Any

import numpy as np

from ..extras import explain_missing

with explain_missing("arrays of other libraries need array-api-compat", "replay"):
    import array_api_compat

from . import argument_spec
from .instruction import Instruction, Ref, result_weights, rows_in_arena
from .kernels import RENAMED, forward_tree
from .program import Program


class ArrayRun:
    """One run of a program: the rows computed so far, as blocks of each arena."""

    def __init__(self, program: Program, shared: Sequence[Any], batch: Sequence[Any], like: Any) -> None:
        self.program: Program = program
        self.n: int = batch[0].shape[0] if batch else 1
        self.xp: Any = array_api_compat.array_namespace(like)
        self.dtype: Any = like.dtype
        self.device: Any = array_api_compat.device(like)
        self.blocks: dict[str, list[Any]] = {
            "u": [self.xp.reshape(self.make(x), (-1, 1)) for x in (list(program.constants), *shared)],
            "v": [self.make([[-0.0] * self.n])],
        }
        self.blocks["v"] += [self.xp.reshape(self.make(x), (self.n, -1)).T for x in batch]
        for line in program.instructions:
            found = getattr(self, f"_{line.do}")(line)
            if line.arena == "v" and found.shape[-1] != self.n:
                found = self.xp.broadcast_to(found, (line.rows, self.n))
            blocks = self.blocks[line.arena]
            if line.add:
                k = int(np.searchsorted(self._starts(line.arena), line.start, "right")) - 1
                blocks[k] = blocks[k] + found
            else:
                blocks.append(found)

    def make(self, x: Any) -> Any:
        """Return an array of this library, precision and device, with its gradient if it has one."""
        if argument_spec.is_array(x) and not isinstance(x, np.ndarray):
            return self.xp.astype(x, self.dtype)
        return self.xp.asarray(x, dtype=self.dtype, device=self.device)

    def _starts(self, arena: str) -> Any:
        return np.cumsum([0, *[block.shape[0] for block in self.blocks[arena]][:-1]])

    def rows(self, arena: str, rows: Any) -> Any:
        """Return rows of an arena as an array (rows…, samples)."""
        flat, starts, blocks = rows.ravel(), self._starts(arena), self.blocks[arena]
        home = np.searchsorted(starts, flat, "right") - 1
        used, where = np.unique(home, return_inverse=True)
        parts = [blocks[k] for k in used]
        whole = parts[0] if len(parts) == 1 else self.xp.concat(parts, axis=0)
        local = flat - starts[home] + np.cumsum([0, *[part.shape[0] for part in parts]])[where]
        if (np.diff(local) == 1).all():
            whole = whole[int(local[0]) : int(local[-1]) + 1, :]
        else:
            whole = self.xp.take(whole, self.xp.asarray(local, device=self.device), axis=0)
        return self.xp.reshape(whole, (*rows.shape, whole.shape[1]))

    def _arg(self, arg: Ref | float) -> Any:
        return self.rows(arg.arena, arg.rows) if isinstance(arg, Ref) else self.make(arg)

    def _map(self, line: Instruction) -> Any:
        args = [self._arg(arg) for arg in line.args]
        return self._compute(forward_tree(line.op, len(args)), args)

    def _compute(self, tree: Any, args: Sequence[Any]) -> Any:
        if not isinstance(tree, list):
            return args[int(tree[1:])] if isinstance(tree, str) else self.make(float(tree))
        name, *parts = tree
        return library_function(self.xp, name)(*[self._compute(part, args) for part in parts])

    def _matrix(self, line: Instruction) -> Any:
        xp = self.xp
        a, b = (self._arg(arg) for arg in line.args)
        batch, r, k = a.shape[:3]
        c = b.shape[2]
        if line.over_batch:
            left = xp.reshape(a, (batch, r, k * a.shape[3]))
            right = xp.reshape(xp.permute_dims(b, (0, 2, 1, 3)), (batch, c, k * b.shape[3]))
            return xp.reshape(xp.matmul(left, xp.permute_dims(right, (0, 2, 1))), (line.rows, 1))
        if k == 1:
            return xp.reshape(a * b, (line.rows, -1))
        if a.shape[3] == 1:
            right = xp.reshape(b, (batch, k, c * b.shape[3]))
            return xp.reshape(xp.matmul(a[..., 0], right), (line.rows, -1))
        product = xp.matmul(xp.permute_dims(a, (3, 0, 1, 2)), xp.permute_dims(b, (3, 0, 1, 2)))
        return xp.reshape(xp.permute_dims(product, (1, 2, 3, 0)), (line.rows, -1))

    def _sum(self, line: Instruction) -> Any:
        xp, total = self.xp, None
        for arg, coef in zip(line.args, line.coefs, strict=True):
            array = self._arg(arg)
            if not isinstance(coef, float):
                array = array * self.make(coef)[..., None]
            elif coef != 1.0:
                array = array * coef
            if array.ndim == 3:
                array = xp.sum(array, axis=1)
            if line.over_batch:
                array = xp.sum(array, axis=-1, keepdims=True)
            total = array if total is None else total + array
        return total

    def results(self) -> tuple[Any, list[Any], Any]:
        """Return the results, the numbers of each guard, and a sum.

        The sum is nan or infinite if a result or a watched row is.
        """
        program, xp = self.program, self.xp
        guards = [self.rows(arena, np.array([row]))[0, :] for arena, row in program.guards]
        flat = self._pick(program.outputs)
        if not program.reduce:
            flat = xp.permute_dims(flat, (1, 0)) if program.batch else flat[:, 0]
        else:
            weights = result_weights(program.reduce, self.n)
            flat = flat[:, 0] * weights[0]
            if program.once:
                flat = flat + self._pick(program.once)[:, 0] * weights[1]
        total = xp.sum(flat)
        for arena in "uv":
            rows = rows_in_arena(program.watched, arena)
            if len(rows):
                total = total + xp.sum(self.rows(arena, rows))
        return flat, guards, total

    def _pick(self, where: Sequence[tuple[str, int]]) -> Any:
        """Return results from either arena, in their order."""
        arenas = [arena for arena, _ in where]
        if len(set(arenas)) == 1:
            return self.rows(arenas[0], np.array([row for _, row in where]))
        each = [self.rows(arena, np.array([row])) for arena, row in where]
        width = max(x.shape[1] for x in each)
        return self.xp.concat([self.xp.broadcast_to(x, (1, width)) for x in each], axis=0)


def program_on_arrays(program: Program, like: Any) -> Callable[[Any, Any, Any], tuple[Any, list[Any], Any]]:
    """Return a program as a function of arrays of one library; JAX compiles it."""
    run = lambda shared, batch, like: ArrayRun(program, shared, batch, like).results()
    if not array_api_compat.is_jax_array(like):
        return run
    import jax

    return jax.jit(run)  # type: ignore[no-any-return]  # a function


def library_function(xp: Any, name: str) -> Callable[..., Any]:
    """Return a primitive in an array library, or raise TypeError naming both."""
    truth: Callable[[Any, Any], Any] = lambda x, like: xp.astype(x, like.dtype)
    own: dict[str, Callable[..., Any]] = {
        "lt": lambda a, b: truth(a < b, a + b),
        "le": lambda a, b: truth(a <= b, a + b),
        "eq": lambda a, b: truth(a == b, a + b),
        "where": lambda condition, a, b: xp.where(condition != 0, a, b),
        "heaviside": lambda x, at_zero: xp.where(x == 0, at_zero, (1 + xp.sign(x)) / 2),
        "clamp": lambda a, lo, hi: xp.minimum(xp.maximum(a, lo), hi),
        "max": lambda *xs: xp.max(xp.stack(xp.broadcast_arrays(*xs)), axis=0),
        "min": lambda *xs: xp.min(xp.stack(xp.broadcast_arrays(*xs)), axis=0),
        "norm": lambda *xs: reduce(xp.hypot, xs[1:], xp.abs(xs[0])),
        "round": xp.round,
        "cbrt": lambda x: xp.sign(x) * xp.abs(x) ** (1 / 3),
        "exp2": lambda x: 2.0**x,
        "log_excess": partial(_log_excess, xp),
    }
    function = own.get(name) or getattr(xp, RENAMED.get(name, name), None)
    if function is None and "jax" in xp.__name__:
        import jax.scipy.special

        function = getattr(jax.scipy.special, name, None)
    if function is None or name == "polygamma":  # theirs take an order that is an int
        raise TypeError(f"{name} is not defined for {xp.__name__}")
    return function


def _log_excess(xp: Any, *args: Any) -> Any:
    """Return log Σ exp(a − max), in which the greatest is exactly 1."""
    greatest = reduce(xp.maximum, args)
    less = [xp.astype(a < greatest, greatest.dtype) for a in args]
    others = sum(xp.exp(a - greatest) * inside for a, inside in zip(args, less, strict=True))
    return xp.log1p(others + (len(args) - 1 - sum(less)))
