"""Faults of training loops are found and named, and a right step has none."""

from collections import deque

import pytest

from autograd import Trace, Value, evaluate, show, trace
from autograd.diagnose import gradient_flow, lint, units
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
