"""A gradient that is right for other arguments, or for some slices of them, is named by these, and noise is not."""

import pytest

pytest.importorskip("numpy", reason='needs NumPy: pip install -e ".[replay]"')

import numpy as np

from autograd import gradcheck
from autograd.check.backward_pass import to_backward_pass
from autograd.check.explain.changed import MOST_CHANGED
from autograd.check.explain.evidence import jacobians
from autograd.check.explain.notes import explain


def notes(f, back, inputs):
    """Return the note on each argument with a wrong gradient."""
    found = {e.name: explain(e) for e in jacobians(to_backward_pass(f, back, inputs, None))}
    return {name: note for name, note in found.items() if note}


def scores(x, w, b, y):
    z = np.tanh(x @ w + b)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(y)), y]).mean()


def scores_back(u, x, w, b, y):
    z = np.tanh(x @ w + b)
    d = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    d[np.arange(len(y)), y] -= 1
    d = u * d * (1 - z * z) / len(y)
    return d @ w.T, x.T @ d, d.sum(axis=0)


CHANGED = {
    "zeros in place of b": lambda x, w, b, y: (x, w, 0 * b, y),
    "ones in place of b": lambda x, w, b, y: (x, w, 0 * b + 1, y),
    "the negative of b in place of b": lambda x, w, b, y: (x, w, -b, y),
    "w transposed in place of w": lambda x, w, b, y: (x, w.T, b, y),
    "x in reverse along axis 0 in place of x": lambda x, w, b, y: (x[::-1], w, b, y),
    "y + 1 in place of y": lambda x, w, b, y: (x, w, b, (y + 1) % 4),
    "y shifted by 1 along axis 0 in place of y": lambda x, w, b, y: (x, w, b, np.roll(y, 1)),
    "x cut to whole numbers in place of x": lambda x, w, b, y: (np.trunc(x), w, b, y),
}


@pytest.mark.parametrize("words", CHANGED)
def test_a_gradient_that_is_right_for_other_arguments_is_named(words):
    rng = np.random.default_rng(3)
    inputs = [2 * rng.normal(size=(6, 4)), rng.normal(size=(4, 4)), rng.normal(size=4), np.array([0, 3, 1, 2, 1, 1])]
    found = notes(scores, lambda u, *given: scores_back(u, *CHANGED[words](*given)), inputs)
    assert f"for {words}" in found["b"].removeprefix("is right ").split(", or ")


def test_few_numbers_are_right_for_other_arguments_by_chance():
    report = gradcheck(
        lambda x, y: np.sum(x * y), [np.array([2.0, 3.0, 4.0]), np.array(2.5)], vjp=lambda u, x, y: (x * 0 + u, u)
    )
    assert "in place of" not in str(report)


def test_a_search_for_other_arguments_has_an_end():
    rng = np.random.default_rng(0)
    x, w, noise = (rng.normal(size=size) for size in [(3, 4), (4, 5), (4, 5)])
    wrong = lambda u, x, w: (u @ (w + noise).T, x.T @ u)
    backward = to_backward_pass(lambda x, w: x @ w, wrong, [x, w], None)
    e, before = jacobians(backward)[0], backward.evaluations
    assert explain(e) == ""
    assert backward.evaluations - before <= 5 * MOST_CHANGED


def product_of(q, k, v):
    return np.tanh(q @ k.T) @ v


def product_back(u, q, k, v, instead):
    t = np.tanh(q @ k.T)
    d = (u @ v.T) * (1 - t * t)
    return d @ instead(q, k, v), d.T @ q, t.T @ u


MATRICES = {
    "k in reverse along axis 0 in place of k": lambda q, k, v: k[::-1],
    "v in place of k": lambda q, k, v: v,
    "q in place of k": lambda q, k, v: q,
    "k shifted by 1 along axis 0 in place of k": lambda q, k, v: np.roll(k, 1, axis=0),
}


@pytest.mark.parametrize("words", MATRICES)
def test_another_matrix_in_a_product_is_named(words):
    inputs = list(np.random.default_rng(1).normal(size=(3, 4, 5)))
    found = notes(product_of, lambda u, *given: product_back(u, *given, MATRICES[words]), inputs)
    assert found == {"q": f"has {words} in a product"}


def rnn(x, h, wx, wh, b):
    """Return the states after all steps of x (n, steps, d)."""
    states = []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ wx + h @ wh + b)
        states.append(h)
    return np.stack(states, axis=1)


def rnn_back(u, x, h, wx, wh, b, kept=lambda t: True, carried=True):
    """Return the gradients, those of wx and b of the kept steps only."""
    states = rnn(x, h, wx, wh, b)
    dx, dwx, dwh, db, dh = np.zeros_like(x), np.zeros_like(wx), np.zeros_like(wh), np.zeros_like(b), np.zeros_like(h)
    for t in reversed(range(x.shape[1])):
        da = (u[:, t] + carried * dh) * (1 - states[:, t] ** 2)
        dx[:, t], dh = da @ wx.T, da @ wh.T
        dwh += (states[:, t - 1] if t else h).T @ da
        if kept(t):
            dwx += x[:, t].T @ da
            db += da.sum(axis=0)
    return dx, dh, dwx, dwh, db


STEPS = {
    "overwrites: only the contribution at 0 along axis 1 of x is left, write += for =": lambda t: t == 0,
    "overwrites: only the contribution at 3 along axis 1 of x is left, write += for =": lambda t: t == 3,
    "has lost the contribution at 2 along axis 1 of x": lambda t: t != 2,
}


def steps():
    rng = np.random.default_rng(2)
    return [rng.normal(size=size) for size in [(2, 4, 3), (2, 5), (3, 5), (5, 5), (5,)]]


@pytest.mark.parametrize("words", STEPS)
def test_contributions_of_steps_that_are_lost_are_named(words):
    found = notes(rnn, lambda u, *given: rnn_back(u, *given, kept=STEPS[words]), steps())
    assert found == {"wx": words, "b": words}


def test_steps_between_which_no_gradient_flows_are_no_overwritten_ones():
    found = notes(rnn, lambda u, *given: rnn_back(u, *given, carried=False), steps())
    earlier = "at earlier places along axis 1 than along axis 1 of the result, and right elsewhere"
    assert found["x"] == f"is 0 {earlier}: a path is missing"
    assert "ignores part of its upstream, at 29 of 40 entries, at 1 to 3 along axis 1" in found["h"]
    last = lambda u, *given: rnn_back(u * (np.arange(4) == 3)[:, None], *given)
    assert all(note.startswith("ignores part of its upstream") for note in notes(rnn, last, steps()).values())


def test_a_right_backward_pass_through_steps_passes():
    assert notes(rnn, rnn_back, steps()) == {}
    assert gradcheck(rnn, steps(), vjp=rnn_back).verdict == "PASS"
