"""A picture of a trace: shown in a notebook, or saved under the ending of its file."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograd.engine import Value
from autograd.recording import trace as record_trace
from autograd.steps import Trace

from .dot import to_graphviz
from .letters import brief
from .style import THEMES
from .svg import MOST, svg
from .text import table


@dataclass(frozen=True)
class Figure:
    """What ``viz.graph`` returns: a trace and how to draw it."""

    trace: Trace
    theme: str = "auto"
    max_nodes: int = MOST

    def __post_init__(self) -> None:
        if self.theme not in ("auto", *THEMES):
            raise ValueError(f"theme: expected auto, light or dark, got {self.theme!r:.60}")
        if not isinstance(self.max_nodes, int) or isinstance(self.max_nodes, bool):
            raise TypeError(f"max_nodes: expected a whole number, got {self.max_nodes!r:.60}")
        if self.max_nodes < 1:
            raise ValueError(f"max_nodes: expected at least 1, got {self.max_nodes}")

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
            raise ValueError(
                f"{brief(path.name)}: unknown file ending {brief(path.suffix)!r}; the known ones are {known}"
            )
        return writers[path.suffix.lower()]

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        return {"text/plain": table(self.trace), "image/svg+xml": self.svg()}


def write_all(files: Sequence[tuple[Path, str]]) -> None:
    """Write several files or none: into folders of their own beside their places first, then all moved there."""
    with ExitStack() as stack:
        moves = []
        try:
            for path, text in files:
                target = path.resolve()
                if target.is_dir():
                    raise IsADirectoryError(None, "it is a folder")
                folder = stack.enter_context(tempfile.TemporaryDirectory(prefix=".viz-", dir=target.parent))
                part = Path(folder, "part")
                part.write_text(text, encoding="utf-8", newline="\n")
                if target.exists():
                    part.chmod(target.stat().st_mode)
                moves.append((path, part, target))
            for path, part, target in moves:  # noqa: B007  # an error names it
                os.replace(part, target)
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
        names = sys._getframe(depth).f_locals
    return record_trace(root, names or {})
