"""Write numbers, names and operations as text."""

from .labels import PRECISION, constant, digits, format_local, full_name, short_name, subscript_digits
from .metrics import column_width, ellipsize_list, ellipsize_repr, printable, shorten, text_width_em
from .notation import expression, fill_template, node_symbol, template
from .report_table import format_rows, format_rows_latex
from .step_table import format_steps

__all__ = [
    "PRECISION", "column_width", "constant", "digits", "ellipsize_list", "ellipsize_repr", "expression",
    "fill_template", "format_local", "format_rows", "format_rows_latex", "format_steps", "full_name", "node_symbol",
    "printable", "short_name", "shorten", "subscript_digits", "template", "text_width_em",
]  # fmt: skip
