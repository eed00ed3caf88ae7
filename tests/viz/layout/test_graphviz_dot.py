"""Place nodes with Graphviz's dot: the program, else the wheel, else an error that names both."""

import importlib.util
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest

import viz
from tests.helpers.browser import fork, mlp, neuron
from viz.drawing import plan_drawing
from viz.layout.graphviz_dot import dot_source

needs_dot = pytest.mark.skipif(not shutil.which("dot"), reason="needs the dot binary")


@needs_dot
@pytest.mark.parametrize("graph", [neuron, fork, mlp])
def test_dot_places_every_node_apart_and_its_wires_end_at_the_ports(graph):
    drawing = plan_drawing(viz.step(graph()).trace, badges=True, engine="dot")
    placed, boxes = drawing.layout, [glyph.box for glyph in drawing.glyphs]
    for (a, (ax, ay)), (b, (bx, by)) in combinations(zip(boxes, placed.centres, strict=True), 2):
        lefts = [x - box.half_width - box.approach for box, x in ((a, ax), (b, bx))]
        rights = [x + box.half_width + box.stub for box, x in ((a, ax), (b, bx))]
        is_beside = rights[0] <= lefts[1] + 2 or rights[1] <= lefts[0] + 2
        assert is_beside or abs(ay - by) >= (a.up + b.up) / 2
    for wire, route in zip(drawing.wires, placed.routes, strict=True):
        x, y = placed.centres[wire.dst]
        assert route[0] == placed.centres[wire.src]
        assert route[-1] == (x, y + boxes[wire.dst].ports[wire.port])
        assert abs(route[-2][1] - route[-1][1]) < 1.5
        assert abs(route[1][1] - route[0][1]) < 1.5
    assert placed != plan_drawing(viz.step(graph()).trace, badges=True).layout


@needs_dot
def test_pictures_and_players_take_dots_places():
    ET.fromstring(viz.graph(fork(), engine="dot").svg())
    assert viz.step(fork(), engine="dot").html() != viz.step(fork()).html()


def test_without_any_dot_the_error_names_both(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    with pytest.raises(RuntimeError, match=r'program dot on the PATH, or .* pip install -e "\.\[dot\]"'):
        viz.graph(fork(), engine="dot").svg()


@needs_dot
@pytest.mark.skipif(importlib.util.find_spec("pygraphviz") is None, reason='needs the extra "dot"')
def test_the_wheel_places_as_the_program_does(tmp_path):
    drawing = plan_drawing(viz.step(fork()).trace)
    (tmp_path / "a.dot").write_text(
        dot_source([glyph.box for glyph in drawing.glyphs], drawing.wires), encoding="utf-8"
    )
    script = (
        "import shutil; shutil.which = lambda name: None\n"
        "from viz.layout.graphviz_dot import run_dot; import json\n"
        "found = json.loads(run_dot(open('a.dot', encoding='utf-8').read()))\n"
        "print(len(found['objects']), len(found['edges']))"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert run.stdout.split() == [str(len(drawing.nodes)), str(len(drawing.wires))]
