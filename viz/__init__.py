"""Pictures and tables of graphs, traces and gradients.

``graph`` draws how a Value was computed, ``step`` plays it step by step, ``table`` and ``explain`` write it out.
``neurons`` and ``gradient_flow`` draw models, ``paths`` and ``compare`` gradients, ``viz.plots`` functions and data
(extra ``plots``). A notebook shows the results, and their ``save`` writes files.
"""

# ruff: noqa: F405  # the names are those of api
from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import *  # noqa: F403  # only for type checkers, which resolve it

__all__ = [
    "Boundary", "Comparison", "Derivation", "Figure", "GradientFlow", "Live", "Neurons", "PathsFigure", "Player",
    "compare", "draw_dot", "explain", "gradient_flow", "graph", "load_ipython_extension", "neurons", "paths", "plots",
    "step", "table", "to_graphviz",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Return a name of api, which is imported at its first use.

    Pytest imports this package at every start, for the plugin.
    """
    if name not in __all__:
        raise AttributeError(f"module 'viz' has no attribute {name!r}")
    try:
        from . import api
    except ModuleNotFoundError as error:
        hint = "; write pip install graphviz, in a browser await micropip.install('graphviz')"
        raise ImportError(
            f"viz.{name} needs the Python package {error.name}{hint * (error.name == 'graphviz')}"
        ) from error
    return getattr(api, name)


def __dir__() -> list[str]:
    return __all__
