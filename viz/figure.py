"""A picture of a trace: shown in a notebook, or saved under the ending of its file."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograd.engine import Value
from autograd.recording import trace as record_trace
from autograd.steps import Trace

from .dot import to_graphviz
from .svg import svg
from .text import table


@dataclass(frozen=True)
class Figure:
    """What ``viz.graph`` returns: a trace and how to draw it."""

    trace: Trace
    theme: str = "auto"
    max_nodes: int = 60

    def svg(self) -> str:
        """Draw the picture as SVG."""
        return svg(self.trace, self.theme, self.max_nodes)

    def save(self, *paths: str | os.PathLike[str]) -> None:
        """Write the picture to files, each in the format of its ending: svg, dot, json or txt.

        Raises ValueError for another ending and OSError if a file cannot be written; then none is.
        """
        files = [(Path(path), self._writer(Path(path))) for path in paths]
        write_all([(path, writer()) for path, writer in files])

    def _writer(self, path: Path) -> Callable[[], str]:
        writers: dict[str, Callable[[], str]] = {
            ".svg": self.svg,
            ".dot": lambda: str(to_graphviz(self.trace).source),
            ".json": lambda: self.trace.to_json() + "\n",
            ".txt": lambda: table(self.trace) + "\n",
        }
        if path.suffix.lower() not in writers:
            known = ", ".join(writers)
            raise ValueError(f"{path.name}: unknown file ending {path.suffix!r}; the known ones are {known}")
        return writers[path.suffix.lower()]

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        return {"text/plain": table(self.trace), "image/svg+xml": self.svg()}


def write_all(files: Sequence[tuple[Path, str]]) -> None:
    """Write several files or none: beside their places first, then all moved there."""
    parts: list[tuple[Path, Path]] = []
    try:
        for path, text in files:
            target = path.resolve()
            if target.is_dir():
                raise IsADirectoryError(f"cannot write {path}: it is a folder")
            parts.append((target.with_name(f".{target.name}.part"), target))
            parts[-1][0].write_text(text, encoding="utf-8", newline="\n")
        for part, target in parts:
            os.replace(part, target)
    except OSError as error:
        if not error.filename:
            raise
        raise type(error)(f"cannot write {path}: {error.strerror}") from None
    finally:
        for part, _ in parts:
            part.unlink(missing_ok=True)


def as_trace(root: Value | Trace, names: bool | Mapping[str, Any], depth: int = 2) -> Trace:
    """Trace a Value, calling unlabelled nodes by the caller's variables if names is True."""
    if isinstance(root, Trace):
        return root
    if names is True:
        names = sys._getframe(depth).f_locals
    return record_trace(root, names or {})
