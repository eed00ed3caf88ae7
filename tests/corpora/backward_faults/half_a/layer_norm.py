"""Layer norm of the rows of x."""

from functools import partial

from tests.corpora.backward_faults.entry import IN_PLACE, Fault
from tests.helpers.optional_numpy import np


def forward(x, gamma, beta):
    mean = x.mean(axis=1, keepdims=True)
    std = np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    xhat = (x - mean) / std
    return xhat * gamma + beta, (xhat, std, gamma)


def right(dout, cache):
    xhat, std, gamma = cache
    dxhat = dout * gamma
    along = (dxhat * xhat).mean(axis=1, keepdims=True)
    dx = (dxhat - dxhat.mean(axis=1, keepdims=True) - xhat * along) / std
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


def make(rng):
    sizes = [(4, 6), (5, 5)]
    return [(3 * rng.normal(size=(n, d)), rng.uniform(0.5, 2, size=d), rng.normal(size=d)) for n, d in sizes]


def as_batch_norm(dout, cache):
    xhat, std, gamma = cache
    dgamma = np.sum(dout * xhat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dxhat = dout * gamma
    dx = (dxhat - np.mean(dxhat, axis=0) - xhat * np.mean(dxhat * xhat, axis=0)) / std  # copied from batch norm
    return dx, dgamma, dbeta


def gamma_is_one(dout, cache):
    xhat, std, _ = cache
    d = xhat.shape[1]
    dgamma = np.sum(dout * xhat, axis=0)
    dbeta = np.sum(dout, axis=0)
    total = np.sum(dout, axis=1, keepdims=True)
    along = np.sum(dout * xhat, axis=1, keepdims=True)
    dx = (d * dout - total - xhat * along) / (d * std)
    return dx, dgamma, dbeta


def scales_the_upstream(dout, cache):
    xhat, std, gamma = cache
    dbeta = dout.sum(axis=0)
    dgamma = np.sum(dout * xhat, axis=0)
    dout *= gamma
    dx = dout - dout.mean(axis=1, keepdims=True) - xhat * (dout * xhat).mean(axis=1, keepdims=True)
    dx /= std
    return dx, dgamma, dbeta


fault = partial(Fault, layer="layer_norm", forward=forward, right=right, make=make)
FAULTS = [
    fault("means over rows, as in batch norm", as_batch_norm, "axis", None),
    fault("gamma is forgotten within", gamma_is_one, "formula", None),
    fault("dout *= gamma", scales_the_upstream, "inplace", IN_PLACE),
]
