"""The step player: a piece of a page in which the two passes run forward and backward in time."""

from __future__ import annotations

import math
from typing import Any

from autograd.graph import Row
from autograd.steps import Trace

from .moments import bounds
from .page import document, piece
from .signs import template
from .svg import HEADER, Drawing, alt
from .words import name, pretty

#: What ``player.js`` can compute; erf and erfc are not among the functions of JavaScript.
COMPUTED = {
    *("add", "sub", "mul", "div", "neg", "pow", "abs", "sign", "heaviside", "maximum", "minimum", "clamp", "where"),
    *("mod", "floor", "ceil", "round", "lt", "le", "eq", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p"),
    *("sqrt", "cbrt", "hypot", "norm", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh"),
    *("asinh", "acosh", "atanh", "log_excess"),
}
CHROME = 178.0  # pixels of header, bar and footer


def html(drawing: Drawing, granularity: str, theme: str) -> str:
    """Write the player as a piece of HTML that needs nothing else."""
    facts = payload(drawing, granularity)
    height = drawing.height + CHROME
    return piece("player", drawing.final(theme), alt(drawing.trace), facts, theme=theme, height=height)


def page(drawing: Drawing, granularity: str, theme: str) -> str:
    """Write the player as a page of its own."""
    title = f"Backpropagation through {name(drawing.trace.graph.rows[-1])}"
    return document(html(drawing, granularity, theme), title)


def payload(drawing: Drawing, granularity: str) -> dict[str, Any]:
    """Collect what the page needs of a trace: plain data, in which expression trees stand for operations."""
    trace = drawing.trace
    kinds = list(dict.fromkeys((str(row.op), len(row.args)) for row in trace.graph.rows if row.op))
    return {
        "granularity": granularity,
        "head": HEADER,
        "hidden": drawing.hidden,
        "names": [pretty(name(row)) for row in trace.graph.rows],
        "forms": [template(trace, row) for row in trace.graph.rows],
        "kinds": [kinds.index((row.op, len(row.args))) if row.op else -1 for row in trace.graph.rows],
        "args": [[arg if isinstance(arg, int) else [_number(arg)] for arg in row.args] for row in trace.graph.rows],
        "data": [_number(x) for x in trace.data],
        "locals": [None if e.local is None else _number(e.local) for e in trace.edges],
        "ops": [_rule(trace, op, arity) for op, arity in kinds],
        "nodes": drawing.nodes,
        "drawn": drawing.numbers,
        "groups": bounds(trace, granularity, drawing.nodes),
        "locked": locked(trace),
    }


def _rule(trace: Trace, op: str, arity: int) -> list[Any] | None:
    facts = trace.ops[op]
    trees = facts["trees"].get(str(arity))
    return trees and [_plain(trees["forward"]), _plain(trees["partials"]), facts["selects"]]


def locked(trace: Trace) -> str:
    """Say why the page cannot recompute a trace, so that its leaves are read-only; nothing if it can."""
    for row in trace.graph.rows:
        if row.op is not None and (reason := _lacks(trace, row)):
            return f"Leaves are read-only: {reason}."
    return ""


def _lacks(trace: Trace, row: Row) -> str:
    trees = trace.ops[str(row.op)]["trees"].get(str(len(row.args)))
    if trees is None:
        return f"{name(row)} was computed by {row.op}, which has no expression that a page can evaluate"
    missing = sorted(_primitives([trees["forward"], *trees["partials"]]) - COMPUTED)
    return f"JavaScript has no {missing[0]}, which {row.op} needs" if missing else ""


def _primitives(trees: list[Any]) -> set[str]:
    """Collect the names of primitives in trees, without recursion: a foreign trace may be deep."""
    found, stack = set(), list(trees)
    while stack:
        tree = stack.pop()
        if isinstance(tree, list):
            found.add(str(tree[0]) if tree else "")
            stack += tree[1:]
    return found


def _number(x: float) -> Any:
    """Write a number for JSON; what is not finite as a text that JavaScript's Number reads."""
    if math.isfinite(x):
        return x
    return "NaN" if math.isnan(x) else "Infinity" if x > 0 else "-Infinity"


def _plain(tree: Any) -> Any:
    if isinstance(tree, list):
        return [_plain(part) for part in tree]
    return _number(tree) if isinstance(tree, float) else tree
