"""Draw a gradient as a sum over paths of products of local derivatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from xml.sax.saxutils import escape

from autograd.graph import Edge, Graph, Paths, Seed, Trace, WeightedPath, dump
from autograd.text import Formula, write_value

from ..drawing import (
    HEADER,
    MARGIN,
    Content,
    Drawing,
    Picture,
    Scene,
    bracket_local,
    draw_marks,
    final_frame,
    format_page,
    format_px,
    format_scenes,
    plan_drawing,
    svg_document,
    svg_style,
    svg_text,
)
from ..player import LINE_HEIGHT
from ..text import digits, ellipsize_list, short_name, subscript_digits, text_width_em

MAX_WHOLE = 24  # nodes; of a larger graph, only the nodes on the paths are drawn


@dataclass(frozen=True)
class PathsFigure(Picture):
    """The result of ``viz.paths``: a gradient as a sum over paths.

    Args:
        found: What ``autograd.graph.heaviest_paths`` returned.
    """

    found: Paths
    theme: str = "auto"

    def _name(self, n: int) -> str:
        return subscript_digits(short_name(self.found.trace.graph.rows[n]))

    @property
    def _gradient(self) -> str:
        return f"∂{self._name(-1)}/∂{self._name(self.found.node)}"

    def _format_path(self, path: WeightedPath) -> str:
        edges = [self.found.trace.edges[n] for n in path.edges]
        nodes = [self._name(n) for n in (self.found.node, *(edge.dst for edge in edges))]
        product = " × ".join(ellipsize_list([bracket_local(edge.local) for edge in edges], 9)) or "[1]"
        return f"{' → '.join(ellipsize_list(nodes, 9))}:  {product} = {digits(path.product, '−')}"

    def lines(self) -> list[str]:
        """Return a line for each path, one for unlisted paths, and the sum."""
        found = self.found
        lines = [self._format_path(path) for path in found.listed]
        terms = [digits(path.product, "−") for path in found.listed]
        terms = [f"({t})" if i and t.startswith("−") else t for i, t in enumerate(terms)]
        if more := found.count - len(found.listed):
            rest = digits(found.rest, "−")
            lines.append(f"{more:,} more path{'s' * (more > 1)}: together {rest}")
            terms.append(f"({rest})")
        total = f"{self._gradient} = {' + '.join(ellipsize_list(terms, 9))}"
        if not terms:
            total = f"{self._gradient}: nothing flows"
        return [*lines, total if len(terms) == 1 else f"{total} = {digits(found.total, '−')}"]

    def text(self) -> str:
        """Return the sum over paths, a line for each path."""
        paths = f"{self.found.count:,} path{'s' * (self.found.count != 1)}"
        head = f"{self._gradient} is the sum over {paths} of the products of the local derivatives"
        return "\n".join([head, *(f"  {line}" for line in self.lines())])

    def latex(self) -> str:
        """Return the sum as an equation in LaTeX."""
        found = self.found
        rows = found.trace.graph.rows
        root, node = (Formula.named(short_name(rows[n]), latex=True) for n in (-1, found.node))
        terms = [
            r" \cdot ".join(
                text if not text.startswith("-") else rf"\left({text}\right)"
                for n in path.edges
                for text in (str(write_value(found.trace.edges[n].local or 0.0, latex=True)),)
            )
            or "1"
            for path in found.listed
        ]
        terms += [r"\cdots"] * (found.count > len(found.listed))
        total = write_value(found.total, latex=True)
        return rf"\frac{{\partial {root}}}{{\partial {node}}} = {' + '.join(terms) or 0} = {total}"

    def data_formats(self) -> Mapping[str, Callable[[], Content]]:
        """Map endings to the paths as JSON and LaTeX."""
        found = self.found
        rows, edges = found.trace.graph.rows, found.trace.edges
        data = {
            "of": short_name(rows[-1]),
            "by": short_name(rows[found.node]),
            "total": found.total,
            "paths": found.count,
            "listed": [
                {
                    "nodes": [found.node, *(edges[n].dst for n in path.edges)],
                    "locals": [edges[n].local for n in path.edges],
                    "product": path.product,
                }
                for path in found.listed
            ],
        }
        return {".json": lambda: dump("paths", **data) + "\n", ".tex": lambda: self.latex() + "\n"}

    @cached_property
    def _part(self) -> tuple[Trace, dict[int, int]]:
        """The trace of the nodes on the paths, and the new number of each edge."""
        trace = self.found.trace
        root = len(trace.data) - 1
        on_path = {self.found.node, root} | {trace.edges[n].dst for path in self.found.listed for n in path.edges}
        inner = on_path - {self.found.node}
        arguments = {edge.src for edge in trace.edges if edge.dst in inner}
        kept = sorted(on_path | arguments if len(on_path | arguments) <= MAX_WHOLE else on_path)
        ids = {n: i for i, n in enumerate(kept)}
        edges: list[Edge] = []
        new_numbers: dict[int, int] = {}
        for n, edge in enumerate(trace.edges):
            if edge.dst in inner and edge.src in ids:
                new_numbers[n] = len(edges)
                edges.append(replace(edge, src=ids[edge.src], dst=ids[edge.dst]))
        rows, ops = [], trace.ops
        for n in kept:
            row = trace.graph.rows[n]
            args = tuple(ids.get(arg, -1) if isinstance(arg, int) else arg for arg in row.args)
            if n not in inner:
                row, args = replace(row, op=None), ()
            elif -1 in args:  # some arguments are not drawn, so its symbol has no places for them
                ops = ops | {f"… {row.op}": ops[str(row.op)]}
                row, args = replace(row, op=f"… {row.op}"), tuple(a for a in args if isinstance(a, int) and a >= 0)
            rows.append(replace(row, args=args))
        seeds = tuple(Seed(i, trace.grads[n]) for i, n in enumerate(kept))
        data = tuple(trace.data[n] for n in kept)
        return Trace(Graph(tuple(rows), (len(rows) - 1,)), data, tuple(edges), seeds, ops), new_numbers

    @cached_property
    def _drawing(self) -> Drawing:
        return plan_drawing(self._part[0])

    def draw(self, theme: str) -> str:
        """Draw all paths as SVG in a theme."""
        return self._draw_paths(None, theme)

    def _draw_paths(self, chosen: int | None, theme: str) -> str:
        """Draw the graph with all paths or the chosen one, and the sum beneath it."""
        drawing, (part, new_numbers) = self._drawing, self._part
        listed = self.found.listed
        active = {new_numbers[n] for path in (listed if chosen is None else [listed[chosen]]) for n in path.edges}
        n_nodes = len(self.found.trace.data)
        n_hidden = n_nodes - len(drawing.nodes)
        frame = replace(final_frame(part), edges=active, phase="bwd")
        lines = self.lines()
        width = max(drawing.width, 2 * MARGIN + max(map(text_width_em, lines)) * 14, 560.0 * bool(n_hidden))
        top = drawing.height + HEADER
        left = format_px(MARGIN)
        note = f'<tspan class="plain note"> · {n_hidden:,} of {n_nodes:,} nodes are not drawn</tspan>' * bool(n_hidden)
        marks = [
            f'<text class="name start" x="{left}" y="26">{escape(self._gradient)} as a sum over paths{note}</text>',
            *draw_marks(drawing, frame),
            f'<path class="rule" d="M{left} {format_px(top)}H{format_px(width - MARGIN)}"/>',
        ]
        for i, line in enumerate(lines):
            kind = "grad" if i == chosen or i == len(lines) - 1 else "ink" if chosen is None else "plain"
            marks.append(svg_text(f"{kind} note", MARGIN, top + 27 + LINE_HEIGHT * i, line))
        height = top + 24 + LINE_HEIGHT * len(lines)
        style, title = svg_style(theme, steps=True, flow=True), self.text().splitlines()[0]
        return svg_document(width, height, style, title, marks, "bwd")

    def html(self) -> str:
        """Return a self-contained piece of HTML with a scrubber over the paths."""
        indices = range(len(self.found.listed))
        scenes = [Scene(self._draw_paths(k, self.theme), self.text()) for k in (None, *indices)]
        labels = ["all paths", *(f"path {k + 1}" for k in indices)]
        return format_scenes(scenes, scenes[0].svg, self.theme, labels)

    def page(self) -> str:
        """Return a complete HTML page."""
        return format_page(self.html(), f"{self._gradient} as a sum over paths")
