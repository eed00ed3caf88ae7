"""A trace as text: every step of the forward and the backward pass in a table."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autograd.graph.trace import Chain, Edge, Forward, Seed, Trace

from .labels import digits, name
from .metrics import cells
from .notation import expression


def table(trace: Trace) -> str:
    """Write the forward pass, the backward pass and the gradients of the leaves, step by step.

    >>> from autograd import Value, trace
    >>> x = Value(3.0, label="x")
    >>> print(table(trace(x * x)))
    forward
       1  x            =  3.00
       2  L  =  x × x  =  9.00
    <BLANKLINE>
    backward: each contribution is local × upstream
       3  ∂L/∂L                   1.00
       4  ∂L/∂x  3.00 × 1.00  =  3.00
       5  ∂L/∂x  3.00 × 1.00  =  3.00  accumulates 3.00 + 3.00  =  6.00
    <BLANKLINE>
    gradients
      ∂L/∂x  6.00
    """
    rows, edges = trace.graph.rows, trace.edges
    root = name(rows[-1])
    forward, backward = [], []
    reached: set[int] = set()  # by a contribution
    for number, step in enumerate(trace.steps, 1):
        match step:
            case Forward():
                row = rows[step.node]
                computed = ["=", expression(trace, row)] if row.op else ["", ""]
                forward.append([f"{number}", name(row), *computed, "=", digits(step.value)])
            case Seed():
                backward.append([f"{number}", f"∂{root}/∂{root}", "", "", digits(step.grad), "", "", ""])
            case Chain():
                edge = edges[step.edge]
                into = f"∂{root}/∂{name(rows[edge.src])}"
                backward.append([f"{number}", into, *_chain(step, edge, edge.src not in reached)])
                if edge.local is not None:
                    reached.add(edge.src)
    leaves = [
        [f"∂{root}/∂{name(row)}", digits(grad)] for row, grad in zip(rows, trace.grads, strict=True) if row.op is None
    ]
    return "\n".join(
        [
            "forward",
            *_align(forward, "><<<<>"),
            "",
            "backward: each contribution is local × upstream",
            *_align(backward, "><<<><<>"),
            "",
            "gradients",
            *_align(leaves, "<>"),
        ]
    )


def _chain(step: Chain, edge: Edge, first: bool) -> list[str]:
    """Write local × upstream = contribution, and what it is added to unless it is the first to arrive."""
    if edge.local is None:
        return ["nothing flows", "", "", "", "", ""]
    note, equals, after = "", "", ""
    if not first and abs(step.before + step.contribution - step.after) > 0:  # done wrong on purpose
        note = f"overwrites {digits(step.before)}"
    elif not first:
        note = f"accumulates {digits(step.before)} + {digits(step.contribution)}"
        equals, after = "=", digits(step.after)
    elif step.upstream == 0 and not math.isfinite(step.local):
        note = "a gradient of 0 passes nothing on"
    product = f"{digits(step.local)} × {digits(step.upstream)}"
    return [product, "=", digits(step.contribution), note, equals, after]


def _align(lines: Sequence[Sequence[str]], sides: str) -> list[str]:
    """Pad each column to its widest cell, to the left or to the right."""
    widths = [max(map(cells, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join(
            ["", *(_pad(cell, side, width) for cell, side, width in zip(line, sides, widths, strict=True))]
        ).rstrip()
        for line in lines
    ]


def _pad(cell: str, side: str, width: int) -> str:
    space = " " * (width - cells(cell))
    return cell + space if side == "<" else space + cell
