"""Derivations add up, step by step."""

import pytest

import autograd
from autograd import Value, explain, trace


def test_the_derivation_of_the_lecture_step_by_step():
    w, x = Value(2.0, label="w"), Value(-1.0, label="x")
    s = w * x + 3
    f = 1 / (1 + (-s).exp())
    lines = str(explain(f, locals())).splitlines()
    assert "  s  = v1 + 3 = −2.00 + 3 = 1.00" in lines
    assert "  ∂f/∂v4 = −1 / v4^2 = −0.534 × 1.00 = −0.534" in lines
    assert "  ∂f/∂v3 = ∂f/∂v4 = 1.00 × (−0.534) = −0.534" in lines
    assert "  ∂f/∂v2 = v3 × ∂f/∂v3 = 0.368 × (−0.534) = −0.197" in lines
    assert "  ∂f/∂s  = −∂f/∂v2 = −1.00 × (−0.197) = 0.197" in lines
    assert "  ∂f/∂x  = w × ∂f/∂v1 = 2.00 × 0.197 = 0.393" in lines
    gate = str(explain(s.sigmoid(), locals())).splitlines()
    assert "  ∂L/∂s  = L × (1 − L) = 0.197 × 1.00 = 0.197" in gate
    assert gate[-1] == "  L × (1 − L) = sigmoid_slope(s)"


def test_a_branch_is_explained_as_a_sum():
    a = Value(3.0, label="a")
    text = str(explain(a * a + a))
    assert "  ∂L/∂a  = ∂L/∂L + a × ∂L/∂v1" not in text
    assert "  ∂L/∂a  = 1 + a × ∂L/∂v1 + a × ∂L/∂v1 = 1.00 × 1.00 + 3.00 × 1.00 + 3.00 × 1.00 = 7.00" in text


def test_a_trace_from_elsewhere_and_an_opaque_node_are_explained():
    x = Value(2.0, label="x")
    y = Value(4.0, (x,), (3.0,)) * 2
    made = explain(trace(y))
    assert str(made) == str(explain(y))
    assert "  ∂L/∂x  = ∂v1/∂x × ∂L/∂v1 = 3.00 × 2.00 = 6.00" in str(made)
    assert r"\frac{\partial L}{\partial x} &= \frac{\partial v_{1}}{\partial x}" in made.latex()


def test_numbers_in_labels_are_no_numbers():
    text = str(explain(Value(2.0, label="0") * Value(5.0, label="1") + 1))
    assert "  ∂L/∂“1” = “0” × ∂L/∂v1 = 2.00 × 1.00 = 2.00" in text


def test_an_opaque_node_with_the_name_of_a_row_is_not_taken_for_it():
    x = Value(2.0, label="x")
    y = Value(10.0, (x,), "sin", local_grads=(3.0,))
    assert "∂L/∂x  = ∂L/∂x" not in str(explain(y))
    assert "cos" not in str(explain(y))
    assert y._op == "sin"
    with pytest.raises(ValueError, match="graph: ƒ sin is opaque: it has no rule, only numbers"):
        autograd.evaluate(trace(y).graph, {"x": 2.0})


def test_wide_nodes_are_explained_in_linear_time():
    xs = [Value(float(i % 7), label=f"x{i}") for i in range(2_000)]
    text = str(explain(autograd.max(xs) + autograd.logsumexp(xs)))
    assert "… 1,993 more" in text
    assert "  ∂L/∂x0    = ∂v" in text
