"""Readers look around in the page: exact numbers, zoom, search, a link to a step, a picture to keep."""

import pytest

import viz
from tests.helpers.browser import GRAPHS, fork

TITLES = """() => [...document.querySelectorAll(".node")].map((node) => [
  node.querySelector("title").textContent,
  ...[".value", ".grad"].map((kind) => node.querySelector(kind).dataset.exact)])"""


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
def test_the_title_of_a_node_has_the_numbers_that_it_shows_exactly(show, graph):
    figure = viz.step(graph(), names=False)
    page = show(figure)
    found = [title.splitlines()[-2:] for title, *_ in page.evaluate(TITLES)]
    exact = [[float(line.split()[1]) for line in lines] for lines in found]
    assert exact == list(map(list, zip(figure.trace.data, figure.trace.grads, strict=True)))
    for key in ("Home", "ArrowRight", "End"):
        page.locator(".gg-stage").press(key)
        for title, value, grad in page.evaluate(TITLES):
            assert (f"value {value}" in title) == (value != "undefined")
            assert (f"gradient {grad}" in title) == (grad != "undefined")


def test_a_dragged_leaf_changes_the_titles(show):
    page = show(viz.step(fork()))
    page.get_by_label("value of b").focus()
    page.keyboard.press("ArrowUp")
    assert page.evaluate(TITLES)[1][0].startswith("value -0.49\ngradient ")
