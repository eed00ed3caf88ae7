"""Recurrent layers: the blend of a GRU, a tanh RNN over time, and the elementwise part of an LSTM."""

from tests.corpora.backward_faults.entry import ORDER, Fault
from tests.helpers.optional_numpy import np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def blend(h, n, a):
    z = sigmoid(a)
    return z * h + (1 - z) * n, (h, n, z)


def blend_right(dout, cache):
    h, n, z = cache
    return dout * z, dout * (1 - z), dout * (h - n) * z * (1 - z)


def update_gate_the_other_way_round(dout, cache):
    h, n, z = cache
    dh = dout * (1 - z)  # the convention of Cho et al. in forward, of Chung et al. here
    dn = dout * z
    dz = dout * (h - n)
    return dh, dn, dz * z * (1 - z)


def rnn(x, wx, wh, b):
    hs = [np.zeros((x.shape[1], wh.shape[0]))]
    for x_t in x:
        hs.append(np.tanh(x_t @ wx + hs[-1] @ wh + b))
    return np.array(hs[1:]), (x, wx, wh, hs)


def rnn_right(dout, cache):
    x, wx, wh, hs = cache
    dx, dwx, dwh, db = np.zeros_like(x), np.zeros_like(wx), np.zeros_like(wh), np.zeros(len(wh))
    dh = np.zeros_like(hs[0])
    for t in range(len(x) - 1, -1, -1):
        da = (dout[t] + dh) * (1 - hs[t + 1] ** 2)
        dx[t], dh = da @ wx.T, da @ wh.T
        dwx += x[t].T @ da
        dwh += hs[t].T @ da
        db += da.sum(0)
    return dx, dwx, dwh, db


def wx_of_the_first_step(dout, cache):
    x, wx, wh, hs = cache
    dx = np.zeros_like(x)
    dwh = np.zeros_like(wh)
    db = np.zeros(wh.shape[1])
    dh_next = np.zeros_like(hs[0])
    for t in reversed(range(len(x))):
        dh = dout[t] + dh_next
        dtanh = (1 - hs[t + 1] * hs[t + 1]) * dh
        dx[t] = dtanh.dot(wx.T)
        dwx = x[t].T.dot(dtanh)
        dwh += hs[t].T.dot(dtanh)
        db += dtanh.sum(axis=0)
        dh_next = dtanh.dot(wh.T)
    return dx, dwx, dwh, db


def clips_against_explosion(dout, cache):
    gradients = rnn_right(dout, cache)
    for gradient in gradients:
        np.clip(gradient, -1, 1, out=gradient)
    return gradients


def cell(a, c):
    m = c.shape[1]
    i, f, o = sigmoid(a[:, :m]), sigmoid(a[:, m : 2 * m]), sigmoid(a[:, 2 * m : 3 * m])
    g = np.tanh(a[:, 3 * m :])
    c_next = f * c + i * g
    return o * np.tanh(c_next), (a, c, i, f, o, g, np.tanh(c_next))


def cell_right(dout, cache):
    _, c, i, f, o, g, t = cache
    dc = dout * o * (1 - t * t)
    gates = dc * g * i * (1 - i), dc * c * f * (1 - f), dout * t * o * (1 - o), dc * i * (1 - g * g)
    return np.hstack(gates), dc * f


def output_gate_before_its_sigmoid(dout, cache):
    a, c, i, f, o, g, t = cache
    m = c.shape[1]
    a_o = a[:, 2 * m : 3 * m]
    do = dout * t
    dc = dout * o * (1 - t**2)
    di, df, dg = dc * g, dc * c, dc * i
    da = np.concatenate((di * i * (1 - i), df * f * (1 - f), do * a_o * (1 - a_o), dg * (1 - g**2)), axis=1)
    return da, dc * f


def states(rng):
    return [tuple(rng.normal(size=size) for _ in range(3)) for size in ((3, 4), (5, 2))]


def sequences(rng):
    sizes = [(4, 2, 3, 5), (3, 4, 2, 3)]
    return [
        (rng.normal(size=(t, n, d)), rng.normal(size=(d, h)), 0.5 * rng.normal(size=(h, h)), rng.normal(size=h))
        for t, n, d, h in sizes
    ]


def gates(rng):
    return [(rng.normal(size=(n, 4 * m)), rng.normal(size=(n, m))) for n, m in ((3, 4), (5, 2))]


FAULTS = [
    Fault(
        "GRU: z and 1 - z are exchanged",
        update_gate_the_other_way_round,
        "order",
        ORDER + r"|exchang|interchang|mixed up|belongs? to|gradient of the other",
        "lstm",
        blend,
        blend_right,
        states,
    ),
    Fault(
        "RNN: dwx = where += is meant",
        wx_of_the_first_step,
        "overwritten",
        r"overw|accumul|\+=|(first|last|only one|a single) (step|time|contribution|term|slice)|only the (first|last)",
        "lstm",
        rnn,
        rnn_right,
        sequences,
    ),
    Fault(
        "RNN: gradients are clipped to [-1, 1]",
        clips_against_explosion,
        "clipped",
        r"clip|cut off|capped|bounded|limit|saturat|clamp|truncate",
        "lstm",
        rnn,
        rnn_right,
        sequences,
    ),
    Fault(
        "LSTM: a (1 - a) for the output gate",
        output_gate_before_its_sigmoid,
        "formula",
        r"pre-?activation|before the|sigmoid|columns\b|block|gate\b|another function|local derivative|formula|quarter",
        "lstm",
        cell,
        cell_right,
        gates,
    ),
]
