"""Figures of traces show themselves in a notebook, and those of the README are up to date."""

import re

import pytest

import viz
from autograd import Value, trace
from tests.helpers.browser import neuron
from tests.helpers.svg_geometry import texts
from tools.make_pictures import DOCS, PICTURES


def test_made_up_names_never_repeat_a_users():
    a = Value(1.0, label="v1")
    labels = [row.label for row in trace((a * 2) * (a + 1) + Value(1.0, label="L")).graph.rows]
    assert len(set(labels)) == len(labels)


def test_a_figure_shows_in_a_notebook():
    bundle = viz.graph(neuron())._repr_mimebundle_()
    assert bundle["image/svg+xml"].startswith("<svg")
    assert "backward" in bundle["text/plain"]


@pytest.mark.parametrize("name", PICTURES)
def test_the_pictures_of_the_readme_are_those_that_are_drawn(name):
    """Compare coordinates to a tenth of a pixel: sum() is more exact from Python 3.12 on."""
    kept, drawn = (DOCS / f"{name}.svg").read_text(encoding="utf-8"), PICTURES[name]()
    assert texts(kept) == texts(drawn), "run tools/make_pictures.py"
    places = [list(map(float, re.findall(r"-?\d+\.?\d*", svg))) for svg in (kept, drawn)]
    assert places[0] == pytest.approx(places[1], abs=0.11), "run tools/make_pictures.py"
    assert re.sub(r"-?\d+\.?\d*", "", kept) == re.sub(r"-?\d+\.?\d*", "", drawn)
