"""Convolution of images (n, channels, height, width) with stride 1 and one row of zeros around."""

from functools import partial

from tests.corpora.backward_faults.entry import Fault
from tests.helpers.optional_numpy import np

PAD = 1


def forward(x, w, b):
    padded = np.pad(x, ((0, 0), (0, 0), (PAD, PAD), (PAD, PAD)))
    size = w.shape[2]
    rows, columns = padded.shape[2] - size + 1, padded.shape[3] - size + 1
    out = np.zeros((len(x), len(w), rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = padded[:, :, i : i + size, j : j + size]
            out[:, :, i, j] = np.tensordot(window, w, axes=([1, 2, 3], [1, 2, 3])) + b
    return out, (padded, w)


def right(dout, cache):
    padded, w = cache
    size = w.shape[2]
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            window = np.s_[:, :, i : i + size, j : j + size]
            dpadded[window] += np.tensordot(dout[:, :, i, j], w, axes=1)
            dw += np.tensordot(dout[:, :, i, j], padded[window], axes=(0, 0))
    return dpadded[:, :, PAD:-PAD, PAD:-PAD], dw, dout.sum(axis=(0, 2, 3))


def make(rng):
    sizes = [(2, 2, 4, 5, 3, 3), (1, 1, 4, 4, 2, 3)]
    return [
        (rng.normal(size=(n, c, h, w)), rng.normal(size=(f, c, k, k)), rng.normal(size=f)) for n, c, h, w, f, k in sizes
    ]


def windows_are_set(dout, cache):
    padded, w = cache
    size = w.shape[2]
    n, filters, rows, columns = dout.shape
    dpadded, dw, db = np.zeros(padded.shape), np.zeros(w.shape), np.zeros(filters)
    for s in range(n):
        for f in range(filters):
            for i in range(rows):
                for j in range(columns):
                    d = dout[s, f, i, j]
                    dpadded[s, :, i : i + size, j : j + size] = d * w[f]  # for +=
                    dw[f] += d * padded[s, :, i : i + size, j : j + size]
                    db[f] += d
    return dpadded[:, :, PAD:-PAD, PAD:-PAD], dw, db


def padding_stays(dout, cache):
    padded, w = cache
    size = w.shape[2]
    dx, dw = np.zeros_like(padded), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            d = dout[:, :, i, j]
            dx[:, :, i : i + size, j : j + size] += np.einsum("nf,fcab->ncab", d, w)
            dw += np.einsum("nf,ncab->fcab", d, padded[:, :, i : i + size, j : j + size])
    return dx, dw, np.sum(dout, axis=(0, 2, 3))


def kernel_axes_exchanged(dout, cache):
    padded, w = cache
    rows, columns = dout.shape[2:]
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for a in range(w.shape[2]):
        for b in range(w.shape[3]):
            inside = padded[:, :, a : a + rows, b : b + columns]
            dw[:, :, b, a] = np.tensordot(dout, inside, axes=([0, 2, 3], [0, 2, 3]))  # for [:, :, a, b]
            dpadded[:, :, a : a + rows, b : b + columns] += np.einsum("nfij,fc->ncij", dout, w[:, :, a, b])
    return dpadded[:, :, PAD:-PAD, PAD:-PAD], dw, dout.sum(axis=(0, 2, 3))


fault = partial(Fault, layer="convolution", forward=forward, right=right, make=make)
FAULTS = [
    fault("windows overwrite each other", windows_are_set, "overwritten", r"overwr|\+=|accumul|overlap"),
    fault("dx has the padding", padding_stays, "shape", r"shape|padding"),
    fault("dw has rows and columns exchanged", kernel_axes_exchanged, "transposed", r"transpos|swapped|exchanged"),
]
