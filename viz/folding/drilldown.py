"""The parts of a large trace as scenes: what is drawn when a box is opened, and all that can be opened in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from autograd.graph.trace import Trace

from ..drawing import scenes as views
from ..drawing.glyph import State
from ..drawing.graph_svg import Drawing, alt
from ..drawing.scenes import Scene
from ..text import shorten
from .collapse import Collapsed
from .scopes import Path

NUMBERS = ("data", "grad", "local")
OPENED = 200  # nodes of a part that was opened
SCENES = 120  # parts that a page can open

Drawn = tuple[str, Mapping[int, Path]]  # a picture, and which part each of its nodes opens


def shown(state: State, numbers: Collection[str]) -> State:
    """Leave out the kinds of numbers that are not asked for."""
    return replace(
        state,
        values=state.values if "data" in numbers else {},
        grads=state.grads if "grad" in numbers else {},
        known=state.known if "local" in numbers else (),
    )


class Parts:
    """A trace folded by scope, and how its parts are drawn."""

    def __init__(self, trace: Trace, most: int, engine: str = "own", numbers: Collection[str] = NUMBERS) -> None:
        self.trace, self.most, self.engine, self.numbers = trace, most, engine, numbers
        self.folded = Collapsed(trace, most)

    def draw(self, way: Path, theme: str) -> Drawn:
        """Draw the whole with one part open."""
        view = self.folded.view(way)
        drawing = Drawing(view.trace, OPENED if way else self.most, engine=self.engine, boxes=view.boxes)
        values = {n: view.trace.data[n] for n in view.numbers}
        state = shown(State(values, dict(enumerate(view.trace.grads)), view.known), self.numbers)
        note = f"{view.folded:,} of {len(self.trace.data):,} nodes are folded into boxes"
        if view.more:
            note += f" · 1 of {view.more + 1:,} uses is drawn, the gradients of its weights are sums over all"
        elif len(values) < len(view.trace.data) and "grad" in self.numbers:
            note += " · ‖norm of the gradients of all that leaves a box‖"
        return drawing.final(theme, state, note, alt(self.trace)), {
            i: view.opens[n] for i, n in enumerate(drawing.nodes) if n in view.opens
        }

    def html(self, first: Sequence[tuple[Drawn, str]], picture: str, name: str, theme: str) -> str:
        """Write the first scenes, each given with its title, and all that can be opened from them, as HTML.

        ``name`` leads back to the first. What does not fit in the page is counted there.
        """
        drawn = list(first)
        numbers: dict[Path, int] = {(): 0}
        ways: list[Path] = [()] * len(first)
        left: set[Path] = set()
        for (_, targets), _ in drawn:  # it grows as it is read
            for way in targets.values():
                if way not in numbers and len(drawn) < SCENES:
                    numbers[way] = len(drawn)
                    ways.append(way)
                    drawn.append((self.draw(way, theme), _title(way)))
                elif way not in numbers:
                    left.add(way)
        scenes = [
            Scene(
                svg,
                title,
                {i: numbers[target] for i, target in targets.items() if target in numbers},
                [
                    (_called(way[:k]) if k else name, numbers[way[:k]])
                    for k in range(len(way) + 1)
                    if way[:k] in numbers
                ],
            )
            for way, ((svg, targets), title) in zip(ways, drawn, strict=True)
        ]
        return views.html(scenes, picture, theme, left=len(left))


def _title(way: Path) -> str:
    names = [str(part) for part in way if not isinstance(part, int)]
    return ".".join(names) + " Σ" * (len(names) < len(way))


def _called(way: Path) -> str:
    return "Σ" if isinstance(way[-1], int) else shorten(way[-1], 40)
