"""Collect what the page of a player needs to know of a trace, as plain data."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from autograd.graph import Chain, Forward, Seed, Step, Trace

from ..drawing import HEADER, Drawing
from ..text import PRECISION, column_width, printable, short_name, shorten, subscript_digits, template
from .captions import steps_match_graph
from .evaluable import read_only_reason
from .keyframes import Keyframes


def build_payload(drawing: Drawing, granularity: str, locked: str = "") -> dict[str, Any]:
    """Return the data of a player's page, with operations as expression trees.

    Raises:
        ValueError: If a trace, which may come from a stranger, has other edges than its graph.
    """
    trace = drawing.trace
    rows = trace.graph.rows
    arguments = [(n, slot) for n, row in enumerate(rows) for slot, arg in enumerate(row.args) if isinstance(arg, int)]
    if [(edge.dst, edge.slot) for edge in trace.edges] != arguments:
        raise ValueError("trace: expected one edge for each argument that is a node, in their order")
    kinds = list(dict.fromkeys((str(row.op), len(row.args)) for row in rows if row.op))
    reason = locked or read_only_reason(trace)
    keyframes = Keyframes(trace, granularity, (drawing.shown_nodes, drawing.shown_edges))
    payload = {
        "granularity": granularity,
        "head": _json_number(HEADER),
        "names": [subscript_digits(short_name(row)) for row in rows],
        "forms": [template(trace, row) for row in rows],
        "kinds": [kinds.index((row.op, len(row.args))) if row.op else -1 for row in rows],
        "args": [[arg if isinstance(arg, int) else [_json_number(arg)] for arg in row.args] for row in rows],
        "data": [_json_number(x) for x in trace.data],
        "locals": [None if e.local is None else _json_number(e.local) for e in trace.edges],
        "ops": [] if reason else [_rule(trace, op, arity) for op, arity in kinds],
        "nodes": drawing.nodes,
        "wires": drawing.selection.wires,
        "folds": drawing.selection.folds,
        "members": {n: name for glyph in drawing.glyphs for n, name in glyph.members.items()},
        "groups": keyframes.groups,
        "lines": keyframes.max_caption_lines(),
        "locked": reason and f"Leaves are read-only: {reason}.",
    }
    if PRECISION.get() != 3:
        payload["digits"] = PRECISION.get()
    decided = {n: shorten(printable(row.decided), 60, column_width) for n, row in enumerate(rows) if row.decided}
    if decided or trace.watched:
        payload |= {"decided": decided, "watched": [(sign, _json_number(x)) for sign, x in trace.watched]}
    if steps_match_graph(trace):
        return payload
    captions = [keyframe.caption for keyframe in keyframes]
    return payload | {"steps": [_step(trace, step) for step in trace.steps], "captions": captions}


def _step(trace: Trace, step: Step) -> dict[str, Any]:
    match step:
        case Forward():
            return {"forward": 1, "node": step.node}
        case Seed():
            return {"seed": 1, "node": step.node, "after": _json_number(step.grad)}
        case Chain():
            numbers = {key: _json_number(x) for key, x in asdict(step).items() if key not in ("edge", "local")}
            return {"edge": step.edge, "node": trace.edges[step.edge].src} | numbers


def _rule(trace: Trace, op: str, arity: int) -> list[Any]:
    metadata = trace.ops[op]
    trees = metadata["trees"][str(arity)]
    return [_json_tree(trees["forward"]), _json_tree(trees["partials"]), metadata["selects"]]


def _json_tree(tree: Any) -> Any:
    if isinstance(tree, list):
        return [_json_tree(part) for part in tree]
    return _json_number(tree) if isinstance(tree, float) else tree


def _json_number(x: float) -> Any:
    """Return a number for JSON, as a text for JavaScript if it is not finite."""
    if math.isfinite(x):
        return int(x) if x.is_integer() and 0 < abs(x) < 1e15 else x  # shorter, and equal in JavaScript
    return "NaN" if math.isnan(x) else "Infinity" if x > 0 else "-Infinity"
