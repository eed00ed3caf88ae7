"""How numbers and names are written, in pictures and in tables alike."""

from __future__ import annotations

import re

from autograd.formula import constant, digits
from autograd.graph import Row

from .letters import cells, printable, shorten

__all__ = ["constant", "digits", "full_name", "local", "name", "pretty"]

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


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
