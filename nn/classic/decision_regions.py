"""Decision regions of threshold units: half planes and polygons."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, count
from math import isfinite
from typing import Any

from autograd import Value
from autograd.engine import Node

from ..validation import read_row
from .threshold_units import AND, OR, Circuit, McCullochPitts
from .validation import read_floats

Point = tuple[Fraction, Fraction]


class Region(Circuit):
    """Compute 1 in polygons and on their borders, and 0 elsewhere.

    ŷ = ⋁ ⋀ [w·x + b ≥ 0]: the first layer has a half plane to the left of each edge, the second an AND for each
    convex polygon, the third an OR; a polygon that is not convex is cut into triangles. Corners and points are exact:
    no point is on the wrong side of an edge by rounding, except in a compiled region.
    Lippmann (1987), An introduction to computing with neural nets.

    Args:
        polygons: For each polygon a list of its corners (x, y), in either direction.

    Raises:
        ValueError: If a polygon crosses or touches itself, has no area, or is too large for floats.

    >>> arrow = Region([[(0, 0), (4, 2), (0, 4), (1, 2)]])
    >>> [int(arrow(point).data) for point in ([2, 2], [0, 0], [0.5, 2])], arrow.depth
    ([1, 1, 0], 3)
    """

    def __init__(self, polygons: Sequence[Sequence[tuple[float, float]]]) -> None:
        pieces = [piece for k, p in enumerate(read_row(polygons)) for piece in _cut_into_convex(_read_polygon(p, k))]
        if not pieces:
            raise ValueError("polygons: expected at least one, got none")
        sides = [(HalfPlane(*edge, "polygons"), (0, 1)) for piece in pieces for edge in _edges(piece)]
        place, first = count(2), 2 + len(sides)
        inner = [(AND(len(piece)), [next(place) for _ in piece]) for piece in pieces]
        union = [(OR(len(pieces)), range(first, first + len(pieces)))] if len(pieces) > 1 else []
        super().__init__(2, [*sides, *inner, *union])


def half_plane(p: Sequence[float], q: Sequence[float]) -> McCullochPitts:
    """Return the unit that fires on the line from p to q and to its left, exactly.

    Args:
        p, q: Two different points (x, y).

    Raises:
        ValueError, TypeError: If the points are the same, or a coordinate is not a finite number.

    >>> above = half_plane((0, 0.1), (1, 0.4))
    >>> [above(point).data for point in ([5, 2], [5, 1.5], [1, 0.4])]
    [1.0, 0.0, 1.0]
    """
    return HalfPlane(_read_point(p, "p"), _read_point(q, "q"))


class HalfPlane(McCullochPitts):
    """A half plane that decides in fractions where floats cannot."""

    def __init__(self, p: Point, q: Point, name: str = "p, q") -> None:
        if p == q:
            raise ValueError(f"q: expected another point than p, got {_to_floats(q)}")
        w0, w1, b = exact = p[1] - q[1], q[0] - p[0], p[0] * q[1] - q[0] * p[1]
        try:
            super().__init__([float(w0), float(w1)], -float(b))
        except OverflowError:
            raise ValueError(f"{name}: expected products within floats, got {_to_floats(p)}, {_to_floats(q)}") from None
        self.errors: list[Fraction] = [v - Fraction(w.data) for v, w in zip(exact, (*self.w, self.b), strict=True)]

    def score(self, x: Any) -> Value:
        """Return w·x + b, corrected where rounding changed its sign."""
        z = super().score(x)
        if not z.is_concrete:  # a trace has no numbers yet
            return z
        inputs = (*read_floats([v.data if isinstance(v, Node) else v for v in read_row(x)], "inputs", 2), 1.0)
        terms = list(zip((*self.w, self.b), self.errors, inputs, strict=True))
        magnitude = sum(abs(w.data * v) for w, _, v in terms)
        if not isfinite(magnitude):
            raise ValueError(f"inputs: expected a point whose products with {self} are floats, got {inputs[:2]}")
        if abs(z.data) > 1e-15 * magnitude + 1e-300:  # further from 0 than rounding reaches
            return z
        exact = sum((Fraction(w.data) + error) * Fraction(v) for w, error, v in terms)
        if (exact >= 0) == (z.data >= 0):
            return z
        z.scope = ""
        result: Value = z - (z.data if exact >= 0 else 2 * z.data + 5e-324)
        return result


def _cut_into_convex(polygon: list[Point]) -> list[list[Point]]:
    """Return a simple polygon cut into convex ones, by ears (Meisters, 1975)."""
    pieces: list[list[Point]] = []
    while True:
        n = len(polygon)
        turns = [_orientation(polygon[i - 1], polygon[i], polygon[(i + 1) % n]) for i in range(n)]
        if 0 in turns:  # a corner on a straight line
            polygon = [p for p, turn in zip(polygon, turns, strict=True) if turn]
            continue
        if min(turns) > 0:
            return [*pieces, polygon]
        for i, turn in enumerate(turns):
            ear = [polygon[i - 1], polygon[i], polygon[(i + 1) % n]]
            if turn > 0 and not any(_is_within(p, ear) for p in polygon if p not in ear):
                pieces.append(ear)
                polygon = polygon[:i] + polygon[i + 1 :]
                break


def _read_polygon(polygon: Any, k: int) -> list[Point]:
    """Return the corners of a simple polygon counter-clockwise, or raise an error."""
    name = f"polygons[{k}]"
    points = [_read_point(p, f"{name}[{i}]") for i, p in enumerate(read_row(polygon))]
    if len(points) < 3:
        raise ValueError(f"{name}: expected at least 3 corners, got {len(points)}")
    for i, p in enumerate(points):
        if p in points[:i]:
            raise ValueError(
                f"{name}[{i}]: expected a corner that differs from those before, got {_to_floats(p)} again"
            )
    edges = _edges(points)
    for (i, one), (j, other) in combinations(enumerate(edges), 2):
        if _intersect(*one, *other):
            raise ValueError(f"{name}: its edges {i} and {j} cross or touch; it should go around once")
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in edges)
    return points if area > 0 else points[::-1]


def _intersect(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Return whether edges ab and cd share a point that is not an end of both."""
    sides = [_orientation(a, b, c), _orientation(a, b, d), _orientation(c, d, a), _orientation(c, d, b)]
    for side, (p, q, r) in zip(sides, ((a, b, c), (a, b, d), (c, d, a), (c, d, b)), strict=True):
        if side == 0 and (p[0] - r[0]) * (q[0] - r[0]) + (p[1] - r[1]) * (q[1] - r[1]) < 0:  # r is between p and q
            return True
    return sides[0] * sides[1] < 0 and sides[2] * sides[3] < 0


def _is_within(p: Point, triangle: list[Point]) -> bool:
    return all(_orientation(a, b, p) >= 0 for a, b in _edges(triangle))


def _edges(polygon: list[Point]) -> list[tuple[Point, Point]]:
    return list(zip(polygon, [*polygon[1:], polygon[0]], strict=True))


def _orientation(a: Point, b: Point, c: Point) -> Fraction:
    """Return twice the signed area of abc, above 0 if c is to the left of ab."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _to_floats(p: Point) -> tuple[float, float]:
    return float(p[0]), float(p[1])


def _read_point(p: Any, name: str) -> Point:
    x, y = read_floats(p, name, 2)
    return Fraction(x), Fraction(y)
