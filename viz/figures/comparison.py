"""Draw one graph with two gradients: analytic and numeric, or right and wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from autograd.check import Report
from autograd.graph import Trace, dump
from autograd.teach import differences

from ..drawing import (
    WRONG,
    Content,
    Drawing,
    Picture,
    Scene,
    alt_text,
    build_digraph,
    draw_graph,
    final_frame,
    format_page,
    format_scenes,
    plan_drawing,
    svg_style,
)
from ..text import digits, ellipsize_list, format_rows, format_rows_latex, short_name


@dataclass(frozen=True)
class Comparison(Picture):
    """The result of ``viz.compare``: a trace, and other gradients of some nodes.

    Args:
        trace: The graph, with its own gradients.
        others, kind: The other gradients, by the number of their node; they are "numeric", "other" or "theirs".
        verdicts: The verdict on each of these, which is empty if both gradients agree.
        starts: The numbers of the nodes where a disagreement starts.
    """

    trace: Trace
    others: Mapping[int, float]
    verdicts: Mapping[int, str]
    kind: str
    starts: Collection[int]
    theme: str = "auto"

    @property
    def wrong(self) -> list[int]:
        """The nodes whose two gradients disagree."""
        return [n for n in self.others if self.verdicts[n]]

    def report(self) -> list[dict[str, Any]]:
        """Return a row for each compared node, with both gradients and the verdict."""
        rows = self.trace.graph.rows
        return [
            {
                "node": short_name(rows[n]),
                "gradient": self.trace.grads[n],
                self.kind: other,
                "verdict": self.verdicts[n] or "agrees",
                "note": "it starts here" * (n in self.starts),
            }
            for n, other in sorted(self.others.items())
        ]

    def text(self) -> str:
        """Return the report as a table, and where a disagreement starts."""
        return f"{format_rows(self.report())}\n{self._summary}"

    @property
    def _summary(self) -> str:
        if not self.wrong:
            return "all agree"
        at = ", ".join(ellipsize_list([short_name(self.trace.graph.rows[n]) for n in sorted(self.starts)], 5))
        return f"{len(self.wrong)} of {len(self.others)} disagree" + f"; it starts at {at}" * bool(at)

    def data_formats(self) -> Mapping[str, Callable[[], Content]]:
        """Map endings to the report as JSON and LaTeX, and the graph for Graphviz."""
        return {
            ".json": lambda: dump("comparison", rows=self.report()) + "\n",
            ".tex": lambda: format_rows_latex(self.report()) + "\n",
            ".dot": lambda: str(build_digraph(self.trace).source),
        }

    @cached_property
    def _drawing(self) -> Drawing:
        notes = {
            n: f"{f'{WRONG} ' if self.verdicts[n] else '✓ '}{self.kind} {digits(other, '−')}"
            for n, other in self.others.items()
        }
        notes |= {n: f"{WRONG} starts here" for n in self.starts if n not in notes}
        return plan_drawing(self.trace, notes=notes)

    def draw(self, theme: str) -> str:
        """Draw the graph with both gradients as SVG in a theme."""
        frame = replace(final_frame(self.trace), nodes=self.starts)
        title = f"{alt_text(self.trace)}. {self._summary}"
        is_hidden = self.starts and not {*self.starts} & {*self._drawing.nodes}
        note = self._summary + ", which is not drawn" * bool(is_hidden)
        return draw_graph(self._drawing, theme, frame, note, title, svg_style(theme, steps=True, flow=True))

    def html(self) -> str:
        """Return a self-contained piece of HTML."""
        svg = self.draw(self.theme)
        return format_scenes([Scene(svg, self._summary)], svg, self.theme)

    def page(self) -> str:
        """Return a complete HTML page."""
        return format_page(self.html(), f"Gradients, and {self.kind} ones")


def compare_with_report(trace: Trace, report: Report, checked: Trace | None, theme: str) -> Comparison:
    """Compare the gradients of a trace with a report of gradcheck, by leaf names.

    ``checked`` is the trace of the graph that gradcheck recorded. Where a disagreement starts is known only of it.
    """
    rows = trace.graph.rows
    leaves = {row.label: n for n, row in enumerate(rows) if row.op is None}
    checks = {leaves[check.name]: check for check in report.checks if check.name in leaves}
    if not checks:
        names = ", ".join(check.name for check in report.checks[:5])
        raise ValueError(f"other: it is a report on {names}, and root has no leaf of such a name")
    for n, check in checks.items():
        if abs(check.analytic - trace.grads[n]) > max(check.error, 1e-9 * abs(check.analytic)):
            both = f"{digits(check.analytic)} as the gradient of {check.name}, and root {digits(trace.grads[n])}"
            raise ValueError(f"other: expected a report on root at the same inputs, but it has {both}")
    is_same = checked is not None and [(r.op, r.args) for r in checked.graph.rows] == [(r.op, r.args) for r in rows]
    return Comparison(
        trace,
        {n: check.numeric for n, check in checks.items()},
        {n: "" if check.verdict == "PASS" else check.verdict for n, check in checks.items()},
        "numeric",
        {check.node for check in checks.values() if check.node is not None} if is_same else (),
        theme,
    )


def compare_with_trace(right: Trace, wrong: Trace, theme: str, kind: str = "other") -> Comparison:
    """Compare the gradients of the right and of a wrong trace of the same graph."""
    if wrong.graph != right.graph:
        raise ValueError("other: expected a trace of the same graph as root")
    differing = {d.node for d in differences(right, wrong)}
    others = {n: wrong.grads[n] for n, row in enumerate(right.graph.rows) if row.op is None or n in differing}
    verdicts = {n: "differs" if n in differing else "" for n in others}
    later = {edge.src for edge in right.edges if edge.dst in differing}  # they get a wrong gradient from others
    return Comparison(right, others, verdicts, kind, differing - later, theme)
