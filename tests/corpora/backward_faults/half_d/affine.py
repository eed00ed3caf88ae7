"""Fully connected layer, one sample in each row."""

from functools import partial

from tests.corpora.backward_faults.entry import IN_PLACE, Fault
from tests.helpers.optional_numpy import np


def forward(x, w, b):
    out = x.reshape(x.shape[0], -1).dot(w) + b
    return out, (x, w, b)


def right(dout, cache):
    x, w, _ = cache
    rows = x.reshape(len(x), -1)
    return (dout @ w.T).reshape(x.shape), rows.T @ dout, dout.sum(0)


def make(rng):
    sizes = [((6, 5), 5, 3), ((4, 2, 3), 6, 5)]
    return [(rng.normal(size=shape), rng.normal(size=(d, m)), rng.normal(size=m)) for shape, d, m in sizes]


def db_averages_the_batch(dout, cache):
    x, w, _ = cache
    dx = dout.dot(w.T).reshape(x.shape)
    dw = x.reshape(x.shape[0], -1).T.dot(dout)
    db = dout.mean(axis=0)
    return dx, dw, db


def dw_of_the_last_sample(dout, cache):
    x, w, _ = cache
    rows = x.reshape(x.shape[0], -1)
    dx = np.zeros_like(rows)
    dw = np.zeros_like(w)
    db = np.zeros(w.shape[1])
    for i in range(x.shape[0]):
        dx[i] = w.dot(dout[i])
        dw = np.outer(rows[i], dout[i])
        db += dout[i]
    return dx.reshape(x.shape), dw, db


def trains_while_it_goes_back(dout, cache, learning_rate=0.01):
    x, w, b = cache
    dx = dout.dot(w.T).reshape(x.shape)
    dw = x.reshape(x.shape[0], -1).T.dot(dout)
    db = dout.sum(axis=0)
    w -= learning_rate * dw
    b -= learning_rate * db
    return dx, dw, db


fault = partial(Fault, layer="affine", forward=forward, right=right, make=make)
FAULTS = [
    fault(
        "db is the mean over the batch, not its sum",
        db_averages_the_batch,
        "scale",
        r"rows|batch|samples|\bN\b|too small|smaller|mean|averag|factor|times",
    ),
    fault(
        "dw = outer product in a loop over samples",
        dw_of_the_last_sample,
        "overwritten",
        r"overw|accumul|\+=|(last|only one|a single) (row|sample|contribution|term)|only the last",
    ),
    fault("subtracts the step of SGD from w and b", trains_while_it_goes_back, "inplace", IN_PLACE + r"|overw|mutat"),
]
