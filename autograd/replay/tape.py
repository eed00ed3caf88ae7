"""The operations of a traced function as rows; equal operations share a row.

tape  := row …                        a row refers only to rows before it
row   := (const, number)              a literal; rows 0, 1 and 2 are 0, 1 and −1
       | (shared, k) | (batched, k)   the k-th number that all samples share, or that each sample has
       | (op, row …)                  an operation of the table
       | (sop, a, b, a, b …)          Σ a·b from the left, the form of a gradient by the chain rule
       | (alias, a, n)                a again, as an argument of its own
       | (stop, a)                    a, without a gradient
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from math import frexp
from typing import Any

from ..engine import Defer, Node, caller_line, is_grad_enabled, new, nodes_in_order, operand
from ..table import TABLE, Op

ZERO, ONE, MINUS_ONE = range(3)
LEAVES = CONST, SHARED, BATCHED = 0, 1, 2  # the leaves, and how any number depends on the samples
SOP, ALIAS, STOP = "sop", "alias", "stop"
ADD, SUB, MUL, DIV, POW, WHERE = (TABLE[name] for name in ("add", "sub", "mul", "div", "pow", "where"))
NEG, SUM, DOT = (TABLE[name] for name in ("neg", "sum", "dot"))
REWRITTEN = (TABLE["mean"], TABLE["square"])  # recorded as sums and products
SAME, SUMS = (ALIAS, STOP), (SOP, SUM, DOT)  # rows that are another one; those of any length
DEFINED = (TABLE["logsumexp"], TABLE["log_softmax"], TABLE["softmax"])  # recorded with the rows that they share
COMMUTE = (ADD, MUL, TABLE["eq"])
Row = tuple[Any, ...]
TERMS: dict[Any, Callable[[Sequence[int]], list[tuple[int, int]]]] = {  # linear rows as Σ a·b, in the order of adding
    ADD: lambda args: [(ONE, args[0]), (ONE, args[1])],
    SUB: lambda args: [(ONE, args[0]), (MINUS_ONE, args[1])],
    NEG: lambda args: [(MINUS_ONE, args[0])],
    MUL: lambda args: [(args[0], args[1])],
    SUM: lambda args: [(ONE, a) for a in args],
    DOT: lambda args: [(ONE, args[-1]), *zip(args, args[len(args) // 2 : -1], strict=False)],
    SOP: lambda args: list(zip(args[::2], args[1::2], strict=True)),
    ALIAS: lambda args: [(ONE, args[0])],
}


class Tape:
    """The rows of one traced call, the Values that it read, and its branches."""

    def __init__(self, wrapper: Any, first: Callable[[int, int], float]) -> None:
        self.wrapper = wrapper  # the class of the numbers that f sees
        self.rows: list[Row] = []
        self.index: dict[Row, int] = {}
        self.captured: dict[Node, int] = {}  # Values that f read from outside, and their rows
        self.first = first  # the number of a leaf in the first sample; it decides the branches
        self.numbers: dict[int, float] = {}  # the rows computed for the first sample
        self.outside: dict[int, Node] = {}  # captured leaves by their rows
        self.made: set[Node] = set()  # Values that f makes, which are constants
        self.guards: dict[int, tuple[bool, str]] = {}  # the branch taken on a row, and the line of f
        self.grads: dict[Node, int] = {}  # the rows of gradients that backward() adds to
        self.is_swept: bool = False  # whether f has called backward()
        self.definitions: dict[int, int] = {}  # rows that other rows compute
        self._fresh = 0
        self.open = True  # while f runs
        for number in (0.0, 1.0, -1.0):
            self.const(number)

    def const(self, x: float) -> int:
        """Return the row of a literal; 0.0 and −0.0 differ, as their reciprocals do."""
        return self.row(CONST, x) if x else self.row(CONST, x, str(x))

    def row(self, *row: Any) -> int:
        """Return the number of a row, new or known."""
        i = self.index.get(row)
        if i is None:
            self.index[row] = i = len(self.rows)
            self.rows.append(row)
        return i

    def leaf(self, batching: int, k: int) -> Any:
        """Return the k-th shared or batched argument of f."""
        return self.wrap(self.row(batching, k))

    def wrap(self, i: int) -> Any:
        """Return a row as f sees it: a Traced, or a float for a constant."""
        row = self.rows[i]
        if row[0] is CONST:
            return row[1]
        out: Any = new(self.wrapper)
        out.row, out.tape = i, self
        return out

    def apply(self, op: Op, args: tuple[Any, ...]) -> Any:
        """Record an operation on traced numbers, on Values from outside and on constants."""
        try:
            rows = [self.row_of(op, slot, a) for slot, a in enumerate(args)]
        except Defer:
            return NotImplemented
        if op in REWRITTEN:
            return op.forward(*map(self.wrap, rows))
        return self.record(op, rows)

    def record(self, op: Op, rows: list[int]) -> Any:
        """Record an operation on rows, which are put in order if it commutes."""
        if op in COMMUTE:
            rows.sort()
        i = self._simplify(op, rows)
        if i is None:
            known = [self.rows[a] for a in rows]
            if all(row[0] is CONST for row in known):
                i = self.const(op.on_float(*[row[1] for row in known]))
            else:
                same = self.row_of(None, 0, op.forward(*map(self.wrap, rows))) if op in DEFINED else None
                i = self.row(op, *rows)
                if same is not None:
                    self.definitions[i] = same
        return self.wrap(i if is_grad_enabled() or self.rows[i][0] is CONST else self.row(STOP, i))

    def _simplify(self, op: Op, rows: list[int]) -> int | None:
        """Return a simpler row that is equal in IEEE arithmetic, or None: x·0 is no 0 at inf."""
        if op is SUB and rows[1] == ZERO:
            return rows[0]
        if op is MUL and rows[0] == ONE:
            return rows[1]
        if op in (DIV, POW) and rows[1] == ONE:
            return rows[0]
        if op is DIV and self.rows[rows[1]][0] is CONST:
            mantissa, exponent = frexp(self.rows[rows[1]][1])
            if abs(mantissa) == 0.5 and exponent > -1022:  # of a power of 2 the reciprocal is exact
                return self.row_of(None, 0, self.record(MUL, [rows[0], self.const(1 / self.rows[rows[1]][1])]))
        if op is WHERE:
            condition = self.rows[rows[0]]
            if condition[0] is CONST:
                return rows[1] if condition[1] else rows[2]
            if condition[0] is WHERE and condition[2:] in ((ONE, ZERO), (ZERO, ONE)):
                return self.row(WHERE, condition[1], *(rows[1:] if condition[2] == ONE else rows[:0:-1]))
        return None

    def row_of(self, op: Op | None, slot: int, a: Any) -> int:
        """Return the row of an operand, or raise Defer, or TypeError naming it."""
        if type(a) is self.wrapper:
            if a.tape is not self:
                raise ValueError("a traced Value was used after the call of f that it belongs to")
            return a.row  # type: ignore[no-any-return]  # an int
        if isinstance(a, Node):
            return self.captured[a] if a in self.captured else self._capture(a)
        if type(a) is not float:
            a = operand(op or ADD, slot, a)
        return self.const(a)

    def _capture(self, value: Node) -> int:
        """Return the row of a Value from outside, recorded again from its live leaves."""
        for node in nodes_in_order(value):
            if node in self.captured:
                continue
            if node.op and node.op.name.startswith("ƒ"):
                raise TypeError(f"{caller_line()}: an opaque node has no rule, only numbers: it cannot be replayed")
            if node.op is None:
                i = self.row(SHARED, -1 - len(self.captured))
                self.outside[i] = node
            else:
                i = self.row_of(None, 0, self.apply(node.op, node.args))
            self.captured[node] = i
        return self.captured[value]

    def fresh(self, x: Any) -> Any:
        """Return x as an argument of its own, so that nested derivatives never share one."""
        self._fresh += 1
        return self.wrap(self.row(ALIAS, self.row_of(None, 0, x), self._fresh))

    def stop(self, x: Any) -> Any:
        """Return x as a number without a gradient."""
        return self.wrap(self.row(STOP, self.row_of(None, 0, x)))

    def truth(self, i: int) -> bool:
        """Return the truth of a row in the first sample, and guard it with the line of f."""
        if i not in self.guards:
            self.guards[i] = (self.first_value(i) != 0, caller_line())
        return self.guards[i][0]

    def first_value(self, i: int) -> float:
        """Return the value of a row for the first sample."""
        stack = [i]
        while stack:
            missing = [a for a in arguments(self.rows[stack[-1]]) if a not in self.numbers]
            if not missing:
                j = stack.pop()
                self.numbers[j] = self._evaluate(j)
            stack += missing
        return self.numbers[i]

    def _evaluate(self, i: int) -> float:
        """Return the value of a row, given those of its arguments."""
        row = self.rows[i]
        op, args = row[0], [self.numbers[a] for a in arguments(row)]
        if i in self.outside:
            return float(DATA.__get__(self.outside[i]))
        if op in LEAVES:
            return float(row[1] if op is CONST else self.first(*row))
        if op is SOP:
            return float(reduce(operator.add, map(operator.mul, args[::2], args[1::2])))
        return args[0] if op in SAME else op.on_float(*args)


DATA = Node.__dict__["_data"]  # the slot itself, which tracing does not guard


def arguments(row: Row) -> Sequence[int]:
    """Return the rows that a row refers to."""
    if row[0] in LEAVES:
        return ()
    return row[1:2] if row[0] is ALIAS else row[1:]
