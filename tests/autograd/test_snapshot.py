"""The trace of a Value: labels, scopes, facts of the operations, and every grad left alone."""

import pytest

import autograd as ag
from autograd import Trace, Value, trace
from autograd.graph.paths import heaviest_paths
from autograd.graph.trace import Forward, Seed
from autograd.snapshot import place
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
