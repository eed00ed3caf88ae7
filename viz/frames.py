"""Every step as a picture of its own, for slides; and all of them on one sheet, for handouts."""

from __future__ import annotations

from xml.sax.saxutils import escape

from .gate import px
from .letters import em
from .lines import Line
from .moments import Moment, Moments
from .style import style
from .svg import HEADER, MARGIN, Drawing, alt, page
from .words import name

LINE = 23.0  # pixels from one equation to the next
NARROWEST = 600.0
GUTTER = 24.0  # between the pictures of a sheet
CLASSES = {"": "ink", "v": "value", "g": "grad", "q": "plain"}
KEY = (
    '<tspan class="value">value</tspan><tspan class="plain"> above the wire · </tspan>'
    '<tspan class="grad">gradient</tspan><tspan class="plain"> below</tspan>'
)


class Frames:
    """All moments of a drawing as pictures of one size; the first shows nothing computed yet."""

    def __init__(self, drawing: Drawing, granularity: str) -> None:
        self.drawing = drawing
        self.moments = Moments(drawing.trace, granularity, (drawing.shown, drawing.wired))
        self.width = max(drawing.width, NARROWEST)
        self.lines = self.moments.most_lines()
        self.height = drawing.height + HEADER + 20 + LINE * self.lines

    def pictures(self, theme: str) -> list[str]:
        """Draw each moment."""
        rules = style(theme, moving=True)
        root = name(self.drawing.trace.graph.rows[-1])
        return [
            page(self.width, self.height, rules, f"{root}, step {m.number} of {m.count}", self._marks(m), m.state.phase)
            for m in self.moments
        ]

    def sheet(self, theme: str, columns: int) -> str:
        """Draw all moments on one sheet, row by row."""
        rows = -(-len(self.moments) // columns)
        cells = []
        for i, m in enumerate(self.moments):
            x, y = GUTTER + i % columns * (self.width + GUTTER), GUTTER + i // columns * (self.height + GUTTER)
            box = f'x="{px(x)}" y="{px(y)}" width="{px(self.width)}" height="{px(self.height)}"'
            frame = f'<rect class="frame" {box} rx="10"/>'
            cells += [frame, f'<svg class="{f"gg {m.state.phase}".strip()}" {box}>', *self._marks(m), "</svg>"]
        width, height = (
            count * (size + GUTTER) + GUTTER for count, size in ((columns, self.width), (rows, self.height))
        )
        rules = style(theme, moving=True)
        return page(width, height, rules, alt(self.drawing.trace), cells)

    def _marks(self, m: Moment) -> list[str]:
        left, right = px(MARGIN), px(self.width - MARGIN)
        top = self.drawing.height + HEADER
        return [
            f'<text class="name start" x="{left}" y="24">{m.phase}<tspan class="plain" dx="12">'
            f"step {m.number} of {m.count}</tspan></text>",
            f'<text class="key" x="{right}" y="24">{KEY}</text>',
            *self.drawing.marks(m.state),
            f'<path class="rule" d="M{left} {px(top)}H{right}"/>',
            *(self._line(line, top + 26 + LINE * i) for i, line in enumerate(m.lines)),
        ]

    def _line(self, line: Line, y: float) -> str:
        """Write an equation, in smaller letters where it is too long."""
        room = (self.width - 2 * MARGIN) / sum(em(text) for text, _ in line)
        size = "" if room >= 15 else f' style="font-size:{px(room)}px"'
        spans = "".join(f'<tspan class="{CLASSES[kind]}">{escape(text)}</tspan>' for text, kind in line)
        return f'<text class="equation" x="{px(MARGIN)}" y="{px(y)}" xml:space="preserve"{size}>{spans}</text>'
