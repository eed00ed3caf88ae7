"""A right Jacobian that is changed by one kind of mistake is named by that kind, and nothing else is named."""

import pytest

pytest.importorskip("numpy", reason='needs NumPy: pip install -e ".[replay]"')

import numpy as np

from autograd.check.explain.evidence import Evidence
from autograd.check.explain.notes import explain

SEEDS = range(5)


def evidence(seed, shape=(5, 4, 3, 4), n_out=2, **arrays):
    """Return a right Jacobian without structure; the claimed one is to be changed."""
    right = np.random.default_rng(seed).normal(size=shape)
    return Evidence(right.copy(), right, n_out, 1e-5 * abs(right).max(), "x", arrays)


MISTAKES = {
    "is flipped: in reverse along axis 1": lambda j: j[..., ::-1],
    "is flipped: in reverse along axis 0 and axis 1": lambda j: j[:, :, ::-1, ::-1],
    "in reverse along axis 1 of the result": lambda j: j[:, ::-1],
    "is transposed, axes 0 and 1, and then reshaped": lambda j: np.swapaxes(j, 2, 3).reshape(j.shape),
    "has axis 1 exchanged with axis 1 of the result": lambda j: np.swapaxes(j, 1, 3),
    "is a sum along axis 0, an axis too many": lambda j: np.broadcast_to(j.sum(2, keepdims=True), j.shape),
    "in reverse along axis 1, and has the wrong sign and is 3 times too large": lambda j: -3 * j[..., ::-1],
    "axis 0 of the result, an axis too many, and is 3 times": lambda j: np.broadcast_to(j.sum(0) / 3, j.shape),
    "is a mean along axis 0 of the result": lambda j: np.broadcast_to(j.mean(0, keepdims=True), j.shape),
}


@pytest.mark.parametrize("words", MISTAKES)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_mistake_is_named_by_its_kind(words, seed):
    e = evidence(seed)
    e.claimed = MISTAKES[words](e.right)
    assert words in explain(e)
    e.claimed = e.claimed + 1e-3 * np.random.default_rng(9).normal(size=e.right.shape)
    assert explain(e) == ""  # nearly is not enough


SHAPES = {
    "is transposed: axes 0 and 1": lambda j: np.swapaxes(j, 2, 3),
    "has the right numbers, but not the shape": lambda j: j.reshape(5, 4, 12),
    "is a sum along axis 1, too many": lambda j: j.sum(axis=3),
    "the right numbers inside, and padding": lambda j: np.pad(j, ((0, 0), (0, 0), (1, 1), (1, 1))),
    "should be summed along axis 0": lambda j: np.stack((j - 1, 0 * j + 1), axis=2),
    "a sum runs along the wrong axis": lambda j: j[:, :, [0, 1, 2, 0, 1]] + 1,
}


@pytest.mark.parametrize("words", SHAPES)
def test_another_shape_is_explained(words):
    e = evidence(0)
    e.claimed = SHAPES[words](e.right)
    assert words in explain(e)
