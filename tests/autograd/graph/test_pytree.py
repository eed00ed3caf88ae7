"""Containers as arguments: their numbers in order, and the same kind with other numbers."""

import collections
import dataclasses
from typing import Any, NamedTuple

import pytest

from autograd import grad, jvp, vjp
from autograd.graph.pytree import leaves, leaves_like, rebuild
from tests.helpers.optional_numpy import np


class Pair(NamedTuple):
    a: Any
    b: Any


class Row(list):
    pass


@dataclasses.dataclass(frozen=True)
class Frozen:
    a: Any
    b: Any = None


@dataclasses.dataclass(slots=True)
class Slots:
    a: Any
    b: Any


class Table(dict):
    pass


TREES = [
    [1.0, [2.0]], (1.0, (2.0,)), {"b": 1.0, "a": 2.0}, collections.OrderedDict(b=1.0, a=2.0),
    collections.defaultdict(float, b=1.0, a=2.0), collections.Counter(b=1.0, a=2.0), Table(b=1.0, a=2.0),
    Pair(1.0, 2.0), Row([1.0, 2.0]), Frozen(1.0, [2.0]), Slots(1.0, Frozen(2.0)), [1.0, None, (2.0, None)],
    {"a": Pair(1.0, {}), "b": 2.0},
]  # fmt: skip  # in few lines


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: type(tree).__name__)
def test_a_gradient_has_the_kind_and_order_of_its_argument(tree):
    assert leaves(tree) == leaves_like(tree, tree, "t") == [1.0, 2.0]
    for found in (
        rebuild(tree, [2.0, 4.0]),
        grad(lambda t: sum(x**2 for x in leaves(t)))(tree),
        vjp(lambda t: t)(tree)[1](rebuild(tree, [2.0, 4.0]))[0] if None not in leaves(tree, True) else None,
        jvp(lambda t: sum(leaves(t)))((tree,), (tree,)) and rebuild(tree, [2.0, 4.0]),
    ):
        if found is not None:
            assert type(found) is type(tree)
            assert leaves(found) == [2.0, 4.0]
            assert found == rebuild(tree, [2.0, 4.0])
            if isinstance(tree, dict):
                assert list(found) == list(tree)
    assert leaves(tree) == [1.0, 2.0]


def test_a_copy_of_a_dict_keeps_what_it_does_for_a_missing_key():
    assert grad(lambda d: d["x"] ** 2 + d["none"])(collections.defaultdict(float, x=3.0))["more"] == 0.0


def test_an_array_of_trees_is_a_tree_of_arrays():
    found = rebuild(np.zeros((2, 1)), [{"a": 1.0, "b": np.ones(3), "c": None}] * 2)
    assert found["a"].tolist() == [[1.0], [1.0]]
    assert (found["b"].shape, found["c"]) == ((2, 1, 3), None)
    assert rebuild(np.zeros((0, 2)), []).shape == (0, 2)


@pytest.mark.parametrize(
    ("tree", "model", "message"),
    [
        (Frozen(1.0), Pair(1.0, 2.0), r"^t: expected 2 parts in a Pair"),
        (Pair(1.0, 2.0), Frozen(1.0, 2.0), r"^t: expected a Frozen, got Pair"),
        (Frozen(1.0, [2.0]), Frozen(1.0, 2.0), r"^t\.b: expected one number, got \[2.0\]"),
        (1.0, [None], r"^t: expected 1 parts in a list"),
        ([1.0], [None], r"^t\[0\]: expected a NoneType, got 1.0"),
        ([1.0, 2.0], np.zeros(3), r"^t: expected an array of shape \(3,\), got shape \(2,\)"),
        (np.zeros(3), [1.0, 2.0], r"^t: expected 2 parts in a list"),
        ({"a": 1.0}, [1.0], r"^t: expected 1 parts in a list"),
    ],
)
def test_another_shape_is_named(tree, model, message):
    with pytest.raises(ValueError, match=message):
        leaves_like(tree, model, "t")
