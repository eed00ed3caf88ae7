"""A trace as a Graphviz graph, to restyle or to hand on; needs no ``dot`` until it is rendered."""

from __future__ import annotations

import re
from typing import Any

import graphviz

from autograd.graph.trace import Trace

from ..text import digits, expression, printable
from ..text import format_local as local
from ..text import short_name as name


class Digraph(graphviz.Digraph):  # type: ignore[misc]  # graphviz has no types
    """A graphviz.Digraph that a notebook shows even where no ``dot`` is installed, as a picture of our own."""

    picture = ""

    def _repr_mimebundle_(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        try:
            bundle: dict[str, Any] = super()._repr_mimebundle_(*args, **kwargs)
        except graphviz.ExecutableNotFound:
            bundle = {"text/plain": self.source} | ({"image/svg+xml": self.picture} if self.picture else {})
        return bundle

    def copy(self) -> Digraph:
        """Return a copy that has the same picture."""
        twin: Digraph = super().copy()
        twin.picture = self.picture
        return twin


def plain(text: str) -> str:
    r"""Escape a text for a label, so that it stands as it is: no HTML, no escape sequences, no records.

    >>> plain("a|b <b>")
    'a|b <b>'
    >>> plain("<b>") == "\u200b<b>"  # a zero-width space keeps Graphviz from reading the brackets as HTML
    True
    """
    text = printable(text).replace("\\", "\\\\")
    return f"\u200b{text}" if text.startswith("<") else text


def record(text: str) -> str:
    r"""Escape a text for a field of a record label.

    >>> print(record("{a|b}"))
    \{a\|b\}
    """
    return re.sub(r"([{}|<> ])", r"\\\1", plain(text))


def to_graphviz(trace: Trace, picture: str = "") -> Digraph:
    """Draw a trace as a graphviz.Digraph: data and grad in the nodes, local derivatives on the edges."""
    graph = Digraph(
        graph_attr={"rankdir": "LR", "bgcolor": "transparent"},
        node_attr={"shape": "box", "style": "rounded,filled", "fillcolor": "#f6f8fb", "color": "#b4bcca"}
        | {"fontname": "Helvetica", "fontsize": "12"},
        edge_attr={"color": "#8a94a3", "fontname": "Helvetica", "fontsize": "10", "fontcolor": "#5b6472"},
    )
    graph.picture = picture
    for n, (row, data, grad) in enumerate(zip(trace.graph.rows, trace.data, trace.grads, strict=True)):
        first = f"{name(row)} = {expression(trace, row)}" if row.op else name(row)
        graph.node(f"n{n}", rf"{plain(first)}\ndata {digits(data)}\ngrad {digits(grad)}")
    for edge in trace.edges:
        style = {"style": "dashed"} if edge.local is None else {}
        graph.edge(f"n{edge.src}", f"n{edge.dst}", label=local(edge.local), **style)
    return graph
