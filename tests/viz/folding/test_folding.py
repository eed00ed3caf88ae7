"""Figures of large graphs are folded where they have scopes, unless asked otherwise."""

import pytest

import viz
from autograd import Value
from nn import MLP
from tests.helpers.flows import moon_model, plain
from tests.helpers.svg_geometry import texts


def test_a_small_graph_is_drawn_node_by_node_unless_asked_otherwise():
    model = MLP(2, [2, 1])
    root = model([Value(1.0, label="x1"), Value(2.0, label="x2")])
    assert 'class="node box"' not in viz.graph(root).svg()
    svg = viz.graph(root, collapse=True).svg()
    assert svg.count('class="node box"') == 2
    assert {"x₁", "x₂", "layer0", "2 neurons", "layer1", "3 nodes"} <= set(texts(svg))


def test_a_notebook_holds_no_endless_table():
    x = Value(2.0, label="x")
    assert viz.graph(x * x)._repr_mimebundle_()["text/plain"].startswith("forward")
    y = x
    for _ in range(100):
        y = y * x
    for draw in (viz.graph, viz.step):
        figure = draw(y, names=False)
        assert figure._repr_mimebundle_()["text/plain"] == repr(figure) == str(figure)


def test_where_nothing_has_a_scope_the_nearest_are_drawn_and_the_rest_counted():
    x = Value(0.5, label="x")
    y = x
    for _ in range(100):
        y = y * x + 1
    assert any("more nodes lie behind the dashed box" in text for text in texts(viz.graph(y).svg()))
    with pytest.raises(ValueError, match="collapse: nothing in this graph has a scope"):
        viz.graph(y, collapse=True)


def test_folding_can_be_turned_off():
    root = plain(moon_model())
    svg = viz.graph(root, collapse=False).svg()
    assert svg.count('class="node box"') == svg.count("arguments that are not drawn by themselves")
    assert any("more nodes lie behind" in text for text in texts(svg))


def test_a_figure_is_saved_in_every_format(tmp_path):
    pytest.importorskip("resvg_py", reason='PNG needs the extra "export"')
    w = Value(2.0, label="w")
    figure = viz.graph(w * w)
    endings = ["svg", "html", "dot", "json", "txt", "tex", "png"]
    figure.save(*(tmp_path / f"a.{ending}" for ending in endings))
    assert (tmp_path / "a.tex").read_text(encoding="utf-8") == viz.explain(figure.trace).latex() + "\n"
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert '[label="2.00"]' in (tmp_path / "a.dot").read_text(encoding="utf-8").replace("label=2.00", 'label="2.00"')
