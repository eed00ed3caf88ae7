"""Batch normalisation, of rows and of images."""

from functools import partial

from tests.corpora.backward_faults.entry import Fault
from tests.helpers.optional_numpy import np

EPS = 1e-5


def forward(x, gamma, beta):
    mu = x.mean(axis=0)
    var = x.var(axis=0)
    ivar = 1 / np.sqrt(var + EPS)
    xhat = (x - mu) * ivar
    return gamma * xhat + beta, (x - mu, xhat, ivar, gamma)


def right(dout, cache):
    _, xhat, ivar, gamma = cache
    g = dout * gamma
    dx = ivar * (g - g.mean(0) - xhat * (g * xhat).mean(0))
    return dx, (dout * xhat).sum(0), dout.sum(0)


def as_in_test_mode(dout, cache):
    _, xhat, ivar, gamma = cache
    dgamma = np.sum(dout * xhat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dx = dout * gamma * ivar
    return dx, dgamma, dbeta


def power_without_its_minus(dout, cache):
    centered, xhat, ivar, gamma = cache
    n = centered.shape[0]
    dxhat = dout * gamma
    dvar = np.sum(dxhat * centered, axis=0) * 0.5 * ivar**3
    dmu = np.sum(-dxhat * ivar, axis=0) + dvar * np.mean(-2 * centered, axis=0)
    dx = dxhat * ivar + dvar * 2 * centered / n + dmu / n
    return dx, np.sum(dout * xhat, axis=0), np.sum(dout, axis=0)


def spatial(x, gamma, beta):
    mu = x.mean(axis=(0, 2, 3), keepdims=True)
    ivar = 1 / np.sqrt(x.var(axis=(0, 2, 3), keepdims=True) + EPS)
    xhat = (x - mu) * ivar
    return gamma[:, None, None] * xhat + beta[:, None, None], (xhat, ivar, gamma)


def spatial_right(dout, cache):
    xhat, ivar, gamma = cache
    over = (0, 2, 3)
    g = dout * gamma[:, None, None]
    dx = ivar * (g - g.mean(over, keepdims=True) - xhat * (g * xhat).mean(over, keepdims=True))
    return dx, (dout * xhat).sum(over), dout.sum(over)


def pixels_not_counted(dout, cache):
    xhat, ivar, gamma = cache
    n = dout.shape[0]  # "the size of the batch"
    dbeta = dout.sum(axis=(0, 2, 3))
    dgamma = np.sum(dout * xhat, axis=(0, 2, 3))
    dx = n * dout - dbeta[None, :, None, None] - xhat * dgamma[None, :, None, None]
    dx *= gamma[None, :, None, None] * ivar / n
    return dx, dgamma, dbeta


def make(rng):
    return [(3 * rng.normal(size=(n, d)) + 1, rng.normal(size=d), rng.normal(size=d)) for n, d in ((7, 3), (4, 5))]


def images(rng):
    sizes = [(3, 2, 2, 3), (2, 3, 4, 2)]
    return [(rng.normal(size=size), rng.normal(size=size[1]), rng.normal(size=size[1])) for size in sizes]


TERMS = r"\b(mean|variance|var|std|deviation)('s)?\b.*(term|path|constant|missing|forgot|part|statistic)|statistic"
fault = partial(Fault, layer="batch_norm", forward=forward, right=right, make=make)
FAULTS = [
    fault(
        "mean and variance are taken as constants",
        as_in_test_mode,
        "term",
        TERMS + r"|(term|path)s? (of|through|from) the (mean|var)|sum to (0|zero)",
    ),
    fault(
        "dvar has the wrong sign",
        power_without_its_minus,
        "sign",
        r"sign\b.*(var|term|std)|(var|std)\w*.*(sign\b|twice|subtract|added)|sign of (one|a) term",
    ),
    Fault(
        "images: divides by their number, not by that of pixels",
        pixels_not_counted,
        "formula",
        TERMS + r"|pixel|too many times|times too|counted|number of",
        "batch_norm",
        spatial,
        spatial_right,
        images,
    ),
]
