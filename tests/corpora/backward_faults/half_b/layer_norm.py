"""Layer norm of every token in a batch of sequences (n, tokens, features)."""

from functools import partial

from tests.corpora.backward_faults.entry import MEAN, Fault
from tests.helpers.optional_numpy import np


def forward(x, gamma, beta):
    centered = x - x.mean(axis=-1, keepdims=True)
    rstd = 1 / np.sqrt(np.mean(centered**2, axis=-1, keepdims=True) + 1e-6)
    return centered * rstd * gamma + beta, {"xhat": centered * rstd, "rstd": rstd, "gamma": gamma}


def right(dout, cache):
    xhat, rstd = cache["xhat"], cache["rstd"]
    dxhat = cache["gamma"] * dout
    mean, along = dxhat.mean(axis=-1, keepdims=True), (dxhat * xhat).mean(axis=-1, keepdims=True)
    return rstd * (dxhat - mean - xhat * along), (dout * xhat).sum(axis=(0, 1)), dout.sum(axis=(0, 1))


def make(rng):
    sizes = [(2, 3, 5), (1, 6, 4)]
    return [(rng.normal(size=s) + 2, rng.uniform(0.5, 2, size=s[-1]), rng.normal(size=s[-1])) for s in sizes]


def mean_is_constant(dout, cache):
    xhat, rstd, gamma = cache["xhat"], cache["rstd"], cache["gamma"]
    dgamma = np.einsum("ntd,ntd->d", dout, xhat)
    dbeta = np.einsum("ntd->d", dout)
    dxhat = dout * gamma
    along = np.mean(dxhat * xhat, axis=-1, keepdims=True)
    dx = rstd * (dxhat - xhat * along)
    return dx, dgamma, dbeta


def last_token_wins(dout, cache):
    xhat, rstd, gamma = cache["xhat"], cache["rstd"], cache["gamma"]
    d = xhat.shape[-1]
    dx = np.empty_like(xhat)
    for token in range(xhat.shape[1]):
        dy, xh = dout[:, token], xhat[:, token]
        dgamma = (dy * xh).sum(axis=0)  # for +=
        dbeta = dy.sum(axis=0)
        dxh = dy * gamma
        total, along = dxh.sum(axis=-1, keepdims=True), (dxh * xh).sum(axis=-1, keepdims=True)
        dx[:, token] = rstd[:, token] * (dxh - total / d - xh * along / d)
    return dx, dgamma, dbeta


def as_if_there_were_a_shortcut(dout, cache):
    xhat, rstd, gamma = cache["xhat"], cache["rstd"], cache["gamma"]
    dgamma = (dout * xhat).sum((0, 1))
    dbeta = dout.sum((0, 1))
    dxhat = dout * gamma
    dx = rstd * (dxhat - dxhat.mean(-1, keepdims=True) - xhat * (dxhat * xhat).mean(-1, keepdims=True))
    return dout + dx, dgamma, dbeta  # of x + norm(x), which this layer is not


fault = partial(Fault, layer="layer_norm", forward=forward, right=right, make=make)
FAULTS = [
    fault("the mean's term is missing", mean_is_constant, "term", MEAN),
    fault(
        "dgamma and dbeta of the last token",
        last_token_wins,
        "overwritten",
        r"overwr|\+=|accumul|\blast (token|row|slice|entry|index)",
    ),
    fault("dout of a shortcut is added", as_if_there_were_a_shortcut, "added", r"\badd"),
]
