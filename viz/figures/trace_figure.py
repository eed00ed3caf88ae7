"""A picture of a trace: shown in a notebook, or saved under the ending of its file."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from html import escape
from pathlib import Path
from typing import Any

from autograd.engine import Value
from autograd.engine.snapshot import trace as record_trace
from autograd.graph.trace import Trace
from autograd.text.derivation import Explanation

from ..drawing import scenes as views
from ..drawing.graph_svg import MOST, Drawing, alt
from ..drawing.graphviz_export import to_graphviz
from ..drawing.html import document
from ..drawing.picture import Content, Picture, chosen, located, write_all
from ..drawing.png import png
from ..drawing.scenes import Scene
from ..folding.drilldown import NUMBERS, Parts, shown
from ..player import html as player
from ..player.keyframes import GRANULARITIES
from ..player.slides import Frames, sheet
from ..text import ellipsize_repr as brief
from ..text import format_steps as table
from ..text import short_name as name

CHOICES: dict[str, tuple[str, ...]] = {"engine": ("own", "dot"), "granularity": GRANULARITIES}


@dataclass(frozen=True, repr=False)
class Figure(Picture):
    """What ``viz.graph`` returns: a trace and how to draw it."""

    trace: Trace
    theme: str = "auto"
    max_nodes: int = MOST
    engine: str = "own"
    granularity: str = "edge"
    show: Collection[str] = NUMBERS
    collapse: bool | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        for field, known in CHOICES.items():
            chosen(field, getattr(self, field), known)
        if not isinstance(self.max_nodes, int) or isinstance(self.max_nodes, bool):
            raise TypeError(f"max_nodes: expected a whole number, got {self.max_nodes!r:.60}")
        if self.max_nodes < 1:
            raise ValueError(f"max_nodes: expected at least 1, got {self.max_nodes}")
        if (
            isinstance(self.show, str)
            or not isinstance(self.show, Collection)
            or any(x not in NUMBERS for x in self.show)
        ):
            raise ValueError(f"show: expected some of {NUMBERS}, got {self.show!r:.60}")
        if self.collapse not in (None, True, False):
            raise TypeError(f"collapse: expected True, False or None, got {self.collapse!r:.60}")
        if self.collapse and not self._parts.folded.scoped:
            raise ValueError("collapse: nothing in this graph has a scope, as the neurons of nn have")

    def __repr__(self) -> str:
        root, nodes, steps = name(self.trace.graph.rows[-1]), len(self.trace.data), len(self.trace.steps)
        return f"<{type(self).__name__} of {root}: {nodes} node{'s' * (nodes > 1)}, {steps} steps>"

    @cached_property
    def _stage(self) -> Drawing:
        return Drawing(self.trace, self.max_nodes, badges=True, engine=self.engine)

    @cached_property
    def _parts(self) -> Parts:
        return Parts(self.trace, self.max_nodes, self.engine, self.show)

    @property
    def _folds(self) -> bool:
        """Whether parts of the model are folded into boxes."""
        if self.collapse is None:
            return len(self.trace.data) > self.max_nodes and self._parts.folded.scoped
        return self.collapse

    def draw(self, theme: str) -> str:
        """Draw the final state as SVG in a theme."""
        if self._folds:
            return self._parts.draw((), theme)[0]
        drawing = Drawing(self.trace, self.max_nodes, engine=self.engine)
        return drawing.final(theme, shown(drawing.everything, self.show))

    def html(self) -> str:
        """Write a piece of HTML that needs nothing else: parts that open, or else the step player.

        With some numbers left out it is a picture, for the player tells all of them.
        """
        root, title = name(self.trace.graph.rows[-1]), alt(self.trace)
        if self._folds:
            first = self._parts.draw((), self.theme)
            return self._parts.html([(first, title)], first[0], root, self.theme)
        if set(self.show) != set(NUMBERS):
            return views.html([Scene(svg := self.svg(), title)], svg, self.theme)
        return player.html(self._stage, self.granularity, self.theme)

    def text(self) -> str:
        """Write every step of both passes as a table."""
        return table(self.trace)

    def _plain(self) -> str:
        return self.text() if len(self.trace.data) <= self.max_nodes else repr(self)  # it may be a million lines

    def page(self) -> str:
        """Write the same as a page of its own."""
        title = f"Backpropagation through {name(self.trace.graph.rows[-1])}"
        return document(self.html(), title)

    def frames(self) -> list[str]:
        """Draw every step as SVG, all of one size; the first of them shows nothing computed yet."""
        return Frames(self._stage, self.granularity).pictures(self.theme)

    def sheet(self) -> str:
        """Draw all steps on pages of A4, below each other, to print; in light colours unless the theme is dark.

        Where edges would fill more than ten pages, a step is a node.
        """
        return sheet(self._stage, self.granularity, self._printed)

    def save(self, *paths: str | os.PathLike[str]) -> None:
        """Write files, each in the format of its ending: svg, png, html, dot, json, txt or tex.

        ``frames/*.svg`` writes every step, numbered, into a folder, which is made if it is missing; so does
        ``*.png``. ``NAME.sheet.svg`` holds all steps on pages of A4, to print. Raises ValueError for another ending,
        RuntimeError if an extra is missing, and OSError if a file cannot be written; then none is.
        """
        places = located(paths)
        writers = [writer for path in places for writer in self._writers(path)]
        files = [(path, writer()) for path, writer in writers]
        folders = {path.parent for path in places if "*" in path.name and not path.parent.exists()}
        write_all(files, sorted(folders))

    def written(self) -> Mapping[str, Callable[[], Content]]:
        """Return how the whole trace is written: to Graphviz, as JSON and as a derivation in LaTeX."""
        return {
            ".dot": lambda: str(to_graphviz(self.trace).source),
            ".json": lambda: self.trace.to_json() + "\n",
            ".tex": lambda: Explanation(self.trace).latex() + "\n",
        }

    def _writers(self, path: Path) -> list[tuple[Path, Callable[[], Content]]]:
        writer, ending = self._writer(path), path.suffix.lower()
        drawn = ending in (".svg", ".png")
        if path.stem.lower().endswith(".sheet"):
            if "*" in path.name or not drawn:
                raise ValueError(
                    f"{brief(path.name)}: a sheet of all steps is drawn as NAME.sheet.svg or NAME.sheet.png"
                )
            return [(path, lambda: _as(ending, self.sheet()))]
        if "*" not in path.name:
            return [(path, writer)]
        if not drawn:
            raise ValueError(f"{brief(path.name)}: the steps are drawn as *.svg or *.png, not as *{brief(path.suffix)}")
        pictures = (self if ending == ".svg" else replace(self, theme=self._printed)).frames()
        wide = len(str(len(pictures) - 1))
        return [
            (path.with_name(path.name.replace("*", f"{i:0{wide}}")), partial(_as, ending, picture))
            for i, picture in enumerate(pictures)
        ]

    def _repr_mimebundle_(self, include: Collection[str] = (), **kwargs: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(include, **kwargs)
        if not self._folds:
            del bundle["text/html"]
        return bundle


class Player(Figure):
    """What ``viz.step`` returns: a figure that shows as the step player in a notebook.

    Where scripts do not run, its picture stays. ``display(player, include=["text/html", "image/png"])`` keeps a
    PNG too, for viewers that strip the picture.
    """

    def _repr_mimebundle_(self, include: Collection[str] = (), **kwargs: Any) -> dict[str, Any]:
        return super()._repr_mimebundle_(include, **kwargs) | {"text/html": self.html()}

    def _mime_(self) -> tuple[str, str]:
        """Show in marimo, which runs scripts in frames alone."""
        text = escape(self.html())
        return "text/html", f'<iframe srcdoc="{text}" onload="__resizeIframe(this)" width="100%" height="400"></iframe>'

    @property
    def _folds(self) -> bool:
        return False  # it plays the nodes nearest to the result


def _as(ending: str, svg: str) -> str | bytes:
    return png(svg) if ending == ".png" else svg


def as_trace(root: Value | Trace, names: bool | Mapping[str, Any], depth: int = 2) -> Trace:
    """Trace a Value, calling unlabelled nodes by the caller's variables if names is True."""
    if not isinstance(names, bool | Mapping):
        raise TypeError(f"names: expected True, False or a mapping such as locals(), got {names!r:.60}")
    if isinstance(root, Trace):
        return root
    if names is True:
        found = sys._getframe(depth).f_locals
        names = {name: value for name, value in found.items() if name.isidentifier()}  # tools keep others there
    return record_trace(root, names or {})
