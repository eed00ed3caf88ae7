"""Places found by Graphviz's dot, on request; how our own are found is in layout.py.

Gansner, Koutsofios, North and Vo, A technique for drawing directed graphs (1993).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from math import ceil

import graphviz

from autograd.extras import explain_missing

from .layered import Box, Layout, Point
from .ordering import Wire

MISSING = 'engine="dot" needs Graphviz: put its program dot on the PATH, or install the wheel that brings it along'


def dot_layout(boxes: Sequence[Box], wires: Sequence[Wire]) -> Layout:
    """Place boxes as dot does, and route the wires along its curves.

    Raises RuntimeError if there is neither a program dot nor pygraphviz, which brings one along.
    """
    found = json.loads(_run(source(boxes, wires)))
    _, _, width, height = map(float, found["bb"].split(","))
    at = {node["name"]: node["pos"] for node in found["objects"]}
    along = {edge["id"]: edge["pos"] for edge in found.get("edges", [])}
    centres, routes = [], []
    for i, box in enumerate(boxes):
        ((x, y),) = _points(at[f"n{i}"], height)
        centres.append((x - _wide(box) / 2 + box.approach + box.half, y))
    for i, wire in enumerate(wires):
        x, y = centres[wire.dst]
        port = (x, y + boxes[wire.dst].ports[wire.port])
        routes.append((centres[wire.src], *_points(along[f"w{i}"], height), port))
    return Layout(tuple(centres), tuple(routes), width, height, curves=True)


def source(boxes: Sequence[Box], wires: Sequence[Wire]) -> str:
    """Write the graph for dot: each box a table with a cell for each port, as large as all that stands in it."""
    lines = ["digraph {", "graph [rankdir=LR nodesep=0.2 ranksep=0.6]", "node [shape=plain]", "edge [dir=none]"]
    for i, box in enumerate(boxes):
        ports = len(box.ports)
        apart = box.ports[1] - box.ports[0] if ports > 1 else 2.0
        rest = ceil(max(box.up, box.down) - ports * apart / 2)
        cells = [
            _cell(box, "", rest),
            *(_cell(box, f' PORT="p{k}"', apart) for k in range(ports)),
            _cell(box, "", rest),
        ]
        table = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">'
        lines.append(f"n{i} [label=<{table}{''.join(cells)}</TABLE>>]")
    lines += [f"n{wire.src}:e -> n{wire.dst}:p{wire.port}:w [id=w{i}]" for i, wire in enumerate(wires)]
    return "\n".join([*lines, "}"])


def _cell(box: Box, port: str, height: float) -> str:
    return f'<TR><TD{port} FIXEDSIZE="TRUE" WIDTH="{_wide(box)}" HEIGHT="{height:.0f}"></TD></TR>'


def _wide(box: Box) -> int:
    return ceil(box.approach + 2 * box.half + box.stub)


def _points(text: str, height: float) -> list[Point]:
    """Read points as dot writes them, and turn them upside down, for its y grows upwards."""
    pairs = (pair.split(",") for pair in text.split())
    return [(float(x), height - float(y)) for x, y in pairs]


def _run(source: str) -> bytes:
    if shutil.which("dot"):
        return bytes(graphviz.Source(source).pipe(format="json0"))
    with explain_missing(MISSING, "dot", RuntimeError):
        import pygraphviz
    return bytes(pygraphviz.AGraph(string=source).draw(format="json0", prog="dot"))
