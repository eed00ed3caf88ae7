"""Pictures and tables: what they say, and that labels from strangers do no harm."""

import math
import shutil
import xml.etree.ElementTree as ET

import graphviz
import pytest
from hypothesis import given
from hypothesis import strategies as st

import viz
from autograd import Trace, Value, dot, sigmoid, trace, where
from viz.svg import LIGHT, THEMES, nearest
from viz.words import digits, pretty

HOSTILE = [
    "</svg><script>alert(1)</script>", "<b>bold</b>", "a|b{c}<d>", 'quo"te\'s', "back\\slash\\n", "new\nline",
    "javascript:alert(1)", "&amp;", "🙂", "שלום", "\x00\x1b[31m", "%s{0}", "<", "]]>", "a:b:c",
]  # fmt: skip


def neuron():
    w0, x0, w1, x1, w2 = (
        Value(x, label=name) for name, x in [("w0", 2), ("x0", -1), ("w1", -3), ("x1", -2), ("w2", -3)]
    )
    return sigmoid(w0 * x0 + w1 * x1 + w2)


def texts(svg):
    return ["".join(e.itertext()) for e in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_the_neuron_of_cs231n():
    shown = texts(viz.graph(neuron()).svg())
    for text in ["w₀", "x₀", "σ", "0.731", "−0.197", "0.393", "−0.393", "−0.590", "[−2.00]", "[0.197]"]:
        assert text in shown


def test_the_table_shows_accumulation():
    x = Value(3.0, label="x")
    assert "accumulates 3.00 + 3.00" in viz.table(x * x)


def test_nodes_are_called_by_the_callers_variables():
    a, b = Value(1.0), Value(2.0)
    product = a * b
    result = product + a
    assert [row.label for row in viz.graph(result).trace.graph.rows] == ["a", "b", "product", "result"]
    assert [row.label for row in viz.graph(result, names=False).trace.graph.rows] == ["v1", "v2", "v3", "L"]


def test_made_up_names_never_repeat_a_users():
    a = Value(1.0, label="v1")
    labels = [row.label for row in trace((a * 2) * (a + 1) + Value(1.0, label="L")).graph.rows]
    assert len(set(labels)) == len(labels)


def test_where_shows_that_nothing_flows_to_the_branch_not_chosen():
    a, b = Value(1.0, label="a"), Value(2.0, label="b")
    svg = viz.graph(where(a, a * 2, b * 3)).svg()
    assert svg.count('class="wire idle"') == 2  # the condition and b·3


def test_constants_stand_in_their_gates():
    x = Value(2.0, label="x")
    shown = texts(viz.graph(1 / ((x * -1).exp() + 1) ** 2).svg())
    for text in ["×−1", "+1", "^2", "1/x"]:
        assert text in shown


def test_the_same_trace_gives_the_same_bytes_without_ids():
    first, second = viz.graph(neuron()).svg(), viz.graph(neuron()).svg()
    assert first == second
    assert " id=" not in first


def test_values_that_are_not_finite_are_drawn():
    x = Value(math.inf, label="x")
    shown = texts(viz.graph(x - x).svg())
    assert "∞" in shown
    assert "nan" in shown


def test_a_single_leaf_is_drawn():
    assert "x" in texts(viz.graph(Value(1.0, label="x")).svg())


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_labels_are_inert_in_svg(label):
    x = Value(1.0, label=label)
    root = ET.fromstring(viz.graph(x * 2).svg())
    tags = {e.tag.split("}")[1] for e in root.iter()}
    assert tags <= {"svg", "title", "style", "rect", "text", "tspan", "g", "path"}
    assert not any("script" in key or key.startswith("on") for e in root.iter() for key in e.attrib)


@pytest.mark.skipif(not shutil.which("dot"), reason="needs the dot binary")
@pytest.mark.parametrize("label", HOSTILE)
@pytest.mark.parametrize("draw", [viz.to_graphviz, viz.draw_dot])
def test_hostile_labels_are_inert_in_graphviz(draw, label):
    x = Value(1.0, label=label)
    svg = draw(x * 2).pipe(format="svg")
    tags = {e.tag.split("}")[1] for e in ET.fromstring(svg).iter()}
    assert tags <= {"svg", "g", "title", "path", "polygon", "polyline", "text", "ellipse"}


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_labels_stay_on_their_line_of_the_table(label):
    lines = viz.table(Value(1.0, label=label) * 2).splitlines()
    assert len(lines) == 10
    assert all(line.isprintable() for line in lines)


@given(st.text(st.characters()))
def test_any_label_gives_well_formed_svg(label):
    ET.fromstring(viz.graph(Value(1.0, label=label) + 1).svg())


def test_colours_have_contrast_in_both_themes():
    def luminance(colour):
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for palette in THEMES.values():
        for name in ("ink", "quiet", "value", "grad"):
            for ground in ("page", "shape"):
                dark, light = sorted([luminance(palette[name]), luminance(palette[ground])])
                assert (light + 0.05) / (dark + 0.05) >= 4.5, (name, ground)


def test_themes():
    assert "prefers-color-scheme" in viz.graph(neuron()).svg()
    assert LIGHT["page"] in viz.graph(neuron(), theme="light").svg()
    with pytest.raises(ValueError, match="theme: expected auto, light or dark, got 'pink'"):
        viz.graph(neuron(), theme="pink").svg()


def test_a_large_graph_is_cut_and_says_so():
    x = Value(0.5, label="x")
    y = x
    for _ in range(100):
        y = y * x + 1
    drawn = trace(y)
    nodes, edges = nearest(drawn, 60)
    assert len(nodes) <= 60
    assert f"{len(drawn.data) - len(nodes)} more nodes lie behind the dashed boxes" in texts(viz.graph(y).svg())
    for edge in edges:  # a node has all its arguments in the picture
        assert {e.src for e in drawn.edges if e.dst == edge.dst} <= set(nodes)


def test_the_cut_never_hides_the_root():
    x = Value(0.5, label="x")
    assert nearest(trace(dot([x] * 100, [x + i for i in range(100)])), 60)[0] == [101]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (2, "2.00"),
        (-0.196612, "-0.197"),
        (12.0, "12.0"),
        (123.0, "123"),
        (1234.5, "1234"),
        (123456, "123456"),
        (0, "0"),
        (-0.0, "0"),
        (999.6, "1.00e3"),
        (1e6, "1.00e6"),
        (1.5e-7, "1.50e-7"),
        (1e-300, "1.00e-300"),
        (math.nan, "nan"),
        (-math.inf, "-∞"),
    ],
)
def test_three_significant_digits(number, text):
    assert digits(number) == text


def test_subscripts_only_for_a_name_and_a_number():
    assert [pretty(name) for name in ("w0", "w12", "x", "2x1", "a_1", "w0b")] == ["w₀", "w₁₂", "x", "2x1", "a_1", "w0b"]


@pytest.mark.parametrize("root", [3.0, None, [Value(1.0)], "x"])
def test_a_root_that_is_no_value_is_named(root):
    for draw in (viz.graph, viz.table, viz.to_graphviz):
        with pytest.raises(TypeError, match="root: expected a Value, got"):
            draw(root)


def test_figure_is_saved_by_the_ending_of_the_file(tmp_path):
    figure = viz.graph(neuron())
    figure.save(tmp_path / "a.svg", tmp_path / "a.dot", tmp_path / "a.json", tmp_path / "a.TXT")
    assert (tmp_path / "a.svg").read_text(encoding="utf-8") == figure.svg()
    assert (tmp_path / "a.dot").read_text(encoding="utf-8") == viz.to_graphviz(figure.trace).source
    assert Trace.from_json((tmp_path / "a.json").read_text(encoding="utf-8")) == figure.trace
    assert (tmp_path / "a.TXT").read_text(encoding="utf-8") == viz.table(figure.trace) + "\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.TXT", "a.dot", "a.json", "a.svg"]


def test_nothing_is_written_if_one_file_cannot_be(tmp_path):
    figure = viz.graph(neuron())
    (tmp_path / "old.svg").write_text("old")
    with pytest.raises(ValueError, match=r"b.xyz: unknown file ending '.xyz'; the known ones are .svg, .dot"):
        figure.save(tmp_path / "old.svg", tmp_path / "b.xyz")
    with pytest.raises(OSError, match="cannot write"):
        figure.save(tmp_path / "old.svg", tmp_path / "missing" / "b.svg")
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(OSError, match="it is a folder"):
        figure.save(tmp_path / "old.svg", tmp_path / "folder.svg")
    assert (tmp_path / "old.svg").read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder.svg", "old.svg"]


def test_a_figure_shows_in_a_notebook():
    bundle = viz.graph(neuron())._repr_mimebundle_()
    assert bundle["image/svg+xml"].startswith("<svg")
    assert "backward" in bundle["text/plain"]


# micrograd's draw_dot and trace


def test_micrograds_trace_keeps_both_edges_of_a_square():
    from viz.compat import trace

    a = Value(3.0)
    square = a * a
    nodes, edges = trace(square)
    assert nodes == [a, square]
    assert edges == [(a, square), (a, square)]


def test_micrograds_trace_spells_a_weighted_sum_as_products_and_sums():
    from viz.compat import trace

    w, b = [Value(2.0), Value(-1.0)], Value(0.5, label="b")
    total = dot(w, [3.0, Value(4.0)], b)
    out = total.tanh()
    out.backward()
    nodes, edges = trace(out)
    assert [n._op for n in nodes] == ["", "", "", "", "*", "+", "*", "+", "tanh"]
    assert total not in nodes
    spelt = nodes[-2]
    assert (spelt.data, spelt.grad) == (total.data, total.grad)
    assert (spelt, out) in edges
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
    assert isinstance(viz.draw_dot(out, format="png", rankdir="TB"), graphviz.Digraph)
    with pytest.raises(ValueError, match="rankdir: expected LR or TB, got 'XY'"):
        viz.draw_dot(out, rankdir="XY")


def test_without_dot_a_notebook_shows_our_own_picture(monkeypatch):
    monkeypatch.setenv("PATH", "")
    for drawing in (viz.draw_dot(neuron()), viz.to_graphviz(neuron())):
        assert drawing._repr_mimebundle_()["image/svg+xml"].startswith("<svg")
