"""Multiclass hinge loss with margin 1, the mean over rows."""

from functools import partial

from tests.corpora.backward_faults.entry import Fault
from tests.helpers.optional_numpy import np


def forward(x, y):
    n = x.shape[0]
    margins = np.maximum(0, x - x[np.arange(n), y][:, np.newaxis] + 1)
    margins[np.arange(n), y] = 0
    return margins.sum() / n, (margins, y)


def right(dout, cache):
    margins, y = cache
    dx = (margins > 0).astype(float)
    dx[np.arange(len(y)), y] -= dx.sum(axis=1)
    return (dout * dx / len(y),)


def make(rng):
    # with two classes one margin at most counts, and an overwritten entry is right
    return [(rng.normal(size=(n, c)), rng.integers(c, size=n)) for n, c in [(5, 2), (6, 5)]]


def label_is_set(dout, cache):
    margins, y = cache
    n, classes = margins.shape
    dx = np.zeros_like(margins)
    for i in range(n):
        for j in range(classes):
            if margins[i, j] > 0:
                dx[i, j] = 1
                dx[i, y[i]] = -1  # for -= 1
    return (dout * dx / n,)


def upstream_in_mask_and_result(dout, cache):
    margins, y = cache
    n = margins.shape[0]
    dx = np.where(margins > 0, dout, 0.0)
    dx[np.arange(n), y] -= np.sum(dx, axis=1)
    dx /= n
    return (dx * dout,)


def mean_over_all_entries(dout, cache):
    margins, y = cache
    dx = np.zeros_like(margins)
    dx[margins > 0] = 1
    dx[np.arange(len(y)), y] = -np.sum(margins > 0, axis=1)
    return (dout * dx / margins.size,)


fault = partial(Fault, layer="svm", forward=forward, right=right, make=make)
FAULTS = [
    fault("−1 at the label, once", label_is_set, "overwritten", r"overwr|\+=|-=|accumul"),
    fault("multiplied by dout twice", upstream_in_mask_and_result, "squared", r"squar|twice"),
    fault("divided by the classes, too", mean_over_all_entries, "scale", r"(times|too) small"),
]
