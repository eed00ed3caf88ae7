"""Data to learn from: lists of samples and lists of labels or targets.

Each maker draws from a generator of its own, so that it depends on its seed alone. ``noise`` is the standard
deviation of what is added to every coordinate.
"""

from __future__ import annotations

import importlib
import random
from collections.abc import Callable
from math import cos, inf, pi, sin, sqrt
from typing import Any

from autograd.engine.node import real
from autograd.extras import explain_missing

from ..validation import read_float, read_int

Points = tuple[list[list[float]], list[int]]


def moons(n: int = 100, noise: float = 0.1, seed: int = 0) -> Points:
    """Return n points of two interleaving half circles, in random order, and for each its moon, 0 or 1.

    The shape is that of scikit-learn's make_moons; the draws are Python's own. Raises ValueError if n < 2
    or noise < 0, as all makers of two classes do.

    >>> X, y = moons(4, noise=0.0)
    >>> sorted((label, [round(c, 2) for c in point]) for point, label in zip(X, y))
    [(0, [-1.0, 0.0]), (0, [1.0, 0.0]), (1, [0.0, 0.5]), (1, [2.0, 0.5])]
    """
    rng = _generator(n, noise, seed, "points, one for each moon")
    upper = [(cos(t), sin(t), 0) for t in _angles(n // 2)]
    lower = [(1 - cos(t), 0.5 - sin(t), 1) for t in _angles(n - n // 2)]
    return _shuffled(rng, noise, upper + lower)


def circles(n: int = 100, noise: float = 0.05, seed: int = 0, factor: float = 0.5) -> Points:
    """Return n points of a circle of radius 1, class 0, and of one within it of radius ``factor``, class 1.

    >>> X, y = circles(8, noise=0.0)
    >>> sorted((label, round(a * a + b * b, 2)) for (a, b), label in zip(X, y))[3:5]
    [(0, 1.0), (1, 0.25)]
    """
    rng = _generator(n, noise, seed)
    rings = [(1.0, n // 2, 0), (read_float(factor, "factor"), n - n // 2, 1)]
    points = [(r * cos(2 * pi * k / m), r * sin(2 * pi * k / m), label) for r, m, label in rings for k in range(m)]
    return _shuffled(rng, noise, points)


def xor(n: int = 100, noise: float = 0.0, seed: int = 0) -> Points:
    """Return n points of the square [−1, 1]²: class 1 where the signs of the coordinates differ.

    >>> X, y = xor(50)
    >>> all(label == (a * b < 0) for (a, b), label in zip(X, y))
    True
    """
    rng = _generator(n, noise, seed)
    signs = [((1, 1), (-1, 1), (-1, -1), (1, -1))[k % 4] for k in range(n)]
    return _shuffled(rng, noise, [(a * _unit(rng), b * _unit(rng), int(a * b < 0)) for a, b in signs])


def spiral(n: int = 100, noise: float = 0.02, seed: int = 0, turns: float = 1.25) -> Points:
    """Return n points of two spiral arms that turn about each other, from 0 to radius 1.

    >>> X, y = spiral(100, noise=0.0)
    >>> round(max(a * a + b * b for a, b in X), 9), y.count(1)
    (1.0, 50)
    """
    rng = _generator(n, noise, seed)
    points = []
    for label, m in (0, n // 2), (1, n - n // 2):
        for k in range(m):
            r = (k + 1) / m
            angle = 2 * pi * turns * r + pi * label
            points.append((r * sin(angle), r * cos(angle), label))
    return _shuffled(rng, noise, points)


def gauss(n: int = 100, noise: float = 1.0, seed: int = 0) -> Points:
    """Return n points of two Gaussians, about (−2, −2) for class 0 and (2, 2) for class 1: linear data.

    >>> X, y = gauss(100)
    >>> sum((a + b > 0) == label for (a, b), label in zip(X, y)) > 95
    True
    """
    return blobs(n, centers=[(-2.0, -2.0), (2.0, 2.0)], noise=noise, seed=seed)


def blobs(n: int = 100, centers: Any = 3, noise: float = 0.5, seed: int = 0) -> Points:
    """Return n points of Gaussians about centers, a list of points, or so many evenly on a circle of radius 3.

    >>> X, y = blobs(9, noise=0.0)
    >>> sorted({(label, round(a, 2), round(b, 2)) for (a, b), label in zip(X, y)})
    [(0, 3.0, 0.0), (1, -1.5, 2.6), (2, -1.5, -2.6)]
    """
    if not hasattr(centers, "__iter__"):
        centers = read_int(centers, "centers")
        centers = [(3 * cos(2 * pi * k / centers), 3 * sin(2 * pi * k / centers)) for k in range(centers)]
    rng = _generator(n, noise, seed, "points, one for each center", max(2, len(centers)))
    return _shuffled(rng, noise, [(*centers[k % len(centers)], k % len(centers)) for k in range(n)])


def sample(
    f: Callable[..., float], n: int = 100, low: float = -1.0, high: float = 1.0, noise: float = 0.0, seed: int = 0,
    inputs: int = 1,
) -> tuple[list[list[float]], list[float]]:  # fmt: skip  # one option a line reads worse
    """Return n points drawn from [low, high]^inputs, and f(*point) at each, with noise.

    >>> X, y = sample(lambda x: x * x, n=3)
    >>> all(target == x * x for (x,), target in zip(X, y))
    True
    """
    rng = _generator(n, noise, seed, least=1)
    X = [[rng.uniform(low, high) for _ in range(inputs)] for _ in range(n)]
    return X, [f(*x) + rng.gauss(0, noise) for x in X]


def noisy_sine(n: int = 100, noise: float = 0.1, seed: int = 0, period: float = 25.0) -> list[float]:
    """Return n steps of a sine of this period with noise: a time series.

    >>> [round(v, 3) for v in noisy_sine(3, noise=0.0, period=4)]
    [0.0, 1.0, 0.0]
    """
    rng = _generator(n, noise, seed, least=1)
    if not read_float(period, "period"):
        raise ValueError("period: expected another number than 0")
    return [sin(2 * pi * t / period) + rng.gauss(0, noise) for t in range(n)]


def next_steps(series: list[float], length: int) -> tuple[list[list[float]], list[list[float]]]:
    """Cut a series into windows of a length, and for each the same one step later: what comes next.

    >>> next_steps([1.0, 2.0, 3.0, 4.0], 2)
    ([[1.0, 2.0], [2.0, 3.0]], [[2.0, 3.0], [3.0, 4.0]])
    """
    if not 1 <= length < len(series):
        raise ValueError(f"length: expected from 1 to {len(series) - 1}, below that of the series, got {length}")
    starts = range(len(series) - length)
    return [series[k : k + length] for k in starts], [series[k + 1 : k + 1 + length] for k in starts]


NAMES = """
ada adele agnes alan alba alice amelie amir anna anton arthur astrid aurora ben bruno carla cecile clara conrad dalia
daniel diana edith elena elias elisa emil emma erik eva fatima felix flora frida gina greta hanna hector helena hugo ida
igor ines irene iris ivan jana jonas julia karim karin klara lara laura lea lena leon lina lisa lucia luis maria marie
marta maya mila mina mona nadia nina noa nora olga oscar otto paul petra rania rosa samir sara simon sofia stella tara
theo tina vera victor viola yara zoe
"""


def names() -> list[str]:
    """Return given names in small letters, gathered for this project: text for a small language model.

    >>> names()[:3], {letter for name in names() for letter in name} <= set("abcdefghijklmnopqrstuvwxyz")
    (['ada', 'adele', 'agnes'], True)
    """
    return NAMES.split()


def digits() -> Points:
    """Return 1,797 real handwritten digits: 8×8 pixels each, row by row from 0 to 1, and their labels 0 to 9.

    They are the test set of Alpaydin and Kaynak (1998), Optical recognition of handwritten digits, from the
    UCI repository, as scikit-learn ships them. Raises ImportError if scikit-learn is not installed.
    """
    images, labels = _sklearn("digits").load_digits(return_X_y=True)
    return (images / 16).tolist(), labels.tolist()


def iris() -> Points:
    """Return 150 iris flowers: length and width of sepal and petal in cm, and the species, 0 to 2.

    Collected by Anderson, made known by Fisher (1936), as scikit-learn ships them. Raises ImportError if
    scikit-learn is not installed.
    """
    flowers, species = _sklearn("flowers").load_iris(return_X_y=True)
    return flowers.tolist(), species.tolist()


def _sklearn(what: str) -> Any:
    """Import the data sets of scikit-learn, whose first import draws random numbers, and leave the seed as it was."""
    state = random.getstate()
    try:
        with explain_missing(f"the {what} need scikit-learn", "data"):
            return importlib.import_module("sklearn.datasets")
    finally:
        random.setstate(state)


def _generator(n: int, noise: float, seed: int, of: str = "points", least: int = 2) -> random.Random:
    if read_int(n, "n", -inf) < least:
        raise ValueError(f"n: expected at least {least} {of}, got {n}")
    if not 0 <= real(noise, "noise") < inf:
        raise ValueError(f"noise: expected a standard deviation of at least 0, got {noise}")
    return random.Random(seed)


def _shuffled(rng: random.Random, noise: float, points: list[Any]) -> Points:
    """Add noise to points of (…coordinates, label) and bring them into random order."""
    samples = [([rng.gauss(x, noise) for x in at], label) for *at, label in points]
    rng.shuffle(samples)
    return [point for point, _ in samples], [label for _, label in samples]


def _angles(n: int) -> list[float]:
    """Spread n angles evenly from 0 to π."""
    return [pi * k / max(1, n - 1) for k in range(n)]


def _unit(rng: random.Random) -> float:
    """Draw from (0, 1], densest towards 1: few points lie next to the axes."""
    return sqrt(1 - rng.random())
