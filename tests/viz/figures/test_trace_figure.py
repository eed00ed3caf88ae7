"""Figures of traces show themselves in a notebook, and those of the README are up to date."""

import re
from html import escape

import pytest

import viz
from autograd import Value, trace
from autograd.text import format_value
from tests.helpers.browser import mlp, neuron
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


HEADED = [("graph", {}), ("step", {}), ("graph", {"collapse": True}), ("graph", {"show": ["grad"]})]


@pytest.mark.parametrize(("function", "arguments"), HEADED, ids=["picture", "player", "parts", "gradients"])
def test_a_title_heads_every_form_of_a_figure_and_is_only_text(function, arguments):
    title = "<b>Neuron</b> & {|}"
    figure = getattr(viz, function)(mlp(), title=title, **arguments)
    assert title in texts(figure.svg())
    assert f'alt="{escape(title)}: ' in figure.html()
    assert figure.page().count(escape(title)) == 2  # in its head, and as its heading
    assert all(any(title in text for text in texts(frame)) for frame in figure.frames())
    assert title in "".join(texts(figure.sheet()))
    assert title in figure.data_formats()[".dot"]()
    assert "<b>" not in figure.svg() + figure.html() + figure.page() + figure.sheet()


@pytest.mark.parametrize("n", [1, 2, 5, 17])
def test_all_numbers_have_as_many_digits_as_asked(n):
    x, y = Value(2 / 3, label="x"), Value(-1 / 7, label="y")
    figure = viz.step((x * y).tanh(), digits=n)
    expected = {format_value(number, "−", n) for number in (*figure.trace.data, *figure.trace.grads)}
    assert expected <= {*texts(figure.svg())} & {*texts(figure.frames()[-1])}
    assert format_value(2 / 3, "-", n) in figure.text()
    assert f"= {format_value(figure.trace.data[-1], '-', n)};" in figure.html()
    assert f"data {format_value(2 / 3, '-', n)}" in figure.data_formats()[".dot"]()
    assert "0.667" in viz.step(x * y).svg()
