"""What viz offers by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograd.engine import Value
from autograd.steps import Trace

from . import dot, text
from .compat import draw_dot
from .figure import Figure, Player, as_trace
from .magic import load_ipython_extension
from .svg import MOST

__all__ = ["Figure", "Player", "draw_dot", "graph", "load_ipython_extension", "step", "table", "to_graphviz"]


def graph(
    root: Value | Trace,
    *,
    names: bool | Mapping[str, Any] = True,
    theme: str = "auto",
    max_nodes: int = MOST,
    engine: str = "own",
) -> Figure:
    """Draw how a Value was computed: values above the wires, gradients below, local derivatives at the gates.

    Shows in a notebook; ``save`` writes svg, png, html, dot, json or txt. Unlabelled nodes are called by the
    variables of the caller, unless ``names`` is False, or as ``names`` says. Of more than ``max_nodes``
    nodes, or of so many levels that the picture gets wider than 4,000 pixels, those nearest to the result
    are drawn; asking for more than 60 nodes lifts the limit on the width. ``engine="dot"`` takes the places
    from Graphviz's dot, or raises RuntimeError if there is none. Raises TypeError or ValueError
    naming the argument that is wrong.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> y = x * x
    >>> graph(y).svg().startswith("<svg")
    True
    """
    return Figure(as_trace(root, names), theme, max_nodes, engine)


def step(
    root: Value | Trace,
    *,
    granularity: str = "edge",
    names: bool | Mapping[str, Any] = True,
    theme: str = "auto",
    max_nodes: int = MOST,
    engine: str = "own",
) -> Player:
    """Play how a Value was computed and differentiated, step by step, forward and back in time.

    A step is an edge (every contribution by itself), a node (all of its arguments at once) or a pass, as
    ``granularity`` says. Shows in a notebook; ``save`` writes a page with the player (html), every step
    as a picture (``frames/*.svg``), or what ``graph`` does. The other arguments and errors are those of ``graph``.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> y = x * x
    >>> step(y).save("square.html")
    """
    return Player(as_trace(root, names), theme, max_nodes, engine, granularity)


def table(root: Value | Trace, *, names: bool | Mapping[str, Any] = True) -> str:
    """Write every step of the forward and the backward pass of a Value as a text table."""
    return text.table(as_trace(root, names))


def to_graphviz(root: Value | Trace, *, names: bool | Mapping[str, Any] = True) -> dot.Digraph:
    """Draw a Value as a graphviz.Digraph that can be restyled; its ``source`` needs no ``dot``."""
    trace = as_trace(root, names)
    return dot.to_graphviz(trace, Figure(trace).svg())
