"""ReLU of an array of any shape."""

from functools import partial

from tests.corpora.backward_faults.entry import IN_PLACE, Fault
from tests.helpers.optional_numpy import np


def forward(x):
    return np.maximum(0, x), x


def right(dout, cache):
    return (dout * (cache > 0),)


def make(rng):
    arrays = [rng.normal(size=(4, 5)), rng.normal(size=(2, 3, 4))]
    return [(x + 0.1 * np.sign(x),) for x in arrays]  # away from the kink


def zeroes_the_upstream(dout, cache):
    x = cache
    dx = dout
    dx[x <= 0] = 0
    return (dx,)


def passes_everything(dout, cache):
    x = cache
    dx = np.ones_like(x) * dout
    return (dx,)


def adds_the_step(dout, cache):
    x = cache
    dx = np.where(x > 0, 1.0, 0.0)
    dx += dout  # for *=
    return (dx,)


fault = partial(Fault, layer="relu", forward=forward, right=right, make=make)
FAULTS = [
    fault("writes zeros into dout", zeroes_the_upstream, "inplace", IN_PLACE),
    fault("passes dout on", passes_everything, "mask", r"mask|should be (zero|0)"),
    fault("adds dout to the step", adds_the_step, "added", r"\badd"),
]
