"""Record how a model of two inputs divides the plane while it is trained."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from autograd.engine import no_grad

from ..drawing import (
    THEMES,
    Picture,
    Scene,
    check_choice,
    format_page,
    format_px,
    format_scenes,
    svg_document,
    svg_style,
    svg_text,
)

SIDE, MARGIN, TOP = 420.0, 20.0, 44.0  # pixels: of the plane, and around it
N_CELLS = 42  # cells along each axis
N_SHADES = 5  # shades of the colour of each class


class Boundary(Picture):
    """Record how a model divides the plane during training.

    It is a callback of training, ``nn.fit(…, callbacks=[boundary])``. The page has a scrubber. A stronger colour is a
    score further from 0.

    Args:
        X: Points, pairs of numbers.
        y: Their classes: 1 for a score above 0, else 0 or -1.
        every: Record only each such epoch.
        theme: "auto", "light" or "dark".

    Raises:
        ValueError: If a point is not a pair, X and y differ in length, or a class is unknown.

    >>> boundary = Boundary([[0.0, 0.0], [1.0, 1.0]], [0, 1])
    >>> boundary.add(lambda point: point[0] - 0.5, "a line")
    >>> print(boundary.text())
    a line · 2 of 2 right
    """

    y: Sequence[int]
    every: int

    def __init__(self, X: Sequence[Sequence[float]], y: Sequence[int], *, every: int = 1, theme: str = "auto") -> None:
        check_choice("theme", theme, ("auto", *THEMES))
        if not len(X) or any(len(point) != 2 for point in X):
            raise ValueError("X: expected pairs of numbers, at least one")
        if len(X) != len(y):
            raise ValueError(f"y: expected {len(X)} classes, one for each point, got {len(y)}")
        for i, k in enumerate(y):
            if k not in (-1, 0, 1):
                raise ValueError(f"y[{i}]: expected the class 1, or else 0 or -1, got {k!r:.40}")
        if not isinstance(every, int) or every < 1:
            raise ValueError(f"every: expected a whole number of at least 1, got {every!r:.40}")
        self.X, self.y, self.every = X, y, every
        self.theme: str = theme
        self.moments: list[tuple[str, str]] = []  # labels, each with the cells of the plane as SVG
        middles = [(min(column) + max(column)) / 2 for column in zip(*X, strict=True)]
        half = max(max(column) - min(column) for column in zip(*X, strict=True)) * 0.56 or 1.0
        self._left, self._top, self._scale = middles[0] - half, middles[1] + half, SIDE / (2 * half)

    def __call__(self, history: Any) -> None:
        """Add the model of a training history, as a callback."""
        if len(history) % self.every == 0:
            self.add(history.model, f"epoch {len(history)}")

    def add(self, model: Callable[[list[float]], Any], label: str) -> None:
        """Record the score that a model now has at each point of a grid.

        Raises:
            TypeError: If the model returns several scores.
        """
        offsets = [(i + 0.5) * SIDE / N_CELLS / self._scale for i in range(N_CELLS)]
        with no_grad():
            scores = [_read_score(model(list(point))) for point in self.X]
            rows = [[_read_score(model([self._left + a, self._top - b])) for a in offsets] for b in offsets]
        n_right = sum((score > 0) == (k > 0) for score, k in zip(scores, self.y, strict=True))
        self.moments.append((f"{label} · {n_right} of {len(self.y)} right", _draw_cells(rows)))

    def text(self) -> str:
        """Return how many points were classified correctly at each moment."""
        return "\n".join(label for label, _ in self._recorded)

    def draw(self, theme: str) -> str:
        """Draw the last moment as SVG in a theme."""
        return self._draw_moment(*self._recorded[-1], theme)

    def html(self) -> str:
        """Return a self-contained piece of HTML with a scrubber over the moments."""
        scenes = [Scene(self._draw_moment(label, cells, self.theme), label) for label, cells in self._recorded]
        labels, last = [scene.title for scene in scenes], len(scenes) - 1
        return format_scenes(scenes, scenes[last].svg, self.theme, labels, last)

    def page(self) -> str:
        """Return a complete HTML page."""
        return format_page(self.html(), "The boundary while the model is trained")

    @property
    def _recorded(self) -> list[tuple[str, str]]:
        if not self.moments:
            raise RuntimeError("the boundary of no model was added yet: call add(), or give it to nn.fit as a callback")
        return self.moments

    def _draw_moment(self, label: str, cells: str, theme: str) -> str:
        left, top, scale = map(format_px, (MARGIN, TOP, SIDE / N_CELLS))
        marks = [
            svg_text("more", MARGIN, 28, label),
            f'<g transform="translate({left},{top}) scale({scale})" shape-rendering="crispEdges">',
            f"{cells}</g>",
        ]
        for (a, b), k in zip(self.X, self.y, strict=True):
            x, y = MARGIN + (a - self._left) * self._scale, TOP + (self._top - b) * self._scale
            at = f'cx="{format_px(x)}" cy="{format_px(y)}"'
            marks.append(f'<circle class="page" {at} r="5.5"/><circle class="{_side(k)}" {at} r="4.2"/>')
        return svg_document(SIDE + 2 * MARGIN, SIDE + TOP + MARGIN, svg_style(theme), label, marks)


def _side(score: float) -> str:
    return "grad" if score > 0 else "value"


def _read_score(score: Any) -> float:
    if isinstance(score, list | tuple):
        raise TypeError(f"model: expected one that gives one score, got {len(score)}")
    return float(getattr(score, "data", score))


def _shade(score: float) -> int:
    """Return the shade of a score: 1 to 5, −1 to −5 for class 0, and 0 for nan."""
    shade = 0 if math.isnan(score) else 1 + round((N_SHADES - 1) * abs(math.tanh(score)))
    return shade if score > 0 else -shade


def _draw_cells(rows: Sequence[Sequence[float]]) -> str:
    """Draw scores as one path for each shade, of runs of cells in each row."""
    runs: dict[int, list[str]] = defaultdict(list)
    for j, row in enumerate(rows):
        shades = list(map(_shade, row))
        start = 0
        for i in range(1, N_CELLS + 1):
            if i == N_CELLS or shades[i] != shades[start]:
                runs[shades[start]].append(f"M{start} {j}h{i - start}v1h{start - i}z")
                start = i
    return "".join(
        f'<path class="{_side(shade)}" opacity="{0.09 * abs(shade):.2f}" d="{"".join(runs[shade])}"/>'
        for shade in sorted(runs)
    )
