"""Draw a model as neurons, with the size of the gradient of each weight."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from xml.sax.saxutils import escape

import graphviz

from autograd.diagnose import Connection, Network, Neuron
from autograd.graph import Trace, dump

from ..drawing import (
    MAX_NODES,
    Content,
    LogColorScale,
    Picture,
    escape_dot,
    format_page,
    format_px,
    svg_document,
    svg_rect,
    svg_style,
    svg_text,
)
from ..folding import Drilldown, Path
from ..text import digits, format_rows, format_rows_latex, shorten, subscript_digits, text_width_em
from .layer_flow import format_dead, format_uses

# All in pixels, except where a comment says otherwise.
MARGIN, TOP = 24.0, 78.0
MAX_LAYER_HEIGHT = 560.0  # if its neurons fit in it
STACK_GAP = 118.0  # between two layers of a column, with room for captions
MIN_PITCH, MAX_PITCH = 11.0, 40.0  # from one neuron to the next
MAX_NEURONS = 48  # drawn of a layer, those with the largest gradients
MAX_CONNECTIONS = 1200  # drawn, the strongest

Place = tuple[float, float]


@dataclass(frozen=True)
class Neurons(Picture):
    """The result of ``viz.neurons``: a network with gradients, and a trace.

    Args:
        network, trace: What ``autograd.diagnose.measure_connections`` returned, and the trace of the loss.
        model: The name of the model.
    """

    network: Network
    trace: Trace
    model: str
    theme: str = "auto"

    def text(self) -> str:
        """Return the neurons as a table."""
        return format_rows(self._rows)

    @property
    def _rows(self) -> list[dict[str, object]]:
        own = [neuron for neuron in self.network.neurons if neuron.layer]
        return [
            {"neuron": n.name, "op": n.op, "gradient": n.size, "uses": n.uses, "dead": "dead" * n.dead} for n in own
        ]

    def data_formats(self) -> Mapping[str, Callable[[], Content]]:
        """Map endings to the network as JSON, in LaTeX and for Graphviz."""
        return {
            ".json": lambda: dump("network", **asdict(self.network)) + "\n",
            ".tex": lambda: format_rows_latex(self._rows) + "\n",
            ".dot": self._dot_source,
        }

    def _dot_source(self) -> str:
        graph = graphviz.Digraph(graph_attr={"rankdir": "LR"}, node_attr={"shape": "circle"})
        ids = {neuron.name: f"n{i}" for i, neuron in enumerate(self.network.neurons)}
        for neuron in self.network.neurons:
            graph.node(ids[neuron.name], escape_dot(neuron.name), style="dashed" if neuron.dead else "solid")
        for link in self.network.connections:
            graph.edge(ids[link.src], ids[link.dst], label=digits(link.size))
        return str(graph.source)

    @cached_property
    def _layers(self) -> dict[str, list[Neuron]]:
        layers: dict[str, list[Neuron]] = {}
        for neuron in self.network.neurons:
            layers.setdefault(neuron.layer, []).append(neuron)
        return layers

    @cached_property
    def _layer_of(self) -> dict[str, str]:
        return {neuron.name: neuron.layer for neuron in self.network.neurons}

    @cached_property
    def _title(self) -> str:
        """The name of the model, and the sizes of its layers if they are a chain."""
        count = sum(bool(neuron.layer) for neuron in self.network.neurons)
        sizes = f"of {count:,} neurons in {sum(map(bool, self._layers))} layers"
        if len(self._columns) == len(self._layers):
            sizes = " → ".join(f"{len(layer)}" for layer in self._layers.values())
        return f"{shorten(self.model, 40)} {sizes}"

    @cached_property
    def _columns(self) -> list[list[str]]:
        """The layers from left to right, parallel ones in one column."""
        links = {(self._layer_of[link.src], self._layer_of[link.dst]) for link in self.network.connections}
        depth: dict[str, int] = {}
        for name in self._layers:
            depth[name] = 1 + max((depth[src] for src, dst in links if dst == name and src in depth), default=-1)
        return [[name for name in depth if depth[name] == k] for k in range(max(depth.values()) + 1)]

    @cached_property
    def _drawn(self) -> dict[str, list[Neuron]]:
        """The neurons that are drawn, by layer and in order."""
        kept, size = {}, {neuron.name: neuron.size for neuron in self.network.neurons}
        for link in self.network.connections:  # the size of an input is that of its strongest weight
            if not self._layer_of[link.src]:
                size[link.src] = max(size[link.src], link.size)
        for layer, neurons in self._layers.items():
            names = set(sorted((neuron.name for neuron in neurons), key=lambda name: -size[name])[:MAX_NEURONS])
            kept[layer] = [neuron for neuron in neurons if neuron.name in names]
        return kept

    @cached_property
    def _places(self) -> dict[str, Place]:
        """The centre of each neuron; the layers of a column are centred in the height."""
        spacing = min(230.0, max(120.0, 900.0 / len(self._columns)))
        inputs = self._layers.get("", [])
        left = MARGIN + 14 + max((text_width_em(_short_name(n)) * 13 for n in inputs), default=10.0)
        heights = [
            sum(self._pitch(layer) * (len(self._drawn[layer]) - 1) for layer in column) + STACK_GAP * (len(column) - 1)
            for column in self._columns
        ]
        places = {}
        for k, (column, height) in enumerate(zip(self._columns, heights, strict=True)):
            y = TOP + 24 + (max(heights) - height) / 2
            for layer in column:
                for i, neuron in enumerate(self._drawn[layer]):
                    places[neuron.name] = left + 30 + k * spacing, y + i * self._pitch(layer)
                y += self._pitch(layer) * (len(self._drawn[layer]) - 1) + STACK_GAP
        return places

    def _pitch(self, layer: str) -> float:
        """Return the distance of the neurons of a layer, the same in all of its column."""
        (column,) = (column for column in self._columns if layer in column)
        return min(MAX_PITCH, max(MIN_PITCH, MAX_LAYER_HEIGHT / sum(len(self._drawn[name]) for name in column)))

    @cached_property
    def _scale(self) -> LogColorScale:
        neurons, connections = self.network.neurons, self.network.connections
        return LogColorScale.from_sizes([*(n.size for n in neurons), *(link.size for link in connections)])

    def draw(self, theme: str) -> str:
        """Draw the network as SVG in a theme."""
        places = self._places
        right, bottom = (max(place[i] for place in places.values()) for i in (0, 1))
        links, n_zero, n_within = self._select_connections()
        n_missing = len(self.network.connections) - len(links) - n_zero - n_within
        notes = [
            f"{len(links):,} of {len(links) + n_missing:,} connections" * bool(n_missing),
            f"{n_zero:,} whose gradient is 0 are not drawn" * bool(n_zero),
            f"{n_within:,} within a layer are not drawn" * bool(n_within),
        ]
        subtitle = " · ".join(filter(None, ["which weights get how much gradient", *notes]))
        width = max(right + 110.0, 760.0, 2 * MARGIN + text_width_em(subtitle) * 13)
        marks = [
            svg_text("name start", MARGIN, 30, self._title),
            svg_text("plain note", MARGIN, 51, subtitle),
            *(self._draw_connection(link) for link in sorted(links, key=lambda link: link.size)),
            *(self._draw_neuron(neuron) for neurons in self._drawn.values() for neuron in neurons),
            *(mark for layer in self._drawn for mark in self._draw_caption(layer, bottom)),
            *self._scale.legend(MARGIN + 18, bottom + 112, "norm of ∂L/∂w: lines by connection, discs by neuron"),
        ]
        if any(neuron.dead for neuron in self.network.neurons):
            text = format_uses(_uses_of_dead(self.network.neurons)).replace("dead", "dead: every gradient is 0")
            ring = f'<circle class="dead" cx="{format_px(MARGIN + 420)}" cy="{format_px(bottom + 126)}" r="8"/>'
            marks.append(ring + svg_text("plain note", MARGIN + 438, bottom + 130, text))
        return svg_document(width, bottom + 162, svg_style(theme, flow=True), self._alt, marks)

    @property
    def _alt(self) -> str:
        layers = []
        for layer, neurons in [pair for pair in self._layers.items() if pair[0]]:
            dead = format_dead(sum(neuron.dead for neuron in neurons), len(neurons), _uses_of_dead(neurons))
            layers.append(f"{layer}: {len(neurons)} neuron{'s' * (len(neurons) > 1)}" + f", {dead}" * bool(dead))
        return f"{self._title}, gradient by neuron; {'; '.join(layers)}"

    def _select_connections(self) -> tuple[list[Connection], int, int]:
        """Return the connections to draw, and count those of 0 and within a layer."""
        across = [link for link in self.network.connections if self._layer_of[link.src] != self._layer_of[link.dst]]
        nonzero = [link for link in across if link.size]  # nan too
        drawn = [link for link in nonzero if link.src in self._places and link.dst in self._places]
        n_within = len(self.network.connections) - len(across)
        return sorted(drawn, key=lambda link: -link.size)[:MAX_CONNECTIONS], len(across) - len(nonzero), n_within

    def _draw_connection(self, link: Connection) -> str:
        (x0, y0), (x1, y1) = (map(format_px, self._places[name]) for name in (link.src, link.dst))
        middle = format_px((self._places[link.src][0] + self._places[link.dst][0]) / 2)
        d = f"M{x0} {y0}C{middle} {y0} {middle} {y1} {x1} {y1}"
        title = f"<title>{escape(f'{link.src} → {link.dst}: {digits(link.size)}')}</title>"
        shade, width = self._scale.shade(link.size), self._scale.line_width(link.size)
        return f'<path class="link{shade}" stroke-width="{format_px(width)}" d="{d}">{title}</path>'

    def _draw_neuron(self, neuron: Neuron) -> str:
        x, y = self._places[neuron.name]
        r = min(10.0, self._pitch(neuron.layer) * 0.42)
        if not neuron.layer:
            box = svg_rect("shape", x - r, y - r, 2 * r, 2 * r, r / 3)
            return f'<g class="node">{box}{svg_text("plain note end", x - r - 8, y + 4.5, _short_name(neuron))}</g>'
        title = f"<title>{escape(f'{neuron.name}: {digits(neuron.size)}')}</title>"
        kind = "dead" if neuron.dead else f"disc fill{self._scale.shade(neuron.size)}"
        at = f'cx="{format_px(x)}" cy="{format_px(y)}" r="{format_px(r)}"'
        return f'<g class="node"><circle class="shape {kind}" {at}/>{title}</g>'

    def _draw_caption(self, layer: str, bottom: float) -> list[str]:
        """Draw the name of a layer, and its numbers of neurons, under it."""
        neurons = self._layers[layer]
        x, last = self._places[self._drawn[layer][-1].name]
        y = (bottom if [layer] in self._columns else last) + 40
        ops = {neuron.op for neuron in neurons}
        op = next(iter(ops)) if len(ops) == 1 else ""
        lines = [
            (layer or "inputs", "name"),
            (f"{len(neurons):,}" + f" {op}" * (op not in ("", "dot", "add")), "plain"),
        ]
        n_dead, n_unused = sum(n.dead for n in neurons), sum(not n.uses for n in neurons)
        lines += [(f"{n_dead:,} {'dead' if _uses_of_dead(neurons)[0] > 1 else 'zero'}", "grad")] * bool(n_dead)
        lines += [(f"{n_unused:,} not used", "plain")] * bool(n_unused)
        if n_hidden := len(neurons) - len(self._drawn[layer]):
            lines.append((f"{n_hidden:,} more", "plain"))
        return [svg_text(f"{kind} note mid", x, y + 17 * i, shorten(text, 16)) for i, (text, kind) in enumerate(lines)]

    def html(self) -> str:
        """Return a self-contained piece of HTML, in which a click opens a neuron."""
        drilldown = Drilldown(self.trace, MAX_NODES)
        known = drilldown.folded.paths_by_scope()
        neurons = [neuron for layer in self._drawn.values() for neuron in layer]
        opens: dict[int, Path] = {i: known[n.scope] for i, n in enumerate(neurons) if n.scope in known}
        svg = self.draw(self.theme)
        return drilldown.html([((svg, opens), self._alt)], svg, self._title, self.theme)

    def page(self) -> str:
        """Return a complete HTML page."""
        return format_page(self.html(), f"Gradient flow through {self._title}")


def _uses_of_dead(neurons: Sequence[Neuron]) -> tuple[int, int]:
    """Return how often dead neurons were computed, least and most."""
    return min(uses := [neuron.uses for neuron in neurons if neuron.dead] or [0]), max(uses)


def _short_name(neuron: Neuron) -> str:
    return shorten(subscript_digits(neuron.name), 8, text_width_em)
