"""Map sizes to colours on a logarithmic scale.

The colours are cividis on dark ground, and its blue half on light ground, where the yellow half would make the
smallest gradients the most conspicuous.

Nuñez, Anderton and Renslow, Optimizing colormaps with consideration for color vision deficiency (2018).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from .svg_format import format_px, svg_rect, svg_text

N_SHADES = 7
MAX_DECADES = 6  # below the greatest size; smaller ones have the palest shade
LEGEND_WIDTH = 312.0  # pixels


@dataclass(frozen=True)
class LogColorScale:
    """A scale from 10 to the power ``low`` up to 10 to the power ``high``."""

    low: int
    high: float

    @classmethod
    def from_sizes(cls, sizes: Iterable[float]) -> LogColorScale:
        """Return a scale for most of some sizes, without 0 and non-finite ones."""
        logs = sorted(math.log10(size) for size in sizes if 0 < size < math.inf) or [0.0]
        low, high = math.floor(logs[len(logs) // 10]), logs[-1]  # a tenth may be below the scale
        return cls(max(min(low, math.floor(high) - 2), math.floor(high) - MAX_DECADES), high)

    def position(self, size: float) -> float:
        """Return where a size is on the scale, from 0 to 1."""
        if not size > 0:
            return 0.0
        if size == math.inf:
            return 1.0
        return min(max((math.log10(size) - self.low) / (self.high - self.low), 0.0), 1.0)

    def shade(self, size: float) -> int:
        """Return the shade of a size, from 0 for the palest."""
        return min(int(self.position(size) * N_SHADES), N_SHADES - 1)

    def line_width(self, size: float) -> float:
        """Return the width of a line for a size, in pixels."""
        return 0.6 + 3.0 * self.position(size) * self.position(size)

    def legend(self, x: float, y: float, title: str) -> list[str]:
        """Draw the scale with its powers of ten and a title."""
        width = LEGEND_WIDTH / N_SHADES
        marks = [svg_text("plain note", x, y, title)]
        marks += [svg_rect(f"fill{i}", x + i * width, y + 9, width, 8) for i in range(N_SHADES)]
        for k in range(self.low, math.floor(self.high) + 1):
            at = x + LEGEND_WIDTH * (k - self.low) / (self.high - self.low)
            marks.append(f'<path class="rule" d="M{format_px(at)} {format_px(y + 17)}v4"/>')
            marks.append(svg_text("plain note mid", at, y + 33, "≤ " * (k == self.low) + format_power(k)))
        return marks


def format_power(k: int) -> str:
    """Format a power of ten.

    >>> format_power(-12)
    '10⁻¹²'
    """
    return "10" + str(k).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
