"""Count how many wires cross, as drawn: of our layout, and of Graphviz's dot on the same graphs.

``python -m tests.helpers.crossings`` prints dot's counts, which ``tests/viz/layout/test_crossings.py`` holds ours
against. Dot gets the order of arguments that have one; the others may enter in any order.
"""

import json
import random
import subprocess
from itertools import combinations, pairwise

from autograd import Value, trace
from nn import MLP
from viz.drawing import plan_drawing

OPS = [lambda a, b: a * b, lambda a, b: a + b, lambda a, b: a.tanh(), lambda a, b: a - b]
SIZES = [10, 14, 20]
NETS = [(2, 2, 1), (2, 3, 1), (3, 3, 1), (3, 4, 1), (2, 4, 4, 1), (3, 4, 4, 1)]


def expressions(size):
    """Draw 40 expressions with sharing."""
    for seed in range(40):
        draw = random.Random(seed)
        values = [Value(draw.uniform(-1, 1)) for _ in range(4)]
        for _ in range(size):
            a, b = draw.choice(values[-6:]), draw.choice(values)
            values.append(draw.choice(OPS)(a, b))
        yield plan_drawing(trace(values[-1]), 1000)


def net(sizes):
    random.seed(1)
    return plan_drawing(trace(MLP(sizes[0], sizes[1:])([Value(float(i)) for i in range(1, sizes[0] + 1)])), 1000)


def bezier(a, b, c, d):
    for i in range(13):
        t = i / 12
        w = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        yield tuple(sum(k * p[axis] for k, p in zip(w, (a, b, c, d), strict=True)) for axis in (0, 1))


def line(route):
    """Turn a route of our layout into short straight pieces."""
    found = [route[0]]
    for (x, y), (u, v) in pairwise(route):
        middle = (x + u) / 2
        found += [(u, v)] if y == v else bezier((x, y), (middle, y), (middle, v), (u, v))
    return found


def crossings(lines, wires):
    """Count the pairs of wires that cross; wires from the same node run together, which is no crossing."""
    pairs = combinations(range(len(wires)), 2)
    return sum(cross(lines[i], lines[j]) for i, j in pairs if wires[i].src != wires[j].src)


def cross(one, other):
    return any(
        max(p[0], q[0]) >= min(r[0], s[0])
        and max(r[0], s[0]) >= min(p[0], q[0])
        and side(p, q, r) * side(p, q, s) < 0
        and side(r, s, p) * side(r, s, q) < 0
        for p, q in pairwise(one)
        for r, s in pairwise(other)
    )


def side(o, p, q):
    return (p[0] - o[0]) * (q[1] - o[1]) - (p[1] - o[1]) * (q[0] - o[0])


def ours(drawing):
    return crossings([line(route) for route in drawing.layout.routes], drawing.wires)


def of_dot(drawing):
    lines = ["digraph { rankdir=LR; edge [dir=none]; node [shape=box]"]
    for i, glyph in enumerate(drawing.glyphs):
        cells = [f'<TR><TD PORT="p{j}" WIDTH="60" HEIGHT="20"></TD></TR>' for j in range(len(glyph.box.ports))]
        ordered = len(cells) > 1 and not glyph.box.ports_may_permute
        table = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{"".join(cells)}</TABLE>'
        lines.append(f"n{i} [shape=plain label=<{table}>]" if ordered else f"n{i}")
    for i, wire in enumerate(drawing.wires):
        box = drawing.glyphs[wire.dst].box
        port = f":p{wire.port}:w" if len(box.ports) > 1 and not box.ports_may_permute else ""
        lines.append(f"n{wire.src} -> n{wire.dst}{port} [id=w{i}]")
    source = "\n".join([*lines, "}"])
    found = json.loads(
        subprocess.run(["dot", "-Tjson0"], input=source.encode(), capture_output=True, check=True).stdout
    )
    curves = {edge["id"]: [tuple(map(float, p.split(","))) for p in edge["pos"].split()] for edge in found["edges"]}
    drawn = []
    for i in range(len(drawing.wires)):
        points = curves[f"w{i}"]
        drawn.append([p for k in range(0, len(points) - 1, 3) for p in bezier(*points[k : k + 4])])
    return crossings(drawn, drawing.wires)


if __name__ == "__main__":
    for size in SIZES:
        print(size, sum(map(of_dot, expressions(size))))
    for sizes in NETS:
        print(sizes, of_dot(net(sizes)))
