"""The public functions of viz."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from autograd import diagnose
from autograd.check import Report
from autograd.engine import Value
from autograd.grading import trace_both
from autograd.graph import Trace, heaviest_paths
from autograd.snapshot import place

from . import plots
from .drawing import MAX_NODES, Digraph, build_digraph
from .figures import (
    Boundary,
    Comparison,
    Derivation,
    Figure,
    GradientFlow,
    Neurons,
    PathsFigure,
    Player,
    as_trace,
    compare_with_report,
    compare_with_trace,
    read_history,
    variables,
)
from .folding import NUMBER_KINDS
from .frontends import Live, draw_dot, load_ipython_extension
from .text import format_steps

__all__ = [
    "Boundary", "Comparison", "Derivation", "Figure", "GradientFlow", "Live", "Neurons", "PathsFigure", "Player",
    "compare", "draw_dot", "explain", "gradient_flow", "graph", "load_ipython_extension", "neurons", "paths", "plots",
    "step", "table", "to_graphviz",
]  # fmt: skip


def graph(
    root: Any,
    inputs: Any = None,
    *,
    names: bool | Mapping[str, Any] = True,
    theme: str = "auto",
    show: Collection[str] = NUMBER_KINDS,
    max_nodes: int = MAX_NODES,
    collapse: bool | None = None,
    engine: str = "own",
    title: str = "",
    digits: int = 3,
) -> Figure:
    """Draw how a Value was computed, values above the wires and gradients below.

    If nodes have scopes, as the neurons of nn do, a larger graph is folded into one box for each part of the model. In
    a page, a click opens a box, down to the products of a weighted sum. Without scopes, the nodes nearest to the
    root are drawn, and the picture counts the others. It is at most 4,000 pixels wide, except with more than 60 nodes.

    Args:
        root, inputs: A Value, a node of another engine, a trace, or a function of arrays with its arguments. Of a list
            of Values, their sum is drawn too, and the gradients are those of the sum.
        names: Variables that name unlabelled nodes; True takes those of the caller, False numbers the nodes.
        theme: "auto", "light" or "dark"; "auto" follows the reader's system.
        show: The numbers to draw, of "data", "grad" and "local".
        max_nodes: The greatest number of nodes to draw.
        collapse: Whether to fold the graph; None folds it if it has more than ``max_nodes`` nodes.
        engine: The layout, "own" or "dot" for Graphviz's.
        title, digits: A heading, and the number of significant digits of all numbers, from 1 to 17.

    Returns:
        A figure that a notebook shows, and ``show()`` in a browser. Its ``save`` writes svg, png, html, dot, json, txt
        or tex.

    Raises:
        TypeError: If an argument has a wrong type.
        ValueError: If an argument has an unknown value, or ``collapse`` is True and no node has a scope.
        RuntimeError: If ``engine`` is "dot" and Graphviz is missing, when the figure is drawn.

    >>> from autograd import Value
    >>> graph(Value(3.0) * 2).svg().startswith("<svg")
    True
    """
    return Figure(as_trace(root, names, inputs), theme, max_nodes, engine, "edge", show, collapse, title, digits)


def step(
    root: Any,
    inputs: Any = None,
    *,
    granularity: str = "edge",
    names: bool | Mapping[str, Any] = True,
    theme: str = "auto",
    max_nodes: int = MAX_NODES,
    engine: str = "own",
    title: str = "",
    digits: int = 3,
) -> Player:
    """Play how a Value was computed and differentiated, step by step.

    In the page, readers can change the leaves, and the recorded operations are computed again. A Python ``if`` or
    ``max`` is fixed when the graph is recorded; ``where`` and ``maximum`` are re-evaluated.

    Args:
        root, inputs: As in ``graph``.
        granularity: What a step is: "edge" for each contribution, "node" for all arguments of a node, or "pass".
        names, theme, max_nodes, engine, title, digits: As in ``graph``.

    Returns:
        A player that a notebook shows. Its ``save`` writes a page (html), every step as a picture (``frames/*.svg``),
        and what a figure of ``graph`` writes.

    Raises:
        TypeError, ValueError, RuntimeError: As in ``graph``.

    >>> from autograd import Value
    >>> step(Value(3.0) * 2).save("double.html")
    """
    return Player(as_trace(root, names, inputs), theme, max_nodes, engine, granularity, title=title, digits=digits)


def gradient_flow(model: Any, loss: Any = None, *, theme: str = "auto") -> GradientFlow:
    """Draw the sizes of the gradients of each layer, and flag its problems.

    Args:
        model: An object with ``named_parameters()``, or a history alone.
        loss: A Value, or a history: a list of what ``autograd.diagnose.gradient_flow`` returned at several steps of
            training, or a mapping from steps to it.
        theme: As in ``graph``.

    Returns:
        A figure that a notebook shows, with a scrubber for a history. Its ``report()`` has a row for each layer.

    Raises:
        TypeError: If a history consists of something else.
        ValueError: If the model has no parameters, the loss depends on none, or the layers differ between steps.

    >>> from nn import MLP
    >>> model = MLP(2, [3, 1])
    >>> [row["layer"] for row in gradient_flow(model, model([1.0, 2.0])).report()]
    ['layers.0', 'layers.1']
    """
    if isinstance(loss, Value):
        return GradientFlow({"0": diagnose.gradient_flow(model, loss)}, theme)
    return GradientFlow(read_history(model if loss is None else loss), theme)


def neurons(model: Any, loss: Value, *, theme: str = "auto") -> Neurons:
    """Draw a model as neurons, with lines by the gradients of their weights.

    Dead neurons are dashed rings. In a page, a click on a neuron opens its expression.

    Args:
        model: An object with ``named_parameters()``.
        loss: A Value that depends on its parameters.
        theme: As in ``graph``.

    Returns:
        A figure that a notebook shows. Its ``save`` writes svg, png, html, dot, json, txt or tex.

    Raises:
        ValueError: If the model has no parameters, or the loss depends on none.

    >>> from nn import MLP
    >>> model = MLP(2, [3, 1])
    >>> print(neurons(model, model([1.0, 2.0])).text().splitlines()[0])
    neuron             op    gradient  uses  dead
    """
    return Neurons(diagnose.measure_connections(model, loss), as_trace(loss, False), type(model).__name__, theme)


def paths(root: Any, w: Value | str, *, names: bool | Mapping[str, Any] = True, theme: str = "auto") -> PathsFigure:
    """Draw ∂root/∂w as a sum over paths of products of local derivatives.

    Args:
        root: A Value, a node of another engine, or a trace.
        w: A Value under root, or its label.
        names, theme: As in ``graph``.

    Returns:
        A figure that lists the paths with the greatest products, and the sum of the others.

    Raises:
        TypeError: If root is a trace, and w is not a label.
        ValueError: If w is not under root.

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
    if isinstance(root, Value) and not isinstance(w, str):
        names = {**variables(names), "_ w": w}  # which keeps it in the picture
        return PathsFigure(heaviest_paths(as_trace(root, names), place(root, w, "w", names)), theme)
    trace = as_trace(root, names)
    if not isinstance(w, str):
        raise TypeError(f"w: expected the label of a node, as root is a trace, got {type(w).__name__} {w!r:.40}")
    labels = {row.label: n for n, row in enumerate(trace.graph.rows)}
    if w not in labels:
        raise ValueError(f"w: nothing under {trace.graph.rows[-1].label} is called {w!r:.60}")
    return PathsFigure(heaviest_paths(trace, labels[w]), theme)


def explain(root: Any, inputs: Any = None, *, names: bool | Mapping[str, Any] = True) -> Derivation:
    """Derive a Value and its gradients step by step, in symbols and in numbers.

    The result prints as text. Its ``latex()`` returns LaTeX, and its ``save`` writes txt or tex.

    Args:
        root, inputs, names: As in ``graph``.

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
    return Derivation(as_trace(root, names, inputs))


def compare(
    root: Any, other: Report | Trace | None = None, *, names: bool | Mapping[str, Any] = True, theme: str = "auto"
) -> Comparison:
    """Draw two gradients of one graph, and mark where they begin to differ.

    Args:
        root: A Value, a node of another engine, or a trace.
        other: A report of ``autograd.gradcheck``, whose inputs have the labels of root's leaves, or a trace of the
            same graph, such as ``autograd.teach`` makes wrong on purpose. If None, root is a node of another engine,
            and its local derivatives are compared with the right ones.
        names, theme: As in ``graph``.

    Returns:
        A figure, whose ``report()`` has a row for each compared node.

    Raises:
        TypeError: If other is neither a report nor a trace.
        ValueError: If other belongs to another graph, or to other inputs.

    >>> from autograd import Value, trace
    >>> from autograd.teach import overwrite
    >>> x = Value(3.0, label="x")
    >>> right = trace(x * x)
    >>> print(compare(right, overwrite(right)).text())
    node  gradient  other  verdict  note
    x         6.00   3.00  differs  it starts here
    1 of 1 disagree; it starts at x
    """
    if other is None and not isinstance(root, Value | Trace):
        return compare_with_trace(*trace_both(root, names), theme, "theirs")
    if not isinstance(other, Report | Trace):
        raise TypeError(f"other: expected a report of gradcheck or a trace, got {type(other).__name__} {other!r:.40}")
    trace = as_trace(root, names)
    if isinstance(other, Trace):
        return compare_with_trace(trace, other, theme)
    checked = as_trace(other.root, False) if isinstance(other.root, Value) else None
    return compare_with_report(trace, other, checked, theme)


def table(root: Any, inputs: Any = None, *, names: bool | Mapping[str, Any] = True) -> str:
    """Return a table of every step of the forward and the backward pass of a Value.

    Args:
        root, inputs, names: As in ``graph``.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> print(table(x * 2).splitlines()[-1])
      ∂L/∂x  2.00
    """
    return format_steps(as_trace(root, names, inputs))


def to_graphviz(root: Any, *, names: bool | Mapping[str, Any] = True, rankdir: str = "LR") -> Digraph:
    """Return a Value as a graphviz.Digraph that can be restyled.

    Its ``source`` does not need ``dot``, and a notebook without ``dot`` shows our own picture.

    Args:
        root: A Value, a node of another engine, or a trace.
        names: As in ``graph``.
        rankdir: "LR" from left to right, as all other pictures, or "TB" from top to bottom.

    >>> from autograd import Value
    >>> "grad 2.00" in to_graphviz(Value(3.0) * 2).source
    True
    """
    return build_digraph(trace := as_trace(root, names), Figure(trace).svg(), rankdir)
