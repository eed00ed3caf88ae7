"""Check finished pictures: no wire crosses a text or a box, and no text overlaps another or leaves its box.

Widths of texts are those of viz.text.metrics, which bound the widths of all fonts that pictures ask for.
"""

import re
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest
from hypothesis import given, settings

import autograd as ops
import viz
from autograd import Value
from tests.helpers.svg_geometry import LABELS, SVG, points, rectangles, roots


def bends(d):
    """Return the ends of each curve of a path, from left to right."""
    for start, end in re.findall(r"[MH](-?[\d.]+)(?: -?[\d.]+)?C\S+ \S+ \S+ \S+ (\S+) [^MHC]+", d):
        yield float(start), float(end)


def check(svg):
    shapes = rectangles(svg)
    texts = [shape for shape in shapes if shape[0] != "box"]
    boxes = [shape for shape in shapes if shape[0] == "box"]
    for a, b in combinations([shape for shape in shapes if shape[0] != "name"], 2):
        apart = a[3] <= b[1] or b[3] <= a[1] or a[4] <= b[2] or b[4] <= a[2]
        assert apart, (a, b)
    for (_, left, top, right, bottom), box in zip((t for t in texts if t[0] == "name"), boxes, strict=True):
        assert box[1] < left
        assert right < box[3]
        assert box[2] < top
        assert bottom < box[4]
    width, height = (float(ET.fromstring(svg).get(key)) for key in ("width", "height"))
    for _, left, top, right, bottom in shapes:
        assert min(left, top) >= -20  # the margin
        assert right <= width
        assert bottom <= height
    drawing = ET.fromstring(svg).find(f"{SVG}g")
    wires = [e.get("d") for e in drawing.findall(f"{SVG}path")]
    for d in wires:
        along = list(points(d))
        start, end = along[0], along[-1]
        for kind, left, top, right, bottom in shapes:
            if kind == "box" and any(left <= x <= right and top <= y <= bottom for x, y in (start, end)):
                continue  # the box at its end
            if kind == "name":
                continue  # a name is inside a box
            assert not any(left < x < right and top < y < bottom for x, y in along), (d, kind, left, top)
        for x0, x1 in bends(d):
            assert all(x1 <= left + 0.2 or right - 0.2 <= x0 for _, left, _, right, _ in shapes)


@given(roots())
@settings(max_examples=60)
def test_nothing_covers_anything_else(root):
    check(viz.graph(root, names=False).svg())


@pytest.mark.parametrize("label", LABELS)
def test_labels_of_every_kind_keep_to_their_place(label):
    a, b = Value(1.5e-300, label=label), Value(-123456.0, label=label + "2")
    c = a * b
    c.label = label
    d = (c + a).tanh() * b
    d.label = label
    check(viz.graph(d).svg())


def test_the_check_sees_a_label_without_room(monkeypatch):
    a, b = Value(1.0, label="a"), Value(2.0, label="b")
    c = (a * b).tanh() + a
    c._prev[0].label = "W" * 12
    svg = viz.graph(c).svg()
    check(svg)
    with pytest.raises(AssertionError):
        check(svg.replace("W" * 12, "W" * 40))


def test_a_deep_chain_and_a_wide_sum_keep_to_their_place():
    b, c = Value(0.9, label="b"), Value(0.5, label="c")
    for _ in range(50):
        c = c.tanh() * b
    check(viz.graph(c).svg())
    check(viz.graph(ops.sum(*(Value(float(i), label=f"x{i}") for i in range(25)))).svg())


def test_bends_are_found():
    assert list(bends("M0 0H10C30 0 30 20 50 20H60C70 20 70 -5 80.5 -5H90")) == [(10, 50), (60, 80.5)]
