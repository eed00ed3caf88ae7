"""Plots draw on the axes given, or on new ones, which need matplotlib."""

import math
import sys

import pytest

from nn import MLP
from nn.classic import bumps, tower
from viz import plots


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
def test_each_draws_on_the_axes_given_and_returns_them(ax, pyplot, draw):
    assert draw(ax) is ax
    ax.figure.canvas.draw()
    made = draw(None)
    assert isinstance(made, type(ax))
    pyplot.close(made.figure)


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(RuntimeError, match=r'plots need matplotlib: pip install -e "\.\[plots\]"'):
        plots.activation("tanh")
