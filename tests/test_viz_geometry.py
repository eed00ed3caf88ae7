"""The picture as a reader sees it: no wire through a text or a box, no text over another or out of its box.

Measured on the finished SVG, with the widths of viz.text.metrics, which bound those of the fonts asked for.
"""

import re
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import viz
from autograd import Value
from autograd.table import rules as ops
from viz.drawing.theme import LABEL, LOCAL, NAME
from viz.text.labels import pretty
from viz.text.metrics import em, shorten

GATES = [
    lambda a, b, c: a * b, lambda a, b, c: a + b, lambda a, b, c: a.tanh(), lambda a, b, c: ops.sum(a, b, c, a),
    lambda a, b, c: ops.where(a, b, 3), lambda a, b, c: ops.clamp(a, -1.23457e-300, 1.23457e-300),
    lambda a, b, c: ops.log_softmax(a, b, 1, c, index=0),
]  # fmt: skip
SVG = "{http://www.w3.org/2000/svg}"
SIZES = {"name": NAME, "label": LABEL, "local": LOCAL, "value": NAME, "grad": NAME}
LABELS = [
    "x", "w0", "learning rate of the whole network", "神经网络的权重参数", "🚀🎉🙂🔥", "WMWMWMWM", "W" * 200,
    "ﷺ", "é́́́́́", "layer12.neuron34.weight56", "Жщюя", "שלום",
]  # fmt: skip


def rectangles(svg):
    """Return (class, left, top, right, bottom) of every text and box of the drawing, without the header."""
    found = []
    drawing = ET.fromstring(svg).find(f"{SVG}g")
    for e in drawing.iter():
        kind = e.get("class", "").split()[:1]
        if e.tag == f"{SVG}text":
            size = SIZES[kind[0]]
            width = em(e.text) * size if e.text else 0.0
            x, y = float(e.get("x")), float(e.get("y"))
            left = x - width * {"name": 0.5, "label": 0.5, "local": 1.0}.get(kind[0], 0.0)
            found.append((kind[0], left, y - 0.75 * size, left + width, y + 0.2 * size))
        elif e.tag == f"{SVG}rect":
            x, y, width, height = (float(e.get(key)) for key in ("x", "y", "width", "height"))
            found.append(("box", x, y, x + width, y + height))
    return found


def points(d):
    """Sample a path of M, H and C commands."""
    x, y = 0.0, 0.0
    for command, numbers in re.findall(r"([MHC])([^MHC]*)", d):
        n = [float(number) for number in numbers.split()]
        if command == "C":
            for t in (i / 24 for i in range(25)):
                a, b, c, e = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
                yield a * x + b * n[0] + c * n[2] + e * n[4], a * y + b * n[1] + c * n[3] + e * n[5]
            x, y = n[4:]
        elif command == "H":
            yield from ((x + (n[0] - x) * i / 60, y) for i in range(61))
            x = n[0]
        else:
            x, y = n


def bends(d):
    """Return from where to where each curve of a path runs, from left to right."""
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
                continue  # its own
            if kind == "name":
                continue  # in a box
            assert not any(left < x < right and top < y < bottom for x, y in along), (d, kind, left, top)
        for x0, x1 in bends(d):
            assert all(x1 <= left + 0.2 or right - 0.2 <= x0 for _, left, _, right, _ in shapes)


@st.composite
def roots(draw):
    """Draw an expression with labels of any width, constants of any length and results of any size."""
    label = st.one_of(st.sampled_from(LABELS), st.text(max_size=30))
    numbers = st.sampled_from([0.0, 1.0, -2.5, 1.5e-300, 123456.0, float("inf")])
    values = [Value(draw(numbers), label=draw(label)) for _ in range(draw(st.integers(1, 4)))]
    for _ in range(draw(st.integers(1, 8))):
        a, b, c = (draw(st.sampled_from(values)) for _ in range(3))
        make = draw(st.sampled_from(GATES))
        values.append(make(a, b, c))
        values[-1].label = draw(st.one_of(st.just(""), label))
    return values[-1]


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


def test_a_short_name_stands_whole_and_a_long_one_keeps_both_ends():
    assert shorten("learning rate", 14, em) == "learning rate"
    assert shorten("W" * 20 + "1", 8, em) == "WWW…WW1"
    assert pretty(shorten("w0", 14, em)) == "w₀"


def test_bends_are_found():
    assert list(bends("M0 0H10C30 0 30 20 50 20H60C70 20 70 -5 80.5 -5H90")) == [(10, 50), (60, 80.5)]


@given(st.text(), st.floats(3, 20))
def test_a_shortened_text_fits(text, most):
    assert em(shorten(text, most, em)) <= max(most, 1.2) + 1e-9
