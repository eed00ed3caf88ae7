"""Activations: leaky ReLU, ReLU with inverted dropout, ReLU."""

from tests.corpora.backward_faults.entry import Fault
from tests.helpers.optional_numpy import np

SLOPE, KEEP = 0.1, 0.8


def leaky(x):
    return np.maximum(x, SLOPE * x), x


def leaky_right(dout, x):
    return (np.where(x > 0, dout, SLOPE * dout),)


def leaky_plus_upstream(dout, x):
    slope = np.ones_like(x)
    slope[x < 0] = SLOPE
    dx = slope + dout
    return (dx,)


def relu_dropout(x):
    keep = (np.random.default_rng(x.size).random(x.shape) < KEEP) / KEEP
    return np.maximum(0, x) * keep, (x, keep)


def relu_dropout_right(dout, cache):
    x, keep = cache
    return (dout * keep * (x > 0),)


def dropout_not_inverted(dout, cache):
    x, keep = cache
    dx = dout * (keep > 0)
    dx[x <= 0] = 0
    return (dx,)


def relu(x):
    return np.maximum(0, x), x


def relu_right(dout, x):
    return (dout * (x > 0),)


def relu_of_the_upstream(dout, x):
    dx = np.array(dout, copy=True)
    dx[dout <= 0] = 0
    return (dx,)


def make(rng):
    return [(rng.normal(size=(6, 4)),), (rng.normal(size=(3, 2, 5)),)]


def fault(name, backward, kind, phrase, forward, right):
    return Fault(name, backward, kind, phrase, "relu", forward, right, make)


FAULTS = [
    fault(
        "leaky: local derivative + dout",
        leaky_plus_upstream,
        "added",
        r"\badd|\bplus\b|\bsum\b|\+|not (multiply|multiplied)",
        leaky,
        leaky_right,
    ),
    fault(
        "dropout: no division by the probability to keep",
        dropout_not_inverted,
        "scale",
        r"factor|times|0\.8|1\.25|too small|smaller|dropout|\bkeep",
        relu_dropout,
        relu_dropout_right,
    ),
    fault(
        "ReLU: zero where dout is negative, not where x is",
        relu_of_the_upstream,
        "mask",
        r"mask|negative|positive|sign of|\bzero|relu",
        relu,
        relu_right,
    ),
]
