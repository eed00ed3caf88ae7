"""A gradient drawn as what it is: the sum over all paths of the products of the local derivatives on each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from xml.sax.saxutils import escape

from autograd.graph.graph import Graph
from autograd.graph.paths import PathOf, Paths
from autograd.graph.serialization import dump
from autograd.graph.trace import Edge, Seed, Trace
from autograd.text.formula import Formula, value

from ..drawing import scenes as views
from ..drawing.glyph import bracketed, px
from ..drawing.graph_svg import HEADER, MARGIN, MOST, Drawing, page
from ..drawing.html import document
from ..drawing.picture import Content, Picture
from ..drawing.scenes import Scene
from ..drawing.theme import style
from ..player.slides import LINE
from ..text import digits
from ..text import ellipsize_list as some
from ..text import short_name as name
from ..text import subscript_digits as pretty
from ..text import text_width_em as em

BESIDE = 24  # nodes; of a larger graph, only those on the paths are drawn


@dataclass(frozen=True)
class PathsFigure(Picture):
    """What ``viz.paths`` returns: a gradient as a sum over paths, and how to draw it."""

    found: Paths
    theme: str = "auto"

    def _name(self, n: int) -> str:
        return pretty(name(self.found.trace.graph.rows[n]))

    @property
    def _gradient(self) -> str:
        return f"∂{self._name(-1)}/∂{self._name(self.found.node)}"

    def _product(self, path: PathOf) -> str:
        edges = [self.found.trace.edges[n] for n in path.edges]
        return " × ".join(some([bracketed(edge.local) for edge in edges], 9)) or "[1]"

    def _way(self, path: PathOf) -> str:
        nodes = [self.found.node, *(self.found.trace.edges[n].dst for n in path.edges)]
        return " → ".join(some([self._name(n) for n in nodes], 9))

    def lines(self) -> list[str]:
        """Write each path with its product, what the others add, and the sum, which is the gradient."""
        found = self.found
        listed = [f"{self._way(p)}:  {self._product(p)} = {digits(p.product, '−')}" for p in found.listed]
        if more := found.count - len(found.listed):
            listed.append(f"{more:,} more path{'s' * (more > 1)}: together {digits(found.rest, '−')}")
        terms = [digits(p.product, "−") for p in found.listed]
        terms = [f"({t})" if i and t.startswith("−") else t for i, t in enumerate(terms)]
        terms += [f"({digits(found.rest, '−')})"] * bool(more)
        total = f"{self._gradient} = {' + '.join(some(terms, 9))}" if terms else f"{self._gradient}: nothing flows"
        return [*listed, f"{total} = {digits(found.total, '−')}" if len(terms) != 1 else total]

    def text(self) -> str:
        """Write the sum over paths, a line for each path."""
        paths = f"{self.found.count:,} path{'s' * (self.found.count != 1)}"
        head = f"{self._gradient} is the sum over {paths} of the products of the local derivatives"
        return "\n".join([head, *(f"  {line}" for line in self.lines())])

    def latex(self) -> str:
        r"""Write the sum as an equation in LaTeX."""
        found = self.found
        rows = found.trace.graph.rows
        root, node = (Formula.named(name(rows[n]), latex=True) for n in (-1, found.node))
        terms = [
            r" \cdot ".join(
                text if not text.startswith("-") else rf"\left({text}\right)"
                for n in path.edges
                for text in (str(value(found.trace.edges[n].local or 0.0, latex=True)),)
            )
            or "1"
            for path in found.listed
        ]
        terms += [r"\cdots"] * (found.count > len(found.listed))
        total = value(found.total, latex=True)
        return rf"\frac{{\partial {root}}}{{\partial {node}}} = {' + '.join(terms) or 0} = {total}"

    def written(self) -> Mapping[str, Callable[[], Content]]:
        """Return how the paths are written: as JSON and in LaTeX."""
        found = self.found
        facts = {
            "of": name(found.trace.graph.rows[-1]),
            "by": name(found.trace.graph.rows[found.node]),
            "total": found.total,
            "paths": found.count,
            "listed": [
                {
                    "nodes": [found.node, *(found.trace.edges[n].dst for n in path.edges)],
                    "locals": [found.trace.edges[n].local for n in path.edges],
                    "product": path.product,
                }
                for path in found.listed
            ],
        }
        return {".json": lambda: dump("paths", **facts) + "\n", ".tex": lambda: self.latex() + "\n"}

    @cached_property
    def _part(self) -> tuple[Trace, dict[int, int]]:
        """Take what lies on the paths, with what it is computed from beside it, and where each edge went."""
        trace = self.found.trace
        root = len(trace.data) - 1
        on = {self.found.node, root} | {trace.edges[n].dst for path in self.found.listed for n in path.edges}
        inner = on - {self.found.node}
        beside = {edge.src for edge in trace.edges if edge.dst in inner}
        kept = sorted(on | beside if len(on | beside) <= BESIDE else on)
        ids = {n: i for i, n in enumerate(kept)}
        edges: list[Edge] = []
        where: dict[int, int] = {}
        for n, edge in enumerate(trace.edges):
            if edge.dst in inner and edge.src in ids:
                where[n] = len(edges)
                edges.append(replace(edge, src=ids[edge.src], dst=ids[edge.dst]))
        rows, ops = [], trace.ops
        for n in kept:
            row = trace.graph.rows[n]
            args = tuple(ids.get(arg, -1) if isinstance(arg, int) else arg for arg in row.args)
            if n not in inner:
                row, args = replace(row, op=None), ()
            elif -1 in args:  # some are beside the paths: it is drawn as its sign alone
                ops = ops | {f"… {row.op}": ops[str(row.op)]}
                row, args = replace(row, op=f"… {row.op}"), tuple(a for a in args if isinstance(a, int) and a >= 0)
            rows.append(replace(row, args=args))
        seeds = tuple(Seed(i, trace.grads[n]) for i, n in enumerate(kept))
        data = tuple(trace.data[n] for n in kept)
        return Trace(Graph(tuple(rows), (len(rows) - 1,)), data, tuple(edges), seeds, ops), where

    @cached_property
    def _drawing(self) -> Drawing:
        return Drawing(self._part[0], MOST)

    def draw(self, theme: str) -> str:
        """Draw all paths as SVG in a theme."""
        return self._frame(None, theme)

    def _frame(self, chosen: int | None, theme: str) -> str:
        """Draw the graph with all paths, or one of them, and the sum beneath it."""
        drawing, (_, where) = self._drawing, self._part
        paths = self.found.listed if chosen is None else [self.found.listed[chosen]]
        on = {where[n] for path in paths for n in path.edges}
        beside = len(self.found.trace.data) - len(drawing.nodes)
        state = replace(drawing.everything, edges=on, phase="bwd")
        lines = self.lines()
        width = max(drawing.width, 2 * MARGIN + max(map(em, lines)) * 14, 560.0 * bool(beside))
        top = drawing.height + HEADER
        marks = [
            f'<text class="name start" x="{px(MARGIN)}" y="26">{escape(self._gradient)} as a sum over paths'
            + f'<tspan class="plain note"> · {beside:,} of {len(self.found.trace.data):,} nodes are not drawn</tspan>'
            * bool(beside)
            + "</text>",
            *drawing.marks(state),
            f'<path class="rule" d="M{px(MARGIN)} {px(top)}H{px(width - MARGIN)}"/>',
        ]
        for i, line in enumerate(lines):
            kind = "grad" if i == chosen or i == len(lines) - 1 else "ink" if chosen is None else "plain"
            y = px(top + 27 + LINE * i)
            marks.append(f'<text class="{kind} note" x="{px(MARGIN)}" y="{y}">{escape(line)}</text>')
        height = top + 24 + LINE * len(lines)
        return page(width, height, style(theme, moving=True, flow=True), self.text().splitlines()[0], marks, "bwd")

    def html(self) -> str:
        """Write a piece of HTML that needs nothing else, with a scrubber over the paths."""
        listed = self.found.listed
        scenes = [Scene(self._frame(k, self.theme), self.text()) for k in (None, *range(len(listed)))]
        labels = ["all paths", *(f"path {k + 1}" for k in range(len(listed)))]
        return views.html(scenes, scenes[0].svg, self.theme, labels)

    def page(self) -> str:
        """Write the same as a page of its own."""
        return document(self.html(), f"{self._gradient} as a sum over paths")
