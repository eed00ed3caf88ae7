"""Draw graphs with micrograd's draw_dot and trace."""

import errno
import re
import sys

import graphviz
import pytest

import viz
from autograd import Value, dot
from tests.helpers.browser import neuron


def test_micrograds_trace_keeps_both_edges_of_a_square():
    from viz.frontends.micrograd import trace

    a = Value(3.0)
    square = a * a
    nodes, edges = trace(square)
    assert nodes == [a, square]
    assert edges == [(a, square), (a, square)]


def test_micrograds_trace_spells_a_weighted_sum_as_products_and_sums():
    from viz.frontends.micrograd import trace

    w, b = [Value(2.0), Value(-1.0)], Value(0.5, label="b")
    total = dot(w, [3.0, Value(4.0)], b)
    out = total.tanh()
    out.backward()
    nodes, edges = trace(out)
    assert [n._op for n in nodes] == ["", "", "", "", "*", "+", "*", "+", "tanh"]
    assert total not in nodes
    expanded = nodes[-2]
    assert (expanded.data, expanded.grad) == (total.data, total.grad)
    assert (expanded, out) in edges
    assert all(n.grad == total.grad for n in nodes[4:-1])


def test_draw_dot_shows_grad_and_says_when_backward_has_not_run():
    a = Value(3.0, label="a")
    out = a * 2
    assert "backward has not run" in viz.draw_dot(out).source
    out.backward()
    out.backward()
    source = viz.draw_dot(out).source
    assert "backward has not run" not in source
    assert r"a | data 3.0000 | grad 4.0000" in source
    out.grad = 0.0
    assert "backward has not run" not in viz.draw_dot(out).source  # a keeps its grad
    a.grad = 0.0
    assert "backward has not run" in viz.draw_dot(out).source
    assert isinstance(viz.draw_dot(out, format="png", rankdir="TB"), graphviz.Digraph)
    with pytest.raises(ValueError, match="rankdir: expected LR or TB, got 'XY'"):
        viz.draw_dot(out, rankdir="XY")


@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOENT, errno.ENOEXEC, errno.ENOTDIR, 138])
def test_a_dot_that_cannot_be_started_is_as_good_as_none(monkeypatch, number):
    def refuse(*args, **kwargs):
        raise OSError(number, "no process")

    monkeypatch.setattr("subprocess.Popen", refuse)
    for drawing in (viz.draw_dot(neuron()), viz.to_graphviz(neuron())):
        assert drawing._repr_mimebundle_()["image/svg+xml"].startswith("<svg")
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    with pytest.raises(RuntimeError, match='engine="dot" needs Graphviz'):
        viz.graph(neuron(), engine="dot").svg()


def test_without_dot_a_notebook_shows_our_own_picture(monkeypatch):
    monkeypatch.setenv("PATH", "")
    for drawing in (viz.draw_dot(neuron()), viz.to_graphviz(neuron()), viz.to_graphviz(neuron()).copy()):
        assert drawing._repr_mimebundle_()["image/svg+xml"].startswith("<svg")


def test_draw_dot_shows_constants_with_their_gradient_as_micrograd_does():
    x = Value(3.0, label="x")
    y = 2 * x + 1
    y.backward()
    source = viz.draw_dot(y**2).source
    assert source.count("{ data 2.0000 | grad 3.0000 }") == 1
    assert source.count("{ data 1.0000 | grad 1.0000 }") == 1
    assert "**2" in source
    total = dot([x], [2.0], 1.0)  # a weighted sum is expanded
    assert viz.draw_dot(total).source.count("data 2.0000") == 1


def test_the_zero_that_sum_adds_is_not_drawn():
    w, x = [Value(2.0), Value(3.0)], [Value(0.5), Value(-1.0)]
    for terms in ([dot(w, x), w[0]], [0 + dot(w, x), w[0]], [w[0] * x[0], w[1] * x[1]]):
        right = terms[0] + terms[1]
        source, without = (re.findall("label=.*", viz.draw_dot(y).source) for y in (sum(terms) * 2.0, right * 2.0))
        assert sorted(source) == sorted(without)
        assert viz.draw_dot(sum(terms) * 2.0).source.count("->") == viz.draw_dot(right * 2.0).source.count("->")
    assert len(viz.draw_dot(sum([w[0]])).source.splitlines()) > 5  # the root is drawn
