"""Decision regions of unit steps: one layer cuts a half plane, two a convex polygon, three any polygons."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import isfinite

from .circuit import Circuit
from .threshold import AND, OR, McCullochPitts

Point = tuple[Fraction, Fraction]


class Region(Circuit):
    """Compute 1 in and on the border of polygons, lists of corners (x, y) in order around, and 0 elsewhere.

    ŷ = ⋁ ⋀ [w·x + b ≥ 0]: the first layer has a half plane to the left of each edge, the second an AND for each
    convex polygon, the third an OR; one that is not convex is cut into triangles. Exact where w·x + b of an edge
    is, as on whole numbers. Raises ValueError for a polygon that crosses or touches itself, or has no area.
    Lippmann (1987), An introduction to computing with neural nets.

    >>> arrow = Region([[(0, 0), (4, 2), (0, 4), (1, 2)]])
    >>> [int(arrow(point).data) for point in ([2, 2], [0, 0], [0.5, 2])], arrow.depth
    ([1, 1, 0], 3)
    """

    def __init__(self, polygons: Sequence[Sequence[tuple[float, float]]]) -> None:
        if not len(polygons):
            raise ValueError("polygons: expected at least one, got none")
        pieces = [piece for k, polygon in enumerate(polygons) for piece in _convex(_corners(polygon, k))]
        edges = list(dict.fromkeys(edge for piece in pieces for edge in _edges(piece)))
        place = {edge: 2 + k for k, edge in enumerate(edges)}
        sides = [(half_plane(*edge), (0, 1)) for edge in edges]
        inner = [(AND(len(piece)), [place[edge] for edge in _edges(piece)]) for piece in pieces]
        first = 2 + len(sides)
        union = [(OR(len(pieces)), range(first, first + len(pieces)))] if len(pieces) > 1 else []
        super().__init__(2, [*sides, *inner, *union])


def half_plane(p: Sequence[float | Fraction], q: Sequence[float | Fraction]) -> McCullochPitts:
    """Make the unit that fires on the line from p to q and to its left.

    >>> above = half_plane((0, 1), (1, 1))
    >>> above([5, 1.5]).data, above([5, 0.5]).data
    (1.0, 0.0)
    """
    (a, b), (c, d) = _point(p, "p"), _point(q, "q")
    if (a, b) == (c, d):
        raise ValueError(f"q: expected another point than p, got {q!r:.60}")
    return McCullochPitts([float(b - d), float(c - a)], float(b * c - a * d))


def _convex(polygon: list[Point]) -> list[list[Point]]:
    """Cut a simple polygon into convex ones, by ears, unless it is convex (Meisters, 1975)."""
    pieces: list[list[Point]] = []
    while True:
        n = len(polygon)
        turns = [_turn(polygon[i - 1], polygon[i], polygon[(i + 1) % n]) for i in range(n)]
        if 0 in turns:  # a corner that is none
            polygon = [p for p, turn in zip(polygon, turns, strict=True) if turn]
            continue
        if min(turns) > 0:
            return [*pieces, polygon]
        for i, turn in enumerate(turns):
            ear = [polygon[i - 1], polygon[i], polygon[(i + 1) % n]]
            if turn > 0 and not any(_within(p, ear) for p in polygon if p not in ear):
                pieces.append(ear)
                polygon = polygon[:i] + polygon[i + 1 :]
                break


def _corners(polygon: Sequence[tuple[float, float]], k: int) -> list[Point]:
    """Check that a polygon is simple, and turn it counter-clockwise."""
    name = f"polygons[{k}]"
    points = [_point(p, f"{name}[{i}]") for i, p in enumerate(polygon)]
    if len(points) < 3:
        raise ValueError(f"{name}: expected at least 3 corners, got {len(points)}")
    edges = _edges(points)
    for (i, (a, b)), (j, (c, d)) in combinations(enumerate(edges), 2):
        next_door = j - i in (1, len(edges) - 1)
        shared = {a, b} & {c, d}
        folded = next_door and len(shared) == 1 and _folded(a, b, c, d)
        if folded or len(shared) > next_door or (not next_door and _touch(a, b, c, d)):
            raise ValueError(f"{name}: its edges {i} and {j} cross or touch; it should go around once")
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in edges)
    return points if area > 0 else points[::-1]


def _folded(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Say whether two edges with a corner in common lie on each other."""
    corner, p, q = (b, a, d) if b == c else (a, b, c)
    along = (p[0] - corner[0]) * (q[0] - corner[0]) + (p[1] - corner[1]) * (q[1] - corner[1])
    return _turn(corner, p, q) == 0 and along > 0


def _touch(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Say whether two edges have a point in common."""
    sides = [_turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)]
    if any(sides):
        return sides[0] * sides[1] <= 0 and sides[2] * sides[3] <= 0
    return all(max(min(a[i], b[i]), min(c[i], d[i])) <= min(max(a[i], b[i]), max(c[i], d[i])) for i in (0, 1))


def _within(p: Point, triangle: list[Point]) -> bool:
    return all(_turn(a, b, p) >= 0 for a, b in _edges(triangle))


def _edges(polygon: list[Point]) -> list[tuple[Point, Point]]:
    return list(zip(polygon, [*polygon[1:], polygon[0]], strict=True))


def _turn(a: Point, b: Point, c: Point) -> Fraction:
    """Compute twice the area of a triangle: above 0 where c is to the left of the way from a to b."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _point(p: Sequence[float | Fraction], name: str) -> Point:
    if len(p) != 2 or not all(isfinite(v) for v in p):
        raise ValueError(f"{name}: expected two finite numbers, got {p!r:.60}")
    return Fraction(p[0]), Fraction(p[1])
