"""Draw gradient flow by layer: complete, and without overlaps."""

import json
import math
import re
import xml.etree.ElementTree as ET

import pytest

import viz
from autograd import Value
from autograd.diagnose import gradient_flow
from nn import MLP, Module
from tests.helpers.flows import dead_units, exploding, loss, moon_model, plain, vanishing
from tests.helpers.svg_geometry import apart, elements, texts, words

MODELS = {"moons": moon_model, "vanishing": vanishing, "exploding": exploding, "dead": dead_units}


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


def test_units_are_dead_on_a_number_of_samples_and_not_on_one():
    model = dead_units()
    for n, text in [(1, "of 16 0 on this sample"), (20, "of 16 dead in all 20 uses")]:
        svg = viz.gradient_flow(model, plain(model, n)).svg()
        assert any(text in part for part in texts(svg))


def test_units_that_are_used_unequally_often_are_not_said_to_be_used_alike():
    model = MLP(2, [2, 1], activation="relu")
    for neuron in model.layers[0].neurons:
        neuron.b.data = -50.0
    first, second = model.layers[0].neurons
    once, often = Value(0.5), [Value(0.1), Value(0.2), Value(0.3)]
    root = first([once, once]) + sum(second([x, x]) for x in often) + model.layers[1].neurons[0].w[0] * 2.0
    assert any("2 of 2 dead in all uses, 1 to 3" in text for text in texts(viz.gradient_flow(model, root).svg()))
