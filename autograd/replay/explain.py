"""A text on the passes of one specialization and the cost of a run."""

from __future__ import annotations

from collections import Counter

from .instruction import Ref
from .program import Program
from .specialization import Specialization


def explain_specialization(special: Specialization) -> str:
    """Return a few lines on the recorded rows and the program made from them."""
    program, nodes = special.program, special.nodes
    computed = sum(1 for _ in nodes.computed())
    outside = len(special.captured)
    straight = special.is_straight_cheaper(1)
    lines = [
        f"recorded    {special.recorded} rows, of which the results need {nodes.operations} operations "
        f"on {program.shared} parameters{f' ({outside} read from outside)' * (outside > 0)} "
        f"and {program.batch} inputs of each sample",
        f"folded      into {computed} nodes: sums and products merged, equal ones computed once",
        f"grouped     into {len(program.instructions)} instructions: {_count_instructions(program)}",
        *_list_matrices(program),
        f"one run     {_estimate_cost(program)}",
        f"one sample  computed by {'straight-line Python: few nodes can be grouped' if straight else 'instructions'}",
    ]
    for taken, line in special.guards:
        lines.append(f"guarded     {line} is {taken} in this specialization")
    return "\n".join(lines)


def _count_instructions(program: Program) -> str:
    counts = Counter(line.do for line in program.instructions)
    names = {"matrix": "products", "sum": "sums", "map": "elementwise"}
    return ", ".join(f"{counts[do]} {name}" for do, name in names.items() if counts[do])


def _list_matrices(program: Program) -> list[str]:
    """Return the largest matrix products, as rows × length by length × columns."""
    found = []
    for line in program.instructions:
        if line.do == "matrix":
            a, b = (arg.rows.shape for arg in line.args if isinstance(arg, Ref))
            if a[1] * b[2] * a[2] > 1:
                text = f"{a[1]}×{a[2]} by {b[1]}×{b[2]}"
                where = "summed over the batch" if line.over_batch else f"into {line.arena}[{line.start}]"
                found.append((a[0] * a[1] * a[2] * b[2], f"{f'{a[0]} of ' * (a[0] > 1)}{text}, {where}"))
    found.sort(key=lambda item: -item[0])
    return [f"re-rolled   {text}" for _, text in found[:4]]


def _estimate_cost(program: Program) -> str:
    shared = each = 0
    for line in program.instructions:
        work = line.rows
        if line.do == "matrix":
            work = 2 * line.rows * next(arg.rows.shape[2] for arg in line.args if isinstance(arg, Ref))
        elif line.do == "sum":
            work = sum(2 * arg.rows.size for arg in line.args if isinstance(arg, Ref))
        if line.arena == "v" or line.over_batch:
            each += work
        else:
            shared += work
    memory = 8 * program.rows["v"]
    return f"about {each} operations and {memory} bytes for each sample, {shared} operations once"
