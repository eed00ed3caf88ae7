"""Format the rows of a report as a table, in text and in LaTeX."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograd.text import Formula, write_value

from .labels import digits
from .metrics import column_width

Rows = Sequence[Mapping[str, Any]]


def format_rows(rows: Rows) -> str:
    """Format rows as a text table, texts to the left and numbers to the right.

    >>> print(format_rows([{"layer": "a", "median": 0.25}, {"layer": "bc", "median": 1e-9}]))
    layer    median
    a         0.250
    bc     1.00e-9
    """
    names = list(rows[0])
    lines = [names, *([_format_cell(row[name]) for name in names] for row in rows)]
    sides = "".join("<" if isinstance(rows[0][name], str) else ">" for name in names)
    return "\n".join(align_columns(lines, sides))


def align_columns(lines: Sequence[Sequence[str]], sides: str) -> list[str]:
    """Return one line for each row, every column padded to its widest cell.

    ``sides`` has a letter for each column: ``<`` aligns it to the left, ``>`` to the right.
    """
    widths = [max(map(column_width, column)) for column in zip(*lines, strict=True)]
    return ["  ".join(map(_pad_cell, line, sides, widths)).rstrip() for line in lines]


def _pad_cell(cell: str, side: str, width: int) -> str:
    space = " " * (width - column_width(cell))
    return cell + space if side == "<" else space + cell


def format_rows_latex(rows: Rows) -> str:
    r"""Format rows as a tabular of LaTeX.

    >>> print(format_rows_latex([{"layer": "a_1", "median": 0.25}]))
    \begin{tabular}{lr}
    $\mathrm{layer}$ & $\mathrm{median}$ \\ \hline
    $a_{1}$ & $0.250$
    \end{tabular}
    """
    names = list(rows[0])
    sides = "".join("l" if isinstance(rows[0][name], str) else "r" for name in names)
    head = " & ".join(rf"$\mathrm{{{name}}}$" for name in names)
    lines = [" & ".join(_format_latex_cell(row[name]) for name in names) for row in rows]
    return f"\\begin{{tabular}}{{{sides}}}\n{head} \\\\ \\hline\n" + " \\\\\n".join(lines) + "\n\\end{tabular}"


def _format_cell(x: Any) -> str:
    return digits(x) if isinstance(x, float) else f"{x}"


def _format_latex_cell(x: Any) -> str:
    if isinstance(x, str):
        return f"${Formula.named(x, latex=True)}$" if x else ""
    return f"${write_value(x, latex=True)}$" if isinstance(x, float) else f"${x}$"
