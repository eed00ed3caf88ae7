"""Format a trace as text: a table of every step of both passes."""

from __future__ import annotations

import math

from autograd.graph import Chain, Edge, Forward, Seed, Trace

from .labels import digits, short_name
from .notation import expression
from .report_table import align_columns


def format_steps(trace: Trace) -> str:
    """Format every step of both passes, and the gradients of the leaves.

    >>> from autograd import Value, trace
    >>> x = Value(3.0, label="x")
    >>> print(format_steps(trace(x * x)))
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
    names = [short_name(row) for row in rows]
    gradients = [f"∂{names[-1]}/∂{name}" for name in names]
    forward, backward = [], []
    reached: set[int] = set()  # nodes to which a contribution has arrived
    for number, step in enumerate(trace.steps, 1):
        match step:
            case Forward():
                row = rows[step.node]
                computed = ["=", expression(trace, row)] if row.op else ["", ""]
                forward.append(["", f"{number}", names[step.node], *computed, "=", digits(step.value)])
            case Seed():
                backward.append(["", f"{number}", gradients[-1], "", "", digits(step.grad), "", "", ""])
            case Chain():
                edge = edges[step.edge]
                cells = _chain_cells(step, edge, edge.src not in reached)
                backward.append(["", f"{number}", gradients[edge.src], *cells])
                if edge.local is not None:
                    reached.add(edge.src)
    leaves = [["", gradients[n], digits(trace.grads[n])] for n, row in enumerate(rows) if row.op is None]
    return "\n".join(
        [
            "forward",
            *align_columns(forward, "<><<<<>"),
            "",
            "backward: each contribution is local × upstream",
            *align_columns(backward, "<><<<><<>"),
            "",
            "gradients",
            *align_columns(leaves, "<<>"),
        ]
    )


def _chain_cells(step: Chain, edge: Edge, is_first: bool) -> list[str]:
    """Format local × upstream = contribution, and how it accumulates."""
    if edge.local is None:
        return ["nothing flows", "", "", "", "", ""]
    note, equals, after = "", "", ""
    if not is_first and abs(step.before + step.contribution - step.after) > 0:  # a mistake made on purpose
        note = f"overwrites {digits(step.before)}"
    elif not is_first:
        note = f"accumulates {digits(step.before)} + {digits(step.contribution)}"
        equals, after = "=", digits(step.after)
    elif step.upstream == 0 and math.isinf(step.local):
        note = "a gradient of 0 passes nothing on"
    product = f"{digits(step.local)} × {digits(step.upstream)}"
    return [product, "=", digits(step.contribution), note, equals, after]
