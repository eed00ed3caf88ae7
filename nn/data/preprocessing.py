"""Prepare data for training: checks, scales, splits, one-hot rows and batches."""

from __future__ import annotations

import random
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import fsum, hypot, isfinite, sqrt
from typing import Any, Self

from ..validation import read_float, read_int

Rows = Sequence[Sequence[float]]


class DataWarning(UserWarning):
    """Warn of data that teaches little: a single class, or a constant column."""


def check_data(X: Sequence[Any], y: Sequence[Any]) -> None:
    """Raise an error for data that is empty, unequal or incomplete.

    Args:
        X, y: The samples, numbers in nested sequences, and a target for each.

    Raises:
        ValueError: If there are no samples, X and y differ in length, or a value is missing or not finite.

    Warns:
        DataWarning: If all targets are the same.

    >>> check_data([[1.0, float("nan")]], [0])
    Traceback (most recent call last):
    ValueError: X[0][1]: a value is missing or not finite, nan; drop the sample or fill it in
    """
    if not len(X):
        raise ValueError("X: expected at least one sample, got none")
    if len(X) != len(y):
        raise ValueError(f"y: expected {len(X)} targets, one for each sample, got {len(y)}")
    _check_finite(X, "X")
    _check_finite(y, "y")
    if len(y) > 1 and all(target == y[0] for target in y):
        _warn(f"y: all {len(y)} targets are {y[0]!r:.40}; there is nothing to tell apart")


def _warn(text: str) -> None:
    """Warn at the user's line, the innermost outside of nn."""
    level, frame = 1, sys._getframe()
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("nn."):
        level, frame = level + 1, frame.f_back
    warnings.warn(text, DataWarning, stacklevel=level)


def _check_finite(x: Any, name: str) -> None:
    """Raise ValueError for a nan, an infinity, None or a text in nested sequences."""
    if hasattr(x, "tolist"):
        x = x.tolist()
    if isinstance(x, float):
        if not isfinite(x):
            raise ValueError(f"{name}: a value is missing or not finite, {x}; drop the sample or fill it in")
    elif hasattr(x, "__iter__") and not isinstance(x, str):
        for k, part in enumerate(x):
            _check_finite(part, f"{name}[{k}]")
    elif x is None or isinstance(x, str):
        raise ValueError(f"{name}: a value is missing or no number, {x!r:.40}; drop the sample or fill it in")


class Scaler:
    """Shift and scale each column: fit on the training part, transform all parts."""

    shift: list[float]
    scale: list[float]

    def fit(self, X: Rows) -> Self:
        """Compute shift and scale of each column, and return self.

        A constant column gets the scale 1, with a warning.

        Raises:
            ValueError: If there are no rows, a value is missing, or the range of a column exceeds floats.
        """
        check_data(X, range(len(X)))
        _check_width(X, read_int(len(X[0]), "X: columns"))
        pairs = [self.fit_column([row[k] for row in X]) for k in range(len(X[0]))]
        for k, (_, scale) in enumerate(pairs):
            if not isfinite(scale):
                raise ValueError(f"X: column {k} reaches further than floats do")
            if not scale:
                _warn(f"X: column {k} is constant, {X[0][k]}; it tells nothing")
        self.shift, self.scale = [shift for shift, _ in pairs], [scale or 1.0 for _, scale in pairs]
        return self

    def fit_column(self, values: list[float]) -> tuple[float, float]:
        """Return the shift to subtract from a column, and the scale to divide by."""
        raise NotImplementedError

    def state_dict(self) -> dict[str, list[float]]:
        """Return shift and scale as plain data; raise RuntimeError before ``fit``."""
        if not hasattr(self, "shift"):
            raise RuntimeError("the scaler knows no scale yet: call fit() on the training part first")
        return {"shift": [*self.shift], "scale": [*self.scale]}

    def load_state_dict(self, state: Mapping[str, Sequence[float]]) -> None:
        """Set shift and scale from the result of ``state_dict``.

        Raises:
            ValueError: If an entry is missing, the lengths differ, or a scale is 0; nothing is changed.
            TypeError: If an entry is not a number; nothing is changed.
        """
        if set(state) != {"shift", "scale"} or len(state["shift"]) != len(state["scale"]):
            raise ValueError(f"state: expected shift and scale of equal length, got {state!r:.60}")
        shift, scale = ([read_float(x, f"state[{name!r}]") for x in state[name]] for name in ("shift", "scale"))
        if 0 in scale:
            raise ValueError("state: expected no scale of 0")
        self.shift, self.scale = shift, scale

    def transform(self, X: Rows) -> list[list[float]]:
        """Return the rows of X shifted and scaled.

        Raises:
            ValueError: If a row has another length, or a value is missing.
            RuntimeError: If ``fit`` has not run.
        """
        if not hasattr(self, "shift"):
            raise RuntimeError("the scaler knows no scale yet: call fit() on the training part first")
        _check_width(X, len(self.shift))
        _check_finite(X, "X")
        return [[(v - a) / b for v, a, b in zip(row, self.shift, self.scale, strict=True)] for row in X]


def _check_width(X: Rows, n: int) -> None:
    for row in X:
        if len(row) != n:
            raise ValueError(f"X: expected rows of {n}, got one of {len(row)}")


class StandardScaler(Scaler):
    """Transform each column to mean 0 and standard deviation 1: (x − x̄) / σ.

    >>> StandardScaler().fit([[1.0, 0.0], [3.0, 4.0]]).transform([[2.0, 4.0]])
    [[0.0, 1.0]]
    """

    def fit_column(self, values: list[float]) -> tuple[float, float]:  # noqa: D102  # as in Scaler
        mean = fsum(values) / len(values)
        constant = min(values) == max(values)  # rounding may leave a variance
        return mean, 0.0 if constant else hypot(*(v - mean for v in values)) / sqrt(len(values))


class MinMaxScaler(Scaler):
    """Transform each column to the range from 0 to 1: (x − min) / (max − min).

    >>> MinMaxScaler().fit([[1.0], [3.0]]).transform([[2.0], [5.0]])
    [[0.5], [2.0]]
    """

    def fit_column(self, values: list[float]) -> tuple[float, float]:  # noqa: D102  # as in Scaler
        return min(values), max(values) - min(values)


def split(
    X: Sequence[Any], y: Sequence[Any], shares: Sequence[float] = (0.6, 0.2, 0.2), seed: int = 0
) -> list[tuple[list[Any], list[Any]]]:
    """Return the samples in random order, split into parts (X, y).

    Args:
        X: The samples.
        y: Their targets.
        shares: The fraction of the samples in each part, by default for training, validation and test.
        seed: The seed of the order.

    Raises:
        ValueError: If the shares do not add up to 1, or a part is empty.

    >>> [len(X) for X, y in split([[float(k)] for k in range(10)], range(10))]
    [6, 2, 2]
    """
    check_data(X, range(len(X)) if len(X) == len(y) else y)  # a single class may be split without a warning
    _check_finite(y, "y")
    if any(not s > 0 for s in shares) or abs(fsum(shares) - 1) > 1e-9:
        raise ValueError(f"shares: expected positive numbers whose sum is 1, got {shares}")
    order = random.Random(seed).sample(range(len(X)), len(X))
    ends = [round(len(X) * fsum(shares[:k])) for k in range(len(shares) + 1)]
    if any(a == b for a, b in pairwise(ends)):
        raise ValueError(f"shares: {len(X)} samples are too few for parts of {shares}")
    parts = [order[a:b] for a, b in pairwise(ends)]
    return [([X[i] for i in part], [y[i] for i in part]) for part in parts]


def one_hot(labels: Sequence[int], n: int | None = None) -> list[list[float]]:
    """Return a row for each class label, with a 1 at the label and 0 elsewhere.

    Args:
        labels: Whole numbers, 0 ≤ label < n.
        n: The number of classes; the default is one more than the greatest label.

    Raises:
        ValueError, TypeError: If there are no labels, or one is not a whole number in this range, or n not one.

    >>> one_hot([1, 0])
    [[0.0, 1.0], [1.0, 0.0]]
    """
    if not len(labels):
        raise ValueError("labels: expected at least one, got none")
    n = max(labels) + 1 if n is None else read_int(n, "n")
    for i, label in enumerate(labels):
        if isinstance(label, bool) or not hasattr(label, "__index__") or not 0 <= label < n:
            raise ValueError(f"labels[{i}]: expected a whole number from 0 to {n - 1}, got {label!r:.40}")
    return [[float(k == label) for k in range(n)] for label in labels]


def batches(n: int, size: int | None, shuffle: bool = True) -> Iterator[list[int]]:
    """Yield the indices of n samples in batches.

    Args:
        n: The number of samples, at least 1.
        size: The number of indices in a batch, except for a smaller last one; None means a single batch.
        shuffle: Whether Python's ``random`` shuffles the indices first, if there is a size.

    Raises:
        ValueError, TypeError: If n or the size is not a whole number of at least 1.

    >>> list(batches(5, 2, shuffle=False))
    [[0, 1], [2, 3], [4]]
    """
    order = list(range(read_int(n, "n")))
    step = n if size is None else read_int(size, "size")
    if shuffle and size is not None:
        random.shuffle(order)
    return (order[first : first + step] for first in range(0, n, step))
