"""Pictures of training as SVG, in the reader's light or dark theme."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite, log10

from viz.drawing import FONT, svg_document, themed_rules

STYLE = """.gg{font:500 13px FONT}
.gg .page{fill:PAGE}
.gg .line0{stroke:VALUE}.gg .line1{stroke:GRAD}.gg .line{fill:none;stroke-width:2;stroke-linejoin:round}
.gg .rule{stroke:LINE}.gg text{fill:QUIET}.gg text.zero{fill:VALUE}.gg text.one{fill:GRAD}
.gg .pixel{fill:INK}.gg .end{text-anchor:end}.gg .mid{text-anchor:middle}
""".replace("FONT", FONT)


def curves(columns: Mapping[str, Sequence[float]], unit: str) -> str:
    """Return a plot of one or two columns over the epochs.

    The scale is logarithmic if all numbers are above 0.

    Args:
        columns: The numbers to plot, by name.
        unit: The unit of the horizontal axis, such as "epoch".
    """
    width, height, left, right, top, foot = 640.0, 320.0, 64.0, 96.0, 20.0, 40.0
    shown = [v for column in columns.values() for v in column if isfinite(v)] or [0.0]
    scale: Callable[[float], float] = log10 if min(shown) > 0 else lambda v: v
    low, high = scale(min(shown)), scale(max(shown))
    high = high if high > low else low + 1
    last = max(len(column) for column in columns.values())

    def to_x(k: int) -> float:
        return left + (width - left - right) * (k / max(1, last - 1))

    def to_y(v: float) -> float:
        return height - foot - (height - foot - top) * (scale(v) - low) / (high - low)

    parts = []
    for v in dict.fromkeys((min(shown), max(shown))):
        parts.append(f'<line class="rule" x1="{left}" x2="{width - right}" y1="{to_y(v):.1f}" y2="{to_y(v):.1f}"/>')
        parts.append(f'<text class="end" x="{left - 8}" y="{to_y(v) + 4:.1f}">{v:.3g}</text>')
    ends: list[float] = []
    for k, (name, column) in enumerate(columns.items()):
        points = " ".join(f"{to_x(i):.1f},{to_y(v):.1f}" for i, v in enumerate(column) if isfinite(v))
        y = to_y(next((v for v in reversed(column) if isfinite(v)), shown[0])) + 4
        y += 14 if any(abs(y - other) < 14 for other in ends) else 0
        ends.append(y)
        parts.append(f'<polyline class="line line{k}" points="{points}"/>')
        parts.append(f'<text class="{("zero", "one")[k]}" x="{width - right + 8}" y="{y:.1f}">{name}</text>')
    parts.append(f'<text x="{left}" y="{height - 14}">1</text>')
    parts.append(f'<text class="end" x="{width - right}" y="{height - 14}">{unit} {last}</text>')
    return _draw_page(width, height, f"{' and '.join(columns)} over {last} {unit}s", parts)


def images(pixels: Sequence[Sequence[float]], captions: Sequence[str], side: int = 8) -> str:
    """Return a picture of square images with captions, six in a row.

    Args:
        pixels: For each image numbers from 0 to 1, row by row.
        captions: The text below each image.
        side: The side of an image in pixels.
    """
    size, gap, line = 80.0, 28.0, 118.0
    parts = []
    for k, (image, caption) in enumerate(zip(pixels, captions, strict=True)):
        x, y, cell = gap + (k % 6) * (size + gap), 16 + k // 6 * line, size / side
        parts.append(f'<rect x="{x:g}" y="{y:g}" width="{size:g}" height="{size:g}" fill="none" class="rule"/>')
        for i, p in enumerate(image):
            if p > 0:
                at = f'x="{x + i % side * cell:g}" y="{y + i // side * cell:g}" width="{cell:g}" height="{cell:g}"'
                parts.append(f'<rect class="pixel" opacity="{p:.2f}" {at}/>')
        parts.append(f'<text class="mid" x="{x + size / 2:g}" y="{y + size + 18:g}">{caption}</text>')
    rows, columns = -(-len(pixels) // 6), min(6, len(pixels))
    return _draw_page(gap + columns * (size + gap), 16 + rows * line, "images with their captions", parts)


def _draw_page(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    return svg_document(width, height, themed_rules(STYLE), title, parts)
