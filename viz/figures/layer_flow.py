"""Draw how large the gradients of each layer of a model are, and its problems."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from autograd.diagnose import FLAGGED_RATIO, LayerFlow
from autograd.graph import dump

from ..drawing import (
    Content,
    Picture,
    Scene,
    format_page,
    format_power,
    format_px,
    format_scenes,
    svg_document,
    svg_rect,
    svg_style,
    svg_text,
)
from ..text import digits, format_rows, format_rows_latex, shorten, text_width_em

ROW_HEIGHT, TOP, MARGIN = 46.0, 100.0, 20.0  # pixels
AXIS_WIDTH = 430.0  # pixels
BINS_PER_DECADE = 4
Flow = Sequence[LayerFlow]


@dataclass(frozen=True)
class GradientFlow(Picture):
    """The result of ``viz.gradient_flow``: measurements of the same layers.

    Args:
        history: What ``autograd.diagnose.gradient_flow`` returned, by the name of the step.
    """

    history: Mapping[str, Flow]
    theme: str = "auto"

    def report(self) -> list[dict[str, Any]]:
        """Return a row for each layer at each step: gradients, range and problem."""
        return [
            ({"step": step} if len(self.history) > 1 else {})
            | {
                "layer": layer.name,
                "gradients": len(layer.sizes),
                "zero": sum(not size for size in layer.sizes),
                "least": min(filter(None, layer.sizes), default=math.nan),
                "median": layer.median,
                "most": max(layer.sizes, default=math.nan),
                "flag": layer.flag,
                "dead": layer.dead,
                "not used": layer.unused,
                "units": layer.units,
                "uses": layer.uses,
            }
            for step, flow in self.history.items()
            for layer in flow
        ]

    def text(self) -> str:
        """Return the report as a table."""
        return format_rows(self.report())

    def data_formats(self) -> Mapping[str, Callable[[], Content]]:
        """Map endings to the report as JSON and LaTeX."""
        return {
            ".json": lambda: dump("gradient flow", rows=self.report()) + "\n",
            ".tex": lambda: format_rows_latex(self.report()) + "\n",
        }

    def draw(self, theme: str) -> str:
        """Draw the last measurement as SVG in a theme."""
        return self.draw_step(list(self.history)[-1], theme)

    def html(self) -> str:
        """Return a self-contained piece of HTML, with a scrubber for several steps."""
        scenes = [Scene(self.draw_step(step, self.theme), self._alt(step)) for step in self.history]
        last = len(scenes) - 1
        labels = [f"step {step}" if step.isdigit() else step for step in self.history]
        return format_scenes(scenes, scenes[last].svg, self.theme, labels, last)

    def page(self) -> str:
        """Return a complete HTML page."""
        return format_page(self.html(), "Gradient flow")

    def draw_step(self, step: str, theme: str) -> str:
        """Draw the measurement of one step as SVG, on the layout that all steps share."""
        flow = self.history[step]
        right = self._left + AXIS_WIDTH
        bottom = TOP + ROW_HEIGHT * len(flow)
        scale = "log₁₀ |∂L/∂w| over the weights of a layer"
        marks = [
            svg_text("name start", MARGIN, 30, "Size of the gradients, layer by layer"),
            svg_text("plain note", MARGIN, 51, f"{scale} · line: median without zeros · backward runs upwards"),
            svg_text("plain note end", right + 84, TOP - 14, "median"),
            svg_text("plain note end", self._left - 14, TOP - 14, "exactly 0") * self._has_zeros,
            *self._draw_zones(flow, bottom),
            *self._draw_axis(bottom),
        ]
        for i, layer in enumerate(flow):
            marks += self._draw_row(layer, TOP + ROW_HEIGHT * (i + 1))
        width = max(right + 120 + self._problem_width, 800.0)
        return svg_document(width, bottom + 62, svg_style(theme, flow=True), self._alt(step), marks)

    def _alt(self, step: str) -> str:
        layers = ", ".join(
            " ".join(filter(None, (layer.name, f"median {_format_median(layer)}", _format_problem(layer))))
            for layer in self.history[step]
        )
        return f"Size of the gradients of each layer: {layers}"

    @cached_property
    def _limits(self) -> tuple[int, int]:
        """The powers of ten around all gradients of all steps; the axis never moves."""
        sizes = [s for flow in self.history.values() for layer in flow for s in layer.sizes if 0 < s < math.inf]
        if not sizes:
            return -1, 0
        return math.floor(math.log10(min(sizes))), math.floor(math.log10(max(sizes))) + 1

    @cached_property
    def _left(self) -> float:
        """The start of the axis, right of the names and of the counts of zeros."""
        names = [shorten(layer.name, 24) for flow in self.history.values() for layer in flow]
        return MARGIN + max(map(text_width_em, names)) * 14 + (88 if self._has_zeros else 18)

    @cached_property
    def _has_zeros(self) -> bool:
        """Whether there are gradients of 0, which have no place on the axis."""
        return any(0 in layer.sizes for flow in self.history.values() for layer in flow)

    @cached_property
    def _problem_width(self) -> float:
        """The room for the problems, in pixels, the same at every step."""
        layers = [layer for flow in self.history.values() for layer in flow]
        return max((text_width_em(_format_problem(layer)) * 13 for layer in layers), default=0.0)

    def _x(self, size: float) -> float:
        low, high = self._limits
        return self._left + AXIS_WIDTH * (math.log10(size) - low) / (high - low)

    def _draw_zones(self, flow: Flow, bottom: float) -> list[str]:
        """Draw the median of the last layer as a dashed line, and shade far from it."""
        last = next((layer.median for layer in reversed(flow) if layer.median > 0), 0.0)
        if not 0 < last < math.inf:
            return []
        marks = []
        left, right = self._left, self._left + AXIS_WIDTH
        for start, end, name, side in (
            (left, self._x(last / FLAGGED_RATIO), "vanishing", "start"),
            (self._x(last * FLAGGED_RATIO), right, "exploding", "end"),
        ):
            start, end = max(start, left), min(end, right)
            if end > start:
                marks.append(svg_rect("zone", start, TOP - 8, end - start, bottom - TOP + 8))
                if end - start > 62:
                    x = start + 6 if side == "start" else end - 6
                    marks.append(svg_text(f"note grad {side}", x, TOP - 14, name))
        d = f"M{format_px(self._x(last))} {format_px(TOP - 8)}V{format_px(bottom)}"
        return [*marks, f'<path class="rule dashed" d="{d}"/>']

    def _draw_axis(self, bottom: float) -> list[str]:
        low, high = self._limits
        every = math.ceil((high - low) / 7)
        marks = []
        for k in range(low, high + 1):
            if (k - high) % every == 0:
                x = self._x(10.0**k)
                marks.append(f'<path class="rule" d="M{format_px(x)} {format_px(bottom)}v6"/>')
                marks.append(svg_text("plain note mid", x, bottom + 22, format_power(k)))
        at = f'x="{format_px(self._left)}" y="{format_px(bottom + 46)}"'
        key = '<tspan class="plain">dashed: median of the last layer · shaded: 1,000 times from it</tspan>'
        return [*marks, f'<text class="plain note" {at}>{key}</text>']

    def _draw_row(self, layer: LayerFlow, base: float) -> list[str]:
        """Draw the histogram of a layer, with its name, median and problem."""
        low, high = self._limits
        left, right = self._left, self._left + AXIS_WIDTH
        counts = [0] * ((high - low) * BINS_PER_DECADE)
        for size in layer.sizes:
            if 0 < size < math.inf:
                counts[min(int((math.log10(size) - low) * BINS_PER_DECADE), len(counts) - 1)] += 1
        largest = max([*counts, 1])
        height = ROW_HEIGHT - 12
        bin_width = AXIS_WIDTH / len(counts)
        d = f"M{format_px(left)} {format_px(base)}"
        for i, count in enumerate(counts):
            d += f"V{format_px(base - height * count / largest)}H{format_px(left + (i + 1) * bin_width)}"
        y = base - 6
        marks = [
            svg_text("name end", left - (84 if self._has_zeros else 14), y, shorten(layer.name, 24)),
            f'<path class="rule" d="M{format_px(left)} {format_px(base)}H{format_px(right)}"/>',
            f'<path class="bars{" bad" * bool(layer.flag)}" d="{d}V{format_px(base)}Z"/>',
        ]
        if n_zeros := sum(not size for size in layer.sizes):
            marks.append(svg_text("plain note end", left - 14, y, f"{n_zeros:,}"))
        if 0 < layer.median < math.inf:
            x = format_px(self._x(layer.median))
            marks.append(f'<path class="median" d="M{x} {format_px(base + 3)}V{format_px(base - height - 3)}"/>')
        marks.append(svg_text("value note end", right + 84, y, _format_median(layer, "−")))
        marks.append(svg_text("grad note", right + 100, y, _format_problem(layer)))
        return marks


def _format_median(layer: LayerFlow, minus: str = "-") -> str:
    """Format the median; there is none if every gradient is exactly 0."""
    return "none" if math.isnan(layer.median) else digits(layer.median, minus)


def _format_problem(layer: LayerFlow) -> str:
    """Format the problems of a layer; the text is empty if it has none."""
    n_infinite = sum(not math.isfinite(size) for size in layer.sizes)
    dead = format_dead(layer.dead, layer.units, layer.dead_uses)
    unused = f"{layer.unused:,} of {layer.units:,} not used" * bool(layer.unused)
    return " · ".join(filter(None, (layer.flag, dead, unused, f"{n_infinite} not finite" * bool(n_infinite))))


def format_dead(dead: int, units: int, uses: tuple[int, int]) -> str:
    """Format how many units are dead, and on how many uses, least and most; empty if none is."""
    return f"{dead:,} of {units:,} {format_uses(uses)}" * bool(dead)


def format_uses(uses: tuple[int, int]) -> str:
    """Format on how many uses units were seen to be dead."""
    if uses[0] < uses[1]:
        return f"dead in all uses, {uses[0]:,} to {uses[1]:,}"
    return "0 on this sample" if uses[1] == 1 else f"dead in all {uses[1]:,} uses"


def read_history(measured: Any) -> dict[str, Flow]:
    """Return measurements by step, from one, a list or a mapping of them."""
    expected = "history: expected a list of what autograd.diagnose.gradient_flow returns, at least one, got"
    flows = measured if isinstance(measured, Mapping) else list(measured) if isinstance(measured, Iterable) else []
    if not isinstance(flows, Mapping):
        is_single = bool(flows) and isinstance(flows[0], LayerFlow)
        flows = dict(enumerate([flows] if is_single else flows))
    steps: dict[str, Flow] = {str(step): flow for step, flow in flows.items()}
    if not steps:
        raise TypeError(f"{expected} {type(measured).__name__} {measured!r:.40}")
    for flow in steps.values():
        if not isinstance(flow, Sequence) or not flow or not all(isinstance(layer, LayerFlow) for layer in flow):
            raise TypeError(f"{expected} {type(flow).__name__} {flow!r:.40} in it")
    names = [[layer.name for layer in flow] for flow in steps.values()]
    if any(other != names[0] for other in names):
        raise ValueError("history: expected the same layers at every step")
    return steps
