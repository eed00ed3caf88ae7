"""Fold large graphs by scope into parts that open, and count what is not drawn."""

import math
import re
import xml.etree.ElementTree as ET

import pytest

import nn
import viz
from autograd import Value, dot, trace
from nn import MLP
from tests.helpers.flows import loss, moon_model, plain
from viz.folding import Drilldown
from viz.folding.collapse import FoldedTrace


def texts(svg):
    return ["".join(e.itertext()) for e in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def titles(view):
    return {view.trace.ops[view.trace.graph.rows[n].op]["symbol"]: n for n in view.boxes}


@pytest.fixture(scope="module")
def moons():
    return FoldedTrace(trace(loss(moon_model(), n=2)), 60)


def test_a_small_graph_is_drawn_node_by_node_unless_asked_otherwise():
    model = MLP(2, [2, 1])
    root = model([Value(1.0, label="x1"), Value(2.0, label="x2")])
    assert 'class="node box"' not in viz.graph(root).svg()
    svg = viz.graph(root, collapse=True).svg()
    assert svg.count('class="node box"') == 2
    assert {"x₁", "x₂", "layer0", "2 neurons", "layer1", "3 nodes"} <= set(texts(svg))


def test_every_node_is_drawn_or_counted(moons):
    for way in [(), ("layer0",), ("layer1", "neuron3"), ("layer2", "neuron0"), ("after layer2",)]:
        view = moons.view(way)
        alone = len(view.trace.data) - len(view.boxes)
        assert view.n_folded + alone == len(moons.trace.data)
    svg = viz.graph(moons.trace).svg()
    view = moons.view()
    assert f"{view.n_folded:,} of {len(moons.trace.data):,} nodes are folded into boxes" in " ".join(texts(svg))


def test_layers_open_into_neurons_and_neurons_into_their_expressions(moons):
    whole = moons.view()
    assert {"layer0", "layer1", "layer2", "after layer2"} <= set(titles(whole))
    layer = moons.view(("layer1",))
    assert {f"neuron{i}" for i in range(16)} <= set(titles(layer))
    neuron = moons.view(("layer1", "neuron3"))
    ops = [row.op for n, row in enumerate(neuron.trace.graph.rows) if n not in neuron.boxes and row.op]
    assert sorted(ops) == ["add", "dot", "relu"]  # the last sum is the loss
    assert {"15 more neurons", "1 more use", "layer0"} <= set(titles(neuron))


def test_the_numbers_of_a_view_are_those_of_the_trace(moons):
    view = moons.view(("layer1", "neuron3"))
    for n, row in enumerate(view.trace.graph.rows):
        if n not in view.boxes and n < len(view.trace.data) - 1:
            original = next(k for k, other in enumerate(moons.trace.graph.rows) if other.label == row.label)
            assert view.trace.data[n] == moons.trace.data[original]
            assert view.trace.grads[n] == moons.trace.grads[original]
            assert n in view.numbers


def test_a_weighted_sum_in_no_part_is_spelt_out_too():
    net = nn.MLP(2, [3, 2], bias=False)
    folded = FoldedTrace(trace(nn.euclidean(net([1.0, -2.0]), [0.5, 1.0])), 40)
    (lone,) = (n for n, row in enumerate(folded.rows) if row.op == "dot" and not folded.paths[n])
    assert [row.op for row in folded.view((lone,)).trace.graph.rows][-4:] == ["mul", "mul", "add", "div"]


def test_a_box_shows_the_norm_of_the_gradients_of_its_outputs(moons):
    rows, grads = moons.trace.graph.rows, moons.trace.grads
    outputs = [grads[n] for n, row in enumerate(rows) if row.op == "relu" and row.scope.startswith("layer0")]
    weights = [grads[n] for n, row in enumerate(rows) if row.op is None and row.label.startswith(("w[0,", "b[0,"))]
    assert (len(outputs), len(weights)) == (32, 48)  # the penalty on the weights is outside their layer
    expected = math.hypot(*outputs, *weights)
    view = moons.view()
    assert view.trace.grads[titles(view)["layer0"]] == pytest.approx(expected, rel=1e-12)
    svg = viz.graph(moons.trace).svg()
    assert f"‖{expected:#.3g}‖" in texts(svg)
    assert "‖" not in "".join(texts(viz.graph(moons.trace, show=("data",)).svg()))


def test_of_a_neuron_that_is_used_for_each_sample_one_use_is_drawn_and_the_rest_counted(moons):
    assert moons.view(("layer1", "neuron3")).n_other_uses == 1
    svg, _ = Drilldown(moons.trace, 60).draw(("layer1", "neuron3"), "light")
    assert "1 of 2 uses is drawn, the gradients of its weights are sums over all" in " ".join(texts(svg))
    assert moons.view(("layer1",)).n_other_uses == 0


def test_a_notebook_holds_no_endless_table():
    x = Value(2.0, label="x")
    assert viz.graph(x * x)._repr_mimebundle_()["text/plain"].startswith("forward")
    y = x
    for _ in range(100):
        y = y * x
    for draw in (viz.graph, viz.step):
        figure = draw(y, names=False)
        assert figure._repr_mimebundle_()["text/plain"] == repr(figure) == str(figure)


def test_a_weighted_sum_is_spelt_out_as_products_and_a_sum(moons):
    neuron = moons.view(("layer1", "neuron3"))
    (way,) = [way for way in neuron.opens.values() if isinstance(way[-1], int)]
    expanded = moons.view(way)
    rows = expanded.trace.graph.rows
    products = [n for n, row in enumerate(rows) if row.op == "mul"]
    assert len(products) == 16
    assert not any(row.op == "dot" for row in rows)
    (total,) = [n for n, row in enumerate(rows) if row.op == "add" and len(row.args) == 17]
    bias = next(arg for arg in rows[total].args if arg not in products)
    terms = [expanded.trace.data[n] for n in (bias, *products)]
    assert math.fsum(terms) == pytest.approx(expanded.trace.data[total], rel=1e-12)
    weighted = next(n for n, row in enumerate(neuron.trace.graph.rows) if row.op == "dot")
    assert expanded.trace.data[total] == neuron.trace.data[weighted]
    assert {expanded.trace.grads[n] for n in products} == {neuron.trace.grads[weighted]}


def test_views_run_forward_and_are_always_the_same(moons):
    again = FoldedTrace(moons.trace, 60)
    for way in [(), ("layer0",), ("layer0", "neuron1")]:
        view = moons.view(way)
        assert all(edge.src < edge.dst for edge in view.trace.edges)
        assert repr(view) == repr(again.view(way))  # in a repr, nan is nan


def test_parts_that_depend_on_each_other_become_one():
    x = Value(0.5, label="x")
    h = x
    for k in range(20):
        h = (h * 2).tanh()
        h.scope = ("cell", "gate")[k % 2]
    view = FoldedTrace(trace(h + 1), 4).view()
    assert len(view.boxes) == 1
    assert all(edge.src < edge.dst for edge in view.trace.edges)


def test_a_wide_layer_opens_in_ranges():
    x = [Value(0.5, label="x0"), Value(1.0, label="x1")]
    outs = []
    for i in range(100):
        outs.append(dot([Value(0.1), Value(0.2)], x, 0.0))
        outs[-1].scope = f"layer0.neuron{i}"
    collapsed = FoldedTrace(trace(dot([1.0] * 100, outs, 0.0)), 60)
    ranges = collapsed.view(("layer0",))
    assert list(titles(ranges)) == [
        "neuron0 to neuron29", "neuron30 to neuron59", "neuron60 to neuron89", "neuron90 to neuron99"
    ]  # fmt: skip
    way = ranges.opens[titles(ranges)["neuron90 to neuron99"]]
    assert {f"neuron{i}" for i in range(90, 100)} <= set(titles(collapsed.view(way)))


def test_no_part_is_a_giant_picture():
    parts = Drilldown(trace(loss(moon_model(), n=1)), 60)
    for way in [(), ("layer0",), ("layer1", "neuron0"), ("after layer2",)]:
        svg, _ = parts.draw(way, "light")
        width, height = map(float, re.search(r'width="([\d.]+)" height="([\d.]+)"', svg).groups())
        assert width <= 4000
        assert height <= 4000


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
        assert " · ".join(key[kind] for kind in show) in texts(svg)
    for wrong in ("data", ("value",), 3, [["data"]]):
        with pytest.raises(ValueError, match=r"show: expected some of \('data', 'grad', 'local'\), got"):
            viz.graph(y, show=wrong)


def test_a_figure_is_saved_in_every_format(tmp_path):
    pytest.importorskip("resvg_py", reason='PNG needs the extra "export"')
    w = Value(2.0, label="w")
    figure = viz.graph(w * w)
    endings = ["svg", "html", "dot", "json", "txt", "tex", "png"]
    figure.save(*(tmp_path / f"a.{ending}" for ending in endings))
    assert (tmp_path / "a.tex").read_text(encoding="utf-8") == viz.explain(figure.trace).latex() + "\n"
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert '[label="2.00"]' in (tmp_path / "a.dot").read_text(encoding="utf-8").replace("label=2.00", 'label="2.00"')
