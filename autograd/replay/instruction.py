"""One instruction of a program, and the rows that it reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import partial
from math import prod
from typing import Any, TypeVar, cast

import numpy as np

from ..graph import read_float, read_index, read_list, read_text
from ..table import TABLE

T = TypeVar("T")
Place = tuple[str, int]  # an arena and a row
Coef = Any  # a number, or a list of one for each row


@dataclass(frozen=True, eq=False)
class Ref:
    """A reference to rows of an arena, in the shape in which they are used."""

    arena: str
    rows: np.ndarray[Any, np.dtype[np.int64]]

    def affine(self) -> tuple[int, tuple[int, ...]] | None:
        """Return the first row and the stride along each axis, or None if uneven."""
        first = int(self.rows.flat[0])
        axes = enumerate(self.rows.shape)
        steps = tuple([int(self.rows.take(1, axis).flat[0]) - first if size > 1 else 0 for axis, size in axes])
        grids = np.indices(self.rows.shape, sparse=True)
        expected = sum([grid * step for grid, step in zip(grids, steps, strict=True)], first)
        return (first, steps) if (expected == self.rows).all() else None

    def __str__(self) -> str:
        flat = self.rows.ravel()
        shape = "×".join(map(str, self.rows.shape))
        if len(flat) > 1 and (np.diff(flat) == 1).all():
            return f"{self.arena}[{flat[0]}:{flat[-1] + 1}]" + f" as {shape}" * (self.rows.ndim > 1)
        found = self.affine()
        if len(flat) == 1:
            return f"{self.arena}[{flat[0]}]"
        return f"{self.arena}[{found[0]}, steps {found[1]}] as {shape}" if found else f"{self.arena}[{shape} picked]"


@dataclass(frozen=True, eq=False)
class Instruction:
    """One array operation; an argument is a ref, or one number for all rows."""

    do: str
    arena: str
    start: int
    shape: tuple[int, ...]
    args: tuple[Ref | float, ...]
    op: str = ""
    coefs: tuple[Coef, ...] = ()  # of a sum, one for each ref
    add: bool = False
    over_batch: bool = False

    @property
    def rows(self) -> int:
        """The number of rows that it writes."""
        return prod(self.shape)

    def __str__(self) -> str:
        out = (
            f"{self.arena}[{self.start}]" if self.rows == 1 else f"{self.arena}[{self.start}:{self.start + self.rows}]"
        )
        args = list(map(str, self.args))
        match self.do:
            case "map":
                text = f"{self.op}({', '.join(args)})"
            case "matrix" if all(isinstance(a, Ref) and a.rows.shape[1:] == (1, 1) for a in self.args):
                text = " × ".join(arg.removesuffix(f" as {self.rows}×1×1") for arg in args)
            case "matrix":
                text = " @ ".join(args)
            case _:
                signs = [_sign(c) for c in self.coefs]
                text = " ".join(s + a for s, a in zip(signs, args, strict=True)).removeprefix("+ ")
        return f"{out} {'+=' if self.add else '='} {f'Σ over the batch ({text})' if self.over_batch else text}"


def _sign(coef: Any) -> str:
    if not isinstance(coef, float):
        return "+ coefficients × "
    return {1.0: "+ ", -1.0: "− "}.get(coef, f"+ {coef:g} × ")


def check_instruction(line: Instruction, known: dict[str, int]) -> None:
    """Raise ValueError if an instruction breaks the grammar; count its rows."""
    refs = [a for a in line.args if isinstance(a, Ref)]
    shapes = [a.rows.shape for a in refs]
    end = line.start + line.rows
    kinds = f"map, matrix or sum into u or v, got {line.do!r:.40} into {line.arena!r:.40}"
    _expect(line.do in ("map", "matrix", "sum") and line.arena in known, f"expected {kinds}")
    count = known[line.arena]
    fits = end <= count if line.add else line.start == count
    _expect(fits, f"it writes rows {line.start} to {end} of {line.arena}, which has {count} so far")
    for a in refs:
        _expect(a.arena in known, f"there is no arena {a.arena!r:.40}")
        is_written = a.rows.size == 0 or 0 <= a.rows.min() <= a.rows.max() < known[a.arena]
        _expect(is_written, f"it reads a row of {a.arena} that is not written before it")
        is_shared = a.arena == "u" or line.arena == "v" or line.over_batch
        _expect(is_shared, "what samples share cannot come from one of them")
    if line.do == "map":
        _expect(line.op in TABLE, f"the table has no operation {line.op!r:.40}")
        is_called = len(line.args) in TABLE[line.op].calling.counts
        _expect(is_called, f"{line.op} does not take {len(line.args)} arguments")
        fits = all(shape == line.shape for shape in shapes) and not line.over_batch
        _expect(fits, "the shapes of its arguments differ from its own")
    elif line.do == "matrix":
        fits = len(refs) == len(line.args) == 2 and {len(shape) for shape in (*shapes, line.shape)} == {3}
        _expect(fits, "a product takes two blocks of matrices")
        (b, r, k), (b2, k2, c) = shapes
        fits = (b, k) == (b2, k2) and line.shape == (b, r, c)
        _expect(fits, f"shapes {shapes[0]} and {shapes[1]} do not multiply to {line.shape}")
    else:
        fits = 0 < len(line.args) == len(line.coefs)
        _expect(fits, f"{len(line.args)} terms have {len(line.coefs)} coefficients")
        fits = len(refs) == len(line.args) and all(
            len(s) in (1, 2) and s[0] == line.rows and 0 not in s for s in shapes
        )
        _expect(fits, "a term of a sum has another number of rows")
        fits = all(isinstance(c, float) or np.shape(c) == s for c, s in zip(line.coefs, shapes, strict=True))
        _expect(fits, "a term of a sum has another number of coefficients")
    known[line.arena] = max(count, end)


def _expect(condition: bool, reason: str) -> None:
    if not condition:
        raise ValueError(reason)


def write_data(x: Any) -> Any:
    """Return a program, or a part of one, as plain data."""
    if is_dataclass(x):
        return {field.name: write_data(getattr(x, field.name)) for field in fields(x)}
    if isinstance(x, np.ndarray):
        return x.tolist()
    return [write_data(part) for part in x] if isinstance(x, tuple) else x


def read_data(kind: str, x: Any) -> Any:
    """Return what plain data stand for, or raise ValueError; the kind is a type's text."""
    if kind.startswith("tuple["):
        return tuple([read_data(kind.removeprefix("tuple[").removesuffix(", ...]"), part) for part in read_list(x)])
    return READERS[kind](x)


def read_fields(cls: type[T], d: Any) -> T:
    """Return a dataclass from a dict of its fields, or raise ValueError."""
    return cls(**{field.name: read_data(str(field.type), d[field.name]) for field in fields(cast(Any, cls))})


def _read_truth(x: Any) -> bool:
    if not isinstance(x, bool):
        raise ValueError(f"expected a truth, got {x!r:.40}")
    return x


def _read_arg(d: Any) -> Ref | float:
    if not isinstance(d, dict):
        return read_float(d)
    rows = np.array(d["rows"])
    if rows.dtype.kind != "i":
        raise ValueError("expected whole numbers for rows")
    return Ref(read_text(d["arena"]), rows.astype(np.int64))


def _read_coef(x: Any) -> Coef:
    return list(map(_read_coef, x)) if isinstance(x, list) else read_float(x)


def _read_place(x: Any) -> Place:
    arena, row = read_list(x)
    return read_text(arena), read_index(row)


READERS: dict[str, Callable[[Any], Any]] = {
    "int": read_index, "float": read_float, "str": read_text, "bool": _read_truth, "Ref | float": _read_arg,
    "Coef": _read_coef, "Place": _read_place, "Instruction": partial(read_fields, Instruction),
    "dict[str, int]": lambda x: {arena: read_index(x[arena]) for arena in "uv"},
}  # fmt: skip  # a table


def result_weights(reduce: str, n: int, whole: int = 0) -> tuple[float, float]:
    """Return the factors of a sum over n samples, and of what is added once for all."""
    return (1 / (whole or n), n / (whole or n)) if reduce == "mean" else (1.0, float(n))


def rows_in_arena(places: Sequence[Place], arena: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the rows of those places that are in an arena."""
    return np.array([row for name, row in places if name == arena], np.int64)


def even_shape(refs: Sequence[Ref], count: int) -> tuple[int, ...]:
    """Return a shape in which all refs have rows at even distances, or their number."""
    for rows in [ref.rows for ref in refs if ref.affine() is None]:
        size = int((np.diff(rows) == rows[1] - rows[0]).argmin()) + 1
        shape = count // size, size
        if count % size == 0 and all(Ref(ref.arena, ref.rows.reshape(shape)).affine() for ref in refs):
            return shape
    return (count,)


def find_homes(program: Any, homes: Any) -> set[int]:
    """Return the rows of v that are read one at a time, and set their homes to few places.

    In a long recurrence most rows are such, and stay in the cache.
    """
    kept = {row for name, row in (*program.outputs, *program.guards, *program.once) if name == "v"}
    last: dict[int, int] = {}
    for k, line in enumerate(program.instructions):
        if line.arena == "v" and (line.rows > 1 or line.add):
            kept.update(range(line.start, line.start + line.rows))
        for rows in [arg.rows.ravel().tolist() for arg in line.args if isinstance(arg, Ref) and arg.arena == "v"]:
            kept.update(rows if len(rows) > 1 else ())
            last |= dict.fromkeys(rows, k)
    free: list[int] = []
    ends: dict[int, list[int]] = {}
    for k, line in enumerate(program.instructions):
        if line.arena == "v" and line.start not in kept and line.start in last:
            homes[line.start] = free.pop() if free else line.start
            ends.setdefault(last[line.start], []).append(line.start)
        free += [int(homes[row]) for row in ends.get(k, ())]
    return {row for rows in ends.values() for row in rows}
