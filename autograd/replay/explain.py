"""What became of a function: how much was folded, grouped and recognised, and what a run costs."""

from __future__ import annotations

from collections import Counter

from .instruction import Ref
from .program import Program
from .recording import Recording


def explain(recording: Recording) -> str:
    """Tell in a few lines what was recorded and what it was turned into."""
    program, nodes = recording.program, recording.nodes
    computed = sum(1 for _ in nodes.computed())
    outside = len(recording.captured)
    lines = [
        f"recorded    {recording.recorded} rows, of which the results need {nodes.operations} operations "
        f"on {program.shared} parameters{f' ({outside} read from outside)' * (outside > 0)} "
        f"and {program.batch} inputs of each sample",
        f"folded      into {computed} nodes: sums and products melted together, equal ones computed once",
        f"grouped     into {len(program.instructions)} instructions: {_kinds(program)}",
        *_matrices(program),
        f"one run     {_cost(program)}",
        f"one sample  {_choice(recording)}",
    ]
    for taken, line in recording.guards:
        lines.append(f"guarded     {line} is {taken} in this recording")
    return "\n".join(lines)


def _kinds(program: Program) -> str:
    counts = Counter(line.do for line in program.instructions)
    names = {"matrix": "products", "sum": "sums", "map": "elementwise"}
    return ", ".join(f"{counts[do]} {name}" for do, name in names.items() if counts[do])


def _matrices(program: Program) -> list[str]:
    """List the greatest matrix products, as rows × length by length × columns."""
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


def _cost(program: Program) -> str:
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


def _choice(recording: Recording) -> str:
    if recording.cheaper_straight(1):
        return "computed by straight-line Python: there is too little to group"
    return "computed by the same instructions"
