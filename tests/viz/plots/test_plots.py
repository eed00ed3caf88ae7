"""Plot on given axes, and replace what a live picture shows."""

import math
import sys
import warnings

import pytest

import autograd
import nn
import viz
from nn import MLP, SGD, Module, fit, mse
from nn.classic import approximate, bumps, tower
from viz import plots

matplotlib = pytest.importorskip("matplotlib", reason='needs the extra "plots"')
matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402  # after the choice of a backend without a screen


@pytest.fixture
def ax():
    figure, axes = pyplot.subplots()
    yield axes
    pyplot.close(figure)


def model():
    return MLP(2, [4, 1])


DRAWN = {
    "decision_boundary": lambda ax: plots.decision_boundary(model(), [(0, 0), (1, 1)], [0, 1], ax=ax, cells=8),
    "curves": lambda ax: plots.curves({"loss": [1.0, 0.5], "accuracy": [0.5, 1.0]}, ax=ax),
    "activation": lambda ax: plots.activation("gelu", ax=ax),
    "descent": lambda ax: plots.descent(lambda x, y: x * x + y * y, {"way": [[1, 1], [0, 0]]}, (-1, 2), (-1, 2), ax=ax),
    "histogram": lambda ax: plots.histogram(model(), ax=ax),
    "templates": lambda ax: plots.templates([[0.5] * 64] * 10, ax=ax),
    "images": lambda ax: plots.images([[0.5] * 64] * 10, ax=ax),
    "functions": lambda ax: plots.functions({"sin": math.sin, "cos": math.cos}, 0.0, 3.0, ax=ax),
    "approximation": lambda ax: plots.approximation(math.sin, bumps((0.2, 0.8, 0.5)), ax=ax),
    "surface": lambda ax: plots.surface(tower((0.2, 0.6), (0.3, 0.7)), ax=ax, cells=8),
}


@pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)
def test_each_draws_on_the_axes_given_and_returns_them(ax, draw):
    assert draw(ax) is ax
    ax.figure.canvas.draw()
    made = draw(None)
    assert isinstance(made, matplotlib.axes.Axes)
    pyplot.close(made.figure)


def test_an_activation_is_drawn_with_the_derivative_of_the_engine(ax):
    plots.activation(lambda x: autograd.tanh(x) * 3, -2, 2, ax=ax)
    function, slope = ax.lines[-2:]
    for x, y, d in zip(function.get_xdata(), function.get_ydata(), slope.get_ydata(), strict=True):
        assert y == pytest.approx(3 * math.tanh(x), rel=1e-12, abs=1e-12)
        assert d == pytest.approx(3 / math.cosh(x) ** 2, rel=1e-12)


def test_a_descent_is_drawn_point_by_point_in_the_ranges_given(ax):
    path = nn.minimize(lambda x, y: x * x + 10 * y * y, [1.0, 0.5], lambda p: nn.SGD(p, lr=0.04), steps=3)
    plots.descent(lambda x, y: x * x + 10 * y * y, {"way": path}, (-1, 2), (-2, 1), ax=ax)
    assert [tuple(point) for point in ax.lines[0].get_xydata()] == [tuple(point) for point in path]
    assert (ax.get_xlim(), ax.get_ylim()) == ((-1, 2), (-2, 1))


def test_a_boundary_lies_where_the_score_is_0(ax):
    plots.decision_boundary(lambda p: p[0] - 0.5, [(0, 0), (1, 1)], [0, 1], ax=ax, cells=21)
    line = ax.collections[1].get_paths()[0].vertices
    assert line[:, 0] == pytest.approx(0.5)


def test_captions_stand_below_their_images(ax):
    plots.templates([[0.5] * 4] * 3, ax=ax, columns=2, captions=["a", "b", 3])
    written = [(text.get_text(), *text.get_position()) for text in ax.texts]
    assert written == [("a", 0.5, 1.8), ("b", 3.5, 1.8), ("3", 0.5, 6.8)]


def test_ink_is_black_and_paper_is_seen(ax):
    image = plots.images([[0.0, 0.5, 0.5, 2.0]], ax=ax).images[0]
    paper, ink = (image.cmap(image.norm(x))[0] for x in (0.0, 2.0))
    assert 0.9 < paper < 1
    assert ink == 0


@pytest.mark.parametrize(("labels", "classes"), [([0, 1, 1], [0, 1, 1]), ([-1, 1, 1], [0, 1, 1])])
def test_points_have_the_colour_of_their_side(ax, labels, classes):
    plots.decision_boundary(lambda p: p[0] - 0.5, [(0, 0), (1, 1), (1, 0)], labels, ax=ax, cells=4)
    sides = [tuple(c[:3]) for c in ax.collections[0].get_facecolor()]
    assert [tuple(c[:3]) for c in ax.collections[-1].get_facecolor()] == [sides[k] for k in classes]


def test_points_have_the_colour_of_the_greatest_score(ax):
    plots.decision_boundary(lambda p: [p[0], p[1], 0.4], [(1, 0), (0, 1), (0, 0)], [0, 1, 2], ax=ax, cells=21)
    image = ax.images[0].get_array()
    places = [image[1, 19], image[19, 1], image[1, 1]]
    dots = ax.collections[-1].get_facecolor()
    assert [tuple(place[:3]) for place in places] == [tuple(dot[:3]) for dot in dots]


def test_training_and_validation_have_one_colour_and_two_dashes(ax):
    columns = {"loss": [100.0, 1.0], "accuracy": [0.5, 1.0], "val_loss": [90.0, 2.0], "val_accuracy": [0.4, 0.9]}
    plots.curves(columns, ax=ax)
    loss, val_loss = ax.lines
    assert loss.get_color() == val_loss.get_color()
    assert (loss.get_linestyle(), val_loss.get_linestyle()) == ("-", "--")
    assert (ax.get_yscale(), ax.get_xlabel()) == ("log", "step")
    ax.clear()
    plots.curves({"accuracy": [0.5, 1.0], "val_accuracy": [0.4, 0.9]}, ax=ax)
    assert len(ax.lines) == 2  # no second axis next to an empty one
    assert ax.get_ylabel() == "accuracy"
    ax.clear()
    plots.curves({"loss": [0.6, 0.3]}, ax=ax)
    ax.figure.canvas.draw()
    assert "0.4" in [label.get_text() for label in ax.get_yticklabels(which="both")]
    history = fit(model(), ([[0.0, 1.0]], [1.0]), loss=mse, optimizer=SGD, epochs=2)
    ax.clear()
    assert plots.curves(history, ax=ax).get_xlabel() == "epoch"
    assert list(ax.lines[0].get_ydata()) == history["loss"]


def test_a_histogram_counts_every_parameter_of_a_layer(ax):
    net = model()
    net.layers[0].neurons[0].b.data = math.nan
    plots.histogram(net, ax=ax)
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["layers.0 (1 not finite)", "layers.1"]
    heights = [polygon.get_xy()[1:-1:2, 1].sum() for polygon in ax.patches]
    assert sorted(heights) == [5, 11]


def test_an_approximation_tells_how_far_it_is_from_the_function(ax):
    net, error = approximate(math.sin, [(0.0, 3.0)], eps=0.1)
    plots.approximation(math.sin, net, low=0, high=3, ax=ax)
    f, g = (line.get_ydata() for line in ax.lines)
    far = max(abs(a - b) for a, b in zip(f, g, strict=True))
    assert far <= error
    assert ax.get_legend().get_texts()[1].get_text() == f"network, at most {far:.2g} from f"


def test_curves_of_other_things_than_losses_are_not_called_so(ax):
    plots.curves({"mistakes": [3, 2, 1]}, ax=ax)
    assert (ax.get_ylabel(), ax.get_yscale()) == ("", "linear")
    plots.curves({"loss": [3, 2, 1]}, ax=ax)
    assert (ax.get_ylabel(), ax.get_yscale()) == ("loss", "log")


@pytest.mark.parametrize(
    ("draw", "error", "message"),
    [
        (lambda: plots.decision_boundary(model(), [(0, 0, 1)], [0]), ValueError, "X: expected pairs of numbers"),
        (lambda: plots.decision_boundary(model(), [(0, 0)], [0, 1]), ValueError, "y: expected 1 classes"),
        (lambda: plots.curves({"loss": []}), ValueError, "history: it holds no numbers yet"),
        (lambda: plots.activation("wiggle"), ValueError, "f: the table has no operation 'wiggle'"),
        (lambda: plots.functions({}, 0.0, 1.0), ValueError, "named: expected at least one function, got none"),
        (lambda: plots.histogram(Module()), ValueError, "model: Module has no parameters"),
        (lambda: plots.histogram(model(), "size"), ValueError, "what: expected data or grad, got 'size'"),
        (lambda: plots.templates([[1.0] * 5], (2, 2)), ValueError, r"weights\[0\]: expected 2 × 2 numbers, got 5"),
        (lambda: plots.templates([]), ValueError, "weights: expected at least one row"),
        (lambda: plots.templates([[1.0] * 4], captions=["a", "b"]), ValueError, "captions: expected 1, .* got 2"),
        (lambda: plots.images([[1.0] * 3]), ValueError, r"pixels\[0\]: expected 1 × 1 numbers, got 3"),
        (lambda: plots.approximation(math.sin, low=1.0), ValueError, "high: expected more than low = 1.0, got 1.0"),
        (lambda: plots.decision_boundary(model(), [0, 1], [0, 1]), ValueError, "X: expected pairs of numbers"),
        (
            lambda: plots.decision_boundary(model(), [(0, 0), (1, 1)], [1, 2], cells=2),
            ValueError,
            r"y\[1\]: expected one of the classes -1, 0, 1, got 2",
        ),
        (
            lambda: plots.decision_boundary(MLP(2, [2]), [(0, 0), (1, 1)], [1, -1], cells=2),
            ValueError,
            r"y\[1\]: expected one of the classes 0, 1, got -1",
        ),
        (lambda: plots.curves([1.0]), TypeError, r"history: expected a mapping .* got list \[1.0\]"),
        (lambda: plots.histogram(print), TypeError, r"model: expected a model with named_parameters\(\), got builtin"),
        (lambda: plots.templates([[1.0]], columns=0), ValueError, "columns: expected at least 1, got 0"),
    ],
)
def test_what_cannot_be_plotted_is_named(draw, error, message):
    with pytest.raises(error, match=message):
        draw()


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(RuntimeError, match=r'plots need matplotlib: pip install -e "\.\[plots\]"'):
        plots.activation("tanh")


NOTEBOOK = [
    """
import random
import nn, viz
random.seed(3)
X, y = nn.data.moons(10, seed=3)
model = nn.MLP(2, [3, 1])
def draw(history):
    return viz.neurons(model, nn.bce_with_logits([model(x) for x in X], y))
""",
    "live = [viz.Live(draw, every=2), viz.Live(viz.plots.curves)]\n"
    "h = nn.fit(model, (X, y), loss=nn.bce_with_logits, optimizer=nn.SGD, epochs=5, callbacks=live)",
    "print(draw(h).svg(), end='')",
    "from matplotlib import pyplot\npyplot.get_fignums()",
]


@pytest.mark.slow
def test_a_live_view_is_updated_in_its_place_and_a_notebook_keeps_its_last_picture(tmp_path, monkeypatch):
    nbformat = pytest.importorskip("nbformat", reason='needs the extra "browser"')
    nbclient = pytest.importorskip("nbclient", reason='needs the extra "browser"')
    for kind in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR"):
        monkeypatch.setenv(f"JUPYTER_{kind}", str(tmp_path / kind))
    cells = [nbformat.v4.new_code_cell(text) for text in NOTEBOOK]
    notebook = nbformat.v4.new_notebook(cells=cells)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Jupyter's own warnings
        nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    picture, plot = cells[1].outputs
    assert picture.data["image/svg+xml"] == cells[2].outputs[0].text
    assert "<script>" in picture.data["text/html"]
    assert picture.data["text/plain"].startswith("neuron")
    assert plot.data["image/png"]
    assert cells[3].outputs[0].data["text/plain"] == "[]"  # no figure is left for the notebook to show again


def test_without_ipython_a_live_view_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", None)
    monkeypatch.setitem(sys.modules, "IPython.display", None)
    with pytest.raises(RuntimeError, match="a live view needs IPython"):
        viz.Live(lambda: 1)()
    with pytest.raises(ValueError, match="every: expected a whole number of at least 1, got 0"):
        viz.Live(lambda: 1, every=0)
