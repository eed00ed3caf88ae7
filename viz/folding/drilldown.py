"""Draw the parts of a large trace as scenes: one for each box that can be opened."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from autograd.graph import Trace

from ..drawing import Frame, Scene, alt_text, draw_graph, format_scenes, plan_drawing
from ..text import shorten
from .collapse import FoldedTrace
from .scopes import Path

NUMBER_KINDS = ("data", "grad", "local")
MAX_PART_NODES = 200  # drawn of a part that was opened
MAX_SCENES = 120  # in a page

PartPicture = tuple[str, Mapping[int, Path]]  # SVG, and the part that each drawn node opens


def select_numbers(frame: Frame, kinds: Collection[str]) -> Frame:
    """Return a frame that has only the requested kinds of numbers."""
    return replace(
        frame,
        values=frame.values if "data" in kinds else {},
        grads=frame.grads if "grad" in kinds else {},
        known=frame.known if "local" in kinds else (),
    )


class Drilldown:
    """A trace folded by scope, and the pictures of its parts."""

    trace: Trace
    max_nodes: int
    engine: str
    kinds: Collection[str]
    heading: str

    def __init__(
        self,
        trace: Trace,
        max_nodes: int,
        engine: str = "own",
        kinds: Collection[str] = NUMBER_KINDS,
        heading: str = "",
    ) -> None:
        self.trace, self.max_nodes, self.engine, self.kinds, self.heading = trace, max_nodes, engine, kinds, heading
        self.folded: FoldedTrace = FoldedTrace(trace, max_nodes)

    def draw(self, path: Path, theme: str) -> PartPicture:
        """Draw the trace with one part open."""
        view = self.folded.view(path)
        max_nodes = MAX_PART_NODES if path else self.max_nodes
        drawing = plan_drawing(view.trace, max_nodes, engine=self.engine, boxes=view.boxes)
        values = {n: view.trace.data[n] for n in view.numbers}
        frame = Frame(values, dict(enumerate(view.trace.grads)), view.known, shows_exact=True)
        frame = select_numbers(frame, self.kinds)
        note = f"{view.n_folded:,} of {len(self.trace.data):,} nodes are folded into boxes"
        if view.n_other_uses:
            note += f" · 1 of {view.n_other_uses + 1:,} uses is drawn, the gradients of its weights are sums over all"
        elif len(values) < len(view.trace.data) and "grad" in self.kinds:
            note += " · ‖norm of the gradients of all that leaves a box‖"
        title, heading = alt_text(self.trace, self.heading), self.heading
        return draw_graph(drawing, theme, frame, note, title, heading=heading), {
            i: view.opens[n] for i, n in enumerate(drawing.nodes) if n in view.opens
        }

    def html(self, first: Sequence[tuple[PartPicture, str]], picture: str, name: str, theme: str) -> str:
        """Return a piece of HTML with some scenes, and all scenes that they open.

        ``name`` is the link back to the first scene. The page states how many parts did not fit.
        """
        drawn = list(first)
        numbers: dict[Path, int] = {(): 0}
        paths: list[Path] = [()] * len(first)
        missing: set[Path] = set()
        for (_, targets), _ in drawn:  # the loop appends to it
            for path in targets.values():
                if path not in numbers and len(drawn) < MAX_SCENES:
                    numbers[path] = len(drawn)
                    paths.append(path)
                    drawn.append((self.draw(path, theme), _format_title(path)))
                elif path not in numbers:
                    missing.add(path)
        scenes = [
            Scene(
                svg,
                title,
                {i: numbers[target] for i, target in targets.items() if target in numbers},
                [
                    (_format_last(path[:k]) if k else name, numbers[path[:k]])
                    for k in range(len(path) + 1)
                    if path[:k] in numbers
                ],
            )
            for path, ((svg, targets), title) in zip(paths, drawn, strict=True)
        ]
        return format_scenes(scenes, picture, theme, n_missing=len(missing))


def _format_title(path: Path) -> str:
    names = [str(part) for part in path if not isinstance(part, int)]
    return ".".join(names) + " Σ" * (len(names) < len(path))


def _format_last(path: Path) -> str:
    return "Σ" if isinstance(path[-1], int) else shorten(path[-1], 40)
