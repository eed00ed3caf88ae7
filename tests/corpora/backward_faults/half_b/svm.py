"""Two-class support vector machine: the mean squared hinge of y x·w, plus λ/2 |w|²."""

from functools import partial

from tests.corpora.backward_faults.entry import Fault
from tests.helpers.optional_numpy import np

LAMBDA = 0.3


def forward(x, w, y):
    slack = np.maximum(0, 1 - y * (x @ w))
    loss = np.mean(slack**2) + LAMBDA / 2 * np.sum(w * w)
    return loss, (x, w, y, slack)


def right(dout, cache):
    x, w, y, slack = cache
    dscores = dout * -2 * y * slack / len(y)
    return np.outer(dscores, w), x.T @ dscores + dout * LAMBDA * w


def make(rng):
    sizes = [(8, 3), (5, 6)]
    return [(2 * rng.normal(size=(n, d)), rng.normal(size=d), rng.choice([-1, 1], size=n)) for n, d in sizes]


def without_the_penalty(dout, cache):
    x, w, y, slack = cache
    n = x.shape[0]
    dscores = -2 / n * dout * slack * y
    dw = np.dot(x.T, dscores)
    dx = dscores[:, None] * w[None, :]
    return dx, dw


def every_sample_counts(dout, cache):
    x, w, y, _ = cache
    n = x.shape[0]
    slack = 1 - y * np.dot(x, w)  # negative, where the loss has 0
    dscores = -2 / n * dout * slack * y
    dw = np.dot(x.T, dscores) + LAMBDA * w * dout
    dx = np.outer(dscores, w)
    return dx, dw


def score_minus_label(dout, cache):
    x, w, y, slack = cache
    dscores = 2 * slack * y / y.size  # d(1 − y s)/ds is −y
    dx = dout * np.outer(dscores, w)
    dw = dout * (np.dot(dscores, x) - LAMBDA * w)  # "we go downhill"
    return dx, dw


fault = partial(Fault, layer="svm", forward=forward, right=right, make=make)
FAULTS = [
    fault("the penalty is missing", without_the_penalty, "term", r"missing|multiple of|regulari|penalty"),
    fault("slack may be negative", every_sample_counts, "mask", r"mask|should be (zero|0)"),
    fault("downhill", score_minus_label, "sign", r"sign|negat|minus"),
]
