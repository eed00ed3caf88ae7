"""What viz offers by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from autograd.check import Report
from autograd.diagnose import layer_gradients as measures
from autograd.diagnose.connections import connections
from autograd.engine import Value
from autograd.engine.snapshot import place
from autograd.graph.paths import paths as measured_paths
from autograd.graph.trace import Trace

from . import plots
from .drawing import graphviz_export as dot
from .drawing.graph_svg import MOST
from .figures.comparison import Comparison, with_report, with_trace
from .figures.decision_boundary import Boundary
from .figures.derivation import Derivation
from .figures.layer_flow import GradientFlow, histories
from .figures.network import Neurons
from .figures.path_sum import PathsFigure
from .figures.trace_figure import Figure, Player, as_trace
from .folding.drilldown import NUMBERS
from .frontends.ipython import load_ipython_extension
from .frontends.live import Live
from .frontends.micrograd import draw_dot
from .text import format_steps

__all__ = [
    "Boundary", "Comparison", "Derivation", "Figure", "GradientFlow", "Live", "Neurons", "PathsFigure", "Player",
    "compare", "draw_dot", "explain", "gradient_flow", "graph", "load_ipython_extension", "neurons", "paths", "plots",
    "step", "table", "to_graphviz",
]  # fmt: skip


def graph(
    root: Value | Trace,
    *,
    names: bool | Mapping[str, Any] = True,
    theme: str = "auto",
    show: Collection[str] = NUMBERS,
    max_nodes: int = MOST,
    collapse: bool | None = None,
    engine: str = "own",
) -> Figure:
    """Draw how a Value was computed: values above the wires, gradients below, local derivatives at the gates.

    Shows in a notebook; ``save`` writes svg, png, html, dot, json, txt or tex. ``show`` holds the numbers to write,
    of "data", "grad" and "local". Unlabelled nodes are called by the variables of the caller, unless ``names`` is
    False, or as ``names`` says. Of more than ``max_nodes`` nodes the parts of a model are folded into boxes by their
    scope, which open by a click in the page, down to the products of a weighted sum; ``collapse`` says whether.
    Where nothing has a scope, or if the picture would get wider than 4,000 pixels, those nearest to the result are
    drawn; asking for more than 60 nodes lifts the limit on the width. What is not drawn is counted. ``engine="dot"``
    takes the places from Graphviz's dot, or raises RuntimeError if there is none. Raises TypeError or ValueError
    naming the argument that is wrong.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> y = x * x
    >>> graph(y).svg().startswith("<svg")
    True
    """
    return Figure(as_trace(root, names), theme, max_nodes, engine, show=show, collapse=collapse)


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

    Leaves that are changed in the page go through the operations recorded: an ``if`` or Python's ``max`` has chosen
    for good, where ``where`` and ``maximum`` choose anew.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> y = x * x
    >>> step(y).save("square.html")
    """
    return Player(as_trace(root, names), theme, max_nodes, engine, granularity)


def gradient_flow(model: Any, loss: Any = None, *, theme: str = "auto") -> GradientFlow:
    """Draw how large the gradients of each layer are, and which layers vanish, explode or hold dead units.

    ``loss`` is a Value; or a history, a list of what ``autograd.diagnose.gradient_flow`` returned at several steps of
    training or a mapping from steps to that, through which the page scrubs. A history may be given alone, without the
    model. ``report()`` gives the rows. Raises TypeError or ValueError naming the argument that is wrong.

    >>> from nn import MLP
    >>> model = MLP(2, [3, 1])
    >>> [row["layer"] for row in gradient_flow(model, model([1.0, 2.0])).report()]
    ['layers.0', 'layers.1']
    """
    if isinstance(loss, Value):
        return GradientFlow({"0": measures.gradient_flow(model, loss)}, theme)
    return GradientFlow(histories(model if loss is None else loss), theme)


def neurons(model: Any, loss: Value, *, theme: str = "auto") -> Neurons:
    """Draw a model as neurons, with lines as strong as ∂loss/∂ the weights that connect them; dead ones are rings.

    In the page, a click on a neuron opens its expression in place. ``model`` has ``named_parameters()``. Raises
    TypeError or ValueError naming the argument that is wrong.

    >>> from nn import MLP
    >>> model = MLP(2, [3, 1])
    >>> print(neurons(model, model([1.0, 2.0])).text().splitlines()[0])
    neuron             op    gradient  dead
    """
    network = connections(model, loss)
    return Neurons(network, as_trace(loss, False), type(model).__name__, theme)


def paths(
    root: Value | Trace, w: Value | str, *, names: bool | Mapping[str, Any] = True, theme: str = "auto"
) -> PathsFigure:
    """Draw ∂root/∂w as what it is: the sum over all paths of the products of the local derivatives on each.

    ``w`` is a Value under root, or its label. The paths of the greatest products are listed, what the others add is
    summed up. Raises TypeError or ValueError naming w if it is not under root.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> y = x * x + x
    >>> print(paths(y, x).text())
    ∂y/∂x is the sum over 3 paths of the products of the local derivatives
      x → v₁ → y:  [3.00] × [1.00] = 3.00
      x → v₁ → y:  [3.00] × [1.00] = 3.00
      x → y:  [1.00] = 1.00
      ∂y/∂x = 3.00 + 3.00 + 1.00 = 7.00
    """
    trace = as_trace(root, names)
    if isinstance(root, Value) and not isinstance(w, str):
        return PathsFigure(measured_paths(trace, place(root, w, "w")), theme)
    if not isinstance(w, str):
        raise TypeError(f"w: expected the label of a node, as root is a trace, got {type(w).__name__} {w!r:.40}")
    labels = {row.label: n for n, row in enumerate(trace.graph.rows)}
    if w not in labels:
        raise ValueError(f"w: nothing under {trace.graph.rows[-1].label} is called {w!r:.60}")
    return PathsFigure(measured_paths(trace, labels[w]), theme)


def explain(root: Value | Trace, *, names: bool | Mapping[str, Any] = True) -> Derivation:
    """Derive a Value and its gradients step by step, in symbols and then in numbers, as text and in LaTeX.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> y = x * x
    >>> print(explain(y))
    forward
      y = x × x = 3.00 × 3.00 = 9.00
    <BLANKLINE>
    backward
      ∂y/∂y = 1
      ∂y/∂x = x + x = 3.00 × 1.00 + 3.00 × 1.00 = 6.00
    """
    return Derivation(as_trace(root, names))


def compare(
    root: Value | Trace, other: Report | Trace, *, names: bool | Mapping[str, Any] = True, theme: str = "auto"
) -> Comparison:
    """Draw two gradients of one graph side by side, and where they begin to differ.

    ``other`` is what ``autograd.gradcheck`` reported, whose inputs are found by the labels of root's leaves; or a trace
    of the same graph, such as ``autograd.teach`` makes wrong on purpose. Raises TypeError or ValueError naming the
    argument that is wrong.

    >>> from autograd import Value, trace
    >>> from autograd.teach import overwrite
    >>> x = Value(3.0, label="x")
    >>> right = trace(x * x)
    >>> print(compare(right, overwrite(right)).text())
    node  gradient  other  verdict  note
    x         6.00   3.00  differs  it starts here
    1 of 1 disagree; it starts at x
    """
    if not isinstance(other, Report | Trace):
        raise TypeError(f"other: expected a report of gradcheck or a trace, got {type(other).__name__} {other!r:.40}")
    trace = as_trace(root, names)
    if isinstance(other, Trace):
        return with_trace(trace, other, theme)
    made = as_trace(other.root, False) if isinstance(other.root, Value) else None
    return with_report(trace, other, made, theme)


def table(root: Value | Trace, *, names: bool | Mapping[str, Any] = True) -> str:
    """Write every step of the forward and the backward pass of a Value as a text table."""
    return format_steps(as_trace(root, names))


def to_graphviz(root: Value | Trace, *, names: bool | Mapping[str, Any] = True) -> dot.Digraph:
    """Draw a Value as a graphviz.Digraph that can be restyled; its ``source`` needs no ``dot``."""
    trace = as_trace(root, names)
    return dot.to_graphviz(trace, Figure(trace).svg())
