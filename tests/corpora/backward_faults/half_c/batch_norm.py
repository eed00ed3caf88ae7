"""Batch norm with one sample in each column: x is (features, n), and gamma and beta are columns."""

from functools import partial

from tests.corpora.backward_faults.entry import IN_PLACE, STALE, Fault
from tests.helpers.optional_numpy import np

_layer = {}  # as attributes of a layer object


def forward(x, gamma, beta):
    centered = x - x.mean(axis=1, keepdims=True)
    std = np.sqrt((centered**2).mean(axis=1, keepdims=True) + 1e-6)
    _layer["std"] = std
    return gamma * centered / std + beta, {"centered": centered, "xhat": centered / std, "std": std, "gamma": gamma}


def right(dout, cache):
    xhat, dxhat = cache["xhat"], cache["gamma"] * dout
    inside = dxhat - dxhat.mean(axis=1, keepdims=True) - xhat * (dxhat * xhat).mean(axis=1, keepdims=True)
    return inside / cache["std"], (dout * xhat).sum(axis=1, keepdims=True), dout.sum(axis=1, keepdims=True)


def make(rng):
    return [
        (rng.uniform(1, 3) * rng.normal(size=(d, n)) - 1, rng.uniform(0.5, 2, size=(d, 1)), rng.normal(size=(d, 1)))
        for d, n in [(3, 8), (4, 6)]
    ]


def xhat_is_overwritten(dout, cache):
    xhat, std, gamma = cache["xhat"], cache["std"], cache["gamma"]
    n = xhat.shape[1]
    dgamma = np.sum(dout * xhat, axis=1, keepdims=True)
    dbeta = np.sum(dout, axis=1, keepdims=True)
    xhat *= dgamma  # "is not needed below"
    xhat += dbeta
    return gamma / std * (dout - xhat / n), dgamma, dbeta


def std_of_the_layer(dout, cache):
    xhat, gamma = cache["xhat"], cache["gamma"]
    n = xhat.shape[1]
    dgamma = (dout * xhat).sum(axis=1, keepdims=True)
    dbeta = dout.sum(axis=1, keepdims=True)
    return gamma * (n * dout - dbeta - xhat * dgamma) / (n * _layer["std"]), dgamma, dbeta


def second_branch_replaces_the_first(dout, cache):
    centered, std, gamma = cache["centered"], cache["std"], cache["gamma"]
    n = centered.shape[1]
    dxhat = dout * gamma
    dcentered = dxhat / std
    dvar = -0.5 * np.sum(dxhat * centered, axis=1, keepdims=True) / std**3
    dcentered = 2 / n * centered * dvar  # for +=
    dx = dcentered - dcentered.mean(axis=1, keepdims=True)
    return dx, np.sum(dout * cache["xhat"], axis=1, keepdims=True), np.sum(dout, axis=1, keepdims=True)


def samples_stay_in_rows(dout, cache):
    dout, xhat, std, gamma = dout.T, cache["xhat"].T, cache["std"].T, cache["gamma"].T  # as in the lecture
    dgamma, dbeta = np.sum(dout * xhat, axis=0), np.sum(dout, axis=0)
    dx = gamma / std * (dout - (dbeta + xhat * dgamma) / len(dout))
    return dx, dgamma.reshape(-1, 1), dbeta.reshape(-1, 1)  # dx.T is meant


fault = partial(Fault, layer="batch_norm", forward=forward, right=right, make=make)
FAULTS = [
    fault("xhat *= dgamma", xhat_is_overwritten, "inplace", rf"{IN_PLACE}|second call|called (again|twice)"),
    fault("std of the last batch", std_of_the_layer, "stale", STALE),
    fault(
        "the variance's branch replaces the other",
        second_branch_replaces_the_first,
        "overwritten",
        r"overwr|\+=|accumul|missing|forgotten|variance's (term|path|branch) (only|alone)",
    ),
    fault("dx has samples in rows", samples_stay_in_rows, "transposed", r"transpos|axes (are )?(swapped|exchanged)"),
]
