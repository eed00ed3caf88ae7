"""One head of causal self-attention with its projections: queries, keys and values are x times a matrix each."""

from functools import partial

from tests.corpora.backward_faults.entry import Fault
from tests.helpers.optional_numpy import np


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def forward(x, wq, wk, wv):
    q, k, v = x @ wq, x @ wk, x @ wv
    scores = q @ k.T / np.sqrt(q.shape[1])
    future = np.triu(np.ones(scores.shape, dtype=bool), 1)
    weights = softmax(np.where(future, -np.inf, scores))
    return weights @ v, (x, (wq, wk, wv), (q, k, v), weights)


def of_projections(dout, qkv, weights):
    q, k, v = qkv
    dweights = dout @ v.T
    dscores = weights * (dweights - (dweights * weights).sum(axis=1, keepdims=True)) / np.sqrt(q.shape[1])
    return dscores @ k, dscores.T @ q, weights.T @ dout


def right(dout, cache):
    x, (wq, wk, wv), qkv, weights = cache
    dq, dk, dv = of_projections(dout, qkv, weights)
    return dq @ wq.T + dk @ wk.T + dv @ wv.T, x.T @ dq, x.T @ dk, x.T @ dv


def make(rng):
    sizes = [(5, 4, 3), (4, 3, 3)]
    return [(rng.normal(size=(t, d)), *(rng.normal(size=(d, m)) for _ in range(3))) for t, d, m in sizes]


def x_once(dout, cache):
    x, projections, qkv, weights = cache
    gradients = []
    for w, d in zip(projections, of_projections(dout, qkv, weights), strict=True):
        gradients.append(x.T @ d)
        dx = d @ w.T  # for +=: x is used three times
    return dx, *gradients


def weights_of_all_tokens(dout, cache):
    x, (wq, wk, wv), (q, k, v), _ = cache
    weights = softmax(q @ k.T / np.sqrt(q.shape[1]))  # computed again, without the mask
    dq, dk, dv = of_projections(dout, (q, k, v), weights)
    return dq @ wq.T + dk @ wk.T + dv @ wv.T, x.T @ dq, x.T @ dk, x.T @ dv


def out_times_in(dout, cache):
    x, (wq, wk, wv), qkv, weights = cache
    dq, dk, dv = of_projections(dout, qkv, weights)
    dx = dq.dot(wq.T)
    dx += dk.dot(wk.T)
    dx += dv.dot(wv.T)
    dwq, dwk, dwv = (d.T.dot(x) for d in (dq, dk, dv))  # right for matrices of shape (out, in)
    return dx, dwq, dwk, dwv


fault = partial(Fault, layer="attention", forward=forward, right=right, make=make)
FAULTS = [
    fault("dx of the values only", x_once, "overwritten", r"overwr|\+=|accumul|missing"),
    fault("the mask is forgotten", weights_of_all_tokens, "mask", None),
    fault("all dw are transposed", out_times_in, "transposed", r"transpos"),
]
