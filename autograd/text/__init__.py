"""Write Values as formulas and derivations."""

from .derivation import Explanation, explain
from .formula import Formula, format_constant, format_value, write_value
from .printing import latex, show, write_local_derivatives
from .reference import describe

__all__ = [
    "Explanation", "Formula", "describe", "explain", "format_constant", "format_value", "latex", "show",
    "write_local_derivatives", "write_value",
]  # fmt: skip  # in few lines
