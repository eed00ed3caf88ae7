"""Wrong traces are wrong in the way they say, and only there."""

import pytest
from hypothesis import assume, given

from autograd import Trace, Value, trace
from autograd.graph.trace import Chain
from autograd.strategies import expressions
from autograd.teach import differences, forget_zero_grad, overwrite, recurse

MISTAKES = [overwrite, recurse, forget_zero_grad]


def branching():
    a = Value(3.0, label="a")
    b = a * 2
    b.label = "b"
    return trace(b * b + b)


def grads(made: Trace) -> dict[str, float]:
    return {row.label: grad for row, grad in zip(made.graph.rows, made.grads, strict=True)}


def test_each_mistake_has_its_own_numbers():
    right = branching()  # b = 6: ∂L/∂b = 6 + 6 + 1, ∂L/∂a = 26
    assert grads(right)["a"] == 26.0
    assert grads(overwrite(right))["b"] == 6.0
    assert grads(overwrite(right))["a"] == 12.0
    assert grads(recurse(right))["b"] == 13.0
    assert grads(recurse(right))["a"] == 2 * (6 + 12 + 13)
    assert grads(forget_zero_grad(right))["a"] == 52.0
    assert grads(forget_zero_grad(right, {"a": 100.0}))["a"] == 126.0


@pytest.mark.parametrize("mistake", [overwrite, recurse])
def test_what_has_no_branch_is_right_all_the_same(mistake):
    x, w = Value(2.0), Value(3.0)
    right = trace((x * w).tanh().exp())
    assert differences(right, mistake(right)) == []


@pytest.mark.parametrize("mistake", MISTAKES)
@given(expressions(inside=False))
def test_a_wrong_trace_is_a_trace(mistake, expression):
    root = expression(*map(Value, expression.leaves))
    assume(isinstance(root, Value))
    right = trace(root)
    try:
        wrong = mistake(right)
    except ValueError:
        assume(False)
    assert Trace.from_json(wrong.to_json()).to_json() == wrong.to_json()
    assert wrong.graph is right.graph
    for step in wrong.steps:
        if isinstance(step, Chain) and mistake is not overwrite and step.after == step.after:
            assert step.after == step.before + step.contribution


def test_differences_name_the_nodes():
    right = branching()
    found = differences(right, overwrite(right))
    assert [str(d) for d in found] == ["a: 26.0, not 12.0", "b: 13.0, not 6.0"]
    with pytest.raises(ValueError, match=r"^wrong: expected a trace of the same graph as right$"):
        differences(right, trace(Value(1.0)))


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"^held: no leaf is called 'b'$"):
        forget_zero_grad(branching(), {"b": 1.0})
    y = Value(1.0)
    for _ in range(30):
        y = y + y
    with pytest.raises(ValueError, match=r"^trace: the naive recursion takes more than 100,000 steps"):
        recurse(trace(y))


def test_leaves_of_one_name_and_gradients_of_0_are_distinguished():
    x, y = Value(2.0, label="a"), Value(3.0, label="a")
    right = trace(x * y)
    assert forget_zero_grad(right).grads[:2] == (6.0, 4.0)
    z = Value(0.0)
    assert recurse(trace(z.sqrt() * 0.0)).grads[0] == 0.0
