"""What lies between forward and backward: data of the node, copied, checked and freed with it."""

import copy
import gc
import pickle

import pytest

from autograd import Value, trace
from tests.helpers.functions import Exp, Polar, Power, make


def test_the_gradient_is_that_of_the_recorded_data():
    x = Value(3.0)
    y = Power.apply(x, 2, "")
    x.data = 100.0
    y.backward()
    assert x.grad == 6.0
    with pytest.raises(ValueError, match="create_graph: data was changed"):
        y.backward(create_graph=True)


def test_copies_and_pickles_of_any_depth():
    x = y = Value(0.5, label="x")
    for _ in range(3000):
        y = Power.apply(y, 1, "")
    for twin in (copy.deepcopy(y), pickle.loads(pickle.dumps(y))):
        twin.backward()
        leaf = trace(twin).graph.rows[0]
        assert (leaf.label, twin.data) == ("x", 0.5)
        while twin.args:
            twin = twin.args[0]
        assert twin.grad == 1.0
    assert x.grad == 0.0


def test_no_reference_cycle_is_left():
    x = Value(0.5)
    gc.collect()
    gc.disable()
    try:
        a, b = Polar.apply(Exp.apply(x), x)
        (a * b).backward()
        del a, b
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_a_gradient_has_the_graph_of_what_backward_computes():
    x = Value(3.0, label="x")
    Power.apply(x, 2, "").backward(create_graph=True)
    recorded = trace(x.grad)
    assert {row.op for row in recorded.graph.rows} == {None, "add", "mul", "pow"}  # added to the grad before, 0.0
    assert x.grad.data == 6.0


def test_none_is_no_gradient_and_more_of_them_are_left_out():
    x = Value(1.0)
    make(backward=lambda ctx, g: None).apply(x).backward()
    make(backward=lambda ctx, g: (2 * g, None, None)).apply(x).backward()
    assert x.grad == 2.0
