"""One head of attention: softmax(q kᵀ / √d) v."""

from functools import partial

from tests.corpora.backward_faults.entry import ORDER, Fault
from tests.helpers.optional_numpy import np


def forward(q, k, v):
    scores = q @ k.T / np.sqrt(q.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return weights @ v, (q, k, v, weights)


def right(dout, cache):
    q, k, v, weights = cache
    dweights = dout @ v.T
    dscores = weights * (dweights - (dweights * weights).sum(axis=1, keepdims=True)) / np.sqrt(q.shape[1])
    return dscores @ k, dscores.T @ q, weights.T @ dout


def make(rng):
    sizes = [(4, 6, 4, 3), (5, 5, 9, 9)]  # queries, keys, and their lengths
    return [(rng.normal(size=(t, d)), rng.normal(size=(s, d)), rng.normal(size=(s, e))) for t, s, d, e in sizes]


def unscaled(dout, cache):
    q, k, v, weights = cache
    dv = np.matmul(weights.T, dout)
    dweights = np.matmul(dout, v.T)
    total = np.sum(dweights * weights, axis=-1, keepdims=True)
    dscores = weights * (dweights - total)
    return np.matmul(dscores, k), np.matmul(dscores.T, q), dv


def keys_before_queries(dout, cache):
    q, k, v, weights = cache
    dv = weights.T @ dout
    dweights = dout @ v.T
    dscores = weights * (dweights - np.sum(dweights * weights, axis=1, keepdims=True))
    dscores /= np.sqrt(k.shape[1])
    dk = dscores.T @ q
    dq = dscores @ k
    return dk, dq, dv


def softmax_of_each_score_alone(dout, cache):
    q, k, v, weights = cache
    dv = weights.T @ dout
    dweights = dout @ v.T
    dscores = dweights * weights * (1 - weights)  # as of a sigmoid; scores of other keys are left out
    dscores = dscores / np.sqrt(q.shape[1])
    return dscores @ k, dscores.T @ q, dv


fault = partial(Fault, layer="attention", forward=forward, right=right, make=make)
FAULTS = [
    fault("not divided by √d", unscaled, "scale", r"(times|too) (large|big)"),
    fault("returns dk, dq, dv", keys_before_queries, "order", ORDER),
    fault("the softmax's other scores are missing", softmax_of_each_score_alone, "term", None),
]
