"""How numbers, names and operations are written, in pictures and in tables alike."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from autograd.graph import Row
from autograd.steps import Trace

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def digits(x: float, minus: str = "-") -> str:
    """Write a number to three significant digits; 0 is exactly 0.

    >>> [digits(x) for x in (2, -0.19661, 0, 1234.5, 1.5e-7, float("inf"))]
    ['2.00', '-0.197', '0', '1234', '1.50e-7', '∞']
    """
    if x == 0:
        return "0"
    if not math.isfinite(x):
        text = "nan" if math.isnan(x) else "∞" if x > 0 else "-∞"
    elif 1000 <= abs(x) < 1e6:
        text = f"{x:.0f}"
    else:
        text = re.sub(r"e([+-])0*", r"e\1", f"{x:#.3g}".rstrip(".")).replace(".e", "e").replace("e+", "e")
    return text.replace("-", minus)


def constant(x: float) -> str:
    """Write a constant as short as it can be: 1, -2.5, 1e-7."""
    return re.sub(r"e\+?(-?)0*", r"e\1", f"{x:.6g}")


def printable(text: str) -> str:
    """Replace by � whatever cannot be printed, would break a line or would turn its direction."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def name(row: Row) -> str:
    """Take a node's label, made fit for showing."""
    return printable(row.label)


def pretty(name: str) -> str:
    """Write w0 as w₀, for pictures."""
    return re.sub(r"^([^\W\d_]+)(\d+)$", lambda m: m[1] + m[2].translate(_SUBSCRIPTS), name)


def symbol(trace: Trace, row: Row) -> str:
    """Write what is drawn in a node: the operation's symbol, with the constant it takes: ``+1``, ``1/x``."""
    if row.op is None:
        return pretty(name(row))
    sign = trace.ops[row.op]["symbol"]
    if not _infix(sign, row.args) or len(row.args) > 2 or all(isinstance(a, int) for a in row.args):
        return str(sign)
    a, b = row.args
    text = f"{constant(a)}{sign}x" if isinstance(a, float) else f"{sign}{constant(b)}"
    return text.replace("-", "−")


def expression(trace: Trace, row: Row) -> str:
    """Write how a node is computed from its arguments by name: ``w0 × x0``, ``sigmoid(v3)``."""
    args = [name(trace.graph.rows[a]) if isinstance(a, int) else constant(a) for a in row.args]
    if row.op is None:
        return ""
    sign = trace.ops[row.op]["symbol"]
    if row.op == "dot":
        n = len(args) // 2
        return " + ".join([args[-1], *(f"{w} × {x}" for w, x in zip(args[:n], args[n:-1], strict=True))])
    if _infix(sign, args):
        return f" {sign} ".join(args)
    return f"−{args[0]}" if sign == "−" else f"{row.op}({', '.join(args)})"


def _infix(sign: str, args: Sequence[Any]) -> bool:
    return len(args) > 1 and not any(c.isalnum() for c in sign)
