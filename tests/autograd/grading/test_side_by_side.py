"""Their local derivatives and the right ones are compared on one graph."""

import pytest

import viz
from autograd.grading import trace_both
from autograd.grading.side_by_side import trace_theirs
from autograd.teach import differences
from tests.autograd.grading.test_rule_judge import changed
from tests.helpers.faulty_engines import build
from tests.helpers.small_engines import Closures


def test_the_difference_starts_where_their_rule_is_wrong():
    scope = build("(1 - out.data ** 2)", "(1 + out.data ** 2)", "a, b = Num(0.7), Num(1.3); y = (a * b).tanh() * b")
    right, theirs = trace_both(scope["y"], scope)
    assert right.graph == theirs.graph
    assert [row.label for row in right.graph.rows][:2] == ["a", "b"]
    wrong = {d.label: (d.wrong, d.right) for d in differences(right, theirs)}
    assert set(wrong) == {"a", "b", "v1"}
    y = right.data[3]
    assert wrong["v1"] == pytest.approx((1.3 * (1 + y * y), 1.3 * (1 - y * y)))


def test_a_right_engine_has_no_difference():
    a, b = Closures(0.7), Closures(1.3)
    right, theirs = trace_both((a * a + b).tanh() * a)
    assert differences(right, theirs) == []
    assert [row.op for row in right.graph.rows if row.op] == ["mul", "add", "tanh", "mul"]


def test_the_picture_marks_the_place():
    scope = build("(1 - out.data ** 2)", "(1 + out.data ** 2)", "a = Num(0.7); y = (a * a).tanh()")
    figure = viz.compare(scope["y"])
    assert "theirs" in figure.text()
    assert figure.text().endswith("it starts at v1")
    assert figure.svg().startswith("<svg")
    with pytest.raises(TypeError, match="expected a Value"):
        viz.compare(3.0)


def test_a_wrong_sweep_is_played_as_it_was_watched():
    scope = build("if v not in seen:", "if True:", "a, b = Num(0.7), Num(1.3); c = a * b; y = (c + a) * (c + b)")
    right, theirs = trace_both(scope["y"], scope)
    assert right.edges == theirs.edges
    assert len(theirs.steps) > len(right.steps)
    scope["y"].backward()
    assert theirs.grads[:2] == pytest.approx((scope["a"].grad, scope["b"].grad))


def test_a_rule_that_overwrites_is_played_so():
    program = "a, b = Num(0.7), Num(1.3); u = a * b; y = u.exp() * u"
    scope = build("self.grad += out.data * out.grad\n", "self.grad = out.data * out.grad\n", program)
    right, theirs, grads = trace_theirs(scope["y"], scope)
    scope["y"].backward()
    assert theirs.grads[:2] == pytest.approx(tuple(grads[:2]))
    assert theirs.grads[:2] == pytest.approx((scope["a"].grad, scope["b"].grad))
    assert theirs.grads != right.grads


def test_the_final_gradients_of_a_sweep_without_rules_are_theirs_too():
    cls = changed("Lists", "reversed(order)", "order")
    a, b = cls(0.7), cls(1.3)
    u = a * b
    y = u * u + a
    right, theirs, grads = trace_theirs(y, {"a": a, "b": b})
    assert theirs == right
    y.backward()
    assert grads[:2] == pytest.approx((a.grad, b.grad))
    assert grads[:2] != pytest.approx(right.grads[:2])
