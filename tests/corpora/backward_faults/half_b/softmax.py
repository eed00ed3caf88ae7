"""Cross-entropy of each row of softmax(x) with soft targets t, which have a gradient, too: −Σ t log p."""

from functools import partial

from tests.corpora.backward_faults.entry import ORDER, Fault
from tests.helpers.optional_numpy import np


def forward(x, t):
    log_p = x - x.max(axis=-1, keepdims=True)
    log_p = log_p - np.log(np.exp(log_p).sum(axis=-1, keepdims=True))
    return -(t * log_p).sum(axis=-1), (np.exp(log_p), log_p, t)


def right(dout, cache):
    p, log_p, t = cache
    column = dout[:, np.newaxis]
    return column * (p - t), -column * log_p


def make(rng, sizes=((4, 3), (5, 5))):
    targets = [rng.uniform(0.1, 1, size=size) for size in sizes]
    return [(2 * rng.normal(size=t.shape), t / t.sum(axis=1, keepdims=True)) for t in targets]


def make_square(rng):
    return make(rng, [(3, 3), (6, 6)])


def targets_first(dout, cache):
    p, log_p, t = cache
    dt = -log_p * dout.reshape(-1, 1)
    dx = (p - t) * dout.reshape(-1, 1)
    return dt, dx


def subtracts_from_the_cache(dout, cache):
    p, log_p, t = cache
    dx = p
    dx -= t
    return dx * dout[:, None], -log_p * dout[:, None]


def upstream_as_a_row(dout, cache):
    p, log_p, t = cache
    dx = dout * (p - t)  # for dout[:, None], an error unless there is one class for each row
    dt = -dout[:, None] * log_p
    return dx, dt


def target_class_only(dout, cache):
    p, log_p, t = cache
    dlog_p = -t * dout[:, None]
    dx = dlog_p * (1 - p)  # log p of the other classes depends on x, too
    dt = -log_p * dout[:, None]
    return dx, dt


fault = partial(Fault, layer="softmax", forward=forward, right=right, make=make)
FAULTS = [
    fault("returns dt, dx", targets_first, "order", ORDER),
    fault("p -= t", subtracts_from_the_cache, "inplace", r"in place|in-place|changed|modif|second call|twice"),
    fault("dout meets the columns", upstream_as_a_row, "axis", r"axis|axes|broadcast", make=make_square),
    fault("no way through the other classes", target_class_only, "term", None),
]
