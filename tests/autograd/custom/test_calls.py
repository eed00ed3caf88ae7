"""What lies between forward and backward: data of the node, copied, checked and freed with it."""

import copy
import gc
import pickle

import pytest

from autograd import Function, Value, gate, trace
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


def own(factor, method="backward"):
    class Own(Function):
        @staticmethod
        def forward(ctx, x):
            return factor * x if method == "forward" else x

        @staticmethod
        def backward(ctx, upstream):
            return factor * upstream

    return Own


class OwnGate:
    def forward(self, x):
        return 2.0 * x

    def backward(self, upstream):
        return 2.0 * upstream


def test_a_pickle_follows_no_other_function_of_the_same_name(monkeypatch):
    def define(cls):
        cls.__module__, cls.__qualname__ = __name__, "Own"
        monkeypatch.setitem(globals(), "Own", cls)
        return cls

    x = Value(3.0)
    y = define(own(2.0)).apply(x) * 2
    stored = pickle.dumps(y)
    define(own(2.0))  # a cell that is run twice
    twin = pickle.loads(stored)
    twin.backward()
    assert twin.args[0].args[0].grad == 4.0
    for other in (own(3.0), own(2.0, "forward"), type("Own", (Exp,), {})):
        define(other)
        with pytest.raises(ValueError, match=r"^Own: it was defined again, with other code"):
            pickle.loads(stored)
        with pytest.raises(pickle.PicklingError):
            pickle.dumps(y)
    copy.deepcopy(y).backward()
    y.backward()
    assert x.grad == 4.0


def test_a_pickle_follows_no_other_gate_of_the_same_name(monkeypatch):
    stored = pickle.dumps(gate(OwnGate)(Value(3.0)))
    pickle.loads(stored).backward()
    monkeypatch.setattr(OwnGate, "backward", lambda self, upstream: 3.0 * upstream)
    with pytest.raises(ValueError, match=r"^OwnGate: it was defined again"):
        pickle.loads(stored)
