"""Count how many wires cross, as drawn: of our layout, and of Graphviz's dot on the same graphs.

``python -m tests.helpers.crossings`` prints dot's counts, which ``tests/viz/layout/test_crossings.py`` holds ours
against. Dot gets the order of arguments that have one; the others may enter in any order.
"""

import json
import random
import subprocess

from autograd import Value, trace
from benchmarks.layout import bezier, count_crossings, sample
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


def ours(drawing):
    return count_crossings(sample(drawing.layout), drawing.wires)


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
    lines = [curves[f"w{i}"] for i in range(len(drawing.wires))]
    drawn = [line[:1] + [p for k in range(0, len(line) - 1, 3) for p in bezier(*line[k : k + 4])] for line in lines]
    return count_crossings(drawn, drawing.wires)


if __name__ == "__main__":
    for size in SIZES:
        print(size, sum(map(of_dot, expressions(size))))
    for sizes in NETS:
        print(sizes, of_dot(net(sizes)))
