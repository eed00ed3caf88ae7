"""One step of an LSTM with gates i, f, o, g. Its output is h and c, stacked."""

from functools import partial

from tests.corpora.backward_faults.entry import STALE, Fault
from tests.helpers.optional_numpy import np

_layer = {}  # as self.cache of a layer object


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(x, h, c, wx, wh, b):
    i, f, o, g = np.split(x @ wx + h @ wh + b, 4, axis=1)
    i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
    c_next = f * c + i * g
    t = np.tanh(c_next)
    _layer["gates"] = i, f, o, g, t
    return np.stack((o * t, c_next)), (x, h, c, wx, wh, (i, f, o, g, t))


def to_inputs(da, dc_before, cache):
    x, h, _, wx, wh, _ = cache
    return da @ wx.T, da @ wh.T, dc_before, x.T @ da, h.T @ da, da.sum(axis=0)


def right(dout, cache):
    c, (i, f, o, g, t) = cache[2], cache[5]
    dh, dc = dout
    dc = dc + dh * o * (1 - t**2)
    di, df, do, dg = dc * g, dc * c, dh * t, dc * i
    da = np.hstack((di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g**2)))
    return to_inputs(da, dc * f, cache)


def make(rng):
    sizes = [(3, 4, 2), (2, 3, 3)]
    return [
        (
            rng.normal(size=(n, d)), rng.normal(size=(n, m)), rng.normal(size=(n, m)),
            rng.normal(size=(d, 4 * m)), rng.normal(size=(m, 4 * m)), rng.normal(size=4 * m),
        )
        for n, d, m in sizes
    ]  # fmt: skip  # data, then parameters


def cell_gets_only_its_own(dout, cache):
    _, _, c, _, _, (i, f, o, g, t) = cache
    dh, dc = dout  # dc lacks dh * o * (1 - t**2)
    da_i = dc * g * i * (1 - i)
    da_f = dc * c * f * (1 - f)
    da_o = dh * t * o * (1 - o)
    da_g = dc * i * (1 - g**2)
    da = np.concatenate((da_i, da_f, da_o, da_g), axis=1)
    return to_inputs(da, dc * f, cache)


def tanh_without_square(dout, cache):
    _, _, c, _, _, (i, f, o, g, t) = cache
    dh, dc = dout
    dc = dc + dh * o * (1 - t)  # for 1 - t**2
    da_i = dc * g * i * (1 - i)
    da_f = dc * c * f * (1 - f)
    da_o = dh * t * o * (1 - o)
    da_g = dc * i * (1 - g)
    da = np.concatenate((da_i, da_f, da_o, da_g), axis=1)
    return to_inputs(da, dc * f, cache)


def gates_of_the_last_step(dout, cache):
    c = cache[2]
    i, f, o, g, t = _layer["gates"]
    dh, dc = dout
    dc = dc + dh * o * (1 - t * t)
    da = np.hstack((dc * g * i * (1 - i), dc * c * f * (1 - f), dh * t * o * (1 - o), dc * i * (1 - g * g)))
    return to_inputs(da, dc * f, cache)


fault = partial(Fault, layer="lstm", forward=forward, right=right, make=make)
FAULTS = [
    fault("no way from h to c", cell_gets_only_its_own, "term", r"missing|ignores|part of (its|the) upstream"),
    fault("tanh' = 1 − tanh", tanh_without_square, "formula", None),
    fault("gates of the last step", gates_of_the_last_step, "stale", STALE),
]
