"""The names of numbers, gradients, parents and rules are found by name and by kind."""

from collections import namedtuple
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial

import pytest

from autograd.foreign.spelling import Spelling, inside, number, read, required


class Node:
    def __init__(self, **attributes):
        self.__dict__.update(attributes)

    def method(self, upstream):
        return upstream


def node_with(**attributes):
    root = Node(**attributes)
    return root, Spelling(root, None, None, None)


@pytest.mark.parametrize("name", ["data", "value", "val", "v", "_data", "num", "amount"])
@pytest.mark.parametrize("grad", ["grad", "gradient", "der", "derivative", "bar", "_grad"])
def test_number_and_gradient(name, grad):
    root, spelling = node_with(**{name: 2.0, grad: None, "label": "x", "parents": (), "n": 3})
    assert (spelling.data(root), spelling.grad_name, spelling.grad(root), spelling.label(root)) == (2.0, grad, 0.0, "x")
    spelling.set_grad(root, 4.0)
    assert spelling.grad(root) == 4.0


A, B = Node(data=1.0, grad=0.0), Node(data=2.0, grad=0.0)
Pair = namedtuple("Pair", "node grad_fn")
Holder = type("Holder", (), {"__init__": lambda self, **parts: self.__dict__.update(parts)})
CONTAINERS = {
    "a tuple": {"_prev": (A, B)}, "a list": {"children": [A, B]}, "a dict": {"wrt": {A: 3.0, B: 4.0}},
    "pairs": {"links": ((A, 3.0), (B, 4.0))}, "named pairs": {"depends_on": [Pair(A, 3.0), Pair(B, 4.0)]},
    "single attributes": {"left": A, "right": B}, "nested": {"args": ((A, B),)},
    "a holder": {"creator": Holder(inputs=(A, B))}, "attributes of a holder": {"fn": Holder(first=A, second=B)},
    "another list": {"parents": (A, B), "local_grads": [3.0, 4.0]},
    "another dict": {"prev": [A, B], "grad_wrt": {A: 3.0, B: 4.0}},
    "positions": {"edges": [[Holder(node=A, n=0)], [Holder(node=B, n=1)]]},
    "any name": {"came_from": [A, B]}, "a method": {"get": None, "parents": None},
}  # fmt: skip  # in few lines


@pytest.mark.parametrize("case", CONTAINERS)
def test_parents(case):
    root, spelling = node_with(data=3.0, grad=0.0, **CONTAINERS[case])
    if case == "a method":
        root.parents = (lambda self: [A, B]).__get__(root)
    found = spelling.parents(root)[1]
    assert [x for x, _ in found] == [A, B]
    locals_ = [3.0, 4.0] if "pairs" in case or "dict" in case or case == "another list" else [None, None]
    assert case == "positions" or [local for _, local in found] == locals_


def test_consumers_are_no_parents():
    root, spelling = node_with(data=3.0, grad=0.0, consumers=[A], users=(B,))
    assert spelling.parents(root)[1] == []


def test_constants_among_parents_are_kept_in_place():
    root, spelling = node_with(data=3.0, grad=0.0, parents=(A, 2.0))
    assert spelling.parents(root)[1] == [(A, None), (2.0, None)]


def test_the_rule_and_what_it_holds():
    def back(scale=2.0):
        return other, scale

    other, function = A, partial(back, 3.0)
    root, spelling = node_with(data=1.0, grad=0.0, forward=len, my_backprop=back)
    assert spelling.rule(root) is back
    assert inside(back) == {"other": A, "scale": 2.0}
    assert inside(function) == {"other": A, "scale": 3.0}
    assert inside(root.method)["data"] == 1.0
    assert [p.name for p in required(root.method)] == ["upstream"]


def test_a_rule_that_is_an_object():
    class Rule:
        def __init__(self, x):
            self.x = x

        def __call__(self):
            self.x.grad += 1.0

    root, spelling = node_with(data=1.0, grad=0.0, grad_fn=Rule(A))
    assert spelling.rule(root) is root.grad_fn
    assert inside(root.grad_fn) == {"x": A}
    assert "Rule" in spelling.texts(root, root.grad_fn)


def test_what_names_an_operation():
    class Tanh(Node):
        def exp(self):
            def back():
                return None

            return back

    root = Tanh(data=1.0, grad=0.0, op="**2")
    rule = root.exp()
    assert Spelling(root, None, None, None).texts(root, rule) == ["**2", "exp", "Tanh"]


@pytest.mark.parametrize(
    ("x", "expected"),
    [(2, 2.0), (Fraction(1, 2), 0.5), (Decimal("0.5"), 0.5), (True, None), ("2", None), (None, None), (2j, None)],
)
def test_numbers(x, expected):
    assert number(x) == expected


def test_arrays_of_one_number():
    np = pytest.importorskip("numpy")
    assert [number(x) for x in (np.float32(0.5), np.array(2.0), np.array([3]))] == [0.5, 2.0, 3.0]
    assert [number(x) for x in (np.zeros(2), np.array("a"), np.bool_(True))] == [None] * 3


def test_attributes_that_raise_and_frozen_nodes():
    class Raising(Node):
        @property
        def data(self):
            raise RuntimeError

    @dataclass(frozen=True)
    class Frozen:
        value: float
        grad: float = 0.0

    assert read(Raising(), "data.x") == read(Raising(), "nothing")
    root = Frozen(2.0)
    Spelling(root, None, None, None).set_grad(root, 5.0)
    assert root.grad == 5.0


def test_a_property_without_a_setter_is_written_where_it_reads():
    class Guarded(Node):
        gradient = property(lambda self: self._g)

    root = Guarded(data=1.0, _g=0.25)
    spelling = Spelling(root, None, None, None)
    spelling.set_grad(root, 3.0)
    assert (spelling.grad_name, spelling.grad(root), root.gradient) == ("_g", 3.0, 3.0)


@pytest.mark.parametrize("names", ["number slope", "value grad", "x dx"])
def test_an_object_that_holds_both_numbers(names):
    data, grad = names.split()
    root, spelling = node_with(cell=Holder(**{data: 2.0, grad: 0.0}), parents=())
    assert (spelling.data(root), spelling.grad_name) == (2.0, f"cell.{grad}")
    spelling.set_grad(root, 3.0)
    assert vars(root.cell) == {data: 2.0, grad: 3.0}


@pytest.mark.parametrize("name", ["Const", "Constant", "ConstantLeaf"])
def test_a_class_of_constants(name):
    assert node_with(data=1.0)[1].is_constant(type(name, (Node,), {})(data=1.0, grad=0.0))


@pytest.mark.parametrize("flag", ["const", "is_constant"])
def test_flags_that_say_constant(flag):
    root, spelling = node_with(data=1.0, grad=0.0, **{flag: True})
    assert spelling.is_constant(root)


def test_flags_of_constants():
    root, spelling = node_with(data=1.0, grad=0.0, requires_grad=False)
    assert spelling.is_constant(root)
    assert not spelling.is_constant(A)
