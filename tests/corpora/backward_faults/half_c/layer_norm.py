"""Layer norm of images (n, channels, height, width), each over all its channels and pixels; gamma is per channel."""

from functools import partial

from tests.corpora.backward_faults.entry import Fault
from tests.helpers.optional_numpy import np

FEATURES, PIXELS = (1, 2, 3), (0, 2, 3)


def forward(x, gamma, beta):
    mean, var = x.mean(axis=FEATURES, keepdims=True), x.var(axis=FEATURES, keepdims=True)
    rstd = (var + 1e-5) ** -0.5
    xhat = (x - mean) * rstd
    return xhat * gamma[:, None, None] + beta[:, None, None], (xhat, rstd, gamma)


def right(dout, cache):
    xhat, rstd, gamma = cache
    dxhat = dout * gamma[:, None, None]
    mean, along = (a.mean(axis=FEATURES, keepdims=True) for a in (dxhat, dxhat * xhat))
    return rstd * (dxhat - mean - along * xhat), (dout * xhat).sum(axis=PIXELS), dout.sum(axis=PIXELS)


def make(rng):
    sizes = [(2, 3, 2, 4), (3, 2, 3, 5)]
    return [(2 * rng.normal(size=s) + 1, rng.uniform(0.5, 2, size=s[1]), rng.normal(size=s[1])) for s in sizes]


def not_divided_by_features(dout, cache):
    xhat, rstd, gamma = cache
    m = xhat[0].size
    dxhat = gamma.reshape(1, -1, 1, 1) * dout
    total = np.sum(dxhat, axis=FEATURES, keepdims=True)
    along = np.sum(dxhat * xhat, axis=FEATURES, keepdims=True)
    dx = rstd * (m * dxhat - total - xhat * along)  # 1 / m is missing
    return dx, np.sum(dout * xhat, axis=PIXELS), np.sum(dout, axis=PIXELS)


def one_half_is_positive(dout, cache):
    xhat, rstd, gamma = cache
    m = xhat[0].size
    dxhat = dout * gamma.reshape(-1, 1, 1)
    centered = xhat / rstd
    dvar = 0.5 * rstd**3 * np.sum(dxhat * centered, axis=FEATURES, keepdims=True)  # −0.5
    dmean = -rstd * np.sum(dxhat, axis=FEATURES, keepdims=True)
    dx = dxhat * rstd + 2 / m * centered * dvar + dmean / m
    return dx, np.einsum("ncij,ncij->c", dout, xhat), np.einsum("ncij->c", dout)


def dbeta_is_one(dout, cache):
    xhat, rstd, gamma = cache
    dxhat = dout * gamma[None, :, None, None]
    dx = dxhat - dxhat.mean(axis=FEATURES, keepdims=True)
    dx -= xhat * np.mean(dxhat * xhat, axis=FEATURES, keepdims=True)
    dx *= rstd
    dgamma = np.sum(dout * xhat, axis=PIXELS)
    return dx, dgamma, np.ones_like(gamma)  # "d(y + β)/dβ = 1"


fault = partial(Fault, layer="layer_norm", forward=forward, right=right, make=make)
FAULTS = [
    fault(
        "not divided by the features",
        not_divided_by_features,
        "scale",
        r"(times|too) (large|big)|times (larger|bigger)|\b(24|30) times",
    ),
    fault(
        "the variance's term has the wrong sign",
        one_half_is_positive,
        "sign",
        r"\bsigns?\b|variance's (term|path|part)|(term|path|part) (of|through) the variance",
    ),
    fault("dbeta is 1", dbeta_is_one, "ignored", r"upstream|(ignores?|without|independent of) dout"),
]
