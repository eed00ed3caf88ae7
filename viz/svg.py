"""A trace as a picture: values above the wires, gradients below, local derivatives at the gates.

The convention of the cs231n lectures (Karpathy and Johnson, 2016), in colours that the colour-blind
tell apart, for light and dark. The same trace always gives the same bytes, without ids, so that two
pictures live on one page.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from xml.sax.saxutils import escape

from autograd.steps import Edge, Trace

from .cut import nearest
from .layout import Box, Layout, Point, layout
from .letters import em, shorten
from .order import Wire
from .signs import expression, symbol
from .style import LABEL, LOCAL, NAME, style
from .words import digits, full_name, local, name, pretty

MOST = 60  # nodes, unless more are asked for
WIDEST = 4000.0  # pixels, unless more nodes are asked for
MARGIN = 20.0
HEADER = 34.0
RADIUS = 23.0
PORT = 20.0  # vertical distance of two input wires
PAD = 9.0  # between a name and the edge of its box
LONGEST = 14.0  # em of a name or a label; of the sign in a node half as much again


def svg(trace: Trace, theme: str = "auto", max_nodes: int = MOST) -> str:
    """Draw the final state of a trace: every value, local derivative and gradient.

    ``theme`` is light, dark, or auto: light, and dark where the reader's system is. Of a larger trace the
    nodes nearest to the result are drawn, and the picture says how many are not: at most ``max_nodes``,
    and fewer if the picture would get too wide, unless more than usual are asked for.
    """
    gates, edges, wires, placed = _placed(trace, max_nodes)
    width, height = placed.width + 2 * MARGIN, placed.height + 2 * MARGIN + HEADER
    hidden = len(trace.data) - len(gates)
    width = max(width, 620.0 if hidden else 330.0)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="gg" role="img" viewBox="0 0 {_n(width)} {_n(height)}" '
        f'width="{_n(width)}" height="{_n(height)}">',
        f"<title>{escape(alt(trace))}</title>",
        f"<style>{style(theme)}</style>",
        '<rect class="page" width="100%" height="100%" rx="8"/>',
        f'<text class="key" x="{_n(width - MARGIN)}" y="24"><tspan class="value">value</tspan>'
        '<tspan class="plain"> above the wire · </tspan><tspan class="grad">gradient</tspan>'
        '<tspan class="plain"> below · [local] at the gate</tspan></text>',
        f'<g transform="translate({_n(MARGIN)} {_n(MARGIN + HEADER)})">',
        *_wire_marks(gates, edges, wires, placed),
        *(gate.mark(*centre) for gate, centre in zip(gates, placed.centres, strict=True)),
        "</g>",
    ]
    if hidden:
        more = f"{hidden} more node{'s lie' if hidden > 1 else ' lies'} behind the dashed boxes"
        parts.append(f'<text class="more" x="{_n(MARGIN)}" y="24">{more}</text>')
    return "\n".join([*parts, "</svg>\n"])


def alt(trace: Trace) -> str:
    """Say in words what the picture shows: the result and the gradients of the leaves."""
    rows = trace.graph.rows
    root = name(rows[-1])
    leaves = [n for n, row in enumerate(rows) if row.op is None]
    gradients = ", ".join(f"∂{root}/∂{name(rows[n])} = {digits(trace.grads[n])}" for n in leaves[:40])
    return f"{root} = {digits(trace.data[-1])}; {gradients}{', …' * (len(leaves) > 40)}"


def _placed(trace: Trace, most: int) -> tuple[list[Gate], list[Edge], list[Wire], Layout]:
    """Choose what is drawn and place it: of a deep trace so many levels as are not too wide."""
    deep = len(trace.data)
    while True:
        nodes, edges = nearest(trace, most, deep)
        gates = [_gate(trace, n, [edge for edge in edges if edge.dst == n]) for n in nodes]
        wires = _wires(nodes, edges)
        placed = layout([gate.box for gate in gates], wires)
        if placed.width + 2 * MARGIN <= WIDEST or most > MOST or deep == 1:
            return gates, edges, wires, placed
        drawn = len({x for x, _ in placed.centres}) - 1
        deep = max(1, min(deep - 1, drawn - 1, int(drawn * WIDEST / placed.width)))


@dataclass(frozen=True)
class Gate:
    """A node as it is drawn: its texts, and the room that they need."""

    box: Box
    sign: str
    label: str  # above an operation; the name of a leaf is its sign
    title: str  # more of the text, where the others are shortened
    value: str
    grad: str
    leaf: bool
    cut: bool  # its arguments are not in the picture
    last: bool

    def mark(self, x: float, y: float) -> str:
        """Draw it around this point."""
        out = x + self.box.half
        tall = max(RADIUS, self.box.down - 5)
        wire = f'<path class="wire" d="M{_n(x)} {_n(y)}H{_n(out + self.box.stub)}"/>' * self.last
        title = f"<title>{escape(self.title)}</title>" if self.title else ""
        shape = (
            f'<rect class="shape{" idle" * self.cut}" x="{_n(x - self.box.half)}" y="{_n(y - tall)}" '
            f'width="{_n(2 * self.box.half)}" height="{_n(2 * tall)}" '
            f'rx="{_n(10.0 if self.leaf else min(self.box.half, tall))}"/>'
        )
        sign = f'<text class="name" x="{_n(x)}" y="{_n(y + 5)}">{escape(self.sign)}</text>'
        label = f'<text class="label" x="{_n(x)}" y="{_n(y - tall - 8)}">{escape(self.label)}</text>' * bool(self.label)
        value = f'<text class="value" x="{_n(out + 9)}" y="{_n(y - 7)}">{self.value}</text>'
        grad = f'<text class="grad" x="{_n(out + 9)}" y="{_n(y + 19)}">{self.grad}</text>'
        return f"<g>{title}{wire}{shape}{sign}{label}{value}{grad}</g>"


def _gate(trace: Trace, n: int, into: list[Edge]) -> Gate:
    row = trace.graph.rows[n]
    value, grad = digits(trace.data[n], "−"), digits(trace.grads[n], "−")
    whole_sign, whole_label = symbol(trace, row), pretty(full_name(row)) if row.op else ""
    sign = shorten(whole_sign, LONGEST * 1.5 if row.op else LONGEST, em)
    label = shorten(whole_label, LONGEST, em)
    title = ""
    if "…" in sign or label != whole_label:
        title = f"{full_name(row)} = {expression(trace, row)}" if row.op else full_name(row)
    half = max(RADIUS, em(sign) * NAME / 2 + PAD)
    beside = em(label) * LABEL / 2 - half  # how far a label stands out over its box
    locals_ = max((em(_local(edge)) * LOCAL + 12 for edge in into), default=0.0)
    up = max(RADIUS, len(into) * PORT / 2) + 5
    box = Box(
        half,
        up=up + (19.0 if row.op else 0.0),
        down=up,
        ports=tuple((i - (len(into) - 1) / 2) * PORT for i in range(len(into))),
        approach=max(locals_, beside),
        stub=max(max(em(value), em(grad)) * NAME + 16, beside),
    )
    cut = not into and any(isinstance(arg, int) for arg in row.args)
    return Gate(box, sign, label, title, value, grad, row.op is None, cut, n == len(trace.data) - 1)


def _wires(nodes: list[int], edges: list[Edge]) -> list[Wire]:
    place = {n: i for i, n in enumerate(nodes)}
    used: Counter[int] = Counter()
    wires = []
    for edge in edges:
        wires.append(Wire(place[edge.src], place[edge.dst], used[edge.dst]))
        used[edge.dst] += 1
    return wires


def _wire_marks(gates: list[Gate], edges: list[Edge], wires: list[Wire], placed: Layout) -> list[str]:
    marks = []
    for edge, wire, route in zip(edges, wires, placed.routes, strict=True):
        box = gates[wire.dst].box
        marks.append(f'<path class="wire{" idle" * (edge.local is None)}" d="{path(route)}"/>')
        below = wire.port == len(box.ports) - 1 > 0
        x, y = route[-1][0] - box.half - 6, route[-1][1] + (13 if below else -5)
        marks.append(f'<text class="local" x="{_n(x)}" y="{_n(y)}">{_local(edge)}</text>')
    return marks


def _local(edge: Edge) -> str:
    return f"[{local(edge.local, '−')}]"


def path(route: tuple[Point, ...]) -> str:
    """Write a route as an SVG path: straight, bend, straight, bend, … straight.

    >>> path(((0, 0), (10, 0), (50, 20), (60, 20)))
    'M0 0H10C30 0 30 20 50 20H60'
    """
    (x, y), *rest = route
    d = f"M{_n(x)} {_n(y)}"
    for i, (nx, ny) in enumerate(rest):
        if i % 2 == 0 or ny == y:
            d += f"H{_n(nx)}"
        else:
            middle = _n((x + nx) / 2)
            d += f"C{middle} {_n(y)} {middle} {_n(ny)} {_n(nx)} {_n(ny)}"
        x, y = nx, ny
    return d


def _n(x: float) -> str:
    """Write a coordinate to a tenth of a pixel.

    >>> _n(12.0), _n(0.25), _n(-0.04)
    ('12', '0.2', '0')
    """
    return f"{round(x, 1) + 0.0:g}" if abs(x) < 1e5 else f"{x:.0f}"
