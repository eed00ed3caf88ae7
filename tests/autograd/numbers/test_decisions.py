"""What Python decided while a graph was recorded locks the leaves that fed it, and no others."""

import copy
import math
import operator
import pickle

import pytest
from hypothesis import given

from autograd import Value, grad, jvp, maximum, no_grad, relu, trace, value_and_grad, where
from autograd.engine import nodes_in_order
from autograd.numbers import CYCLE, decisions
from tests.helpers.branches import N_LEAVES, numbers, programs, run


def jvp_of_one(f):
    return lambda x: jvp(f)((x,), (1.0,))[1]


def locked(root):
    """Return the comparison for each locked leaf, by its label."""
    return {row.label: row.decided for row in trace(root).graph.rows if row.decided}


def leaves(*data):
    return [Value(x, label=name) for name, x in zip("xyz", data, strict=False)]


@given(programs)
def test_the_leaves_that_fed_a_comparison_are_locked_and_no_others(program):
    out = run(program, program[1])
    shown = {row.label for row in trace(out.root).graph.rows if row.op is None}
    names = {name for name in locked(out.root) if name.startswith("leaf")}  # not a number that round made
    assert names == {f"leaf{i}" for i in out.locking} & shown or out.root.op is None


SIGNS = {"<": operator.lt, ">": operator.gt, "≠": operator.ne}


@given(programs, numbers)
def test_a_leaf_that_is_not_locked_can_be_moved(program, x):
    for moved in range(N_LEAVES):
        out = run(program, program[1])
        found, before = trace(out.root), out.root.data
        shown = {row.label for row in found.graph.rows if row.op is None and not row.decided}
        if out.root.op is None or f"leaf{moved}" not in shown:
            continue
        data = [*program[1]]
        data[moved] = x
        again = run(program, data)
        out.leaves[moved].data = x
        out.root.forward()
        if any(SIGNS[sign](before, y) != SIGNS[sign](out.root.data, y) for sign, y in found.watched):
            continue  # the page says so
        assert again.answers == out.answers
        assert again.root.data == out.root.data
        again.root.backward()
        out.root.backward()
        assert [leaf.grad for leaf in again.leaves] == [leaf.grad for leaf in out.leaves]


def difference(x, y, z):
    return x * 2 if x - y > 0 else z * 2


def biggest(x, y, z):
    return max(x * y, y * z)


WORDS = [  # a program of three leaves at 1, 2 and 3, and what locks each leaf that is shown
    (lambda x, y, z: where(x < 0, y, z) + x, {"x": "x < 0"}),
    (lambda x, y, z: (x if y > x else z) * y, {"x": "y > x", "y": "y > x"}),
    (difference, {}),  # z alone is shown, and was not asked
    (lambda x, y, z: difference(y, x, z) * x, {"x": "y − x > 0", "y": "y − x > 0"}),
    (biggest, {"y": "L > x × y", "z": "L > x × y"}),
    (lambda x, y, z: x * y if not abs(x) else z * x, {"x": "|x| ≠ 0"}),
    (lambda x, y, z: x * y if x.isclose(0.25) else z * x, {"x": "x ≈ 0.25"}),
    (lambda x, y, z: y * round(x, 1) * x, {"x": "round(x)"}),
    (lambda x, y, z: y * x if x != -0.5 else y, {"x": "x ≠ −0.5"}),
    (lambda x, y, z: y * x if x < 12345678 else y, {"x": "x < 1.23457e+07"}),
    (lambda x, y, z: y * x if x < 10**400 else y, {"x": "x < …"}),
    (lambda x, y, z: y * x if sum([x, y, z, x, y, z]).exp() > 0 else y, dict.fromkeys("xy", "exp((… + y) + z) > 0")),
    (lambda x, y, z: relu(x) * maximum(y, z) + where(x, y, z), {}),  # chosen in the graph
    (lambda x, y, z: x * y if x is not None and x != "text" and x in [x] else z, {}),  # no number is read
    (lambda x, y, z: [f"{x} {y:.3f} {z!r}", x.data, hash(x)] and x * y, {}),  # nor decided by
]


@pytest.mark.parametrize(("program", "expected"), WORDS, ids=lambda x: "")
def test_the_words_name_the_comparison(program, expected):
    assert locked(program(*leaves(1.0, 2.0, 3.0))) == expected


def test_a_comparison_of_the_result_with_numbers_is_watched_and_locks_nothing():
    x, y, z = leaves(1.0, 2.0, 3.0)
    loss = (x * y).tanh()
    assert loss < 0.99
    assert loss
    found = trace(loss)
    assert found.watched == (("<", 0.99), ("≠", 0.0))
    assert locked(loss) == {}
    assert locked(loss + z) == {"x": "v2 < 0.99", "y": "v2 < 0.99"}  # there it is a part
    assert loss < z  # which the page cannot repeat
    assert locked(loss) == {"x": "L < z", "y": "L < z"}


def test_of_very_many_comparisons_of_the_result_none_is_watched():
    x = Value(1.0, label="x")
    loss = x * 2
    for k in range(12):
        assert loss < 5 + k
    assert locked(loss) == {"x": "L < 5"}


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("decide", [
    lambda part, loss: bool(part > 0), lambda part, loss: bool(abs(loss - 3) < 0.1), lambda part, loss: round(part, 2),
    lambda part, loss: part.isclose(loss), lambda part, loss: max(part, loss),
])  # fmt: skip  # a table
def test_no_comparison_is_lost_behind_one_of_the_result(decide, first):
    x = Value(1.0, label="x")
    part = x * 2
    loss = part.exp() + 1
    for turn in (first, 1 - first):
        assert loss > 0 if turn else decide(part, loss) is not None
    assert [*locked(loss)] == ["x"]


def test_training_that_compares_its_loss_locks_nothing_later():
    w, x = Value(0.3, label="w"), Value(2.0, label="x")
    best = math.inf
    for _ in range(5):
        loss = (w * x - 1) ** 2
        loss.backward()
        best = loss.data if loss < best else best
        w.data, w.grad = w.data - 0.1 * w.grad, 0.0
    assert locked((w * x - 1) ** 2) == {"x": "((w × x) − 1) ^ 2 < inf"}  # w has moved on, x has not
    x.data = 3.0
    assert locked((w * x - 1) ** 2) == {}


def test_data_that_were_changed_after_a_decision_unlock_until_the_graph_is_computed_again():
    x = Value(1.0, label="x")
    y = x * 2 if x > 0 else x * 3
    x.data = 5.0
    assert locked(x * 2) == {}
    with pytest.warns(RuntimeWarning, match="data was changed"):
        assert locked(y) == {"x": "x > 0"}
    assert locked(y.forward()) == {"x": "x > 0"}


def test_in_no_grad_nothing_is_decided_by_the_leaves():
    x = Value(1.0, label="x")
    with no_grad():
        assert x * 2 > 0
    assert locked(x * 3) == {}


@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, lambda y: pickle.loads(pickle.dumps(y))])
def test_copies_and_pickles_remember(twin):
    x, y = leaves(1.0, 2.0)
    root = x * y if x > 0 else y
    assert locked(twin(root))["x"] in ("x > 0", "… > 0")
    assert nodes_in_order(twin(root))[-1].op is root.op


def test_a_node_is_visited_once_however_often_it_is_compared(monkeypatch):
    seen = []
    h = Value(1.0)
    h = sum([h] * 3000)
    assert h > 0
    before = h._serial
    monkeypatch.setattr(decisions, "_form", lambda x, depth=3: seen.append(x))
    for _ in range(100):
        assert h > 0
        h = h + 1
    assert h.args[0]._serial != before
    assert len(seen) <= 400


@given(programs)
def test_the_order_of_a_graph_does_not_change_by_comparisons(program):
    out = run(program, program[1])
    order = [id(node) for node in nodes_in_order(out.root)]
    for node in nodes_in_order(out.root):
        assert node >= node.data
    assert order == [id(node) for node in nodes_in_order(out.root)]
    assert all(0 < (node._serial % CYCLE or CYCLE) <= CYCLE for node in nodes_in_order(out.root) if node.op)


def test_numbers_that_transforms_differentiate_can_be_compared():
    x = Value(2.0, label="x")
    f = jvp(lambda t: t * x if t.isclose(x, abs_tol=2.0) and t < x else t)
    assert f((1.0,), (1.0,))[1] == 2.0
    assert locked(x * x)["x"] == "… ≈ x"


@pytest.mark.parametrize("transform", [grad, lambda f: lambda x: value_and_grad(f)(x)[0], jvp_of_one])
def test_decisions_inside_a_transformed_function_are_those_of_its_arguments(transform):
    x = Value(2.0, label="x")
    assert [*locked(transform(lambda t: t * t * t if t > 0 else t)(x))] == ["x"]
