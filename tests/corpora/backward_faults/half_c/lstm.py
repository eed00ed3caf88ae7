"""LSTM over a sequence (n, steps, d), from h and c of zeros. Its output is h of all steps; gates are i, f, o, g."""

from functools import partial

from tests.corpora.backward_faults.entry import Fault
from tests.helpers.optional_numpy import np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(x, wx, wh, b):
    h = c = np.zeros((len(x), len(wh)))
    out, steps = [], []
    for t in range(x.shape[1]):
        i, f, o, g = np.split(x[:, t] @ wx + h @ wh + b, 4, axis=1)
        gates = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
        c_next = gates[1] * c + gates[0] * gates[3]
        steps.append((x[:, t], h, c, gates, np.tanh(c_next)))
        h, c = gates[2] * np.tanh(c_next), c_next
        out.append(h)
    return np.stack(out, axis=1), (steps, wx, wh)


def of_step(dh, dc, step):
    """Return the gradients of the gates before their functions, and of the c before."""
    _, _, c, (i, f, o, g), tanh_c = step
    dc = dc + dh * o * (1 - tanh_c**2)
    da = dc * g * i * (1 - i), dc * c * f * (1 - f), dh * tanh_c * o * (1 - o), dc * i * (1 - g**2)
    return np.hstack(da), dc * f


def right(dout, cache):
    steps, wx, wh = cache
    dx, dwx, dwh, db = [], np.zeros_like(wx), np.zeros_like(wh), np.zeros(wx.shape[1])
    dh = dc = np.zeros(dout[:, 0].shape)
    for t in reversed(range(len(steps))):
        da, dc = of_step(dout[:, t] + dh, dc, steps[t])
        dh = da @ wh.T
        dx.append(da @ wx.T)
        dwx += steps[t][0].T @ da
        dwh += steps[t][1].T @ da
        db += da.sum(axis=0)
    return np.stack(dx[::-1], axis=1), dwx, dwh, db


def make(rng):
    sizes = [(2, 4, 3, 2), (4, 3, 2, 3)]
    return [
        (rng.normal(size=(n, t, d)), rng.normal(size=(d, 4 * m)), rng.normal(size=(m, 4 * m)), rng.normal(size=4 * m))
        for n, t, d, m in sizes
    ]


def db_is_set_in_each_step(dout, cache):
    steps, wx, wh = cache
    dx = np.zeros((len(dout), len(steps), len(wx)))
    dwx, dwh = np.zeros(wx.shape), np.zeros(wh.shape)
    dh, dc = np.zeros_like(dout[:, 0]), np.zeros_like(dout[:, 0])
    for t in range(len(steps) - 1, -1, -1):
        da, dc = of_step(dout[:, t] + dh, dc, steps[t])
        dx[:, t], dh = da.dot(wx.T), da.dot(wh.T)
        dwx += np.dot(steps[t][0].T, da)
        dwh += np.dot(steps[t][1].T, da)
        db = np.sum(da, axis=0)  # for +=
    return dx, dwx, dwh, db


def h_of_the_last_step_only(dout, cache):
    only_last = np.zeros_like(dout)
    only_last[:, -1] = dout[:, -1]  # every h is an output, not only the last
    return right(only_last, cache)


def averages_over_steps(dout, cache):
    dx, dwx, dwh, db = right(dout, cache)
    steps = dout.shape[1]
    return dx, dwx / steps, dwh / steps, db / steps  # "the mean over steps, as over a batch"


fault = partial(Fault, layer="lstm", forward=forward, right=right, make=make)
FAULTS = [
    fault(
        "db of one step",
        db_is_set_in_each_step,
        "overwritten",
        r"overwr|\+=|accumul|\b(first|last|one|single) (step|token|slice|entry|index|contribution)",
    ),
    fault(
        "dout of the last step only",
        h_of_the_last_step_only,
        "ignored",
        r"(ignores|uses|part of|some of|entries of|slice).*upstream|upstream.*(ignored|not used|unused|in part|partly)",
    ),
    fault(
        "parameters get a mean over steps",
        averages_over_steps,
        "scale",
        r"(times|too) small|times smaller|\b0\.\d+ times",
    ),
]
