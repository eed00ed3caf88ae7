"""A normalised program: operations, sums of products, and the order to compute them.

nodes  := node …                     a node refers only to nodes before it; 0, 1 and 2 are the numbers 0, 1, −1
node   := (const, number) | (shared, k) | (batched, k)
        | (op, node …)               an operation
        | (sum, a, b, a, b …)        Σ a·b: SHARED_SUM, BATCHED_SUM, or SUM_OVER_BATCH of all samples too
in a product the constant or shared operand is first; a plain term is 1·b
a sum without products of two computed numbers is added from the left
nodes of a level and group key are one instruction
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby, product
from math import inf, isfinite, nan
from typing import Any

from ..table import Op
from .tape import BATCHED, CONST, LEAVES, MINUS_ONE, SHARED, Row

SHARED_SUM, BATCHED_SUM, SUM_OVER_BATCH = "sum of shared", "sum of each sample", "sum over the batch"
GroupKey = tuple[Any, ...]
Groups = dict[tuple[int, GroupKey], list[int]]  # the nodes of each instruction, by level and group key
REPEATS = ("max", "min")  # an argument may be repeated, so that nodes with few arguments join those with many


def is_product(rows: Sequence[Row], a: int, b: int, has_batch: bool) -> bool:
    """Return whether a term a·b is a product of two numbers, and not a coefficient times one."""
    return rows[a][0] is not CONST or (not has_batch and a > MINUS_ONE and rows[b][0] is SHARED)


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

    def is_product(self, a: int, b: int) -> bool:
        """Return whether a term is a product of two numbers."""
        return is_product(self.rows, a, b, self.has_batch)

    def has_products(self, i: int) -> bool:
        """Return whether a node is a sum with products, which a matrix product may add in any order."""
        return isinstance(self.rows[i][0], str) and any(self.is_product(*term) for term in self.terms(i))

    def classify_term(self, sum_op: str, a: int, b: int) -> str:
        """Return "plain", "bias", "products" of two batched numbers, or "matrix"."""
        if sum_op is BATCHED_SUM and self.batching[b] != BATCHED:
            return "bias"
        if not self.is_product(a, b):
            return "plain"
        return "products" if self.batching[a] == BATCHED else "matrix"

    def group_key(self, i: int) -> GroupKey:
        """Return the key that nodes of one instruction share."""
        row = self.rows[i]
        op = row[0]
        if isinstance(op, Op):
            batching = tuple([self.batching[a] for a in row[1:]])
            if op.name in REPEATS and len(set(batching)) == 1:
                return "map", op.name, batching[:1]
            if op.name == "pow" and batching[1] == CONST:  # each power has a kernel of its own
                return "map", op.name, batching, self.rows[row[2]][1]
            return "map", op.name, batching
        classes = {self.classify_term(op, a, b) for a, b in self.terms(i)}
        if classes <= {"plain", "bias"}:
            return "sum", op, tuple([b for b, _ in groupby([self.is_batched(b) for b in row[2::2]])])
        return "dot", op, tuple(sorted(classes))

    def watched(self) -> list[int]:
        """Return the sums with products whose infinity or nan an operation may turn into a number.

        One that is added in another order, or padded with zeros, may overflow where the sum as written does not.
        """
        leads, found = bytearray(len(self.rows)), []  # whether such an operation is reached without another such sum
        for i in range(len(self.rows) - 1, -1, -1):
            op, *args = self.rows[i]
            if isinstance(op, Op):
                lost = swallowed(
                    op, tuple([self.rows[a][1] if op.arity and self.is_const(a) else None for a in args[:3]])
                )
                for slot, a in enumerate(args):
                    leads[a] |= leads[i] or lost[min(slot, len(lost) - 1)]
            elif leads[i] and self.has_products(i):
                found.append(i)
            elif leads[i] and op not in LEAVES:
                for a in args:
                    leads[a] = 1
        return found

    def group_keys(self) -> dict[int, GroupKey]:
        """Return the group key of each computed node, equal ones as one object."""
        known: dict[GroupKey, GroupKey] = {}
        return {i: known.setdefault(key, key) for i in self.computed() for key in [self.group_key(i)]}


@lru_cache(maxsize=4096)
def swallowed(op: Op, numbers: tuple[float | None, ...]) -> list[bool]:
    """Return, for each slot, whether an infinity or nan there may give a number.

    >>> from autograd.table import TABLE
    >>> swallowed(TABLE["div"], (None, None)), swallowed(TABLE["pow"], (None, 2.0))
    ([False, True], [False, False])
    """

    def is_lost(slot: int) -> bool:
        ranges: list[Sequence[float]] = [(x,) if x is not None else (-1.5, 0.0, 0.5, 2.0) for x in numbers]
        ranges[slot] = (inf, -inf, nan)
        for args in product(*ranges):
            with suppress(ValueError):  # of clamp, whose bounds have an order
                if isfinite(op.on_float(*args)):
                    return True
        return False

    return [x is None and not (op.selects and slot) and is_lost(slot) for slot, x in enumerate(numbers)]


def group_nodes(nodes: Nodes) -> Groups:
    """Return the nodes of each instruction, by level and group key."""
    keys = nodes.group_keys()
    level = assign_levels(nodes, keys)
    found: Groups = {}
    for i, key in keys.items():
        found.setdefault((level[i], key), []).append(i)
    return found


def assign_levels(nodes: Nodes, keys: dict[int, GroupKey]) -> list[int]:
    """Return a level for each node, above its arguments, for few groups.

    A node goes to the first level, between as soon and as late as possible, that has its group key. The fewest levels
    that meet all such intervals of a key are the ends of those that end first.
    """
    rows = nodes.rows
    soon = [0] * len(rows)
    for i in keys:
        soon[i] = 1 + max([soon[a] for a in rows[i][1:]])
    late = [max(soon, default=0)] * len(rows)
    for i in reversed(keys):
        for a in rows[i][1:]:
            late[a] = min(late[a], late[i] - 1)
    points: dict[GroupKey, list[int]] = {}
    for i in sorted(keys, key=late.__getitem__):
        there = points.setdefault(keys[i], [])
        if not there or soon[i] > there[-1]:
            there.append(late[i])
    level = soon
    for i in keys:
        low = 1 + max([level[a] for a in rows[i][1:]])
        there = points[keys[i]]
        k = bisect_left(there, low)
        if k == len(there) or there[k] > late[i]:
            insort(there, low)
        level[i] = there[k]
    return level
