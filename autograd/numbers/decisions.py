"""Decisions of Python on numbers, which no graph shows.

A comparison answers with Python's truth, so the branch that follows it is not in the graph. What was compared remembers
it, and so do the leaves that it was computed from, for pages in which readers change leaves. The walk to the leaves
visits each node once in its life: it stops where an earlier walk was, and the node there remembers it too.

comparison := left sign right     a side is a number, None, or (key, label, symbol, side of each argument …)
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import count
from typing import Any

from .conversion import unwrap

CYCLE = 2**13  # made once, serial numbers cost no memory, and so few stay in the cache; 2**12 to 2**16 were no faster
SIGNS = {
    operator.lt: "<", operator.le: "≤", operator.gt: ">", operator.ge: "≥", operator.eq: "=", operator.ne: "≠",
}  # fmt: skip  # a table
REPEATABLE = {*SIGNS.values()}  # by a page
MAX_WATCHED, MAX_DEPTH, MAX_ARGS = 8, 3, 4
Comparison = tuple[Any, str, Any]
next_stamp: Callable[[], int] = count(CYCLE, CYCLE).__next__  # each walk adds its own to the serial number of nodes


class Decision:
    """The comparisons that a leaf fed: two at most of its present data, and two of earlier data.

    Each has the key of the node that was compared.
    """

    def __init__(self, data: float, past: Sequence[tuple[Any, Comparison]]) -> None:
        self.data: float = data
        self.past: Sequence[tuple[Any, Comparison]] = past
        self.present: list[tuple[Any, Comparison]] = []

    def is_of(self, data: float) -> bool:
        """Return whether these are the data that were compared."""
        return self.data is data or self.data == data


def decide(left: Any, sign: str, right: Any = None) -> None:
    """Note that Python compared a node with another, or with a number."""
    if type(right) is not float:
        right = float(right) if type(right) is int and right.bit_length() < 1024 else _to_float(right)
    if type(right) is not float or sign not in REPEATABLE:
        for node in (left, right):
            if hasattr(node, "_data"):
                _mark(node, left, sign, right)
                if node.op is not None:
                    node.__dict__.setdefault("fed", (_form(left), sign, _form(right)))
    elif left.op is None:
        found = left.__dict__.get("decided")
        if found is None or found.data is not left._data or len(found.present) < 2:
            _mark(left, left, sign, right)
    else:
        known = left.__dict__.get("watched", ())
        if (sign, right) not in known and len(known) <= MAX_WATCHED:
            left.watched = (*known, (sign, right))
        if left._serial <= CYCLE:
            _mark(left, left, sign, right)


def _to_float(x: Any) -> Any:
    """Return a plain number as a float, a node as it is, and None for what no page can compare."""
    x = unwrap(x)
    if x is None or hasattr(type(x), "__apply__"):
        return x
    with suppress(OverflowError, TypeError, ValueError):  # beyond the range of floats, complex
        return float(x)
    return None


def _mark(root: Any, left: Any, sign: str, right: Any) -> None:
    """Note a comparison of root at its leaves."""
    comparison: Comparison | None = None
    key, stamp, stack = _key(root), next_stamp(), [root]
    while stack:
        node = stack.pop()
        if node.op is None:
            found = node.__dict__.get("decided")
            if found is None or not found.is_of(node._data):
                found = node.decided = Decision(node._data, (found.present + found.past)[:2] if found else [])
            known = found.present
            if not known or node is root or (len(known) < 2 and known[0][0] != key):  # one may be of the drawn result
                comparison = comparison or (_form(left), sign, _form(right))
                found.present = ([(key, comparison)] * 2 if node is root else [*known, (key, comparison)])[:2]
        elif (serial := node._serial) <= CYCLE:
            node._serial = serial + stamp
            a, b = node.arg0, node.arg1
            if type(a) is tuple:
                stack += [x for x in a if type(x) is not float]
            else:
                if type(a) is not float:
                    stack.append(a)
                if b is not None and type(b) is not float:
                    stack.append(b)
        elif serial < stamp and node is not root and "fed" not in node.__dict__:
            comparison = node.fed = comparison or (_form(left), sign, _form(right))


def keep_decisions(nodes: Iterable[Any]) -> None:
    """Apply all decisions to the present data of leaves, whose graph is computed again as it is."""
    for node in nodes:
        if found := getattr(node, "decided", None):
            found.data, found.present = node._data, (found.present + found.past)[:2]


def list_decisions(nodes: Sequence[Any], names: Sequence[str], with_past: bool) -> dict[int, str]:
    """Return which leaves of a graph fed a decision, each with the comparison in words.

    Comparisons of the last node with numbers, such as ``loss < best``, are left out if they are few: they choose no
    part of the graph, and a page can repeat them.
    """
    keys, root = list(map(_key, nodes)), nodes[-1]
    known = dict(zip(keys, names, strict=True))
    fed: dict[int, Comparison | None] = {}
    for node in reversed(nodes):
        mine = getattr(node, "fed", None) or fed.get(id(node))
        watched = getattr(node, "watched", ())
        if watched and not mine and (node is not root or len(watched) > MAX_WATCHED):
            mine = (_form(node), *watched[0])
        if node.op is not None and mine:
            fed.update({id(a): mine for a in node.args if id(a) not in fed})
    texts = {}
    for n, node in enumerate(nodes):
        if node.op is None:
            found = getattr(node, "decided", None)
            entries = found.present * (with_past or found.is_of(node._data)) + found.past * with_past if found else []
            comparisons = [c for key, c in entries if key != keys[-1] or node is root]
            if comparisons or id(node) in fed:
                texts[n] = _write((comparisons or [fed[id(node)]])[0], known)
    return texts


def _key(node: Any) -> tuple[int, Any]:
    """Return what tells a node from all that are alive, and from one that was freed before it."""
    return id(node), node._serial if node.op is None else node._serial % CYCLE


def _form(x: Any, depth: int = MAX_DEPTH) -> Any:
    if not hasattr(x, "_serial"):
        return x if type(x) is float or x is None else (None, "", "")  # a number that jvp differentiates
    args = x.args if depth and len(x.args) <= MAX_ARGS else ()
    return _key(x), x.label, x.op and x.op.symbol, *[_form(a, depth - 1) for a in args]


def _write(comparison: Any, names: Mapping[Any, str]) -> str:
    left, sign, right = comparison
    a, b = (_write_side(side, names) for side in (left, right))
    return f"{a} {sign} {b}" if right is not None or sign in REPEATABLE else f"{sign}({a})"


def _write_side(form: Any, names: Mapping[Any, str], within: bool = False) -> str:
    if not isinstance(form, tuple):
        return "…" if form is None else f"{form:.6g}".replace("-", "−")
    key, label, symbol, *args = form
    if name := names.get(key, label):
        return name
    if len(args) == 2 and symbol in ("+", "−", "×", "/", "^"):
        text = f" {symbol} ".join(_write_side(a, names, True) for a in args)
        return f"({text})" if within else text
    inside = ", ".join(_write_side(a, names) for a in args)
    return "…" if not inside else symbol.replace("·", inside) if "·" in symbol else f"{symbol}({inside})"
