"""Pictures and tables of graphs, traces and gradients.

What draws reads traces, which are plain data. Four files know more: ``compat`` walks Values, ``figure`` records
them, ``expression`` makes them from a text with the operations of the table, and ``magic`` finds them in a notebook.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import plots as plots
    from .api import Comparison as Comparison
    from .api import Derivation as Derivation
    from .api import Figure as Figure
    from .api import GradientFlow as GradientFlow
    from .api import Live as Live
    from .api import Neurons as Neurons
    from .api import PathsFigure as PathsFigure
    from .api import Player as Player
    from .api import compare as compare
    from .api import draw_dot as draw_dot
    from .api import explain as explain
    from .api import gradient_flow as gradient_flow
    from .api import graph as graph
    from .api import load_ipython_extension as load_ipython_extension
    from .api import neurons as neurons
    from .api import paths as paths
    from .api import step as step
    from .api import table as table
    from .api import to_graphviz as to_graphviz

__all__ = [
    "Comparison", "Derivation", "Figure", "GradientFlow", "Live", "Neurons", "PathsFigure", "Player", "compare",
    "draw_dot", "explain", "gradient_flow", "graph", "load_ipython_extension", "neurons", "paths", "plots", "step",
    "table", "to_graphviz",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is: pytest imports this package at its every start, for the plugin."""
    if name not in __all__:
        raise AttributeError(f"module 'viz' has no attribute {name!r}")
    from . import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return __all__
