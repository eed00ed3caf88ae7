"""One step of an LSTM with one matrix for h and x, and gates f, i, g, o. Its output is h and c, side by side."""

from functools import partial

from tests.corpora.backward_faults.entry import IN_PLACE, ORDER, Fault
from tests.helpers.optional_numpy import np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(h, c, x, w, b):
    z = np.hstack((h, x))
    f, i, g, o = np.split(z @ w + b, 4, axis=1)
    f, i, g, o = sigmoid(f), sigmoid(i), np.tanh(g), sigmoid(o)
    c_next = f * c + i * g
    return np.hstack((o * np.tanh(c_next), c_next)), {"z": z, "c": c, "w": w, "gates": (f, i, g, o), "c_next": c_next}


def of_gates(dout, cache):
    """Return the gradients of the gates and of the c before."""
    f, i, g, o = cache["gates"]
    t = np.tanh(cache["c_next"])
    dh, dc = np.hsplit(dout, 2)
    dc = dc + dh * o * (1 - t**2)
    return dc * cache["c"], dc * g, dc * i, dh * t, dc * f


def of_inputs(da, dc, cache):
    dz = da @ cache["w"].T
    size = dc.shape[1]
    return dz[:, :size], dc, dz[:, size:], cache["z"].T @ da, da.sum(axis=0)


def right(dout, cache):
    f, i, g, o = cache["gates"]
    df, di, dg, do, dc = of_gates(dout, cache)
    da = np.hstack((df * f * (1 - f), di * i * (1 - i), dg * (1 - g**2), do * o * (1 - o)))
    return of_inputs(da, dc, cache)


def make(rng):
    sizes = [(4, 2, 3), (6, 3, 2)]
    return [
        (
            rng.normal(size=(n, m)), 3 * rng.normal(size=(n, m)), 5 * rng.normal(size=(n, d)),
            0.2 * rng.normal(size=(m + d, 4 * m)), 0.2 * rng.normal(size=4 * m),
        )
        for n, m, d in sizes
    ]  # fmt: skip  # data, then parameters


def clips_what_it_returns(dout, cache):
    f, i, g, o = cache["gates"]
    df, di, dg, do, dc = of_gates(dout, cache)
    da = np.concatenate([df * f * (1 - f), di * i * (1 - i), dg * (1 - g * g), do * o * (1 - o)], axis=1)
    gradients = of_inputs(da, dc, cache)
    return tuple(np.clip(gradient, -1, 1) for gradient in gradients)  # "gradients explode"


def gates_in_another_order(dout, cache):
    f, i, g, o = cache["gates"]
    df, di, dg, do, dc = of_gates(dout, cache)
    da = np.concatenate([di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g**2)], axis=1)
    return of_inputs(da, dc, cache)


def adds_to_a_view_of_the_upstream(dout, cache):
    c, (f, i, g, o) = cache["c"], cache["gates"]
    t = np.tanh(cache["c_next"])
    dh, dc = np.hsplit(dout, 2)
    dc += dh * o * (1 - t**2)  # dc is a part of dout
    da = np.hstack([dc * c * f * (1 - f), dc * g * i * (1 - i), dc * i * (1 - g**2), dh * t * o * (1 - o)])
    return of_inputs(da, dc * f, cache)


fault = partial(Fault, layer="lstm", forward=forward, right=right, make=make)
FAULTS = [
    fault("clipped to ±1", clips_what_it_returns, "clipped", r"clip|cut|bound|limit"),
    fault("gates in the order i, f, o, g", gates_in_another_order, "order", ORDER),
    fault("dc += in dout", adds_to_a_view_of_the_upstream, "inplace", IN_PLACE),
]
