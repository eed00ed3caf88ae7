"""A picture of a trace: shown in a notebook, or saved under the ending of its file."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from autograd.engine import Value
from autograd.recording import trace as record_trace
from autograd.steps import Trace

from . import player
from .dot import to_graphviz
from .frames import Frames
from .letters import brief
from .moments import GRANULARITIES
from .png import png
from .style import THEMES
from .svg import MOST, Drawing
from .text import table

CHOICES: dict[str, tuple[str, ...]] = {
    "theme": ("auto", *THEMES), "engine": ("own", "dot"), "granularity": GRANULARITIES,
}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """What ``viz.graph`` returns: a trace and how to draw it."""

    trace: Trace
    theme: str = "auto"
    max_nodes: int = MOST
    engine: str = "own"
    granularity: str = "edge"

    def __post_init__(self) -> None:
        for field, known in CHOICES.items():
            if (given := getattr(self, field)) not in known:
                raise ValueError(f"{field}: expected {', '.join(known[:-1])} or {known[-1]}, got {given!r:.60}")
        if not isinstance(self.max_nodes, int) or isinstance(self.max_nodes, bool):
            raise TypeError(f"max_nodes: expected a whole number, got {self.max_nodes!r:.60}")
        if self.max_nodes < 1:
            raise ValueError(f"max_nodes: expected at least 1, got {self.max_nodes}")

    @cached_property
    def _stage(self) -> Drawing:
        return Drawing(self.trace, self.max_nodes, badges=True, engine=self.engine)

    def svg(self) -> str:
        """Draw the final state as SVG."""
        return Drawing(self.trace, self.max_nodes, engine=self.engine).final(self.theme)

    def png(self) -> bytes:
        """Draw the final state as PNG, which needs the extra ``export``."""
        return png(replace(self, theme=self._printed).svg())

    def html(self) -> str:
        """Write the step player as a piece of HTML that needs nothing else, to embed."""
        return player.html(self._stage, self.granularity, self.theme)

    def page(self) -> str:
        """Write the step player as a page of its own."""
        return player.page(self._stage, self.granularity, self.theme)

    def frames(self) -> list[str]:
        """Draw every step as SVG, all of one size; the first of them shows nothing computed yet."""
        return Frames(self._stage, self.granularity).pictures(self.theme)

    def sheet(self, columns: int = 2) -> str:
        """Draw all steps as SVG on one sheet, to print; in light colours unless the theme is dark."""
        if not isinstance(columns, int) or isinstance(columns, bool) or columns < 1:
            raise ValueError(f"columns: expected a whole number of at least 1, got {columns!r:.60}")
        return Frames(self._stage, self.granularity).sheet(self._printed, columns)

    @property
    def _printed(self) -> str:
        return "light" if self.theme == "auto" else self.theme

    def save(self, *paths: str | os.PathLike[str]) -> None:
        """Write files, each in the format of its ending: svg, png, html, dot, json or txt.

        ``frames/*.svg`` writes every step, numbered, into a folder, which is made if it is missing; so does
        ``*.png``. ``NAME.sheet.svg`` holds all steps on one sheet. Raises ValueError for another ending,
        RuntimeError if an extra is missing, and OSError if a file cannot be written; then none is.
        """
        writers = [writer for path in paths for writer in self._writers(Path(path))]
        files = [(path, writer()) for path, writer in writers]
        folders = {Path(path).parent for path in paths if "*" in Path(path).name and not Path(path).parent.exists()}
        write_all(files, sorted(folders))

    def _writers(self, path: Path) -> list[tuple[Path, Callable[[], str | bytes]]]:
        ending = path.suffix.lower()
        files: dict[str, Callable[[], str | bytes]] = {
            ".svg": self.svg,
            ".png": self.png,
            ".html": self.page,
            ".dot": lambda: str(to_graphviz(self.trace).source),
            ".json": lambda: self.trace.to_json() + "\n",
            ".txt": lambda: table(self.trace) + "\n",
        }
        if ending not in files:
            raise ValueError(
                f"{brief(path.name)}: unknown file ending {brief(path.suffix)!r}; the known ones are {', '.join(files)}"
            )
        drawn = ending in (".svg", ".png")
        if path.stem.lower().endswith(".sheet") and drawn:
            return [(path, lambda: _as(ending, self.sheet(), zoom=1.0))]
        if "*" not in path.name:
            return [(path, files[ending])]
        if not drawn:
            raise ValueError(f"{brief(path.name)}: the steps are drawn as *.svg or *.png, not as *{brief(path.suffix)}")
        pictures = (self if ending == ".svg" else replace(self, theme=self._printed)).frames()
        wide = len(str(len(pictures) - 1))
        return [
            (path.with_name(path.name.replace("*", f"{i:0{wide}}")), partial(_as, ending, picture))
            for i, picture in enumerate(pictures)
        ]

    def _repr_mimebundle_(self, include: Collection[str] = (), **kwargs: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": table(self.trace), "image/svg+xml": self.svg()}
        if "image/png" in (include or ()):
            bundle["image/png"] = self.png()
        return bundle


class Player(Figure):
    """What ``viz.step`` returns: a figure that shows as the step player in a notebook.

    Where scripts do not run, its picture stays. ``display(player, include=["text/html", "image/png"])`` keeps a
    PNG too, for viewers that strip the picture.
    """

    def _repr_mimebundle_(self, include: Collection[str] = (), **kwargs: Any) -> dict[str, Any]:
        return super()._repr_mimebundle_(include, **kwargs) | {"text/html": self.html()}


def _as(ending: str, svg: str, zoom: float = 2.0) -> str | bytes:
    return png(svg, zoom) if ending == ".png" else svg


def write_all(files: Sequence[tuple[Path, str | bytes]], folders: Sequence[Path] = ()) -> None:
    """Write several files or none: into folders of their own beside their places first, then all moved there.

    ``folders`` are made first, and taken away again if the files cannot be written.
    """
    with ExitStack() as undo, ExitStack() as stack:
        moves = []
        try:
            for path in folders:
                path.mkdir()
                undo.callback(path.rmdir)
            for path, content in files:
                target = path.resolve()
                if target.is_dir():
                    raise IsADirectoryError(None, "it is a folder")
                folder = stack.enter_context(tempfile.TemporaryDirectory(prefix=".viz-", dir=target.parent))
                part = Path(folder, "part")
                part.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
                if target.exists():
                    part.chmod(target.stat().st_mode)
                moves.append((path, part, target))
            for path, part, target in moves:  # noqa: B007  # an error names it
                os.replace(part, target)
            undo.pop_all()
        except (OSError, RuntimeError) as error:  # up to Python 3.12, a loop of links is a RuntimeError
            reason = error.strerror if isinstance(error, OSError) else "a loop of links"
            kind = type(error) if isinstance(error, OSError) else OSError
            raise kind(f"cannot write {brief(str(path))}: {reason}") from None


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
