"""Format numbers and names, the same in pictures and in tables."""

from __future__ import annotations

import re
import unicodedata
from contextvars import ContextVar

from autograd.graph import Row
from autograd.text import format_constant as constant
from autograd.text import format_value

from .metrics import column_width, printable, shorten

__all__ = ["PRECISION", "constant", "digits", "format_local", "full_name", "short_name", "subscript_digits"]

PRECISION: ContextVar[int] = ContextVar("PRECISION", default=3)  # significant digits, which a figure sets

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def digits(x: float, minus: str = "-") -> str:
    """Format a number to the significant digits of the figure."""
    return format_value(x, minus, PRECISION.get())


def format_local(x: float | None, minus: str = "-") -> str:
    """Format a local derivative, or a dash where nothing flows."""
    return "—" if x is None else digits(x, minus)


def full_name(row: Row) -> str:
    """Return a node's label, printable, and isolated if it runs right to left.

    The characters U+2068 and U+2069 isolate it, by Unicode's bidirectional algorithm (UAX #9). A name in Hebrew or
    Arabic then leaves the order of the equation around it alone.
    """
    text = printable(row.label)
    right_to_left = any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in text)
    return f"\u2068{text}\u2069" if right_to_left else text


def short_name(row: Row) -> str:
    """Return a node's label, shortened to 40 columns to fit in a line with others."""
    return shorten(full_name(row), 40, column_width)


def subscript_digits(name: str) -> str:
    """Return a name with its final number as a subscript, so that w0 becomes w₀."""
    return re.sub(r"^([^\W\d_]+)(\d+)$", lambda m: m[1] + m[2].translate(_SUBSCRIPTS), name)
