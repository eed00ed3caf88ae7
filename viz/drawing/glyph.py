"""A node as it is drawn, and how coordinates, wires and local derivatives are written."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from autograd.graph.trace import Edge, Trace

from ..layout import Box, Point
from ..text import digits, expression, full_name, shorten
from ..text import format_local as local
from ..text import node_symbol as symbol
from ..text import subscript_digits as pretty
from ..text import text_width_em as em
from .theme import BADGE, LABEL, LOCAL, NAME

RADIUS = 23.0
PORT = 20.0  # vertical distance of two input wires
PAD = 9.0  # between a name and the edge of its box
LONGEST = 14.0  # em of a name or a label; of the sign in a node half as much again
WRONG = "✗"  # before a note on what is wrong
BADGE_HEIGHT = 44.0  # two lines
BADGE_WIDTH = em("[−0.000] × [−0.000]") * BADGE + 14  # at least


@dataclass(frozen=True)
class State:
    """What a picture shows: what is known by then, and what happens just now.

    Nodes and edges are numbered as in the trace. ``badge`` is a node and the two lines beneath it.
    """

    values: Mapping[int, float]
    grads: Mapping[int, float]
    known: Collection[int]  # edges whose local derivative is shown
    phase: str = ""  # fwd or bwd, where something happens
    edges: Collection[int] = ()
    nodes: Collection[int] = ()
    marked_values: Collection[int] = ()
    marked_grads: Collection[int] = ()
    badge: tuple[int, str, str] | None = None
    moving: bool = False  # wires that a gradient has passed are coloured


@dataclass(frozen=True)
class Gate:
    """A node as it is drawn: its texts, and the room that they need."""

    box: Box
    sign: str
    label: str  # above an operation; the name of a leaf is its sign
    title: str  # more of the text, where the others are shortened
    leaf: bool
    cut: bool  # its arguments are not in the picture
    last: bool
    tall: float  # half the height of the shape
    folded: bool = False  # it stands for many nodes
    note: str = ""  # below the gradient
    members: Mapping[int, str] = field(default_factory=dict)  # what it stands for, by name
    many: bool = False  # it has many outputs, and the norm of their gradients

    def mark(self, node: int, x: float, y: float, state: State) -> str:
        """Draw it around this point; if it stands for many arguments, as the one of them that stands out."""
        out, tall = x + self.box.half_width + 6 * self.folded, self.tall
        on = [member for member in self.members or [node] if member in state.nodes]
        if len(on) == 1:
            (node,) = on
        value, grad = (f"{digits(known[node], '−')}" if node in known else "" for known in (state.values, state.grads))
        grad = f"‖{grad}‖" if self.many and grad else grad
        marks = [
            f'<rect class="mark" x="{px(out + 4)}" y="{px(y + dy)}" '
            f'width="{px(em(text) * NAME * 0.88 + 10)}" height="21" rx="6"/>'
            for text, dy, marked in ((value, -23, state.marked_values), (grad, 4, state.marked_grads))
            if node in marked and text
        ]
        wire = f'<path class="wire" d="M{px(x)} {px(y)}H{px(x + self.box.half_width + self.box.stub)}"/>' * self.last
        title = f"<title>{escape(self.title)}</title>" if self.title else ""
        shape = (
            f'<rect class="shape{" idle" * self.cut}" x="{px(x - self.box.half_width)}" y="{px(y - tall)}" '
            f'width="{px(2 * self.box.half_width)}" height="{px(2 * tall)}" '
            f'rx="{px(10.0 if self.leaf else min(self.box.half_width, tall))}"/>'
        )
        sign = f'<text class="name" x="{px(x)}" y="{px(y + 5)}">{escape(self.members.get(node, self.sign))}</text>'
        label = (
            f'<text class="label" x="{px(x)}" y="{px(y - tall - 8 - 6 * self.folded)}">{escape(self.label)}</text>'
            * bool(self.label)
        )
        above = f'<text class="value" x="{px(out + 9)}" y="{px(y - 7)}">{value}</text>'
        below = f'<text class="grad" x="{px(out + 9)}" y="{px(y + 19)}">{grad}</text>'
        note = ""
        if self.note:
            kind = "grad" if self.note.startswith(WRONG) else "plain"
            note = f'<text class="{kind} aside" x="{px(out + 9)}" y="{px(y + 36)}">{escape(self.note)}</text>'
        kind = " box" * self.folded + " on" * bool(on)
        deck = "".join(  # the edges of two more sheets behind it
            f'<rect class="shape" x="{px(x - self.box.half_width + d)}" y="{px(y - tall - d)}" '
            f'width="{px(2 * self.box.half_width)}" height="{px(2 * tall)}" rx="10"/>'
            for d in (6, 3) * self.folded
        )
        return f'<g class="node{kind}">{title}{wire}{"".join(marks)}{deck}{shape}{sign}{label}{above}{below}{note}</g>'


def rest(trace: Trace, members: Collection[int]) -> Gate:
    """Measure a box for many arguments of a node, which has room for each of them."""
    names = {n: shorten(pretty(full_name(trace.graph.rows[n])), LONGEST, em) for n in members}
    numbers = [digits(x, "−") for n in members for x in (trace.data[n], trace.grads[n])]
    sign = f"{len(names):,} more"
    half = max(map(em, [sign, *names.values()])) * NAME / 2 + PAD
    box = Box(half, RADIUS + 11, RADIUS + 5, (), 0.0, max(map(em, numbers)) * NAME + 22)
    title = "arguments that are not drawn by themselves; each is shown when its turn comes"
    return Gate(box, sign, "", title, True, False, False, RADIUS, folded=True, members=names)


def gate(
    trace: Trace,
    node: int,
    into: list[Edge],
    badges: bool,
    folded: bool = False,
    note: str = "",
    ports: int | None = None,
) -> Gate:
    """Measure what a node needs to be drawn, with the edges into it; with ``badges``, room for one of each.

    They arrive at so many ``ports``, if not at one each. What is ``folded`` stands for many nodes: all its wires
    arrive at one port, without local derivatives. A ``note`` stands below the gradient.
    """
    row = trace.graph.rows[node]
    value, grad = digits(trace.data[node], "−"), digits(trace.grads[node], "−")
    many = folded and math.isnan(trace.data[node])
    numbers = max(em(value), em(grad) + many) * NAME + 16 + 6 * folded
    whole_sign, whole_label = symbol(trace, row), pretty(full_name(row)) if row.op else ""
    sign = shorten(whole_sign, LONGEST * 1.5 if row.op else LONGEST, em)
    label = shorten(whole_label, LONGEST, em)
    title = ""
    if "…" in sign or label != whole_label:
        title = f"{full_name(row)} = {expression(trace, row)}" if row.op else full_name(row)
    half = max(RADIUS, em(sign) * NAME / 2 + PAD)
    beside = em(label) * LABEL / 2 - half  # how far a label stands out over its box
    locals_ = max((em(bracketed(edge.local)) * LOCAL + 12 for edge in into if not folded), default=0.0)
    count = len(into) if ports is None else ports
    tall = RADIUS if folded else max(RADIUS, count * PORT / 2)
    badge = max(map(em, products(trace.grads[node], into)), default=0.0) * BADGE + 14 if badges and into else 0.0
    aside = max(badge, BADGE_WIDTH) / 2 - half if badge else 0.0  # how far a badge stands out under its box
    box = Box(
        half,
        up=tall + 5 + (19.0 if row.op else 0.0) + 6 * folded,
        down=max(tall + 5 + (BADGE_HEIGHT + 6 if badge else 0.0), 42.0 * bool(note)),
        ports=(0.0,) if folded else tuple((i - (count - 1) / 2) * PORT for i in range(count)),
        approach=max(locals_, beside, aside),
        stub=max(numbers, em(note) * LOCAL + 16 * bool(note), beside, aside),
        ports_may_permute=row.op is not None
        and (row.op == "dot" or trace.ops[row.op]["symmetric"])  # its products are told by their local derivatives
        and all(isinstance(arg, int) for arg in row.args),  # a sign may tell of constants in order
    )
    cut = not into and any(isinstance(arg, int) for arg in row.args)
    leaf, last = row.op is None or folded, node == len(trace.data) - 1
    return Gate(box, sign, label, title, leaf, cut, last, tall, folded, note, many=many)


def bracketed(x: float | None) -> str:
    """Write a local derivative as it stands at a gate."""
    return f"[{local(x, '−')}]"


def products(upstream: float, into: Collection[Edge]) -> list[str]:
    """Write [local] × [upstream] for each edge into a node, the first line of its badge."""
    return [f"{bracketed(edge.local)} × [{digits(upstream, '−')}]" for edge in into]


def path(route: tuple[Point, ...], curves: bool = False) -> str:
    """Write a route as an SVG path: straight, bend, straight, bend, … straight.

    If it consists of curves, it is straight, then Bézier curves of three points each, then straight.

    >>> path(((0, 0), (10, 0), (50, 20), (60, 20)))
    'M0 0H10C30 0 30 20 50 20H60'
    """
    (x, y), *rest = route
    d = f"M{px(x)} {px(y)}"
    if curves:
        inner = " ".join(f"{px(x)} {px(y)}" for x, y in rest[1:-1])
        return f"{d}H{px(rest[0][0])}C{inner}H{px(rest[-1][0])}"
    for i, (nx, ny) in enumerate(rest):
        if i % 2 == 0 or ny == y:
            d += f"H{px(nx)}"
        else:
            middle = px((x + nx) / 2)
            d += f"C{middle} {px(y)} {middle} {px(ny)} {px(nx)} {px(ny)}"
        x, y = nx, ny
    return d


def roundoff(x: float) -> float:
    """Round a coordinate to a tenth of a pixel."""
    return round(x, 1) + 0.0


def px(x: float) -> str:
    """Write a coordinate to a tenth of a pixel.

    >>> px(12.0), px(0.25), px(-0.04)
    ('12', '0.2', '0')
    """
    return f"{roundoff(x):g}" if abs(x) < 1e5 else f"{x:.0f}"
