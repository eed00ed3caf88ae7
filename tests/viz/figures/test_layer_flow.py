"""Draw gradient flow by neuron and by layer: complete, and without overlaps."""

import json
import math
import random
import re
import xml.etree.ElementTree as ET

import pytest

import autograd
import viz
from autograd import Value
from autograd.diagnose import gradient_flow
from nn import MLP, CausalSelfAttention, Module
from tests.helpers.flows import dead_units, exploding, loss, moon_model, plain, vanishing
from viz.drawing import LogColorScale
from viz.drawing.theme import DARK, LIGHT
from viz.text import text_width_em

MODELS = {"moons": moon_model, "vanishing": vanishing, "exploding": exploding, "dead": dead_units}


def elements(svg, name):
    return [e for e in ET.fromstring(svg).iter() if e.tag.endswith(name)]


def words(e):
    """Return a text with bounds of its left, top, right and bottom."""
    text, size = "".join(e.itertext()), 15 if "note" not in e.get("class") else 13
    wide, x, y = text_width_em(text) * size, float(e.get("x")), float(e.get("y"))
    kind = e.get("class").split()
    left = x - wide if "end" in kind else x - wide / 2 if "mid" in kind else x
    return text, left, y - size * 0.8, left + wide, y + size * 0.25


def apart(a, b):
    return a[3] <= b[1] or b[3] <= a[1] or a[4] <= b[2] or b[4] <= a[2]


def test_layers_are_flagged_relative_to_the_last():
    models = {name: make() for name, make in MODELS.items()}
    flags = {name: [row["flag"] for row in viz.gradient_flow(m, plain(m)).report()] for name, m in models.items()}
    assert flags["vanishing"][:2] == ["vanishing"] * 2
    assert flags["vanishing"][-1] == flags["exploding"][-1] == ""
    assert "exploding" in flags["exploding"]
    assert set(flags["moons"]) == {""}
    model = dead_units()
    rows = viz.gradient_flow(model, plain(model)).report()
    assert rows[0]["dead"] >= 2
    assert rows[0]["units"] == 16


def test_a_layer_without_any_gradient_has_no_median():
    model = dead_units()
    for neuron in model.layers[0].neurons:
        neuron.b.data = -100.0
    figure = viz.gradient_flow(model, plain(model))
    assert math.isnan(figure.report()[0]["median"])
    assert "median none" in figure.svg()
    assert "nan" not in figure.svg()


@pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)
def test_nothing_is_clipped_or_printed_over_anything(make):
    model = make()
    figure = viz.gradient_flow(model, plain(model))
    svg = figure.svg()
    root = ET.fromstring(svg)
    width, height = float(root.get("width")), float(root.get("height"))
    texts = [words(e) for e in elements(svg, "text")]
    for i, a in enumerate(texts):
        assert a[1] >= 0, a
        assert a[3] <= width, a
        assert a[4] <= height, a
        for b in texts[:i]:
            assert apart(a, b), (a, b)
    for layer, bars in zip(
        gradient_flow(model, plain(model)), [e for e in elements(svg, "path") if "bars" in e.get("class")], strict=True
    ):
        left, base = map(float, re.match(r"M([\d.]+) ([\d.]+)", bars.get("d")).groups())
        tops = [float(y) for y in re.findall(r"V([\d.]+)", bars.get("d"))][:-1]
        right = max(float(x) for x in re.findall(r"H([\d.]+)", bars.get("d")))
        filled = {i for i, y in enumerate(tops) if y < base}
        low = round(
            math.log10(min(s for flow in [gradient_flow(model, plain(model))] for x in flow for s in x.sizes if s))
            - 0.5
        )
        places = {int((math.log10(size) - low) * 4) for size in layer.sizes if size}
        assert len(filled) == len(places)  # no bin is lost at an end
        for text in texts:
            if text[2] < base - 1 and text[4] > base - 34 and text[0] not in ("vanishing", "exploding", "median"):
                assert text[3] <= left or text[1] >= right, (layer.name, text)


def test_gradients_of_exactly_zero_are_counted_and_leave_the_histogram_its_height():
    model = dead_units()
    figure = viz.gradient_flow(model, plain(model))
    svg = figure.svg()
    texts = [e.text for e in elements(svg, "text")]
    zeros = [row["zero"] for row in figure.report()]
    assert zeros[1] > sum(zeros) / 2 > 0
    assert texts.count("exactly 0") == 1
    assert [text for text in texts if text in map(str, zeros)][: len(zeros)] == [str(zero) for zero in zeros]
    for bars in (e.get("d") for e in elements(svg, "path") if (e.get("class") or "").startswith("bars")):
        base = float(re.match(r"M[\d.]+ ([\d.]+)", bars)[1])
        assert base - min(map(float, re.findall(r"V([\d.]+)", bars))) == pytest.approx(34, abs=0.1)
    model = vanishing()
    assert "exactly 0" not in viz.gradient_flow(model, plain(model)).svg()


def test_a_history_has_one_layout_for_all_steps():
    history, model = {}, moon_model()
    for step in range(0, 30, 10):
        root = loss(model)
        history[step] = gradient_flow(model, root)
        model.zero_grad()
        root.backward()
        for p in model.parameters():
            p.data -= 0.5 * p.grad
    figure = viz.gradient_flow(model, history)
    frames = [figure.draw_step(step, "light") for step in figure.history]
    axes = [
        [(e.text, e.get("x")) for e in elements(f, "text") if (e.text or "").startswith(("10", "layers"))]
        for f in frames
    ]
    sizes = {re.search(r'viewBox="([^"]*)"', frame)[1] for frame in frames}
    assert axes[0] == axes[1] == axes[2]
    assert len(sizes) == 1
    assert len(set(frames)) == 3
    assert [row["step"] for row in figure.report()][::3] == ["0", "10", "20"]
    assert viz.gradient_flow(list(history.values())).report()[0]["median"] == figure.report()[0]["median"]


def test_steps_are_called_as_they_are_given():
    model = moon_model()
    flow = gradient_flow(model, plain(model))
    assert 'step 3","before' in viz.gradient_flow({3: flow, "before the end": flow}).html()


def test_a_callback_of_training_can_collect_a_history():
    import nn

    X, y = nn.data.moons(10)
    history = []
    targets = [2 * label - 1 for label in y]
    model = nn.MLP(2, [4, 1])

    def watch(_):
        root = sum(((model(x) - t) ** 2 for x, t in zip(X, targets, strict=True)), Value(0.0))
        history.append(gradient_flow(model, root))

    nn.fit(model, (X, targets), loss=nn.mse, optimizer=nn.SGD, epochs=3, callbacks=[watch], progress=False)
    assert len(viz.gradient_flow(model, history).history) == 3


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((Module(), Value(1.0)), ValueError, "model: Module has no parameters"),
        ((MLP(1, [1]), Value(1.0) + 1), ValueError, "loss: it depends on no parameter of MLP"),
        ((MLP(1, [1]), []), TypeError, "history: expected a list of what autograd.diagnose.gradient_flow returns"),
        ((MLP(1, [1]), [3]), TypeError, "history: expected"),
        ((MLP(1, [1]),), TypeError, "history: expected"),
        ((MLP(1, [1]), 3.0), TypeError, "history: expected"),
    ],
)
def test_what_cannot_be_drawn_is_named(arguments, error, message):
    with pytest.raises(error, match=message):
        viz.gradient_flow(*arguments)
    if len(arguments) == 2:
        with pytest.raises((TypeError, ValueError), match=r"model: |loss: "):
            viz.neurons(*arguments)


def test_measurements_of_different_layers_are_no_history():
    a, b = MLP(1, [1]), MLP(1, [2, 1])
    flows = [gradient_flow(m, m([1.0])) for m in (a, b)]
    with pytest.raises(ValueError, match="history: expected the same layers at every step"):
        viz.gradient_flow(flows)


def attention():
    random.seed(6)
    model = CausalSelfAttention(4, 2)
    rows = model([[random.gauss(0, 1) for _ in range(4)] for _ in range(3)])
    return viz.neurons(model, autograd.sum(x**2 for row in rows for x in row))


NETWORKS = {name: lambda make=make: viz.neurons(model := make(), plain(model)) for name, make in MODELS.items()}


@pytest.mark.parametrize("draw", [*NETWORKS.values(), attention], ids=[*NETWORKS, "attention"])
def test_every_neuron_stands_by_itself_and_dead_ones_are_counted_below(draw):
    figure = draw()
    svg = figure.svg()
    circles = [e for e in elements(svg, "circle") if "shape" in e.get("class")]
    discs = [(float(e.get("cx")), float(e.get("cy")), float(e.get("r"))) for e in circles]
    assert len(discs) == sum(bool(n.layer) for n in figure.network.neurons)
    for i, (x, y, r) in enumerate(discs):
        for u, v, s in discs[:i]:
            assert math.hypot(x - u, y - v) > r + s
    dead = [n for n in figure.network.neurons if n.layer and n.dead]
    assert sum("dead" in e.get("class").split() for e in circles) == len(dead)
    texts = [words(e) for e in elements(svg, "text")]
    counted = sum(int(m[1]) for t in texts if (m := re.match(r"(\d+) dead$", t[0])))
    assert counted == len(dead)
    for i, a in enumerate(texts):
        assert all(apart(a, b) for b in texts[:i]), a
        for x, y, r in discs:
            assert apart(a, ("", x - r, y - r, x + r, y + r)), a


def test_of_a_large_network_the_strongest_are_drawn_and_the_rest_counted():
    model = MLP(60, [100, 1])
    figure = viz.neurons(model, model([0.1] * 60) * 1.0)
    texts = [t for e in elements(figure.svg(), "text") for t in ["".join(e.itertext())]]
    assert "52 more" in texts
    assert any(re.search(r"1,200 of [\d,]+ connections", t) for t in texts)


def test_connections_without_a_gradient_are_counted():
    model = dead_units()
    figure = viz.neurons(model, plain(model))
    idle = sum(not link.size for link in figure.network.connections)
    assert idle > 0
    svg = figure.svg()
    assert f"{idle} whose gradient is 0 are not drawn" in svg
    drawn = [e for e in elements(svg, "path") if (e.get("class") or "").startswith("link")]
    assert len(drawn) == len(figure.network.connections) - idle


def test_only_a_chain_of_layers_is_called_one():
    svg = attention().svg()
    assert "CausalSelfAttention of 16 neurons in 4 layers" in svg
    assert "→" not in svg.partition("which weights")[0]
    model = moon_model()
    assert ">MLP 2 → 16 → 16 → 1<" in viz.neurons(model, plain(model)).svg()


def test_parallel_layers_stand_in_one_column():
    svg = attention().svg()
    columns = {float(e.get("cx")) for e in elements(svg, "circle")}
    assert len(columns) == 2  # one for query, key and value, one for out
    captions = {e.text: float(e.get("x")) for e in elements(svg, "text") if e.text in ("query", "key", "value", "out")}
    assert captions["query"] == captions["key"] == captions["value"] == min(columns)
    assert captions["out"] == max(columns)


def test_of_many_inputs_those_with_the_largest_gradients_are_drawn():
    model = MLP(60, [2])
    a, b = model([0.0] * 20 + [1.0] * 40)
    figure = viz.neurons(model, autograd.exp(a) + autograd.exp(b))
    texts = {"".join(e.itertext()) for e in elements(figure.svg(), "text")}
    assert {f"x{i}".translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")) for i in range(20, 60)} <= texts
    assert "x₁₉" not in texts


def test_the_scale_is_legible_on_both_grounds():
    def luminance(colour):
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for palette in (LIGHT, DARK):
        away = [abs(luminance(palette[f"shade{i}"]) - luminance(palette["page"])) for i in range(7)]
        assert away == sorted(away)  # contrast with the ground grows with the size
        ratio = (max(luminance(palette["shade6"]), luminance(palette["page"])) + 0.05) / (
            min(luminance(palette["shade6"]), luminance(palette["page"])) + 0.05
        )
        assert ratio >= 7


def test_scale():
    scale = LogColorScale.from_sizes([1e-3, 0.5, 0.0, math.inf, math.nan])
    assert (scale.low, scale.high) == (-3, math.log10(0.5))
    assert (scale.shade(0.5), scale.shade(0.1)) == (6, 5)  # the greatest size has the strongest shade
    assert [scale.shade(x) for x in (0.0, 1e-9, 1e-3, 1.0, math.inf, math.nan)] == [0, 0, 0, 6, 6, 0]
    assert LogColorScale.from_sizes([]).position(1.0) == 1.0


def test_flow_is_saved_in_its_formats(tmp_path):
    pytest.importorskip("resvg_py", reason='PNG needs the extra "export"')
    model = moon_model()
    for figure, endings in [
        (viz.gradient_flow(model, plain(model)), ["svg", "html", "json", "txt", "tex", "png"]),
        (viz.neurons(model, plain(model)), ["svg", "json", "txt", "tex", "dot", "png"]),
    ]:
        figure.save(*(tmp_path / f"a.{ending}" for ending in endings))
        assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["version"] == 1
        assert (tmp_path / "a.tex").read_text(encoding="utf-8").startswith(r"\begin{tabular}")
        assert (tmp_path / "a.txt").read_text(encoding="utf-8") == figure.text() + "\n"
    with pytest.raises(
        ValueError, match=r"a.dot: unknown file ending '.dot'; the known ones are .svg, .png, .html, .json, .tex"
    ):
        viz.gradient_flow(model, plain(model)).save(tmp_path / "a.dot")
    with pytest.raises(ValueError, match="theme: expected auto, light or dark, got 'pink'"):
        viz.neurons(model, plain(model), theme="pink")


def test_gradients_without_end_are_written_as_json_that_others_read(tmp_path):
    model = MLP(1, [1])
    viz.gradient_flow(model, model([math.inf])).save(tmp_path / "a.json")

    def refuse(constant):
        raise AssertionError(constant)

    (row,) = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"), parse_constant=refuse)["rows"]
    assert row["most"] == "Infinity"
