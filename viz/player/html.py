"""The step player: a piece of a page in which the two passes run forward and backward in time."""

from __future__ import annotations

import json
import math
import re
from dataclasses import asdict
from typing import Any

from autograd.engine.snapshot import WIDE
from autograd.graph.trace import Chain, Forward, Seed, Step, Trace

from ..drawing.graph_svg import HEADER, Drawing, alt
from ..drawing.html import piece, read
from ..text import ellipsize_repr as brief
from ..text import short_name as name
from ..text import subscript_digits as pretty
from ..text import template
from .captions import usual
from .keyframes import Moments

#: How many arguments each operation takes that a page can compute; JavaScript has neither erf nor erfc.
ARITIES: dict[str, int | None] = {
    **dict.fromkeys(("clamp", "where"), 3),
    **dict.fromkeys(("add", "sub", "mul", "div", "pow", "mod", "heaviside", "maximum", "minimum"), 2),
    **dict.fromkeys(("lt", "le", "eq", "hypot", "atan2"), 2),
    **dict.fromkeys(("neg", "abs", "sign", "floor", "ceil", "round", "sqrt", "cbrt"), 1),
    **dict.fromkeys(("exp", "exp2", "expm1", "log", "log2", "log10", "log1p"), 1),
    **dict.fromkeys(("sin", "cos", "tan", "asin", "acos", "atan"), 1),
    **dict.fromkeys(("sinh", "cosh", "tanh", "asinh", "acosh", "atanh"), 1),
    **dict.fromkeys(("norm", "log_excess"), None),  # any number, from 1 on
}
COMPUTED = ARITIES.keys()
DEEPEST = 500  # levels of an expression tree; a sum of 64 terms has as many
CHROME, LINE = 115.0, 23.0  # pixels: header, bar and footer without the lines of text; each of these


def html(drawing: Drawing, granularity: str, theme: str) -> str:
    """Write the player as a piece of HTML that needs nothing else."""
    facts = payload(drawing, granularity)
    height = drawing.height + CHROME + LINE * facts["lines"]
    script = arithmetic(facts["ops"])
    return piece("player", drawing.final(theme), alt(drawing.trace), facts, theme=theme, height=height, script=script)


def payload(drawing: Drawing, granularity: str) -> dict[str, Any]:
    """Collect what the page needs of a trace: plain data, in which expression trees stand for operations.

    Raises ValueError if a trace, which may come from a stranger, has other edges than its graph.
    """
    trace = drawing.trace
    rows = trace.graph.rows
    arguments = [(n, slot) for n, row in enumerate(rows) for slot, arg in enumerate(row.args) if isinstance(arg, int)]
    if [(edge.dst, edge.slot) for edge in trace.edges] != arguments:
        raise ValueError("trace: expected one edge for each argument that is a node, in their order")
    kinds = list(dict.fromkeys((str(row.op), len(row.args)) for row in rows if row.op))
    why = locked(trace)
    moments = Moments(trace, granularity, (drawing.shown, drawing.wired))
    found = {
        "granularity": granularity,
        "head": _number(HEADER),
        "names": [pretty(name(row)) for row in rows],
        "forms": [template(trace, row) for row in rows],
        "kinds": [kinds.index((row.op, len(row.args))) if row.op else -1 for row in rows],
        "args": [[arg if isinstance(arg, int) else [_number(arg)] for arg in row.args] for row in rows],
        "data": [_number(x) for x in trace.data],
        "locals": [None if e.local is None else _number(e.local) for e in trace.edges],
        "ops": [] if why else [_rule(trace, op, arity) for op, arity in kinds],
        "nodes": drawing.nodes,
        "drawn": drawing.numbers,
        "folds": drawing.folds,
        "members": {n: label for gate in drawing.gates for n, label in gate.members.items()},
        "groups": moments.groups,
        "lines": moments.most_lines(),
        "locked": why and f"Leaves are read-only: {why}.",
    }
    if usual(trace):
        return found
    return found | {"steps": [_step(trace, step) for step in trace.steps], "said": [m.lines for m in moments]}


def _step(trace: Trace, step: Step) -> dict[str, Any]:
    match step:
        case Forward():
            return {"forward": 1, "node": step.node}
        case Seed():
            return {"seed": 1, "node": step.node, "after": _number(step.grad)}
        case Chain():
            numbers = {key: _number(x) for key, x in asdict(step).items() if key not in ("edge", "local")}
            return {"edge": step.edge, "node": trace.edges[step.edge].src} | numbers


def _rule(trace: Trace, op: str, arity: int) -> list[Any]:
    facts = trace.ops[op]
    trees = facts["trees"][str(arity)]
    return [_plain(trees["forward"]), _plain(trees["partials"]), facts["selects"]]


def arithmetic(trees: Any) -> str:
    """Take from ``primitives.js`` what these expression trees apply, and what that is written with."""
    found = dict(re.findall(r"^  ((\w+): .*?,)(?=\n  \w|\n};)", read("primitives.js"), re.MULTILINE | re.DOTALL))
    entries = {name: entry for entry, name in found.items()}
    waiting, used = re.findall(r'"(\w+)"', json.dumps(trees)), set[str]()
    while waiting:
        name = waiting.pop()
        if name in entries and name not in used:
            used.add(name)
            waiting += re.findall(r"OPS\.(\w+)", entries[name])
    return f"const OPS = {{ {' '.join(entries[name] for name in sorted(used))} }};\n"


def locked(trace: Trace) -> str:
    """Say why the page cannot compute a trace anew, so that its leaves are read-only; nothing if it can."""
    if not usual(trace):
        return "the steps of this trace are not those of its graph"
    known: dict[tuple[str, int], str] = {}
    for row in trace.graph.rows:
        if row.op is not None:
            kind = (row.op, len(row.args))
            if kind not in known:
                trees = trace.ops[row.op]["trees"].get(str(kind[1]))
                known[kind] = (
                    _flaw([trees["forward"], *trees["partials"]], *kind)
                    if trees
                    else f"{brief(row.op)} has more arguments than a page computes"
                    if len(row.args) > WIDE
                    else f"{brief(row.op)} has no expression that a page can evaluate"
                )
            if known[kind]:
                return known[kind]
    return ""


def _flaw(trees: list[Any], op: str, arity: int) -> str:
    """Find what a page cannot evaluate in expression trees, without recursion: those of a stranger may be deep."""
    leaves = {"y", "NaN", "Infinity", "-Infinity", *(f"x{i}" for i in range(arity))}
    stack = [(tree, 0) for tree in trees if tree is not None]
    while stack:
        tree, depth = stack.pop()
        if isinstance(tree, list) and tree and isinstance(tree[0], str) and depth < DEEPEST:
            if tree[0] not in COMPUTED:
                return f"JavaScript has no {brief(tree[0])}, which {brief(op)} needs"
            if len(tree) == 1 or ARITIES[tree[0]] not in (None, len(tree) - 1):
                return f"the expression of {brief(op)} is none that a page can evaluate"
            stack += [(part, depth + 1) for part in tree[1:]]
        elif isinstance(tree, bool) or not (
            isinstance(tree, int | float) or (isinstance(tree, str) and tree in leaves)
        ):
            return f"the expression of {brief(op)} is none that a page can evaluate"
    return ""


def _number(x: float) -> Any:
    """Write a number for JSON; what is not finite as a text that JavaScript's Number reads."""
    if math.isfinite(x):
        return int(x) if x.is_integer() and 0 < abs(x) < 1e15 else x  # shorter, and the same to JavaScript
    return "NaN" if math.isnan(x) else "Infinity" if x > 0 else "-Infinity"


def _plain(tree: Any) -> Any:
    if isinstance(tree, list):
        return [_plain(part) for part in tree]
    return _number(tree) if isinstance(tree, float) else tree
