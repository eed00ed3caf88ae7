"""A model as neurons, and how much gradient each of its weights gets: between the layers and the expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from xml.sax.saxutils import escape

import graphviz

from autograd.diagnose.connections import Connection, Network, Neuron
from autograd.graph.serialization import dump
from autograd.graph.trace import Trace

from ..drawing.color_scale import Scale
from ..drawing.glyph import px
from ..drawing.graph_svg import MOST, page
from ..drawing.graphviz_export import plain
from ..drawing.html import document
from ..drawing.picture import Content, Picture
from ..drawing.theme import style
from ..folding.drilldown import Parts
from ..folding.scopes import Path
from ..text import digits, shorten
from ..text import format_rows as as_text
from ..text import format_rows_latex as as_tex
from ..text import subscript_digits as pretty
from ..text import text_width_em as em

MARGIN, TOP = 24.0, 78.0
TALL = 560.0  # pixels of the tallest layer, where its neurons have room
STACK = 118.0  # between two layers of a column, with what is written there
PITCH = (11.0, 40.0)  # from one neuron to the next, at least and at most
SHOWN = 48  # neurons of a layer; of more, those with the largest gradients
LINKS = 1200  # connections; of more, the strongest

Place = tuple[float, float]


@dataclass(frozen=True)
class Neurons(Picture):
    """What ``viz.neurons`` returns: a network with its gradients and the trace of the loss, and how to draw them."""

    network: Network
    trace: Trace
    model: str
    theme: str = "auto"

    def text(self) -> str:
        """Write the neurons as a table."""
        return as_text(self._rows)

    @property
    def _rows(self) -> list[dict[str, object]]:
        own = [neuron for neuron in self.network.neurons if neuron.layer]
        return [{"neuron": n.name, "op": n.op, "gradient": n.size, "dead": "dead" * n.dead} for n in own]

    def written(self) -> Mapping[str, Callable[[], Content]]:
        """Return how the network is written: as JSON, in LaTeX and to Graphviz."""
        return {
            ".json": lambda: dump("network", **asdict(self.network)) + "\n",
            ".tex": lambda: as_tex(self._rows) + "\n",
            ".dot": self._dot,
        }

    def _dot(self) -> str:
        graph = graphviz.Digraph(graph_attr={"rankdir": "LR"}, node_attr={"shape": "circle"})
        ids = {neuron.name: f"n{i}" for i, neuron in enumerate(self.network.neurons)}
        for neuron in self.network.neurons:
            graph.node(ids[neuron.name], plain(neuron.name), style="dashed" if neuron.dead else "solid")
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
    def _of(self) -> dict[str, str]:
        """The layer of each neuron."""
        return {neuron.name: neuron.layer for neuron in self.network.neurons}

    @cached_property
    def _title(self) -> str:
        """The model, and its layers: as a chain if they are one."""
        count = sum(bool(neuron.layer) for neuron in self.network.neurons)
        told = f"of {count:,} neurons in {sum(map(bool, self._layers))} layers"
        if len(self._columns) == len(self._layers):
            told = " → ".join(f"{len(layer)}" for layer in self._layers.values())
        return f"{shorten(self.model, 40)} {told}"

    @cached_property
    def _columns(self) -> list[list[str]]:
        """The layers side by side, each after those that it is connected to; what is parallel in one column."""
        links = {(self._of[link.src], self._of[link.dst]) for link in self.network.connections}
        depth: dict[str, int] = {}
        for name in self._layers:
            depth[name] = 1 + max((depth[src] for src, dst in links if dst == name and src in depth), default=-1)
        return [[name for name in depth if depth[name] == k] for k in range(max(depth.values()) + 1)]

    @cached_property
    def _drawn(self) -> dict[str, list[Neuron]]:
        """The neurons that are drawn, layer by layer in their order."""
        kept, size = {}, {neuron.name: neuron.size for neuron in self.network.neurons}
        for link in self.network.connections:  # that of an input is of the strongest weight that it meets
            if not self._of[link.src]:
                size[link.src] = max(size[link.src], link.size)
        for layer, neurons in self._layers.items():
            names = set(sorted((neuron.name for neuron in neurons), key=lambda name: -size[name])[:SHOWN])
            kept[layer] = [neuron for neuron in neurons if neuron.name in names]
        return kept

    @cached_property
    def _places(self) -> dict[str, Place]:
        """Where each neuron stands: the layers of a column below each other, in the middle of the height."""
        across = min(230.0, max(120.0, 900.0 / len(self._columns)))
        left = MARGIN + 14 + max((em(self._called(n)) * 13 for n in self._layers.get("", [])), default=10.0)
        heights = [
            sum(self._pitch(layer) * (len(self._drawn[layer]) - 1) for layer in column) + STACK * (len(column) - 1)
            for column in self._columns
        ]
        places = {}
        for k, (column, height) in enumerate(zip(self._columns, heights, strict=True)):
            y = TOP + 24 + (max(heights) - height) / 2
            for layer in column:
                for i, neuron in enumerate(self._drawn[layer]):
                    places[neuron.name] = left + 30 + k * across, y + i * self._pitch(layer)
                y += self._pitch(layer) * (len(self._drawn[layer]) - 1) + STACK
        return places

    def _pitch(self, layer: str) -> float:
        """The distance of the neurons of a layer, the same in all of its column."""
        (column,) = (column for column in self._columns if layer in column)
        least, most = PITCH
        return min(most, max(least, TALL / sum(len(self._drawn[name]) for name in column)))

    @staticmethod
    def _called(neuron: Neuron) -> str:
        return shorten(pretty(neuron.name), 8, em)

    @cached_property
    def _scale(self) -> Scale:
        return Scale.of([*(n.size for n in self.network.neurons), *(link.size for link in self.network.connections)])

    def draw(self, theme: str) -> str:
        """Draw the network as SVG in a theme."""
        places = self._places
        right, bottom = (max(place[i] for place in places.values()) for i in (0, 1))
        links, idle, within = self._links()
        missing = len(self.network.connections) - len(links) - idle - within
        notes = [
            f"{len(links):,} of {len(links) + missing:,} connections" * bool(missing),
            f"{idle:,} whose gradient is 0 are not drawn" * bool(idle),
            f"{within:,} within a layer are not drawn" * bool(within),
        ]
        told = " · ".join(filter(None, ["which weights get how much gradient", *notes]))
        width = max(right + 110.0, 760.0, 2 * MARGIN + em(told) * 13)
        marks = [
            f'<text class="name start" x="{px(MARGIN)}" y="30">{escape(self._title)}</text>',
            f'<text class="plain note" x="{px(MARGIN)}" y="51">{told}</text>',
            *(self._link(link) for link in sorted(links, key=lambda link: link.size)),
            *(self._mark(neuron) for neurons in self._drawn.values() for neuron in neurons),
            *(mark for layer in self._drawn for mark in self._caption(layer, bottom)),
            *self._scale.legend(MARGIN + 18, bottom + 112, "norm of ∂L/∂w: lines by connection, discs by neuron"),
        ]
        if any(neuron.dead for neuron in self.network.neurons):
            marks.append(
                f'<circle class="dead" cx="{px(MARGIN + 420)}" cy="{px(bottom + 126)}" r="8"/>'
                f'<text class="plain note" x="{px(MARGIN + 438)}" y="{px(bottom + 130)}">'
                "dead: every gradient is exactly 0</text>"
            )
        return page(width, bottom + 162, style(theme, flow=True), self._alt(), marks)

    def _alt(self) -> str:
        told = [
            f"{layer}: {len(neurons)} neuron{'s' * (len(neurons) > 1)}" + f", {dead} dead" * bool(dead)
            for layer, neurons in self._layers.items()
            if layer
            for dead in (sum(n.dead for n in neurons),)
        ]
        return f"{self._title}, gradient by neuron; {'; '.join(told)}"

    def _links(self) -> tuple[list[Connection], int, int]:
        """Choose the connections that are drawn, and count those without a gradient and those within a layer."""
        across = [link for link in self.network.connections if self._of[link.src] != self._of[link.dst]]
        some = [link for link in across if link.size]  # nan too
        drawn = [link for link in some if link.src in self._places and link.dst in self._places]
        within = len(self.network.connections) - len(across)
        return sorted(drawn, key=lambda link: -link.size)[:LINKS], len(across) - len(some), within

    def _link(self, link: Connection) -> str:
        (x0, y0), (x1, y1) = self._places[link.src], self._places[link.dst]
        middle = px((x0 + x1) / 2)
        d = f"M{px(x0)} {px(y0)}C{middle} {px(y0)} {middle} {px(y1)} {px(x1)} {px(y1)}"
        told = f"<title>{escape(f'{link.src} → {link.dst}: {digits(link.size)}')}</title>"
        shade, width = self._scale.shade(link.size), self._scale.width(link.size)
        return f'<path class="link{shade}" stroke-width="{px(width)}" d="{d}">{told}</path>'

    def _mark(self, neuron: Neuron) -> str:
        x, y = self._places[neuron.name]
        r = min(10.0, self._pitch(neuron.layer) * 0.42)
        told = f"<title>{escape(f'{neuron.name}: {digits(neuron.size)}')}</title>"
        if not neuron.layer:
            box = f'x="{px(x - r)}" y="{px(y - r)}" width="{px(2 * r)}" height="{px(2 * r)}" rx="{px(r / 3)}"'
            at = f'x="{px(x - r - 8)}" y="{px(y + 4.5)}"'
            text = f'<text class="plain note end" {at}>{escape(self._called(neuron))}</text>'
            return f'<g class="node"><rect class="shape" {box}/>{text}</g>'
        kind = "dead" if neuron.dead else f"disc fill{self._scale.shade(neuron.size)}"
        return f'<g class="node"><circle class="shape {kind}" cx="{px(x)}" cy="{px(y)}" r="{px(r)}"/>{told}</g>'

    def _caption(self, layer: str, bottom: float) -> list[str]:
        """Write under a layer what it is, how many of its neurons are dead and how many are not drawn."""
        neurons = self._layers[layer]
        x, last = self._places[self._drawn[layer][-1].name]
        y = (bottom if [layer] in self._columns else last) + 40
        ops = {neuron.op for neuron in neurons}
        op = next(iter(ops)) if len(ops) == 1 else ""
        lines = [
            (layer or "inputs", "name"),
            (f"{len(neurons):,}" + f" {op}" * (op not in ("", "dot", "add")), "plain"),
        ]
        if dead := sum(neuron.dead for neuron in neurons):
            lines.append((f"{dead:,} dead", "grad"))
        if more := len(neurons) - len(self._drawn[layer]):
            lines.append((f"{more:,} more", "plain"))
        return [
            f'<text class="{kind} note mid" x="{px(x)}" y="{px(y + 17 * i)}">{escape(shorten(text, 16))}</text>'
            for i, (text, kind) in enumerate(lines)
        ]

    def html(self) -> str:
        """Write a piece of HTML that needs nothing else, in which a click on a neuron opens its expression."""
        parts = Parts(self.trace, MOST)
        known = parts.folded.ways()
        neurons = [neuron for layer in self._drawn.values() for neuron in layer]
        opens: dict[int, Path] = {i: known[n.scope] for i, n in enumerate(neurons) if n.scope in known}
        first = self.draw(self.theme)
        return parts.html([((first, opens), self._alt())], first, self._title, self.theme)

    def page(self) -> str:
        """Write the same as a page of its own."""
        return document(self.html(), f"Gradient flow through {self._title}")
