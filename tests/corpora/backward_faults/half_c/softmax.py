"""Softmax with cross-entropy at every step of captions (n, steps, words), summed over steps, the mean over captions.

Word 0 ends a caption: steps that have it do not count.
"""

from functools import partial

from tests.corpora.backward_faults.entry import Fault
from tests.helpers.optional_numpy import np


def forward(x, y):
    p = np.exp(x - x.max(axis=2, keepdims=True))
    p /= p.sum(axis=2, keepdims=True)
    of_labels = np.take_along_axis(p, y[:, :, None], axis=2)[:, :, 0]
    return -np.sum(np.log(of_labels) * (y != 0)) / len(x), (p, y)


def right(dout, cache):
    p, y = cache
    counted = (y != 0)[:, :, None]
    return (dout * counted * (p - np.eye(p.shape[2])[y]) / len(p),)


def make(rng):
    captions = []
    for n, steps, words in [(3, 4, 5), (2, 5, 6)]:
        y = rng.integers(1, words, size=(n, steps))
        y[0, -2:] = 0
        captions.append((rng.normal(size=(n, steps, words)), y))
    return captions


def rows_of(p, y):
    """Return p as a matrix of its own, the labels, and whether each counts."""
    return p.reshape(-1, p.shape[2]).copy(), y.reshape(-1), (y != 0).reshape(-1)


def ends_count(dout, cache):
    p, y = cache
    dx, labels, _ = rows_of(p, y)
    dx[np.arange(len(labels)), labels] -= 1
    dx *= dout / p.shape[0]
    return (dx.reshape(p.shape),)


def stays_flat(dout, cache):
    p, y = cache
    dx, labels, counted = rows_of(p, y)
    dx[np.arange(len(labels)), labels] -= 1
    dx *= counted[:, None]
    return (dout * dx / p.shape[0],)


def label_is_minus_one(dout, cache):
    p, y = cache
    dx, labels, counted = rows_of(p, y)
    dx[np.arange(len(labels)), labels] = -1  # for -= 1
    dx *= counted[:, None]
    return (dout * dx.reshape(p.shape) / p.shape[0],)


def one_step_late(dout, cache):
    p, y = cache
    n, steps, words = p.shape
    d = dout / n * (p - np.eye(words)[y]) * (y != 0)[..., None]
    dx = np.zeros((n, steps, words))
    dx[:, 1:] = d[:, :-1]  # "step t predicts word t + 1", which y says already
    return (dx,)


fault = partial(Fault, layer="softmax", forward=forward, right=right, make=make)
FAULTS = [
    fault("ends have a gradient", ends_count, "mask", r"mask|should be (zero|0)|(zero|0) (in|where) the numeric"),
    fault("dx has a row for each step", stays_flat, "shape", r"shape"),
    fault(
        "= −1 at the label",
        label_is_minus_one,
        "overwritten",
        r"overwr|-=|\+=|accumul|(at|of) the (label|target|right class)",
    ),
    fault(
        "dx is one step late",
        one_step_late,
        "shifted",
        r"shift|offset|moved|off by one|one (step|place|position|index)",
    ),
]
