"""WeightAverage: means over epochs, equal and decaying."""

import pytest

import nn
from autograd import Value
from tests.helpers.line_fitting import NOISY, fit, line


def test_a_weight_average_is_a_callback():
    model = line()
    average, kept = nn.WeightAverage(model.parameters()), []
    fit(model, NOISY, batch_size=1, epochs=6, callbacks=[average, lambda h: kept.append(h.weights())])
    average.apply()
    assert [p.data for p in model.parameters()] == pytest.approx(
        [sum(c) / 6 for c in zip(*kept, strict=True)], rel=1e-12
    )
    moving = nn.WeightAverage([w := Value(0.0)], decay=0.9)
    for w.data in (1.0, 2.0):
        moving.update()
    assert moving.mean == [pytest.approx(1.1)]
    with pytest.raises(RuntimeError, match="no average yet"):
        nn.WeightAverage([w]).apply()
