"""From a tape to nodes: linear operations become sums of products.

A sum that is used once, as a plain term of another sum, is merged into it. Equal nodes are computed once, and unused
ones are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .nodes import BATCHED_SUM, SHARED_SUM, SUM_OVER_BATCH, Nodes
from .reverse import DOT, NEG, SUM
from .tape import ADD, ALIAS, BATCHED, CONST, DIV, LEAVES, MINUS_ONE, MUL, ONE, SHARED, SOP, STOP, SUB, ZERO, Row, Tape

Terms = list[tuple[int, int]]


def normalise(tape: Tape, outputs: Sequence[int], guards: Sequence[int] = (), sum_outputs: bool = False) -> Nodes:
    """Return the outputs and guards of a tape as Nodes."""
    return _Normaliser(tape, outputs, guards).run(sum_outputs)


class _Normaliser:
    def __init__(self, tape: Tape, outputs: Sequence[int], guards: Sequence[int]) -> None:
        self.reciprocal = _reciprocals(tape)
        self.rows = tape.rows
        self.aliases = tape.definitions | {i: row[1] for i, row in enumerate(tape.rows) if row[0] in (ALIAS, STOP)}
        self.same = list(range(len(tape.rows)))
        for i in sorted(self.aliases):
            self.same[i] = self.same[self.aliases[i]]
        self.outputs = [self.same[i] for i in outputs]
        self.guards = [self.same[i] for i in guards]
        self.node = [0] * len(tape.rows)  # of each row
        self.known: dict[Row, int] = {}
        self.nodes = Nodes(has_batch=any(row[0] is BATCHED for row in tape.rows))

    def run(self, sum_outputs: bool) -> Nodes:
        nodes, rows, node = self.nodes, self.rows, self.node
        self.uses = uses = self._uses()
        self.batched = self._batched()
        merged = self._merged()
        reduced = {i for i in self.outputs if sum_outputs and self.batched[i]}
        parts: dict[int, tuple[int, int]] = {}
        needed = {ZERO, ONE, MINUS_ONE, *self.reciprocal.values()}
        for i, row in enumerate(rows):
            if row[0] is CONST and (uses[i] or i in needed):
                node[i] = self._intern(row, CONST)
        for i, row in enumerate(rows):
            if row[0] in (SHARED, BATCHED):
                node[i] = self._intern(row, row[0])
            elif row[0] is CONST or not uses[i] or i in merged or i in self.aliases:
                continue
            elif not self._is_linear(row):
                args = [node[self.same[a]] for a in row[1:]]
                node[i] = self._intern((row[0], *args), BATCHED if self.batched[i] else SHARED)
            elif i in reduced and uses[i] == OUTPUT:
                parts[i] = self._reduce(self._collect(i, merged))
            else:
                node[i] = self._dot(self._collect(i, merged), BATCHED_SUM if self.batched[i] else SHARED_SUM)
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
        same = self.same
        operations = 0
        for i in range(len(self.rows) - 1, -1, -1):
            row = self.rows[i]
            if uses[i] and row[0] not in LEAVES and i not in self.aliases:
                operations += max(1, len(row) - 2) if row[0] in (SOP, DOT, SUM) else 1
                for a in row[1:]:
                    uses[same[a]] += 1
        self.nodes.operations = operations
        return uses

    def _batched(self) -> bytearray:
        """Return marks of the rows that differ between samples."""
        batched, same = bytearray(len(self.rows)), self.same
        for i, row in enumerate(self.rows):
            if row[0] is BATCHED:
                batched[i] = 1
            elif self.uses[i] and row[0] not in LEAVES and i not in self.aliases:
                for a in row[1:]:
                    if batched[same[a]]:
                        batched[i] = 1
                        break
        return batched

    def _is_linear(self, row: Row) -> bool:
        return row[0] in TERMS or (row[0] is DIV and row[2] in self.reciprocal)

    def _terms(self, row: Row) -> Terms:
        if row[0] is DIV:
            return [(self.reciprocal[row[2]], row[1])]
        return TERMS[row[0]](row[1:])

    def _merged(self) -> set[int]:
        """Return the linear rows that are used once, in a sum with the same batching."""
        merged, same, uses, rows, batched = set(), self.same, self.uses, self.rows, self.batched
        for i, row in enumerate(rows):
            if uses[i] and row[0] is not MUL and self._is_linear(row):
                for a, b in self._terms(row):
                    v = same[b] if a == ONE else same[a] if b == ONE else 0
                    if uses[v] == 1 and batched[v] == batched[i] and self._is_linear(rows[v]):
                        merged.add(v)
        return merged

    def _collect(self, root: int, merged: set[int]) -> Terms:
        """Return the products of a sum as pairs of nodes, those of merged sums included."""
        found, stack, same, node = [], [root], self.same, self.node
        while stack:
            for a, b in self._terms(self.rows[stack.pop()]):
                if b == ONE:
                    a, b = b, a
                b = same[b]
                if a == ONE and b in merged:
                    stack.append(b)
                elif a != ONE or b != ZERO:
                    found.append((node[same[a]], node[b]))
        return found

    def _dot(self, terms: Terms, sum_op: str) -> int:
        """Return the node of a sum; terms that fit no product get their own node."""
        if sum_op is BATCHED_SUM:
            shared, mixed, both = self._split(terms)
            if shared:
                mixed.append((ONE, self._dot(shared, SHARED_SUM)))
            if both and any(not self.nodes.is_const(a) for a, _ in mixed):
                mixed.append((ONE, self._sum(both, BATCHED_SUM)))
                both = []
            terms = mixed + both
        else:
            terms = [self._order(term) for term in terms]
        if not terms:
            return ZERO
        return terms[0][1] if len(terms) == 1 and terms[0][0] == ONE else self._sum(terms, sum_op)

    def _split(self, terms: Terms) -> tuple[Terms, Terms, Terms]:
        """Split a sum into products of two shared, of mixed and of two batched operands."""
        batching = self.nodes.batching
        shared: Terms = []
        mixed: Terms = []
        both: Terms = []
        for a, b in terms:
            if batching[b] == BATCHED:
                if batching[a] == BATCHED:
                    both.append((a, b) if a < b else (b, a))
                else:
                    mixed.append((a, b))
            elif batching[a] == BATCHED:
                mixed.append((b, a))
            else:
                shared.append((a, b))
        return shared, mixed, both

    def _order(self, term: tuple[int, int]) -> tuple[int, int]:
        """Return a product with the constant first, else the earlier node."""
        a, b = term
        const_a, const_b = self.nodes.is_const(a), self.nodes.is_const(b)
        return term if const_a > const_b or (const_a == const_b and a <= b) else (b, a)

    def _reduce(self, terms: Terms) -> tuple[int, int]:
        """Return the sum of batched terms over the batch, and the sum of shared terms."""
        shared, mixed, both = self._split(terms)
        plain = [term for term in mixed if self.nodes.is_const(term[0])]
        if len(plain) < len(mixed):
            rest = [term for term in mixed if not self.nodes.is_const(term[0])]
            plain.append((ONE, self._sum(rest, BATCHED_SUM)))
        return self._sum(plain + both, SUM_OVER_BATCH), self._dot(shared, SHARED_SUM) if shared else ZERO

    def _sum(self, terms: Terms, sum_op: str) -> int:
        if len(terms) > 1:
            terms.sort()
        batching = BATCHED if sum_op is BATCHED_SUM else SHARED
        return self._intern((sum_op, *[x for term in terms for x in term]), batching)

    def _intern(self, row: Row, batching: int) -> int:
        """Return the node of a row, new or known."""
        i = self.known.get(row)
        if i is None or row[0] is CONST:
            i = len(self.nodes.rows)
            self.nodes.rows.append(row[:2] if row[0] is CONST else row)
            self.nodes.batching.append(batching)
            if batching != CONST:
                self.known[row] = i
        return i


OUTPUT = 1 << 40  # more uses than a row can have otherwise


def _reciprocals(tape: Tape) -> dict[int, int]:
    """Map constant divisors to the rows of their reciprocals, if of normal size."""
    divisors = {row[2] for row in tape.rows if row[0] is DIV and tape.rows[row[2]][0] is CONST}
    return {i: tape.const(1 / tape.rows[i][1]) for i in divisors if 1e-300 < abs(tape.rows[i][1]) < 1e300}


def _pairs(args: Sequence[int]) -> Terms:
    n = len(args) // 2
    return [*zip(args[:n], args[n : 2 * n], strict=True), (ONE, args[-1])]


TERMS: dict[Any, Callable[[Sequence[int]], Terms]] = {
    ADD: lambda args: [(ONE, args[0]), (ONE, args[1])],
    SUB: lambda args: [(ONE, args[0]), (MINUS_ONE, args[1])],
    NEG: lambda args: [(MINUS_ONE, args[0])],
    MUL: lambda args: [(args[0], args[1])],
    SUM: lambda args: [(ONE, a) for a in args],
    DOT: _pairs,
    SOP: lambda args: list(zip(args[::2], args[1::2], strict=True)),
}
