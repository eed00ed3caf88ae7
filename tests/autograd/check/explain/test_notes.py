"""Faults in real layers get the note that fits, from ``gradcheck``."""

import pytest

pytest.importorskip("numpy", reason='needs NumPy: pip install -e ".[replay]"')

import numpy as np

from autograd import gradcheck
from tests.corpora.backward_faults.half_a import (
    affine,
    attention,
    batch_norm,
    convolution,
    layer_norm,
    lstm,
    softmax,
    svm,
)


def instead(k, change):
    """Return a backward pass that changes the gradient of argument k of the right one."""

    def with_layer(layer):
        def back(dout, cache):
            gradients = list(layer.right(dout, cache))
            gradients[k] = change(gradients[k], dout, cache)
            return tuple(gradients)

        return back

    return with_layer


def of_norm(change):
    """Return a backward pass of batch or layer norm with other terms of dx."""

    def with_layer(layer):
        along = {"axis": 0 if layer is batch_norm else 1, "keepdims": True}

        def back(dout, cache):
            xhat, std, gamma = (cache[0], cache[2], cache[3]) if layer is batch_norm else cache
            d = dout * gamma
            dx = change(d, d.mean(**along), xhat * (d * xhat).mean(**along), std)
            return dx, *layer.right(dout, cache)[1:]

        return back

    return with_layer


def of_scores(change):
    def with_layer(layer):
        def back(dout, cache):
            q, k, v, weights = cache
            d = dout @ v.T
            ds = change(d, weights) / np.sqrt(q.shape[1])
            return ds @ k, ds.T @ q, weights.T @ dout

        return back

    return with_layer


def overlapping(set_or_add):
    def with_layer(layer):
        def back(dout, cache):
            padded, w = cache
            size = w.shape[2]
            dx, dw = np.zeros_like(padded), np.zeros_like(w)
            for i, j in np.ndindex(*dout.shape[2:]):
                window = np.s_[:, :, i : i + size, j : j + size]
                set_or_add(dx, window, np.tensordot(dout[:, :, i, j], w, axes=1))
                set_or_add(dw, ..., np.tensordot(dout[:, :, i, j], padded[window], axes=(0, 0)))
            return dx[:, :, 1:-1, 1:-1], dw, dout.sum(axis=(0, 2, 3))

        return back

    return with_layer


def upside_down(layer):
    def back(dout, cache):
        padded, w = cache
        return layer.right(dout, (padded, w[:, :, ::-1, ::-1]))[0], *layer.right(dout, cache)[1:]

    return back


FAULTS = [
    (affine, instead(1, lambda g, u, c: g / len(u)), "w", "too small, the number of rows of x"),
    (affine, instead(0, lambda g, u, c: g[::-1]), "x", "is flipped: in reverse along axis 0"),
    (affine, instead(2, lambda g, u, c: u), "b", "should be summed along axis 0"),
    (affine, instead(2, lambda g, u, c: u.sum()), "b", "is a sum along axis 0, too many"),
    (affine, instead(2, lambda g, u, c: np.full_like(g, u.sum())), "b", "is a sum along axis 0, an axis too many"),
    (affine, instead(2, lambda g, u, c: u[-1]), "b", "overwrites: only the last contribution along axis 0 of"),
    (affine, instead(2, lambda g, u, c: np.roll(g, 1)), "b", "is shifted by 1 along axis 0"),
    (affine, instead(1, lambda g, u, c: np.outer(c[0].mean(0), u.sum(0))), "w", "is a mean along axis 0 of the res"),
    (softmax, instead(0, lambda g, u, c: u * c[0] / len(c[0])), "x", "at the labels y, and right elsewhere: a term"),
    (softmax, instead(0, lambda g, u, c: g[:, ::-1]), "x", "is flipped: in reverse along axis 1"),
    (svm, instead(0, lambda g, u, c: u * (c[0] > 0) / len(c[1])), "x", "is 0 at"),
    (softmax, instead(0, lambda g, u, c: g * 0 + u * np.where(np.eye(g.shape[1])[c[1]], -1, c[0]) / len(g)), "x",
     "is -0.125 at the labels y, and right elsewhere: it overwrites what was there"),
    (softmax, instead(0, lambda g, u, c: np.where(np.eye(g.shape[1])[c[1]], g**2, g)), "x", "not linear"),
    (svm, instead(0, lambda g, u, c: np.sign(u) * abs(g)), "x", "has the wrong sign at"),
    (batch_norm, of_norm(lambda d, m, v, s: (d - v) / s), "x", "the mean's term along axis 0,"),
    (batch_norm, of_norm(lambda d, m, v, s: (d - m + v) / s), "x", "the variance's term along axis 0,"),
    (batch_norm, of_norm(lambda d, m, v, s: d / s), "x", "the mean's term and the variance's term along"),
    (batch_norm, of_norm(lambda d, m, v, s: d - m - v), "x", "the factor the standard deviation of x along axis 0 too"),
    (batch_norm, of_norm(lambda d, m, v, s: -v / s), "x", "overwrites: only the contribution of the variance along"),
    (batch_norm, of_norm(lambda d, m, v, s: -(m + v) / s), "x", "only the contribution of the mean and the variance"),
    (batch_norm, of_norm(lambda d, m, v, s: (d - m / 2 - v / 2) / s), "x", "the mean's term and the variance's term"),
    (batch_norm, instead(1, lambda g, u, c: u.sum(0)), "gamma", "is that of beta"),
    (layer_norm, of_norm(lambda d, m, v, s: (d - v) / s), "x", "the mean's term along axis 1,"),
    (layer_norm, of_norm(lambda d, m, v, s: (d - m) / s), "x", "the variance's term along axis 1,"),
    (layer_norm, instead(2, lambda g, u, c: g * c[2]), "beta", "has the factor gamma too many"),
    (convolution, overlapping(np.ndarray.__setitem__), "x", "overwrites: only the last contribution along"),
    (convolution, overlapping(np.ndarray.__setitem__), "w", "overwrites: only the last contribution along"),
    (convolution, upside_down, "x", "in reverse along axis 2 and axis 3 and axis 2 of the result"),
    (convolution, instead(0, lambda g, u, c: np.roll(g, 1, 2) * by_place(g, 2)), "x", "is shifted by 1 along axis 2"),
    (convolution, instead(0, lambda g, u, c: g * by_place(g, 2, 3)), "x", "at the border, and right elsewhere"),
    (lstm, instead(5, lambda g, u, c: g.reshape(4, -1)[[1, 0, 2, 3]].ravel()), "b", "is in another order along axis 0"),
    (lstm, instead(5, lambda g, u, c: g * np.repeat([1, -1, 1, 1], len(g) // 4)), "b", "has the wrong sign at"),
    (lstm, instead(5, lambda g, u, c: np.where(np.arange(len(g)) < 2, g**2 / u.sum(), g)), "b", "not linear"),
    (lstm, lambda layer: lambda u, c: layer.right(u * by_place(u, 0), c), "c", "ignores part of its"),
    (attention, of_scores(lambda d, p: p * d), "q", "a term with the sum Σ upstream × result"),
    (attention, of_scores(lambda d, p: p * (d - (d * p).sum(0))), "q", "mixes the entries along axis 0, which f"),
    (attention, instead(1, lambda g, u, c: g * [[1]] if len(g) < 5 else g / 2), "k", "is 2 times too small"),
]  # fmt: skip  # in few lines


def by_place(array, *axes):
    """Return zeros at the first and last places along axes, or at the first if there are but two; else ones."""
    found = np.ones(array.shape)
    for axis in axes:
        np.moveaxis(found, axis, 0)[0 if array.shape[axis] == 2 or len(axes) == 1 else [0, -1]] = 0
    return found


@pytest.mark.parametrize("place", range(len(FAULTS)))
def test_a_fault_in_a_layer_gets_the_note_that_fits(place):
    layer, fault, name, words = FAULTS[place]
    report = gradcheck(layer.forward, layer.make(np.random.default_rng(1))[0], vjp=fault(layer))
    assert report.verdict == "FAIL"
    assert [words in check.note for check in report.checks if check.name == name and check.note] == [True], report


NUMBERS = {
    "the gradient is 3 times too large": (lambda x, y: x * y * y, [1.0, 2.5], lambda x, y: [3 * y * y, 6 * x * y]),
    "x: its gradient is swapped with that of y": (lambda x, y: x * y * y, [1.0, 2.5], lambda x, y: [2 * x * y, y * y]),
    "x: its gradient has the wrong sign": (lambda x: x**3, [2.0], lambda x: -3 * x * x),
    "w: its gradient is flipped": (lambda w: sum(a**3 for a in w), [[1.0, 2.0, 3.0]], lambda w: [27.0, 12.0, 3.0]),
    "": (lambda x: x**3, [2.0], lambda x: 2.9 * x * x),
}


@pytest.mark.parametrize("note", NUMBERS)
def test_the_gradient_of_one_number_gets_a_note(note):
    f, inputs, grad = NUMBERS[note]
    report = gradcheck(f, inputs, grad=grad)
    assert report.verdict == "FAIL"
    assert report.notes[0].startswith(note) if note else report.notes == ()
    assert len(report.checks) == sum(len(x) if isinstance(x, list) else 1 for x in inputs)


def test_nothing_is_said_where_forward_or_backward_raise_errors():
    def log_back(u, x):
        assert np.all(u), "an upstream of zero"
        return u

    assert "its gradient" not in str(gradcheck(np.log, [np.array([0.5, 1.5])], vjp=log_back))


def test_a_name_costs_four_evaluations_for_each_number_and_the_result():
    x = np.linspace(1, 2, 120)
    report = gradcheck(lambda x: x**2, [x], vjp=lambda u, x: u * x)
    assert any("2 times too small" in check.note for check in report.checks)
    assert 600 < report.evaluations < 1100
    x = np.linspace(1, 2, 501)
    report = gradcheck(lambda x: x**2, [x], vjp=lambda u, x: u * x)
    assert report.verdict == "FAIL"
    assert report.evaluations < 600
