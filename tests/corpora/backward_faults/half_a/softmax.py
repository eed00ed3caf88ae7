"""Softmax with cross-entropy: the mean of −log p of the labels."""

from functools import partial

from tests.corpora.backward_faults.entry import STALE, Fault
from tests.helpers.optional_numpy import np

_one_hot = {}  # made for the first labels of each shape, "since labels do not change"


def forward(x, y):
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    p = powers / powers.sum(axis=1, keepdims=True)
    rows = np.arange(len(x))
    if x.shape not in _one_hot:
        _one_hot[x.shape] = np.eye(x.shape[1])[y]
    return -np.log(p[rows, y]).mean(), (p, y)


def right(dout, cache):
    p, y = cache
    dx = p.copy()
    dx[np.arange(len(p)), y] -= 1
    return (dout * dx / len(p),)


def make(rng):
    return [(rng.normal(size=(n, c)), rng.integers(c, size=n)) for n, c in [(8, 3), (4, 10)]]


def sums_over_the_batch(dout, cache):
    p, y = cache
    dx = p.copy()
    dx[np.arange(p.shape[0]), y] -= 1
    return (dx * dout,)


def label_minus_p(dout, cache):
    p, y = cache
    dx = -p
    dx[range(len(y)), y] += 1
    dx /= len(y)
    return (dx * dout,)


def last_node(dout, cache):
    p, y = cache
    n = p.shape[0]
    dx = p.copy()
    dx[np.arange(n), y] -= 1
    dx /= n  # "the loss is the last node, so its gradient is 1"
    return (dx,)


def first_labels(dout, cache):
    p, _ = cache
    return (dout * (p - _one_hot[p.shape]) / p.shape[0],)


fault = partial(Fault, layer="softmax", forward=forward, right=right, make=make)
FAULTS = [
    fault("not divided by the rows", sums_over_the_batch, "scale", r"(times|too) (large|big)"),
    fault("one-hot − p", label_minus_p, "sign", r"sign|negat|minus"),
    fault("dout is taken as 1", last_node, "ignored", r"upstream"),
    fault("labels of the first batch", first_labels, "stale", STALE),
]
