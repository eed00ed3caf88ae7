"""Write all files, or no file if one cannot be written, and leave the others alone."""

import base64
import os
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlparse
from urllib.request import url2pathname

import pytest

import viz
from autograd import Trace, Value, trace
from autograd.teach import overwrite
from tests.helpers.browser import neuron
from tests.helpers.page_checks import model


def test_figure_is_saved_by_the_ending_of_the_file(tmp_path):
    figure = viz.graph(neuron())
    figure.save(tmp_path / "a.svg", tmp_path / "a.dot", tmp_path / "a.json", tmp_path / "a.TXT")
    assert (tmp_path / "a.svg").read_text(encoding="utf-8") == figure.svg()
    assert (tmp_path / "a.dot").read_text(encoding="utf-8") == viz.to_graphviz(figure.trace).source
    assert Trace.from_json((tmp_path / "a.json").read_text(encoding="utf-8")) == figure.trace
    assert (tmp_path / "a.TXT").read_text(encoding="utf-8") == viz.table(figure.trace) + "\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.TXT", "a.dot", "a.json", "a.svg"]


def test_nothing_is_written_if_one_file_cannot_be(tmp_path):
    figure = viz.graph(neuron())
    (tmp_path / "old.svg").write_text("old")
    with pytest.raises(
        ValueError, match=r"b.xyz: unknown file ending '.xyz'; the known ones are .svg, .png, .html, .dot"
    ):
        figure.save(tmp_path / "old.svg", tmp_path / "b.xyz")
    with pytest.raises(OSError, match="cannot write"):
        figure.save(tmp_path / "old.svg", tmp_path / "missing" / "b.svg")
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(OSError, match="it is a folder"):
        figure.save(tmp_path / "old.svg", tmp_path / "folder.svg")
    assert (tmp_path / "old.svg").read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder.svg", "old.svg"]


def test_files_of_the_users_own_are_left_alone(tmp_path):
    (tmp_path / ".keep.svg.part").write_text("mine")
    viz.graph(neuron()).save(tmp_path / "keep.svg", tmp_path / "keep.svg", tmp_path / "." / "keep.svg")
    assert (tmp_path / ".keep.svg.part").read_text() == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == [".keep.svg.part", "keep.svg"]


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX permissions")
def test_permissions_are_those_of_the_umask_or_of_the_file_replaced(tmp_path):
    (tmp_path / "old.svg").write_text("old")
    (tmp_path / "old.svg").chmod(0o604)
    umask = os.umask(0o027)
    try:
        viz.graph(neuron()).save(tmp_path / "old.svg", tmp_path / "new.svg")
    finally:
        os.umask(umask)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("old.svg", "new.svg")] == [0o604, 0o640]


def test_an_error_names_the_file_that_was_asked_for(tmp_path):
    (tmp_path / "f").write_text("a file")
    with pytest.raises(OSError, match=r"^cannot write .*f/a.svg: Not a directory$"):
        viz.graph(neuron()).save(os.path.relpath(tmp_path / "f" / "a.svg"))


def test_a_picture_shows_in_a_notebook_else_in_a_browser(monkeypatch):
    figure, opened, shown = viz.graph(Value(2.0) * 3.0), [], []
    monkeypatch.setitem(sys.modules, "IPython", None)
    monkeypatch.setattr("webbrowser.open", lambda url: opened.append(url) or True)
    figure.show()
    (url,) = opened
    assert Path(url2pathname(urlparse(url).path)).read_text(encoding="utf-8") == figure.page()
    shell = SimpleNamespace(kernel=object())
    display = SimpleNamespace(display=shown.append)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell, display=display))
    figure.show()
    assert (shown, len(opened)) == ([figure], 1)
    monkeypatch.setitem(sys.modules, "IPython", None)
    monkeypatch.setattr("webbrowser.open", lambda url: False)
    with pytest.raises(
        RuntimeError, match=r"show: expected a notebook or a browser, found none; the page is in .*html"
    ):
        figure.show()


DRAWN = {
    "graph": lambda: viz.graph(neuron()),
    "step": lambda: viz.step(neuron()),
    "parts": lambda: viz.graph(model()[1], collapse=True),
    "neurons": lambda: viz.neurons(*model()),
    "flow": lambda: viz.gradient_flow(*model()),
    "comparison": lambda: viz.compare(trace(neuron()), overwrite(trace(neuron()))),
    "Graphviz": lambda: viz.to_graphviz(neuron()),
    "micrograd": lambda: viz.draw_dot(neuron()),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_notebook_that_is_not_trusted_has_a_picture_and_text(name, monkeypatch):
    """JupyterLab then shows neither image/svg+xml nor scripts, and GitHub no SVG that is not in base64."""
    monkeypatch.setenv("PATH", "")  # without dot
    bundle = DRAWN[name]()._repr_mimebundle_()
    assert bundle.keys() == {"text/plain", "image/svg+xml", "text/html"}
    address = re.search("<img alt=\"[^\"]+\" src='data:image/svg.xml;base64,([^']*)'>", bundle["text/html"])[1]
    shown, kept = (ET.fromstring(svg) for svg in (base64.b64decode(address), bundle["image/svg+xml"]))
    words = ["".join(e.itertext()) for e in kept.iter() if e.tag.endswith("text")]
    assert ["".join(e.itertext()) for e in shown.iter() if e.tag.endswith("text")] == words
    assert len(words) > 10
