"""Whatever an engine calls its attributes and keeps its rules in, its graph is read whole."""

import inspect

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autograd import adopt, examine
from autograd.engine import nodes_in_order
from tests.helpers import any_engine
from tests.helpers.any_engine import Engine


@given(st.integers(0, 10**9))
def test_every_node_becomes_a_row_and_every_gradient_is_theirs(seed):
    engine = Engine(seed)
    a, b, c = engine.Node(0.37), engine.Node(-1.3), engine.Node(0.21)
    root = ((a * b + c).tanh() * b + c) * a
    adopted = adopt(root, names={"a": a, "b": b, "c": c})
    assert [node.op.name for node in nodes_in_order(adopted) if node.op] == ["mul", "add", "tanh", "mul", "add", "mul"]
    assert examine(root).faults == ()
    adopted.backward()
    getattr(root, engine.backward)()
    found = {node.label: node.grad for node in nodes_in_order(adopted) if node.op is None}
    for name, leaf in (("a", a), ("b", b), ("c", c)):
        assert abs(found[name] - engine.gradient(leaf)) < 1e-12


MISTAKES = {  # what is replaced in the engines, by what, and what must be said
    "tanh": ("(1 - y * y,)", "(1 + y * y,)", "= 1 + y², right is"),
    "mul": ("(self.number(b), x)", "(x, self.number(b))", "its derivative by a is"),
    "seed": ("(root), self.grad, 1.0)", "(root), self.grad, 3.0)", "it starts from a gradient of 3"),
    "order": ("in reversed(order)", "in order", "it goes from the leaves to the root"),
    "visits": ("if id(node) not in seen:", "if True:", "visit"),
    "=": ("self.gradient(node) + part", "part", "overwrites"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
@given(seed=st.integers(0, 10**9))
def test_a_mistake_is_named_in_every_engine(mistake, seed):
    old, new, expected = MISTAKES[mistake]
    scope = {}  # without __name__, so that the class has no module
    exec(inspect.getsource(any_engine).replace(old, new, 1), scope)
    engine = scope["Engine"](seed)
    assume(mistake in ("tanh", "mul") or engine.style != "recursion")
    a, b, c = engine.Node(0.37), engine.Node(-1.3), engine.Node(0.21)
    h = a * b + c
    assert expected in str(examine((h.tanh() * h + c) * a))
