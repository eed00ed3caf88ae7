"""Layer normalisation over the last axis, and RMS normalisation."""

from functools import partial

from tests.corpora.backward_faults.entry import Fault
from tests.helpers.optional_numpy import np

EPS = 0.1


def forward(x, gamma, beta):
    mean = x.mean(-1, keepdims=True)
    var = ((x - mean) ** 2).mean(-1, keepdims=True)
    xhat = (x - mean) / np.sqrt(var + EPS)
    return xhat * gamma + beta, (x, xhat, var, gamma)


def right(dout, cache):
    _, xhat, var, gamma = cache
    over = tuple(range(dout.ndim - 1))
    g = dout * gamma
    dx = g - g.mean(-1, keepdims=True) - xhat * (g * xhat).mean(-1, keepdims=True)
    return dx / np.sqrt(var + EPS), (dout * xhat).sum(over), dout.sum(over)


def gamma_at_the_end(dout, cache):
    _, xhat, var, gamma = cache
    axes = tuple(range(dout.ndim - 1))
    dgamma, dbeta = np.sum(dout * xhat, axis=axes), np.sum(dout, axis=axes)
    dx = dout - dout.mean(axis=-1, keepdims=True) - xhat * np.mean(dout * xhat, axis=-1, keepdims=True)
    return gamma * dx / np.sqrt(var + EPS), dgamma, dbeta


def epsilon_forgotten(dout, cache):
    x, xhat, _, gamma = cache
    axes = tuple(range(dout.ndim - 1))
    std = np.std(x, axis=-1, keepdims=True)
    d = x.shape[-1]
    dxhat = dout * gamma
    sums = np.sum(dxhat, axis=-1, keepdims=True), np.sum(dxhat * xhat, axis=-1, keepdims=True)
    dx = (d * dxhat - sums[0] - xhat * sums[1]) / (d * std)
    return dx, (dout * xhat).sum(axis=axes), dout.sum(axis=axes)


def rms(x, gamma):
    root = np.sqrt(np.mean(x * x, axis=1, keepdims=True))
    return gamma * x / root, (x / root, root, gamma)


def rms_right(dout, cache):
    normed, root, gamma = cache
    g = dout * gamma
    return (g - normed * (g * normed).mean(1, keepdims=True)) / root, (dout * normed).sum(0)


def rms_down_the_columns(dout, cache):
    normed, root, gamma = cache
    g = dout * gamma
    dx = (g - normed * np.mean(g * normed, axis=0)) / root
    return dx, np.sum(dout * normed, axis=0)


def make(rng):
    sizes = (5, 4), (2, 3, 6)
    spread = [rng.uniform(0.2, 2, size=(*size[:-1], 1)) for size in sizes]
    return [
        (s * rng.normal(size=size), rng.normal(size=size[-1]), rng.normal(size=size[-1]))
        for s, size in zip(spread, sizes, strict=True)
    ]


def rows(rng):
    return [(rng.normal(size=(n, d)), rng.normal(size=d)) for n, d in ((5, 4), (3, 6))]


fault = partial(Fault, layer="layer_norm", forward=forward, right=right, make=make)
FAULTS = [
    fault(
        "gamma is multiplied after the projection",
        gamma_at_the_end,
        "formula",
        r"gamma|\bweight|too late|\bafter\b|\bbefore\b",
    ),
    fault(
        "divides by the standard deviation without eps",
        epsilon_forgotten,
        "scale",
        r"\beps|ε|(each|every|per|by|along) row|row.*(factor|times|scale)|(factor|times|scale).*row|std|deviation",
    ),
    Fault(
        "RMS: the mean of g * normed runs down the columns",
        rms_down_the_columns,
        "axis",
        r"\baxis|\baxes|along|columns?\b.*rows?|rows?\b.*columns?",
        "layer_norm",
        rms,
        rms_right,
        rows,
    ),
]
