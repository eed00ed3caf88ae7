"""Plots of functions: activations with their derivatives, descents, approximations."""

import math

import pytest

import autograd
import nn
from nn.classic import approximate
from viz import plots


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


def test_an_approximation_tells_how_far_it_is_from_the_function(ax):
    net, error = approximate(math.sin, [(0.0, 3.0)], eps=0.1)
    plots.approximation(math.sin, net, low=0, high=3, ax=ax)
    f, g = (line.get_ydata() for line in ax.lines)
    far = max(abs(a - b) for a, b in zip(f, g, strict=True))
    assert far <= error
    assert ax.get_legend().get_texts()[1].get_text() == f"network, at most {far:.2g} from f"
