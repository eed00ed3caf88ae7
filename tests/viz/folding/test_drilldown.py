"""Parts open into pictures of their own, none of them a giant."""

import re

import pytest

from autograd import trace
from tests.helpers.flows import loss, moon_model
from tests.helpers.svg_geometry import texts
from viz.folding import Drilldown
from viz.folding.collapse import FoldedTrace


@pytest.fixture(scope="module")
def moons():
    return FoldedTrace(trace(loss(moon_model(), n=2)), 60)


def test_of_a_neuron_that_is_used_for_each_sample_one_use_is_drawn_and_the_rest_counted(moons):
    assert moons.view(("layer1", "neuron3")).n_other_uses == 1
    svg, _ = Drilldown(moons.trace, 60).draw(("layer1", "neuron3"), "light")
    assert "1 of 2 uses is drawn, the gradients of its weights are sums over all" in " ".join(texts(svg))
    assert moons.view(("layer1",)).n_other_uses == 0


def test_no_part_is_a_giant_picture():
    parts = Drilldown(trace(loss(moon_model(), n=1)), 60)
    for way in [(), ("layer0",), ("layer1", "neuron0"), ("after layer2",)]:
        svg, _ = parts.draw(way, "light")
        width, height = map(float, re.search(r'width="([\d.]+)" height="([\d.]+)"', svg).groups())
        assert width <= 4000
        assert height <= 4000
