"""Arguments as people pass them: by name, static, in containers, as arrays that f may use as arrays."""

import collections
import copy
import dataclasses
import inspect
import pickle

import numpy as np
import pytest

from autograd import grad
from autograd.replay import compile  # noqa: A004  # the field's name for it

Point = collections.namedtuple("Point", "w b")


@dataclasses.dataclass
class Line:
    w: float
    b: float


class Layer:
    def __init__(self, scale):
        self.scale = scale

    @compile
    def run(self, x):
        return x * self.scale


def cube(x):
    """Return x³."""
    return x**3


decorated = compile(cube)


def test_arguments_by_name_and_defaults():
    f = compile(lambda x, n=3: x**n if n > 2 else x * n)
    assert [f(2.0), f(2.0, n=4), f(2.0, 2), f(n=3, x=2.0)] == [8.0, 16.0, 4.0, 8.0]
    g = compile(lambda x, y: x * y, batch="y")
    assert g(2.0, y=[1.0, 3.0]) == g(y=[1.0, 3.0], x=2.0) == g(2.0, [1, 3]) == 4.0
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        f(2.0, z=1.0)


def test_what_is_no_number_is_static():
    f = compile(lambda x, kind: x if kind is None else getattr(x, kind)())
    assert f(0.25, "sqrt") == f(0.25, kind="sqrt") == 0.5
    assert f(0.25, None) == 0.25
    signed = compile(lambda x, flag: x if flag else -x)
    assert [signed(2.0, True), signed(2.0, False)] == [2.0, -2.0]
    for transform in (np.sin, np.cos):
        assert compile(lambda x, g: g(x))(0.5, transform) == transform(0.5)


@pytest.mark.parametrize("make", [Point, Line, lambda w, b: {"w": w, "b": b}, lambda w, b: [w, (b,)]])
def test_containers_come_back_in_their_kind(make):
    def product(p):
        w, b = (p["w"], p["b"]) if isinstance(p, dict) else (p[0], p[1][0]) if isinstance(p, list) else (p.w, p.b)
        return w * w * b

    p = make(2.0, 3.0)
    assert compile(grad(product))(p) == grad(product)(p) == make(12.0, 4.0)


def test_an_array_is_an_array_and_a_list_a_list():
    x, w = np.array([1.0, 2.0, 3.0]), np.arange(6.0).reshape(2, 3)
    assert compile(lambda x: x.sum() * x[1:].max())(x) == 18.0
    assert compile(lambda w, x: w @ x)(w, x).tolist() == (w @ x).tolist()
    assert compile(lambda x: (w @ x).sum(), batch="x")(np.ones((4, 3))) == 15.0
    assert compile(lambda x: np.exp(x).mean())(x) == pytest.approx(np.exp(x).mean(), rel=1e-15)
    assert compile(np.linalg.det)(np.array([[2.0, 1.0], [1.0, 3.0]])) == 5.0
    assert compile(grad(np.max))(np.array([3.0, 3.0, 2.0])).tolist() == [0.5, 0.5, 0.0]
    assert compile(lambda x: sum([*x, 1.0], 0.0))([1.0, 2.0]) == 4.0
    assert compile(lambda x: (x + 1.0).sum())(np.array([1, 2])) == 5.0


def test_a_method_a_pickle_and_a_copy():
    first, second = Layer(3.0), Layer(4.0)
    assert [first.run(2.0), second.run(2.0), first.run(x=1.0)] == [6.0, 8.0, 3.0]
    assert (decorated.__name__, decorated.__doc__, str(inspect.signature(decorated))) == ("cube", "Return x³.", "(x)")
    for twin in (pickle.loads(pickle.dumps(decorated)), copy.deepcopy(decorated), copy.copy(decorated)):
        assert twin(2.0) == 8.0
    assert copy.deepcopy(Layer.run) is Layer.run


def test_what_computes_in_its_own_way_is_refused():
    f = compile(lambda x: x)
    with pytest.raises(TypeError, match="x: expected an array with a leading axis for the samples, got str 'abc'"):
        compile(f.f, batch="x")("abc")
    with pytest.raises(OverflowError, match="x: expected a number in the range of floats"):
        f(10**400)
    for x, text in (
        (np.ma.array([1.0]), "x: expected a plain array, got a MaskedArray; give numpy.asarray of it"),
        (iter([1.0]), "x: expected numbers, arrays or Values, got list_iterator"),
        (1j, "x: expected numbers, arrays or Values, got complex 1j"),
        (np.array(["a"], object), "x: expected a number, got str 'a'"),
    ):
        with pytest.raises(TypeError, match=text):
            f(x)


class Word(str):
    def __new__(cls, text, factor):
        word = super().__new__(cls, text)
        word.factor = factor
        return word


EQUAL = [  # equal, and yet not the same
    (frozenset({1}), frozenset({True}), frozenset({1.0})),
    (frozenset({(1, (0.0,))}), frozenset({(True, (0.0,))}), frozenset({(1, (-0.0,))})),
    ({1: 2.0}, {True: 2.0}, {1.0: 2.0}),
    ({0.0: 2.0}, {-0.0: 2.0}),
    ({(1, 2): 2.0}, {(True, 2): 2.0}),
    ({"a": 1.0, "b": 2.0}, {"b": 2.0, "a": 1.0}),
]


@pytest.mark.parametrize("trees", EQUAL, ids=str)
def test_equal_arguments_of_other_types_or_orders_have_recordings_of_their_own(trees):
    seen = []
    compiled = compile(lambda tree, x: seen.append([*tree]) or x)
    for tree in (*trees, *trees):
        compiled(tree, 1.0)
    assert list(map(repr, seen)) == [repr([*tree]) for tree in trees]


def test_texts_with_attributes_are_objects():
    compiled = compile(lambda word, x: x * word.factor)
    words = [Word("a", 2.0), Word("a", 3.0)]
    assert [compiled(word, 1.0) for word in words] == [2.0, 3.0]
    words[0].factor = 5.0
    assert [compiled(word, 1.0) for word in words] == [5.0, 3.0]
    keyed = compile(lambda table: sum(key.factor * x for key, x in table.items()))
    assert [keyed({word: 2.0}) for word in words] == [10.0, 6.0]


def test_arrays_in_another_order_of_keys_are_another_structure():
    difference = compile(lambda table: table[next(iter(table))] - sum(table.values()))
    a, b = np.array(1.0), np.array(3.0)
    assert [float(difference(t)) for t in ({"a": a, "b": b}, {"b": b, "a": a}, {"a": b, "b": a})] == [-3.0, -1.0, -1.0]


def test_equal_keys_that_cannot_change_share_a_recording():
    compiled = compile(lambda table: sum(table.values()))
    for key in (1, np.int64(1), (1, "a"), None, True):
        for _ in range(3):
            compiled({copy.deepcopy(key): 1.0})
    assert len(compiled.specializations) == 5


def test_an_argument_that_contains_itself_is_refused_by_name():
    items = [1.0]
    items.append(items)
    with pytest.raises(ValueError, match="items: expected a tree, got a container that contains itself"):
        compile(lambda items, x: x)(items, 1.0)
