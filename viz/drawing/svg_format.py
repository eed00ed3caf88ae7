"""Format coordinates, texts, rectangles, routes and whole pictures as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from ..layout import Point
from ..text import text_width_em
from .theme import LABEL_PX


def format_px(x: float) -> str:
    """Format a coordinate to a tenth of a pixel.

    >>> format_px(12.0), format_px(0.25), format_px(-0.04)
    ('12', '0.2', '0')
    """
    return f"{round(x, 1) + 0.0:g}" if abs(x) < 1e5 else f"{x:.0f}"


def svg_text(kind: str, x: float, y: float, text: str) -> str:
    """Draw a text of a class at a point."""
    return f'<text class="{kind}" x="{format_px(x)}" y="{format_px(y)}">{escape(text)}</text>'


def svg_key(right: float, y: float, pairs: Sequence[tuple[str, str, str]]) -> tuple[str, float]:
    """Draw coloured words that a text follows, and return them with their left end.

    A word ends where its text starts, so that in no font they overlap, nor in CairoSVG, whose spans do if they end at
    a point.
    """
    marks = ""
    for kind, word, text in reversed(pairs):
        x = right - text_width_em(text) * LABEL_PX * 0.92  # no bold letters
        marks = (
            f'<text class="{kind}" x="{format_px(x)}" y="{format_px(y)}">{escape(word)}</text>'
            f'<text class="plain" x="{format_px(x + 4)}" y="{format_px(y)}" text-anchor="start"> {escape(text)}</text>'
        ) + marks
        right = x - text_width_em(word) * LABEL_PX - 14
    return f'<g class="key" text-anchor="end">{marks}</g>', right


def svg_rect(kind: str, x: float, y: float, width: float, height: float, rounding: float = 0) -> str:
    """Draw a rectangle of a class from its upper left corner."""
    at = f'x="{format_px(x)}" y="{format_px(y)}" width="{format_px(width)}" height="{format_px(height)}"'
    return f'<rect class="{kind}" {at}' + f' rx="{format_px(rounding)}"' * bool(rounding) + "/>"


def route_path(route: tuple[Point, ...], curves: bool = False) -> str:
    """Format a route as the data of an SVG path, straight and bent in turn.

    With ``curves``, the pieces between the first and the last are Bézier curves of three points each.

    >>> route_path(((0, 0), (10, 0), (50, 20), (60, 20)))
    'M0 0H10C30 0 30 20 50 20H60'
    """
    (x, y), *rest = route
    d = f"M{format_px(x)} {format_px(y)}"
    if curves:
        inner = " ".join(f"{format_px(x)} {format_px(y)}" for x, y in rest[1:-1])
        return f"{d}H{format_px(rest[0][0])}C{inner}H{format_px(rest[-1][0])}"
    for i, (next_x, next_y) in enumerate(rest):
        if i % 2 == 0 or next_y == y:
            d += f"H{format_px(next_x)}"
        else:
            middle = format_px((x + next_x) / 2)
            d += f"C{middle} {format_px(y)} {middle} {format_px(next_y)} {format_px(next_x)} {format_px(next_y)}"
        x, y = next_x, next_y
    return d


def svg_document(
    width: float, height: float, style: str, title: str, marks: Sequence[str], phase: str = "", printed: str = ""
) -> str:
    """Return a complete SVG picture around marks.

    ``printed`` holds the attributes of its printed size. Without it, a unit is a pixel.
    """
    font = """font-family="'DejaVu Sans',Verdana" font-weight="bold" font-size="15\""""
    size = f'viewBox="0 0 {format_px(width)} {format_px(height)}" ' + (
        printed or f'width="{format_px(width)}" height="{format_px(height)}"'
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="{f"gg {phase}".strip()}" role="img" {font} {size}>',
            f"<title>{escape(title)}</title>",
            f"<style>{style}</style>",
            '<rect class="page" width="100%" height="100%" rx="8"/>',
            *filter(None, marks),
            "</svg>\n",
        ]
    )
