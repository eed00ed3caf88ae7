"""What viz offers takes Values or traces, calls nodes by the caller's variables, and names a wrong argument."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from contextlib import nullcontext
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import viz
from autograd import Value, no_grad
from tests.helpers.browser import neuron
from tests.helpers.svg_geometry import texts
from viz.frontends.micrograd import trace as micrograd_trace


def test_nodes_are_called_by_the_callers_variables():
    a, b = Value(1.0), Value(2.0)
    product = a * b
    result = product + a
    assert [row.label for row in viz.graph(result).trace.graph.rows] == ["a", "b", "product", "result"]
    assert [row.label for row in viz.graph(result, names=False).trace.graph.rows] == ["v1", "v2", "v3", "L"]


def test_leaves_in_containers_are_named_and_sum_adds_no_zero():
    w, x = [Value(0.5), Value(1.5)], {"a": Value(2.0), "b": Value(-1.0)}
    loss = sum(a * b for a, b in zip(w, x.values(), strict=True)).tanh()
    named = {"w0", "w1", 'x["a"]', 'x["b"]', "v1", "v2", "v3", "loss"}
    for figure in (viz.graph(loss), viz.step(loss)):
        assert {row.label for row in figure.trace.graph.rows} == named
        assert {"w₀", "w₁", 'x["a"]', 'x["b"]'} <= set(texts(figure.svg()))
    for text in (viz.table(loss), str(viz.explain(loss)), viz.explain(loss).latex(), viz.to_graphviz(loss).source):
        assert not re.search(r"(?<![\w.])0 \+", text)
    assert 'x["a"]' in str(viz.explain(loss))
    dot = viz.draw_dot(loss)
    assert dot.source.count('label="+"') + dot.source.count("label=+") == 1
    assert "+0" not in texts(dot.picture)
    assert "w₁ → v₂ → v₃ → loss" in viz.paths(loss, w[1]).text()
    assert "w₁ → v₂ → v₃ → loss" in viz.paths(loss, "w1").text()
    labels = [row.label for row in viz.graph(loss, names=False).trace.graph.rows]
    assert labels == ["v1", "v2", "v3", "v4", "v5", "v6", "v7", "L"]


def test_a_path_from_the_sum_of_zero_and_a_number_starts_there():
    x = Value(2.0)
    start = [0 + x]
    y = start[0] * x
    assert viz.paths(y, start[0]).text().endswith("= 2.00")
    assert viz.paths(y, start[0], names=False).text().endswith("= 2.00")
    assert viz.paths(y, x).text().endswith("= 2.00 + 2.00 = 4.00")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"max_nodes": "a"}, TypeError, "max_nodes: expected a whole number, got 'a'"),
        ({"max_nodes": True}, TypeError, "max_nodes: expected a whole number, got True"),
        ({"max_nodes": 0}, ValueError, "max_nodes: expected at least 1, got 0"),
        ({"theme": ["dark"]}, ValueError, "theme: expected auto, light or dark, got"),
        ({"names": "a"}, TypeError, "names: expected True, False or a mapping"),
        ({"digits": 0}, ValueError, "digits: expected 1 to 17, got 0"),
        ({"digits": 18}, ValueError, "digits: expected 1 to 17, got 18"),
        ({"digits": 2.0}, TypeError, "digits: expected a whole number, got 2.0"),
        ({"title": None}, TypeError, "title: expected a text, got NoneType None"),
    ],
)
def test_a_wrong_argument_is_named_at_the_call(arguments, error, message):
    for draw in (viz.graph, viz.step):
        with pytest.raises(error, match=message):
            draw(neuron(), **arguments)


@pytest.mark.parametrize("draw", [viz.draw_dot, viz.to_graphviz])
def test_graphviz_draws_in_two_directions(draw):
    assert "rankdir=TB" in draw(neuron(), rankdir="TB").source
    for wrong in ("BT", "top", 3, None, ["LR"]):
        with pytest.raises(ValueError, match="rankdir: expected LR or TB, got"):
            draw(neuron(), rankdir=wrong)


@pytest.mark.parametrize("root", [3.0, None, [Value(1.0)], "x"])
def test_a_root_that_is_no_value_is_named(root):
    for draw in (viz.graph, viz.table, viz.to_graphviz, viz.draw_dot, micrograd_trace):
        with pytest.raises(TypeError, match="root: expected a Value, got"):
            draw(root)


def test_only_the_numbers_asked_for_are_written():
    x = Value(3.0, label="x")
    y = x * x

    def shown(svg, kind):
        return [
            e.text
            for e in ET.fromstring(svg).iter()
            if e.get("class") == kind and e.text and e.text[0] in "[0123456789"
        ]

    for show, numbers in [
        (("data",), (2, 0, 0)),
        (("grad",), (0, 2, 0)),
        (("data", "local"), (2, 0, 2)),
        (("local",), (0, 0, 2)),
        ((), (0, 0, 0)),
    ]:
        svg = viz.graph(y, show=show).svg()
        assert tuple(len(shown(svg, kind)) for kind in ("value", "grad", "local")) == numbers
        key = {"data": "value above the wire", "grad": "gradient below", "local": "[local] at the gate"}
        words = [word + explanation for word, explanation in pairwise(texts(svg))]
        assert [kind for kind in key if key[kind] in words] == list(show)
    for wrong in ("data", ("value",), 3, [["data"]]):
        with pytest.raises(ValueError, match=r"show: expected some of \('data', 'grad', 'local'\), got"):
            viz.graph(y, show=wrong)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: viz.step(neuron(), granularity="leaf"), "granularity: expected edge, node or pass, got 'leaf'"),
        (lambda: viz.step(neuron(), engine="neato"), "engine: expected own or dot, got 'neato'"),
        (
            lambda: viz.step(neuron()).save("*.html"),
            r"\*.html: the steps are drawn as \*.svg or \*.png, not as \*.html",
        ),
    ],
)
def test_a_wrong_argument_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_figure_says_what_it_is():
    assert repr(viz.step(neuron())) == "<Player of L: 10 nodes, 20 steps>"
    assert repr(viz.graph(Value(1.0, label="x"))) == "<Figure of x: 1 node, 2 steps>"


def test_without_the_python_package_graphviz_an_error_says_what_to_install():
    code = "import sys; sys.modules['graphviz'] = None; import viz; viz.draw_dot"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "ImportError: viz.draw_dot needs the Python package graphviz; write pip install graphviz" in answer.stderr


@given(st.data())
@settings(max_examples=60)
def test_the_gradients_of_several_roots_are_those_that_backward_adds_up(data):
    x, y, z = (Value(number, label=name) for name, number in [("x", 0.5), ("y", -1.5), ("z", 2.0)])
    values = [x, y, z]
    for _ in range(6):
        a, b = data.draw(st.lists(st.sampled_from(values), min_size=2, max_size=2))
        values.append(data.draw(st.sampled_from([a * b, a + b, a.tanh(), a - b])))
    roots = data.draw(st.lists(st.sampled_from(values), min_size=2, max_size=4))
    with data.draw(st.sampled_from([nullcontext, no_grad]))():
        for draw in (viz.step, viz.graph, viz.explain):
            trace = draw(tuple(roots) if draw is viz.graph else roots).trace
    for root in roots:
        root.backward()
    found = {row.label: grad for row, grad in zip(trace.graph.rows, trace.grads, strict=True)}
    for name, leaf in (("x", x), ("y", y), ("z", z)):
        assert found.get(name, 0.0) == pytest.approx(float(leaf.grad))
    assert trace.graph.rows[-1].label == "total"
    assert trace.data[-1] == pytest.approx(sum(root.data for root in roots))


def test_several_roots_keep_their_names_and_their_sum_takes_none():
    x = Value(3.0)
    total, loss = x * 2, x * x
    assert [row.label for row in viz.step([total, loss]).trace.graph.rows] == ["x", "total", "loss", "L"]
    assert [x.grad, loss.grad] == [0, 0]
    named = Value(1.0, label="total")
    assert [row.label for row in viz.step([named, x]).trace.graph.rows] == ["total", "x", "L"]
    for wrong in ([x, 3.0], (x, "y"), [x, [x, x]], [x, None]):
        with pytest.raises(TypeError, match=r"root: expected a Value, got .* among several roots"):
            viz.step(wrong)
