"""A derivation that a notebook typesets and that can be saved."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Any

from autograd.text.derivation import Explanation

from ..drawing.picture import located, write_all
from ..text import ellipsize_repr as brief

MOST = 200  # lines that a notebook shows and typesets


class Derivation(Explanation):
    """What ``viz.explain`` returns: ``print`` it, take its ``latex()``, or save it as txt or tex."""

    def save(self, *paths: str | os.PathLike[str]) -> None:
        """Write files, txt or tex by their endings; ValueError for another."""
        known = {".txt": lambda: f"{self}\n", ".tex": lambda: self.latex() + "\n"}
        places = located(paths)
        for path in places:
            if path.suffix.lower() not in known:
                raise ValueError(f"{brief(path.name)}: expected a file ending of {' or '.join(known)}")
        write_all([(path, known[path.suffix.lower()]()) for path in places])

    def _repr_mimebundle_(self, include: Collection[str] = (), **kwargs: Any) -> dict[str, str]:
        lines = str(self).splitlines()
        if len(lines) > MOST:
            return {
                "text/plain": "\n".join([*lines[:MOST], f"… {len(lines) - MOST:,} more lines: print it, or save it"])
            }
        return {"text/plain": str(self), "text/latex": f"$$\n{self.latex()}\n$$"}
