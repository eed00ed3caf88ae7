"""Plots of models: boundaries, curves of training, histograms."""

import math

import pytest

from nn import MLP, SGD, fit, mse
from viz import plots


def model():
    return MLP(2, [4, 1])


def test_a_boundary_lies_where_the_score_is_0(ax):
    plots.decision_boundary(lambda p: p[0] - 0.5, [(0, 0), (1, 1)], [0, 1], ax=ax, cells=21)
    line = ax.collections[1].get_paths()[0].vertices
    assert line[:, 0] == pytest.approx(0.5)


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


def test_curves_of_other_things_than_losses_are_not_called_so(ax):
    plots.curves({"mistakes": [3, 2, 1]}, ax=ax)
    assert (ax.get_ylabel(), ax.get_yscale()) == ("", "linear")
    plots.curves({"loss": [3, 2, 1]}, ax=ax)
    assert (ax.get_ylabel(), ax.get_yscale()) == ("loss", "log")
