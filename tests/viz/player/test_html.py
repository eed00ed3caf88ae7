"""The player is one small piece of HTML, which is a picture where no script runs."""

import gzip
import re

import pytest

import viz
from tests.helpers.browser import neuron


@pytest.mark.parametrize("granularity", ["edge", "node"])
def test_the_height_is_reserved_before_the_script_runs(show, granularity):
    figure = viz.step(neuron(), granularity=granularity)
    page = show(figure)
    reserved = float(re.search(r"min-height:(\d+)px", figure.html())[1])
    assert abs(page.locator(".gg-box").bounding_box()["height"] - reserved) <= 4
    assert abs(page.locator(".gg-piece").bounding_box()["height"] - reserved) <= 4


def test_without_scripts_the_picture_stays(screen, tmp_path):
    page = screen(java_script_enabled=False).open(tmp_path / "a.html", viz.step(neuron()).page())
    image = page.get_by_role("img")
    assert image.get_attribute("alt").startswith("L = 0.731; ∂L/∂w0 = -0.197")
    assert image.bounding_box()["height"] > 250


def test_a_ten_node_graph_takes_at_most_14_kilobytes_compressed():
    figure = viz.step(neuron())
    assert len(figure.trace.data) == 10
    assert len(gzip.compress(figure.page().encode(), mtime=0)) <= 14_000
    assert figure.page() == figure.page()
