"""Random graphs with labels of any width, and what a finished picture of one has where.

Measured on the SVG, with the widths of viz.text.metrics, which bound those of the fonts asked for.
"""

import re
import xml.etree.ElementTree as ET

from hypothesis import strategies as st

import autograd as ops
from autograd import Value
from viz.drawing.theme import LABEL_PX, LOCAL_PX, NAME_PX
from viz.text import text_width_em

GATES = [
    lambda a, b, c: a * b, lambda a, b, c: a + b, lambda a, b, c: a.tanh(), lambda a, b, c: ops.sum(a, b, c, a),
    lambda a, b, c: ops.where(a, b, 3), lambda a, b, c: ops.clamp(a, -1.23457e-300, 1.23457e-300),
    lambda a, b, c: ops.log_softmax(a, b, 1, c, index=0),
]  # fmt: skip
SVG = "{http://www.w3.org/2000/svg}"
SIZES = {"name": NAME_PX, "label": LABEL_PX, "local": LOCAL_PX, "value": NAME_PX, "grad": NAME_PX}
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
            width = text_width_em(e.text) * size if e.text else 0.0
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


def texts(svg):
    """Return the texts of a picture."""
    return ["".join(e.itertext()) for e in ET.fromstring(svg).iter(f"{SVG}text")]


def elements(svg, name):
    return [e for e in ET.fromstring(svg).iter() if e.tag.endswith(name)]


def words(e):
    """Return a text with bounds of its left, top, right and bottom."""
    text, size = "".join(e.itertext()), 15 if "note" not in e.get("class") else 13
    wide, x, y = text_width_em(text) * size, float(e.get("x")), float(e.get("y"))
    kind = e.get("class").split()
    left = x - wide if "end" in kind else x - wide / 2 if "mid" in kind else x
    return text, left, y - size * 0.8, left + wide, y + size * 0.25


def apart(a, b):
    return a[3] <= b[1] or b[3] <= a[1] or a[4] <= b[2] or b[4] <= a[2]
