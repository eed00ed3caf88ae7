"""Affine layer, one sample in each row: out = x w + b."""

from functools import partial

from tests.corpora.backward_faults.entry import ORDER, Fault
from tests.helpers.optional_numpy import np


def forward(x, w, b):
    return x @ w + b, (x, w, b)


def right(dout, cache):
    x, w, _ = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


def make(rng):
    sizes = [(5, 3, 4), (4, 4, 4)]
    return [(rng.normal(size=(n, d)), rng.normal(size=(d, m)), rng.normal(size=m)) for n, d, m in sizes]


def dw_as_out_times_in(dout, cache):
    x, w, _ = cache
    dx = np.dot(dout, w.T)
    dw = np.dot(dout.T, x)
    db = np.sum(dout, axis=0)
    return dx, dw, db


def db_counts_rows(dout, cache):
    x, w, b = cache
    dx = np.dot(dout, w.T)
    dw = np.dot(x.T, dout)
    db = x.shape[0] * np.ones_like(b)  # "b has derivative 1 in every row"
    return dx, dw, db


def db_keeps_its_axis(dout, cache):
    x, w, _ = cache
    dx = dout.dot(w.T)
    dw = x.T.dot(dout)
    db = np.sum(dout, axis=0, keepdims=True)
    return dx, dw, db


def parameters_first(dout, cache):
    x, w, _ = cache
    dw = x.T @ dout
    db = dout.sum(axis=0)
    dx = dout @ w.T
    return dw, db, dx


fault = partial(Fault, layer="affine", forward=forward, right=right, make=make)
FAULTS = [
    fault("dw is transposed", dw_as_out_times_in, "transposed", r"transpos"),
    fault("db is the number of rows", db_counts_rows, "ignored", r"upstream"),
    fault("db is (1, m)", db_keeps_its_axis, "shape", r"shape"),
    fault("returns dw, db, dx", parameters_first, "order", ORDER),
]
