"""The fallback where there is nothing to group: one sample at a time, as straight-line Python on floats."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from typing import Any

from ..table.floats import FLOAT
from ..table.op import Op
from .kernels import placed
from .lower import SWALLOW
from .nodes import Nodes
from .tape import BATCHED, CONST, MINUS_ONE, ONE, SHARED

LINES = 400  # of one function; the compiler's time and room grow faster than their number
TERMS = 64  # of one sum
NAME = re.compile(r"\bv\d+")
INLINE = {
    "add": "({} + {})", "sub": "({} - {})", "mul": "({} * {})", "div": "({} / {})", "neg": "(-{})",
    "lt": "(1.0 if {} < {} else 0.0)", "le": "(1.0 if {} <= {} else 0.0)", "eq": "(1.0 if {} == {} else 0.0)",
    "where": "({1} if {0} else {2})",
}  # fmt: skip  # a table
BARE = ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "atan", "expm1", "log1p", "pow")
NAMES = {name: getattr(math, name) for name in BARE}  # which raise where ours are total: then the engine computes
NAMES |= {"f_max": lambda *xs: reduce(FLOAT["maximum"], xs), "f_min": lambda *xs: reduce(FLOAT["minimum"], xs)}
NAMES |= {"inf": math.inf, "nan": math.nan} | {f"f_{name}": function for name, function in FLOAT.items()}

Straight = Callable[[Sequence[float]], list[float]]


def straight(nodes: Nodes) -> Straight:
    """Return a function from the numbers of all leaves, the shared before the batched, to the wanted numbers.

    These are, in order, the outputs summed over the batch, those added once, the guards, and a sum that is
    nan or infinite if any comparison saw such a number. Raises ArithmeticError or ValueError where the
    functions of math do.
    """
    rows = nodes.rows
    names = [f"({float(row[1])!r})" if row[0] is CONST else f"v{i}" for i, row in enumerate(rows)]
    inputs = [i for i, row in enumerate(rows) if row[0] in (SHARED, BATCHED)]
    inputs.sort(key=lambda i: (rows[i][0] is BATCHED, rows[i][1] < 0, abs(rows[i][1])))
    wanted = [*(i for i, _ in nodes.outputs), *(i for _, i in nodes.outputs), *nodes.guards]
    parts = _compiled(list(_lines(nodes, names)), {names[i] for i in wanted})
    known = [float(row[1]) if row[0] is CONST else 0.0 for row in rows]

    def run(numbers: Sequence[float]) -> list[float]:
        m, watch = known.copy(), 0.0
        for i, x in zip(inputs, numbers, strict=True):
            m[i] = x
        for part in parts:
            watch = part(m, watch)
        return [*[m[i] for i in wanted], watch]

    return run


def _lines(nodes: Nodes, names: Sequence[str]) -> Iterator[str]:
    """Write each node as a line of Python."""
    for i in nodes.computed():
        op, *args = nodes.rows[i]
        if isinstance(op, Op):
            used = [names[a] for a in args]
            yield from [f"watch += {used[slot]}" for slot in SWALLOW.get(op.name, ())]
            yield f"{names[i]} = {_expression(placed(op.name, len(args)), used)}"
        else:
            yield f"{names[i]} = {_sum([_term(a, b, names) for a, b in nodes.terms(i)])}"


def _sum(terms: list[str]) -> str:
    """Add up in brackets of a few: the compiler goes as deep as a sum without them is long."""
    while len(terms) > TERMS:
        terms = [f" + ({_sum(terms[k : k + TERMS])})" for k in range(0, len(terms), TERMS)]
    return "".join(terms).removeprefix(" + ")


def _term(a: int, b: int, names: Sequence[str]) -> str:
    if a in (ONE, MINUS_ONE):
        return f" {'+' if a == ONE else '-'} {names[b]}"
    return f" + {names[a]} * {names[b]}"


def _expression(tree: Any, used: Sequence[str]) -> str:
    if not isinstance(tree, list):
        return used[tree.place] if hasattr(tree, "place") else f"({float(tree)!r})"
    name, *parts = tree
    texts = [_expression(part, used) for part in parts]
    if name in INLINE:
        return INLINE[name].format(*texts)
    return f"{name if name in NAMES else f'f_{name}'}({', '.join(texts)})"


def _compiled(lines: list[str], wanted: set[str]) -> list[Any]:
    """Compile lines as functions; what one takes from another goes through a list ``m``."""
    bodies = [lines[k : k + LINES] for k in range(0, len(lines), LINES)]
    made = [{line.split(" ", 1)[0] for line in body} for body in bodies]
    taken = [set(NAME.findall("\n".join(body))) - own for body, own in zip(bodies, made, strict=True)]
    kept = wanted.union(*taken)
    found = []
    for body, own, others in zip(bodies, made, taken, strict=True):
        load = [f"{name} = m[{name[1:]}]" for name in sorted(others)]
        store = [f"m[{name[1:]}] = {name}" for name in sorted(own & kept)]
        scope = dict(NAMES)
        exec("\n ".join(["def part(m, watch):", *load, *body, *store, "return watch"]), scope)
        found.append(scope["part"])
    return found
