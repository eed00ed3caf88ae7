"""Pictures in plain text, for a terminal."""

from collections.abc import Callable, Sequence
from typing import Any

SHADES = " .:-=+*#%@"


def image(pixels: Sequence[float], width: int = 8) -> list[str]:
    """Return an image as lines of text, with two characters per pixel.

    Args:
        pixels: Numbers from 0 to 1, row by row.
        width: The number of pixels in a row.

    >>> image([0.0, 0.2, 0.7, 1.0], width=2)
    ['  ::', '**@@']
    """
    shades = [SHADES[round(p * (len(SHADES) - 1))] * 2 for p in pixels]
    return ["".join(shades[start : start + width]) for start in range(0, len(shades), width)]


def side_by_side(pictures: Sequence[Sequence[str]], gap: str = "   ") -> list[str]:
    """Return the lines of pictures of equal height next to each other.

    >>> side_by_side([["ab", "cd"], ["ef", "gh"]], gap="|")
    ['ab|ef', 'cd|gh']
    """
    return [gap.join(lines) for lines in zip(*pictures, strict=True)]


def decision_regions(
    score: Callable[[list[float]], Any],
    points: Sequence[Sequence[float]],
    labels: Sequence[int],
    width: int = 64,
    height: int = 20,
) -> list[str]:
    """Return a picture of points, o and x for labels 0 and 1, and of the regions.

    Dots are where the score is above 0.

    Args:
        score: A function of a point, whose sign is the class.
        points: Pairs of coordinates that do not lie on one horizontal or vertical line.
        labels: The class of each point, 0 or 1.
        width: The width of the picture in characters.
        height: Its height in lines.

    >>> decision_regions(lambda point: point[0], [[-2.0, 0.0], [2.0, 1.0]], [0, 1], width=9, height=3)
    ['     ...x', '     ....', 'o    ....']
    """
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    left, right, low, high = min(xs), max(xs), min(ys), max(ys)
    dx, dy = (right - left) / (width - 1), (high - low) / (height - 1)
    rows = [
        ["." if score([left + column * dx, high - row * dy]) > 0 else " " for column in range(width)]
        for row in range(height)
    ]
    for x, y, label in zip(xs, ys, labels, strict=True):
        rows[round((high - y) / dy)][round((x - left) / dx)] = "ox"[label]
    return ["".join(row) for row in rows]
