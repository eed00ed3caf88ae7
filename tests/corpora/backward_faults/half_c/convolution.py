"""Convolution of images with channels last, (n, height, width, channels), and a kernel (k, k, channels, filters)."""

from functools import partial

from tests.corpora.backward_faults.entry import Fault
from tests.helpers.optional_numpy import np


def windows_of(x, size):
    """Return a view (n, rows, columns, channels, k, k) of all windows."""
    return np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))


def forward(x, w, b):
    return np.einsum("nijcab,abcf->nijf", windows_of(x, len(w)), w) + b, (x, w)


def right(dout, cache):
    x, w = cache
    rows, columns = dout.shape[1:3]
    dx = np.zeros_like(x)
    for a, b in np.ndindex(*w.shape[:2]):
        dx[:, a : a + rows, b : b + columns] += dout @ w[a, b].T
    dw = np.einsum("nijcab,nijf->abcf", windows_of(x, len(w)), dout)
    return dx, dw, dout.sum(axis=(0, 1, 2))


def make(rng):
    sizes = [(2, 5, 6, 2, 3, 3), (3, 4, 6, 3, 2, 2)]  # the first leaves three rows for three filters
    return [
        (rng.normal(size=(n, h, w, c)), rng.normal(size=(k, k, c, f)), rng.normal(size=f)) for n, h, w, c, k, f in sizes
    ]


def db_as_with_channels_first(dout, cache):
    dx, dw, _ = right(dout, cache)
    return dx, dw, np.sum(dout, axis=(0, 2, 3))  # for (0, 1, 2)


def last_windows_left_out(dout, cache):
    x, w = cache
    k = w.shape[0]
    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    for i in range(x.shape[1] - k):  # range ends one too early
        for j in range(x.shape[2] - k + 1):
            d = dout[:, i, j]
            dx[:, i : i + k, j : j + k] += np.einsum("nf,abcf->nabc", d, w)
            dw += np.einsum("nf,nabc->abcf", d, x[:, i : i + k, j : j + k])
    return dx, dw, np.sum(dout, axis=(0, 1, 2))


def kernel_not_turned(dout, cache):
    x, w = cache
    edge = len(w) - 1
    around = windows_of(np.pad(dout, ((0, 0), (edge, edge), (edge, edge), (0, 0))), len(w))
    dx = np.einsum("nijfab,abcf->nijc", around, w)  # w[::-1, ::-1]
    dw = np.tensordot(windows_of(x, len(w)), dout, axes=([0, 1, 2], [0, 1, 2])).transpose(1, 2, 0, 3)
    return dx, dw, dout.sum(axis=0).sum(axis=0).sum(axis=0)


fault = partial(Fault, layer="convolution", forward=forward, right=right, make=make)
FAULTS = [
    fault("db sums over columns and filters", db_as_with_channels_first, "axis", r"\baxis|\baxes"),
    fault(
        "no gradient from the last row of windows",
        last_windows_left_out,
        "term",
        r"missing|part of (its|the) upstream|ignores|not used|left out|\b(last|final) (row|slice|entry|entries|index)",
    ),
    fault("dx with the kernel not turned", kernel_not_turned, "formula", None),
]
