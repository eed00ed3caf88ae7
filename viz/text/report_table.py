"""Rows of a report as a table: in text, and in LaTeX."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograd.text import Formula, write_value

from .labels import digits
from .metrics import cells

Rows = Sequence[Mapping[str, Any]]


def as_text(rows: Rows) -> str:
    """Write rows as a table: texts to the left, numbers to the right.

    >>> print(as_text([{"layer": "a", "median": 0.25}, {"layer": "bc", "median": 1e-9}]))
    layer    median
    a         0.250
    bc     1.00e-9
    """
    names = list(rows[0])
    lines = [names, *([_written(row[name]) for name in names] for row in rows)]
    widths = [max(cells(line[i]) for line in lines) for i in range(len(names))]
    right = [not isinstance(rows[0][name], str) for name in names]
    return "\n".join(
        "  ".join(
            " " * (width - cells(cell)) + cell if to_right else cell + " " * (width - cells(cell))
            for cell, width, to_right in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in lines
    )


def as_tex(rows: Rows) -> str:
    r"""Write rows as a tabular of LaTeX.

    >>> print(as_tex([{"layer": "a_1", "median": 0.25}]))
    \begin{tabular}{lr}
    $\mathrm{layer}$ & $\mathrm{median}$ \\ \hline
    $a_{1}$ & $0.250$
    \end{tabular}
    """
    names = list(rows[0])
    sides = "".join("l" if isinstance(rows[0][name], str) else "r" for name in names)
    head = " & ".join(rf"$\mathrm{{{name}}}$" for name in names)
    lines = [" & ".join(_tex(row[name]) for name in names) for row in rows]
    return f"\\begin{{tabular}}{{{sides}}}\n{head} \\\\ \\hline\n" + " \\\\\n".join(lines) + "\n\\end{tabular}"


def _written(x: Any) -> str:
    return digits(x) if isinstance(x, float) else f"{x}"


def _tex(x: Any) -> str:
    if isinstance(x, str):
        return f"${Formula.named(x, latex=True)}$" if x else ""
    return f"${write_value(x, latex=True)}$" if isinstance(x, float) else f"${x}$"
