"""A gradient is drawn as the sum over its paths, of which many are counted."""

import json
import math
import random

import pytest

import viz
from autograd import Value, trace
from autograd.teach import overwrite
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
