"""Build Graphviz graphs that users can restyle; only rendering needs ``dot``."""

from __future__ import annotations

import re
from typing import Any

import graphviz

from autograd.graph import Trace

from ..text import digits, expression, format_local, printable, short_name
from .html import format_still, sturdy
from .picture import check_choice

RANKDIRS = ("LR", "TB")  # from left to right, from top to bottom
NO_DOT = (OSError, RuntimeError)  # dot is missing, not allowed, or damaged; no thread; or in a browser


class Digraph(graphviz.Digraph):  # type: ignore[misc]  # graphviz has no types
    """A graphviz.Digraph that a notebook shows even if ``dot`` cannot be started."""

    picture = ""

    def _repr_mimebundle_(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        try:
            bundle: dict[str, Any] = super()._repr_mimebundle_(*args, **kwargs)
        except NO_DOT:
            bundle = {}
        if svg := bundle.get("image/svg+xml"):  # an untrusted notebook shows it in HTML alone
            bundle["text/html"] = sturdy(format_still(svg, "the graph of a computation"))
        return {"text/plain": self.source} | bundle

    def pipe(self, format: Any = None, *args: Any, encoding: Any = None, **kwargs: Any) -> Any:  # noqa: A002  # its name
        """Return the rendered graph, as svg our own picture if ``dot`` cannot be started."""
        try:
            return super().pipe(format, *args, encoding=encoding, **kwargs)
        except NO_DOT as error:
            if (format or self.format) == "svg" and self.picture:
                return self.picture if encoding else self.picture.encode()
            raise _without_dot(error) from error

    def render(self, *args: Any, **kwargs: Any) -> Any:
        """Render the graph to a file; an error says what to write if ``dot`` cannot be started."""
        try:
            return super().render(*args, **kwargs)
        except NO_DOT as error:
            raise _without_dot(error) from error

    def copy(self) -> Digraph:
        """Return a copy with the same picture."""
        twin: Digraph = super().copy()
        twin.picture = self.picture
        return twin


def _without_dot(error: Exception) -> Exception:
    return RuntimeError(f"dot: {error}; write g.pipe(format='svg') for our own picture, g.source for the graph as text")


def escape_dot(text: str) -> str:
    r"""Return a text as a label that Graphviz shows literally.

    >>> escape_dot("a|b <b>")
    'a|b <b>'
    >>> escape_dot("<b>") == "\u200b<b>"  # a zero-width space stops Graphviz from parsing the label as HTML
    True
    """
    text = printable(text).replace("\\", "\\\\")
    return f"\u200b{text}" if text.startswith("<") else text


def escape_record(text: str) -> str:
    r"""Return a text as a field of a record label.

    >>> print(escape_record("{a|b}"))
    \{a\|b\}
    """
    return re.sub(r"([{}|<> ])", r"\\\1", escape_dot(text))


def build_digraph(trace: Trace, picture: str = "", rankdir: str = "LR", heading: str = "") -> Digraph:
    """Return a trace as a graphviz.Digraph, with local derivatives on the edges.

    Raises:
        ValueError: If rankdir is none of Graphviz's directions that people read, LR and TB.
    """
    check_choice("rankdir", rankdir, RANKDIRS)
    label = {"label": escape_dot(heading)} if heading else {}
    graph = Digraph(
        graph_attr={"rankdir": rankdir, "bgcolor": "transparent"} | label,
        node_attr={"shape": "box", "style": "rounded,filled", "fillcolor": "#f6f8fb", "color": "#b4bcca"}
        | {"fontname": "Helvetica", "fontsize": "12"},
        edge_attr={"color": "#8a94a3", "fontname": "Helvetica", "fontsize": "10", "fontcolor": "#5b6472"},
    )
    graph.picture = picture
    for n, (row, data, grad) in enumerate(zip(trace.graph.rows, trace.data, trace.grads, strict=True)):
        first = f"{short_name(row)} = {expression(trace, row)}" if row.op else short_name(row)
        graph.node(f"n{n}", rf"{escape_dot(first)}\ndata {digits(data)}\ngrad {digits(grad)}")
    for edge in trace.edges:
        style = {"style": "dashed"} if edge.local is None else {}
        graph.edge(f"n{edge.src}", f"n{edge.dst}", label=format_local(edge.local), **style)
    return graph
