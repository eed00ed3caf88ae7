"""A program as plain data: a function as a few array operations over two arenas.

    program := instruction …        each writes a range of rows that no other writes first
    arena   := u (rows, 1)          constants, parameters and other shared numbers; row 0 is −0, which adds nothing
             | v (rows, n)          batched numbers, one column for each sample; row 0 is −0
    instruction := map op ref …     a row of the table, elementwise
                 | matrix ref ref   out[b,r,c] = Σₖ a[b,r,k]·b[b,k,c]
                 | sum coef ref …   out = Σ coefficient × rows
    ref     := arena and rows, an array of row numbers, or a number

``add`` adds to the range, ``over_batch`` sums over the samples too. A program contains no code.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..graph import dump, load
from .argument_spec import describe, format_spec
from .bind import bind
from .instruction import Instruction, Place, check_instruction, read_fields, write_data


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
    batched: tuple[bool, ...] = ()  # of each argument: whether it has an axis for the samples
    structures: tuple[str, ...] = ()  # of each argument: its containers, keys and shapes
    taken: tuple[bool, ...] = ()  # of each guard: whether its row was true when it was recorded

    def __call__(self, *inputs: Any) -> Any:
        """Return the results for the arguments of f, as NumPy computes them, without f.

        Args:
            inputs: The arguments of f in their order, then the numbers of the Values that it read from outside.

        Returns:
            A vector of the numbers that f returns and of the gradients that it adds, in their order, or with
            ``reduce=None`` a row of them for each sample.

        Raises:
            ValueError: If inputs have another structure or number of samples, if f takes another branch than that
                recorded, or if an infinity or nan appears, where only f knows the results.

        >>> import autograd
        >>> line = autograd.compile(lambda w, x: w * x + 1, batch="x", reduce=None)
        >>> line(2.0, [1.0, 3.0])
        array([3., 7.])
        >>> Program.from_json(line.program.to_json())(5.0, [1.0, 3.0])
        array([[ 6.],
               [16.]])
        """
        found: tuple[list[Any], list[Any]] = [], []
        for k, (x, each) in enumerate(itertools.zip_longest(inputs, self.batched, fillvalue=False)):
            structure = format_spec(describe(x, f"inputs[{k}]", each, found[each]))
            if k < len(self.structures) and structure != self.structures[k]:
                raise ValueError(f"inputs[{k}]: expected {self.structures[k]}, got {structure}")
        shared, batch = ([np.asarray(x, np.float64) for x in part] for part in found)
        n = len(batch[0]) if batch else 1
        counts = sum(x.size for x in shared), sum(x.size for x in batch)
        if n == 0 or any(len(x) != n for x in batch) or counts != (self.shared, n * self.batch):
            expected = f"expected {self.shared} shared numbers and {self.batch} of each sample"
            raise ValueError(f"inputs: {expected}, got {counts[0]}, and {counts[1]} of {n} samples")
        results, guards, finite = bind(self, n)(shared, batch)
        if not finite or any(((row != 0) != taken).any() for row, taken in zip(guards, self.taken, strict=True)):
            reason = "f takes another branch than the one recorded" if finite else "there is an infinity or nan"
            raise ValueError(f"inputs: {reason}, so that only f itself knows the results")
        return results

    def __str__(self) -> str:
        head = (
            f"{self.operations} operations in {len(self.instructions)} instructions; u: {len(self.constants)} constants"
            f", {self.shared} parameters, {self.rows['u']} rows; v: {self.batch} inputs, {self.rows['v']} rows"
        )
        width = len(str(len(self.instructions)))
        return "\n".join([head, *(f"{k:{width}}  {line}" for k, line in enumerate(self.instructions, 1))])

    def check(self) -> Program:
        """Return the program; raise ValueError naming an instruction that breaks the grammar."""
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
        return self

    def to_json(self) -> str:
        """Return the program as JSON."""
        return dump("program", **write_data(self))

    @classmethod
    def from_json(cls, text: str | bytes) -> Program:
        """Return the program that ``to_json`` wrote, or raise ValueError with the reason."""
        return load("program", text, lambda d: read_fields(cls, d).check())
