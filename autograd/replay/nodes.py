"""A normalised program: operations of the table and sums of products.

nodes  := node …                     a node refers only to nodes before it; 0, 1 and 2 are the numbers 0, 1, −1
node   := (const, number) | (shared, k) | (batched, k)
        | (op, node …)               an operation
        | (sum, a, b, a, b …)        Σ a·b: SHARED_SUM, BATCHED_SUM, or SUM_OVER_BATCH of all samples too
in a product the constant or shared operand is first; a plain term is 1·b
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..table import Op
from .tape import BATCHED, CONST, LEAVES, MINUS_ONE, ONE, SHARED, Row

SHARED_SUM, BATCHED_SUM, SUM_OVER_BATCH = "sum of shared", "sum of each sample", "sum over the batch"
GroupKey = tuple[Any, ...]
REPEATS = ("max", "min")  # an argument may be repeated, so that nodes with few arguments join those with many


@dataclass
class Nodes:
    """The nodes in topological order, with the outputs and guards."""

    rows: list[Row] = field(default_factory=list)
    batching: bytearray = field(default_factory=bytearray)  # of each node: CONST, SHARED or BATCHED
    outputs: list[tuple[int, int]] = field(default_factory=list)  # (summed over the batch, added once), or 0
    guards: list[int] = field(default_factory=list)
    has_batch: bool = False
    operations: int = 0  # how many the tape had, a sum of k products counting 2k − 1

    def computed(self) -> Iterator[int]:
        """Return the nodes that are not leaves."""
        return (i for i, row in enumerate(self.rows) if row[0] not in LEAVES)

    def terms(self, i: int) -> Iterable[tuple[int, int]]:
        """Return the products of a sum."""
        row = self.rows[i]
        return zip(row[1::2], row[2::2], strict=True)

    def is_const(self, i: int) -> bool:
        """Return whether a node is a constant."""
        return self.batching[i] == CONST

    def is_batched(self, i: int) -> bool:
        """Return whether a node has a number for each sample."""
        return self.batching[i] == BATCHED

    def classify_term(self, sum_op: str, a: int, b: int) -> str:
        """Return "plain", "bias", "products" of two batched numbers, or "matrix"."""
        batching = self.batching
        if sum_op is BATCHED_SUM and batching[b] != BATCHED:
            return "bias"
        if a == ONE or (batching[a] == CONST and not self._is_data(a, b)):
            return "plain"
        return "products" if batching[a] == BATCHED else "matrix"

    def _is_data(self, a: int, b: int) -> bool:
        """Return whether a constant times a parameter is data, not a coefficient."""
        return not self.has_batch and a > MINUS_ONE and self.rows[b][0] is SHARED

    def group_key(self, i: int) -> GroupKey:
        """Return the key of nodes of one instruction: operation or product classes."""
        row = self.rows[i]
        op = row[0]
        if isinstance(op, Op):
            batching = tuple([self.batching[a] for a in row[1:]])
            if op.name in REPEATS and len(set(batching)) == 1:
                return "map", op.name, batching[:1]
            if op.name == "pow" and batching[1] == CONST:  # each power has a kernel of its own
                return "map", op.name, batching, self.rows[row[2]][1]
            return "map", op.name, batching
        if len(row) == 3:
            return "dot", op, (self.classify_term(op, row[1], row[2]),)
        found = {(self.batching[a], self.batching[b]): (a, b) for a, b in self.terms(i) if a != ONE and self.has_batch}
        pairs = list(found.values()) if self.has_batch else list(self.terms(i))
        if self.has_batch:
            pairs += {self.batching[b]: (a, b) for a, b in self.terms(i) if a == ONE}.values()
        return "dot", op, tuple(sorted({self.classify_term(op, a, b) for a, b in pairs}))

    def group_keys(self) -> list[GroupKey | None]:
        """Return the group key of each node, equal ones as one object; None for a leaf."""
        known: dict[GroupKey, GroupKey] = {}
        found: list[GroupKey | None] = [None] * len(self.rows)
        for i in self.computed():
            key = self.group_key(i)
            found[i] = known.setdefault(key, key)
        return found
