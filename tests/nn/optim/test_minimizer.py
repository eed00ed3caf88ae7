"""minimize: the path of an optimizer."""

import pytest

import nn


def test_minimize_returns_every_point_of_the_path():
    path = nn.minimize(lambda x, y: x * x + 10 * y * y, [1.0, 1.0], lambda p: nn.SGD(p, lr=0.01), steps=2)
    assert path == [[1.0, 1.0], pytest.approx([0.98, 0.8]), pytest.approx([0.98**2, 0.8**2])]
    assert nn.minimize(lambda x: (x - 3) ** 2, [1.0], nn.Newton, steps=1)[-1] == pytest.approx([3.0])
    with pytest.raises(ValueError, match="steps"):
        nn.minimize(lambda x: x * x, [1.0], nn.SGD, steps=-1)
