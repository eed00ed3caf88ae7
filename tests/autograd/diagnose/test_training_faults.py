"""Faults of training loops, units that do not learn, and lines of source."""

import math
from collections import deque

import pytest

from autograd import Trace, Value, detect_anomaly, evaluate, show, trace
from autograd.diagnose import birth, gradient_flow, lint, units
from autograd.teach import differences, forget_zero_grad, overwrite
from nn import MLP


def kinds(findings):
    return [finding.kind for finding in findings]


def step():
    """Two parameters, and a loss of them after its backward pass."""
    w, b = Value(2.0, label="w"), Value(1.0, label="b")
    loss = (w * 3 + b) ** 2
    loss.backward()
    return w, b, loss


def test_a_right_step_has_no_findings():
    w, b, loss = step()
    assert lint(loss, [w, b]) == lint(loss) == []
    w.grad = b.grad = 0.0
    assert lint(loss) == []


def test_lint_leaves_every_grad_alone():
    w, b, loss = step()
    before = w.grad, b.grad, loss.grad
    lint(loss)
    assert (w.grad, b.grad, loss.grad) == before


def test_a_second_backward_is_distinguished_from_gradients_of_another_step():
    w, b, loss = step()
    loss.backward()
    (finding,) = lint(loss)
    assert finding.kind == "repeated"
    assert "2 times those of the loss" in finding.message
    assert set(finding.nodes) == {w, b}
    w.grad = b.grad = 0.0
    (w * w * b).backward()
    loss.backward()
    (finding,) = lint(loss)
    assert str(finding) == (
        "accumulated: 2 of 2 gradients hold more than those of this loss: call zero_grad() each step"
    )


def test_a_forgotten_zero_grad_in_a_training_loop_is_found():
    w, b, loss = step()
    for p in (w, b):
        p.data -= 0.01 * p.grad
    loss = (w * 3 + b) ** 2
    loss.backward()
    assert kinds(lint(loss)) == ["accumulated"]


def test_data_changed_after_the_forward_pass_is_found():
    w, b, loss = step()
    w.data = 5.0
    (finding,) = lint(loss)
    assert str(finding) == "stale: data was changed after mul(w = 5.0, 3.0) gave 6.0: run forward() again"
    loss.forward()
    w.grad = b.grad = 0.0
    loss.backward()
    assert lint(loss) == []


def test_unused_parameters_are_named():
    _, _, loss = step()
    spares = [Value(1.0, label=f"spare{i}") for i in range(7)]
    (finding,) = lint(loss, spares)
    assert finding.message == "the loss does not depend on spare0, spare1, spare2, spare3, spare4 and 2 more"
    assert finding.nodes == tuple(spares)


@pytest.mark.parametrize("holder", [list, deque])
def test_losses_kept_in_a_list_are_found(holder):
    w = Value(2.0, label="w")
    kept = holder([(w * float(k)).tanh() for k in range(5)])
    loss = w * w
    (finding,) = lint(loss)
    assert str(finding) == "kept: 5 other results are kept in a list, with 11 nodes under them: keep loss.data instead"
    del kept, finding
    assert lint(loss) == []


def test_results_over_other_leaves_may_be_kept():
    other = Value(1.0)
    kept = [other * 2, other * 3]
    _, _, loss = step()
    assert lint(loss) == []
    assert len(kept) == 2


def test_an_opaque_node_is_no_fault():
    w = Value(2.0)
    loss = Value(6.0, (w,), (3.0,)) * 2
    loss.backward()
    assert lint(loss) == []


def test_the_line_of_source_is_named_forward_and_backward():
    x = Value(1e-100, label="x")
    with detect_anomaly():
        z = x * 1e200
        loss = z * 1e200
        with pytest.raises(FloatingPointError, match=r"^mul\(1e\+300, 1e\+300\) gave inf, .*\.py:\d+: loss \* loss$"):
            loss * loss
        message = r"backward: mul\(x = 1e-100, 1e\+200\) passes local 1e\+200 × upstream 1e\+200 = inf to x"
        with pytest.raises(FloatingPointError, match=rf"{message}, at test_training_faults\.py:\d+: z = x \* 1e200$"):
            loss.backward()
    with pytest.warns(RuntimeWarning, match=message):
        loss.backward()


def test_where_a_nan_was_born_is_named_with_its_line_if_that_was_kept():
    x = Value(0.0, label="x")
    with detect_anomaly():
        root = x + 1
        root.label = "root"
    root.data = math.inf
    assert birth(root * 2).startswith("forward: add(x = 0.0, 1.0) gave inf at root, at test_training_faults.py:")
    assert birth(root * 2).endswith(": root = x + 1")


def outputs(activation, inputs, weights):
    """The outputs of one unit for some inputs, under its scope."""
    w = Value(weights)
    made = [getattr(w * x, activation)() for x in inputs]
    for y in made:
        y.scope = "unit"
    return made


@pytest.mark.parametrize(
    ("activation", "inputs", "active", "saturated", "dead"),
    [
        ("relu", [-1.0, -2.0], 0.0, 0.0, True),
        ("relu", [-1.0, 2.0, 3.0, 4.0], 0.75, 0.0, False),
        ("tanh", [0.1, 5.0, -6.0, 0.0], 1.0, 0.5, False),
        ("sigmoid", [0.1, 9.0], 1.0, 0.5, False),
        ("leaky_relu", [-1.0, 1.0], 1.0, 0.0, False),
    ],
)
def test_units_are_measured_over_all_samples(activation, inputs, active, saturated, dead):
    made = outputs(activation, inputs, 1.0)
    (unit,) = units(*made)
    assert (unit.scope, unit.op, unit.active, unit.saturated, unit.dead) == (
        "unit",
        activation,
        active,
        saturated,
        dead,
    )
    assert unit.outputs == tuple(y.data for y in made)
    total = made[0]
    for y in made[1:]:
        total = total + y
    assert units(total) == [unit]


def test_units_need_a_scope():
    with pytest.raises(ValueError, match=r"^roots: nothing under them has a scope"):
        units(Value(1.0) * 2)


def flags(weights, activation="tanh"):
    """The flags of a chain of layers of one unit, by the weight of each."""
    model = MLP(1, [1] * len(weights), activation=activation)
    for layer, weight in zip(model.layers, weights, strict=True):
        layer.neurons[0].w[0].data = weight
    return [layer.flag for layer in gradient_flow(model, model([1.0]))]


def test_layers_vanish_and_explode_relative_to_the_last():
    assert flags([0.5, 0.5, 0.5, 0.5]) == ["", "", "", ""]
    assert flags([0.5, 0.5, 1e-4, 0.5]) == ["vanishing", "vanishing", "", ""]
    assert flags([1e-6, 1e3, 1e3, 1.0], "relu") == ["exploding", "", "", ""]


def test_dead_units_have_gradients_of_exactly_0():
    model = MLP(1, [3, 1])
    for neuron, bias in zip(model.layers[0].neurons, [1.0, -9.0, -9.0], strict=True):
        neuron.w[0].data, neuron.b.data = 1.0, bias
    model.parameters()[0].grad = 123.0
    first, last = gradient_flow(model, model([0.5]))
    assert (first.dead, first.units, last.dead, last.units) == (2, 3, 0, 1)
    assert sorted(first.sizes)[:4] == [0.0] * 4
    assert first.median > 0


def test_a_model_or_a_loss_that_tells_nothing_is_named():
    model = MLP(1, [1])
    with pytest.raises(ValueError, match=r"^loss: it depends on no parameter of MLP$"):
        gradient_flow(model, Value(1.0) * 2)
    model.layers = []
    with pytest.raises(ValueError, match=r"^model: MLP has no parameters$"):
        gradient_flow(model, Value(1.0))


def test_lint_tells_of_a_nan_and_of_a_seed_instead_of_failing():
    x = Value(0.0, label="x")
    y = x.sqrt()
    with pytest.warns(RuntimeWarning, match="backward met"):
        y.backward()
    (finding,) = lint(y)
    assert str(finding) == "nan: backward: sqrt(x = 0.0) passes local inf × upstream 1.0 = inf to x"
    w, _, loss = step()
    w.grad = 0.0
    loss.backward(gradient=-1.0)
    assert kinds(lint(loss)) == ["accumulated"]
    v = Value(2.0)
    cube = v**3
    cube.backward(create_graph=True)
    assert lint(cube) == []


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lint(3), "loss: expected a Value, got int 3"),
        (lambda: lint(Value(1.0) * 2, [3.0]), r"parameters\[0\]: expected a Value, got float 3.0"),
        (lambda: units(3), "roots: expected a Value, got int 3"),
        (lambda: gradient_flow(3, Value(1.0)), r"model: expected a model with named_parameters\(\), got int 3"),
        (lambda: gradient_flow(MLP(1, [1]), 3), "loss: expected a Value, got int 3"),
        (lambda: overwrite(3), "trace: expected a trace, as autograd.trace"),
        (lambda: differences(trace(Value(1.0)), 3), "wrong: expected a trace"),
        (
            lambda: forget_zero_grad(trace(Value(1.0)), 3),
            "held: expected a mapping from labels to gradients",
        ),
        (lambda: show(Value(1.0), names=3), r"names: expected a mapping such as locals\(\), got int 3"),
        (lambda: evaluate(3, {}), "graph: expected a Graph, such as .*, got int 3"),
        (lambda: evaluate(trace(Value(1.0)).graph, 3), "inputs: expected a mapping of labels to numbers, got int 3"),
        (lambda: Trace.from_json(3), "expected a text, got int 3"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(TypeError, match=message):
        call()
