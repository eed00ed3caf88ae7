"""Batch norm of the columns of x, as in training."""

from functools import partial

from tests.corpora.backward_faults.entry import MEAN, ORDER, Fault
from tests.helpers.optional_numpy import np


def forward(x, gamma, beta):
    mean = x.mean(axis=0)
    centered = x - mean
    std = np.sqrt((centered**2).mean(axis=0) + 1e-5)
    xhat = centered / std
    return gamma * xhat + beta, (xhat, centered, std, gamma)


def right(dout, cache):
    xhat, _, std, gamma = cache
    dxhat = dout * gamma
    dx = (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0)) / std
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


def make(rng):
    sizes = [(7, 4), (5, 5)]
    return [(2 * rng.normal(size=(n, d)) + 1, rng.uniform(0.5, 2, size=d), rng.normal(size=d)) for n, d in sizes]


def variance_is_constant(dout, cache):
    xhat, _, std, gamma = cache
    n = dout.shape[0]
    dgamma = np.sum(dout * xhat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dcentered = dout * gamma / std
    dmean = -np.sum(dcentered, axis=0)
    dx = dcentered + dmean / n
    return dx, dgamma, dbeta


def mean_comes_back_positive(dout, cache):
    xhat, centered, std, gamma = cache
    n = dout.shape[0]
    dgamma = np.sum(dout * xhat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dxhat = dout * gamma
    dvar = np.sum(dxhat * centered * -0.5 * std**-3, axis=0)
    dcentered = dxhat / std + 2 * centered * dvar / n
    dmean = np.sum(dcentered, axis=0)  # its minus is lost
    dx = dcentered + dmean / n
    return dx, dgamma, dbeta


def dgamma_sums_features(dout, cache):
    xhat, _, std, gamma = cache
    n = len(dout)
    dgamma = np.sum(dout * xhat, axis=1)
    dbeta = np.sum(dout, axis=0)
    dxhat = dout * gamma
    dx = (n * dxhat - dxhat.sum(axis=0) - xhat * (dxhat * xhat).sum(axis=0)) / (n * std)
    return dx, dgamma, dbeta


def beta_before_gamma(dout, cache):
    xhat, _, std, gamma = cache
    n = len(dout)
    dbeta = dout.sum(axis=0)
    dgamma = (dout * xhat).sum(axis=0)
    dx = gamma / (n * std) * (n * dout - dbeta - xhat * dgamma)
    return dx, dbeta, dgamma


fault = partial(Fault, layer="batch_norm", forward=forward, right=right, make=make)
FAULTS = [
    fault("the variance's term is missing", variance_is_constant, "term", r"variance"),
    fault(
        "the mean's term has the wrong sign",
        mean_comes_back_positive,
        "sign",
        rf"sign|{MEAN}",
    ),
    fault("dgamma sums over columns", dgamma_sums_features, "axis", r"axis|axes"),
    fault("returns dx, dbeta, dgamma", beta_before_gamma, "order", ORDER),
]
