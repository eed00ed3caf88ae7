"""Regions of unit steps: exact on every point of a grid, whatever the polygon."""

import math
import random
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nn import pictures
from nn.classic import Region, half_plane

SQUARE = [(0, 0), (4, 0), (4, 4), (0, 4)]
HAT = [(0, 0), (4, 0), (4, 4), (2, 1), (0, 4)]
SPIRAL = [
    (0, 0),
    (7, 0),
    (7, 7),
    (2, 7),
    (2, 3),
    (4, 3),
    (4, 5),
    (3, 5),
    (3, 6),
    (6, 6),
    (6, 1),
    (1, 1),
    (1, 8),
    (0, 8),
]
HALVES = [k / 2 for k in range(-1, 17)]


def inside(polygon, x, y):
    """Say by exact crossing numbers whether a point is in a polygon or on its border."""
    x, y, odd = Fraction(x), Fraction(y), False
    for (ax, ay), (bx, by) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        ax, ay, bx, by = map(Fraction, (ax, ay, bx, by))
        turn = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        if turn == 0 and min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by):
            return True
        if (ay > y) != (by > y):
            odd ^= (turn > 0) == (by > ay)
    return odd


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("start", [0, 2])
@pytest.mark.parametrize("polygon", [SQUARE, HAT, SPIRAL], ids=["square", "hat", "spiral"])
def test_a_polygon_is_classified_exactly_in_either_direction(polygon, start, turned):
    corners = polygon[start:] + polygon[:start]
    region = Region([corners[::-1] if turned else corners])
    for x, y in product(HALVES, HALVES):
        assert region([x, y]).data == inside(polygon, x, y)


def test_layers():
    assert half_plane((0, 0), (1, 0))([3, 0]).data == 1
    assert [Region([p]).depth for p in (SQUARE, HAT)] == [2, 3]
    assert Region([SQUARE, [(5, 5), (6, 5), (5, 6)]]).depth == 3
    assert len(Region([SQUARE]).units) == 4 + 1


def test_a_union_is_any_of_its_polygons_which_may_overlap():
    parts = [SQUARE, [(3, 3), (6, 3), (6, 6)], [(-1, 5), (0, 5), (0, 6)]]
    region = Region(parts)
    for x, y in product(HALVES, HALVES):
        assert region([x, y]).data == any(inside(part, x, y) for part in parts)


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.integers(4, 12))
def test_stars_of_random_whole_corners(seed, n):
    draw = random.Random(seed)
    angles = sorted(draw.random() * 2 * math.pi for _ in range(n))
    star = list(
        dict.fromkeys((round(r * math.cos(a)), round(r * math.sin(a))) for a in angles if (r := draw.uniform(2, 9)))
    )
    try:
        region = Region([star])
    except ValueError:
        assume(False)  # rounding made it cross itself
    for x, y in product(range(-9, 10, 2), repeat=2):
        assert region([x, y]).data == inside(star, x, y)


def test_seams_between_the_pieces_do_not_show():
    polygon = [(0.1, 0.2), (0.9, 0.3), (0.5, 0.35), (0.7, 0.9), (0.15, 0.7)]
    region = Region([polygon])
    (ax, ay), (bx, by) = polygon[0], polygon[2]  # a cut goes from one to the other, or there about
    for k in range(1, 200):
        x, y = ax + (bx - ax) * k / 200, ay + (by - ay) * k / 200
        assert region([x, y]).data == inside(polygon, x, y)


def test_corners_in_line_are_no_corners():
    assert len(Region([[(0, 0), (2, 0), (4, 0), (4, 4), (2, 2)]]).units) == 3 + 1


def test_a_region_is_drawn_by_the_caller():
    drawn = pictures.decision_regions(
        lambda p: Region([SQUARE])(p).data - 0.5, [[-2, -2], [6, 6]], [1, 1], width=9, height=5
    )
    assert drawn == ["        x", "  .....  ", "  .....  ", "  .....  ", "x        "]


@pytest.mark.parametrize(
    ("polygons", "message"),
    [
        ([], "polygons: expected at least one, got none"),
        ([[(0, 0), (1, 1)]], "polygons[0]: expected at least 3 corners, got 2"),
        (
            [SQUARE, [(0, 0), (2, 2), (2, 0), (0, 2)]],
            "polygons[1]: its edges 0 and 2 cross or touch; it should go around",
        ),
        ([[(0, 0), (2, 0), (1, 0)]], "cross or touch"),
        ([[(0, 0), (2, 0), (2, 2), (2, 1)]], "cross or touch"),
        ([[(0, 0), (1, 0), (1, 0), (0, 1)]], "polygons[0][1]: expected another point than the next corner, got (1.0, 0.0)"),
        ([[(0, 0), (4, 0), (4, 4), (2, 0), (0, 4)]], "polygons[0]: its edges 0 and 2 cross or touch"),
        ([[(0, 0), (2, 0), (2, 2), (0, 0), (-2, -2), (-2, 0)]], "cross or touch"),
        ([[(0, 0), (1, math.inf), (1, 1)]], "polygons[0][1][1]: expected a finite number, got inf"),
        ([[(0, 0), (1, 2, 3), (1, 1)]], "polygons[0][1]: expected 2 numbers, got (1, 2, 3)"),
    ],
)
def test_what_is_no_polygon_is_named(polygons, message):
    with pytest.raises(ValueError, match=r"^polygons") as caught:
        Region(polygons)
    assert message in str(caught.value)


def test_a_half_plane_needs_two_points():
    with pytest.raises(ValueError, match=r"^q: expected another point than p, got \(1\.0, 2\.0\)$"):
        half_plane((1, 2), (1, 2))
