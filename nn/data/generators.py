"""Synthetic data: points in the plane, samples of functions, and time series.

Each function draws from a generator of its own, so its result depends on ``seed`` alone and the state of Python's
``random`` does not change. ``noise`` is the standard deviation of the Gaussian noise added to every coordinate.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from math import cos, inf, pi, sin, sqrt
from typing import Any

from autograd.numbers import expect_real

from ..validation import read_float, read_int

Points = tuple[list[list[float]], list[int]]


def moons(n: int = 100, noise: float = 0.1, seed: int = 0) -> Points:
    """Return n points of two interleaving half circles, and their classes 0 and 1.

    The shape is that of scikit-learn's make_moons; the random draws are Python's.

    Args:
        n: The number of points, at least 2.
        noise: The standard deviation of the Gaussian noise of each coordinate.
        seed: The seed of the draws.

    Raises:
        ValueError, TypeError: If n is not a whole number of at least 2, or the noise not a number of at least 0.

    >>> X, y = moons(4, noise=0.0)
    >>> sorted((label, [round(c, 2) for c in point]) for point, label in zip(X, y))
    [(0, [-1.0, 0.0]), (0, [1.0, 0.0]), (1, [0.0, 0.5]), (1, [2.0, 0.5])]
    """
    rng = _make_generator(n, noise, seed, "points, one for each moon")
    upper = [(cos(t), sin(t), 0) for t in _angles(n // 2)]
    lower = [(1 - cos(t), 0.5 - sin(t), 1) for t in _angles(n - n // 2)]
    return _add_noise_and_shuffle(rng, noise, upper + lower)


def circles(n: int = 100, noise: float = 0.05, seed: int = 0, factor: float = 0.5) -> Points:
    """Return n points of two circles, of radius 1 and of radius ``factor``.

    Args:
        n, noise, seed: As for ``moons``.
        factor: The finite radius of the circle of class 1.

    >>> X, y = circles(8, noise=0.0)
    >>> sorted((label, round(a * a + b * b, 2)) for (a, b), label in zip(X, y))[3:5]
    [(0, 1.0), (1, 0.25)]
    """
    rng = _make_generator(n, noise, seed)
    rings = [(1.0, n // 2, 0), (read_float(factor, "factor"), n - n // 2, 1)]
    points = [(r * cos(2 * pi * k / m), r * sin(2 * pi * k / m), label) for r, m, label in rings for k in range(m)]
    return _add_noise_and_shuffle(rng, noise, points)


def xor(n: int = 100, noise: float = 0.0, seed: int = 0) -> Points:
    """Return n points of [−1, 1]²; class 1 has coordinates of opposite signs.

    Args:
        n, noise, seed: As for ``moons``.

    >>> X, y = xor(50)
    >>> all(label == (a * b < 0) for (a, b), label in zip(X, y))
    True
    """
    rng = _make_generator(n, noise, seed)
    signs = [((1, 1), (-1, 1), (-1, -1), (1, -1))[k % 4] for k in range(n)]
    points = [(a * _draw_unit(rng), b * _draw_unit(rng), int(a * b < 0)) for a, b in signs]
    return _add_noise_and_shuffle(rng, noise, points)


def spiral(n: int = 100, noise: float = 0.02, seed: int = 0, turns: float = 1.25) -> Points:
    """Return n points of two spiral arms that turn around the origin to radius 1.

    Args:
        n, noise, seed: As for ``moons``.
        turns: How often each arm turns.

    >>> X, y = spiral(100, noise=0.0)
    >>> round(max(a * a + b * b for a, b in X), 9), y.count(1)
    (1.0, 50)
    """
    rng = _make_generator(n, noise, seed)
    points = []
    for label, m in (0, n // 2), (1, n - n // 2):
        for k in range(m):
            r = (k + 1) / m
            angle = 2 * pi * turns * r + pi * label
            points.append((r * sin(angle), r * cos(angle), label))
    return _add_noise_and_shuffle(rng, noise, points)


def gauss(n: int = 100, noise: float = 1.0, seed: int = 0) -> Points:
    """Return n points of two Gaussians, around (−2, −2) and around (2, 2).

    Args:
        n, noise, seed: As for ``moons``.

    >>> X, y = gauss(100)
    >>> sum((a + b > 0) == label for (a, b), label in zip(X, y)) > 95
    True
    """
    return blobs(n, centers=[(-2.0, -2.0), (2.0, 2.0)], noise=noise, seed=seed)


def blobs(n: int = 100, centers: Any = 3, noise: float = 0.5, seed: int = 0) -> Points:
    """Return n points of several Gaussians, one class for each center.

    Args:
        n, noise, seed: As for ``moons``, with at least one point for each center.
        centers: A list of at least one point, or the number of centers evenly spaced on a circle of radius 3.

    >>> X, y = blobs(9, noise=0.0)
    >>> sorted({(label, round(a, 2), round(b, 2)) for (a, b), label in zip(X, y)})
    [(0, 3.0, 0.0), (1, -1.5, 2.6), (2, -1.5, -2.6)]
    """
    if not hasattr(centers, "__iter__"):
        centers = read_int(centers, "centers")
        centers = [(3 * cos(2 * pi * k / centers), 3 * sin(2 * pi * k / centers)) for k in range(centers)]
    if not len(centers):
        raise ValueError("centers: expected at least one point, got none")
    rng = _make_generator(n, noise, seed, "points, one for each center", max(2, len(centers)))
    return _add_noise_and_shuffle(rng, noise, [(*centers[k % len(centers)], k % len(centers)) for k in range(n)])


def sample(
    f: Callable[..., float],
    n: int = 100,
    low: float = -1.0,
    high: float = 1.0,
    noise: float = 0.0,
    seed: int = 0,
    inputs: int = 1,
) -> tuple[list[list[float]], list[float]]:
    """Return n points drawn uniformly from [low, high]^inputs, and noisy f at each.

    Args:
        f: A function of ``inputs`` numbers.
        n, noise, seed: As for ``moons``, but n is at least 1, and the noise is added to f.
        low, high: The ends of the range of each coordinate.
        inputs: The number of coordinates of a point.

    >>> X, y = sample(lambda x: x * x, n=3)
    >>> all(target == x * x for (x,), target in zip(X, y))
    True
    """
    rng = _make_generator(n, noise, seed, low=1)
    X = [[rng.uniform(low, high) for _ in range(inputs)] for _ in range(n)]
    return X, [f(*x) + rng.gauss(0, noise) for x in X]


def noisy_sine(n: int = 100, noise: float = 0.1, seed: int = 0, period: float = 25.0) -> list[float]:
    """Return a time series of n steps, a sine with noise.

    Args:
        n, noise, seed: As for ``moons``, for n steps, at least 1.
        period: The period in steps, finite and not 0.

    >>> [round(v, 3) for v in noisy_sine(3, noise=0.0, period=4)]
    [0.0, 1.0, 0.0]
    """
    rng = _make_generator(n, noise, seed, low=1)
    if not read_float(period, "period"):
        raise ValueError("period: expected another number than 0")
    return [sin(2 * pi * t / period) + rng.gauss(0, noise) for t in range(n)]


def next_steps(series: list[float], length: int) -> tuple[list[list[float]], list[list[float]]]:
    """Return all windows of a series, and for each the window one step later.

    Args:
        series: A list of numbers or tokens.
        length: The length of a window in steps, at least 1 and below that of the series.

    Raises:
        ValueError, TypeError: If the length is not a whole number in this range.

    >>> next_steps([1.0, 2.0, 3.0, 4.0], 2)
    ([[1.0, 2.0], [2.0, 3.0]], [[2.0, 3.0], [3.0, 4.0]])
    """
    if not 1 <= read_int(length, "length", -inf) < len(series):
        raise ValueError(f"length: expected from 1 to {len(series) - 1}, below that of the series, got {length}")
    starts = range(len(series) - length)
    return [series[k : k + length] for k in starts], [series[k + 1 : k + 1 + length] for k in starts]


def _make_generator(n: int, noise: float, seed: int, what: str = "points", low: int = 2) -> random.Random:
    """Return a seeded generator, or raise an error for a wrong n or noise."""
    if read_int(n, "n", -inf) < low:
        raise ValueError(f"n: expected at least {low} {what}, got {n}")
    if not 0 <= expect_real(noise, "noise") < inf:
        raise ValueError(f"noise: expected a standard deviation of at least 0, got {noise}")
    return random.Random(seed)


def _add_noise_and_shuffle(rng: random.Random, noise: float, points: list[Any]) -> Points:
    """Return noisy coordinates and labels of points, in random order."""
    samples = [([rng.gauss(x, noise) for x in coordinates], label) for *coordinates, label in points]
    rng.shuffle(samples)
    return [point for point, _ in samples], [label for _, label in samples]


def _angles(n: int) -> list[float]:
    """Return n evenly spaced angles from 0 to π, in radians."""
    return [pi * k / max(1, n - 1) for k in range(n)]


def _draw_unit(rng: random.Random) -> float:
    """Return a number from (0, 1], mostly near 1, to keep points off the axes."""
    return sqrt(1 - rng.random())
