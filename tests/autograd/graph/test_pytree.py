"""Containers as arguments: their numbers in order, and the same kind with other numbers."""

import collections
import dataclasses
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import pytest

import autograd
from autograd import Value, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from autograd.graph.pytree import leaves, leaves_like, numbers_in, numbers_like, rebuild, replace_numbers
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


def test_what_is_no_number_stays_in_place_and_its_derivative_is_none():
    tree = {"w": [1.0, Value(2.0)], "name": "layer", "flag": True, "f": abs, "none": None, "n": 3}
    assert numbers_in(tree) == [1.0, tree["w"][1], 3]
    assert replace_numbers(tree, [4, 5, 6]) == tree | {"w": [4, 5], "n": 6}
    slopes = replace_numbers(tree, [4, 5, 6], keep_static=False)
    assert slopes == {"w": [4, 5], "name": None, "flag": None, "f": None, "none": None, "n": 6}
    assert numbers_like(slopes, tree, "v") == numbers_like(replace_numbers(tree, [4, 5, 6]), tree, "v") == [4, 5, 6]
    for number in (1, 1.5, Fraction(1, 2), 1j, Decimal(1), Value(1.0)):
        assert numbers_in([number, "a"]) == [number]
    assert numbers_in("a") == ["a"]


@dataclasses.dataclass
class Layer:
    w: Any
    name: str = "a"
    flag: bool = True
    f: Any = abs
    opt: Any = None


def test_every_transform_leaves_out_what_is_no_number():
    given = lambda p: p.w**3 if (p.name, p.flag, p.f, p.opt) == ("a", True, abs, None) else 1 / 0
    p, slope = Layer(2.0), Layer(12.0, None, None, None)
    for found in (grad(given)(p), vjp(given)(p)[1](1.0)[0], jacobian(given)(p), value_and_grad(given)(p)[1]):
        assert found == slope
    assert hessian(given)(p) == Layer(slope, None, None, None)
    for v in (Layer(1.0), Layer(1.0, None, None, None)):
        assert hvp(given)(p, v) == slope
        assert jvp(given)((p,), (v,)) == (8.0, 12.0)
        assert jvp(grad(given))((p,), (v,)) == (slope, slope)
    assert grad(given, allow_unused=False)(Layer(Value(2.0))).w.data == 12.0
    compiled = pytest.importorskip("numpy") and autograd.compile(given)
    assert (compiled(p), grad(compiled)(p)) == (8.0, slope)
    for nothing, name in (({"a": "x"}, "str 'x'"), (["a", True], "str 'a'"), (b"a", "bytes b'a'")):
        with pytest.raises(TypeError, match=f"^an argument of f: expected a number or a Value, got {name}"):
            grad(lambda x: 1.0)(nothing)


@pytest.mark.filterwarnings("ignore:the matrix subclass")
@pytest.mark.parametrize("kind", ["MaskedArray", "matrix"])
def test_an_array_whose_operators_differ_is_refused_by_every_transform(kind):
    pytest.importorskip("numpy")
    a = np.ma.array([1.0, 2.0], mask=[0, 1]) if kind == "MaskedArray" else np.asmatrix([1.0, 2.0])
    f = lambda x: x.sum()
    for call in (autograd.grad(f), autograd.hessian(f), autograd.jacobian(f), lambda a: autograd.jvp(f)((a,), (a,))):
        for argument in (a, [a], {"w": a}):
            with pytest.raises(TypeError, match=f"expected plain arrays, got a {kind}; give numpy.asarray"):
                call(argument)
