"""Pictures and tables of graphs, traces and gradients.

What draws reads traces, which are plain data. Four files know more: ``compat`` walks Values, ``figure`` records
them, ``expression`` makes them from a text with the operations of the table, and ``magic`` finds them in a notebook.
"""

# ruff: noqa: F405  # the names are those of api
from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import *  # noqa: F403  # for type checkers alone, which know all of its names

__all__ = [
    "Boundary", "Comparison", "Derivation", "Figure", "GradientFlow", "Live", "Neurons", "PathsFigure", "Player",
    "compare", "draw_dot", "explain", "gradient_flow", "graph", "load_ipython_extension", "neurons", "paths", "plots",
    "step", "table", "to_graphviz",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is: pytest imports this package at its every start, for the plugin."""
    if name not in __all__:
        raise AttributeError(f"module 'viz' has no attribute {name!r}")
    from . import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return __all__
