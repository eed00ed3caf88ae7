"""Show pictures in a notebook, and save them in the format of a file's ending."""

from __future__ import annotations

import os
import sys
import tempfile
import webbrowser
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ..text import ellipsize_repr
from .html import sturdy
from .png import svg_to_png
from .theme import THEMES

Content = str | bytes


def check_choice(name: str, given: object, known: Sequence[str]) -> None:
    """Raise ValueError if an argument is none of the known words."""
    if given not in known:
        raise ValueError(f"{name}: expected {', '.join(known[:-1])} or {known[-1]}, got {given!r:.60}")


class Picture:
    """A picture, which subclasses draw and write.

    Args:
        theme: "auto", "light" or "dark"; "auto" follows the reader's system.
    """

    theme: str

    def __post_init__(self) -> None:
        check_choice("theme", self.theme, ("auto", *THEMES))

    def draw(self, theme: str) -> str:
        """Draw the picture as SVG in a theme."""
        raise NotImplementedError

    def html(self) -> str:
        """Return a self-contained piece of HTML, to embed in a page."""
        raise NotImplementedError

    def page(self) -> str:
        """Return a complete HTML page."""
        raise NotImplementedError

    def text(self) -> str:
        """Return what the picture shows as text."""
        raise NotImplementedError

    def data_formats(self) -> Mapping[str, Callable[[], Content]]:
        """Map the endings of further formats to functions that write them."""
        return {}

    def svg(self) -> str:
        """Draw the picture as SVG."""
        return self.draw(self.theme)

    def png(self) -> bytes:
        """Draw the picture as PNG, which needs the extra ``export``."""
        return svg_to_png(self.draw(self._print_theme))

    @property
    def _print_theme(self) -> str:
        return "light" if self.theme == "auto" else self.theme

    def formats(self) -> dict[str, Callable[[], Content]]:
        """Map the ending of each format to a function that writes it."""
        text: Callable[[], Content] = lambda: self.text() + "\n"
        return {".svg": self.svg, ".png": self.png, ".html": self.page, **self.data_formats(), ".txt": text}

    def save(self, *paths: str | os.PathLike[str]) -> None:
        """Write files in the formats of their endings; if one fails, write nothing.

        Raises:
            ValueError: If an ending is unknown; the message lists the known ones.
            RuntimeError: If an extra is missing.
            OSError: If a file cannot be written.
        """
        write_all([(path, self._writer(path)()) for path in check_paths(paths)])

    def show(self) -> None:
        """Show the picture in a notebook, else in a browser.

        Raises:
            RuntimeError: If there is neither.
        """
        ipython = sys.modules.get("IPython")
        shell = ipython.get_ipython() if ipython else None
        if hasattr(shell, "kernel"):
            ipython.display.display(self)  # type: ignore[union-attr]  # it has a shell
            return
        path = Path(tempfile.mkdtemp(prefix="viz-"), f"{type(self).__name__.lower()}.html")
        self.save(path)
        if not webbrowser.open(path.as_uri()):
            raise RuntimeError(f"show: expected a notebook or a browser, found none; the page is in {path}")

    def _writer(self, path: Path) -> Callable[[], Content]:
        known = self.formats()
        if path.suffix.lower() not in known:
            endings = f"unknown file ending {ellipsize_repr(path.suffix)!r}; the known ones are {', '.join(known)}"
            raise ValueError(f"{ellipsize_repr(path.name)}: {endings}")
        return known[path.suffix.lower()]

    def _notebook_html(self) -> str:
        return self.html()

    def _terminal_text(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, include: Collection[str] = (), **kwargs: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = {
            "text/plain": self._terminal_text(),
            "image/svg+xml": self.svg(),
            "text/html": sturdy(self._notebook_html()),
        }
        if "image/png" in (include or ()):
            bundle["image/png"] = self.png()
        return bundle


def check_paths(paths: Sequence[str | os.PathLike[str]]) -> list[Path]:
    """Return paths as Path objects, or raise TypeError for another type."""
    for path in paths:
        if not isinstance(path, str | os.PathLike):
            raise TypeError(f"paths: expected text or a path, got {path!r:.60}")
    return list(map(Path, paths))


def write_all(files: Sequence[tuple[Path, str | bytes]], folders: Sequence[Path] = ()) -> None:
    """Write all files, or no file if one cannot be written.

    Each is first written to a temporary folder next to its place, then all are moved. ``folders`` are created before,
    and removed again if the files cannot be written.
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
            raise kind(f"cannot write {ellipsize_repr(str(path))}: {reason}") from None
