"""Place nodes with Graphviz's dot, on request; ``layered.py`` is the default.

Gansner, Koutsofios, North and Vo, A technique for drawing directed graphs (1993).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from math import ceil
from typing import Any

import graphviz

from autograd.extras import explain_missing

from .layered import Box, Layout, Point
from .ordering import Wire

MISSING = 'engine="dot" needs Graphviz: put its program dot on the PATH, or install the wheel that brings it along'


def dot_layout(boxes: Sequence[Box], wires: Sequence[Wire]) -> Layout:
    """Return the layout that dot computes, with wires along its curves.

    Raises:
        RuntimeError: If neither the program dot can be started nor pygraphviz, which includes it, imported.
    """
    return read_layout(json.loads(run_dot(dot_source(boxes, wires))), boxes, wires)


def read_layout(found: dict[str, Any], boxes: Sequence[Box], wires: Sequence[Wire]) -> Layout:
    """Return the layout in dot's answer to ``dot_source``."""
    _, _, width, height = map(float, found["bb"].split(","))
    at = {node["name"]: node["pos"] for node in found["objects"]}
    along = {edge["id"]: edge["pos"] for edge in found.get("edges", [])}
    centres, routes = [], []
    for i, box in enumerate(boxes):
        ((x, y),) = _parse_points(at[f"n{i}"], height)
        centres.append((x - _width_px(box) / 2 + box.approach + box.half_width, y))
    for i, wire in enumerate(wires):
        x, y = centres[wire.dst]
        port = (x, y + boxes[wire.dst].ports[wire.port])
        routes.append((centres[wire.src], *_parse_points(along[f"w{i}"], height), port))
    return Layout(tuple(centres), tuple(routes), width, height, curves=True)


def dot_source(boxes: Sequence[Box], wires: Sequence[Wire]) -> str:
    """Format the graph for dot, each box as a table with a cell for each port."""
    lines = ["digraph {", "graph [rankdir=LR nodesep=0.2 ranksep=0.6]", "node [shape=plain]", "edge [dir=none]"]
    for i, box in enumerate(boxes):
        n_ports = len(box.ports)
        pitch = box.ports[1] - box.ports[0] if n_ports > 1 else 2.0
        margin = _format_cell(box, "", ceil(max(box.up, box.down) - n_ports * pitch / 2))
        ports = "".join(_format_cell(box, f' PORT="p{k}"', pitch) for k in range(n_ports))
        table = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">'
        lines.append(f"n{i} [label=<{table}{margin}{ports}{margin}</TABLE>>]")
    lines += [f"n{wire.src}:e -> n{wire.dst}:p{wire.port}:w [id=w{i}]" for i, wire in enumerate(wires)]
    return "\n".join([*lines, "}"])


def _format_cell(box: Box, port: str, height: float) -> str:
    return f'<TR><TD{port} FIXEDSIZE="TRUE" WIDTH="{_width_px(box)}" HEIGHT="{height:.0f}"></TD></TR>'


def _width_px(box: Box) -> int:
    return ceil(box.approach + 2 * box.half_width + box.stub)


def _parse_points(text: str, height: float) -> list[Point]:
    """Parse points as dot writes them, but with a y axis that points down."""
    pairs = (pair.split(",") for pair in text.split())
    return [(float(x), height - float(y)) for x, y in pairs]


def run_dot(source: str) -> bytes:
    """Return dot's answer as JSON, from the program on the PATH or from pygraphviz."""
    with suppress(graphviz.ExecutableNotFound, OSError):
        return bytes(graphviz.Source(source).pipe(format="json0"))
    with explain_missing(MISSING, "dot", RuntimeError):
        import pygraphviz
    return bytes(pygraphviz.AGraph(string=source).draw(format="json0", prog="dot"))
