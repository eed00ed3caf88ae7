"""Multiclass hinge losses: of a linear classifier with weight decay, of scores, and squared."""

from tests.corpora.backward_faults.entry import Fault
from tests.helpers.optional_numpy import np

REG = 0.3


def margins_of(scores, y):
    margins = np.maximum(0, scores - scores[np.arange(len(y)), y][:, None] + 1)
    margins[np.arange(len(y)), y] = 0
    return margins


def slopes_of(margins, y):
    slopes = (margins > 0).astype(float)
    slopes[np.arange(len(y)), y] = -slopes.sum(axis=1)
    return slopes


def regularised(w, x, y):
    margins = margins_of(x @ w, y)
    return margins.sum() / len(x) + REG * np.sum(w * w), (w, x, y, margins)


def regularised_right(dout, cache):
    w, x, y, margins = cache
    slopes = slopes_of(margins, y) * dout / len(x)
    return x.T @ slopes + 2 * REG * dout * w, slopes @ w.T


def decay_without_two(dout, cache):
    w, x, y, margins = cache
    n = x.shape[0]
    slopes = (margins > 0) * 1.0
    slopes[np.arange(n), y] = -np.sum(slopes, axis=1)
    dw = x.T.dot(slopes) / n
    dw += REG * w
    dx = slopes.dot(w.T) / n
    return dw * dout, dx * dout


def hinge(scores, y):
    margins = margins_of(scores, y)
    return margins.sum() / len(y), (margins, y)


def hinge_right(dout, cache):
    margins, y = cache
    return (dout * slopes_of(margins, y) / len(y),)


def one_for_the_label(dout, cache):
    margins, y = cache
    n = margins.shape[0]
    dx = np.zeros_like(margins)
    dx[margins > 0] = 1
    dx[np.arange(n), y] = -1
    dx /= n
    return (dx * dout,)


def squared_hinge(scores, y):
    margins = margins_of(scores, y)
    return np.sum(margins**2), (margins, y)


def squared_hinge_right(dout, cache):
    margins, y = cache
    slopes = 2 * dout * margins
    slopes[np.arange(len(y)), y] = -slopes.sum(1)
    return (slopes,)


def upstream_inside_and_at_the_end(dout, cache):
    margins, y = cache
    dx = np.zeros_like(margins)
    for i in range(dx.shape[0]):
        for j in range(dx.shape[1]):
            if margins[i, j] > 0:
                dx[i, j] += 2 * margins[i, j] * dout
                dx[i, y[i]] -= 2 * margins[i, j] * dout
    return (dx * dout,)


def samples(rng):
    sizes = [(6, 4, 3), (8, 3, 5)]
    return [(rng.normal(size=(d, c)), rng.normal(size=(n, d)), rng.integers(c, size=n)) for n, d, c in sizes]


def make(rng):
    return [(rng.normal(size=(n, c)), rng.integers(c, size=n)) for n, c in ((6, 4), (3, 5))]


FAULTS = [
    Fault(
        "dw has half the weight decay",
        decay_without_two,
        "term",
        r"missing|regulari|decay|penalty|multiple of|proportional|(times|part|share) of (the )?(input|argument|w\b)"
        r"|term",
        "svm",
        regularised,
        regularised_right,
        samples,
    ),
    Fault(
        "-1 at the label, however many classes violate the margin",
        one_for_the_label,
        "formula",
        r"label|target|(one|single) (entry|column|class) (of|in|per) (each|every)|each row"
        r"|sums? of (the|each|every|its) row|sum to (0|zero)|\bcount",
        "svm",
        hinge,
        hinge_right,
        make,
    ),
    Fault(
        "squared hinge: dout in the loop and after it",
        upstream_inside_and_at_the_end,
        "squared",
        r"squar|upstream|twice|two times|again|dout",
        "svm",
        squared_hinge,
        squared_hinge_right,
        make,
    ),
]
