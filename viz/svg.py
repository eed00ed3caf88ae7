"""A trace as a picture: values above the wires, gradients below, local derivatives at the gates.

The convention of the cs231n lectures (Karpathy and Johnson, 2016), in colours that the colour-blind
tell apart, for light and dark. The same trace always gives the same bytes, without ids, so that two
pictures live on one page.
"""

from __future__ import annotations

from collections import Counter
from xml.sax.saxutils import escape

from autograd.graph import Row
from autograd.steps import Edge, Trace

from .layout import Box, Layout, Point, Wire, layout
from .words import digits, name, pretty, symbol

LIGHT = {
    "page": "#ffffff", "shape": "#f6f8fb", "line": "#b4bcca", "ink": "#1a202c", "quiet": "#5b6472",
    "value": "#0060a8", "grad": "#c2410c",
}  # fmt: skip
DARK = {
    "page": "#12161c", "shape": "#1e2630", "line": "#5a6675", "ink": "#f2f5f9", "quiet": "#a5afbc",
    "value": "#6cb6ff", "grad": "#ff9a62",
}  # fmt: skip
THEMES = {"light": LIGHT, "dark": DARK}

STYLE = """
.gg{font:600 15px Inter,system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;\
font-variant-numeric:tabular-nums}
.gg .page{fill:PAGE}.gg .shape{fill:SHAPE;stroke:LINE;stroke-width:2}.gg .wire{fill:none;stroke:LINE;stroke-width:2}
.gg .idle{stroke-dasharray:3 4}.gg .name{fill:INK;text-anchor:middle}.gg .value{fill:VALUE}.gg .grad{fill:GRAD}
.gg .more{fill:QUIET;font-size:13px;font-weight:500}
.gg .local{fill:QUIET;font-size:12px;font-weight:500;text-anchor:end}
.gg .label{fill:QUIET;font-size:13px;font-weight:500;font-style:italic;text-anchor:middle}
.gg .key{font-size:13px;text-anchor:end}.gg .key .plain{fill:QUIET;font-weight:400}
"""

MARGIN = 20.0
HEADER = 34.0
RADIUS = 23.0
PORT = 20.0  # vertical distance of two input wires
LETTER = 8.9  # advance of a bold 15 px letter


def svg(trace: Trace, theme: str = "auto", max_nodes: int = 60) -> str:
    """Draw the final state of a trace: every value, local derivative and gradient.

    ``theme`` is light, dark, or auto: light, and dark where the reader's system is. Of a trace with more
    than ``max_nodes`` nodes those nearest to the result are drawn, and the picture says how many are not.
    """
    nodes, edges = nearest(trace, max_nodes)
    placed = layout([_box(trace, n, edges) for n in nodes], _wires(nodes, edges))
    width, height = placed.width + 2 * MARGIN, placed.height + 2 * MARGIN + HEADER
    width = max(width, 330.0 if len(nodes) == len(trace.data) else 620.0)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="gg" role="img" viewBox="0 0 {_n(width)} {_n(height)}" '
        f'width="{_n(width)}" height="{_n(height)}">',
        f"<title>{escape(alt(trace))}</title>",
        f"<style>{_style(theme)}</style>",
        '<rect class="page" width="100%" height="100%" rx="8"/>',
        f'<text class="key" x="{_n(width - MARGIN)}" y="24"><tspan class="value">value</tspan>'
        '<tspan class="plain"> above the wire · </tspan><tspan class="grad">gradient</tspan>'
        '<tspan class="plain"> below · [local] at the gate</tspan></text>',
        f'<g transform="translate({_n(MARGIN)} {_n(MARGIN + HEADER)})">',
        *_wire_marks(trace, nodes, edges, placed),
        *(_node_marks(trace, n, edges, *centre) for n, centre in zip(nodes, placed.centres, strict=True)),
        "</g>",
    ]
    if len(nodes) < len(trace.data):
        more = f"{len(trace.data) - len(nodes)} more nodes lie behind the dashed boxes"
        parts.append(f'<text class="more" x="{_n(MARGIN)}" y="24">{more}</text>')
    return "\n".join([*parts, "</svg>\n"])


def alt(trace: Trace) -> str:
    """Say in words what the picture shows: the result and the gradients of the leaves."""
    rows = trace.graph.rows
    root = name(rows[-1])
    leaves = [n for n, row in enumerate(rows) if row.op is None]
    gradients = ", ".join(f"∂{root}/∂{name(rows[n])} = {digits(trace.grads[n])}" for n in leaves[:40])
    return f"{root} = {digits(trace.data[-1])}; {gradients}{', …' * (len(leaves) > 40)}"


def _style(theme: str) -> str:
    if theme not in ("auto", *THEMES):
        raise ValueError(f"theme: expected auto, light or dark, got {theme!r}")
    if theme == "auto":
        return _colours(LIGHT) + "@media (prefers-color-scheme:dark){" + _colours(DARK) + "}"
    return _colours(THEMES[theme])


def _colours(palette: dict[str, str]) -> str:
    style = STYLE
    for use, colour in palette.items():
        style = style.replace(use.upper(), colour)
    return style


def nearest(trace: Trace, most: int) -> tuple[list[int], list[Edge]]:
    """Choose the nodes to draw, breadth first from the result, and the edges into them.

    A node has either all of its arguments in the picture or none; those cut off stand as boxes.
    """
    root = len(trace.data) - 1
    into: dict[int, list[Edge]] = {}
    for edge in trace.edges:
        into.setdefault(edge.dst, []).append(edge)
    kept, queue, edges = {root}, [root], []
    for node in queue:  # it grows as it is read
        new = {edge.src for edge in into.get(node, [])} - kept
        if len(kept) + len(new) > most:
            continue
        kept |= new
        queue += sorted(new)
        edges += into.get(node, [])
    return sorted(kept), sorted(edges, key=lambda edge: (edge.dst, edge.slot))


def _box(trace: Trace, n: int, edges: list[Edge]) -> Box:
    row = trace.graph.rows[n]
    into = [edge for edge in edges if edge.dst == n]
    ports = tuple((i - (len(into) - 1) / 2) * PORT for i in range(len(into)))
    up = max(RADIUS, len(into) * PORT / 2) + 5
    texts = max(len(digits(trace.data[n])), len(digits(trace.grads[n])))
    locals_ = max((len(_local(edge.local)) for edge in into), default=0)
    label = 18.0 if row.op else 0.0
    return Box(_half(trace, row), up + label, up, ports, locals_ * 7.2 + 12 if into else 0.0, texts * LETTER + 22)


def _half(trace: Trace, row: Row) -> float:
    return max(RADIUS, len(symbol(trace, row)) * LETTER / 2 + 12)


def _wires(nodes: list[int], edges: list[Edge]) -> list[Wire]:
    place = {n: i for i, n in enumerate(nodes)}
    used: Counter[int] = Counter()
    wires = []
    for edge in edges:
        wires.append(Wire(place[edge.src], place[edge.dst], used[edge.dst]))
        used[edge.dst] += 1
    return wires


def _wire_marks(trace: Trace, nodes: list[int], edges: list[Edge], placed: Layout) -> list[str]:
    marks = []
    inputs = Counter(edge.dst for edge in edges)
    for edge, wire, route in zip(edges, _wires(nodes, edges), placed.routes, strict=True):
        idle = " idle" if edge.local is None else ""
        marks.append(f'<path class="wire{idle}" d="{path(route)}"/>')
        x = route[-1][0] - _half(trace, trace.graph.rows[edge.dst]) - 6
        below = wire.port == inputs[edge.dst] - 1 > 0
        y = route[-1][1] + (13 if below else -5)
        marks.append(f'<text class="local" x="{_n(x)}" y="{_n(y)}">{_local(edge.local)}</text>')
    return marks


def _local(local: float | None) -> str:
    return f"[{digits(local or 0.0, '−')}]"


def _node_marks(trace: Trace, n: int, edges: list[Edge], x: float, y: float) -> str:
    row = trace.graph.rows[n]
    box = _box(trace, n, edges)
    cut = " idle" if row.op and box.ports == () and any(isinstance(a, int) for a in row.args) else ""
    out = x + box.half
    wire = f'<path class="wire" d="M{_n(x)} {_n(y)}H{_n(out + box.stub)}"/>' if n == len(trace.data) - 1 else ""
    tall = max(RADIUS, box.down - 5)
    round_ = 10.0 if row.op is None else min(box.half, tall)
    shape = (
        f'<rect class="shape{cut}" x="{_n(x - box.half)}" y="{_n(y - tall)}" width="{_n(2 * box.half)}" '
        f'height="{_n(2 * tall)}" rx="{_n(round_)}"/>'
    )
    sign = f'<text class="name" x="{_n(x)}" y="{_n(y + 5)}">{escape(symbol(trace, row))}</text>'
    label = (
        f'<text class="label" x="{_n(x)}" y="{_n(y - tall - 7)}">{escape(pretty(name(row)))}</text>' if row.op else ""
    )
    value = f'<text class="value" x="{_n(out + 9)}" y="{_n(y - 7)}">{digits(trace.data[n], "−")}</text>'
    grad = f'<text class="grad" x="{_n(out + 9)}" y="{_n(y + 19)}">{digits(trace.grads[n], "−")}</text>'
    return f"<g>{wire}{shape}{sign}{label}{value}{grad}</g>"


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
