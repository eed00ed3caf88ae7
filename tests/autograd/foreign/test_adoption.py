"""Nodes of other engines become Values of equal value and equal gradients, and are left as they were."""

import math
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import viz
from autograd import Value, adopt
from autograd.engine import nodes_in_order
from tests.helpers.hostile_engine import LOG, Hostile, hostile_state
from tests.helpers.small_engines import ENGINES, Closures, compute, grad_of, run

STEPS = st.lists(st.tuples(st.sampled_from("+*t"), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=9)
POINTS = st.lists(st.floats(-2, 2) | st.sampled_from([0.0, 1.0, -1.0, 2]), min_size=3, max_size=3)
OURS = ("add", "mul", "tanh", "square", "sum")


def held(node, seen=None):
    """Return the attributes of a node and of all that it holds, by identity."""
    seen = {} if seen is None else seen
    if id(node) not in seen and hasattr(node, "__class__") and type(node).__module__ == Closures.__module__:
        names = [n for cls in type(node).__mro__ for n in getattr(cls, "__slots__", ())]
        attributes = dict(getattr(node, "__dict__", {})) | {n: getattr(node, n) for n in names}
        seen[id(node)] = [
            (n, id(x), list(map(id, x)) if isinstance(x, set | list | dict) else x) for n, x in attributes.items()
        ]
        for x in attributes.values():
            for part in x if isinstance(x, tuple | list | set) else [x]:
                held(part, seen)
    return seen


@pytest.mark.parametrize("name", ENGINES)
@given(steps=STEPS, points=POINTS)
def test_values_and_gradients_are_ours_and_theirs_and_nothing_changes(name, steps, points):
    leaves, root = compute(ENGINES[name], steps, points)
    before = held(root)
    adopted = adopt(root, names={f"x{i}": leaf for i, leaf in enumerate(leaves)})
    assert held(root) == before
    ours, expected = compute(Value, steps, points)
    assert adopted.data == pytest.approx(expected.data, rel=1e-14, abs=1e-300)
    adopted.backward()
    expected.backward()
    run(root)
    found = {node.label: node.grad for node in nodes_in_order(adopted) if node.op is None}
    for i, (leaf, our) in enumerate(zip(leaves, ours, strict=True)):
        if f"x{i}" in found:
            assert found[f"x{i}"] == pytest.approx(our.grad, rel=1e-9, abs=1e-12)
            assert grad_of(root, leaf) == pytest.approx(our.grad, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", ENGINES)
@given(steps=STEPS)
def test_on_ordinary_numbers_every_node_becomes_a_row(name, steps):
    adopted = adopt(compute(ENGINES[name], steps, [0.37, -1.21, 0.83])[1])
    assert {node.op.name for node in nodes_in_order(adopted) if node.op} <= set(OURS)


@pytest.mark.parametrize("name", ENGINES)
def test_their_second_backward_gives_what_it_gave_without_us(name):
    steps = [("*", 0, 1), ("+", 3, 2), ("t", 4, 0), ("*", 5, 5)]
    found = []
    for with_us in (False, True):
        leaves, root = compute(ENGINES[name], steps, [0.37, -1.21, 0.83])
        for _ in range(2):
            run(root)
            if with_us:
                adopt(root)
                autograd.examine(root)
            found.append([grad_of(root, leaf) for leaf in leaves])
    assert found[:2] == found[2:]


def test_labels_are_theirs_or_those_of_the_callers_variables():
    a, b = Closures(0.5), Closures(2.0)
    a.label = "weight"
    prod = a * b
    assert [node.label for node in nodes_in_order(adopt(prod))] == ["weight", "b", "prod"]
    assert [node.label for node in nodes_in_order(adopt(prod, names=False))] == ["weight", "", ""]
    assert [node.label for node in nodes_in_order(adopt(prod, names={"x": b}))] == ["weight", "x", ""]


def test_gradients_are_theirs_only_if_wanted():
    a = Closures(0.5)
    root = a * a
    root.backward()
    assert [node.grad for node in nodes_in_order(adopt(root))] == [0, 0]
    assert [node.grad for node in nodes_in_order(adopt(root, keep_grad=True))] == [1, 1]


def test_a_value_is_returned_as_it_is():
    x = Value(3.0)
    assert adopt(x) is x


def test_a_set_gives_back_the_order_and_a_second_edge_by_its_closure():
    a, b = Closures(0.5), Closures(2.0)
    assert [v.label for v in adopt(b * a).args] == ["b", "a"]
    assert [v.label for v in adopt(a * a).args] == ["a", "a"]
    assert adopt(a**3).args[1] == 3.0


def test_pictures_and_tables_take_their_nodes():
    a, b = Closures(0.5), Closures(2.0)
    L = (a * b).tanh()
    assert "∂L/∂a" in viz.table(L)
    assert "tanh(v1)" in str(viz.explain(L))
    assert viz.step(L).trace.graph == viz.graph(L).trace.graph == autograd.trace(L, locals()).graph
    L.backward()
    assert f"b | data 2.0000 | grad {b.grad:.4f}" in viz.draw_dot(L).source
    assert len(viz.to_graphviz(L).source) > 100
    assert [row.label for row in autograd.trace(L).graph.rows] == ["v1", "v2", "v3", "L"]


NO_NODES = [3.0, None, [Closures(1.0)], object(), "x", Closures, Closures.backward, math.tanh]


@pytest.mark.parametrize("root", NO_NODES, ids=lambda root: type(root).__name__)
def test_what_is_no_node_is_refused(root):
    with pytest.raises(TypeError, match=rf"^root: expected a Value, got {type(root).__name__} "):
        adopt(root)


class Odd:
    def __init__(self, v=None, src=(), **attributes):
        self.n, self.grad, self.src_nodes = v, 0.0, src
        self.__dict__.update(attributes)


Lazy = type("Lazy", (), {"__init__": lambda self: self.__dict__.update(value=None, inputs=())})
Empty = type("Empty", (), {})
REFUSED = {
    "a result": (Odd(2.0, op="+"), r"expected a Odd with parents, found none of '\+'.*adopt\(root, parents=\"NAME\""),
    "not computed": (Lazy(), "has it been computed"),
    "no number": (Empty(), r'^root: expected a Value, got Empty .*adopt\(root, data="NAME"\)'),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused_in_words(case):
    root, message = REFUSED[case]
    with pytest.raises(TypeError, match=message):
        adopt(root)


def test_a_result_whose_nodes_keep_their_consumers_is_no_leaf():
    class Consumed:
        def __init__(self, value):
            self.value, self.grad, self.children = value, None, []

        def __mul__(self, other):
            out = Consumed(self.value * other.value)
            self.children.append((other.value, out))
            other.children.append((self.value, out))
            return out

    a, b = Consumed(2.0), Consumed(3.0)
    with pytest.raises(TypeError, match="nodes keep their consumers"):
        adopt(a * b)


def test_a_leaf_is_adopted_also_if_results_hold_it():
    a = Closures(0.5)
    result = a * a
    assert adopt(a).data == 0.5
    assert result.data == 0.25


def test_attributes_can_be_named():
    class Plain:
        def __init__(self, amount, made_of=None):
            self.amount, self.slope, self.other, self.made_of = amount, 0.0, 9.5, made_of

        def backward(self):
            self.slope = 1.0
            for x in self.made_of or ():
                x.slope += 1.0

    root = Plain(5.0, [Plain(2.0), Plain(3.0)])
    with pytest.raises(TypeError, match="no number in it"):
        adopt(root)
    adopted = adopt(root, data="amount", grad="slope", parents="made_of")
    assert (adopted.data, adopted.op.name, adopted.locals) == (5.0, "add", (1.0, 1.0))
    with pytest.raises(ValueError, match="data: a Plain has no attribute 'v'"):
        adopt(root, data="v")


def test_a_wrong_rule_is_kept_as_it_is():
    a = Closures(0.5)
    y = a.tanh()
    y._backward = lambda: setattr(a, "grad", a.grad + (1 + y.data**2) * y.grad)
    adopted = adopt(y)
    assert (adopted.op.name, adopted.data) == ("ƒ tanh", math.tanh(0.5))
    assert adopted.locals == pytest.approx((1 + math.tanh(0.5) ** 2,))


def test_hostile_nodes_are_read_and_left_as_they_were(capsys):
    a, b = Hostile(0.5), Hostile(0.5)  # equal, yet two
    root = (a * b) * b
    nodes = [a, b, root, *root.parents]
    capsys.readouterr()
    before = hostile_state(nodes)
    adopted = adopt(root)
    assert not autograd.examine(root).faults
    assert hostile_state(nodes) == before
    assert capsys.readouterr() == ("", "")
    assert [node.op.name for node in nodes_in_order(adopted) if node.op] == ["mul", "mul"]
    assert len(nodes_in_order(adopted)) == 4


def test_all_is_as_it_was_after_an_exception_too(capsys):
    a = Hostile(0.5)
    root = a * a
    root.back = lambda: (LOG.append(print("raising")), Hostile(2.0), random.random() / 0)
    root.op = "custom"
    before = hostile_state([a, root])
    with pytest.raises(TypeError, match=r"local derivatives of custom = 0.25 .*ZeroDivisionError"):
        adopt(root)
    assert hostile_state([a, root]) == before
    assert capsys.readouterr() == ("", "")


def test_numpys_generator_is_as_it_was():
    np = pytest.importorskip("numpy")
    a = Closures(0.5)
    root = a.tanh()
    rule = root._backward
    root._backward = lambda: (np.random.rand(), rule())
    before = np.random.get_state()[1].tolist()
    adopt(root)
    assert np.random.get_state()[1].tolist() == before


def test_a_loop_is_refused():
    a = Closures(0.5)
    root = a * a
    a._prev = {root}
    with pytest.raises(TypeError, match="lead back to itself"):
        adopt(root)


def test_the_error_names_the_class_and_what_was_looked_for():
    with pytest.raises(TypeError) as caught:
        adopt(Odd(2.0, op="+"))
    assert re.search("looked for _prev, _children, parents.*it has n, grad, src_nodes", str(caught.value))
