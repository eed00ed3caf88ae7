"""Typeset a derivation in a notebook, and save it."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Any

from autograd.text import Explanation

from ..drawing import check_paths, write_all
from ..text import ellipsize_repr

MAX_LINES = 200  # shown and typeset in a notebook


class Derivation(Explanation):
    """The result of ``viz.explain``, to print, typeset or save."""

    def save(self, *paths: str | os.PathLike[str]) -> None:
        """Write files, txt or tex by their endings, or raise ValueError for another."""
        known = {".txt": lambda: f"{self}\n", ".tex": lambda: self.latex() + "\n"}
        checked = check_paths(paths)
        for path in checked:
            if path.suffix.lower() not in known:
                raise ValueError(f"{ellipsize_repr(path.name)}: expected a file ending of {' or '.join(known)}")
        write_all([(path, known[path.suffix.lower()]()) for path in checked])

    def _repr_mimebundle_(self, include: Collection[str] = (), **kwargs: Any) -> dict[str, str]:
        lines = str(self).splitlines()
        if len(lines) > MAX_LINES:
            more = f"… {len(lines) - MAX_LINES:,} more lines: print it, or save it"
            return {"text/plain": "\n".join([*lines[:MAX_LINES], more])}
        return {"text/plain": str(self), "text/latex": f"$$\n{self.latex()}\n$$"}
