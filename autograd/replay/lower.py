"""From groups of nodes to a program over two arenas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from .contract import contract
from .instruction import Instruction, Ref
from .nodes import BATCHED_SUM, SUM_OVER_BATCH, Groups, Nodes
from .program import Program
from .tape import BATCHED, CONST, LEAVES, ONE, SHARED


def lower(nodes: Nodes, groups: Groups, reduce: str = "") -> Program:
    """Return the program of nodes: first the leaves, then the groups by level."""
    return _Lowering(nodes).run(groups, reduce)


class _Lowering:
    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes
        self.row = [0] * len(nodes.rows)  # of each node in its arena
        self.next = {"u": 1, "v": 1}
        self.program: list[Instruction] = []
        leaf = {batching: [i for i, row in enumerate(nodes.rows) if row[0] is batching] for batching in LEAVES}
        leaf[SHARED].sort(key=lambda i: (nodes.rows[i][1] < 0, abs(nodes.rows[i][1])))
        leaf[BATCHED].sort(key=lambda i: nodes.rows[i][1])
        for batching, members in leaf.items():
            self._place(members, "v" if batching is BATCHED else "u")
        self.constants, self.shared, self.batch = leaf[CONST], len(leaf[SHARED]), len(leaf[BATCHED])

    def run(self, groups: Groups, reduce: str) -> Program:
        nodes = self.nodes
        for (_, key), members in sorted(groups.items(), key=lambda item: (item[0][0], str(item[0][1]))):
            if key[0] == "map":
                self._map(members)
            elif key[0] == "sum":
                for order in self._group_by_length(members, key[2]):
                    start = self._place(order, self._arena(order[0]))
                    terms = [list(nodes.terms(i)) for i in order]
                    self._sum(terms, self._arena(order[0]), start, key[1] is SUM_OVER_BATCH, add=False)
            else:
                self._dot(members, key)
        at: Callable[[int], tuple[str, int]] = lambda i: (self._arena(i), self.row[i])
        outputs = tuple(at(i) for i, _ in nodes.outputs)
        once = tuple(at(i) for _, i in nodes.outputs) if any(i for _, i in nodes.outputs) else ()
        watched = {at(i) for i in (*nodes.guards, *nodes.watched())}
        leaves = {"u": 1 + len(self.constants) + self.shared, "v": 1 + self.batch}
        return Program(
            (-0.0, *(float(nodes.rows[i][1]) for i in self.constants)), self.shared, self.batch, dict(self.next),
            tuple(self.program), outputs, once, tuple(map(at, nodes.guards)),
            tuple(sorted((arena, row) for arena, row in watched if row >= leaves[arena])), reduce, nodes.operations,
        ).check()  # fmt: skip  # in few lines

    def _arena(self, i: int) -> str:
        return "v" if self.nodes.is_batched(i) else "u"

    def _place(self, members: Sequence[int | None], arena: str) -> int:
        """Return the first of the next rows, which become those of the nodes and holes."""
        start = self.next[arena]
        for k, i in enumerate(members):
            if i is not None:
                self.row[i] = start + k
        self.next[arena] += len(members)
        return start

    def _ref(self, members: Any) -> Ref:
        """Return a reference to nodes of one arena, and to row 0 of it in place of None."""
        array = np.array(members, dtype=object)
        flat = array.ravel().tolist()
        arena = "v" if any(map(self.nodes.is_batched, filter(None, flat))) else "u"
        return Ref(arena, np.array([0 if i is None else self.row[i] for i in flat], np.int64).reshape(array.shape))

    def _map(self, members: list[int]) -> None:
        """Emit an operation on many nodes at once, in the order of their arguments."""
        nodes, maps = self.nodes, self.nodes.rows
        op = maps[members[0]][0]
        width = max(len(maps[i]) for i in members)
        full = {i: (*maps[i], *maps[i][1:2] * (width - len(maps[i]))) for i in members}
        members.sort(key=lambda i: [self.row[a] for a in maps[i][1:]])
        args: list[Ref | float] = []
        for slot in range(1, width):
            column = [full[i][slot] for i in members]
            if len(set(column)) == 1 and nodes.is_const(column[0]):
                args.append(float(nodes.rows[column[0]][1]))
            else:
                args.append(self._ref(column))
        arena = self._arena(members[0])
        start = self._place(members, arena)
        self.program.append(Instruction("map", arena, start, (len(members),), tuple(args), op.name))

    def _dot(self, members: list[int], key: Any) -> None:
        """Emit sums of products: matrix products, which decide the order, come first."""
        _, sum_op, classes = key
        reduced, arena, row = sum_op is SUM_OVER_BATCH, "v" if sum_op is BATCHED_SUM else "u", self.row
        product = next(c for c in classes if c in ("matrix", "products"))
        sums = [self._terms(i, product) for i in members]
        if arena == "u" or product == "products":  # else the parameter is first
            sums = [[(a, b) if row[a] >= row[b] else (b, a) for a, b in terms] for terms in sums]
        names = [self._arena(x) for x in sums[0][0]]
        for pool in contract([[(row[a], row[b]) for a, b in terms] for terms in sums]):
            shape = (len(pool), *pool[0].shape[:2])
            a = Ref(names[0], np.array([block.a for block in pool], np.int64))
            b = Ref(names[1], np.array([block.b for block in pool], np.int64).swapaxes(1, 2))
            order = [None if n is None else members[n] for block in pool for n in block.nodes]
            start = self._place(order, arena)
            self.program.append(Instruction("matrix", arena, start, shape, (a, b), over_batch=reduced))
            for c in classes:
                if c != product:
                    rest = [[] if i is None else self._terms(i, c) for i in order]
                    self._sum(rest, arena, start, reduced, add=True)

    def _terms(self, i: int, term_class: str) -> list[tuple[int, int]]:
        row = self.nodes.rows[i]
        return [(a, b) for a, b in self.nodes.terms(i) if self.nodes.classify_term(row[0], a, b) == term_class]

    def _group_by_length(self, members: list[int], batching: Sequence[bool]) -> Iterable[list[int]]:
        """Return sums grouped by length and by which terms are batched, in order of terms."""
        rows, groups = self.nodes.rows, {}  # type: Any, dict[Any, list[int]]
        counts = [len(rows[i]) // 2 for i in members]
        together = max(counts) > FEW and max(counts) * len(counts) <= 2 * sum(counts)
        for i in sorted(members, key=lambda i: [self.row[b] for b in rows[i][2::2]]):
            batched = tuple(map(self.nodes.is_batched, rows[i][2::2]))
            key = batched if len(batching) > 1 else None if together else len(batched)
            groups.setdefault(key, []).append(i)
        return groups.values()

    def _sum(
        self, sums: Sequence[Sequence[tuple[int, int]]], arena: str, start: int, over_batch: bool, *, add: bool
    ) -> None:
        """Emit sums of plain terms, column by column; row 0, a −0, pads the short ones."""
        width = max(map(len, sums))
        table: Any = np.array([[*terms, *[(ONE, None)] * (width - len(terms))] for terms in sums], object)
        arenas = {self.nodes.is_batched(b) for terms in sums for _, b in terms}
        parts = [table] if width > FEW and len(arenas) == 1 else [table[:, k] for k in range(width)]
        args = tuple([self._ref(part[..., 1]) for part in parts])
        coefs = tuple([self._coefficients(part[..., 0], part[..., 1] != np.array(None)) for part in parts])
        self.program.append(Instruction("sum", arena, start, (len(sums),), args, "", coefs, add, over_batch))

    def _coefficients(self, nodes: Any, there: Any) -> Any:
        """Return coefficients as numbers, or one for all if a missing term's −0 stays."""
        numbers = np.array([float(self.nodes.rows[a][1]) for a in nodes.flat]).reshape(nodes.shape)
        first = float(numbers[there][0])
        same = len(set(nodes[there].tolist())) == 1 and (first > 0 or there.all())
        return first if same else numbers.tolist()


FEW = 4  # terms that are added one column at a time
