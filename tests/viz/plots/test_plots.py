"""What cannot be plotted is named, in every plot."""

import math

import pytest

from nn import MLP, Module
from viz import plots


def model():
    return MLP(2, [4, 1])


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
