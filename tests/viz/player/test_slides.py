"""Draw every step as a picture, and write frames and sheets of them."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given, settings

import autograd as ops
import viz
from autograd import Value, trace
from autograd.graph.trace import Chain
from tests.helpers.browser import cut, fork, mlp, neuron
from tests.helpers.svg_geometry import points, rectangles, roots, texts
from viz.drawing import draw_marks, plan_drawing
from viz.drawing.glyph import BADGE_HEIGHT
from viz.drawing.theme import BADGE_PX
from viz.player.keyframes import Keyframes
from viz.text import text_width_em

SVG = "{http://www.w3.org/2000/svg}"


@given(roots())
@settings(max_examples=40)
def test_the_badge_covers_neither_wire_nor_text_nor_box(root):
    drawing = plan_drawing(trace(root), badges=True)
    for keyframe in Keyframes(drawing.trace, "edge", (drawing.shown_nodes, drawing.shown_edges)):
        if keyframe.frame.badge:
            svg = f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(draw_marks(drawing, keyframe.frame))}</svg>'
            badge = badge_of(svg)
            for kind, left, top, right, bottom in rectangles(svg.replace(badge_text(svg), "")):
                if kind != "mark":
                    assert right <= badge[0] or badge[2] <= left or bottom <= badge[1] or badge[3] <= top, kind
            for wire in ET.fromstring(svg).iter(f"{SVG}path"):
                assert not any(badge[0] < x < badge[2] and badge[1] < y < badge[3] for x, y in points(wire.get("d")))


def badge_text(svg):
    start = svg.index('<g class="badge">')
    return svg[start : svg.index("</g>", start) + 4]


def badge_of(svg):
    group = ET.fromstring(badge_text(svg))
    box = group.find("rect")
    x, y, width = (float(box.get(key)) for key in ("x", "y", "width"))
    assert all(text_width_em(text.text) * BADGE_PX <= width for text in group.findall("text"))
    return x, y, x + width, y + BADGE_HEIGHT


def test_frames_are_of_one_size_and_always_the_same():
    frames = viz.step(mlp()).frames()
    assert len({ET.fromstring(frame).get("viewBox") for frame in frames}) == 1
    assert frames == viz.step(mlp()).frames()
    assert not any(" id=" in frame for frame in frames)


def test_frames_are_saved_into_a_folder_which_is_made(tmp_path):
    figure = viz.step(neuron())
    figure.save(tmp_path / "frames" / "*.svg", tmp_path / "all.sheet.svg")
    names = sorted(path.name for path in (tmp_path / "frames").iterdir())
    assert names == [f"{i:02}.svg" for i in range(21)]
    assert (tmp_path / "frames" / "20.svg").read_text(encoding="utf-8") == figure.frames()[-1]
    sheet = ET.parse(tmp_path / "all.sheet.svg").getroot()
    assert len(sheet.findall(f"{SVG}svg")) == 20
    assert (tmp_path / "all.sheet.svg").read_text(encoding="utf-8") == figure.sheet()


def wide_and_tall():
    xs = [Value(1.0 + i, label=f"a long name of x{i}") for i in range(40)]
    return (ops.sum(*xs) * xs[0]).tanh().exp().log().sin()


@pytest.mark.parametrize("graph", [neuron, fork, mlp, cut, wide_and_tall, lambda: Value(2.0, label="x") ** 2])
def test_a_sheet_is_pages_of_a4_with_letters_of_at_least_6_points(graph):
    svg = viz.step(graph(), names=False).sheet()
    sheet = ET.fromstring(svg)
    _, _, width, height = map(float, sheet.get("viewBox").split())
    assert float(sheet.get("width")) == pytest.approx(210 / 25.4 * 96, abs=0.1)  # CSS pixels
    pages = round(float(sheet.get("height")) / (297 / 25.4 * 96))
    assert width / height == pytest.approx(210 / (297 * pages))
    sizes = [float(size) for size in re.findall(r"font-size:([0-9.]+)px", svg)]
    assert min(sizes) * 210 / 25.4 * 72 / width >= 6
    cells = [[float(cell.get(key)) for key in ("x", "y", "width", "height")] for cell in sheet.findall(f"{SVG}svg")]
    for x, y, wide, high in cells:
        assert x >= 40
        assert x + wide <= width - 40
        assert (y + high) % (height / pages) > y % (height / pages) >= 40  # on one page
    assert len({y // (height / pages) for _, y, *_ in cells}) == pages <= 20
    for equation in sheet.iter(f"{SVG}text"):
        if equation.get("class") == "equation":
            size = float((equation.get("style") or "font-size:15px")[10:-2])
            assert text_width_em("".join(equation.itertext())) * size <= cells[0][2] - 30


@pytest.mark.parametrize("graph", [mlp, cut, wide_and_tall])
def test_a_cell_of_a_sheet_shows_where_something_happens(graph):
    sheet = ET.fromstring(viz.step(graph(), names=False).sheet())
    seen = 0
    for cell in sheet.findall(f"{SVG}svg"):
        for part in cell.findall(f"{SVG}svg"):
            left, top, width, height = map(float, part.get("viewBox").split())
            for rect in [rect for badge in part.iter(f"{SVG}g") if badge.get("class") == "badge" for rect in badge]:
                if rect.tag == f"{SVG}rect":
                    seen += 1
                    assert left <= float(rect.get("x")) + 20
                    assert float(rect.get("x")) + 20 + float(rect.get("width")) <= left + width
                    assert top <= float(rect.get("y")) + 54 <= top + height
    assert seen


def test_a_sheet_moves_its_picture_only_where_it_must():
    figure = viz.step(mlp(), names=False)
    cells = ET.fromstring(figure.sheet()).findall(f"{SVG}svg")
    lefts = [[float(x) for x in cell.find(f"{SVG}svg").get("viewBox").split()][::2] for cell in cells]
    assert {left in (0.0, pytest.approx(figure._stage.width - wide, abs=0.1)) for left, wide in lefts} == {True}


def test_a_browser_prints_a_page_of_a_sheet_on_each_page(chromium, tmp_path):
    viz.step(neuron()).save(tmp_path / "a.sheet.svg")
    page = chromium.new_page()
    page.goto((tmp_path / "a.sheet.svg").as_uri())
    pages = round(float(ET.parse(tmp_path / "a.sheet.svg").getroot().get("height")) / (297 / 25.4 * 96))
    assert page.pdf(prefer_css_page_size=True).count(b"/MediaBox") == pages > 1
    page.close()


def test_a_folder_that_was_made_is_taken_away_when_nothing_can_be_written(tmp_path):
    (tmp_path / "taken.svg").mkdir()
    with pytest.raises(OSError, match="it is a folder"):
        viz.step(neuron()).save(tmp_path / "frames" / "*.svg", tmp_path / "taken.svg")
    assert [path.name for path in tmp_path.iterdir()] == ["taken.svg"]
    with pytest.raises(OSError, match=r"cannot write .*missing/frames"):
        viz.step(neuron()).save(tmp_path / "missing" / "frames" / "*.svg")


@pytest.mark.parametrize("root", [3.0, None, [Value(1.0)]])
def test_a_root_that_is_no_value_is_named(root):
    with pytest.raises(TypeError, match=r"root: expected a Value, got (float 3.0|NoneType None|list)"):
        viz.step(root)


@pytest.mark.parametrize("name", ["step-*.sheet.svg", "s.sheet.html"])
def test_a_sheet_under_a_wrong_name_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match=r"sheet.*: a sheet of all steps is drawn as NAME.sheet.svg or NAME.sheet.png"):
        viz.step(neuron()).save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_path_that_is_none_is_named():
    with pytest.raises(TypeError, match="paths: expected text or a path, got 3"):
        viz.step(neuron()).save(3)


def test_a_large_graph_is_cut_and_still_steps():
    x = Value(0.5, label="x")
    y = x
    for _ in range(100):
        y = y * x + 1
    figure = viz.step(y)
    assert any("behind the dashed box" in text for text in texts(figure.svg()))
    contributions = [s for s in figure.trace.steps if isinstance(s, Chain)]
    assert 1 < len(figure.frames()) < len(contributions)
    said = f" · {figure._stage.n_hidden} more nodes not drawn"
    assert all(any(said in text for text in texts(frame)) for frame in figure.frames())
    assert figure.sheet().count(said) > len(figure.trace.data) / 10
    assert "not drawn" not in "".join(viz.step(x * x).frames())


def test_the_command_writes_a_player(tmp_path):
    command = [sys.executable, "-m", "viz", "tanh(w*x)", "w=2", "x=1", "--save", "a.html", "--save", "steps/*.svg"]
    run = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    assert run.stdout.endswith("wrote a.html\nwrote steps/*.svg\n")
    assert "gg-piece" in Path("a.html").read_text(encoding="utf-8")
    assert len(list(Path("steps").iterdir())) == 9


def test_the_command_takes_a_granularity(tmp_path):
    command = [sys.executable, "-m", "viz", "w*x", "w=2", "x=1", "--granularity", "pass", "--save", f"{tmp_path}/*.svg"]
    subprocess.run(command, capture_output=True, check=True)
    assert len(list(tmp_path.iterdir())) == 3
    run = subprocess.run([*command, "--granularity", "leaf"], capture_output=True, text=True, encoding="utf-8")
    assert run.stderr == "viz: granularity: expected edge, node or pass, got 'leaf'\n"
