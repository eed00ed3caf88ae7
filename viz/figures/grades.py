"""Build the page of graded engines: a table for each, and a player for each fault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from autograd.grading import Fault, Grade
from autograd.graph import Trace

from ..drawing import WRONG, format_page, plan_drawing
from ..player import format_player
from ..text import digits, shorten, text_width_em

STYLE = """<style>
main{max-width:1080px;font:400 15px/1.5 Inter,system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;
color:light-dark(#1a202c,#f2f5f9)}
section{background:light-dark(#fff,#12161c);border:1px solid light-dark(#e4e8ee,#262f3a);border-radius:12px;
padding:16px 20px;margin:0 0 16px}
h2{font-size:18px;line-height:1.3;margin:0}h2 small{font-size:14px;font-weight:400}
h3{font-size:15px;font-weight:600;margin:20px 0 8px;overflow-wrap:anywhere}
p{margin:8px 0;overflow-wrap:anywhere}a{color:light-dark(#0060a8,#6cb6ff)}
small,.q{color:light-dark(#5b6472,#a5afbc)}.bad{color:light-dark(#c2410c,#ff9a62);font-weight:600}
code{font:13px ui-monospace,"DejaVu Sans Mono",monospace;padding:1px 6px;border-radius:5px;
background:light-dark(#f1f4f8,#1e2630);display:inline-block}
table{border-collapse:collapse;width:100%;margin:8px 0}tr:last-child td{border-bottom:0}
th{text-align:left;font-size:13px;font-weight:500;color:light-dark(#5b6472,#a5afbc)}
th,td{padding:6px 16px 6px 0;border-bottom:1px solid light-dark(#e4e8ee,#262f3a);vertical-align:top}
td:last-child,th:last-child{padding-right:0;width:60%}
.contents{margin:0}.contents td:nth-child(2){white-space:nowrap}
.gg .aside{font-size:12px}
@media(max-width:560px){section{padding:12px}thead{display:none}tr{display:block;padding:6px 0;
border-bottom:1px solid light-dark(#e4e8ee,#262f3a)}td{display:inline-block;border:0;padding:2px 12px 2px 0}
td:first-child,td:last-child{display:block;width:auto}td[title]::before{content:attr(title) " "}}
</style>
"""
Report = tuple[str, Grade | str, Mapping[tuple[int, int], Any]]


def format_grades(reports: Sequence[Report]) -> str:
    """Return a page of grades.

    Args:
        reports: For each file its name, its grade or why there is none, and for the numbers of a row and of its fault
            what ``python -m autograd.grading`` found: the right trace, theirs, and their gradients.
    """
    grades = [grade for _, grade, _ in reports if isinstance(grade, Grade)]
    title = f"{sum(map(bool, grades))} of {len(grades)} engines without a fault"
    contents = "".join(
        f'<tr><td><a href="#f{n}">{escape(name)}</a></td><td>{_verdict(grade)}</td><td>{_first(grade)}</td></tr>'
        for n, (name, grade, _) in enumerate(reports)
    )
    table = f'<section><table class="contents">{contents}</table></section>\n' if len(reports) > 1 else ""
    parts = [part for n, report in enumerate(reports) for part in _file(n, *report)]
    return format_page(STYLE + table + "".join(parts), title)


def _verdict(grade: Grade | str) -> str:
    if isinstance(grade, str):
        return '<span class="q">not graded</span>'
    n = len(grade.faults)
    return f'<span class="bad">{WRONG} {n} fault{"s" * (n > 1)}</span>' if n else "✓ no fault"


def _first(grade: Grade | str) -> str:
    """Return the first fault, or why there is no grade, in a few words."""
    text = grade if isinstance(grade, str) else str((*grade.faults, "")[0])
    return f'<span class="q">{escape(shorten(text, 50.0, text_width_em))}</span>'


def _codes(texts: Sequence[str]) -> str:
    return " ".join(f"<code>{escape(text)}</code>" for text in texts)


def _file(n: int, name: str, grade: Grade | str, graphs: Mapping[tuple[int, int], Any]) -> Iterator[str]:
    """Yield the pieces of a file's section."""
    cls = f" <small>class {escape(grade.name)}</small>" if isinstance(grade, Grade) else ""
    yield f'<section id="f{n}">\n<h2>{escape(name)}{cls}</h2>\n<p>{_verdict(grade)}</p>\n'
    if isinstance(grade, str):
        yield f"<p>{escape(grade)}</p></section>\n"
        return
    rows = list(grade.merged())
    if grade.faults:
        yield "<table><thead><tr><th>operation<th>value<th>gradient<th>what is wrong</tr></thead>\n"
        for row, own, known in rows:
            if own:
                marks = ("value", row.value), ("gradient", row.gradient)
                cells = "".join(f'<td title="{what}">{_mark(x)}</td>' for what, x in marks)
                said = "<br>".join(map(escape, [*map(str, own), *(f"see {place}" for place in known)]))
                yield f"<tr><td>{_codes([row.operation])}</td>{cells}<td>{said}</td></tr>\n"
        yield "</table>\n"
    lists = {
        "Wrong for the same reason": [row.operation for row, own, known in rows if known and not own],
        "Right": [row.operation for row in grade.rows if row.is_there and not row.faults],
        "Not there": grade.missing,
    }
    for head, texts in lists.items():
        if texts:
            yield f'<p><span class="q">{head}:</span> {_codes(texts)}</p>\n'
    for note in grade.notes:
        yield f'<p><span class="q">Note:</span> {escape(note)}</p>\n'
    for k, (row, own, _) in enumerate(rows):
        for fault in own:
            if graph := graphs.get((k, row.faults.index(fault))):
                yield f"<h3>{escape(str(fault))}</h3>\n{_player(fault, graph)}"
    yield "</section>\n"


def _mark(x: bool | None) -> str:
    return "–" if x is None else "✓" if x else f'<span class="bad">{WRONG}</span>'


def _player(fault: Fault, graph: Mapping[str, Any]) -> str:
    """Return a player of their backward, with the right number next to each that is wrong."""
    right, theirs = Trace.from_json(graph["right"]), Trace.from_json(graph["theirs"])
    is_theirs = theirs != right
    pairs = enumerate(zip(right.grads, graph["grads"], strict=True))
    wrong = {n: pair for n, pair in pairs if abs(pair[0] - pair[1]) > 1e-5 * max(map(abs, pair))}
    notes = {
        n: f"{WRONG} " + (f"right {digits(a, '−')}" if is_theirs else f"theirs {digits(b, '−')}")
        for n, (a, b) in wrong.items()
    }
    said = "Their backward pass; ✗ marks the right gradient where theirs is another."
    if not is_theirs:
        said = "The right backward pass; ✗ marks their gradient where it is another." if notes else "Their graph."
    if fault.kind == "value" and fault.right is not None:
        notes = {len(right.data) - 1: f"{WRONG} right value {digits(fault.right, '−')}"}
        said = "Their graph; ✗ marks the right value."
    drawing = plan_drawing(theirs, badges=True, notes=notes)
    return f'<p class="q">{said}</p>\n' + format_player(drawing, "edge", "auto", "these are numbers of another engine")
