"""Multiclass hinge loss of x w, the mean over rows, plus λ |w|²."""

from functools import partial

from tests.corpora.backward_faults.entry import ORDER, Fault
from tests.helpers.optional_numpy import np

LAMBDA = 0.5


def forward(x, w, y):
    rows = np.arange(len(x))
    scores = x @ w
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    return margins.sum() / len(x) + LAMBDA * (w**2).sum(), (x, w, y, margins > 0)


def of_scores(y, violated):
    """Return the gradient of the mean hinge with respect to the scores."""
    dscores = violated.astype(float)
    dscores[np.arange(len(y)), y] = -violated.sum(axis=1)
    return dscores / len(y)


def right(dout, cache):
    x, w, y, violated = cache
    dscores = dout * of_scores(y, violated)
    return dscores @ w.T, x.T @ dscores + dout * 2 * LAMBDA * w


def make(rng):
    sizes = [(6, 4, 3), (5, 2, 4)]
    return [(rng.normal(size=(n, d)), rng.normal(size=(d, c)), rng.integers(c, size=n)) for n, d, c in sizes]


def dx_without_upstream(dout, cache):
    x, w, y, violated = cache
    dscores = of_scores(y, violated)
    dw = np.dot(x.T, dscores) + 2 * LAMBDA * w
    dx = np.dot(dscores, w.T)
    return dx, dout * dw


def penalty_has_one_half(dout, cache):
    x, w, y, violated = cache
    dscores = dout * of_scores(y, violated)
    dx = dscores.dot(w.T)
    dw = x.T.dot(dscores)
    dw += dout * LAMBDA * w  # right for λ / 2 |w|²
    return dx, dw


def weights_first(dout, cache):
    x, w, y, violated = cache
    dscores = of_scores(y, violated) * dout
    dw = x.T @ dscores + 2 * dout * LAMBDA * w
    dx = dscores @ w.T
    return dw, dx


fault = partial(Fault, layer="svm", forward=forward, right=right, make=make)
FAULTS = [
    fault("dx without dout", dx_without_upstream, "ignored", r"upstream|(ignores?|without|independent of) dout"),
    fault(
        "the penalty's 2 is missing",
        penalty_has_one_half,
        "formula",
        r"(multiple of|times|proportional to) (the )?(input|argument|value|w\b|'w'|`w`)|regulari|penalty",
    ),
    fault("returns dw, dx", weights_first, "order", ORDER),
]
