"""Draw keyframes as pictures for slides, or on pages for handouts."""

from __future__ import annotations

import math
from xml.sax.saxutils import escape

from ..drawing import (
    HEADER,
    KEY,
    MARGIN,
    Drawing,
    alt_text,
    draw_marks,
    format_px,
    svg_document,
    svg_key,
    svg_style,
    svg_text,
)
from ..layout import Point
from ..text import short_name, shorten, text_width_em
from .captions import Line
from .keyframes import Keyframe, Keyframes

# All in pixels, except where a comment says otherwise.
LINE_HEIGHT = 23.0  # from one equation to the next
MIN_WIDTH, MIN_WIDTH_WITH_HIDDEN = 600.0, 760.0  # room for a header, and for one that counts hidden nodes
MIN_FONT_PX = 12.0  # of an equation; a longer one loses its middle
PAPER = (1190.0, 1683.0)  # an A4 page at two pixels to the point, so that no letter is below 6 pt
PX_PER_CSS_PX = 1190.0 / (210 / 25.4 * 96)  # 96 CSS pixels are an inch
PAGE_MARGIN, GUTTER = 44.0, 24.0  # around a page, and between the pictures on it
MAX_EDGE_PAGES = 10  # of a sheet with an edge for each step; longer sheets have a node for each step
CLASSES = {"": "ink", "v": "value", "g": "grad", "q": "plain"}
STEP_UNITS = {"edge": "an edge", "node": "a node", "pass": "a pass"}


class Slides:
    """All keyframes of a drawing as pictures of one size.

    ``room``, if given, is their width and greatest height. Pictures of a larger drawing show the part in which
    something happens.
    """

    width: float
    heading: str

    def __init__(self, drawing: Drawing, granularity: str, room: Point | None = None, heading: str = "") -> None:
        self.drawing, self.heading = drawing, heading
        self.keyframes: Keyframes = Keyframes(drawing.trace, granularity, (drawing.shown_nodes, drawing.shown_edges))
        min_width = MIN_WIDTH_WITH_HIDDEN if drawing.n_hidden else MIN_WIDTH
        self.width, max_height = room or (max(drawing.width, min_width), math.inf)
        text_height = HEADER + 20 + LINE_HEIGHT * self.keyframes.max_caption_lines()
        self.view: tuple[float, float] = min(drawing.width, self.width), min(drawing.height, max_height - text_height)
        self.height: float = self.view[1] + text_height

    def pictures(self, theme: str) -> list[str]:
        """Draw each keyframe as SVG."""
        rules = svg_style(theme, steps=True)
        root = short_name(self.drawing.trace.graph.rows[-1])
        return [
            svg_document(
                self.width,
                self.height,
                rules,
                f"{root}, step {keyframe.number} of {keyframe.count}",
                self.marks(keyframe),
                keyframe.frame.phase,
            )
            for keyframe in self.keyframes
        ]

    def marks(self, keyframe: Keyframe) -> list[str]:
        """Draw a keyframe as SVG elements: a header, the graph and the caption."""
        left, right = format_px(MARGIN), format_px(self.width - MARGIN)
        top = self.view[1] + HEADER
        graph, n_hidden = draw_marks(self.drawing, keyframe.frame), self.drawing.n_hidden
        note = f" · {n_hidden:,} more node{'s' * (n_hidden > 1)} not drawn" * bool(n_hidden)
        if self.view != (self.drawing.width, self.drawing.height):
            width, height, x, y = map(format_px, (*self.view, *self._window(keyframe)))
            box = f'y="{format_px(HEADER)}" width="{width}" height="{height}" viewBox="{x} {y} {width} {height}"'
            graph, note = [f"<svg {box}>", *graph, "</svg>"], f"{note} · part of the picture"
        place = f"step {keyframe.number} of {keyframe.count}{note}"
        room = (self.width - 230) / 15 - text_width_em(f"{keyframe.phase}{place} · ")
        if self.heading and room > 3:
            place += f" · {shorten(self.heading, room, text_width_em)}"
        return [
            f'<text class="name start" x="{left}" y="24">{keyframe.phase}<tspan class="plain" dx="12">'
            f"{escape(place)}</tspan></text>",
            *graph,
            svg_key(self.width - MARGIN, 24, KEY[:2])[0],
            f'<path class="rule" d="M{left} {format_px(top)}H{right}"/>',
            *(self._line(line, top + 26 + LINE_HEIGHT * i) for i, line in enumerate(keyframe.caption)),
        ]

    def _window(self, keyframe: Keyframe) -> Point:
        """Return the upper left corner of the part to show."""
        size = self.drawing.width, self.drawing.height
        centres = self.drawing.layout.centres
        frame = keyframe.frame
        badge = self.drawing.centres_of(set((frame.badge or ())[:1]))
        spots = [*badge, *self.drawing.centres_of({*frame.nodes})] or [centres[-1 if keyframe.number else 0]]
        corner = []
        for places, visible, full in zip(zip(*spots, strict=True), self.view, size, strict=True):
            low, high = min(places) + MARGIN, max(places) + MARGIN
            start, end = (low + high - visible) / 2, full - visible
            if high - low >= visible - 200:
                start = places[0] + MARGIN - visible / 2
            elif high + 200 <= visible:
                start = 0.0
            elif low - 200 >= end:
                start = end
            corner.append(min(max(start, 0.0), end))
        return corner[0], corner[1] + HEADER

    def _line(self, line: Line, y: float) -> str:
        """Draw an equation, in smaller letters or without its middle if it is too long."""
        room = self.width - 2 * MARGIN
        line = _fit_line(line, room / MIN_FONT_PX)
        font_px = room / sum(text_width_em(text) for text, _ in line)
        size = "" if font_px >= 15 else f' style="font-size:{format_px(font_px)}px"'
        spans = "".join(f'<tspan class="{CLASSES[kind]}">{escape(text)}</tspan>' for text, kind in line)
        at = f'x="{format_px(MARGIN)}" y="{format_px(y)}"'
        return f'<text class="equation" {at} xml:space="preserve"{size}>{spans}</text>'


def draw_sheet(drawing: Drawing, granularity: str, theme: str, heading: str = "") -> str:
    """Draw all keyframes but the start on pages of A4, in one picture."""
    width, height = (size - 2 * PAGE_MARGIN for size in PAPER)
    n_columns = 2 if drawing.width <= (width - GUTTER) / 2 else 1
    slides = Slides(drawing, granularity, ((width - (n_columns - 1) * GUTTER) / n_columns, height))
    n_rows = int((height + GUTTER) // (slides.height + GUTTER))
    n_pages = -(-len(slides.keyframes.groups) // (n_rows * n_columns))
    if n_pages > MAX_EDGE_PAGES and granularity == "edge":
        return draw_sheet(drawing, "node", theme, heading)
    marks = []
    for keyframe in slides.keyframes:
        if not keyframe.number:
            continue
        page, cell = divmod(keyframe.number - 1, n_rows * n_columns)
        x = PAGE_MARGIN + cell % n_columns * (slides.width + GUTTER)
        y = PAGE_MARGIN + cell // n_columns * (slides.height + GUTTER) + page * PAPER[1]
        size = f'width="{format_px(slides.width)}" height="{format_px(slides.height)}"'
        box = f'x="{format_px(x)}" y="{format_px(y)}" {size}'
        marks.append(f'<rect class="frame" {box} rx="10"/>')
        marks += [f'<svg class="{f"gg {keyframe.frame.phase}".strip()}" {box}>', *slides.marks(keyframe), "</svg>"]
    footer = f"{heading or short_name(drawing.trace.graph.rows[-1])} · a step is {STEP_UNITS[granularity]} · page"
    for k in range(n_pages):
        y = (k + 1) * PAPER[1] - PAGE_MARGIN / 2 + 6
        marks.append(svg_text("label plain footer", PAPER[0] - PAGE_MARGIN, y, f"{footer} {k + 1} of {n_pages}"))
    rules = "@page{size:A4;margin:0}" + svg_style(theme, steps=True)
    sizes = PAPER[0] / PX_PER_CSS_PX, PAPER[1] / PX_PER_CSS_PX * n_pages
    printed = f'width="{format_px(sizes[0])}" height="{format_px(sizes[1])}"'
    return svg_document(PAPER[0], PAPER[1] * n_pages, rules, alt_text(drawing.trace), marks, printed=printed)


def _fit_line(line: Line, max_width: float) -> Line:
    """Return a line of at most a width in em, its middle or its end left out."""
    (first, kind), *others = line
    rest = sum(text_width_em(text) for text, _ in others)
    if text_width_em(first) + rest <= max_width:
        return line
    if rest < max_width / 2:
        return (shorten(first, max_width - rest, text_width_em), kind), *others
    fitting: list[tuple[str, str]] = []
    for part in line:
        max_width -= text_width_em(part[0])
        if max_width < 2:
            break
        fitting.append(part)
    return (*fitting, ("…", "q"))
