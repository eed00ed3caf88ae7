"""The trace of a Value: labels, scopes, facts of the operations, and every grad left alone."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import Trace, Value, trace
from autograd.graph.paths import heaviest_paths
from autograd.graph.trace import Chain, Forward, Seed, backward_steps
from autograd.snapshot import place, trace_to_show
from autograd.table.op import TABLE


def test_a_leaf_alone_has_a_trace():
    made = trace(Value(5.0))
    assert made.steps == (Forward(0, 5.0), Seed(0, 1.0))
    assert made.grads == (1.0,)
    assert Trace.from_json(made.to_json()) == made


def test_the_facts_of_every_operation_used_are_there():
    x = Value(0.5)
    made = trace(ag.sum(ag.sum(x, x), x.tanh(), 1.0))
    assert made.ops.keys() == {"sum", "tanh"}
    assert made.ops["tanh"]["symbol"] == TABLE["tanh"].symbol
    assert made.ops["tanh"]["trees"]["1"]["partials"] == [["pow", ["div", 1, ["cosh", "x0"]], 2]]
    assert made.ops["sum"]["trees"].keys() == {"2", "3"}


def test_a_node_is_called_by_its_label_else_its_name_else_a_new_one():
    a, b, c = Value(1.0, label="a"), Value(2.0), Value(3.0, label="v1")
    names = {"b": b, "a_too": a, "_": c}
    made = trace((a * b + c) * 2.0, names)
    assert [row.label for row in made.graph.rows] == ["a", "b", "v2", "v1", "v3", "L"]


def test_the_root_is_called_l_only_if_nobody_else_is():
    x = Value(1.0, label="L")
    assert [row.label for row in trace(x + 1).graph.rows] == ["L", "v1"]
    y = x + 1
    y.label = "y"
    assert [row.label for row in trace(y).graph.rows] == ["L", "y"]


def test_a_scope_is_written_into_the_graph():
    x = Value(1.0)
    y = x.relu()
    y.scope = "layer0.neuron3"
    assert [row.scope for row in trace(y).graph.rows] == ["", "layer0.neuron3"]


@pytest.mark.parametrize("stranger", [3.0, None, "x", [Value(1.0)]])
def test_only_a_value_has_a_trace(stranger):
    with pytest.raises(TypeError, match=r"^root: expected a Value, got "):
        trace(stranger)


def test_a_variable_never_takes_a_name_that_the_user_gave():
    x, y = Value(1.0, label="y"), Value(2.0)
    labels = [row.label for row in trace(x * y, {"x": x, "y": y}).graph.rows]
    assert labels == ["y", "v1", "L"]


def test_a_node_has_its_place_or_is_named():
    x, w = Value(1.0, label="x"), Value(2.0, label="w")
    y = x * 3
    assert (place(y, x, "w"), place(y, y, "w")) == (0, 1)
    with pytest.raises(ValueError, match=r"^w: w is not under L$"):
        place(y, w, "w")
    with pytest.raises(TypeError, match="w: expected a Value, got int 3"):
        place(y, 3, "w")
    with pytest.raises(ValueError, match="node: 7 is not one of the 2 nodes"):
        heaviest_paths(trace(y), 7)


NUMBERS = st.sampled_from([0.0, -0.0, 1.0, -2.5, 3.0, math.inf, math.nan])
TERMS = [lambda a, b: a * b, lambda a, b: sum([a, b]), lambda a, b: a + 0, lambda a, b: sum([a]), lambda a, b: 0 + a,
         lambda a, b: a.tanh(), lambda a, b: sum([a, a, b]), lambda a, b: a + 1.0]  # fmt: skip


@st.composite
def sums(draw):
    """Draw an expression with Python's sums of sums, some of them labelled."""
    values = [Value(draw(NUMBERS), label=draw(st.sampled_from(["", "x"]))) for _ in range(draw(st.integers(1, 3)))]
    for _ in range(draw(st.integers(1, 8))):
        a, b = draw(st.sampled_from(values)), draw(st.sampled_from(values))
        values.append(draw(st.sampled_from(TERMS))(a, b))
        if not draw(st.integers(0, 5)):
            values[-1].label = "labelled"
    return values[-1]


def is_zero_sum(made, n):
    row = made.graph.rows[n]
    return row.op == "add" and any(isinstance(arg, float) and arg == 0 for arg in row.args)


@given(sums())
def test_what_is_shown_has_no_zero_that_sum_adds_and_is_true(root):
    full, shown = trace(root), trace_to_show(root)
    last = len(shown.data) - 1
    for n, row in enumerate(shown.graph.rows):
        if is_zero_sum(shown, n) and n != last and row.label != "labelled":
            (x,) = [arg for arg in row.args if isinstance(arg, int)]
            assert math.copysign(1, shown.data[n]) != math.copysign(1, shown.data[x])  # 0 + (−0) is 0
    left_out = [n for n in range(len(full.data)) if is_zero_sum(full, n)]
    assert len(full.data) - len(left_out) <= len(shown.data) <= len(full.data)
    assert full.to_json() == trace(root).to_json()  # no comparison of nodes was noted
    forward = [step for step in shown.steps if isinstance(step, Forward)]
    assert [repr(step.value) for step in forward] == list(map(repr, shown.data))
    steps = (*forward, *backward_steps(shown.graph, shown.edges))
    assert repr(steps) == repr(shown.steps)
    chains = [step for step in shown.steps if isinstance(step, Chain)]
    assert len(shown.steps) == len(shown.data) + 1 + len(shown.edges)
    for n, grad in enumerate(shown.grads[:-1]):
        parts = [step.contribution for step in chains if shown.edges[step.edge].src == n]
        if math.isfinite(grad):
            assert grad == pytest.approx(math.fsum(parts), rel=1e-9, abs=1e-9)
    leaves = [[made.grads[n] for n, row in enumerate(made.graph.rows) if row.op is None] for made in (full, shown)]
    assert leaves[1] == pytest.approx(leaves[0], rel=1e-9, nan_ok=True)


def test_a_zero_stays_where_the_user_sees_it():
    w, x = Value(2.0, label="w"), Value(-1.0, label="x")
    assert [row.op for row in trace_to_show(sum([w * x, w])).graph.rows] == [None, None, "mul", "add"]
    assert [row.op for row in trace_to_show(sum([w])).graph.rows] == [None, "add"]  # the root
    start = 0 + w
    assert "start" in [row.label for row in trace_to_show(start * x, {"start": start}).graph.rows]
    assert len(trace_to_show(start * x).data) == 3
    assert start > 0
    assert len(trace_to_show(start * x).data) == 4  # a decision was taken on it
    assert len(trace_to_show((x + (w - w) * -1.0 + 0.0) * 2.0).data) == len(trace((x + (w - w) * -1.0) * 2.0).data)


def test_a_decision_on_a_sum_is_noted_at_its_leaves():
    x = Value(2.0, label="x")
    y = sum([x]) * 3.0
    assert y > 0
    decided = [{row.label: row.decided for row in f(y * 2.0 + 1.0).graph.rows} for f in (trace, trace_to_show)]
    assert [d["x"] for d in decided] == ["v2 > 0", "v1 > 0"]


def test_a_place_is_that_in_what_is_shown():
    w, x = Value(2.0, label="w"), Value(-1.0, label="x")
    start = 0 + w
    root = start * x
    assert (place(root, x, "x"), place(root, x, "x", {"x": x})) == (2, 1)
    assert place(root, start, "start", {"start": start}) == 1
