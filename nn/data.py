"""Data to learn from: lists of samples and lists of labels."""

from __future__ import annotations

import importlib
import random
from math import cos, pi, sin


def moons(n: int = 100, noise: float = 0.1, seed: int = 0) -> tuple[list[list[float]], list[int]]:
    """Return n points of two interleaving half circles, in random order, and for each its moon, 0 or 1.

    Each coordinate has Gaussian noise of this standard deviation. The shape is that of scikit-learn's
    make_moons; the draws are Python's own. Raises ValueError if n < 2 or noise < 0.

    >>> X, y = moons(4, noise=0.0)
    >>> sorted((label, [round(c, 2) for c in point]) for point, label in zip(X, y))
    [(0, [-1.0, 0.0]), (0, [1.0, 0.0]), (1, [0.0, 0.5]), (1, [2.0, 0.5])]
    """
    if n < 2:
        raise ValueError(f"n: expected at least 2 points, one for each moon, got {n}")
    if not noise >= 0:
        raise ValueError(f"noise: expected a standard deviation of at least 0, got {noise}")
    rng = random.Random(seed)
    upper = [(cos(t), sin(t), 0) for t in _angles(n // 2)]
    lower = [(1 - cos(t), 0.5 - sin(t), 1) for t in _angles(n - n // 2)]
    samples = [([rng.gauss(x, noise), rng.gauss(y, noise)], label) for x, y, label in upper + lower]
    rng.shuffle(samples)
    return [point for point, _ in samples], [label for _, label in samples]


def digits() -> tuple[list[list[float]], list[int]]:
    """Return 1,797 real handwritten digits: 8×8 pixels each, row by row from 0 to 1, and their labels 0 to 9.

    They are the test set of Alpaydin and Kaynak (1998), Optical recognition of handwritten digits, from the
    UCI repository, as scikit-learn ships them. Raises ImportError if scikit-learn is not installed.
    """
    try:
        datasets = importlib.import_module("sklearn.datasets")
    except ImportError as error:
        raise ImportError('the digits need scikit-learn: pip install "glassgrad[data]"') from error
    images, labels = datasets.load_digits(return_X_y=True)
    return (images / 16).tolist(), labels.tolist()


def _angles(n: int) -> list[float]:
    """Spread n angles evenly from 0 to π."""
    return [pi * k / max(1, n - 1) for k in range(n)]
