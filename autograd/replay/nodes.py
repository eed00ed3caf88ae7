"""A normalised program: two kinds of computed node, a row of the table and a sum of products.

nodes  := node …                     a node refers only to nodes before it; 0, 1 and 2 are the numbers 0, 1, −1
node   := (const, number) | (shared, k) | (batch, k)
        | (op, node …)               an operation
        | (kind, a, b, a, b …)       Σ a·b: of SHARED operands, BATCHED, or SUMMED over the batch too
in a product the constant or shared operand stands first; a plain term is 1·b
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..table.op import Op
from .tape import LEAVES, MINUS_ONE, ONE, SHARED, Row

U, V, SUMMED = "sum of shared", "sum of each sample", "sum over the batch"  # the kinds of a sum of products
Signature = tuple[Any, ...]
REPEATS = ("max", "min")  # an argument given twice changes nothing, so that few can stand beside many


@dataclass
class Nodes:
    """What is computed from what, in topological order."""

    rows: list[Row] = field(default_factory=list)
    kinds: bytearray = field(default_factory=bytearray)  # of each node: literal, shared or batched
    outputs: list[tuple[int, int]] = field(default_factory=list)  # (summed over the batch, added once), or 0
    guards: list[int] = field(default_factory=list)
    has_batch: bool = False
    operations: int = 0  # how many the tape had, a sum of k products counting 2k − 1

    def computed(self) -> Iterator[int]:
        """List the nodes that are no leaves."""
        return (i for i, row in enumerate(self.rows) if row[0] not in LEAVES)

    def terms(self, i: int) -> Iterable[tuple[int, int]]:
        """List the products of a sum."""
        row = self.rows[i]
        return zip(row[1::2], row[2::2], strict=True)

    def is_literal(self, i: int) -> bool:
        """Say whether a node is a constant."""
        return self.kinds[i] == LITERAL

    def batched(self, i: int) -> bool:
        """Say whether a node has a number for each sample."""
        return self.kinds[i] == BATCHED

    def kind_of_term(self, row_kind: str, a: int, b: int) -> str:
        """Name a product: "plain" c·x, "bias" 1·u in a sum of samples, else "products" of two batched, or "matrix"."""
        kinds = self.kinds
        if row_kind is V and kinds[b] != BATCHED:
            return "bias"
        if a == ONE or (kinds[a] == LITERAL and not self._is_data(a, b)):
            return "plain"
        return "products" if kinds[a] == BATCHED else "matrix"

    def _is_data(self, a: int, b: int) -> bool:
        """Say whether a constant beside a parameter is data, as in a trace of many samples written out."""
        return not self.has_batch and a > MINUS_ONE and self.rows[b][0] is SHARED

    def signature(self, i: int) -> Signature:
        """Return what the nodes of one instruction have in common: the operation, or the kinds of products."""
        row = self.rows[i]
        op = row[0]
        if isinstance(op, Op):
            kinds = tuple([self.kinds[a] for a in row[1:]])
            if op.name in REPEATS and len(set(kinds)) == 1:
                return "map", op.name, kinds[:1]
            if op.name == "pow" and kinds[1] == LITERAL:  # each power has a kernel of its own
                return "map", op.name, kinds, self.rows[row[2]][1]
            return "map", op.name, kinds
        if len(row) == 3:
            return "dot", op, (self.kind_of_term(op, row[1], row[2]),)
        found = {(self.kinds[a], self.kinds[b]): (a, b) for a, b in self.terms(i) if a != ONE and self.has_batch}
        pairs = list(found.values()) if self.has_batch else list(self.terms(i))
        if self.has_batch:
            pairs += {self.kinds[b]: (a, b) for a, b in self.terms(i) if a == ONE}.values()
        return "dot", op, tuple(sorted({self.kind_of_term(op, a, b) for a, b in pairs}))

    def signatures(self) -> list[Signature | None]:
        """Return the signature of each node, equal ones as one object; of a leaf None."""
        known: dict[Signature, Signature] = {}
        found: list[Signature | None] = [None] * len(self.rows)
        for i in self.computed():
            signature = self.signature(i)
            found[i] = known.setdefault(signature, signature)
        return found


LITERAL, UNBATCHED, BATCHED = range(3)
