"""Pictures of training: every number has its place, and every image its pixels and caption."""

import math
from xml.etree import ElementTree

import pytest

from nn.demos.training_svg import curves, images

SVG = "{http://www.w3.org/2000/svg}"


def parts(text, tag):
    return list(ElementTree.fromstring(text).iter(SVG + tag))


def points(line):
    return [tuple(map(float, point.split(","))) for point in line.get("points").split()]


def test_losses_are_on_a_logarithmic_scale_from_left_to_right():
    (line,) = parts(curves({"loss": [100.0, 10.0, 1.0]}, "epoch"), "polyline")
    (x0, top), (x1, middle), (x2, bottom) = points(line)
    assert x1 - x0 == x2 - x1 > 0
    assert middle - top == pytest.approx(bottom - middle)
    assert bottom > top


def test_numbers_of_both_signs_are_on_a_linear_scale_and_nan_is_left_out():
    text = curves({"sine": [-1.0, 0.0, 1.0], "predicted": [math.nan, 0.0, math.inf]}, "step")
    first, second = parts(text, "polyline")
    assert [y for _, y in points(first)] == [280.0, 150.0, 20.0]
    assert points(second) == [points(first)[1]]
    assert [t.text for t in parts(text, "text")] == ["-1", "1", "sine", "predicted", "1", "step 3"]


@pytest.mark.parametrize("column", [[2.0, 2.0], [0.5], [], [math.nan]])
def test_a_column_that_is_flat_short_or_empty_is_drawn(column):
    (line,) = parts(curves({"loss": column}, "epoch"), "polyline")
    assert len(points(line)) == sum(map(math.isfinite, column))


def test_images_have_a_pixel_for_each_number_above_0_six_in_a_row():
    image = [0.0, 0.5, 1.0, 0.0]
    text = images([image] * 7, [f"image {k}" for k in range(7)], side=2)
    pixels = [r for r in parts(text, "rect") if r.get("class") == "pixel"]
    assert [(p.get("x"), p.get("y"), p.get("opacity")) for p in pixels[:2]] == [
        ("68", "16", "0.50"),
        ("28", "56", "1.00"),
    ]
    assert len(pixels) == 14
    captions = [(t.text, float(t.get("x")), float(t.get("y"))) for t in parts(text, "text")]
    assert captions[0] == ("image 0", 68.0, 114.0)
    assert captions[6] == ("image 6", 68.0, 114.0 + 118)
