"""Explain gradients as sums over paths, as derivations, and by comparison with other gradients."""

import json
import math
import random

import pytest

import viz
from autograd import Value, gradcheck, trace
from autograd.teach import forget_zero_grad, overwrite, recurse
from nn import MLP


def fork():
    a, b, c = Value(2.0, label="a"), Value(-0.5, label="b"), Value(1.4, label="c")
    return (a * (a * b + c) + b).tanh(), b


def test_a_gradient_is_drawn_as_a_sum_over_paths():
    root, b = fork()
    figure = viz.paths(root, b, names=False)
    assert figure.text().splitlines() == [
        "∂L/∂b is the sum over 2 paths of the products of the local derivatives",
        "  b → v₁ → v₂ → v₃ → v₄ → L:  [2.00] × [1.00] × [2.00] × [1.00] × [0.915] = 3.66",
        "  b → v₄ → L:  [1.00] × [0.915] = 0.915",
        "  ∂L/∂b = 3.66 + 0.915 = 4.58",
    ]
    assert figure.svg().count('class="edge on"') == 6
    assert r"\frac{\partial L}{\partial b} = 2.00 \cdot 1.00" in figure.latex()
    assert viz.paths(trace(root), "b").text() == figure.text()


def test_many_paths_are_counted_and_summed_up():
    x = Value(1.0, label="x")
    y = x
    for _ in range(10):
        y = y * 0.5 + y * 0.25
    text = viz.paths(y, x).text()
    assert "the sum over 1,024 paths" in text
    assert "1,012 more paths: together" in text
    assert text.endswith("= 0.0563")


def test_in_a_large_graph_only_what_is_on_the_paths_is_drawn():
    xs = [Value(0.1 * i, label=f"x{i}") for i in range(40)]
    y = xs[0]
    for x in xs[1:]:
        y = y * x + x
    figure = viz.paths(y, xs[37])
    assert "x₃₆" not in figure.svg()
    drawn = figure.svg().count('<g class="node')
    assert f"{118 - drawn} of 118 nodes are not drawn" in figure.svg()
    assert figure.found.count == 2


def test_the_paths_of_a_weight_go_through_the_sums_of_neurons():
    random.seed(2)
    model = MLP(2, [8, 8, 1], activation="tanh")
    root = model([Value(0.5, label="x"), -1.0]) ** 2
    for layer, count in ((0, 8), (1, 1)):  # w is multiplied by a Value, or by a number
        figure = viz.paths(root, model.layers[layer].neurons[3].w[0])
        assert figure.found.count == count
        assert figure.svg().count(">Σ</text>") == {0: 10, 1: 2}[layer]


def test_of_a_path_too_long_the_end_is_drawn_and_the_rest_counted():
    h = x = Value(0.9, label="x")
    for _ in range(100):
        h = h * 1.01
    svg = viz.paths(h, x).svg()
    drawn = svg.count('<g class="node')
    assert drawn < 101
    assert f"{101 - drawn} of 101 nodes are not drawn" in svg


def test_a_weight_that_is_not_under_the_root_is_named():
    root, _ = fork()
    with pytest.raises(ValueError, match="w: spare is not under L"):
        viz.paths(root, Value(1.0, label="spare"), names=False)
    with pytest.raises(ValueError, match="w: nothing under L is called 'spare'"):
        viz.paths(root, "spare", names=False)
    with pytest.raises(TypeError, match="w: expected a Value, got int 3"):
        viz.paths(root, 3)
    with pytest.raises(TypeError, match="w: expected the label of a node, as root is a trace, got Value"):
        viz.paths(trace(root), root)


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


def test_a_long_explanation_is_cut_in_a_notebook_and_nowhere_else(tmp_path):
    y = Value(1.0, label="x")
    for _ in range(150):
        y = y * 1.01
    derived = viz.explain(y, names=False)
    bundle = derived._repr_mimebundle_()
    lines = str(derived).splitlines()
    assert bundle == {"text/plain": "\n".join([*lines[:200], f"… {len(lines) - 200} more lines: print it, or save it"])}
    derived.save(tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8").splitlines() == lines


def test_an_explanation_is_text_and_latex(tmp_path):
    w = Value(2.0, label="w")
    derived = viz.explain(w * w)
    bundle = derived._repr_mimebundle_()
    assert bundle["text/latex"] == f"$$\n{derived.latex()}\n$$"
    assert str(derived) == bundle["text/plain"]
    derived.save(tmp_path / "a.txt", tmp_path / "a.tex")
    assert (tmp_path / "a.tex").read_text(encoding="utf-8") == derived.latex() + "\n"
    with pytest.raises(ValueError, match=r"a.svg: expected a file ending of .txt or .tex"):
        derived.save(tmp_path / "a.svg")


def test_paths_and_comparisons_are_saved_in_their_formats(tmp_path):
    pytest.importorskip("resvg_py", reason='PNG needs the extra "export"')
    root, b = fork()
    right = trace(root)
    viz.paths(root, b).save(*(tmp_path / f"p.{e}" for e in ("svg", "html", "txt", "json", "tex", "png")))
    viz.compare(right, overwrite(right)).save(
        *(tmp_path / f"c.{e}" for e in ("svg", "html", "txt", "json", "tex", "dot"))
    )
    sums = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))
    assert sums["paths"] == 2
    assert math.fsum(math.prod(way["locals"]) for way in sums["listed"]) == pytest.approx(sums["total"], rel=1e-12)
    assert [row["node"] for row in json.loads((tmp_path / "c.json").read_text(encoding="utf-8"))["rows"]] == [*"abc"]
