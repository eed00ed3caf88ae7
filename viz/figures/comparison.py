"""One graph with two gradients: analytic beside numeric, or right beside wrong, and where they begin to differ."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from autograd.check import Report
from autograd.graph.serialization import dump
from autograd.graph.trace import Trace
from autograd.teach import differences

from ..drawing import scenes as views
from ..drawing.glyph import WRONG
from ..drawing.graph_svg import MOST, Drawing, alt
from ..drawing.graphviz_export import to_graphviz
from ..drawing.html import document
from ..drawing.picture import Content, Picture
from ..drawing.scenes import Scene
from ..drawing.theme import style
from ..text import digits
from ..text import ellipsize_list as some
from ..text import format_rows as as_text
from ..text import format_rows_latex as as_tex
from ..text import short_name as name


@dataclass(frozen=True)
class Comparison(Picture):
    """What ``viz.compare`` returns: a trace, and for some of its nodes another gradient."""

    trace: Trace
    others: Mapping[int, float]
    verdicts: Mapping[int, str]  # of each of these nodes: "" if they agree
    kind: str  # what the other gradients are: numeric or other
    starts: Collection[int]  # the nodes where a disagreement starts
    theme: str = "auto"

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
                "note": "it starts here" * (n in self.starts),
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
        at = ", ".join(some([name(self.trace.graph.rows[n]) for n in sorted(self.starts)], 5))
        return [f"{len(self.wrong)} of {len(self.others)} disagree" + f"; it starts at {at}" * bool(at)]

    def written(self) -> Mapping[str, Callable[[], Content]]:
        """Return how it is written: as JSON, in LaTeX, and the graph to Graphviz."""
        return {
            ".json": lambda: dump("comparison", rows=self.report()) + "\n",
            ".tex": lambda: as_tex(self.report()) + "\n",
            ".dot": lambda: str(to_graphviz(self.trace).source),
        }

    @cached_property
    def _drawing(self) -> Drawing:
        notes = {
            n: f"{f'{WRONG} ' if self.verdicts[n] else '✓ '}{self.kind} {digits(other, '−')}"
            for n, other in self.others.items()
        }
        notes |= {n: f"{WRONG} starts here" for n in self.starts if n not in notes}
        return Drawing(self.trace, MOST, notes=notes)

    def draw(self, theme: str) -> str:
        """Draw the graph with both gradients as SVG in a theme."""
        drawing = self._drawing
        state = replace(drawing.everything, nodes=self.starts)
        title = f"{alt(self.trace)}. {self._told[0]}"
        told = self._told[0] + ", which is not drawn" * bool(self.starts and not {*self.starts} & {*drawing.nodes})
        return drawing.final(theme, state, told, title, style(theme, moving=True, flow=True))

    def html(self) -> str:
        """Write a piece of HTML that needs nothing else."""
        svg = self.draw(self.theme)
        return views.html([Scene(svg, self._told[0])], svg, self.theme)

    def page(self) -> str:
        """Write the same as a page of its own."""
        return document(self.html(), f"Gradients, and {self.kind} ones")


def with_report(trace: Trace, report: Report, made: Trace | None, theme: str) -> Comparison:
    """Put what gradcheck found beside the gradients of a trace, by the names of its leaves.

    ``made`` is the trace of the graph that was checked: where a disagreement starts is known of that graph alone.
    """
    rows = trace.graph.rows
    leaves = {row.label: n for n, row in enumerate(rows) if row.op is None}
    checks = {leaves[check.name]: check for check in report.checks if check.name in leaves}
    if not checks:
        named = ", ".join(check.name for check in report.checks[:5])
        raise ValueError(f"other: it is a report on {named}, and root has no leaf of such a name")
    for n, check in checks.items():
        if abs(check.analytic - trace.grads[n]) > max(check.error, 1e-9 * abs(check.analytic)):
            told = f"{digits(check.analytic)} as the gradient of {check.name}, and root {digits(trace.grads[n])}"
            raise ValueError(f"other: expected a report on root at the same inputs, but it has {told}")
    same = made is not None and [(r.op, r.args) for r in made.graph.rows] == [(r.op, r.args) for r in rows]
    return Comparison(
        trace,
        {n: check.numeric for n, check in checks.items()},
        {n: "" if check.verdict == "PASS" else check.verdict for n, check in checks.items()},
        "numeric",
        {check.node for check in checks.values() if check.node is not None} if same else (),
        theme,
    )


def with_trace(right: Trace, wrong: Trace, theme: str) -> Comparison:
    """Put the gradients of a wrong trace beside those of the right one of the same graph."""
    if wrong.graph != right.graph:
        raise ValueError("other: expected a trace of the same graph as root")
    found = {d.node for d in differences(right, wrong)}
    others = {n: wrong.grads[n] for n, row in enumerate(right.graph.rows) if row.op is None or n in found}
    verdicts = {n: "differs" if n in found else "" for n in others}
    late = {edge.src for edge in right.edges if edge.dst in found}  # what a wrong gradient is passed on to
    return Comparison(right, others, verdicts, "other", found - late, theme)
