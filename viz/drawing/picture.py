"""What every picture can do: show in a notebook, and be saved under the ending of its file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ..text import ellipsize_repr as brief
from .png import png
from .theme import THEMES

Content = str | bytes


def chosen(name: str, given: object, known: Sequence[str]) -> None:
    """Raise ValueError unless an argument is one of the known words."""
    if given not in known:
        raise ValueError(f"{name}: expected {', '.join(known[:-1])} or {known[-1]}, got {given!r:.60}")


class Picture:
    """A picture with a theme: auto, light or dark; a class of pictures says how it is drawn and written."""

    theme: str

    def __post_init__(self) -> None:
        chosen("theme", self.theme, ("auto", *THEMES))

    def draw(self, theme: str) -> str:
        """Draw it as SVG in a theme."""
        raise NotImplementedError

    def html(self) -> str:
        """Write it as a piece of HTML that needs nothing else, to embed."""
        raise NotImplementedError

    def page(self) -> str:
        """Write it as a page of its own."""
        raise NotImplementedError

    def text(self) -> str:
        """Write what it shows as text."""
        raise NotImplementedError

    def written(self) -> Mapping[str, Callable[[], Content]]:
        """Return how it is written in each format that is not drawn, beside text, by the ending of a file."""
        return {}

    def svg(self) -> str:
        """Draw it as SVG."""
        return self.draw(self.theme)

    def png(self) -> bytes:
        """Draw it as PNG, which needs the extra ``export``."""
        return png(self.draw(self._printed))

    @property
    def _printed(self) -> str:
        return "light" if self.theme == "auto" else self.theme

    def formats(self) -> dict[str, Callable[[], Content]]:
        """Return how it is written in each format, by the ending of a file."""
        text: Callable[[], Content] = lambda: self.text() + "\n"
        return {".svg": self.svg, ".png": self.png, ".html": self.page, **self.written(), ".txt": text}

    def save(self, *paths: str | os.PathLike[str]) -> None:
        """Write files, each in the format of its ending, or none if one of them cannot be written.

        Raises ValueError, which lists the known endings, for another; RuntimeError if an extra is missing, and
        OSError if a file cannot be written.
        """
        write_all([(path, self._writer(path)()) for path in located(paths)])

    def _writer(self, path: Path) -> Callable[[], Content]:
        known = self.formats()
        if path.suffix.lower() not in known:
            endings = f"unknown file ending {brief(path.suffix)!r}; the known ones are {', '.join(known)}"
            raise ValueError(f"{brief(path.name)}: {endings}")
        return known[path.suffix.lower()]

    def _plain(self) -> str:
        """Say what a terminal shows."""
        return self.text()

    def _repr_mimebundle_(self, include: Collection[str] = (), **kwargs: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": self._plain(), "image/svg+xml": self.svg(), "text/html": self.html()}
        if "image/png" in (include or ()):
            bundle["image/png"] = self.png()
        return bundle


def located(paths: Sequence[str | os.PathLike[str]]) -> list[Path]:
    """Take paths, or raise TypeError for what is none."""
    for path in paths:
        if not isinstance(path, str | os.PathLike):
            raise TypeError(f"paths: expected text or a path, got {path!r:.60}")
    return list(map(Path, paths))


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
