"""Regions of threshold units: exact at corners, on edges and one float away."""

import math
import random
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import autograd
import viz
from autograd import trace
from nn.classic import McCullochPitts, Region, half_plane
from nn.demos import ascii_art

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
    """Return whether a point is in a polygon or on its border, exactly."""
    x, y, odd = Fraction(x), Fraction(y), False
    for (ax, ay), (bx, by) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        ax, ay, bx, by = map(Fraction, (ax, ay, bx, by))
        turn = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        if turn == 0 and min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by):
            return True
        if (ay > y) != (by > y):
            odd ^= (turn > 0) == (by > ay)
    return odd


@pytest.mark.parametrize("is_reversed", [False, True])
@pytest.mark.parametrize("start", [0, 2])
@pytest.mark.parametrize("polygon", [SQUARE, HAT, SPIRAL], ids=["square", "hat", "spiral"])
def test_a_polygon_is_classified_exactly_in_either_direction(polygon, start, is_reversed):
    corners = polygon[start:] + polygon[:start]
    region = Region([corners[::-1] if is_reversed else corners])
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


def tenths(draw, n):
    """Return a random star of up to n corners with one decimal each."""
    angles = sorted(draw.random() * 2 * math.pi for _ in range(n))
    return [(round(r * math.cos(a), 1), round(r * math.sin(a), 1)) for a in angles if (r := draw.uniform(0.2, 2))]


def neighbours(x, y):
    """Return a point and its eight neighbours one float away."""
    near = [[v, math.nextafter(v, -math.inf), math.nextafter(v, math.inf)] for v in (x, y)]
    return [list(point) for point in product(*near)]


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.integers(3, 9))
def test_decimal_polygons_are_exact_at_corners_on_edges_and_one_float_away(seed, n):
    draw = random.Random(seed)
    star = tenths(draw, n)
    try:
        region = Region([star])
    except ValueError:
        assume(False)  # rounding made it cross itself
    fractions = [0, 0.5, draw.random()]
    for (ax, ay), (bx, by) in zip(star, [*star[1:], star[0]], strict=True):
        for x, y in (point for t in fractions for point in neighbours(ax + (bx - ax) * t, ay + (by - ay) * t)):
            assert region([x, y]).data == inside(star, x, y)
    assert all(region(corner).data == 1 for corner in star)


@given(st.tuples(*[st.floats(-9, 9)] * 4), st.integers(1, 40))
def test_a_point_on_an_edge_is_inside_and_its_neighbours_are_on_their_sides(line, k):
    a, b, c, d = line
    half = (a + c) / 2, (b + d) / 2
    assume(all(2 * Fraction(m) == Fraction(p) + Fraction(q) for m, p, q in zip(half, (a, b), (c, d), strict=True)))
    assume((a, b) != (c, d))
    edge = half_plane((a, b), (c, d))
    assert [edge(point).data for point in ((a, b), half, (c, d))] == [1, 1, 1]
    for x, y in neighbours(*half):
        turn = (Fraction(c) - Fraction(a)) * (Fraction(y) - Fraction(b)) - (Fraction(d) - Fraction(b)) * (
            Fraction(x) - Fraction(a)
        )
        assert edge([x, y]).data == (turn >= 0)


@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1e-5, 1e150])
def test_polygons_of_any_size_that_floats_hold(scale):
    corners = [(0.1 * scale, 0.3 * scale), (0.7 * scale, 0.2 * scale), (0.4 * scale, 0.9 * scale)]
    region = Region([corners])
    for x, y in (point for corner in corners for point in neighbours(*corner)):
        assert region([x, y]).data == inside(corners, x, y)


@pytest.mark.parametrize(
    ("q", "point", "side"), [((0.1, 0.3), (0.1, 0.3), 1), ((0.1, 0.7), (0.05, 0.39999999999999997), 0)]
)
def test_a_rounding_error_in_the_side_is_corrected_in_the_graph_too(q, point, side):
    edge = half_plane((0.0, 0.1), q)
    plain = McCullochPitts([w.data for w in edge.w], -edge.b.data)
    assert (edge(point).data, plain(point).data) == (side, 1 - side)
    recorded = trace(edge(point))
    assert recorded.data[-1] == side
    assert [row.scope for row in recorded.graph.rows if row.scope] == ["neuron"]


def test_a_weight_that_is_changed_moves_the_edge():
    edge = half_plane((0, 0.1), (1, 0.1))
    edge.b.data += 1.0
    assert [edge([5, y]).data for y in (-0.91, -0.89)] == [0, 1]


def test_a_compiled_region_is_right_but_for_rounding():
    pytest.importorskip("numpy")
    region = Region([SQUARE])
    f = autograd.compile(lambda x, y: region([x, y]))
    assert [f(x, y) for x, y in product(HALVES, HALVES)] == [inside(SQUARE, x, y) for x, y in product(HALVES, HALVES)]


def test_seams_between_the_pieces_do_not_show():
    polygon = [(0.1, 0.2), (0.9, 0.3), (0.5, 0.35), (0.7, 0.9), (0.15, 0.7)]
    region = Region([polygon])
    (ax, ay), (bx, by) = polygon[0], polygon[2]  # a cut goes from one to the other, or close to it
    for k in range(1, 200):
        x, y = ax + (bx - ax) * k / 200, ay + (by - ay) * k / 200
        assert region([x, y]).data == inside(polygon, x, y)


def test_corners_in_line_are_no_corners():
    assert len(Region([[(0, 0), (2, 0), (4, 0), (4, 4), (2, 2)]]).units) == 3 + 1


def test_a_region_can_be_drawn():
    X = [[x, y] for x, y in product(range(-2, 7), repeat=2)]
    boundary = viz.Boundary(X, [int(inside(HAT, *point)) for point in X])
    boundary.add(Region([HAT]), "hat")
    assert boundary.text() == "hat · 81 of 81 right"
    assert boundary.svg().startswith("<svg")
    drawn = ascii_art.decision_regions(
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
        (
            [[(0, 0), (1, 0), (1, 0), (0, 1)]],
            "polygons[0][2]: expected a corner that differs from those before, got (1.0, 0.0)",
        ),
        ([[(0, 0), (4, 0), (4, 4), (2, 0), (0, 4)]], "polygons[0]: its edges 0 and 2 cross or touch"),
        (
            [[(0, 0), (2, 0), (2, 2), (0, 0), (-2, -2), (-2, 0)]],
            "polygons[0][3]: expected a corner that differs",
        ),
        (SQUARE, "polygons[0][0]: expected 2 numbers, got 0"),  # a list of polygons was meant
        ([[(0, 0), (1, 1), (2, 2)]], "polygons[0]: its edges 0 and 2 cross or touch"),
        ([[(0, 0)] * 3], "polygons[0][1]: expected a corner that differs from those before, got (0.0, 0.0)"),
        ([[(0, 0), (1e200, 0), (1e200, 1e200)]], "polygons: expected products within floats, got (1e+200, 0.0), (1e+2"),
        ([[(0, 0), (1, math.inf), (1, 1)]], "polygons[0][1][1]: expected a finite number, got inf"),
        ([[(0, 0), (1, 2, 3), (1, 1)]], "polygons[0][1]: expected 2 numbers, got (1, 2, 3)"),
    ],
)
def test_an_invalid_polygon_is_rejected_by_name(polygons, message):
    with pytest.raises(ValueError, match=r"^polygons") as caught:
        Region(polygons)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("point", "message"),
    [
        ([math.nan, 1], "inputs[0]: expected a finite number, got nan"),
        ([1, math.inf], "inputs[1]: expected a finite number, got inf"),
        ([1e308, 1e308], "inputs: expected a point whose products with"),
    ],
)
def test_a_point_without_a_side_is_rejected(point, message):
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # the message is compared below
        Region([SQUARE])(point)
    assert str(caught.value).startswith(message)


def test_a_half_plane_needs_two_points():
    with pytest.raises(ValueError, match=r"^q: expected another point than p, got \(1\.0, 2\.0\)$"):
        half_plane((1, 2), (1, 2))
