"""One sample at a time as straight-line Python, where there is nothing to group."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from ..table import NAMES, SPELLINGS, Op, Writer
from .kernels import forward_tree
from .nodes import Nodes
from .tape import BATCHED, CONST, MINUS_ONE, ONE, SHARED

NODES = 400  # of one function; the compiler's time and memory grow faster than their number
TERMS = 64  # of one sum
BARE = ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "atan", "expm1", "log1p", "pow")
SCOPE = NAMES | {name: getattr(math, name) for name in BARE}  # these raise where ours are total: the engine takes over
SCOPE |= {"max": lambda *xs: reduce(NAMES["maximum"], xs), "min": lambda *xs: reduce(NAMES["minimum"], xs)}

Straight = Callable[[Sequence[float]], list[float]]


def straight(nodes: Nodes) -> Straight:
    """Return a function from the numbers of the leaves to the wanted numbers.

    The shared leaves come first. Wanted are the outputs summed over the batch, those added once, the guards, and a sum
    that is nan or infinite if any comparison saw such a number. It raises what the functions of math raise.
    """
    rows = nodes.rows
    names = [float(row[1]) if row[0] is CONST else f"v{i}" for i, row in enumerate(rows)]
    inputs = [i for i, row in enumerate(rows) if row[0] in (SHARED, BATCHED)]
    inputs.sort(key=lambda i: (rows[i][0] is BATCHED, rows[i][1] < 0, abs(rows[i][1])))
    wanted = [*(i for i, _ in nodes.outputs), *(i for _, i in nodes.outputs), *nodes.guards]
    computed = list(nodes.computed())
    chunks = [computed[k : k + NODES] for k in range(0, len(computed), NODES)]
    home = {i: k for k, chunk in enumerate(chunks) for i in chunk}
    kept = set(wanted).union(*([a for a in rows[i][1:] if home.get(a, home[i]) < home[i]] for i in computed))
    watched = set(nodes.watched())
    parts = [_compile_part(nodes, chunk, names, kept, watched) for chunk in chunks]
    known = [float(row[1]) if row[0] is CONST else 0.0 for row in rows]

    def run(numbers: Sequence[float]) -> list[float]:
        m, watch = known.copy(), 0.0
        for i, x in zip(inputs, numbers, strict=True):
            m[i] = x
        for part in parts:
            watch = part(m, watch)
        return [*[m[i] for i in wanted], watch]

    return run


def _compile_part(nodes: Nodes, chunk: list[int], names: Sequence[Any], kept: set[int], watched: set[int]) -> Any:
    """Return a function that computes some nodes; parts share numbers through a list ``m``."""
    read = {a for i in chunk for a in nodes.rows[i][1:] if not nodes.is_const(a)} - set(chunk)
    lines = ["def part(m, watch):", *(f"{names[a]} = m[{a}]" for a in sorted(read))]
    for i in chunk:
        op, *args = nodes.rows[i]
        if isinstance(op, Op):
            writer = Writer(SPELLINGS, {f"x{k}": names[a] for k, a in enumerate(args)})
            writer.finish(forward_tree(op.name, len(args)), f"{names[i]} = ")
            lines += writer.lines
        else:
            lines += _sum([_term(a, b, names) for a, b in nodes.terms(i)], names[i])
            lines += [f"watch += {names[i]}"] * (i in watched)
    lines += [f"m[{i}] = {names[i]}" for i in chunk if i in kept]
    exec("\n ".join([*lines, "return watch"]), scope := dict(SCOPE))
    return scope["part"]


def _sum(terms: list[str], name: str) -> list[str]:
    """Format a sum from the left, in lines of a few terms, for a long one would nest too deep."""
    lines = [f"{name} = {name}{''.join(terms[k : k + TERMS])}" for k in range(0, len(terms), TERMS)]
    return [f"{name} = {''.join(terms[:TERMS]).removeprefix(' + ')}", *lines[1:]]


def _term(a: int, b: int, names: Sequence[Any]) -> str:
    if a in (ONE, MINUS_ONE):
        return f" {'+' if a == ONE else '-'} {names[b]}"
    return f" + {names[a]} * {names[b]}"
