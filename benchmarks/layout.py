"""Compare our layout with Graphviz's dot: ``python benchmarks/layout.py [50 250 1000]``.

Both place the same boxes, of the same sizes and ports. For each graph, one line has the ratios of ours to dot's: the
CPU time (of dot with the start of its process), the area, and the pairs of wires that cross as they are drawn. Graphs
that dot does not finish within ``--limit`` seconds have our numbers alone. Needs the program dot.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import combinations, pairwise

from autograd import Value, trace
from nn import MLP
from viz.drawing import plan_drawing
from viz.layout import Box, Layout, Wire, layered_layout
from viz.layout.graphviz_dot import dot_source, read_layout

Line = list[tuple[float, float]]

OPS: list[Callable[[Value, Value], Value]] = [
    lambda a, b: a * b,
    lambda a, b: a + b,
    lambda a, b: a.tanh(),
    lambda a, b: a - b,
]


def expression(count: int) -> Value:
    """Return a random expression with sharing, of about ``count`` nodes."""
    draw = random.Random(count)
    window = max(6, count // 20)
    values = [Value(draw.uniform(-1, 1)) for _ in range(window)]
    for _ in range(count):
        values.append(draw.choice(OPS)(draw.choice(values[-window:]), draw.choice(values)))
    return values[-1]


def tree(count: int) -> Value:
    """Return a random expression in which every value is used once."""
    draw = random.Random(count)
    values = [Value(draw.uniform(-1, 1)) for _ in range(count // 2)]
    while len(values) > 1:
        a, b = values.pop(draw.randrange(len(values))), values.pop(draw.randrange(len(values)))
        values.append(draw.choice((a * b, a + b, a - b)))
    return values[0]


def network(count: int) -> Value:
    """Return the squared error of a network, whose weights are leaves."""
    random.seed(count)
    width = max(2, round((count / 4) ** 0.5))
    model = MLP(width // 2 + 1, [width, width, 1])
    out = model([Value(float(i)) for i in range(width // 2 + 1)])
    return (out - 1.0) ** 2


def recurrence(count: int) -> Value:
    """Return a state of two numbers after ``count // 13`` steps with the same weights."""
    draw = random.Random(count)
    weights = [[Value(draw.uniform(-1, 1)) for _ in range(3)] for _ in range(2)]
    state = [Value(0.0), Value(0.0)]
    for step in range(count // 13):
        x = Value(float(step))
        state = [(u * state[0] + v * state[1] + w * x).tanh() for u, v, w in weights]
    return state[0] * state[1]


GRAPHS: list[Callable[[int], Value]] = [expression, tree, network, recurrence]


def sample(layout: Layout) -> list[Line]:
    """Return the wires as short straight pieces."""
    lines = []
    for route in layout.routes:
        line = [route[0]]
        if layout.curves:
            line.append(route[1])
            for k in range(1, len(route) - 4, 3):
                line += bezier(*route[k : k + 4])
            line.append(route[-1])
        else:
            for (x, y), (u, v) in pairwise(route):
                line += [(u, v)] if y == v else bezier((x, y), ((x + u) / 2, y), ((x + u) / 2, v), (u, v))
        lines.append(line)
    return lines


def bezier(*points: tuple[float, float]) -> Line:
    """Return 12 points of a cubic curve."""
    found = []
    for i in range(1, 13):
        t = i / 12
        weights = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        x, y = (sum(w * p[axis] for w, p in zip(weights, points, strict=True)) for axis in (0, 1))
        found.append((x, y))
    return found


def count_crossings(lines: Sequence[Line], wires: Sequence[Wire]) -> int:
    """Count the pairs of wires that cross. Wires of one source run together, which is no crossing."""
    rising = [monotone(line) for line in lines]
    pairs = combinations(zip(rising, wires, strict=True), 2)
    return sum(cross(one, other) for (one, a), (other, b) in pairs if a.src != b.src)


def monotone(line: Line) -> Line:
    """Return a line without the points that go back to the left."""
    found = line[:1]
    for x, y in line[1:]:
        if x > found[-1][0]:
            found.append((x, y))
    return found


def cross(one: Line, other: Line) -> bool:
    """Return whether two lines from left to right change sides."""
    left, right = max(one[0][0], other[0][0]), min(one[-1][0], other[-1][0])
    if left >= right:
        return False
    xs = sorted({left, right, *(x for x, _ in one + other if left < x < right)})
    signs = {(d > 1e-9) - (d < -1e-9) for d in (height_at(one, x) - height_at(other, x) for x in xs)}
    return {-1, 1} <= signs


def height_at(line: Line, x: float) -> float:
    """Return the height of a line at x."""
    i = min(max(bisect_right(line, (x, float("inf"))), 1), len(line) - 1)
    (x0, y0), (x1, y1) = line[i - 1], line[i]
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


def run_dot(boxes: Sequence[Box], wires: Sequence[Wire], limit: float) -> tuple[Layout, float] | None:
    """Return dot's layout and its CPU seconds, or None if it takes longer than the limit."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    source = dot_source(boxes, wires).encode()
    try:
        done = subprocess.run(["dot", "-Tjson0"], input=source, capture_output=True, check=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return None
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return read_layout(json.loads(done.stdout), boxes, wires), seconds


def compare(root: Value, limit: float) -> dict[str, float]:
    """Return nodes, seconds, area and crossings of our layout of a graph, and their ratios to dot's."""
    drawing = plan_drawing(trace(root), 10**6)
    boxes, wires = [glyph.box for glyph in drawing.glyphs], drawing.wires
    start = time.process_time()
    own = layered_layout(boxes, wires)
    seconds = time.process_time() - start
    found = {"nodes": len(boxes), "seconds": seconds, "width": own.width, "height": own.height}
    if answer := run_dot(boxes, wires, limit):
        dot, dot_seconds = answer
        found["time"] = seconds / dot_seconds
        found["area"] = own.width * own.height / (dot.width * dot.height)
        crossings = [count_crossings(sample(layout), wires) for layout in (own, dot)]
        found["crossings"] = crossings[0] / max(crossings[1], 1)
    return found


def main() -> None:
    """Print a line for each graph and size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sizes", type=int, nargs="*", default=[50, 250, 1000])
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for dot")
    args = parser.parse_args()
    print("graph        nodes   seconds      time      area  crossings  (ours / dot)")
    for size in args.sizes:
        for graph in GRAPHS:
            found = compare(graph(size), args.limit)
            ratios = [f"{found[key]:9.2f}" if key in found else "        –" for key in ("time", "area", "crossings")]
            print(f"{graph.__name__:<11}{found['nodes']:7,} {found['seconds']:9.3f}", *ratios, flush=True)


if __name__ == "__main__":
    main()
