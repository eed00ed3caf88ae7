"""Pictures become PNG by an extra, which is named where it is missing."""

import importlib.util
import sys

import pytest

import viz
from autograd import Value
from tests.helpers.browser import neuron

needs_resvg = pytest.mark.skipif(importlib.util.find_spec("resvg_py") is None, reason='needs the extra "export"')


@needs_resvg
def test_png(tmp_path):
    figure = viz.step(Value(2.0, label="x") * 3)
    figure.save(tmp_path / "a.png", tmp_path / "f" / "*.png", tmp_path / "a.sheet.png")
    for path in [tmp_path / "a.png", *(tmp_path / "f").iterdir(), tmp_path / "a.sheet.png"]:
        assert path.read_bytes().startswith(b"\x89PNG")
    assert figure._repr_mimebundle_(include=["image/png"])["image/png"] == figure.png()
    assert viz.graph(Value(2.0) * 3, theme="dark").png() != viz.graph(Value(2.0) * 3).png()


def test_png_without_the_extra_names_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(RuntimeError, match=r'PNG needs resvg-py: pip install -e "\.\[export\]"'):
        viz.step(neuron()).save(tmp_path / "a.svg", tmp_path / "a.png")
    assert list(tmp_path.iterdir()) == []
