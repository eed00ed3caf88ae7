"""How gradients flow through the layers of a model: how large those of each layer are, and what is wrong."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from xml.sax.saxutils import escape

from autograd.diagnose.layer_gradients import FAR, LayerFlow
from autograd.graph.serialization import dump

from ..drawing import scenes as views
from ..drawing.color_scale import power
from ..drawing.glyph import px
from ..drawing.graph_svg import page
from ..drawing.html import document
from ..drawing.picture import Content, Picture
from ..drawing.scenes import Scene
from ..drawing.theme import style
from ..text import digits, shorten
from ..text import format_rows as as_text
from ..text import format_rows_latex as as_tex
from ..text import text_width_em as em

ROW, TOP, MARGIN = 46.0, 100.0, 20.0
PLOT = 430.0  # pixels of the scale
BINS = 4  # to a power of ten
Flow = Sequence[LayerFlow]


@dataclass(frozen=True)
class GradientFlow(Picture):
    """What ``viz.gradient_flow`` returns: one or more measurements of the same layers, and how to draw them."""

    history: Mapping[str, Flow]
    theme: str = "auto"

    def report(self) -> list[dict[str, Any]]:
        """List the layers, at each step if there are several: numbers of gradients, their range, what is wrong."""
        many = len(self.history) > 1
        return [
            ({"step": step} if many else {})
            | {
                "layer": layer.name,
                "gradients": len(layer.sizes),
                "zero": sum(not size for size in layer.sizes),
                "least": min(filter(None, layer.sizes), default=math.nan),
                "median": layer.median,
                "most": max(layer.sizes, default=math.nan),
                "flag": layer.flag,
                "dead": layer.dead,
                "units": layer.units,
            }
            for step, flow in self.history.items()
            for layer in flow
        ]

    def text(self) -> str:
        """Write the report as a table."""
        return as_text(self.report())

    def written(self) -> Mapping[str, Callable[[], Content]]:
        """Return how the report is written: as JSON and in LaTeX."""
        return {
            ".json": lambda: dump("gradient flow", rows=self.report()) + "\n",
            ".tex": lambda: as_tex(self.report()) + "\n",
        }

    def draw(self, theme: str) -> str:
        """Draw the last measurement as SVG in a theme."""
        return self._frame(list(self.history)[-1], theme)

    def html(self) -> str:
        """Write a piece of HTML that needs nothing else: a scrubber over the steps, if there are several."""
        scenes = [Scene(self._frame(step, self.theme), self._alt(step)) for step in self.history]
        last = len(scenes) - 1
        labels = [f"step {step}" if step.isdigit() else step for step in self.history]
        return views.html(scenes, scenes[last].svg, self.theme, labels, last)

    def page(self) -> str:
        """Write the same as a page of its own."""
        return document(self.html(), "Gradient flow")

    def _alt(self, step: str) -> str:
        told = ", ".join(
            " ".join(filter(None, (layer.name, f"median {_median(layer)}", _told(layer))))
            for layer in self.history[step]
        )
        return f"Size of the gradients of each layer: {told}"

    @cached_property
    def _limits(self) -> tuple[int, int]:
        """The powers of ten around all gradients of all steps, so that nothing is clipped and nothing moves."""
        sizes = [s for flow in self.history.values() for layer in flow for s in layer.sizes if 0 < s < math.inf]
        if not sizes:
            return -1, 0
        low, high = math.floor(math.log10(min(sizes))), math.floor(math.log10(max(sizes))) + 1
        return low, high

    @cached_property
    def _left(self) -> float:
        """Where the scale begins, right of the names and of the numbers of gradients that are exactly 0."""
        names = [shorten(layer.name, 24) for flow in self.history.values() for layer in flow]
        return MARGIN + max(map(em, names)) * 14 + (88 if self._zeros else 18)

    @cached_property
    def _zeros(self) -> bool:
        """Whether there are gradients of exactly 0, which have no place on a logarithmic scale."""
        return any(0 in layer.sizes for flow in self.history.values() for layer in flow)

    @cached_property
    def _told(self) -> float:
        """The room for what is wrong, the same at every step."""
        return max((em(_told(layer)) * 13 for flow in self.history.values() for layer in flow), default=0.0)

    def _x(self, size: float) -> float:
        low, high = self._limits
        return self._left + PLOT * (math.log10(size) - low) / (high - low)

    def _frame(self, step: str, theme: str) -> str:
        flow = self.history[step]
        right = self._left + PLOT
        bottom = TOP + ROW * len(flow)
        marks = [
            f'<text class="name start" x="{px(MARGIN)}" y="30">Size of the gradients, layer by layer</text>',
            f'<text class="plain note" x="{px(MARGIN)}" y="51">log₁₀ |∂L/∂w| over the weights of each layer · '
            "line: median · backward runs from the bottom up</text>",
            f'<text class="plain note end" x="{px(right + 84)}" y="{px(TOP - 14)}">median</text>',
            f'<text class="plain note end" x="{px(self._left - 14)}" y="{px(TOP - 14)}">exactly 0</text>' * self._zeros,
            *self._zones(flow, bottom),
            *self._axis(bottom),
        ]
        for i, layer in enumerate(flow):
            marks += self._row(layer, TOP + ROW * (i + 1))
        return page(max(right + 120 + self._told, 800.0), bottom + 62, style(theme, flow=True), self._alt(step), marks)

    def _zones(self, flow: Flow, bottom: float) -> list[str]:
        """Shade where a median is far from that of the last layer, whose median is a dashed line."""
        last = next((layer.median for layer in reversed(flow) if layer.median > 0), 0.0)
        if not 0 < last < math.inf:
            return []
        marks = []
        left, right = self._left, self._left + PLOT
        for start, end, name, side in (
            (left, self._x(last / FAR), "vanishing", "start"),
            (self._x(last * FAR), right, "exploding", "end"),
        ):
            start, end = max(start, left), min(end, right)
            if end > start:
                box = f'x="{px(start)}" y="{px(TOP - 8)}" width="{px(end - start)}" height="{px(bottom - TOP + 8)}"'
                marks.append(f'<rect class="zone" {box}/>')
                if end - start > 62:
                    at = start + 6 if side == "start" else end - 6
                    marks.append(f'<text class="note grad {side}" x="{px(at)}" y="{px(TOP - 14)}">{name}</text>')
        x = self._x(last)
        return [*marks, f'<path class="rule dashed" d="M{px(x)} {px(TOP - 8)}V{px(bottom)}"/>']

    def _axis(self, bottom: float) -> list[str]:
        low, high = self._limits
        every = math.ceil((high - low) / 7)
        marks = []
        for k in range(low, high + 1):
            if (k - high) % every == 0:
                x = self._x(10.0**k)
                marks.append(f'<path class="rule" d="M{px(x)} {px(bottom)}v6"/>')
                marks.append(f'<text class="plain note mid" x="{px(x)}" y="{px(bottom + 22)}">{power(k)}</text>')
        last = '<tspan class="plain">dashed: median of the last layer · shaded: 1,000 times from it</tspan>'
        marks.append(f'<text class="plain note" x="{px(self._left)}" y="{px(bottom + 46)}">{last}</text>')
        return marks

    def _row(self, layer: LayerFlow, base: float) -> list[str]:
        """Draw the histogram of a layer on its line, and to the right of all of them what it says."""
        low, high = self._limits
        right = self._left + PLOT
        bad = " bad" * bool(layer.flag)
        counts = [0] * ((high - low) * BINS)
        zero = sum(not size for size in layer.sizes)
        for size in layer.sizes:
            if 0 < size < math.inf:
                counts[min(int((math.log10(size) - low) * BINS), len(counts) - 1)] += 1
        most = max([*counts, 1])
        tall = ROW - 12
        step = PLOT / len(counts)
        d = f"M{px(self._left)} {px(base)}"
        for i, count in enumerate(counts):
            d += f"V{px(base - tall * count / most)}H{px(self._left + (i + 1) * step)}"
        name, x = escape(shorten(layer.name, 24)), px(self._left - (84 if self._zeros else 14))
        marks = [
            f'<text class="name end" x="{x}" y="{px(base - 6)}">{name}</text>',
            f'<path class="rule" d="M{px(self._left)} {px(base)}H{px(right)}"/>',
            f'<path class="bars{bad}" d="{d}V{px(base)}Z"/>',
        ]
        if zero:
            x = px(self._left - 14)
            marks.append(f'<text class="plain note end" x="{x}" y="{px(base - 6)}">{zero:,}</text>')
        if 0 < layer.median < math.inf:
            x = px(self._x(layer.median))
            marks.append(f'<path class="median" d="M{x} {px(base + 3)}V{px(base - tall - 3)}"/>')
        marks += [
            f'<text class="value note end" x="{px(right + 84)}" y="{px(base - 6)}">{_median(layer, "−")}</text>',
            f'<text class="grad note" x="{px(right + 100)}" y="{px(base - 6)}">{_told(layer)}</text>',
        ]
        return marks


def _median(layer: LayerFlow, minus: str = "-") -> str:
    """Write the median, which is none where every gradient is exactly 0."""
    return "none" if math.isnan(layer.median) else digits(layer.median, minus)


def _told(layer: LayerFlow) -> str:
    """Say what is wrong with a layer, if anything."""
    other = sum(not math.isfinite(size) for size in layer.sizes)
    dead = f"{layer.dead} of {layer.units} dead" * bool(layer.dead)
    return " · ".join(filter(None, (layer.flag, dead, f"{other} not finite" * bool(other))))


def histories(found: Any) -> dict[str, Flow]:
    """Take one measurement, a list of them or a mapping from steps to them; raise naming what is none."""
    expected = "history: expected a list of what autograd.diagnose.gradient_flow returns, at least one, got"
    flows = found if isinstance(found, Mapping) else list(found) if isinstance(found, Iterable) else []
    if not isinstance(flows, Mapping):
        single = bool(flows) and isinstance(flows[0], LayerFlow)
        flows = dict(enumerate([flows] if single else flows))
    steps: dict[str, Flow] = {str(step): flow for step, flow in flows.items()}
    if not steps:
        raise TypeError(f"{expected} {type(found).__name__} {found!r:.40}")
    for flow in steps.values():
        if not isinstance(flow, Sequence) or not flow or not all(isinstance(layer, LayerFlow) for layer in flow):
            raise TypeError(f"{expected} {type(flow).__name__} {flow!r:.40} in it")
    names = [[layer.name for layer in flow] for flow in steps.values()]
    if any(other != names[0] for other in names):
        raise ValueError("history: expected the same layers at every step")
    return dict(steps)
