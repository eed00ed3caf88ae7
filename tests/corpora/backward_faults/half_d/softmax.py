"""Softmax alone, and with cross-entropy: of scores (a mean) and of a linear classifier (a sum)."""

from tests.corpora.backward_faults.entry import IN_PLACE, Fault
from tests.helpers.optional_numpy import np


def probabilities(scores):
    e = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def loss(x, y):
    probs = probabilities(x)
    return -np.log(probs[np.arange(len(y)), y]).mean(), (probs, y)


def loss_right(dout, cache):
    probs, y = cache
    dx = probs.copy()
    dx[np.arange(len(y)), y] -= 1
    return (dout * dx / len(y),)


def loss_eats_the_probabilities(dout, cache):
    probs, y = cache
    n = probs.shape[0]
    dx = probs
    dx[np.arange(n), y] -= 1
    dx /= n
    return (dx * dout,)


def softmax(x):
    p = probabilities(x)
    return p, p


def softmax_right(dout, p):
    return (p * (dout - (p * dout).sum(1, keepdims=True)),)


def softmax_as_a_sigmoid(dout, p):
    return (dout * p * (1 - p),)


def classifier(x, w, y):
    probs = probabilities(x @ w)
    return -np.log(probs[np.arange(len(y)), y]).sum(), (x, w, y, probs)


def classifier_right(dout, cache):
    x, w, y, probs = cache
    ds = dout * (probs - np.eye(w.shape[1])[y])
    return ds @ w.T, x.T @ ds


def classifier_is_the_end(dout, cache):
    x, w, y, probs = cache
    dscores = probs.copy()
    dscores[range(len(y)), y] -= 1
    return dscores.dot(w.T), x.T.dot(dscores)


def scores(rng):
    return [(rng.normal(size=(n, c)), rng.integers(c, size=n)) for n, c in ((6, 4), (3, 5))]


def make(rng):
    return [(rng.normal(size=(6, 4)),), (rng.normal(size=(3, 5)),)]


def samples(rng):
    sizes = [(6, 4, 3), (3, 5, 4)]
    return [(rng.normal(size=(n, d)), rng.normal(size=(d, c)), rng.integers(c, size=n)) for n, d, c in sizes]


FAULTS = [
    Fault(
        "loss: subtracts 1 and divides in the cached probabilities",
        loss_eats_the_probabilities,
        "inplace",
        IN_PLACE + r"|mutat|second (call|time)|twice|called again|differs? (from|between) (call|run)",
        "softmax",
        loss,
        loss_right,
        scores,
    ),
    Fault(
        "softmax: p (1 - p) alone, the diagonal of the Jacobian",
        softmax_as_a_sigmoid,
        "term",
        r"diagonal|jacobian|(term|path|sum|contribution|normali[sz]).*(missing|forgot|lack|left out|not)"
        r"|(missing|forgot|lack|without|leaves? out).*(term|path|sum|normali[sz])|sum to (0|zero)"
        r"|other (entries|classes)",
        "softmax",
        softmax,
        softmax_right,
        make,
    ),
    Fault(
        "classifier: dout is not used",
        classifier_is_the_end,
        "ignored",
        r"ignor|upstream|not us(e|ing)|dout|depend",
        "softmax",
        classifier,
        classifier_right,
        samples,
    ),
]
