"""Affine layer of every step of a sequence (n, steps, d), with thresholds: out = x w − b."""

from functools import partial

from tests.corpora.backward_faults.entry import Fault
from tests.helpers.optional_numpy import np

DECAY = 0.1


def forward(x, w, b):
    return x @ w - b, (x, w)


def right(dout, cache):
    x, w = cache
    return dout @ w.T, np.einsum("ntd,ntm->dm", x, dout), -dout.sum(axis=(0, 1))


def make(rng):
    sizes = [(2, 5, 3, 4), (3, 4, 2, 6)]
    return [(rng.normal(size=(n, t, d)), rng.normal(size=(d, m)), rng.normal(size=m)) for n, t, d, m in sizes]


def dw_is_set_in_each_step(dout, cache):
    x, w = cache
    dx = np.zeros_like(x)
    dw, db = np.zeros_like(w), np.zeros(w.shape[1])
    for t in range(x.shape[1]):
        dx[:, t] = np.dot(dout[:, t], w.T)
        dw = np.dot(x[:, t].T, dout[:, t])  # for +=
        db -= dout[:, t].sum(axis=0)
    return dx, dw, db


def threshold_as_bias(dout, cache):
    x, w = cache
    flat = dout.reshape(-1, dout.shape[2])
    dw = x.reshape(-1, x.shape[2]).T @ flat
    db = flat.sum(axis=0)  # as if out = x w + b
    return (flat @ w.T).reshape(x.shape), dw, db


def decay_without_a_penalty(dout, cache):
    x, w = cache
    dx = np.matmul(dout, w.T)
    dw = np.tensordot(x, dout, axes=([0, 1], [0, 1]))
    dw += DECAY * w  # belongs to a loss that has DECAY / 2 * Σ w²
    return dx, dw, -dout.sum(axis=1).sum(axis=0)


def steps_appended_from_the_last(dout, cache):
    x, w = cache
    steps, dw, db = [], np.zeros_like(w), np.zeros(w.shape[1])
    for t in reversed(range(x.shape[1])):
        steps.append(dout[:, t] @ w.T)
        dw += x[:, t].T @ dout[:, t]
        db -= dout[:, t].sum(axis=0)
    return np.stack(steps, axis=1), dw, db  # steps[::-1] is meant


fault = partial(Fault, layer="affine", forward=forward, right=right, make=make)
FAULTS = [
    fault(
        "dw of the last step",
        dw_is_set_in_each_step,
        "overwritten",
        r"overwr|\+=|accumul|\b(last|only one|single) (step|token|row|slice|entry|index|contribution)",
    ),
    fault("db as of x w + b", threshold_as_bias, "sign", r"\bsigns?\b|negat|minus|opposite|times -1|-1 times"),
    fault(
        "weight decay in dw",
        decay_without_a_penalty,
        "formula",
        r"(multiple of|times|proportional to) (the )?(input|argument|value|w\b|'w'|`w`)|regulari|penalty|decay",
    ),
    fault("the last step of dx comes first", steps_appended_from_the_last, "flipped", r"flip|revers|mirror|backwards"),
]
