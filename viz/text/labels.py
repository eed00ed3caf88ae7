"""How numbers and names are written, in pictures and in tables alike."""

from __future__ import annotations

import re
import unicodedata

from autograd.graph.graph import Row
from autograd.text import format_constant as constant
from autograd.text import format_value as digits

from .metrics import cells, printable, shorten

__all__ = ["constant", "digits", "full_name", "local", "name", "pretty"]

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def local(x: float | None, minus: str = "-") -> str:
    """Write a local derivative; where nothing flows there is none."""
    return "—" if x is None else digits(x, minus)


def full_name(row: Row) -> str:
    """Take a node's label, made fit for showing; one in Hebrew or Arabic turns no equation around.

    Isolated as Unicode's bidirectional algorithm has it (UAX #9), between U+2068 and U+2069.
    """
    text = printable(row.label)
    turns = any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in text)
    return f"\u2068{text}\u2069" if turns else text


def name(row: Row) -> str:
    """Take a node's label, made fit for showing on a line among others."""
    return shorten(full_name(row), 40, cells)


def pretty(name: str) -> str:
    """Write w0 as w₀, for pictures."""
    return re.sub(r"^([^\W\d_]+)(\d+)$", lambda m: m[1] + m[2].translate(_SUBSCRIPTS), name)
