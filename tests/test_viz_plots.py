"""Plots draw on the axes given and return them; a live view replaces what it showed."""

import math
import sys

import pytest

import autograd
import nn
import viz
from autograd import Value
from nn import MLP, Module
from viz import plots

matplotlib = pytest.importorskip("matplotlib", reason='needs the extra "plots"')
matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402  # after the backend that needs no screen


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
    "functions": lambda ax: plots.functions({"sin": math.sin, "cos": math.cos}, 0.0, 3.0, ax=ax),
    "approximation": lambda ax: plots.approximation(math.sin, ax=ax),
    "surface": lambda ax: plots.surface(plots.tower((0.2, 0.6), (0.3, 0.7)), ax=ax, cells=8),
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
    assert [(text.get_text(), *text.get_position()) for text in ax.texts] == [
        ("a", 0.5, 1.8),
        ("b", 3.5, 1.8),
        ("3", 0.5, 6.8),
    ]


def test_bumps_are_built_of_sigmoids():
    bump = plots.bump(0.4, 0.6, 2.0, steepness=200)
    assert [round(float(bump(x)), 3) for x in (0.2, 0.5, 0.8)] == [0.0, 2.0, 0.0]
    tower = plots.tower((0.2, 0.6), (0.3, 0.7), 1.0, steepness=200)
    assert [round(float(tower(*p)), 3) for p in ((0.4, 0.5), (0.4, 0.9), (0.9, 0.9))] == [1.0, 0.0, 0.0]
    x = Value(0.41)
    bump(x).backward()
    assert x.grad > 0


def test_an_approximation_gets_better_with_more_bumps(ax):
    def worst(pieces):
        ax.clear()
        plots.approximation(math.sin, 0, 3, pieces, steepness=20_000, ax=ax)
        f, g = ax.lines
        pairs = list(zip(f.get_ydata(), g.get_ydata(), strict=True))[5:-5]
        return sorted(abs(a - b) for a, b in pairs)[-len(pairs) // 20]

    assert worst(40) < worst(10) < worst(3)


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
        (lambda: plots.approximation(math.sin, pieces=0), ValueError, "pieces: expected at least 1, got 0"),
    ],
)
def test_what_cannot_be_plotted_is_named(draw, error, message):
    with pytest.raises(error, match=message):
        draw()


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(RuntimeError, match=r'plots need matplotlib: pip install "glassgrad\[plots\]"'):
        plots.activation("tanh")


def test_a_live_view_is_updated_in_its_place(monkeypatch):
    display = pytest.importorskip("IPython.display")
    shown = []

    class Handle:
        def update(self, x):
            shown.append(("update", x))

    def show(x, display_id):
        shown.append(("show", x))
        return Handle()

    monkeypatch.setattr(display, "display", show)
    live = viz.Live(lambda n: f"picture {n}", every=2)
    for n in range(5):
        assert live(n) is None
    assert shown == [("show", "picture 0"), ("update", "picture 2"), ("update", "picture 4")]


def test_a_live_view_of_axes_shows_their_figure_and_closes_it(monkeypatch):
    display = pytest.importorskip("IPython.display")
    shown = []
    monkeypatch.setattr(display, "display", lambda x, display_id: shown.append(x))
    before = pyplot.get_fignums()
    viz.Live(lambda: plots.activation("tanh"))()
    assert isinstance(shown[0], matplotlib.figure.Figure)
    assert pyplot.get_fignums() == before


def test_without_ipython_a_live_view_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", None)
    monkeypatch.setitem(sys.modules, "IPython.display", None)
    with pytest.raises(RuntimeError, match="a live view needs IPython"):
        viz.Live(lambda: 1)()
    with pytest.raises(ValueError, match="every: expected a whole number of at least 1, got 0"):
        viz.Live(lambda: 1, every=0)
