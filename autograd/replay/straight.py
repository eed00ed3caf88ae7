"""The fallback where there is nothing to group: one sample at a time, as straight-line Python on floats."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..floats import FLOAT
from ..op import Op
from .kernels import placed
from .lower import SWALLOW
from .nodes import Nodes
from .tape import BATCH, CONST, MINUS_ONE, ONE, SHARED

LINES = 400  # of one function; the compiler's time grows faster than their number
INLINE = {
    "add": "({} + {})", "sub": "({} - {})", "mul": "({} * {})", "div": "({} / {})", "neg": "(-{})",
    "lt": "(1.0 if {} < {} else 0.0)", "le": "(1.0 if {} <= {} else 0.0)", "eq": "(1.0 if {} == {} else 0.0)",
    "where": "({1} if {0} else {2})",
}  # fmt: skip  # a table
BARE = ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "atan", "expm1", "log1p", "pow")
NAMES = {name: getattr(math, name) for name in BARE}  # which raise where ours are total: then the engine computes
NAMES |= {"inf": math.inf, "nan": math.nan} | {f"f_{name}": function for name, function in FLOAT.items()}

Straight = Callable[[Sequence[float]], list[float]]


def straight(nodes: Nodes) -> Straight:
    """Return a function from the numbers of all leaves, the shared before the batched, to the wanted numbers.

    These are, in order, the outputs summed over the batch, those added once, the guards, and a sum that is
    nan or infinite if any comparison saw such a number. Raises ArithmeticError or ValueError where the
    functions of math do.
    """
    return _Writer(nodes).finish()


class _Writer:
    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes
        self.lines: list[str] = []
        self.parts: list[Any] = []
        self.home: dict[str, int] = {}  # in which part a name is made
        self.needed: list[set[str]] = [set()]  # what each part takes from others
        rows = nodes.rows
        self.inputs = [i for i, row in enumerate(rows) if row[0] in (SHARED, BATCH)]
        self.inputs.sort(key=lambda i: (rows[i][0] is BATCH, rows[i][1] < 0, abs(rows[i][1])))
        self.names = [f"({float(row[1])!r})" if row[0] is CONST else f"v{i}" for i, row in enumerate(rows)]

    def use(self, i: int) -> str:
        """Return the name of a node, and note where it is needed."""
        name = self.names[i]
        if name[0] == "v" and self.home.get(name, -1) != len(self.parts):
            self.needed[-1].add(name)
        return name

    def write(self, name: str, text: str) -> None:
        """Add a line, and begin a new function where one is full."""
        self.lines.append(f" {name} = {text}")
        self.home[name] = len(self.parts)

    def finish(self) -> Straight:
        nodes = self.nodes
        for i in nodes.computed():
            op, *args = nodes.rows[i]
            if not isinstance(op, Op):
                self.write(self.names[i], self._sum(nodes.terms(i)))
            else:
                used = [self.use(a) for a in args]
                for slot in SWALLOW.get(op.name, ()):
                    self.lines.append(f" watch += {used[slot]}")
                self.write(self.names[i], self._expression(placed(op.name, len(args)), used))
            if len(self.lines) >= LINES:
                self._close()
        wanted = [i for pair in nodes.outputs for i in pair][::2] + [i for pair in nodes.outputs for i in pair][1::2]
        wanted += nodes.guards
        self._close()
        for i in wanted:
            self.use(i)
        return self._join(wanted)

    def _sum(self, terms: Iterable[tuple[int, int]]) -> str:
        text = ""
        for a, b in terms:
            if a == ONE:
                text += f" + {self.use(b)}"
            elif a == MINUS_ONE:
                text += f" - {self.use(b)}"
            else:
                text += f" + {self.use(a)} * {self.use(b)}"
        return text.removeprefix(" + ")

    def _expression(self, tree: Any, used: Sequence[str]) -> str:
        if not isinstance(tree, list):
            return used[tree.place] if hasattr(tree, "place") else f"({float(tree)!r})"
        name, *parts = tree
        texts = [self._expression(part, used) for part in parts]
        if name in INLINE:
            return INLINE[name].format(*texts)
        return f"{name if name in NAMES else f'f_{name}'}({', '.join(texts)})"

    def _close(self) -> None:
        self.parts.append(self.lines)
        self.lines = []
        self.needed.append(set())

    def _join(self, wanted: Sequence[int]) -> Straight:
        """Compile the parts; what one takes from another goes through a list."""
        crossing = sorted({name for needed in self.needed for name in needed})
        place = {name: k for k, name in enumerate([*(f"v{i}" for i in self.inputs)])}
        for name in crossing:
            place.setdefault(name, len(place))
        made: list[list[str]] = [[] for _ in self.parts]
        for name in crossing:
            if name in self.home:
                made[self.home[name]].append(name)
        functions = []
        for k, lines in enumerate(self.parts):
            source = ["def part(m, watch):", *(f" {name} = m[{place[name]}]" for name in sorted(self.needed[k]))]
            source += [*lines, *(f" m[{place[name]}] = {name}" for name in made[k]), " return watch"]
            scope = dict(NAMES)
            exec("\n".join(source), scope)
            functions.append(scope["part"])
        room, rows = len(place) - len(self.inputs), self.nodes.rows
        where = [place.get(self.names[i], -1) for i in wanted]
        fixed = [float(rows[i][1]) if rows[i][0] is CONST else 0.0 for i in wanted]

        def run(inputs: Sequence[float]) -> list[float]:
            m = [*inputs, *[0.0] * room]
            watch = 0.0
            for part in functions:
                watch = part(m, watch)
            found = [m[k] if k >= 0 else f for k, f in zip(where, fixed, strict=True)]
            return [*found, watch]

        return run
