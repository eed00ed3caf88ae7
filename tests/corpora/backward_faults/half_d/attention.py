"""Attention: scaled, with keys in columns, causal and linear in its scores, and a layer with attributes."""

from tests.corpora.backward_faults.entry import STALE, Fault
from tests.helpers.optional_numpy import np


def softmax(s):
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def attend(q, k, v):
    p = softmax(q @ k.T / np.sqrt(q.shape[1]))
    return p @ v, (q, k, v, p)


def attend_right(dout, cache):
    q, k, v, p = cache
    dp = dout @ v.T
    ds = p * (dp - (p * dp).sum(1, keepdims=True)) / np.sqrt(q.shape[1])
    return ds @ k, ds.T @ q, p.T @ dout


def divides_by_the_width(dout, cache):
    q, k, v, p = cache
    d = q.shape[-1]
    dv = p.T @ dout
    dp = dout @ v.T
    ds = p * (dp - np.sum(dp * p, axis=-1, keepdims=True))
    dq = ds @ k / d
    dk = ds.T @ q / d
    return dq, dk, dv


def attend_columns(q, k, v):  # k has a key in each column
    p = softmax(q @ k)
    return p @ v, (q, k, v, p)


def attend_columns_right(dout, cache):
    q, k, v, p = cache
    dp = dout @ v.T
    ds = p * (dp - (p * dp).sum(1, keepdims=True))
    return ds @ k.T, q.T @ ds, p.T @ dout


def keys_in_rows(dout, cache):
    q, k, v, p = cache
    dp = dout @ v.T
    ds = p * dp - p * np.sum(p * dp, axis=1, keepdims=True)
    return ds @ k.T, ds.T @ q, p.T @ dout


def causal(s, v):
    masked = np.tril(s)
    return masked @ v, (masked, v)


def causal_right(dout, cache):
    masked, v = cache
    return np.tril(dout @ v.T), masked.T @ dout


def looks_into_the_future(dout, cache):
    masked, v = cache
    ds = dout @ v.T
    dv = masked.T @ dout
    return ds, dv


class Attention:
    """A layer that keeps the weights of its last call."""

    def forward(self, q, k, v):
        self.weights = softmax(q @ k.T / np.sqrt(q.shape[1]))
        return self.weights @ v, (q, k, v)

    def backward(self, dout, cache):
        return attend_right(dout, (*cache, self.weights))


def own_right(dout, cache):
    q, k, v = cache
    return attend_right(dout, attend(q, k, v)[1])


LAYER = Attention()


def make(rng):
    sizes = [(4, 5, 3, 2), (3, 6, 2, 4)]
    return [(rng.normal(size=(t, d)), rng.normal(size=(s, d)), rng.normal(size=(s, e))) for t, s, d, e in sizes]


def columns(rng):
    sizes = [(4, 3, 3, 2), (5, 4, 2, 3)]  # in the first, k is square
    return [(rng.normal(size=(t, d)), rng.normal(size=(d, s)), rng.normal(size=(s, e))) for t, s, d, e in sizes]


def scores(rng):
    return [(rng.normal(size=(t, s)), rng.normal(size=(s, e))) for t, s, e in ((4, 5, 3), (6, 4, 2))]


FAULTS = [
    Fault(
        "dq and dk are divided by the width, not by its root",
        divides_by_the_width,
        "scale",
        r"factor|times|sqrt|root|too small|smaller|1\.73|1\.41|0\.577|0\.707|width",
        "attention",
        attend,
        attend_right,
        make,
    ),
    Fault(
        "dk has a key in each row",
        keys_in_rows,
        "transposed",
        r"transpos|\baxes|exchang|shape",
        "attention",
        attend_columns,
        attend_columns_right,
        columns,
    ),
    Fault(
        "ds is not masked by the causal triangle",
        looks_into_the_future,
        "mask",
        r"mask|\bzero|triang|diagonal|causal",
        "attention",
        causal,
        causal_right,
        scores,
    ),
    Fault(
        "the weights of the layer's last call",
        LAYER.backward,
        "stale",
        STALE + r"|cache|depends on (what|the last|another)|remember|attribute",
        "attention",
        LAYER.forward,
        own_right,
        make,
    ),
]
