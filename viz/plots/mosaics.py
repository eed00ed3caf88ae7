"""Plot rows of numbers as images in a grid."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .axes import ensure_axes, read_float

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def templates(
    weights: Sequence[Sequence[Any]], shape: tuple[int, int] | None = None, *, ax: Axes | None = None,
    columns: int = 5, captions: Sequence[Any] = (),
) -> Axes:  # fmt: skip  # two lines rather than eight
    """Plot the weights of each neuron as an image, blue below 0 and red above.

    Args:
        weights: Rows of Values or numbers.
        shape: The (height, width) of an image, square by default.
        ax: The axes to draw on, which are returned; by default new ones.
        columns: The greatest number of images next to each other.
        captions: A caption below each image.

    Raises:
        ValueError: If a row does not fit the shape, or captions and rows differ in number.

    >>> from matplotlib.figure import Figure
    >>> ax = templates([[0.5, -2.0, 1.0, 0.0]], ax=Figure().subplots())
    >>> ax.images[0].get_clim()
    (-2.0, 2.0)
    """
    ax = _mosaic("weights", weights, shape, ax, columns, captions)
    image, largest = ax.images[-1], max(abs(read_float(x)) for row in weights for x in row) or 1.0
    image.set(cmap="RdBu_r", clim=(-largest, largest))
    ax.figure.colorbar(image, ax=ax, shrink=0.6)
    return ax


def images(
    pixels: Sequence[Sequence[Any]], shape: tuple[int, int] | None = None, *, ax: Axes | None = None,
    columns: int = 10, captions: Sequence[Any] = (),
) -> Axes:  # fmt: skip  # two lines rather than eight
    """Plot rows of pixels as images, 0 as paper and larger numbers as ink.

    Args:
        pixels: Rows of numbers of at least 0.
        shape: The (height, width) of an image, square by default.
        ax: The axes to draw on, which are returned; by default new ones.
        columns: The greatest number of images next to each other.
        captions: A caption below each image.

    Raises:
        ValueError: If a row does not fit the shape, or captions and rows differ in number.

    >>> from matplotlib.figure import Figure
    >>> ax = images([[0.0, 1.0, 1.0, 0.0]], captions=["cross"], ax=Figure().subplots())
    >>> [text.get_text() for text in ax.texts]
    ['cross']
    """
    ax = _mosaic("pixels", pixels, shape, ax, columns, captions)
    largest = max(read_float(x) for row in pixels for x in row)
    ax.images[-1].set(cmap="Greys", clim=(-largest / 16, largest))  # paper is grey enough to be seen on a white page
    return ax


def _mosaic(
    name: str, given: Sequence[Sequence[Any]], shape: tuple[int, int] | None, ax: Axes | None, columns: int,
    captions: Sequence[Any],
) -> Axes:  # fmt: skip  # two lines rather than eight
    rows = [list(map(read_float, row)) for row in given]
    if not rows:
        raise ValueError(f"{name}: expected at least one row")
    side = math.isqrt(len(rows[0]))
    height, width = shape or (side, side)
    for i, row in enumerate(rows):
        if len(row) != height * width:
            raise ValueError(f"{name}[{i}]: expected {height} × {width} numbers, got {len(row)}")
    if columns < 1:
        raise ValueError(f"columns: expected at least 1, got {columns}")
    if captions and len(captions) != len(rows):
        raise ValueError(f"captions: expected {len(rows)}, one for each row, got {len(captions)}")
    columns, pitch = min(columns, len(rows)), height + (3 if captions else 1)
    canvas = [[math.nan] * (columns * (width + 1) - 1) for _ in range(-(-len(rows) // columns) * pitch - 1)]
    ax = ensure_axes(ax)
    for k, row in enumerate(rows):
        top, left = k // columns * pitch, k % columns * (width + 1)
        for i in range(height):
            canvas[top + i][left : left + width] = row[i * width : (i + 1) * width]
        if captions:
            ax.text(left + (width - 1) / 2, top + height - 0.2, captions[k], ha="center", va="top")
    ax.imshow(canvas, interpolation="nearest")
    ax.set_axis_off()
    return ax
