"""A logarithmic scale from pale to strong: cividis on dark ground, its blue half on light, where yellow would shout.

Nuñez, Anderton and Renslow, Optimizing colormaps with consideration for color vision deficiency (2018).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from .glyph import px

SHADES = 7
DECADES = 6  # below the greatest; what is less has the palest shade


@dataclass(frozen=True)
class Scale:
    """Powers of ten from ``low`` up to the greatest size, and which shade and width stand for a size."""

    low: int
    high: float

    @classmethod
    def of(cls, sizes: Iterable[float]) -> Scale:
        """Choose powers of ten below most of some sizes; those that are 0 or not finite do not count."""
        some = sorted(math.log10(size) for size in sizes if 0 < size < math.inf) or [0.0]
        low, high = math.floor(some[len(some) // 10]), some[-1]  # a tenth may be paler than the rest
        return cls(max(min(low, math.floor(high) - 2), math.floor(high) - DECADES), high)

    def at(self, size: float) -> float:
        """Return where a size lies, from 0 to 1."""
        if not size > 0:
            return 0.0
        if size == math.inf:
            return 1.0
        return min(max((math.log10(size) - self.low) / (self.high - self.low), 0.0), 1.0)

    def shade(self, size: float) -> int:
        """Return the shade of a size, from 0 for the palest."""
        return min(int(self.at(size) * SHADES), SHADES - 1)

    def width(self, size: float) -> float:
        """Return the width of a line for a size, in pixels."""
        return 0.6 + 3.0 * self.at(size) * self.at(size)

    def legend(self, x: float, y: float, title: str) -> list[str]:
        """Draw the scale with its powers of ten, 312 pixels wide."""
        wide = 312 / SHADES
        marks = [f'<text class="plain note" x="{px(x)}" y="{px(y)}">{title}</text>']
        marks += [
            f'<rect class="fill{i}" x="{px(x + i * wide)}" y="{px(y + 9)}" width="{px(wide)}" height="8"/>'
            for i in range(SHADES)
        ]
        for k in range(self.low, math.floor(self.high) + 1):
            at = x + 312 * (k - self.low) / (self.high - self.low)
            marks.append(f'<path class="rule" d="M{px(at)} {px(y + 17)}v4"/>')
            marks.append(
                f'<text class="plain note mid" x="{px(at)}" y="{px(y + 33)}">{"≤ " * (k == self.low)}{power(k)}</text>'
            )
        return marks


def power(k: int) -> str:
    """Write a power of ten.

    >>> power(-12)
    '10⁻¹²'
    """
    return "10" + str(k).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
