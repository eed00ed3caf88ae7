"""Attention in several heads: q (heads, queries, d), k (heads, keys, d), v (heads, keys, e)."""

from functools import partial

from tests.corpora.backward_faults.entry import IN_PLACE, Fault
from tests.helpers.optional_numpy import np


def forward(q, k, v):
    scores = np.einsum("htd,hsd->hts", q, k) / q.shape[2] ** 0.5
    weights = np.exp(scores - scores.max(axis=2, keepdims=True))
    weights = weights / weights.sum(axis=2, keepdims=True)
    return weights @ v, (q, k, v, weights)


def right(dout, cache):
    q, k, v, weights = cache
    dweights = np.einsum("htv,hsv->hts", dout, v)
    dscores = weights * (dweights - (dweights * weights).sum(axis=2, keepdims=True)) / q.shape[2] ** 0.5
    return dscores @ k, np.einsum("hts,htd->hsd", dscores, q), np.einsum("hts,htv->hsv", weights, dout)


def make(rng):
    sizes = [(2, 3, 5, 4, 2), (3, 4, 2, 3, 5)]
    return [
        (rng.normal(size=(h, t, d)), rng.normal(size=(h, s, d)), rng.normal(size=(h, s, e))) for h, t, s, d, e in sizes
    ]


def swapped(a):
    return np.swapaxes(a, 1, 2)


def sums_over_queries(dout, cache):
    q, k, v, weights = cache
    dweights = dout @ swapped(v)
    total = np.sum(dweights * weights, axis=1, keepdims=True)  # axis=1 was that of the keys before there were heads
    dscores = weights * (dweights - total) / np.sqrt(q.shape[-1])
    return dscores @ k, swapped(dscores) @ q, swapped(weights) @ dout


def weights_become_scores(dout, cache):
    q, k, v, weights = cache
    dv = np.matmul(swapped(weights), dout)
    dweights = np.matmul(dout, swapped(v))
    dweights -= np.sum(dweights * weights, axis=-1, keepdims=True)
    weights *= dweights
    weights /= np.sqrt(k.shape[-1])
    return np.matmul(weights, k), np.matmul(swapped(weights), q), dv


def sum_minus_entry(dout, cache):
    q, k, v, weights = cache
    dv = swapped(weights) @ dout
    dweights = dout @ swapped(v)
    total = np.einsum("hts,hts->ht", dweights, weights)[:, :, None]
    dscores = weights * (total - dweights) / np.sqrt(q.shape[2])
    return dscores @ k, swapped(dscores) @ q, dv


fault = partial(Fault, layer="attention", forward=forward, right=right, make=make)
FAULTS = [
    fault("the softmax sums over queries", sums_over_queries, "axis", None),
    fault("weights *= in the cache", weights_become_scores, "inplace", rf"{IN_PLACE}|second call|called (again|twice)"),
    fault("the sum minus an entry", sum_minus_entry, "sign", r"\bsigns?\b|negat|minus|opposite|times -1|-1 times"),
]
