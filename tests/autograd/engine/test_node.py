"""What a node records: data and grad of real numbers, arguments in order, and its class."""

import copy
import pickle
from fractions import Fraction

import pytest

from autograd import Value, no_grad


def test_nothing_flows_to_what_is_detached():
    x = Value(3.0)
    y = x * x.detach()
    y.backward()
    assert x.grad == 3.0
    frozen = y.args[1]
    assert (frozen.data, frozen.grad, frozen.requires_grad) == (3.0, 0.0, False)


def test_requires_grad_is_a_leafs_to_set():
    x, w = Value(3.0), Value(2.0)
    x.requires_grad = False
    y = w * x
    y.backward()
    assert (w.grad, x.grad, (x * x).requires_grad) == (3.0, 0.0, False)
    x.requires_grad = True
    (w * x).backward()
    assert x.grad == 2.0
    with pytest.raises(RuntimeError, match="only a leaf's can be set"):
        y.requires_grad = False


class Parameter(Value):
    """An ordinary subclass, without slots."""


def test_a_subclass_may_be_frozen_and_thawed():
    p = Parameter(2.0)
    p.requires_grad = False
    assert isinstance(p, Parameter)
    assert not (p * 3).requires_grad
    p.requires_grad = True
    assert type(p) is Parameter
    (p * 3).backward()
    assert p.grad == 3.0


class Loud(Value):
    """A subclass with an operator of its own."""

    __slots__ = ()

    def __add__(self, other):
        return ("loud", super().__add__(other))


def test_a_subclass_keeps_its_class_and_operators_without_gradient():
    leaf = Loud(2.0, label="p")
    leaf.requires_grad = False
    for frozen in (leaf, copy.copy(leaf), copy.deepcopy(leaf), pickle.loads(pickle.dumps(leaf)), Loud(2.0).detach()):
        assert type(frozen) is Loud
        assert frozen.requires_grad is False
        loud, total = frozen + 1.0
        assert (loud, total.data, total.requires_grad, type(total)) == ("loud", 3.0, False, Loud)
    graph = pickle.loads(pickle.dumps(leaf * Value(3.0)))
    graph.backward()
    assert [(a.requires_grad, a.grad) for a in graph.args] == [(False, 0.0), (True, 2.0)]
    with no_grad():
        assert type(Loud(2.0) * 3.0) is Loud


def test_data_of_any_real_kind_is_swept():
    for data in (3, Fraction(3), True):
        x = Value(2.0)
        x.data = data
        (x * x + x * 2).backward()
        assert x.grad == 2 * data + 2


def test_a_slip_is_refused_where_it_is_made():
    p = Value(1.0)
    for wrong in (Value(2.0), 1 + 2j, "2.0", None, [1.0]):
        with pytest.raises(TypeError, match="data: expected a number"):
            p.data = wrong
    with pytest.raises(OverflowError):
        p.data = 10**400
    with pytest.raises(TypeError, match="grad: expected a number"):
        p.grad = "0"
    with pytest.raises(TypeError, match="write label='x'"):
        Value(2.0, "x")
    assert p.data == 1.0
    p.grad = None
    (p * 3).backward()
    assert p.grad == 3.0
    assert not Value(1.0, requires_grad=False).requires_grad


def test_data_grad_and_a_label_are_all_it_takes():
    v = Value(2, label="w")
    assert (v.data, v.grad, v.label, v.op, v.args, v.locals) == (2.0, 0.0, "w", None, (), ())
    assert type(v.data) is float
    v.momentum = 0.9
    assert v.momentum == 0.9


def test_arguments_are_ordered_and_parallel_edges_kept():
    a, b = Value(2.0), Value(3.0)
    assert (a - b).args == (a, b)
    assert (a * a).args == (a, a)
    assert (a * a).locals == (2.0, 2.0)
    assert (1 - a).args == (1.0, a)
    assert (1 - a).locals == (None, -1.0)
