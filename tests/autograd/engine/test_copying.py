"""Copies and pickles of graphs of any depth, with grads and attributes that lead back."""

import copy
import pickle
import sys

import pytest

import autograd
from autograd import Value, trace


def chain(length):
    x = Value(1.0, label="x")
    y = x
    for _ in range(length):
        y = y * 1.0001 + x
    return x, y


def by_pickle(y):
    return pickle.loads(pickle.dumps(y))


@pytest.mark.parametrize("through", [copy.deepcopy, by_pickle])
def test_a_graph_is_copied_at_any_depth(through):
    _, y = chain(3 * sys.getrecursionlimit())
    y.backward()
    twin = through(y)
    assert trace(twin) == trace(y)
    assert twin.grad == y.grad
    leaf = next(a for a in twin._prev if a.label == "x")
    before = leaf.grad
    twin.backward()
    assert leaf.grad == pytest.approx(2 * before, rel=1e-12)


def test_what_is_pickled_together_shares_its_leaves():
    x = Value(2.0)
    y, z = pickle.loads(pickle.dumps([x * 3, x + 1]))
    assert y.args[0] is z.args[0]
    y, z = copy.deepcopy([x * 3, x + 1])
    assert y.args[0] is z.args[0] is not x


def test_a_shallow_copy_shares_its_arguments():
    x = Value(2.0, label="x")
    y = x * 3
    twin = copy.copy(y)
    assert twin is not y
    assert twin.args[0] is x
    assert copy.copy(x).label == "x"


def test_attributes_and_nodes_made_by_hand_are_copied():
    x = Value(2.0)
    x.m = [1.0]
    y = Value(4.0, (x,), (3.0,))
    for twin in (copy.deepcopy(y), pickle.loads(pickle.dumps(y))):
        (leaf,) = twin._prev
        assert leaf.m == [1.0]
        assert leaf.m is not x.m
        twin.backward()
        assert leaf.grad == 3.0


@pytest.mark.parametrize("through", [copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))])
def test_graphs_of_gradients_and_attributes_that_lead_back_are_copied(through):
    x = Value(3.0, label="x")
    y = x**3
    x.parent = y
    y.backward(create_graph=True)
    twin = through(y)
    (leaf,) = twin._prev
    assert leaf is not x
    assert leaf.parent is twin
    assert leaf.grad.data == 27.0
    assert autograd.grad(leaf.grad, leaf)[0].data == 18.0
