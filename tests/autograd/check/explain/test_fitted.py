"""Mistakes with a few free numbers are named by their kind; numbers that are wrong in another way get no name."""

import pytest

pytest.importorskip("numpy", reason='needs NumPy: pip install -e ".[replay]"')

import numpy as np

from autograd.check.backward_pass import to_backward_pass
from autograd.check.explain.evidence import Evidence, jacobians
from autograd.check.explain.notes import explain
from tests.corpora.backward_faults import right as corpus

SEEDS = range(5)


def evidence(seed, shape=(5, 4, 3, 4), n_out=2):
    """Return a right Jacobian without structure; the claimed one is to be changed."""
    right = np.random.default_rng(seed).normal(size=shape)
    return Evidence(right.copy(), right, n_out, 1e-5 * abs(right).max(), "x")


MISTAKES = {
    "has the wrong sign": lambda j: -j,
    "7 times too large": lambda j: 7 * j,
    "4 times too small": lambda j: j / 4,
    "has the wrong sign and is 3 times": lambda j: -3 * j,
    "is 0, but": lambda j: 0 * j,
    "is shifted by 1 along axis 1": lambda j: np.roll(j, 1, axis=3),
    "is shifted by -1 along axis 0 of the result": lambda j: np.concatenate((j[1:], 0 * j[:1])),
    "is in another order along axis 1": lambda j: j[..., [2, 3, 1, 0]],
    "wrong sign at 4 of 12 entries, at 1 along axis 0, and right": lambda j: j * np.array([1, -1, 1])[:, None],
    "2 times too large at 6 of 12 entries, at 0, 3 along axis 1,": lambda j: j * np.array([2, 1, 1, 2]),
    "is 0 at 3 of 12 entries, at 2 along axis 1, and right": lambda j: j * np.array([1, 1, 0, 1]),
    "overwrites: only the last contribution along axis 0 of the result": lambda j: j * by_row(5, [4]),
    "overwrites: only the first contribution": lambda j: j * by_row(5, [0]),
    "ignores part of its upstream, at 8 of 20 entries, at 1, 2 along axis 0 of its upstream": lambda j: (
        j * by_row(5, [0, 3, 4])
    ),
}


def by_row(n, kept):
    return np.isin(np.arange(n), kept)[:, None, None, None]


@pytest.mark.parametrize("words", MISTAKES)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_mistake_is_named_by_its_kind(words, seed):
    e = evidence(seed)
    e.claimed = MISTAKES[words](e.right)
    assert words in explain(e)
    e.claimed = e.claimed + 1e-3 * np.random.default_rng(9).normal(size=e.right.shape)
    assert explain(e) == ""  # nearly is not enough


def relu(x):
    return np.eye(x.size).reshape(*x.shape, *x.shape) * (x > 0)


OF_MASKS = {
    "should be 0 at 5 of 12 entries, where x < 0: a mask is missing": lambda x: relu(1 + x * x),
    "where x < 0: a mask is inverted": lambda x: relu(-x),
    "has the factor x too many": lambda x: relu(x) * x,
    "takes its upstream transposed": lambda x: np.swapaxes(relu(x), 0, 1),
    "is flipped: in reverse along axis 0": lambda x: relu(x)[:, :, ::-1],
}  # fmt: skip


@pytest.mark.parametrize("words", OF_MASKS)
def test_mistakes_with_a_mask_are_named(words):
    x = np.random.default_rng(2).normal(size=(4, 4))
    e = Evidence(OF_MASKS[words](x), relu(x), 2, 1e-5, "x", {"x": x})
    assert words.replace("5 of 12", f"{np.sum(x < 0)} of 16") in explain(e)


def test_gradients_of_other_arguments_are_named():
    a, b, c = (np.random.default_rng(seed).normal(size=(5, 3)) for seed in range(3))
    claimed = {"a": (b, a), "b": (a, b)}
    assert explain(Evidence(b, a, 1, 1e-5, "a", others={"b": claimed["b"]})) == "is swapped with that of b"
    assert "another order" in explain(Evidence(b, a, 1, 1e-5, "a", others={"b": (c, b), "c": (a, c)}))
    assert explain(Evidence(b, a, 1, 1e-5, "a", others={"b": (b, b)})) == "is that of b"


@pytest.mark.parametrize("place", range(20))
def test_random_wrong_numbers_of_a_layer_get_no_name(place):
    """A Jacobian that is wrong where the right one is not zero, everywhere, or in half of all places."""
    entry, rng = corpus.RIGHT[place], np.random.default_rng(place)
    inputs = entry.make(rng)[0]
    for e in jacobians(to_backward_pass(entry.forward, entry.backward, inputs, None)):
        assert explain(e) == ""
        for k in range(6):
            noise = 0.1 * abs(e.right).max() * rng.normal(size=e.right.shape)
            some = rng.uniform(size=e.right.shape) < 0.5
            factors = rng.uniform(0.3, 3, size=e.right.shape) * rng.choice((-1, 1), size=e.right.shape)
            e.claimed = (e.right * factors, e.right + noise, np.where(some, e.right + noise, e.right))[k % 3]
            assert explain(e) == "" or e.right.size < (2, 12, 12)[k % 3]  # half of few places may be a row


def test_few_numbers_are_not_explained_by_as_many():
    right = np.array([1.0, 2.0])
    for claimed in ([2.0, 1.1], [1.0, 3.0], [0.1, 0.4]):
        assert explain(Evidence(np.array(claimed), right, 0, 1e-5)) == ""
    assert explain(Evidence(np.array(3.7), np.array(1.0), 0, 1e-5)) == ""
    assert explain(Evidence(np.array(-1.0), np.array(1.0), 0, 1e-5)) == "has the wrong sign"


ADDED = {
    "adds its upstream, as of a shortcut": lambda j, x, one: j + one,
    "adds 0.5 times its upstream, as of a shortcut": lambda j, x, one: j + one / 2,
    "is missing its upstream, as of a shortcut: a path is missing": lambda j, x, one: j - one,
    "is missing 0.3 times x, a term as of a penalty": lambda j, x, one: j - 0.3 * x,
    "has 0.3 times x too much, a term as of a penalty": lambda j, x, one: j + 0.3 * x,
    "is missing 0.2 times the sign of x, a term as of a penalty": lambda j, x, one: j - 0.2 * np.sign(x),
}


@pytest.mark.parametrize("words", ADDED)
@pytest.mark.parametrize("shape", [(3, 4), (7,), (2, 3, 2)], ids=str)
def test_a_shortcut_or_a_penalty_is_named(words, shape):
    rng = np.random.default_rng(4)
    x, right = rng.normal(size=shape), rng.normal(size=shape + shape)
    one = np.eye(x.size).reshape(shape + shape)
    e = Evidence(ADDED[words](right, x, one), right, len(shape), 1e-5, "x", {"x": x})
    assert explain(e) == words


@pytest.mark.parametrize("heads", [1, 2])
@pytest.mark.parametrize("kept", [(0,), (1,), (2,), (0, 2), (1, 2)], ids=str)
def test_paths_through_other_arguments_are_named(heads, kept):
    """Products with several matrices, in heads of their own or a gate."""
    rng = np.random.default_rng(5)
    inputs = [rng.normal(size=size) for size in [(3, 4)] + 3 * [(4, 2 * heads)]]

    def forward(x, a, b, c):
        return np.tanh(x @ a) * (x @ b) + np.exp(x @ c)

    def back(u, x, a, b, c):
        t = np.tanh(x @ a)
        inner = u * (1 - t * t) * (x @ b), u * t, u * np.exp(x @ c)
        dx = sum(inner[k] @ (a, b, c)[k].T for k in kept)
        return dx, *(x.T @ d for d in inner)

    found = {e.name: explain(e) for e in jacobians(to_backward_pass(forward, back, inputs, None))}
    gone = " and ".join(name for k, name in enumerate("abc") if k not in kept)
    one = f"overwrites: only the last contribution, through {'abc'[kept[0]]}, is left, write += for ="
    assert found.pop("x") == (one if len(kept) == 1 else f"has lost the path through {gone}: a path is missing")
    assert set(found.values()) == {""}
