"""Opaque nodes, as users of micrograd and microgpt make them, together with nodes of the engine."""

import copy
import math
import pickle

import pytest

import autograd
from autograd import Value, grad, no_grad, tanh, trace


def by_closure(a, b):
    """Multiply as the lecture writes it, with a closure."""
    out = Value(a.data * b.data, (a, b), "*")

    def _backward():
        a.grad += b.data * out.grad
        b.grad += a.data * out.grad

    out._backward = _backward
    return out


def by_local_grads(a, b):
    """Multiply as microgpt writes it."""
    return Value(a.data * b.data, (a, b), (b.data, a.data))


@pytest.mark.parametrize("multiply", [by_closure, by_local_grads])
def test_a_node_made_by_hand_takes_part(multiply):
    a, b = Value(2.0), Value(-3.0)
    out = (multiply(a, b) + a).tanh() * multiply(a, a)
    out.backward()
    c, d = Value(2.0), Value(-3.0)
    expected = (c * d + c).tanh() * (c * c)
    expected.backward()
    assert (out.data, a.grad, b.grad) == (expected.data, c.grad, d.grad)
    out.backward()
    assert a.grad == pytest.approx(2 * c.grad, rel=1e-15)


@pytest.mark.parametrize("multiply", [by_closure, by_local_grads])
def test_a_node_made_by_hand_is_traced_with_measured_locals(multiply):
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    a.grad = 7.0
    out = multiply(a, b) + a
    recorded = trace(out)
    assert [edge.local for edge in recorded.edges] == [-3.0, 2.0, 1.0, 1.0]
    assert recorded.grads == (-2.0, 2.0, 1.0, 1.0)
    assert (a.grad, b.grad, out.grad) == (7.0, 0.0, 0.0)


@pytest.mark.parametrize("multiply", [by_closure, by_local_grads])
def test_a_transform_differentiates_a_node_made_by_hand(multiply):
    assert grad(lambda a: multiply(a, a) + multiply(a, Value(5.0).detach()))(3.0) == 11.0


def test_stepping_by_hand_through_nodes_that_the_engine_made():
    a, b = Value(2.0), Value(-3.0)
    c = a * b
    d = c + a
    out = d.tanh()
    out.grad = 1.0
    for node in (out, d, c, a):
        node._backward()
    e, f = Value(2.0), Value(-3.0)
    (e * f + e).tanh().backward()
    assert (a.grad, b.grad) == (e.grad, f.grad)


def test_a_closure_may_replace_what_the_engine_recorded():
    a = Value(2.0)
    out = a * 3
    out._backward = lambda: setattr(a, "grad", a.grad + 100 * out.grad)
    out.backward()
    assert a.grad == 100.0


def test_a_method_may_be_patched(monkeypatch):
    monkeypatch.setattr(Value, "tanh", lambda self: Value(0.5, (self,), (4.0,)))
    x = Value(1.0)
    (x * 1.0).tanh().backward()
    assert x.grad == 4.0
    assert tanh(x).data != 0.5


def test_a_node_with_children_and_nothing_else_raises_at_backward():
    out = Value(1.0, (Value(2.0),), "f")
    with pytest.raises(ValueError, match="has children but neither local gradients nor a _backward"):
        out.backward()


def test_the_names_of_micrograd_and_microgpt():
    a, b = Value(2.0, (), "", "a"), Value(-3.0)
    c = a * b
    assert a.label == "a"
    assert c._prev == c._children == (a, b)
    assert c._local_grads == (-3.0, 2.0)
    assert [x._op for x in (a, c, a + 1, a**2, a.relu(), a - b, a / b, a.exp())] == [
        "", "*", "+", "**2", "ReLU", "-", "/", "exp",
    ]  # fmt: skip
    assert Value(1.0, children=(a,), local_grads=(5.0,))._local_grads == (5.0,)
    a.m = a.anything = 1.5
    c.v = 2.5
    assert (a.m, a.anything, c.v) == (1.5, 1.5, 2.5)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Value(1.0, (3.0,), "f"), r"children\[0\]: expected a Value, got float 3.0"),
        (lambda: Value(1.0, (Value(1.0),), (1.0, 2.0)), "local_grads: expected 1, one for each child, got 2"),
        (lambda: Value(1.0, (Value(1.0),), ("x",)), r"local_grads\[0\]: expected a number, got str"),
        (lambda: Value(1.0, label=3), "label: expected a text, got int 3"),
        (lambda: Value(1.0, (Value(1.0),), (2.0,)).forward(), "an opaque node has no rule"),
    ],
)
def test_bad_input_is_named(make, message):
    with pytest.raises((TypeError, ValueError), match=message):
        make()


def test_a_closure_on_a_computed_node_is_not_passed_over():
    x = Value(3.0)
    y = x * x
    y._backward = lambda: setattr(x, "grad", x.grad + 100 * y.grad)
    assert autograd.grad(y, x)[0].data == 100.0
    with pytest.raises(TypeError, match="create_graph: mul is opaque"):
        autograd.grad(y, x, create_graph=True)
    with pytest.raises(TypeError, match="an opaque node has no rule"):
        y.forward()
    for refused in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="has a _backward closure, which would still refer to the graph"):
            refused(y)


def test_nodes_made_by_hand_mind_no_grad_and_requires_grad():
    x = Value(3.0)
    with no_grad():
        assert Value(4.0, (x,), (4.0,)).args == ()
    c = Value(1.0)
    c.requires_grad = False
    assert Value(4.0, (c,), (4.0,)).requires_grad is False
    y = Value(4.0, (x, c), (4.0, 5.0))
    y.backward()
    assert (x.grad, c.grad) == (4.0, 0.0)
    bad = Value(1.0, (x,), "f")
    bad._backward = lambda: setattr(x, "grad", math.nan)
    with pytest.warns(RuntimeWarning, match="backward met a nan"):
        bad.backward()
