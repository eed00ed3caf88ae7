"""Every step as a picture of its own, for slides; and all of them on pages of paper, for handouts."""

from __future__ import annotations

import math
from xml.sax.saxutils import escape

from ..drawing.glyph import px
from ..drawing.graph_svg import HEADER, MARGIN, Drawing, alt, page
from ..drawing.theme import style
from ..layout import Point
from ..text import short_name as name
from ..text import shorten
from ..text import text_width_em as em
from .captions import Line
from .keyframes import Moment, Moments

LINE = 23.0  # pixels from one equation to the next
NARROWEST, NOTED = 600.0, 760.0  # a header, and one that says how many nodes are not drawn
SMALLEST = 12.0  # letters of an equation; a longer one loses its middle
PAPER = (1190.0, 1683.0)  # an A4 page at two pixels to the point, so that no letter is below 6 pt
DOT = 1190.0 / (210 / 25.4 * 96)  # pixels of ours to one of CSS, of which 96 are an inch
EDGE, GUTTER = 44.0, 24.0  # what is free around a page, and between the pictures on it
PAGES = 10  # of a sheet, if a step is an edge; of more, a step is a node
CLASSES = {"": "ink", "v": "value", "g": "grad", "q": "plain"}
STEPS = {"edge": "an edge", "node": "a node", "pass": "a pass"}
KEY = (
    '<tspan class="value">value</tspan><tspan class="plain"> above the wire · </tspan>'
    '<tspan class="grad">gradient</tspan><tspan class="plain"> below</tspan>'
)


class Frames:
    """All moments of a drawing as pictures of one size; the first shows nothing computed yet.

    Where ``room`` is given, it is their width and their greatest height; of a drawing that is larger, each shows the
    part in which something happens.
    """

    def __init__(self, drawing: Drawing, granularity: str, room: Point | None = None) -> None:
        self.drawing = drawing
        self.moments = Moments(drawing.trace, granularity, (drawing.shown, drawing.wired))
        self.lines = self.moments.most_lines()
        self.width, highest = room or (max(drawing.width, NOTED if drawing.hidden else NARROWEST), math.inf)
        rest = HEADER + 20 + LINE * self.lines
        self.view = min(drawing.width, self.width), min(drawing.height, highest - rest)
        self.height = self.view[1] + rest

    def pictures(self, theme: str) -> list[str]:
        """Draw each moment."""
        rules = style(theme, moving=True)
        root = name(self.drawing.trace.graph.rows[-1])
        return [
            page(self.width, self.height, rules, f"{root}, step {m.number} of {m.count}", self.marks(m), m.state.phase)
            for m in self.moments
        ]

    def marks(self, m: Moment) -> list[str]:
        """Draw a moment: a header, the graph, and the equations."""
        left, right = px(MARGIN), px(self.width - MARGIN)
        top = self.view[1] + HEADER
        drawn, hidden = self.drawing.marks(m.state), self.drawing.hidden
        part = f" · {hidden:,} more node{'s' * (hidden > 1)} not drawn" * bool(hidden)
        if self.view != (self.drawing.width, self.drawing.height):
            wide, high, x, y = map(px, (*self.view, *self._window(m)))
            box = f'<svg y="{px(HEADER)}" width="{wide}" height="{high}" viewBox="{x} {y} {wide} {high}">'
            drawn, part = [box, *drawn, "</svg>"], f"{part} · part of the picture"
        return [
            f'<text class="name start" x="{left}" y="24">{m.phase}<tspan class="plain" dx="12">'
            f"step {m.number} of {m.count}{part}</tspan></text>",
            f'<text class="key" x="{right}" y="24">{KEY}</text>',
            *drawn,
            f'<path class="rule" d="M{left} {px(top)}H{right}"/>',
            *(self._line(line, top + 26 + LINE * i) for i, line in enumerate(m.lines)),
        ]

    def _window(self, m: Moment) -> Point:
        """Choose which part of the drawing shows what happens: its upper left corner, at an end if that will do."""
        whole = self.drawing.width, self.drawing.height
        centres = self.drawing.placed.centres
        first = self.drawing.spots(set((m.state.badge or ())[:1]))
        spots = [*first, *self.drawing.spots({*m.state.nodes})] or [centres[-1 if m.number else 0]]
        corner = []
        for places, size, full in zip(zip(*spots, strict=True), self.view, whole, strict=True):
            low, high = min(places) + MARGIN, max(places) + MARGIN
            middle, end = (low + high - size) / 2, full - size
            if high - low >= size - 200:
                middle = places[0] + MARGIN - size / 2
            elif high + 200 <= size:
                middle = 0.0
            elif low - 200 >= end:
                middle = end
            corner.append(min(max(middle, 0.0), end))
        return corner[0], corner[1] + HEADER

    def _line(self, line: Line, y: float) -> str:
        """Write an equation, in smaller letters where it is too long, and without its middle where it still is."""
        room = self.width - 2 * MARGIN
        line = _fitted(line, room / SMALLEST)
        letters = room / sum(em(text) for text, _ in line)
        size = "" if letters >= 15 else f' style="font-size:{px(letters)}px"'
        spans = "".join(f'<tspan class="{CLASSES[kind]}">{escape(text)}</tspan>' for text, kind in line)
        return f'<text class="equation" x="{px(MARGIN)}" y="{px(y)}" xml:space="preserve"{size}>{spans}</text>'


def sheet(drawing: Drawing, granularity: str, theme: str) -> str:
    """Draw all moments on pages of A4, which stand below each other in one picture and are printed one by one."""
    wide, high = (size - 2 * EDGE for size in PAPER)
    columns = 2 if drawing.width <= (wide - GUTTER) / 2 else 1
    frames = Frames(drawing, granularity, ((wide - (columns - 1) * GUTTER) / columns, high))
    rows = int((high + GUTTER) // (frames.height + GUTTER))
    pages = -(-len(frames.moments.groups) // (rows * columns))
    if pages > PAGES and granularity == "edge":
        return sheet(drawing, "node", theme)
    cells = []
    for m in frames.moments:
        if not m.number:
            continue  # where there is nothing to see yet
        sheet_, place = divmod(m.number - 1, rows * columns)
        x = EDGE + place % columns * (frames.width + GUTTER)
        y = EDGE + place // columns * (frames.height + GUTTER) + sheet_ * PAPER[1]
        box = f'x="{px(x)}" y="{px(y)}" width="{px(frames.width)}" height="{px(frames.height)}"'
        frame = f'<rect class="frame" {box} rx="10"/>'
        cells += [frame, f'<svg class="{f"gg {m.state.phase}".strip()}" {box}>', *frames.marks(m), "</svg>"]
    foot = f"{name(drawing.trace.graph.rows[-1])} · a step is {STEPS[granularity]} · page"
    for k in range(pages):
        at = f'x="{px(PAPER[0] - EDGE)}" y="{px((k + 1) * PAPER[1] - EDGE / 2 + 6)}"'
        cells.append(f'<text class="key plain" {at}>{escape(foot)} {k + 1} of {pages}</text>')
    rules = "@page{size:A4;margin:0}" + style(theme, moving=True)
    printed = f'width="{px(PAPER[0] / DOT)}" height="{px(PAPER[1] / DOT * pages)}"'
    return page(PAPER[0], PAPER[1] * pages, rules, alt(drawing.trace), cells, printed=printed)


def _fitted(line: Line, most: float) -> Line:
    """Leave out what is too much of a line: the middle of an equation, whose value stays, or the end of a list."""
    (first, kind), *others = line
    rest = sum(em(text) for text, _ in others)
    if em(first) + rest <= most:
        return line
    if rest < most / 2:
        return (shorten(first, most - rest, em), kind), *others
    found: list[tuple[str, str]] = []
    for part in line:
        most -= em(part[0])
        if most < 2:
            break
        found.append(part)
    return (*found, ("…", "q"))
