"""A program as plain data: a function as a few array operations over two arenas.

    program := instruction …        each writes a range of rows that no other writes first
    arena   := u (rows, 1)          constants, parameters and other shared numbers; row 0 is 0
             | v (rows, n)          batched numbers, one column for each sample; row 0 is 0
    instruction := map op ref …     a row of the table, elementwise
                 | matrix ref ref   out[b,r,c] = Σₖ a[b,r,k]·b[b,k,c]
                 | sum coef ref …   out = Σ coefficient × rows
    ref     := arena and rows, an array of row numbers, or a number

``add`` adds to the range, ``over_batch`` sums over the samples too. A program contains no code.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..graph import dump, load, read_float, read_index, read_list, read_text
from .instruction import Instruction, check_instruction, instruction_from_data, instruction_to_data

Place = tuple[str, int]  # an arena and a row


@dataclass(frozen=True, eq=False)
class Program:
    """Instructions over two arenas, with the places of inputs and results.

    Over n samples a result is output / n + once for a mean, output + n · once for a sum. If an output or a ``watched``
    row is infinite or nan, the results may be wrong.
    """

    constants: tuple[float, ...]
    shared: int  # the number of parameters, in the rows of u after the constants
    batch: int  # the number of inputs of each sample, in the rows of v from 1
    rows: dict[str, int]  # the number of rows of each arena
    instructions: tuple[Instruction, ...]
    outputs: tuple[Place, ...]
    once: tuple[Place, ...] = ()  # one for each output, or empty
    guards: tuple[Place, ...] = ()
    watched: tuple[Place, ...] = ()
    reduce: str = ""
    operations: int = 0

    def __str__(self) -> str:
        head = (
            f"{self.operations} operations in {len(self.instructions)} instructions; u: {len(self.constants)} constants"
            f", {self.shared} parameters, {self.rows['u']} rows; v: {self.batch} inputs, {self.rows['v']} rows"
        )
        width = len(str(len(self.instructions)))
        return "\n".join([head, *(f"{k:{width}}  {line}" for k, line in enumerate(self.instructions, 1))])

    def check(self) -> None:
        """Raise ValueError naming the first instruction that breaks the grammar."""
        known = {"u": len(self.constants) + self.shared, "v": 1 + self.batch}
        for k, line in enumerate(self.instructions, 1):
            try:
                check_instruction(line, known)
            except ValueError as error:
                raise ValueError(f"instruction {k}: {error}") from None
        if known != self.rows:
            raise ValueError(f"the arenas have {self.rows} rows, but {known} are written")
        if self.once and len(self.once) != len(self.outputs):
            raise ValueError(f"{len(self.outputs)} outputs have {len(self.once)} numbers that are added once")
        for arena, row in itertools.chain(self.outputs, self.once, self.guards, self.watched):
            if arena not in known or not 0 <= row < known[arena]:
                raise ValueError(f"a result is read from {arena}[{row}], which is not written")
        if self.reduce not in ("", "mean", "sum"):
            raise ValueError(f"reduce: expected '', 'mean' or 'sum', got {self.reduce!r}")

    def to_json(self) -> str:
        """Return the program as JSON."""
        lines = [instruction_to_data(line) for line in self.instructions]
        fields = {k: getattr(self, k) for k in self.__dataclass_fields__ if k != "instructions"}
        return dump("program", instructions=lines, **fields)

    @classmethod
    def from_json(cls, text: str | bytes) -> Program:
        """Return the program that ``to_json`` wrote, or raise ValueError with the reason."""
        return load("program", text, cls._read)

    @classmethod
    def _read(cls, d: Any) -> Program:
        place: Callable[[Any], Place] = lambda x: (read_text(x[0]), read_index(x[1]))
        program = cls(
            tuple(map(read_float, read_list(d["constants"]))),
            read_index(d["shared"]),
            read_index(d["batch"]),
            {"u": read_index(d["rows"]["u"]), "v": read_index(d["rows"]["v"])},
            tuple(map(instruction_from_data, read_list(d["instructions"]))),
            tuple(map(place, read_list(d["outputs"]))),
            tuple(map(place, read_list(d["once"]))),
            tuple(map(place, read_list(d["guards"]))),
            tuple(map(place, read_list(d["watched"]))),
            read_text(d["reduce"]),
            read_index(d["operations"]),
        )
        program.check()
        return program


def rows_in_arena(places: Sequence[Place], arena: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the rows of those places that are in an arena."""
    return np.array([row for name, row in places if name == arena], np.int64)
