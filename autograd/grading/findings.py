"""Faults of another engine and notes on it, as data and as text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["local", "upstream", "accumulation", "attachment", "sweep", "crash", "value"]


@dataclass(frozen=True)
class Fault:
    """A place where another engine's gradients go wrong.

    Attributes:
        kind: "local" for a wrong derivative, "value" for a wrong value, "upstream", "accumulation" or "attachment" for
            a rule that uses it wrongly, "sweep" for the backward as a whole, "crash" for what raises.
        operation, values: The operation and the numbers of its arguments.
        theirs, right: Their number and the right one; None where the reason says all.
        formula, right_formula: The formulas of both, empty if none is known.
        argument: The argument by which the derivative is wrong, if there are several.
        reason: What goes wrong, in words.
        label: The label of the node.
        count: How many nodes of the graph have the same fault.
    """

    kind: Kind
    operation: str
    values: tuple[float, ...] = ()
    theirs: float | None = None
    right: float | None = None
    formula: str = ""
    right_formula: str = ""
    argument: str = ""
    reason: str = ""
    label: str = ""
    count: int = 1

    @property
    def cause(self) -> tuple[str, ...]:
        """The same for faults in several graphs that are one mistake."""
        if self.kind == "sweep":  # what follows a colon names no node
            said = self.reason.rpartition(": ")[2]
            return self.kind, " ".join(said.split()[:3]) if said == self.reason else said
        if self.kind == "crash":
            rule = re.search(r" in the rule of (\w+)", self.reason)
            return self.kind, rule[1] if rule else self.operation
        return self.kind, self.operation, self.argument, self.reason

    def __str__(self) -> str:
        head = f"{self.operation}({', '.join(f'{x:.4g}' for x in self.values)})" if self.values else self.operation
        parts = []
        if self.kind in ("local", "value") and self.theirs is not None and self.right is not None:
            by = f" by {self.argument}" * bool(self.argument)
            theirs, right = (
                write(x) + f" = {text}" * (bool(text) and not text.lstrip("−").isdigit())
                for x, text in ((self.theirs, self.formula), (self.right, self.right_formula))
            )
            what = "derivative" if self.kind == "local" else "value"
            parts.append(f"its {what}{by} is {theirs}, right is {right}")
        parts += [self.reason] * bool(self.reason)
        return f"{head}: {'; '.join(parts)}" + f" ({self.count} times)" * (self.count > 1)


@dataclass(frozen=True, repr=False)
class Examination:
    """The result of ``examine``, which is true if there is no fault.

    Attributes:
        faults: The faults: local ones from the leaves up, then those of the sweep.
        notes: What is no fault: conventions, and what could not be judged.
        operations: How many operations the graph has.
    """

    faults: tuple[Fault, ...]
    notes: tuple[str, ...]
    operations: int

    def __bool__(self) -> bool:
        return not self.faults

    def __repr__(self) -> str:
        n = len(self.faults)
        title = f"{n or 'no'} fault{'s' * (n > 1)} in {self.operations} operation{'s' * (self.operations != 1)}"
        return "\n".join([title, *map(str, self.faults), *(f"note: {note}" for note in self.notes)])


def write(x: float) -> str:
    """Format a number with three decimals, or four digits if that says less."""
    return f"{x:.3f}" if x == 0 or 0.01 <= abs(x) < 1000 else f"{x:.4g}"
