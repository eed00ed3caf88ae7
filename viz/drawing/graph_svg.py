"""Draw a frame of a trace as SVG.

Values are above the wires, gradients below, and local derivatives where wires enter nodes. This is the convention of
the cs231n lectures (Karpathy and Johnson, 2016), in colours that colour-blind readers can distinguish. The same trace
always gives the same bytes. Elements have no ids, so that two pictures fit in one page.
"""

from __future__ import annotations

from operator import itemgetter
from xml.sax.saxutils import escape

from autograd.graph import Trace

from ..layout import Point, Wire
from ..text import digits, short_name, text_width_em
from .frame import Frame, final_frame
from .glyph import BADGE_HEIGHT, bracket_local
from .placement import MARGIN, Drawing
from .svg_format import format_px, route_path, svg_document, svg_key, svg_text
from .theme import BADGE_PX, LABEL_PX, NAME_PX, svg_style

HEADER = 34.0  # pixels above the drawing
KEY = (
    ("value", "value", "above the wire"),
    ("grad", "gradient", "below"),
    ("plain", "[local]", "at the gate"),
)


def alt_text(trace: Trace, heading: str = "") -> str:
    """Format the result and the gradients of the leaves in words, after a heading."""
    rows = trace.graph.rows
    root = short_name(rows[-1])
    leaves = [n for n, row in enumerate(rows) if row.op is None]
    gradients = ", ".join(f"∂{root}/∂{short_name(rows[n])} = {digits(trace.grads[n])}" for n in leaves[:40])
    heading = f"{heading}: " * bool(heading)
    return f"{heading}{root} = {digits(trace.data[-1])}; {gradients}{', …' * (len(leaves) > 40)}"


def draw_graph(
    drawing: Drawing,
    theme: str,
    frame: Frame | None = None,
    note: str = "",
    title: str = "",
    rules: str = "",
    heading: str = "",
) -> str:
    """Draw a frame, by default the final one, below a header.

    The header has a heading, a note, the number of hidden nodes and a key. ``rules`` replace the style sheet of the
    theme.
    """
    frame = frame or final_frame(drawing.trace)
    if n := drawing.n_hidden:
        n_cut = sum(glyph.is_cut for glyph in drawing.glyphs)
        hidden = f"{n:,} more node{'s lie' if n > 1 else ' lies'} behind the dashed box{'es' if n_cut > 1 else ''}"
        note = f"{note} · {hidden}" if note else hidden
    pairs = [pair for pair, numbers in zip(KEY, (frame.values, frame.grads, frame.known), strict=True) if numbers]
    _, left = svg_key(0, 24, pairs)
    start = (text_width_em(heading) * NAME_PX + 16) * bool(heading)
    width = max(drawing.width, 2 * MARGIN - left + start + (text_width_em(note) * LABEL_PX + 20) * bool(note))
    key, _ = svg_key(width - MARGIN, 24, pairs)
    head = f'<text class="name" style="text-anchor:start" x="{format_px(MARGIN)}" y="24">{escape(heading)}</text>'
    note = svg_text("more", MARGIN + start, 24, note) * bool(note)
    marks = [*draw_marks(drawing, frame), key, head * bool(heading), note]
    title = title or alt_text(drawing.trace)
    return svg_document(width, drawing.height + HEADER, rules or svg_style(theme), title, marks)


def draw_marks(drawing: Drawing, frame: Frame) -> list[str]:
    """Draw a frame as SVG elements, placed below the header."""
    selection, layout = drawing.selection, drawing.layout
    routes = zip(selection.wires, drawing.wires, layout.routes, strict=True)
    wires = [_draw_wire(drawing, selection.folds.get(n, [n]), wire, route, frame) for n, wire, route in routes]
    glyphs = zip(drawing.nodes, drawing.glyphs, layout.centres, strict=True)
    return [
        f'<g transform="translate({format_px(MARGIN)} {format_px(MARGIN + HEADER)})">',
        *(mark for _, mark in sorted(wires, key=itemgetter(0))),  # active wires over the others
        *(glyph.draw(n, *centre, frame) for n, glyph, centre in glyphs),
        *_draw_badge(drawing, frame),
        "</g>",
    ]


def _draw_wire(
    drawing: Drawing, edges: list[int], wire: Wire, route: tuple[Point, ...], frame: Frame
) -> tuple[bool, str]:
    """Draw the wire of some edges with its forks, and return whether it is active.

    A wire of many edges shows the local derivative of the active one. Each wire has the dots of its forks, which have
    its colour.
    """
    box = drawing.glyphs[wire.dst].box
    is_lowest = route[-1][1] - drawing.layout.centres[wire.dst][1] == box.ports[-1] > 0
    at = route[-1][0] - box.half_width - 6, route[-1][1] + (13 if is_lowest else -5)
    active = [n for n in edges if n in frame.edges]
    known = [n for n in (active if len(edges) > 1 else edges) if n in frame.known]
    text = bracket_local(drawing.trace.edges[known[0]].local) if len(known) == 1 else ""
    flows = any(drawing.trace.edges[n].local is not None for n in edges)
    is_passed = frame.colour_passed and flows and all(n in frame.known for n in edges)
    d = route_path(route, drawing.layout.curves)
    kind = " back" * is_passed + " on" * bool(active)
    path = f'<path class="wire{" idle" * (not flows)}" d="{d}"/>'
    dots = "".join(
        f'<circle class="fork" cx="{format_px(x)}" cy="{format_px(y)}" r="4"/>'
        for x, y in route
        if (wire.src, (x, y)) in drawing.forks
    )
    return bool(active), f'<g class="edge{kind}">{path}{dots}{svg_text("local", *at, text)}</g>'


def _draw_badge(drawing: Drawing, frame: Frame) -> list[str]:
    if frame.badge is None or frame.badge[0] not in drawing.nodes:
        return []
    node, *lines = frame.badge
    index = drawing.nodes.index(node)
    x, y = drawing.layout.centres[index]
    y += drawing.glyphs[index].half_height + 9
    width = max(map(text_width_em, lines)) * BADGE_PX + 14
    texts = "".join(
        f'<text x="{format_px(x)}" y="{format_px(y + 18 + 17 * i)}">{escape(line)}</text>'
        for i, line in enumerate(lines)
    )
    return [
        f'<g class="badge"><rect x="{format_px(x - width / 2)}" y="{format_px(y)}" width="{format_px(width)}" '
        f'height="{format_px(BADGE_HEIGHT)}" rx="8"/>{texts}</g>'
    ]
