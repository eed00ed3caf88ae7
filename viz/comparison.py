"""One graph with two gradients: analytic beside numeric, or right beside wrong, and where they begin to differ."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from autograd.check import Report
from autograd.steps import Trace
from autograd.teach import differences

from . import views
from .dot import to_graphviz
from .gate import WRONG
from .page import document
from .picture import Content, Picture, chosen
from .rows import as_tex, as_text
from .style import THEMES, style
from .svg import MOST, Drawing, alt
from .views import Scene
from .words import digits, name


@dataclass(frozen=True)
class Comparison(Picture):
    """What ``viz.compare`` returns: a trace, and for some of its nodes another gradient."""

    trace: Trace
    others: Mapping[int, float]
    verdicts: Mapping[int, str]  # of each of these nodes: "" if they agree
    kind: str  # what the other gradients are: numeric or other
    start: int | None  # the node where a disagreement starts
    theme: str = "auto"

    def __post_init__(self) -> None:
        chosen("theme", self.theme, ("auto", *THEMES))

    @property
    def wrong(self) -> list[int]:
        """The nodes whose two gradients disagree."""
        return [n for n in self.others if self.verdicts[n]]

    def report(self) -> list[dict[str, Any]]:
        """List the nodes that are compared, with both gradients and what is said of them."""
        rows = self.trace.graph.rows
        return [
            {
                "node": name(rows[n]),
                "gradient": self.trace.grads[n],
                self.kind: other,
                "verdict": self.verdicts[n] or "agrees",
                "note": "it starts here" * (n == self.start),
            }
            for n, other in sorted(self.others.items())
        ]

    def text(self) -> str:
        """Write the report as a table, and where a disagreement starts."""
        return "\n".join([as_text(self.report()), *self._told])

    @property
    def _told(self) -> list[str]:
        if not self.wrong:
            return ["all agree"]
        if self.start is None:
            return [f"{len(self.wrong)} of {len(self.others)} disagree"]
        rows = self.trace.graph.rows
        return [f"{len(self.wrong)} of {len(self.others)} disagree; it starts at {name(rows[self.start])}"]

    def written(self) -> Mapping[str, Callable[[], Content]]:
        """Return how it is written: as a table, as JSON, in LaTeX, and the graph to Graphviz."""
        plain = [{k: v if v == v else None for k, v in row.items()} for row in self.report()]
        return {
            ".txt": lambda: self.text() + "\n",
            ".json": lambda: json.dumps(plain, ensure_ascii=False, indent=1) + "\n",
            ".tex": lambda: as_tex(self.report()) + "\n",
            ".dot": lambda: str(to_graphviz(self.trace).source),
        }

    @cached_property
    def _drawing(self) -> Drawing:
        notes = {
            n: f"{f'{WRONG} ' if self.verdicts[n] else '✓ '}{self.kind} {digits(other, '−')}"
            for n, other in self.others.items()
        }
        if self.start is not None:
            notes[self.start] = notes.get(self.start, WRONG) + (" starts here" if self.start not in self.others else "")
        return Drawing(self.trace, MOST, notes=notes)

    def draw(self, theme: str) -> str:
        """Draw the graph with both gradients as SVG in a theme."""
        drawing = self._drawing
        marked = () if self.start is None else (self.start,)
        state = replace(drawing.everything, nodes=marked)
        title = f"{alt(self.trace)}. {self._told[0]}"
        return drawing.final(theme, state, self._told[0], title, style(theme, moving=True, flow=True))

    def html(self) -> str:
        """Write a piece of HTML that needs nothing else."""
        svg = self.draw(self.theme)
        return views.html([Scene(svg, self._told[0])], svg, self.theme)

    def page(self) -> str:
        """Write the same as a page of its own."""
        return document(
            self.html(), "Gradients, right and wrong" if self.kind == "other" else "Gradients, analytic and numeric"
        )


def with_report(trace: Trace, report: Report, theme: str) -> Comparison:
    """Put what gradcheck found beside the gradients of a trace, by the names of its leaves."""
    leaves = {row.label: n for n, row in enumerate(trace.graph.rows) if row.op is None}
    checks = {leaves[check.name]: check for check in report.checks if check.name in leaves}
    if not checks:
        named = ", ".join(check.name for check in report.checks[:5])
        raise ValueError(f"report: it checks {named}, and L has no leaf of such a name")
    starts = [check.node for check in checks.values() if check.node is not None and check.node < len(trace.data)]
    return Comparison(
        trace,
        {n: check.numeric for n, check in checks.items()},
        {n: "" if check.verdict == "PASS" else check.verdict for n, check in checks.items()},
        "numeric",
        min(starts, default=None),
        theme,
    )


def with_trace(right: Trace, wrong: Trace, theme: str) -> Comparison:
    """Put the gradients of a wrong trace beside those of the right one of the same graph."""
    found = {d.node: d.wrong for d in differences(right, wrong)}
    others = {n: wrong.grads[n] for n, row in enumerate(right.graph.rows) if row.op is None or n in found}
    verdicts = {n: "differs" if n in found else "" for n in others}
    return Comparison(right, others, verdicts, "other", max(found, default=None), theme)
