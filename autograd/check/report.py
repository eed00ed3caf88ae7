"""The result of a check, as data and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Literal

from ..engine import Node

Verdict = Literal["PASS", "FAIL", "KINK", "INCONCLUSIVE"]
WORST_FIRST: tuple[Verdict, ...] = ("FAIL", "INCONCLUSIVE", "KINK", "PASS")


@dataclass(frozen=True, slots=True)
class Check:
    """One number of a gradient and the numerical derivative to compare it with.

    Attributes:
        name, verdict: The name of the input; "PASS", "FAIL", "KINK" or "INCONCLUSIVE".
        analytic: The number to check.
        numeric, error, step: The numerical derivative, a bound on its error, and the step that it rests on.
        note: What else was found, such as a kink; often empty.
        node: The number of the node where the disagreement starts, in a trace of the graph.
    """

    name: str
    verdict: Verdict
    analytic: float
    numeric: float
    error: float
    step: float
    note: str = ""
    node: int | None = None


@dataclass(frozen=True, repr=False)
class Report:
    """The result of ``gradcheck``, which prints as a table.

    It is true only if every number passed.

    Attributes:
        checks: One for each number of the gradient.
        evaluations, notes: How often f was called, and remarks on f as a whole.
        root: The graph at the inputs, if f was called with Values.
    """

    checks: tuple[Check, ...]
    evaluations: int
    notes: tuple[str, ...] = ()
    root: Node | None = None

    @property
    def verdict(self) -> Verdict:
        """The worst verdict: FAIL, else INCONCLUSIVE, else KINK, else PASS."""
        found = {check.verdict for check in self.checks}
        return next((verdict for verdict in WORST_FIRST if verdict in found), "PASS")

    def __bool__(self) -> bool:
        return self.verdict == "PASS"

    def __repr__(self) -> str:  # pytest shows it too, for ``assert gradcheck(...)``
        head = ("", "analytic", "numeric", "± error", "step", "verdict")
        lines = [
            (c.name, f"{c.analytic:.12g}", f"{c.numeric:.12g}", f"{c.error:.1e}", f"{c.step:.1e}", c.verdict)
            for c in self.checks
            if not isnan(c.error)  # a remark only, such as on a shape
        ]
        widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
        table = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in (head, *lines)]
        remarks = [f"{check.name}: {check.note}" for check in self.checks if check.note]
        title = f"gradcheck: {self.verdict}, f evaluated {self.evaluations} times"
        return "\n".join([title, *table, *remarks, *self.notes])


def join_reports(reports: Sequence[Report], notes: Sequence[str] = ()) -> Report:
    """Return one report with the checks of several, and the graph of the first that failed."""
    return Report(
        tuple(check for report in reports for check in report.checks),
        sum(report.evaluations for report in reports),
        tuple(dict.fromkeys([note for report in reports for note in report.notes] + list(notes))),
        next((report.root for report in reports if report.verdict == "FAIL"), reports[0].root),
    )


def failed(name: str, note: str) -> Check:
    """Return the check of something that is no number, such as the shape of a gradient.

    >>> failed("w", "its gradient has the wrong sign").verdict
    'FAIL'
    """
    return Check(name, "FAIL", nan, nan, nan, nan, note)


class GradientError(AssertionError):
    """Raised for a gradient that was not found right; ``report`` has the details."""

    def __init__(self, report: Report) -> None:
        super().__init__(str(report))
        self.report = report
