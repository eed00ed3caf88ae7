"""From a tape to nodes: linear operations become sums of products.

What is written is what is computed. A sum is merged into the one that uses it, once, where that leaves every rounding
as it is: as the first of its terms. Products gather from anywhere, if there are two at least, for a matrix product has
its own order. Equal nodes are computed once, and unused ones are left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from .nodes import BATCHED_SUM, SHARED_SUM, SUM_OVER_BATCH, Nodes, is_product
from .tape import BATCHED, CONST, LEAVES, MINUS_ONE, ONE, SAME, SHARED, SUMS, TERMS, ZERO, Row, Tape

Terms = list[tuple[int, int]]
TERM, FIRST = 1, 2  # how a row is merged: as a term in its place, or as the first terms of a sum


def normalise(tape: Tape, outputs: Sequence[int], guards: Sequence[int] = (), sum_outputs: bool = False) -> Nodes:
    """Return the outputs and guards of a tape as Nodes."""
    return _Normaliser(tape, outputs, guards).run(sum_outputs)


class _Normaliser:
    def __init__(self, tape: Tape, outputs: Sequence[int], guards: Sequence[int]) -> None:
        same: list[int] = []  # the row that computes each row
        self.rows: list[Row] = []  # with arguments that are computed
        for i, row in enumerate(tape.rows):
            j = row[1] if row[0] in SAME else tape.definitions.get(i, i)
            same.append(i if i == j else same[j])
            self.rows.append(row if row[0] in LEAVES or i != j else (row[0], *[same[a] for a in row[1:]]))
        self.outputs = [same[i] for i in outputs]
        self.guards = [same[i] for i in guards]
        self.node = [0] * len(tape.rows)  # of each row
        self.used: list[int] = []  # the rows to be computed
        self.known: dict[Row, int] = {}
        self.nodes = Nodes(has_batch=any(row[0] is BATCHED for row in tape.rows))

    def run(self, sum_outputs: bool) -> Nodes:
        nodes, rows, node = self.nodes, self.rows, self.node
        self.uses = uses = self._uses()
        self.batched = bytearray([row[0] is BATCHED for row in rows])  # rows that differ between samples
        for i in self.used:
            self.batched[i] = any(self.batched[a] for a in rows[i][1:])
        reduced = {i for i in self.outputs if sum_outputs and self.batched[i]}
        self.gathers, self.merged, self.shown = self._plan(reduced)
        parts: dict[int, tuple[int, int]] = {}
        for i, row in enumerate(rows):
            if row[0] in LEAVES and (row[0] is not CONST or uses[i] or i <= MINUS_ONE):
                node[i] = self._intern(row, row[0])
        for i in self.used:
            row = rows[i]
            if self.merged[i]:
                continue
            if row[0] not in TERMS:
                row = (row[0], *[node[a] for a in row[1:]])
                node[i] = self._intern(row, BATCHED if self.batched[i] else SHARED)
            elif i in reduced and uses[i] == OUTPUT:
                parts[i] = self._reduce(self._collect(i))
            else:
                combine = self._gather if self.gathers[i] else self._from_left
                node[i] = combine(self._collect(i), BATCHED_SUM if self.batched[i] else SHARED_SUM)
        for i in self.outputs:
            if i in reduced:
                nodes.outputs.append(parts.get(i) or (self._sum([(ONE, node[i])], SUM_OVER_BATCH), ZERO))
            else:
                nodes.outputs.append((ZERO, node[i]) if sum_outputs else (node[i], ZERO))
        nodes.guards = [node[i] for i in self.guards]
        return nodes

    def _uses(self) -> list[int]:
        """Return how often each row is used; an output counts for many uses."""
        uses = [0] * len(self.rows)
        for i in self.outputs:
            uses[i] = OUTPUT
        for i in self.guards:
            uses[i] += OUTPUT + 1
        for i in range(len(self.rows) - 1, -1, -1):
            row = self.rows[i]
            if uses[i] and row[0] not in LEAVES:
                self.used.append(i)
                self.nodes.operations += max(1, len(row) - 2) if row[0] in SUMS else 1
                for a in row[1:]:
                    uses[a] += 1
        self.used.reverse()
        return uses

    def _terms(self, i: int) -> Terms:
        """Return the terms of a linear row, with a constant or 1 first; none of another row."""
        rows = self.rows
        terms = TERMS[rows[i][0]](rows[i][1:]) if rows[i][0] in TERMS else []
        return [(b, a) if b == ONE or (rows[b][0] is CONST and rows[a][0] is not CONST) else (a, b) for a, b in terms]

    def _plan(self, reduced: set[int]) -> tuple[bytearray, bytearray, bytearray]:
        """Return which sums gather products, are merged into their user, and keep a −0."""
        rows, uses, batched, has_batch = self.rows, self.uses, self.batched, self.nodes.has_batch
        products, gathers, merged, shown = [bytearray(len(rows)) for _ in range(4)]
        length = [0] * len(rows)  # of the longest sum that a row can be the end of
        inner: dict[int, list[int]] = {}  # the linear terms that only this row uses
        first: dict[int, int] = {}  # the longest of them that may come first
        for i in self.used:
            terms = self._terms(i)
            length[i], products[i] = len(terms), min(2, sum([is_product(rows, a, b, has_batch) for a, b in terms]))
            its = [
                b for a, b in terms if a == ONE and uses[b] == 1 and batched[b] == batched[i] and rows[b][0] in TERMS
            ]
            if its:
                inner[i], products[i] = its, min(2, products[i] + sum([products[b] for b in its]))
                first[i] = max([b for _, b in terms[:2] if b in its], key=length.__getitem__, default=ZERO)
                length[i] += max(0, length[first[i]] - 1)
        for i in reversed(self.used):
            gathers[i] |= products[i] > (i not in reduced)
            shown[i] |= uses[i] >= OUTPUT
            for a in () if gathers[i] or (rows[i][0] in TERMS and not shown[i]) else rows[i][1:]:
                shown[a] = 1
            for b in inner.get(i, ()):
                if gathers[i] and products[b]:
                    merged[b], gathers[b] = TERM, 1
                elif length[b] == 1 and not products[b]:
                    merged[b] = TERM
            if i in first and length[first[i]] > 1 and not gathers[i] and merged[i] != TERM:
                merged[first[i]] = FIRST
        return gathers, merged, shown

    def _collect(self, root: int) -> Terms:
        """Return the terms of a sum as pairs of nodes, merged sums included, in their order."""
        found, stack, node, merged = [], [(ONE, root)], self.node, self.merged
        while stack:
            a, b = stack.pop()
            if b == root or (a == ONE and merged[b]):
                terms = self._terms(b)
                if len(terms) > 1 and terms[1][0] == ONE and merged[terms[1][1]] == FIRST:
                    terms[:2] = terms[1::-1]  # a + (b + c) is (b + c) + a
                stack += reversed(terms)
            elif (a, b) != (ONE, ZERO) or (self.shown[root] and not self.gathers[root]):
                found.append(self._ordered(node[a], node[b]))
        return found

    def _ordered(self, a: int, b: int) -> tuple[int, int]:
        """Return a product with the constant or shared operand first, else the earlier node."""
        x, y = self.nodes.batching[a], self.nodes.batching[b]
        return (a, b) if x < y or (x == y and (a <= b or x == CONST)) else (b, a)

    def _from_left(self, terms: Terms, sum_op: str) -> int:
        """Return the node of a sum as it is written, in which a product has a node of its own."""
        if len(terms) > 1:
            for k, (a, b) in enumerate(terms):
                if self.nodes.is_product(a, b):
                    terms[k] = ONE, self._sum([(a, b)], BATCHED_SUM if self.nodes.is_batched(b) else SHARED_SUM)
            batching, rows = self.nodes.batching, self.nodes.rows
            terms[:2] = sorted(terms[:2], key=lambda term: (-batching[term[1]], -rows[term[0]][1]))  # which commute
        return self._sum(terms, sum_op)

    def _gather(self, terms: Terms, sum_op: str) -> int:
        """Return the node of a sum; products that fit in no matrix get a node of their own."""
        if sum_op is BATCHED_SUM:
            shared, mixed, both = self._split(terms)
            if shared:
                mixed.append((ONE, self._sum(shared, SHARED_SUM)))
            if both and any(not self.nodes.is_const(a) for a, _ in mixed):
                mixed.append((ONE, self._sum(both, BATCHED_SUM)))
                both = []
            terms = mixed + both
        return self._sum(terms, sum_op)

    def _split(self, terms: Terms) -> tuple[Terms, Terms, Terms]:
        """Split a sum into products of two shared, of mixed and of two batched operands."""
        batching = self.nodes.batching
        shared = [(a, b) for a, b in terms if batching[b] != BATCHED]
        mixed = [(a, b) for a, b in terms if batching[b] == BATCHED != batching[a]]
        return shared, mixed, [(a, b) for a, b in terms if batching[a] == BATCHED]

    def _reduce(self, terms: Terms) -> tuple[int, int]:
        """Return the sum of batched terms over the batch, and the sum of shared terms."""
        shared, mixed, both = self._split(terms)
        plain = [term for term in mixed if self.nodes.is_const(term[0])]
        if len(plain) < len(mixed):
            rest = [term for term in mixed if not self.nodes.is_const(term[0])]
            plain.append((ONE, self._sum(rest, BATCHED_SUM)))
        return self._sum(plain + both, SUM_OVER_BATCH), self._sum(shared, SHARED_SUM) if shared else ZERO

    def _sum(self, terms: Terms, sum_op: str) -> int:
        """Return the node of a sum; one with products is known in any order."""
        if len(terms) == 1 and terms[0][0] == ONE and sum_op is not SUM_OVER_BATCH:
            return terms[0][1]
        row = (sum_op, *[x for term in terms for x in term])
        key = row
        if len(terms) > 1 and (sum_op is SUM_OVER_BATCH or any(self.nodes.is_product(a, b) for a, b in terms)):
            key = (sum_op, *[x for term in sorted(terms) for x in term])
        return self._intern(row, BATCHED if sum_op is BATCHED_SUM else SHARED, key)

    def _intern(self, row: Row, batching: int, key: Row = ()) -> int:
        """Return the node of a row, new or known."""
        i = self.known.get(key or row)
        if i is None:
            i = self.known[key or row] = len(self.nodes.rows)
            self.nodes.rows.append(row[:2] if row[0] is CONST else row)
            self.nodes.batching.append(batching)
        return i


OUTPUT = 1 << 40  # more uses than a row can have otherwise
