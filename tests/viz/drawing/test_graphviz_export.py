"""Graphs for Graphviz show every label literally."""

import shutil
import xml.etree.ElementTree as ET

import pytest

import viz
from autograd import Value, where
from tests.helpers.foreign import HOSTILE
from viz.drawing.graphviz_export import Digraph, escape_dot, escape_record


@pytest.mark.skipif(not shutil.which("dot"), reason="needs the dot binary")
@pytest.mark.parametrize("label", HOSTILE)
@pytest.mark.parametrize("draw", [viz.to_graphviz, viz.draw_dot])
def test_hostile_labels_are_inert_in_graphviz(draw, label):
    x = Value(1.0, label=label)
    svg = draw(x * 2).pipe(format="svg")
    tags = {e.tag.split("}")[1] for e in ET.fromstring(svg).iter()}
    assert tags <= {"svg", "g", "title", "path", "polygon", "polyline", "text", "ellipse"}


def test_an_edge_has_its_local_derivative_and_is_dashed_where_nothing_flows():
    a, b = Value(1.0, label="a"), Value(2.0, label="b")
    source = viz.to_graphviz(where(a, b, 3)).source
    assert r'n1 [label="b\ndata 2.00\ngrad 1.00"]' in source
    assert 'n0 -> n2 [label="—" style=dashed]' in source
    assert "n1 -> n2 [label=1.00]" in source


def test_signs_of_records_are_escaped():
    assert escape_record("{a|b} <c>") == r"\{a\|b\}\ \<c\>"
    assert escape_dot("<b>\\n\x00") == "\u200b<b>\\\\n\ufffd"


def test_a_notebook_without_dot_shows_the_picture_also_of_a_copy(monkeypatch):
    monkeypatch.setenv("PATH", "")
    graph = Digraph()
    graph.picture = "<svg/>"
    for each in (graph, graph.copy()):
        bundle = each._repr_mimebundle_()
        assert "<img" in bundle.pop("text/html")  # for notebooks that are not trusted
        assert bundle == {"text/plain": graph.source, "image/svg+xml": "<svg/>"}
    graph.picture = ""
    assert graph._repr_mimebundle_() == {"text/plain": graph.source}


@pytest.mark.parametrize("failure", [OSError, RuntimeError, NotImplementedError, PermissionError])
@pytest.mark.parametrize("draw", [viz.to_graphviz, viz.draw_dot])
def test_where_dot_cannot_be_started_svg_is_our_picture_and_other_formats_say_so(monkeypatch, draw, failure, tmp_path):
    def run(*args, **kwargs):
        raise failure("cannot start")

    monkeypatch.setattr("subprocess.run", run)
    monkeypatch.setattr("subprocess.Popen", run)
    graph = draw(Value(2.0) * 3)
    assert graph.pipe(format="svg") == graph.picture.encode()
    assert graph.pipe(format="svg", encoding="utf-8") == graph.picture
    assert graph._repr_mimebundle_()["image/svg+xml"] == graph.picture
    for call in (lambda: graph.pipe(format="png"), lambda: graph.render(tmp_path / "g"), lambda: Digraph().pipe()):
        with pytest.raises(
            RuntimeError, match=r"^dot: cannot start; write g\.pipe\(format='svg'\) for our own picture"
        ):
            call()
