"""Affine layer, one sample in each column: z = w x + b with b a column."""

from functools import partial

from tests.corpora.backward_faults.entry import IN_PLACE, Fault
from tests.helpers.optional_numpy import np


def forward(x, w, b):
    return np.dot(w, x) + b, {"x": x, "w": w, "b": b}


def right(dout, cache):
    x, w = cache["x"], cache["w"]
    return w.T @ dout, dout @ x.T, dout.sum(axis=1, keepdims=True)


def make(rng):
    sizes = [(3, 4, 6), (2, 2, 5)]
    return [(rng.normal(size=(d, n)), rng.normal(size=(m, d)), rng.normal(size=(m, 1))) for d, m, n in sizes]


def averages_over_samples(dout, cache):
    x, w = cache["x"], cache["w"]
    m = x.shape[1]
    dw = 1 / m * np.dot(dout, x.T)  # but dout has the factor 1 / m of the loss
    db = 1 / m * np.sum(dout, axis=1, keepdims=True)
    dx = np.dot(w.T, dout)
    return dx, dw, db


def db_sums_everything(dout, cache):
    x, w = cache["x"], cache["w"]
    dw = np.dot(dout, x.T)
    db = np.full(cache["b"].shape, np.sum(dout))  # no axis=1
    dx = np.dot(w.T, dout)
    return dx, dw, db


def product_goes_into_w(dout, cache):
    x, w = cache["x"], cache["w"]
    db = dout.sum(axis=1, keepdims=True)
    dx = w.T @ dout
    dw = np.matmul(dout, x.T, out=w)  # "has the right shape, saves memory"
    return dx, dw, db


def dw_is_an_array_of_integers(dout, cache):
    x, w = cache["x"], cache["w"]
    dw = np.full(w.shape, 0)
    for j in range(w.shape[0]):
        for k in range(w.shape[1]):
            dw[j, k] = np.sum(dout[j] * x[k])
    return w.T @ dout, dw, dout.sum(axis=1, keepdims=True)


fault = partial(Fault, layer="affine", forward=forward, right=right, make=make)
FAULTS = [
    fault("1 / m in layer and loss", averages_over_samples, "scale", r"(times|too) small"),
    fault("db sums over rows, too", db_sums_everything, "axis", r"axis|axes|sums"),
    fault("dw is written into w", product_goes_into_w, "inplace", IN_PLACE),
    fault("dw has integers", dw_is_an_array_of_integers, "rounded", r"integer|round|truncated|whole"),
]
