"""Where a model of two inputs draws the line, moment by moment of its training."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any
from xml.sax.saxutils import escape

from autograd.engine.modes import no_grad

from ..drawing import scenes as views
from ..drawing.glyph import px
from ..drawing.graph_svg import page
from ..drawing.html import document
from ..drawing.picture import Picture, chosen
from ..drawing.scenes import Scene
from ..drawing.theme import THEMES, style

SIDE, MARGIN, TOP = 420.0, 20.0, 44.0
CELLS, SHADES = 42, 5


class Boundary(Picture):
    """Keep how a model divides the plane while it is trained, and show it in a page with a scrubber.

    ``X`` are points and ``y`` their classes, of which 1 is that of a score above 0. It can be a callback of training:
    ``nn.fit(…, callbacks=[boundary])``, where ``every`` leaves epochs out; ``add`` takes a model as it is now. The
    deeper the colour, the surer the model. Raises ValueError for points that are not pairs or not as many as classes,
    and for other classes; ``add`` TypeError for a model of several scores.

    >>> boundary = Boundary([[0.0, 0.0], [1.0, 1.0]], [0, 1])
    >>> boundary.add(lambda point: point[0] - 0.5, "a line")
    >>> print(boundary.text())
    a line · 2 of 2 right
    """

    def __init__(self, X: Sequence[Sequence[float]], y: Sequence[int], *, every: int = 1, theme: str = "auto") -> None:
        chosen("theme", theme, ("auto", *THEMES))
        if not len(X) or any(len(point) != 2 for point in X):
            raise ValueError("X: expected pairs of numbers, at least one")
        if len(X) != len(y):
            raise ValueError(f"y: expected {len(X)} classes, one for each point, got {len(y)}")
        for i, k in enumerate(y):
            if k not in (-1, 0, 1):
                raise ValueError(f"y[{i}]: expected the class 1, or else 0 or -1, got {k!r:.40}")
        if not isinstance(every, int) or every < 1:
            raise ValueError(f"every: expected a whole number of at least 1, got {every!r:.40}")
        self.X, self.y, self.every, self.theme = X, y, every, theme
        self.moments: list[tuple[str, str]] = []  # what is said of each, and what is drawn of the model
        middles = [(min(column) + max(column)) / 2 for column in zip(*X, strict=True)]
        half = max(max(column) - min(column) for column in zip(*X, strict=True)) * 0.56 or 1.0
        self._left, self._top, self._scale = middles[0] - half, middles[1] + half, SIDE / (2 * half)

    def __call__(self, history: Any) -> None:
        """Add the model of a history, as a callback."""
        if len(history) % self.every == 0:
            self.add(history.model, f"epoch {len(history)}")

    def add(self, model: Callable[[list[float]], Any], label: str) -> None:
        """Ask a model for its score of every point of a grid, as it is now."""
        steps = [(i + 0.5) * SIDE / CELLS / self._scale for i in range(CELLS)]
        with no_grad():
            right = sum((_number(model(list(point))) > 0) == (k > 0) for point, k in zip(self.X, self.y, strict=True))
            rows = [[_number(model([self._left + a, self._top - b])) for a in steps] for b in steps]
        self.moments.append((f"{label} · {right} of {len(self.y)} right", _shades(rows)))

    def text(self) -> str:
        """Write how many points were right at each moment."""
        return "\n".join(label for label, _ in self._kept)

    def draw(self, theme: str) -> str:
        """Draw the last moment as SVG in a theme."""
        return self._frame(*self._kept[-1], theme)

    def html(self) -> str:
        """Write a piece of HTML that needs nothing else, with a scrubber over the moments."""
        scenes = [Scene(self._frame(label, shades, self.theme), label) for label, shades in self._kept]
        labels, last = [label for label, _ in self._kept], len(scenes) - 1
        return views.html(scenes, scenes[last].svg, self.theme, labels, last)

    def page(self) -> str:
        """Write the same as a page of its own."""
        return document(self.html(), "The boundary while the model is trained")

    @property
    def _kept(self) -> list[tuple[str, str]]:
        if not self.moments:
            raise RuntimeError("the boundary of no model was added yet: call add(), or give it to nn.fit as a callback")
        return self.moments

    def _frame(self, label: str, shades: str, theme: str) -> str:
        marks = [
            f'<text class="more" x="{px(MARGIN)}" y="28">{escape(label)}</text>',
            f'<g transform="translate({px(MARGIN)},{px(TOP)}) scale({px(SIDE / CELLS)})" shape-rendering="crispEdges">',
            f"{shades}</g>",
        ]
        for (a, b), k in zip(self.X, self.y, strict=True):
            at = f'cx="{px(MARGIN + (a - self._left) * self._scale)}" cy="{px(TOP + (self._top - b) * self._scale)}"'
            marks.append(f'<circle class="page" {at} r="5.5"/><circle class="{_side(k)}" {at} r="4.2"/>')
        return page(SIDE + 2 * MARGIN, SIDE + TOP + MARGIN, style(theme), label, marks)


def _side(score: float) -> str:
    return "grad" if score > 0 else "value"


def _number(score: Any) -> float:
    if isinstance(score, list | tuple):
        raise TypeError(f"model: expected one that gives one score, got {len(score)}")
    return float(getattr(score, "data", score))


def _level(score: float) -> int:
    """Give a score a shade: 1 to 5 for class 1, −1 to −5 for class 0, the greater the surer; none to nan."""
    depth = 0 if math.isnan(score) else 1 + round((SHADES - 1) * abs(math.tanh(score)))
    return depth if score > 0 else -depth


def _shades(rows: Sequence[Sequence[float]]) -> str:
    """Draw scores as one path for each shade: runs of cells, row by row, in units of cells."""
    runs: dict[int, list[str]] = defaultdict(list)
    for j, row in enumerate(rows):
        levels = list(map(_level, row))
        start = 0
        for i in range(1, CELLS + 1):
            if i == CELLS or levels[i] != levels[start]:
                runs[levels[start]].append(f"M{start} {j}h{i - start}v1h{start - i}z")
                start = i
    return "".join(
        f'<path class="{_side(level)}" opacity="{0.09 * abs(level):.2f}" d="{"".join(runs[level])}"/>'
        for level in sorted(runs)
    )
