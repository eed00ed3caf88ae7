"""A node has its symbol and label, shortened to their room, with the whole text in its title."""

import xml.etree.ElementTree as ET

from hypothesis import given, settings

import autograd as ops
import viz
from autograd import Value
from tests.helpers.svg_geometry import roots, texts


def test_constants_stand_in_their_gates():
    x = Value(2.0, label="x")
    shown = texts(viz.graph(1 / ((x * -1).exp() + 1) ** 2).svg())
    for text in ["×(−1)", "+1", "^2", "1/x"]:
        assert text in shown


def test_what_a_gate_has_no_room_for_is_in_its_title():
    a = Value(1.5, label="a" * 60)
    y = ops.clamp(a, -1.23457e-300, 1.23457e-300)
    svg = viz.graph(y).svg()
    titles = [e.text for e in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}title")][1:]
    assert titles[0].splitlines()[0] == "a" * 60
    assert titles[1].splitlines()[0].endswith(", -1.23457e-300, 1.23457e-300)")
    assert any(text.startswith("aaaa") and "…" in text and len(text) < 30 for text in texts(svg))


@given(roots())
@settings(max_examples=20)
def test_a_pointer_that_rests_on_a_node_shows_its_numbers_exactly(root):
    figure = viz.graph(root, names=False, max_nodes=1000)
    titles = [e.text for e in ET.fromstring(figure.svg()).iter("{http://www.w3.org/2000/svg}title")][1:]
    exact = [f"value {x!r}\ngradient {g!r}" for x, g in zip(figure.trace.data, figure.trace.grads, strict=True)]
    assert ["\n".join(title.splitlines()[-2:]) for title in titles] == exact
    titles = [e.text for e in ET.fromstring(viz.graph(root, show=["data"]).svg()).iter() if e.text]
    assert not any("gradient" in title for title in titles[1:])
