"""A drawing is at most 4,000 pixels wide and 3,000 high, whatever the graph."""

import xml.etree.ElementTree as ET

import autograd as ops
import viz
from autograd import Value, trace
from tests.helpers.svg_geometry import texts
from viz.drawing import plan_drawing


def width(figure):
    return float(ET.fromstring(figure.svg()).get("width"))


def test_a_deep_graph_is_never_wider_than_4000_pixels_unless_more_is_asked_for():
    b, c = Value(0.9, label="b"), Value(0.5, label="c")
    for _ in range(50):
        c = c.tanh() * b
    assert 3000 < width(viz.graph(c)) <= 4000
    hidden = [text for text in texts(viz.graph(c).svg()) if "lie behind the dashed box" in text]
    assert len(hidden) == 1
    assert viz.graph(c).svg().count('class="shape idle"') == 1
    assert width(viz.graph(c, max_nodes=200)) > 10_000


def test_a_chain_that_ends_in_a_sum_of_itself_is_never_wider_than_4000_pixels():
    chain = [Value(0.5, label="x")]
    for _ in range(50):
        chain.append(chain[-1].tanh())
    assert width(viz.graph(ops.sum(*chain))) <= 4000


def test_a_drawing_is_never_higher_than_3000_pixels_unless_more_is_asked_for():
    total = ops.sum(*(Value(float(i)).tanh().exp() for i in range(8)), *(Value(float(i)) for i in range(52)))
    for root in (total, total * ops.sum(*(Value(float(i)) for i in range(50)))):
        drawing = plan_drawing(trace(root))
        assert drawing.height <= 3000
        assert drawing.n_hidden or len(drawing.nodes) == len(drawing.trace.data)
    assert plan_drawing(trace(total), 200).height > 3000
    assert not plan_drawing(trace(total), 200).n_hidden
