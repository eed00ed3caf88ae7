"""Convolution of sequences (n, channels, length) with stride 2, one zero at each end, and windows in a buffer."""

from functools import partial

from tests.corpora.backward_faults.entry import STALE, Fault
from tests.helpers.optional_numpy import np

PAD, STRIDE = 1, 2
_windows = {}  # one buffer for each shape, which the next call of forward fills again


def indices(length, size):
    starts = np.arange(0, length + 2 * PAD - size + 1, STRIDE)
    return starts[:, None] + np.arange(size)


def windows_of(x, size):
    return np.pad(x, ((0, 0), (0, 0), (PAD, PAD)))[:, :, indices(x.shape[2], size)]


def forward(x, w):
    windows = windows_of(x, w.shape[2])
    buffer = _windows.setdefault(windows.shape, np.empty(windows.shape))
    buffer[...] = windows
    return np.einsum("nclk,fck->nfl", buffer, w), (x, w, buffer)


def to_x(dwindows, x, size):
    dpadded = np.zeros((x.shape[0], x.shape[1], x.shape[2] + 2 * PAD))
    np.add.at(dpadded, np.s_[:, :, indices(x.shape[2], size)], dwindows)
    return dpadded


def right(dout, cache):
    x, w, _ = cache
    dpadded = to_x(np.einsum("nfl,fck->nclk", dout, w), x, w.shape[2])
    return dpadded[:, :, PAD:-PAD], np.einsum("nfl,nclk->fck", dout, windows_of(x, w.shape[2]))


def make(rng):
    sizes = [(2, 3, 7, 2, 3), (1, 2, 9, 3, 4)]
    return [(rng.normal(size=(n, c, length)), rng.normal(size=(f, c, k))) for n, c, length, f, k in sizes]


def kernel_from_its_end(dout, cache):
    x, w, _ = cache
    size = w.shape[2]
    padded = np.pad(x, ((0, 0), (0, 0), (PAD, PAD)))
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for o in range(dout.shape[2]):
        start = o * STRIDE
        dpadded[:, :, start : start + size] += np.tensordot(dout[:, :, o], w, axes=1)
        dw += np.tensordot(dout[:, :, o].T, padded[:, :, start : start + size], axes=1)
    return dpadded[:, :, PAD:-PAD], dw[:, :, ::-1]  # "a convolution turns its kernel"


def crops_at_the_end_only(dout, cache):
    x, w, _ = cache
    size = w.shape[2]
    dwindows = np.tensordot(dout, w, axes=(1, 0)).transpose(0, 2, 1, 3)
    dpadded = to_x(dwindows, x, size)
    dw = np.tensordot(dout, windows_of(x, size), axes=((0, 2), (0, 2)))
    return dpadded[:, :, : x.shape[2]], dw  # for PAD : PAD + x.shape[2]


def windows_in_the_buffer(dout, cache):
    x, w, buffer = cache
    dw = np.tensordot(dout, buffer, axes=((0, 2), (0, 2)))
    dpadded = to_x(np.einsum("nfl,fck->nclk", dout, w), x, w.shape[2])
    return dpadded[:, :, PAD : PAD + x.shape[2]], dw


fault = partial(Fault, layer="convolution", forward=forward, right=right, make=make)
FAULTS = [
    fault("dw is in reverse", kernel_from_its_end, "flipped", r"flip|revers|mirror"),
    fault("dx is cropped at one end", crops_at_the_end_only, "shifted", r"shift|offset|moved|off by one"),
    fault("dw from a buffer that is used again", windows_in_the_buffer, "stale", STALE),
]
