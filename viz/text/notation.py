"""Format operations: symbols for pictures, expressions for tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autograd.graph import Row, Trace

from .labels import constant, full_name, short_name, subscript_digits
from .metrics import ellipsize_list, ellipsize_repr, printable

INFIX = {"+", "−", "×", "/", "^", "%", "<", "≤", "=", "-", "*"}  # the last two: nodes that users build themselves
FIRST_PLACE, MAX_PLACE = 0xE000, 0x18FF  # Unicode's private area


def node_symbol(trace: Trace, row: Row) -> str:
    """Format the text drawn in a node: its symbol, with its constants.

    A dot marks each wire, from top to bottom: ``+1``, ``2−x``, ``max(·, 2)``, ``·×3 + ·×4``.
    """
    if row.op is None:
        return subscript_digits(full_name(row))
    sign = _sign(trace, row)
    if all(isinstance(arg, int) for arg in row.args):
        return sign
    if row.op == "dot":
        return _weighted_sum(sign, row.args)
    if sign in INFIX and len(row.args) == 2:
        a, b = row.args
        if isinstance(b, int):
            return f"{_bracketed(a, sign == '^')}{sign}x"
        if isinstance(a, int):
            return f"{sign}{_bracketed(b)}"
    args = [_port(arg) for arg in row.args]
    if sign in INFIX:
        return f" {sign} ".join(_elide_middle([args[0], *map(_bracketed, row.args[1:])]))
    if "·" in sign:
        return sign.replace("·", ", ".join(_elide_middle(args)))
    return f"{sign}({', '.join(_elide_middle(args))})"


def _sign(trace: Trace, row: Row) -> str:
    return printable(trace.ops[str(row.op)]["symbol"])


def _port(arg: float) -> str:
    return "·" if isinstance(arg, int) else constant(arg, "−")


def _bracketed(arg: float, when: bool = True) -> str:
    text = _port(arg)
    return f"({text})" if when and text.startswith("−") else text


def _weighted_sum(sign: str, args: Sequence[int | float]) -> str:
    """Format w·x + … + bias if that has the order of the wires, else a call."""
    n = len(args) // 2
    w, x, bias = args[:n], args[n:-1], args[-1]
    if all(isinstance(arg, int) for arg in args[:-1]):
        return sign if bias == 0 else f"{sign} + {_bracketed(bias)}"
    wires = [slot for i in range(n) for slot in (i, n + i) if isinstance(args[slot], int)]
    if wires == sorted(wires):
        terms = [f"{_port(a)}×{_bracketed(b)}" for a, b in zip(w, x, strict=True)]
        terms += [_bracketed(bias)] * (isinstance(bias, int) or bias != 0)
        return " + ".join(terms) if len(terms) <= 5 else sign  # the local derivatives identify its products
    factors = (", ".join(_elide_middle([_port(arg) for arg in side])) for side in (w, x))
    return f"{sign}([{next(factors)}], [{next(factors)}], {_port(bias)})"


def _elide_middle(terms: Sequence[str]) -> list[str]:
    return list(terms) if len(terms) <= 5 else [*terms[:3], "…", terms[-1]]


def expression(trace: Trace, row: Row) -> str:
    """Format a node from its arguments by name: ``w0 × x0``, ``sigmoid(v3)``."""
    rows = trace.graph.rows
    return fill_template(
        template(trace, row), [short_name(rows[arg]) if isinstance(arg, int) else "" for arg in row.args]
    )


def template(trace: Trace, row: Row) -> str:
    """Format a node with a place to fill for each argument that is a node.

    A place is a character of Unicode's private area. No name contains one, for these characters are not printable.
    """
    if row.op is None:
        return ""
    rows = trace.graph.rows
    args = [
        constant(arg)
        if isinstance(arg, float)
        else chr(FIRST_PLACE + slot)
        if slot <= MAX_PLACE
        else short_name(rows[arg])
        for slot, arg in enumerate(row.args)
    ]
    after_sign = [
        f"({text})" if isinstance(arg, float) and text.startswith("-") else text
        for arg, text in zip(row.args, args, strict=True)
    ]
    sign = _sign(trace, row)
    if row.op == "dot":
        n = len(args) // 2
        products = [f"{w} × {x}" for w, x in zip(args[:n], after_sign[n:-1], strict=True)]
        return " + ".join(ellipsize_list([args[-1], *products]))
    if sign in INFIX and len(args) > 1:
        first = after_sign[0] if sign == "^" else args[0]
        return f" {sign} ".join(ellipsize_list([first, *after_sign[1:]]))
    if sign == "−" and args:
        return f"−{after_sign[0]}"
    return f"{ellipsize_repr(row.op)}({', '.join(ellipsize_list(args))})"


def fill_template(template: str, texts: Sequence[str]) -> str:
    """Return a template with a text in each place, in brackets if it needs them.

    A negative number needs brackets after a sign and before a power.

    >>> fill_template("\ue000 × \ue001", ["−2.00", "−1.00"])
    '−2.00 × (−1.00)'
    """

    def fill(place: re.Match[str]) -> str:
        text = texts[ord(place[0]) - FIRST_PLACE]
        after_sign = template[: place.start()].rstrip()[-1:] in INFIX
        return f"({text})" if text[:1] in ("-", "−") and (after_sign or template[place.end() :][:2] == " ^") else text

    return re.sub(f"[{chr(FIRST_PLACE)}-{chr(FIRST_PLACE + MAX_PLACE)}]", fill, template)
