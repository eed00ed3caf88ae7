"""Ten right backward passes in unusual styles, other than those in the folder above."""

from tests.corpora.backward_faults.entry import Right
from tests.helpers.optional_numpy import np


def normals(*cases):
    """Build a function that draws arrays of these sizes, one case after the other."""
    return lambda rng: [tuple(rng.normal(size=size) for size in sizes) for sizes in cases]


def skip(x, y):
    return x + y, None


def skip_back(dout, _):
    return dout, dout  # the same array twice, and it is the upstream


def swish(x):
    return x / (1 + np.exp(-x)), x


def swish_complex_step(dout, x):
    return (dout * swish(x + 1e-30j)[0].imag / 1e-30,)


def cross_entropy(x, y):
    lse = np.logaddexp.reduce(x, axis=1)
    return np.sum(lse - x[np.arange(len(y)), y]), (x, lse, y)


def cross_entropy_log_space(dout, cache):
    x, lse, y = cache
    dx = np.exp((x.T - lse).T)
    np.subtract.at(dx, (range(len(y)), y), 1.0)
    return (np.multiply(dx, dout, out=dx),)


def hinge(w, x, y):
    scores = x @ w
    margins = scores - scores[np.arange(len(y)), y][:, None] + 1
    margins[np.arange(len(y)), y] = 0
    return np.maximum(margins, 0).mean(), (w, x, y, margins)


def hinge_pairs(dout, cache):
    w, x, y, margins = cache
    dw, dx = np.zeros_like(w.T), np.zeros_like(x)
    rows, classes = np.nonzero(margins > 0)
    share = dout / margins.size
    np.add.at(dw, classes, share * x[rows])
    np.add.at(dw, y[rows], -share * x[rows])
    np.add.at(dx, rows, share * (w[:, classes] - w[:, y[rows]]).T)
    return dw.T, dx


def batch_norm(x, gamma, beta):
    std = x.std(axis=0)  # no eps
    return gamma * (x - x.mean(axis=0)) / std + beta, ((x - x.mean(axis=0)) / std, std, gamma)


def batch_norm_pairs(dout, cache):
    """Sum over all pairs of rows, one column after the other."""
    xhat, std, gamma = cache
    n = len(xhat)
    pairs = 1 + np.einsum("id,jd->ijd", xhat, xhat)
    dx = np.array([[dout[i, d] - pairs[i, :, d] @ dout[:, d] / n for i in range(n)] for d in range(len(std))]).T
    return dx * (gamma / std), *map(np.add.reduce, (dout * xhat, dout))


def rms_norm(x, gamma):
    length = np.linalg.norm(x, axis=1, keepdims=True)
    return gamma * x * x.shape[1] ** 0.5 / length, (x, length, gamma)


def rms_norm_tangent(dout, cache):
    """Project the upstream on what is orthogonal to x, in extended precision."""
    x, length, gamma = (a.astype(np.longdouble) for a in cache)
    unit = x / length
    root = np.sqrt(np.longdouble(x.shape[1]))
    g = gamma * dout
    away = g - unit * (unit * g).sum(axis=1, keepdims=True)
    return root * away / length, root * (unit * dout).sum(axis=0)


def convolution(x, w):
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape, axis=(1, 2))
    return np.einsum("nijab,ab->nij", windows, w), (x, w)


def convolution_fft(dout, cache):
    x, w = cache
    size = x.shape[1:]
    spectrum = np.fft.rfft2(dout, s=size)
    dx = np.fft.irfft2(spectrum * np.fft.rfft2(w, s=size), s=size)
    dw = np.fft.irfft2(np.sum(np.fft.rfft2(x) * spectrum.conj(), axis=0), s=size)
    return dx, dw[: w.shape[0], : w.shape[1]]


def global_average(x):
    return x.mean(axis=(2, 3)), x.shape


def global_average_view(dout, shape):
    return (np.broadcast_to((dout / (shape[2] * shape[3]))[:, :, None, None], shape),)  # cannot be written to


def gru(x, h0, w, u):
    h, tape = h0, []
    for x_t in x:
        z, n = np.split(x_t @ w + h @ u, 2, axis=1)
        z, n = 1 / (1 + np.exp(-z)), np.tanh(n)
        tape.append((x_t, h, z, n))
        h = (1 - z) * h + z * n
    return h, (tuple(tape), w, u)


def gru_recursive(dout, cache):
    tape, w, u = cache

    def back(dh, steps):
        if not steps:
            return (), dh, 0.0, 0.0
        *earlier, (x_t, h, z, n) = steps
        da = np.hstack((dh * (n - h) * z * (1 - z), dh * z * (1 - n * n)))
        dxs, dh0, dw, du = back(dh * (1 - z) + da @ u.T, earlier)
        return (*dxs, da @ w.T), dh0, dw + x_t.T @ da, du + h.T @ da

    dxs, dh0, dw, du = back(dout, tape)
    return np.stack(dxs), dh0, dw, du


def attention(q, k, v):
    scores = q @ k.T / q.shape[1] ** 0.5
    lse = np.logaddexp.reduce(scores, axis=1)
    out = np.exp(scores - lse[:, None]) @ v
    return out, (q, k, v, out, lse)


def attention_blocks(dout, cache):
    """Compute the weights again, for two keys at a time, as FlashAttention does."""
    q, k, v, out, lse = cache
    scale = q.shape[1] ** -0.5
    rows = (dout * out).sum(axis=1)
    dq, dk, dv = np.zeros_like(q), [], []
    for start in range(0, len(k), 2):
        k_b, v_b = k[start : start + 2], v[start : start + 2]
        p = np.exp(scale * q @ k_b.T - lse[:, None])
        ds = p * (dout @ v_b.T - rows[:, None])
        dq += scale * ds @ k_b
        dk.append(scale * ds.T @ q)
        dv.append(p.T @ dout)
    return dq, np.concatenate(dk), np.concatenate(dv)


def samples(rng):
    sizes = [(6, 4, 3), (7, 3, 5)]
    return [(rng.normal(size=(d, c)), rng.normal(size=(n, d)), rng.integers(c, size=n)) for n, d, c in sizes]


def scores(rng):
    return [(rng.normal(size=(n, c)), rng.integers(c, size=n)) for n, c in ((6, 4), (3, 5))]


RIGHT = [
    Right("skip connection, dout twice", "affine", skip, skip_back, normals(((4, 5), (4, 5)), ((2, 3, 2), (2, 3, 2)))),
    Right("swish, complex step", "relu", swish, swish_complex_step, normals(((4, 5),), ((2, 3, 2),))),
    Right("cross-entropy, in log space", "softmax", cross_entropy, cross_entropy_log_space, scores),
    Right("hinge, pairs of row and class", "svm", hinge, hinge_pairs, samples),
    Right(
        "batch norm, pairs of rows",
        "batch_norm",
        batch_norm,
        batch_norm_pairs,
        normals(((6, 4), (4,), (4,)), ((5, 2), (2,), (2,))),
    ),
    Right("RMS norm, tangents", "layer_norm", rms_norm, rms_norm_tangent, normals(((5, 4), (4,)), ((3, 6), (6,)))),
    Right(
        "convolution, FFT",
        "convolution",
        convolution,
        convolution_fft,
        normals(((3, 5, 6), (3, 2)), ((2, 4, 5), (2, 3))),
    ),
    Right("global average, a view", "convolution", global_average, global_average_view, normals(((2, 3, 4, 5),))),
    Right(
        "GRU, recursion",
        "lstm",
        gru,
        gru_recursive,
        normals(((4, 2, 3), (2, 5), (3, 10), (5, 10)), ((3, 4, 2), (4, 3), (2, 6), (3, 6))),
    ),
    Right(
        "attention, blocks of keys",
        "attention",
        attention,
        attention_blocks,
        normals(((4, 3), (5, 3), (5, 2)), ((3, 2), (6, 2), (6, 4))),
    ),
]
