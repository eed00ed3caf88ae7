"""A text on the passes of one specialization."""

from __future__ import annotations

from .specialization import Specialization


def explain_specialization(special: Specialization) -> str:
    """Return a few lines on the recorded rows and the program made from them."""
    program, nodes = special.program, special.nodes
    outside = f" ({len(special.captured)} read from outside)" * bool(special.captured)
    straight = special.is_straight_cheaper(1)
    lines = [
        f"recorded    {special.recorded} rows, of which the results need {nodes.operations} operations "
        f"on {program.shared} parameters{outside} and {program.batch} inputs of each sample",
        f"folded      into {sum(1 for _ in nodes.computed())} nodes: sums merged, equal ones computed once",
        f"grouped     into {len(program.instructions)} instructions, which printing the program shows",
        f"one sample  computed by {'straight-line Python: few nodes can be grouped' if straight else 'instructions'}",
        *(f"guarded     {line} is {taken} in this specialization" for taken, line in special.guards),
    ]
    return "\n".join(lines)
