"""A factor has a meaning only if it follows the lengths of axes; a factor by chance is a bare number."""

import pytest

pytest.importorskip("numpy", reason='needs NumPy: pip install -e ".[replay]"')

import numpy as np

from autograd import gradcheck
from autograd.check.explain.evidence import Evidence
from autograd.check.explain.factors import name_factor
from autograd.check.explain.notes import explain

SEEDS = range(5)


def by_row(factors):
    return factors[:, None, None, None]


FACTORS = {
    "is missing the factor gamma": lambda right, y, gamma: right / gamma,
    "is missing the factor 1 − y²": lambda right, y, gamma: right / (1 - y * y)[..., None, None],
    "is missing the factor y (1 − y)": lambda right, y, gamma: right / (y * (1 - y))[..., None, None],
    "is missing the factor 1 − tanh(gamma)²": lambda right, y, gamma: right / (1 - np.tanh(gamma) ** 2),
    "has the factor σ(y) in place of y": lambda right, y, gamma: right * (1 / (1 + np.exp(-y)) / y)[..., None, None],
    "has the factor y too many, and has the wrong sign": lambda right, y, gamma: -right * y[..., None, None],
    "is missing the factor gamma at 4 of 6 entries, at 1, 2 along axis 1, and": lambda right, y, gamma: (
        right / np.where([0, 1, 1], gamma, 1)
    ),
    "has the factor gamma too many": lambda right, y, gamma: right * gamma,
    "has the factor 1 − y² in place of y": lambda right, y, gamma: right * ((1 - y * y) / y)[..., None, None],
    "has a wrong factor for each place along axis 0 of the result: ": lambda right, y, gamma: right / by_row(y.std(1)),
    "has a wrong factor for each place along axis 1: ": lambda right, y, gamma: right * (1 + gamma**2),
}


@pytest.mark.parametrize("words", FACTORS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_factor_at_hand_or_for_each_slice_is_named(words, seed):
    rng = np.random.default_rng(seed)
    arrays = {"y": rng.uniform(0.1, 0.9, size=(5, 4)), "gamma": rng.uniform(0.5, 2, size=3)}
    right = rng.normal(size=(5, 4, 2, 3))
    e = Evidence(FACTORS[words](right, **arrays), right, 2, 1e-5 * abs(right).max(), "x", arrays)
    assert words in explain(e)
    e.claimed = e.claimed + 1e-3 * rng.normal(size=right.shape)
    assert explain(e) == ""  # nearly is not enough


def affine(x, w, b):
    return x @ w + b


def cross_entropy(x, y):
    p = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(y)), y]))


def cross_entropy_back(u, x, y):
    p = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    return u * (p - np.eye(x.shape[1])[y]) / len(y)


def layers(n, d, m):
    """Return forward, the right backward and inputs of layers with rows x columns of some lengths."""
    rng = np.random.default_rng(0)
    x, w, b = rng.normal(size=(n, d)), rng.normal(size=(d, m)), rng.normal(size=m)
    return {
        "affine": (affine, lambda u, x, w, b: (u @ w.T, x.T @ u, u.sum(axis=0)), [x, w, b]),
        "cross-entropy": (cross_entropy, cross_entropy_back, [x, rng.integers(d, size=n)]),
        "cube": (lambda x: np.sum(x**3), lambda u, x: 3 * u * x**2, [x]),
    }


def notes_of(layer, factor, sizes):
    """Return the notes on a gradient with a factor that may depend on the arguments."""
    f, right, inputs = layers(*sizes)[layer]
    made = lambda u, *given: tuple(factor(*given) * g for g in several(right(u, *given)))
    return [check.note for check in gradcheck(f, inputs, vjp=made).checks if check.note]


def several(gradients):
    return gradients if isinstance(gradients, tuple) else (gradients,)


BY_CHANCE = 1.5, 2.0, 3.0, 4.0, -6.0, 12.0, 3**0.5, 0.75


@pytest.mark.parametrize("layer", ["affine", "cross-entropy", "cube"])
@pytest.mark.parametrize("sizes", [(3, 4, 2), (4, 4, 4), (2, 3, 6)], ids=str)
def test_a_factor_that_only_happens_to_be_a_length_gets_no_meaning(layer, sizes):
    for factor in BY_CHANCE:
        notes = notes_of(layer, lambda *given, factor=factor: factor, sizes)
        assert set(notes) == {f"its gradient {name_factor(factor)}"}


LENGTHS = {
    "the number of rows of x": lambda x, *_: len(x),
    "the square root of the number of columns of x": lambda x, *_: x.shape[1] ** -0.5,
    "n / (n − 1) for n rows of x": lambda x, *_: len(x) / (len(x) - 1),
    "the number of rows of x times the number of columns of x": lambda x, *_: 1 / x.size,
}


@pytest.mark.parametrize("words", LENGTHS)
@pytest.mark.parametrize("layer", ["affine", "cross-entropy", "cube"])
@pytest.mark.parametrize("sizes", [(3, 4, 2), (5, 3, 3)], ids=str)
def test_a_factor_that_follows_a_length_has_its_meaning(words, layer, sizes):
    notes = notes_of(layer, LENGTHS[words], sizes)
    meanings = [set(note.partition(", ")[2].split(" times ")) for note in notes]
    assert set(words.split(" times ")) in meanings, notes


def test_a_number_of_a_cube_is_bare():
    report = gradcheck(lambda x: sum(a**3 for a in x), [[1.0, 2.0, 3.0]], grad=lambda x: [2 * a * a for a in x])
    assert report.notes == ("x: its gradient is 1.5 times too small",)


def test_the_factor_of_a_gradient_of_one_number_has_its_meaning():
    report = gradcheck(lambda x: float((x**3).mean()), [np.ones((2, 3, 4))], grad=lambda x: 3 * x * x / x[0].size)
    assert report.notes == ("x: its gradient is 2 times too large, the number of entries along axis 0 of x",)
