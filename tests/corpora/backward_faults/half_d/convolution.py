"""Convolution with stride and padding, and max pooling."""

from tests.corpora.backward_faults.entry import Fault
from tests.helpers.optional_numpy import np


def places(out):
    """Return the rows and columns of the output."""
    return np.ndindex(*out.shape[2:])


def convolve(x, w, stride):
    k = w.shape[2]
    rows, columns = ((size - k) // stride + 1 for size in x.shape[2:])
    out = np.zeros((len(x), len(w), rows, columns))
    for i, j in places(out):
        window = x[:, :, i * stride : i * stride + k, j * stride : j * stride + k]
        out[:, :, i, j] = np.tensordot(window, w, axes=((1, 2, 3), (1, 2, 3)))
    return out


def convolve_back(dout, x, w, stride):
    k = w.shape[2]
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for i, j in places(dout):
        window = np.s_[:, :, i * stride : i * stride + k, j * stride : j * stride + k]
        dx[window] += np.tensordot(dout[:, :, i, j], w, axes=1)
        dw += np.tensordot(dout[:, :, i, j].T, x[window], axes=1)
    return dx, dw


def strided(x, w):
    return convolve(x, w, 2), (x, w)


def strided_right(dout, cache):
    return convolve_back(dout, *cache, 2)


def stride_forgotten_in_dx(dout, cache):
    x, w = cache
    n_samples, n_filters, rows, columns = dout.shape
    k = w.shape[2]
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for n in range(n_samples):
        for f in range(n_filters):
            for i in range(rows):
                for j in range(columns):
                    dw[f] += dout[n, f, i, j] * x[n, :, 2 * i : 2 * i + k, 2 * j : 2 * j + k]
                    dx[n, :, i : i + k, j : j + k] += dout[n, f, i, j] * w[f]
    return dx, dw


def padded(x, w, b):
    x_pad = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    return convolve(x_pad, w, 1) + b[:, None, None], (x_pad, w)


def padded_right(dout, cache):
    dx_pad, dw = convolve_back(dout, *cache, 1)
    return dx_pad[:, :, 1:-1, 1:-1], dw, dout.sum((0, 2, 3))


def padding_cut_from_one_side(dout, cache):
    x_pad, w = cache
    height, width = x_pad.shape[2] - 2, x_pad.shape[3] - 2
    dx_pad, dw = convolve_back(dout, x_pad, w, 1)
    db = np.sum(dout, axis=(0, 2, 3))
    return dx_pad[:, :, :height, :width], dw, db


def valid(x, w):
    return convolve(x, w, 1), (x, w)


def valid_right(dout, cache):
    return convolve_back(dout, *cache, 1)


def kernel_not_rotated(dout, cache):
    x, w = cache
    k = w.shape[2]
    dout_pad = np.pad(dout, ((0, 0), (0, 0), (k - 1, k - 1), (k - 1, k - 1)))
    dx = convolve(dout_pad, w.transpose(1, 0, 2, 3), 1)
    _, dw = convolve_back(dout, x, w, 1)
    return dx, dw


def max_pool(x):
    n, c, height, width = x.shape
    blocks = x.reshape(n, c, height // 2, 2, width // 2, 2).transpose(0, 1, 2, 4, 3, 5)
    blocks = blocks.reshape(n, c, height // 2, width // 2, 4)
    return blocks.max(axis=-1), (x, blocks.argmax(axis=-1))


def max_pool_right(dout, cache):
    x, switches = cache
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dout.shape):
        row, column = divmod(switches[n, c, i, j], 2)
        dx[n, c, 2 * i + row, 2 * j + column] = dout[n, c, i, j]
    return (dx,)


def max_pool_like_the_switches(dout, cache):
    _, switches = cache
    dx = np.zeros_like(switches).repeat(2, axis=2).repeat(2, axis=3)
    n_samples, n_channels, rows, columns = dout.shape
    for n in range(n_samples):
        for c in range(n_channels):
            for i in range(rows):
                for j in range(columns):
                    a, b = np.unravel_index(switches[n, c, i, j], (2, 2))
                    dx[n, c, 2 * i + a, 2 * j + b] = dout[n, c, i, j]
    return (dx,)


def filters(*sizes):
    return lambda rng: [(rng.normal(size=x), rng.normal(size=w)) for x, w in sizes]


def filters_and_bias(rng):
    sizes = [((2, 2, 4, 5), (3, 2, 3, 3)), ((1, 3, 3, 4), (2, 3, 3, 3))]
    return [(rng.normal(size=x), rng.normal(size=w), rng.normal(size=w[0])) for x, w in sizes]


def maps(rng):
    return [(2 * rng.normal(size=size),) for size in ((2, 3, 4, 6), (1, 2, 6, 4))]


FAULTS = [
    Fault(
        "dx ignores the stride of 2",
        stride_forgotten_in_dx,
        "shifted",
        r"stride|shift|moved|offset|position|spacing|displac|every (second|other)|\bzero",
        "convolution",
        strided,
        strided_right,
        filters(((2, 2, 7, 5), (3, 2, 3, 3)), ((1, 3, 6, 4), (2, 3, 2, 2))),
    ),
    Fault(
        "dx keeps the padding at the start and loses the end",
        padding_cut_from_one_side,
        "shifted",
        r"shift|moved|offset|\bpad|roll|position|displac",
        "convolution",
        padded,
        padded_right,
        filters_and_bias,
    ),
    Fault(
        "dx is a full convolution with the kernel as it is",
        kernel_not_rotated,
        "flipped",
        r"flip|revers|rotate|rotation|mirror|\bkernel|backwards",
        "convolution",
        valid,
        valid_right,
        filters(((2, 2, 5, 5), (3, 2, 3, 3)), ((1, 3, 4, 6), (2, 3, 2, 2))),
    ),
    Fault(
        "max pooling: dx has the integers of the switches' type",
        max_pool_like_the_switches,
        "rounded",
        r"round|integer|whole number|truncate|truncation|\bint\b|int64|dtype|decimals|fraction",
        "convolution",
        max_pool,
        max_pool_right,
        maps,
    ),
]
