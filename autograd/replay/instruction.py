"""One instruction of a program, and the rows that it reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import partial
from math import prod
from typing import Any

import numpy as np

from ..graph import read_float, read_index, read_list, read_text
from ..table import TABLE

Place = tuple[str, int]  # an arena and a row
Coef = Any  # a number, or a list of one for each row


@dataclass(frozen=True, eq=False)
class Ref:
    """A reference to rows of an arena, in the shape in which they are used."""

    arena: str
    rows: np.ndarray[Any, np.dtype[np.int64]]

    def affine(self) -> tuple[int, tuple[int, ...]] | None:
        """Return the first row and the stride along each axis, or None if uneven."""
        rows = self.rows
        first = int(rows.flat[0])
        strides = [0] * rows.ndim
        expected = np.full((1,) * rows.ndim, first)
        for axis, length in enumerate(rows.shape):
            if length > 1:
                strides[axis] = int(rows[tuple(int(a == axis) for a in range(rows.ndim))]) - first
                steps = np.arange(length) * strides[axis]
                expected = expected + steps.reshape([-1 if a == axis else 1 for a in range(rows.ndim)])
        return (first, tuple(strides)) if np.array_equal(np.broadcast_to(expected, rows.shape), rows) else None

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
    if line.do not in SHAPES or line.arena not in known:
        raise ValueError(f"expected map, matrix or sum into u or v, got {line.do!r:.40} into {line.arena!r:.40}")
    end = line.start + line.rows
    if (end > known[line.arena]) if line.add else (line.start != known[line.arena]):
        raise ValueError(f"it writes rows {line.start} to {end} of {line.arena}, which has {known[line.arena]} so far")
    for arg in line.args:
        if isinstance(arg, Ref):
            if arg.arena not in known:
                raise ValueError(f"there is no arena {arg.arena!r:.40}")
            if arg.rows.size and not 0 <= arg.rows.min() <= arg.rows.max() < known[arg.arena]:
                raise ValueError(f"it reads a row of {arg.arena} that is not written before it")
            if arg.arena == "v" and line.arena == "u" and not line.over_batch:
                raise ValueError("what samples share cannot come from one of them")
    SHAPES[line.do](line)
    if not line.add:
        known[line.arena] = end


def _check_map(line: Instruction) -> None:
    if line.op not in TABLE:
        raise ValueError(f"the table has no operation {line.op!r:.40}")
    if len(line.args) not in TABLE[line.op].calling.counts:
        raise ValueError(f"{line.op} does not take {len(line.args)} arguments")
    if any(isinstance(a, Ref) and a.rows.shape != line.shape for a in line.args) or line.over_batch:
        raise ValueError("the shapes of its arguments differ from its own")


def _check_matrix(line: Instruction) -> None:
    shapes = [a.rows.shape for a in line.args if isinstance(a, Ref)]
    if len(shapes) != 2 or len(line.args) != 2 or {len(s) for s in (*shapes, line.shape)} != {3}:
        raise ValueError("a product takes two blocks of matrices")
    (b, r, k), (b2, k2, c) = shapes
    if (b, k) != (b2, k2) or line.shape != (b, r, c):
        raise ValueError(f"shapes {shapes[0]} and {shapes[1]} do not multiply to {line.shape}")


def _check_sum(line: Instruction) -> None:
    if len(line.args) != len(line.coefs) or not line.args:
        raise ValueError(f"{len(line.args)} terms have {len(line.coefs)} coefficients")
    for a, coef in zip(line.args, line.coefs, strict=True):
        if not isinstance(a, Ref) or a.rows.shape[0] != line.rows or a.rows.ndim > 2 or a.rows.size == 0:
            raise ValueError("a term of a sum has another number of rows")
        if not isinstance(coef, float) and np.shape(coef) != a.rows.shape:
            raise ValueError("a term of a sum has another number of coefficients")


SHAPES = {"map": _check_map, "matrix": _check_matrix, "sum": _check_sum}


def write_data(x: Any) -> Any:
    """Return a program, or a part of one, as plain data."""
    if is_dataclass(x):
        return {field.name: write_data(getattr(x, field.name)) for field in fields(x)}
    if isinstance(x, np.ndarray):
        return x.tolist()
    return [write_data(part) for part in x] if isinstance(x, tuple) else x


def read_data(kind: str, x: Any) -> Any:
    """Return what plain data stand for, or raise ValueError; the kind is written as for a type checker."""
    if kind.startswith("tuple["):
        return tuple([read_data(kind.removeprefix("tuple[").removesuffix(", ...]"), part) for part in read_list(x)])
    return READERS[kind](x)


def read_fields(cls: Any, d: Any) -> Any:
    """Return a dataclass from a dict of its fields, or raise ValueError."""
    return cls(**{field.name: read_data(str(field.type), d[field.name]) for field in fields(cls)})


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
    """Return the factors of a sum over n samples, and of what is added once, in the results of a whole batch."""
    return (1 / (whole or n), n / (whole or n)) if reduce == "mean" else (1.0, float(n))


def rows_in_arena(places: Sequence[Place], arena: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the rows of those places that are in an arena."""
    return np.array([row for name, row in places if name == arena], np.int64)
