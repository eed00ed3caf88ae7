"""Show a trace as a picture or a player, and save it in every format."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial, wraps
from html import escape
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from autograd import enable_grad
from autograd import sum as sum_values
from autograd.engine import Value, nodes_in_order
from autograd.foreign import adopt
from autograd.graph import Trace
from autograd.snapshot import trace_to_show
from autograd.text import Explanation

from ..drawing import (
    MAX_NODES,
    Content,
    Drawing,
    Picture,
    Scene,
    alt_text,
    build_digraph,
    check_choice,
    check_paths,
    draw_graph,
    final_frame,
    format_page,
    format_scenes,
    format_still,
    plan_drawing,
    svg_to_png,
    write_all,
)
from ..folding import NUMBER_KINDS, Drilldown, select_numbers
from ..player import GRANULARITIES, Slides, draw_sheet, format_player
from ..text import PRECISION, column_width, ellipsize_repr, format_steps, printable, short_name, shorten

CHOICES: dict[str, tuple[str, ...]] = {"engine": ("own", "dot"), "granularity": GRANULARITIES}

MAX_DIGITS = 17  # with which a number is exact
P = ParamSpec("P")
R = TypeVar("R")


def _in_its_digits(method: Callable[Concatenate[Any, P], R]) -> Callable[..., R]:
    """Return a method in which numbers are written to the digits of its figure."""

    @wraps(method)
    def write(figure: Any, *args: P.args, **kwargs: P.kwargs) -> R:
        token = PRECISION.set(figure.digits)
        try:
            return method(figure, *args, **kwargs)
        finally:
            PRECISION.reset(token)

    return write


@dataclass(frozen=True, repr=False)
class Figure(Picture):
    """The result of ``viz.graph``: a trace and how to draw it.

    Args:
        trace: The trace to draw.
        max_nodes, engine, collapse: As in ``viz.graph``.
        numbers: Its argument ``show``.
        title, digits: As in ``viz.graph``.
        granularity: As in ``viz.step``.

    Raises:
        TypeError, ValueError: As in ``viz.graph``.
    """

    trace: Trace
    theme: str = "auto"
    max_nodes: int = MAX_NODES
    engine: str = "own"
    granularity: str = "edge"
    numbers: Collection[str] = NUMBER_KINDS
    collapse: bool | None = None
    title: str = ""
    digits: int = 3

    def __post_init__(self) -> None:
        super().__post_init__()
        for field, known in CHOICES.items():
            check_choice(field, getattr(self, field), known)
        for field in ("max_nodes", "digits"):
            if not isinstance(number := getattr(self, field), int) or isinstance(number, bool):
                raise TypeError(f"{field}: expected a whole number, got {number!r:.60}")
            if number < 1 or (field == "digits" and number > MAX_DIGITS):
                most = f"1 to {MAX_DIGITS}" if field == "digits" else "at least 1"
                raise ValueError(f"{field}: expected {most}, got {number}")
        if not isinstance(self.title, str):
            raise TypeError(f"title: expected a text, got {type(self.title).__name__} {self.title!r:.60}")
        is_collection = isinstance(self.numbers, Collection) and not isinstance(self.numbers, str)
        if not is_collection or any(kind not in NUMBER_KINDS for kind in self.numbers):
            raise ValueError(f"show: expected some of {NUMBER_KINDS}, got {self.numbers!r:.60}")
        if self.collapse not in (None, True, False):
            raise TypeError(f"collapse: expected True, False or None, got {self.collapse!r:.60}")
        if self.collapse and not self._drilldown.folded.has_scopes:
            raise ValueError("collapse: nothing in this graph has a scope, as the neurons of nn have")

    def __repr__(self) -> str:
        root, nodes, steps = short_name(self.trace.graph.rows[-1]), len(self.trace.data), len(self.trace.steps)
        return f"<{type(self).__name__} of {root}: {nodes} node{'s' * (nodes > 1)}, {steps} steps>"

    @cached_property
    def _stage(self) -> Drawing:
        return plan_drawing(self.trace, self.max_nodes, badges=True, engine=self.engine)

    @cached_property
    def _drilldown(self) -> Drilldown:
        return Drilldown(self.trace, self.max_nodes, self.engine, self.numbers, self._heading)

    @property
    def _heading(self) -> str:
        return shorten(printable(self.title.strip()), 60, column_width)

    @property
    def _is_folded(self) -> bool:
        """Whether parts of the model are folded into boxes."""
        if self.collapse is None:
            return len(self.trace.data) > self.max_nodes and self._drilldown.folded.has_scopes
        return self.collapse

    @_in_its_digits
    def draw(self, theme: str) -> str:
        """Draw the trace after the last step as SVG in a theme."""
        if self._is_folded:
            return self._drilldown.draw((), theme)[0]
        drawing = plan_drawing(self.trace, self.max_nodes, engine=self.engine)
        frame = replace(select_numbers(final_frame(self.trace), self.numbers), shows_exact=True)
        return draw_graph(drawing, theme, frame, title=self._alt, heading=self._heading)

    @property
    def _alt(self) -> str:
        return alt_text(self.trace, self._heading)

    @_in_its_digits
    def html(self) -> str:
        """Return a piece of HTML: parts that open, the player, or a picture.

        It is a picture if some numbers are left out, for the player shows them all.
        """
        root, title = short_name(self.trace.graph.rows[-1]), self._alt
        if self._is_folded:
            first = self._drilldown.draw((), self.theme)
            return self._drilldown.html([(first, title)], first[0], root, self.theme)
        if set(self.numbers) != set(NUMBER_KINDS):
            svg = self.svg()
            return format_scenes([Scene(svg, title)], svg, self.theme)
        return format_player(self._stage, self.granularity, self.theme, heading=self._heading)

    @_in_its_digits
    def text(self) -> str:
        """Return every step of both passes as a table."""
        return format_steps(self.trace)

    def _terminal_text(self) -> str:
        return self.text() if len(self.trace.data) <= self.max_nodes else repr(self)  # it may be a million lines

    def page(self) -> str:
        """Return a complete HTML page."""
        title = self._heading or f"Backpropagation through {short_name(self.trace.graph.rows[-1])}"
        return format_page((replace(self, title="") if self.title else self).html(), title)

    @_in_its_digits
    def frames(self) -> list[str]:
        """Draw every step as SVG, all of one size; the first has no numbers yet."""
        return Slides(self._stage, self.granularity, heading=self._heading).pictures(self.theme)

    @_in_its_digits
    def sheet(self) -> str:
        """Draw all steps as SVG on pages of A4, one below the other, to print.

        The colours are light unless the theme is dark. If edges would fill more than ten pages, a step is a node.
        """
        return draw_sheet(self._stage, self.granularity, self._print_theme, self._heading)

    def save(self, *paths: str | os.PathLike[str]) -> None:
        """Write files by their endings: svg, png, html, dot, json, txt or tex.

        ``frames/*.svg`` or ``frames/*.png`` writes every step, numbered, and creates the folder. ``NAME.sheet.svg``
        has all steps on pages of A4. If one file cannot be written, no file is.

        Raises:
            ValueError: If an ending is unknown.
            RuntimeError: If an extra is missing.
            OSError: If a file cannot be written.
        """
        checked = check_paths(paths)
        writers = [writer for path in checked for writer in self._writers(path)]
        files = [(path, writer()) for path, writer in writers]
        folders = {path.parent for path in checked if "*" in path.name and not path.parent.exists()}
        write_all(files, sorted(folders))

    def data_formats(self) -> Mapping[str, Callable[[], Content]]:
        """Map endings to the trace for Graphviz, as JSON and as LaTeX."""
        return {
            ".dot": self._dot_source,
            ".json": lambda: self.trace.to_json() + "\n",
            ".tex": lambda: Explanation(self.trace).latex() + "\n",
        }

    @_in_its_digits
    def _dot_source(self) -> str:
        return str(build_digraph(self.trace, heading=self._heading).source)

    def _writers(self, path: Path) -> list[tuple[Path, Callable[[], Content]]]:
        writer, ending, name = self._writer(path), path.suffix.lower(), ellipsize_repr(path.name)
        is_drawn = ending in (".svg", ".png")
        if path.stem.lower().endswith(".sheet"):
            if "*" in path.name or not is_drawn:
                raise ValueError(f"{name}: a sheet of all steps is drawn as NAME.sheet.svg or NAME.sheet.png")
            return [(path, lambda: _convert(ending, self.sheet()))]
        if "*" not in path.name:
            return [(path, writer)]
        if not is_drawn:
            raise ValueError(f"{name}: the steps are drawn as *.svg or *.png, not as *{ellipsize_repr(path.suffix)}")
        pictures = (self if ending == ".svg" else replace(self, theme=self._print_theme)).frames()
        n_digits = len(str(len(pictures) - 1))
        return [
            (path.with_name(path.name.replace("*", f"{i:0{n_digits}}")), partial(_convert, ending, picture))
            for i, picture in enumerate(pictures)
        ]

    @_in_its_digits
    def _notebook_html(self) -> str:
        return self.html() if self._is_folded else format_still(self.svg(), self._alt, self.theme)


class Player(Figure):
    """The result of ``viz.step``: a figure that a notebook shows as the step player.

    Where scripts do not run, its picture stays. ``display(player, include=["text/html", "image/png"])`` adds a PNG for
    viewers that remove the picture.
    """

    def _notebook_html(self) -> str:
        return self.html()

    def _mime_(self) -> tuple[str, str]:
        """Return the player for marimo, which runs scripts only in frames."""
        text = escape(self.html())
        return "text/html", f'<iframe srcdoc="{text}" onload="__resizeIframe(this)" width="100%" height="400"></iframe>'

    @property
    def _is_folded(self) -> bool:
        return False  # it plays the nodes nearest to the output


def _convert(ending: str, svg: str) -> str | bytes:
    return svg_to_png(svg) if ending == ".png" else svg


def _add(roots: Sequence[Any], names: Mapping[str, Any]) -> Value:
    """Return the sum of Values, called total unless another number is."""
    for root in roots:
        if not isinstance(root, Value):
            raise TypeError(f"root: expected a Value, got {type(root).__name__} {root!r:.40} among several roots")
    with enable_grad():
        total: Value = sum_values(*roots)
    if "total" not in {*names, *(node.label for node in nodes_in_order(total))}:
        total.label = "total"
    return total


def as_trace(root: Any, names: bool | Mapping[str, Any], inputs: Any = None, depth: int = 2) -> Trace:
    """Return the trace of a Value, another engine's node or a function at its inputs, or itself.

    Of several Values it is the trace of their sum, so that the gradients are those that backward adds up. If ``names``
    is True, unlabelled nodes get the names of the variables ``depth`` calls above. The ``0 +`` with which Python's
    ``sum`` starts is left out.
    """
    if isinstance(root, Trace):
        return root
    if inputs is not None:
        root = adopt(root, inputs)
    found = variables(names, depth + 1)
    if isinstance(root, list | tuple) and len(root) > 1:
        root = _add(root, found)
    return trace_to_show(root, found)


def variables(names: bool | Mapping[str, Any], depth: int = 2) -> Mapping[str, Any]:
    """Return the variables that name nodes; True means those ``depth`` calls above."""
    if not isinstance(names, bool | Mapping):
        raise TypeError(f"names: expected True, False or a mapping such as locals(), got {names!r:.60}")
    if names is True:
        found = sys._getframe(depth).f_locals
        return {name: value for name, value in found.items() if name.isidentifier()}  # tools keep others there
    return names or {}
