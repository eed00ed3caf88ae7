"""How operations are written: the sign in a node of a picture, the expression in a row of a table."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autograd.graph.graph import Row
from autograd.graph.trace import Trace

from .labels import constant, full_name, name, pretty
from .metrics import brief, printable, some

INFIX = {"+", "−", "×", "/", "^", "%", "<", "≤", "=", "-", "*"}  # the last two: nodes made by hand
PLACE, LAST = 0xE000, 0x18FF  # Unicode's private area


def symbol(trace: Trace, row: Row) -> str:
    """Write what is drawn in a node: the operation's symbol, with the constants that it takes.

    A dot stands for each wire, from top to bottom: ``+1``, ``2−x``, ``max(·, 2)``, ``·×3 + ·×4``.
    """
    if row.op is None:
        return pretty(full_name(row))
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
        return f" {sign} ".join(_middle([args[0], *map(_bracketed, row.args[1:])]))
    if "·" in sign:
        return sign.replace("·", ", ".join(_middle(args)))
    return f"{sign}({', '.join(_middle(args))})"


def _sign(trace: Trace, row: Row) -> str:
    return printable(trace.ops[str(row.op)]["symbol"])


def _port(arg: float) -> str:
    return "·" if isinstance(arg, int) else constant(arg, "−")


def _bracketed(arg: float, when: bool = True) -> str:
    text = _port(arg)
    return f"({text})" if when and text.startswith("−") else text


def _weighted_sum(sign: str, args: Sequence[int | float]) -> str:
    """Write w·x + … + bias, if its dots then stand in the order of the wires, else the call."""
    n = len(args) // 2
    w, x, bias = args[:n], args[n:-1], args[-1]
    if all(isinstance(arg, int) for arg in args[:-1]):
        return sign if bias == 0 else f"{sign} + {_bracketed(bias)}"
    wires = [slot for i in range(n) for slot in (i, n + i) if isinstance(args[slot], int)]
    if wires == sorted(wires):
        terms = [f"{_port(a)}×{_bracketed(b)}" for a, b in zip(w, x, strict=True)]
        terms += [_bracketed(bias)] * (isinstance(bias, int) or bias != 0)
        return " + ".join(terms) if len(terms) <= 5 else sign  # its products are told by their local derivatives
    return f"{sign}([{', '.join(_middle([_port(a) for a in w]))}], [{', '.join(_middle([_port(a) for a in x]))}], " + (
        f"{_port(bias)})"
    )


def _middle(terms: Sequence[str]) -> list[str]:
    """Leave out the middle of many terms."""
    return list(terms) if len(terms) <= 5 else [*terms[:3], "…", terms[-1]]


def expression(trace: Trace, row: Row) -> str:
    """Write how a node is computed from its arguments by name: ``w0 × x0``, ``sigmoid(v3)``."""
    rows = trace.graph.rows
    return fill(template(trace, row), [name(rows[arg]) if isinstance(arg, int) else "" for arg in row.args])


def template(trace: Trace, row: Row) -> str:
    """Write how a node is computed, with a place to fill for each argument that is a node.

    A place is a letter of Unicode's private area, which no name has, for none is printable.
    """
    if row.op is None:
        return ""
    args = [
        constant(arg) if isinstance(arg, float) else chr(PLACE + slot) if slot <= LAST else name(trace.graph.rows[arg])
        for slot, arg in enumerate(row.args)
    ]
    later = [  # as operands that stand after a sign
        f"({text})" if isinstance(arg, float) and text.startswith("-") else text
        for arg, text in zip(row.args, args, strict=True)
    ]
    sign = _sign(trace, row)
    if row.op == "dot":
        n = len(args) // 2
        products = [f"{w} × {x}" for w, x in zip(args[:n], later[n:-1], strict=True)]
        return " + ".join(some([args[-1], *products]))
    if sign in INFIX and len(args) > 1:
        first = later[0] if sign == "^" else args[0]
        return f" {sign} ".join(some([first, *later[1:]]))
    return f"−{later[0]}" if sign == "−" and args else f"{brief(row.op)}({', '.join(some(args))})"


def fill(template: str, texts: Sequence[str]) -> str:
    """Put a text in each place; a negative number after a sign, or before a power, gets brackets.

    >>> fill("\ue000 × \ue001", ["−2.00", "−1.00"])
    '−2.00 × (−1.00)'
    """

    def put(place: re.Match[str]) -> str:
        text = texts[ord(place[0]) - PLACE]
        after_sign = template[: place.start()].rstrip()[-1:] in INFIX
        return f"({text})" if text[:1] in ("-", "−") and (after_sign or template[place.end() :][:2] == " ^") else text

    return re.sub(f"[{chr(PLACE)}-{chr(PLACE + LAST)}]", put, template)
