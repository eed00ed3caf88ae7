"""Decide what a page can compute, and collect the JavaScript for it."""

from __future__ import annotations

import json
import re
from typing import Any

from autograd.graph import Trace
from autograd.snapshot import MAX_RULE_ARITY

from ..drawing import read_asset
from ..text import ellipsize_repr
from .captions import steps_match_graph

#: The number of arguments of each operation that a page can compute. JavaScript has neither erf nor gamma.
ARITIES: dict[str, int | None] = {
    **dict.fromkeys(("clamp", "where"), 3),
    **dict.fromkeys(("add", "sub", "mul", "div", "pow", "mod", "heaviside", "maximum", "minimum"), 2),
    **dict.fromkeys(("lt", "le", "eq", "hypot", "atan2", "floordiv", "copysign"), 2),
    **dict.fromkeys(("neg", "abs", "sign", "floor", "ceil", "round", "sqrt", "cbrt"), 1),
    **dict.fromkeys(("exp", "exp2", "expm1", "log", "log2", "log10", "log1p"), 1),
    **dict.fromkeys(("sin", "cos", "tan", "asin", "acos", "atan"), 1),
    **dict.fromkeys(("sinh", "cosh", "tanh", "asinh", "acosh", "atanh"), 1),
    **dict.fromkeys(("norm", "log_excess"), None),  # one or more
}
MAX_DEPTH = 500  # levels of an expression tree; softmax of 64 arguments has 129


def primitives_source(trees: Any) -> str:
    """Return the part of ``primitives.js`` that expression trees use."""
    matches = re.findall(r"^  ((\w+): .*?,)(?=\n  \w|\n};)", read_asset("primitives.js"), re.MULTILINE | re.DOTALL)
    entries = {name: entry for entry, name in matches}
    stack, used = re.findall(r'"(\w+)"', json.dumps(trees)), set[str]()
    while stack:
        name = stack.pop()
        if name in entries and name not in used:
            used.add(name)
            stack += re.findall(r"OPS\.(\w+)", entries[name])
    return f"const OPS = {{ {' '.join(entries[name] for name in sorted(used))} }};\n"


def read_only_reason(trace: Trace) -> str:
    """Return why a page cannot compute a trace anew, or an empty text if it can."""
    if not steps_match_graph(trace):
        return "the steps of this trace are not those of its graph"
    for op, arity in dict.fromkeys((row.op, len(row.args)) for row in trace.graph.rows if row.op is not None):
        trees = trace.ops[op]["trees"].get(str(arity))
        if not trees:
            wide, none = "has more arguments than a page computes", "has no expression that a page can evaluate"
            return f"{ellipsize_repr(op)} {wide if arity > MAX_RULE_ARITY else none}"
        if reason := _find_flaw([trees["forward"], *trees["partials"]], op, arity):
            return reason
    return ""


def _find_flaw(trees: list[Any], op: str, arity: int) -> str:
    """Return why expression trees cannot be evaluated, even deep foreign ones."""
    leaves = {"y", "NaN", "Infinity", "-Infinity", *(f"x{i}" for i in range(arity))}
    stack = [(tree, 0) for tree in trees if tree is not None]
    while stack:
        tree, depth = stack.pop()
        if isinstance(tree, list) and tree and isinstance(tree[0], str) and depth < MAX_DEPTH:
            if tree[0] not in ARITIES:
                return f"JavaScript has no {ellipsize_repr(tree[0])}, which {ellipsize_repr(op)} needs"
            if len(tree) == 1 or ARITIES[tree[0]] not in (None, len(tree) - 1):
                return f"the expression of {ellipsize_repr(op)} is none that a page can evaluate"
            stack += [(part, depth + 1) for part in tree[1:]]
        elif isinstance(tree, bool) or not (
            isinstance(tree, int | float) or (isinstance(tree, str) and tree in leaves)
        ):
            return f"the expression of {ellipsize_repr(op)} is none that a page can evaluate"
    return ""
