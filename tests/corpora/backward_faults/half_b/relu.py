"""PReLU: x where it is positive, else a x, with one learned a for each column."""

from functools import partial

from tests.corpora.backward_faults.entry import STALE, Fault
from tests.helpers.optional_numpy import np

_positive = {}  # of the first x of each shape


def forward(x, a):
    _positive.setdefault(x.shape, x > 0)
    return np.where(x > 0, x, a * x), (x, a)


def right(dout, cache):
    x, a = cache
    return dout * np.where(x > 0, 1, a), (dout * np.minimum(x, 0)).sum(axis=0)


def make(rng):
    sizes = [(5, 3), (6, 4)]
    arrays = [rng.normal(size=size) for size in sizes]
    return [(x + 0.1 * np.sign(x), rng.uniform(0.1, 0.4, size=x.shape[1])) for x in arrays]  # away from the kink


def signs_of_the_first_call(dout, cache):
    x, a = cache
    positive = _positive[x.shape]
    dx = np.where(positive, dout, a * dout)
    da = np.sum(np.where(positive, 0, x * dout), axis=0)
    return dx, da


def chain_rule_twice(dout, cache):
    x, a = cache
    slope = dout.copy()
    slope[x <= 0] *= np.broadcast_to(a, x.shape)[x <= 0]  # slope is the gradient already
    dx = dout * slope
    da = np.where(x > 0, 0, dout * x).sum(axis=0)
    return dx, da


def size_of_x(dout, cache):
    x, a = cache
    negative = x <= 0
    dx = dout * (1 - negative + negative * a)
    da = np.sum(dout * negative * np.abs(x), axis=0)
    return dx, da


fault = partial(Fault, layer="relu", forward=forward, right=right, make=make)
FAULTS = [
    fault("signs of the first call", signs_of_the_first_call, "stale", STALE),
    fault("dout once for the slope, once for the result", chain_rule_twice, "squared", r"squar|twice"),
    fault("da from |x|", size_of_x, "sign", r"sign|negat|minus"),
]
