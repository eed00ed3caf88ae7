"""A trace as a picture: values above the wires, gradients below, local derivatives at the gates.

The convention of the cs231n lectures (Karpathy and Johnson, 2016), in colours that the colour-blind
tell apart, for light and dark. The same trace always gives the same bytes, without ids, so that two
pictures live on one page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence, Set
from operator import itemgetter
from xml.sax.saxutils import escape

from autograd.graph.trace import Edge, Trace

from ..layout import Point, Wire, dot_layout, layered_layout
from ..text import digits
from ..text import short_name as name
from ..text import text_width_em as em
from .glyph import BADGE_HEIGHT, Gate, State, bracketed, gate, path, px, rest
from .theme import BADGE, LABEL, style
from .truncate import nearest

MOST = 60  # nodes, unless more are asked for
WIDEST = 4000.0  # pixels, unless more nodes are asked for
MARGIN = 20.0
HEADER = 34.0


def alt(trace: Trace) -> str:
    """Say in words what the picture shows: the result and the gradients of the leaves."""
    rows = trace.graph.rows
    root = name(rows[-1])
    leaves = [n for n, row in enumerate(rows) if row.op is None]
    gradients = ", ".join(f"∂{root}/∂{name(rows[n])} = {digits(trace.grads[n])}" for n in leaves[:40])
    return f"{root} = {digits(trace.data[-1])}; {gradients}{', …' * (len(leaves) > 40)}"


class Drawing:
    """A trace with a place for everything, which never moves: what each picture of it has in common.

    Of a larger trace the nodes nearest to the result are drawn, and the picture says how many are not: at
    most ``most``, and fewer if the picture would get too wide, unless more than usual are asked for.

    With ``badges`` there is room for one under each operation. ``engine`` is own, or dot for Graphviz's. ``boxes``
    are nodes that stand for many, ``notes`` texts below the gradients of nodes.
    """

    def __init__(
        self,
        trace: Trace,
        most: int = MOST,
        badges: bool = False,
        engine: str = "own",
        boxes: Collection[int] = (),
        notes: Mapping[int, str] | None = None,
    ) -> None:
        self.trace = trace
        deep = len(trace.data)
        while True:  # of a deep trace, so many levels as are not too wide
            self.nodes, self.numbers, self.folds = nearest(trace, most, deep)
            self.edges = [trace.edges[n] if n >= 0 else Edge(n, ~n, 0, None) for n in self.numbers]
            self.gates = [self._gate(n, badges, boxes, notes or {}) for n in self.nodes]
            self.wires = _wires(self.nodes, self.edges, boxes)
            self.placed = (dot_layout if engine == "dot" else layered_layout)(
                [gate.box for gate in self.gates], self.wires
            )
            if self.placed.width + 2 * MARGIN <= WIDEST or most > MOST or deep == 1:
                break
            drawn = len({x for x, _ in self.placed.centres}) - 1
            deep = max(1, min(deep - 1, drawn - 1, int(drawn * WIDEST / self.placed.width)))
        self.wired = [n for number in self.numbers for n in self.folds.get(number, [number])]  # edges, those folded too
        members = {trace.edges[n].src for edges in self.folds.values() for n in edges}
        self.shown = sorted({n for n in self.nodes if n >= 0} | members)
        self.hidden = len(trace.data) - len(self.shown)
        self.width = max(self.placed.width + 2 * MARGIN, 620.0 if self.hidden else 330.0)
        self.height = self.placed.height + 2 * MARGIN

    def _gate(self, n: int, badges: bool, boxes: Collection[int], notes: Mapping[int, str]) -> Gate:
        if n < 0:
            return rest(self.trace, [self.trace.edges[i].src for i in self.folds[n]])
        numbers = [i for i, edge in zip(self.numbers, self.edges, strict=True) if edge.dst == n]
        into = [self.trace.edges[i] for number in numbers for i in self.folds.get(number, [number])]
        return gate(self.trace, n, into, badges, n in boxes, notes.get(n, ""), len(numbers))

    @property
    def everything(self) -> State:
        """The final state, when nothing happens any more."""
        return State(dict(enumerate(self.trace.data)), dict(enumerate(self.trace.grads)), range(len(self.trace.edges)))

    def final(self, theme: str, state: State | None = None, note: str = "", title: str = "", rules: str = "") -> str:
        """Draw a state, the final one unless given, below a note on what is not drawn and the key."""
        if self.hidden:
            cut = sum(gate.cut for gate in self.gates)
            where = f"behind the dashed box{'es' if cut > 1 else ''}"
            more = f"{self.hidden:,} more node{'s lie' if self.hidden > 1 else ' lies'} {where}"
            note = f"{note} · {more}" if note else more
        width = max(self.width, 620.0 if note else 0.0, (em(note) * LABEL + 440) * bool(note))
        key = f'<text class="key" x="{px(width - MARGIN)}" y="24">{_key(state or self.everything)}</text>'
        left = f'<text class="more" x="{px(MARGIN)}" y="24">{escape(note)}</text>' * bool(note)
        marks = [key, *self.marks(state or self.everything), left]
        rules = rules or style(theme)
        return page(width, self.height + HEADER, rules, title or alt(self.trace), marks)

    def marks(self, state: State) -> list[str]:
        """Draw a state, below the header."""
        routes = zip(self.numbers, self.wires, self.placed.routes, strict=True)
        wires = [self._wire(self.folds.get(number, [number]), wire, route, state) for number, wire, route in routes]
        gates = zip(self.nodes, self.gates, self.placed.centres, strict=True)
        return [
            f'<g transform="translate({px(MARGIN)} {px(MARGIN + HEADER)})">',
            *(mark for _, mark in sorted(wires, key=itemgetter(0))),  # what is active over the others
            *(gate.mark(n, *centre, state) for n, gate, centre in gates),
            *self._badge(state),
            "</g>",
        ]

    def _wire(self, edges: list[int], wire: Wire, route: tuple[Point, ...], state: State) -> tuple[bool, str]:
        """Draw a wire, and tell if it is active; one for many edges shows the local derivative of the one in turn."""
        box = self.gates[wire.dst].box
        below = route[-1][1] - self.placed.centres[wire.dst][1] == box.ports[-1] > 0
        x, y = route[-1][0] - box.half_width - 6, route[-1][1] + (13 if below else -5)
        on = [n for n in edges if n in state.edges]
        told = [n for n in (on if len(edges) > 1 else edges) if n in state.known]
        text = bracketed(self.trace.edges[told[0]].local) if len(told) == 1 else ""
        flows = any(self.trace.edges[n].local is not None for n in edges)
        passed = state.moving and flows and all(n in state.known for n in edges)
        d = path(route, self.placed.curves)
        return bool(on), (
            f'<g class="edge{" back" * passed}{" on" * bool(on)}"><path class="wire{" idle" * (not flows)}" d="{d}"/>'
            f'<text class="local" x="{px(x)}" y="{px(y)}">{text}</text></g>'
        )

    def _badge(self, state: State) -> list[str]:
        if state.badge is None or state.badge[0] not in self.nodes:
            return []
        node, *lines = state.badge
        x, y = self.place_of_badge(self.nodes.index(node))
        width = max(map(em, lines)) * BADGE + 14
        texts = [f'<text x="{px(x)}" y="{px(y + 18 + 17 * i)}">{escape(line)}</text>' for i, line in enumerate(lines)]
        return [
            f'<g class="badge"><rect x="{px(x - width / 2)}" y="{px(y)}" width="{px(width)}" '
            f'height="{px(BADGE_HEIGHT)}" rx="8"/>{"".join(texts)}</g>'
        ]

    def spots(self, nodes: Set[int]) -> list[Point]:
        """Find where nodes are drawn, or the boxes that stand for them."""
        drawn = zip(self.nodes, self.gates, self.placed.centres, strict=True)
        return [centre for n, gate, centre in drawn if n in nodes or nodes & gate.members.keys()]

    def place_of_badge(self, index: int) -> Point:
        """Return the middle of the upper edge of the badge under one of the nodes drawn."""
        (x, y), gate = self.placed.centres[index], self.gates[index]
        return x, y + gate.tall + 9


def page(
    width: float, height: float, style: str, title: str, marks: Sequence[str], phase: str = "", printed: str = ""
) -> str:
    """Wrap marks as a picture of its own, as large as ``printed`` says, or else a pixel to the unit."""
    size = f'viewBox="0 0 {px(width)} {px(height)}" ' + (printed or f'width="{px(width)}" height="{px(height)}"')
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="{f"gg {phase}".strip()}" role="img" {size}>',
            f"<title>{escape(title)}</title>",
            f"<style>{style}</style>",
            '<rect class="page" width="100%" height="100%" rx="8"/>',
            *filter(None, marks),
            "</svg>\n",
        ]
    )


def _key(state: State) -> str:
    """Say what the numbers are that a state shows."""
    words = (("value", "value", "above the wire", state.values), ("grad", "gradient", "below", state.grads))
    parts = [
        f'<tspan class="{kind}">{word}</tspan><tspan class="plain"> {at}' for kind, word, at, some in words if some
    ]
    local = "[local] at the gate" * bool(state.known)
    before = " · </tspan>".join(parts) + " · " * bool(local) if parts else '<tspan class="plain">'
    return f"{before}{local}</tspan>"


def _wires(nodes: list[int], edges: list[Edge], boxes: Collection[int]) -> list[Wire]:
    place = {n: i for i, n in enumerate(nodes)}
    used: Counter[int] = Counter()
    wires = []
    for edge in edges:
        wires.append(Wire(place[edge.src], place[edge.dst], used[edge.dst]))
        used[edge.dst] += edge.dst not in boxes
    return wires
