"""Coordinates, texts, shapes and routes as SVG that every reader parses."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.foreign import HOSTILE
from tests.helpers.svg_geometry import points
from viz.drawing.svg_format import format_px, route_path, svg_document, svg_rect, svg_text


@given(st.floats(-1e6, 1e6))
def test_a_coordinate_is_a_plain_decimal_to_a_tenth(x):
    text = format_px(x)
    assert set(text) <= set("-0123456789.")
    assert text != "-0"
    assert abs(float(text) - x) <= (0.05001 if abs(x) < 1e5 else 0.5)


def test_shapes_and_texts_are_at_their_places():
    rect = ET.fromstring(svg_rect("shape", 1, 2.25, 30, 4, rounding=5))
    assert rect.attrib == {"class": "shape", "x": "1", "y": "2.2", "width": "30", "height": "4", "rx": "5"}
    assert "rx" not in ET.fromstring(svg_rect("shape", 1, 2, 3, 4)).attrib
    text = ET.fromstring(svg_text("name", -0.01, 7, "a < b & c"))
    assert (text.get("x"), text.get("y"), text.text) == ("0", "7", "a < b & c")


@pytest.mark.parametrize(
    "route", [((0, 0), (10, 0), (50, 20), (60, 20)), ((0, 5), (9, 5), (9, 5), (40, 5)), ((1, 2), (30, 2))]
)
def test_a_route_goes_from_its_first_point_to_its_last(route):
    along = list(points(route_path(route)))
    assert (along[0], along[-1]) == (route[0], pytest.approx(route[-1]))
    assert "C" not in route_path(route) or route[0][1] != route[-1][1]


def test_curves_are_written_as_they_are_given():
    route = ((0, 0), (10, 0), (20, 0), (30, 8), (40, 8), (50, 8))
    assert route_path(route, curves=True) == "M0 0H10C20 0 30 8 40 8H50"


@pytest.mark.parametrize("title", [text for text in HOSTILE if text.isprintable()])
def test_a_document_has_its_title_style_and_marks(title):
    text = svg_document(10, 20.5, ".a{}", title, ["", svg_rect("shape", 0, 0, 1, 1)], phase="fwd")
    root = ET.fromstring(text)
    assert (root.get("class"), root.get("viewBox"), root.get("width")) == ("gg fwd", "0 0 10 20.5", "10")
    assert [e.tag.split("}")[1] for e in root] == ["title", "style", "rect", "rect"]
    assert root[0].text == title
    assert 'width="210mm"' in svg_document(10, 20, "", "", [], printed='width="210mm"')
