"""How numbers and names are written, in pictures and in tables alike."""

from __future__ import annotations

import math
import re

from autograd.graph import Row

from .letters import cells, printable, shorten

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def digits(x: float, minus: str = "-") -> str:
    """Write a number to three significant digits; 0 is exactly 0.

    >>> [digits(x) for x in (2, -0.19661, 0, 1234.5, 1.5e-7, float("inf"))]
    ['2.00', '-0.197', '0', '1234', '1.50e-7', '∞']
    """
    if x == 0:
        return "0"
    if not math.isfinite(x):
        text = _endless(x)
    elif 999.5 <= abs(x) < 1e6:
        text = f"{x:.0f}"
    else:
        text = re.sub(r"e([+-])0*", r"e\1", f"{x:#.3g}".rstrip(".")).replace(".e", "e").replace("e+", "e")
    return text.replace("-", minus)


def constant(x: float, minus: str = "-") -> str:
    """Write a constant as short as it can be: 1, -2.5, 1e-7, ∞."""
    text = re.sub(r"e\+?(-?)0*", r"e\1", f"{x:.6g}") if math.isfinite(x) else _endless(x)
    return text.replace("-", minus)


def _endless(x: float) -> str:
    return "nan" if math.isnan(x) else "∞" if x > 0 else "-∞"


def local(x: float | None, minus: str = "-") -> str:
    """Write a local derivative; where nothing flows there is none."""
    return "—" if x is None else digits(x, minus)


def full_name(row: Row) -> str:
    """Take a node's label, made fit for showing."""
    return printable(row.label)


def name(row: Row) -> str:
    """Take a node's label, made fit for showing on a line among others."""
    return shorten(full_name(row), 40, cells)


def pretty(name: str) -> str:
    """Write w0 as w₀, for pictures."""
    return re.sub(r"^([^\W\d_]+)(\d+)$", lambda m: m[1] + m[2].translate(_SUBSCRIPTS), name)
