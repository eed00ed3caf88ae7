"""Measure a node and draw it: its box, its texts and its numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from xml.sax.saxutils import escape

from autograd.graph import Edge, Trace

from ..layout import Box
from ..text import (
    digits,
    expression,
    format_local,
    full_name,
    node_symbol,
    shorten,
    subscript_digits,
    text_width_em,
)
from .frame import Frame
from .svg_format import format_px, svg_rect, svg_text
from .theme import BADGE_PX, LABEL_PX, LOCAL_PX, NAME_PX

# All in pixels, except where a comment says otherwise.
RADIUS = 23.0
PORT_PITCH = 20.0  # vertical distance of two input wires
PADDING = 9.0  # between a name and the edge of its box
MAX_NAME_EM = 14.0  # of a name or a label; 1.5 times as much of the symbol in a node
WRONG = "✗"  # the start of a note on a mistake
BADGE_HEIGHT = 44.0  # two lines


@dataclass(frozen=True)
class NodeGlyph:
    """A node as it is drawn: its texts, and the room that they need."""

    box: Box
    symbol: str
    label: str  # above an operation; the symbol of a leaf is its name
    title: str  # the whole text, where the others are shortened
    is_leaf: bool
    is_cut: bool  # its inputs are not in the picture
    is_output: bool
    half_height: float  # that of the drawn shape; the box has the texts too
    is_folded: bool = False  # it represents many nodes
    note: str = ""  # below the gradient
    note_dx: float = 9.0  # from the shape to the note, which is clear of a badge
    members: Mapping[int, str] = field(default_factory=dict)  # names of the nodes it represents
    has_norm: bool = False  # it has many outputs, and its gradient is their norm

    def draw(self, node: int, x: float, y: float, frame: Frame) -> str:
        """Draw the node around a point, or the highlighted member of an overflow box."""
        half_width, half_height, offset = self.box.half_width, self.half_height, 6 * self.is_folded
        right = x + half_width + offset
        active = [member for member in self.members or [node] if member in frame.nodes]
        if len(active) == 1:
            (node,) = active
        value, grad = (f"{digits(known[node], '−')}" if node in known else "" for known in (frame.values, frame.grads))
        grad = f"‖{grad}‖" if self.has_norm and grad else grad
        lines = [self.title, *self._exact_numbers(node, frame)] if frame.shows_exact else [self.title]
        title = "\n".join(filter(None, lines))
        parts = [f"<title>{escape(title)}</title>" * bool(title)]
        if self.is_output:
            end = format_px(x + half_width + self.box.stub)
            parts.append(f'<path class="wire" d="M{format_px(x)} {format_px(y)}H{end}"/>')
        for text, dy, marked in ((value, -23, frame.marked_values), (grad, 4, frame.marked_grads)):
            if node in marked and text:
                width = text_width_em(text) * NAME_PX * 0.88 + 10
                parts.append(svg_rect("mark", right + 4, y + dy, width, 21, 6))
        size = 2 * half_width, 2 * half_height
        for d in (6, 3) * self.is_folded:  # the edges of two more sheets behind it
            parts.append(svg_rect("shape", x - half_width + d, y - half_height - d, *size, 10))
        rounding = 10.0 if self.is_leaf else min(half_width, half_height)
        parts.append(svg_rect("shape" + " idle" * self.is_cut, x - half_width, y - half_height, *size, rounding))
        parts.append(svg_text("name", x, y + 5, self.members.get(node, self.symbol)))
        if self.label:
            parts.append(svg_text("label", x, y - half_height - 8 - offset, self.label))
        parts += [svg_text("value", right + 9, y - 7, value), svg_text("grad", right + 9, y + 19, grad)]
        if self.note:
            kind = "grad" if self.note.startswith(WRONG) else "plain"
            parts.append(svg_text(f"{kind} aside", right + self.note_dx, y + 36, self.note))
        kind = " box" * self.is_folded + " on" * bool(active)
        return f'<g class="node{kind}">{"".join(parts)}</g>'

    def _exact_numbers(self, node: int, frame: Frame) -> list[str]:
        grad = "norm of the gradients" if self.has_norm else "gradient"
        pairs = (("value", frame.values), (grad, frame.grads))
        return [f"{kind} {float(known[node])!r}" for kind, known in pairs if node in known]


def measure_overflow_box(trace: Trace, members: Sequence[int]) -> NodeGlyph:
    """Measure a box that represents many inputs of a node, with room for each."""
    names = {n: shorten(subscript_digits(full_name(trace.graph.rows[n])), MAX_NAME_EM, text_width_em) for n in members}
    numbers = [digits(x, "−") for n in members for x in (trace.data[n], trace.grads[n])]
    symbol = f"{len(names):,} more"
    half_width = max(map(text_width_em, [symbol, *names.values()])) * NAME_PX / 2 + PADDING
    box = Box(half_width, RADIUS + 11, RADIUS + 5, (), 0.0, max(map(text_width_em, numbers)) * NAME_PX + 22)
    title = "arguments that are not drawn by themselves; each is shown when its turn comes"
    return NodeGlyph(box, symbol, "", title, True, False, False, RADIUS, is_folded=True, members=names)


def measure_node(
    trace: Trace,
    node: int,
    in_edges: Sequence[Edge],
    badges: bool,
    is_folded: bool = False,
    note: str = "",
    n_ports: int | None = None,
) -> NodeGlyph:
    """Measure what a node needs to be drawn, with the edges into it.

    ``badges`` reserves room for the badge of each edge. The edges arrive at ``n_ports`` ports, by default one each. A
    folded node represents many nodes, and its wires arrive at one port without local derivatives.
    """
    row = trace.graph.rows[node]
    is_op = row.op is not None
    value, grad = digits(trace.data[node], "−"), digits(trace.grads[node], "−")
    has_norm = is_folded and math.isnan(trace.data[node])
    numbers = max(text_width_em(value), text_width_em(grad) + has_norm) * NAME_PX + 16 + 6 * is_folded
    whole_symbol, whole_label = node_symbol(trace, row), subscript_digits(full_name(row)) if is_op else ""
    symbol = shorten(whole_symbol, MAX_NAME_EM * 1.5 if is_op else MAX_NAME_EM, text_width_em)
    label = shorten(whole_label, MAX_NAME_EM, text_width_em)
    title = ""
    if "…" in symbol or label != whole_label:
        title = f"{full_name(row)} = {expression(trace, row)}" if is_op else full_name(row)
    half_width = max(RADIUS, text_width_em(symbol) * NAME_PX / 2 + PADDING)
    label_overhang = text_width_em(label) * LABEL_PX / 2 - half_width
    locals_ = [] if is_folded else [text_width_em(bracket_local(edge.local)) * LOCAL_PX + 12 for edge in in_edges]
    count = len(in_edges) if n_ports is None else n_ports
    half_height = RADIUS if is_folded else max(RADIUS, count * PORT_PITCH / 2)
    badge = badge_overhang = 0.0
    if badges and in_edges:
        lines = [badge_product(edge, trace.grads[node]) for edge in in_edges]
        badge = max(map(text_width_em, lines)) * BADGE_PX + 14
        least = text_width_em(badge_product(replace(in_edges[0], local=-0.5), -0.5)) * BADGE_PX + 14
        badge_overhang = max(badge, least) / 2 - half_width
    note_dx = max(9.0, badge_overhang + 6)
    box = Box(
        half_width,
        up=half_height + 5 + (19.0 if is_op else 0.0) + 6 * is_folded,
        down=max(half_height + 5 + (BADGE_HEIGHT + 6 if badge else 0.0), 42.0 * bool(note)),
        ports=(0.0,) if is_folded else tuple((i - (count - 1) / 2) * PORT_PITCH for i in range(count)),
        approach=max([0.0, *locals_, label_overhang, badge_overhang]),
        stub=max(numbers, (text_width_em(note) * LOCAL_PX + 7 + note_dx) * bool(note), label_overhang, badge_overhang),
        ports_may_permute=row.op is not None
        and (row.op == "dot" or trace.ops[row.op]["symmetric"])  # the local derivatives identify its products
        and all(isinstance(arg, int) for arg in row.args),  # a symbol with constants shows an order
    )
    is_cut = not in_edges and any(isinstance(arg, int) for arg in row.args)
    is_output = node == len(trace.data) - 1
    return NodeGlyph(
        box, symbol, label, title, not is_op or is_folded, is_cut, is_output, half_height, is_folded, note, note_dx,
        has_norm=has_norm,
    )  # fmt: skip


def bracket_local(x: float | None) -> str:
    """Format a local derivative in brackets."""
    return f"[{format_local(x, '−')}]"


def badge_product(edge: Edge, upstream: float) -> str:
    """Format [local] × [upstream], the first line of the badge of an edge."""
    return f"{bracket_local(edge.local)} × [{digits(upstream, '−')}]"
