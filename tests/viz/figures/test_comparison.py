"""Two gradients of a graph are compared, and marked where they start to differ."""

import pytest

import viz
from autograd import Value, gradcheck, trace
from autograd.teach import forget_zero_grad, overwrite, recurse


def fork():
    a, b, c = Value(2.0, label="a"), Value(-0.5, label="b"), Value(1.4, label="c")
    return (a * (a * b + c) + b).tanh(), b


def square_with_a_wrong_derivative(a, b):
    h = a * b
    wrong = Value(h.data**2, (h,), (h.data,))  # it should be 2·h
    wrong.label = "square"
    return (wrong + a).tanh()


def test_a_disagreement_with_gradcheck_is_marked_where_it_starts():
    report = gradcheck(square_with_a_wrong_derivative, [0.7, 1.2])
    figure = viz.compare(report.root, report)
    assert [figure.trace.graph.rows[n].label for n in figure.starts] == ["square"]
    assert figure.text().splitlines()[-1] == "2 of 2 disagree; it starts at square"
    svg = figure.svg()
    assert svg.count('class="node on"') == 1
    assert "✗ numeric 0.645" in svg
    assert "✗ starts here" in svg


def test_a_right_gradient_agrees_with_gradcheck():
    def f(a, b):
        return (a * b).tanh()

    report = gradcheck(f, [0.7, 1.2])
    a, b = Value(0.7, label="a"), Value(1.2, label="b")
    figure = viz.compare(f(a, b), report)
    assert figure.wrong == []
    assert figure.text().endswith("all agree")
    assert "✓ numeric" in figure.svg()
    assert 'class="node on"' not in figure.svg()


def test_a_report_tells_nothing_of_another_graph_or_place():
    report = gradcheck(square_with_a_wrong_derivative, [0.7, 1.2])
    a, b = Value(0.7, label="a"), Value(1.2, label="b")
    with pytest.raises(ValueError, match="other: expected a report on root at the same inputs, but it has"):
        viz.compare((a * b + 1).tanh(), report)
    root = report.root + 0.0  # the same gradients, computed by other nodes
    assert not viz.compare(root, report).starts
    with pytest.raises(ValueError, match=r"but it has 1\.00 as the gradient of a, and root 2\.00"):
        viz.compare(a * 2, gradcheck(lambda a: a * a / 2, [1.0]))


@pytest.mark.parametrize(("mistake", "starts"), [(overwrite, ["b"]), (recurse, ["a"]), (forget_zero_grad, ["a", "c"])])
def test_a_wrong_trace_is_marked_wherever_it_starts_to_differ(mistake, starts):
    a, c = Value(3.0, label="a"), Value(0.5, label="c")
    b = a * 2
    b.label = "b"
    right = trace(b * b + c)
    figure = viz.compare(right, mistake(right))
    assert sorted(figure.trace.graph.rows[n].label for n in figure.starts) == starts
    assert figure.text().endswith(f"it starts at {', '.join(starts)}")
    assert figure.svg().count('class="node on"') == len(starts)


def test_what_cannot_be_compared_is_named():
    root, _ = fork()
    with pytest.raises(TypeError, match="other: expected a report of gradcheck or a trace, got int 3"):
        viz.compare(root, 3)
    with pytest.raises(ValueError, match="other: it is a report on q, and root has no leaf of such a name"):
        viz.compare(root, gradcheck(lambda q: q * q, [1.0]))
    with pytest.raises(ValueError, match="other: expected a trace of the same graph as root"):
        viz.compare(root, trace(Value(1.0) * 2))


def test_a_start_that_is_not_drawn_is_said_to_be():
    x = Value(1.0, label="x")
    y = x
    for _ in range(100):
        y = y * 1.01
    right = trace(y)
    svg = viz.compare(right, forget_zero_grad(right)).svg()
    assert "1 of 1 disagree; it starts at x, which is not drawn" in svg
