"""What is done to an upstream other than to multiply by it is named, or nothing is said."""

import pytest

pytest.importorskip("numpy", reason='needs NumPy: pip install -e ".[replay]"')

import numpy as np

from autograd import gradcheck

X, W = np.array([[1.0, -2.0, 0.5], [0.3, 4.0, -1.0]]), np.array([[0.5, 2.0], [1.0, -1.0], [0.7, 0.1]])
DONE = {
    "rounded": lambda u: np.rint(u @ W.T),
    "cut to whole numbers": lambda u: (u @ W.T).astype(int),
    "cut off at ±1": lambda u: np.clip(u @ W.T, -1, 1),
    "cut off at 2": lambda u: np.minimum(u @ W.T, 2),
    "clips its upstream: it is cut off at 0.75": lambda u: np.clip(u, -0.75, 0.75) @ W.T,
    "cut to 2 decimals": lambda u: np.round(u @ W.T, 2),
    "its norm is cut off at 1,": lambda u: (u @ W.T) / max(1, np.linalg.norm(u @ W.T)),
    "it has 0.1 times x too much for any upstream, a term as of a penalty": lambda u: u @ W.T + 0.1 * X,
    "it adds what it should multiply": lambda u: u @ W.T + 1.0,
    "; it ": lambda u: np.sin(u) @ W.T,  # nothing fits
}


@pytest.mark.parametrize("words", DONE)
def test_upstreams(words):
    report = gradcheck(lambda x: x @ W, [X], vjp=lambda u, x: DONE[words](u))
    notes = [check.note for check in report.checks if check.note]
    assert notes[0].startswith("its gradient is not linear in its upstream")
    assert (words in notes[0]) == (words != "; it ")


@pytest.mark.parametrize(("sign", "word"), [(1, "negative"), (-1, "positive")])
def test_a_mask_of_the_upstream_is_named(sign, word):
    report = gradcheck(lambda x: np.maximum(x, 0), [X], vjp=lambda u, x: u * (sign * u > 0))
    assert f"it is 0 where its upstream is {word}" in str(report)


def test_a_term_that_squares_its_upstream_and_a_cut_inside_are_named():
    def forward(x):
        return [x**2, x**3]

    squares = lambda u, x: 2 * x * u[0] + 3 * x**2 * u[1] * u[1]
    report = gradcheck(forward, [X], vjp=squares)
    assert "it has a term that squares its upstream" in str(report)
    cut = lambda u, x: np.clip(2 * x * u[0], -1, 1) + np.clip(3 * x**2 * u[1], -3, 3)
    report = gradcheck(forward, [X], vjp=cut)
    assert "it is clipped: it does not grow" in str(report)


def test_a_gradient_that_only_looks_at_the_sign_of_its_upstream_gets_no_name():
    report = gradcheck(lambda x: np.maximum(x, 0), [X], vjp=lambda u, x: u * (u * x > 0))
    assert [check.note for check in report.checks if check.name == "x"] == [
        "its gradient is not linear in its upstream"
    ]


def test_the_upstream_of_a_loss_that_is_added_is_named():
    report = gradcheck(lambda x: np.sum(x**2), [X], vjp=lambda u, x: 2 * x + u)
    assert "it adds its upstream instead of multiplying by it" in str(report)
