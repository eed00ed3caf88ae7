"""A trace as text: every step of the forward and the backward pass in a table."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.steps import Chain, Forward, Seed, Trace

from .words import digits, expression, name


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
    for number, step in enumerate(trace.steps, 1):
        match step:
            case Forward():
                row = rows[step.node]
                computed = ["=", expression(trace, row)] if row.op else ["", ""]
                forward.append([f"{number}", name(row), *computed, "=", digits(step.value)])
            case Seed():
                backward.append([f"{number}", f"∂{root}/∂{root}", "", "", digits(step.grad), "", "", ""])
            case Chain():
                into = f"∂{root}/∂{name(rows[edges[step.edge].src])}"
                product = f"{digits(step.local)} × {digits(step.upstream)}"
                summed = ["", "", ""]
                if step.before != 0:
                    before = f"accumulates {digits(step.before)} + {digits(step.contribution)}"
                    summed = [before, "=", digits(step.after)]
                backward.append([f"{number}", into, product, "=", digits(step.contribution), *summed])
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


def _align(lines: Sequence[Sequence[str]], sides: str) -> list[str]:
    """Pad each column to its widest cell, to the left or to the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        (
            "  " + "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(line, sides, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
