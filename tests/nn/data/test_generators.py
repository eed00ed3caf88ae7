"""Generators of data: the moons, whose shape is known exactly."""

import math
import random

import pytest

from nn.data import moons


def test_the_moons_are_two_half_circles():
    X, y = moons(101, noise=0.0)
    assert (y.count(0), y.count(1)) == (50, 51)
    assert y != sorted(y)
    for (a, b), label in zip(X, y, strict=True):
        across, up = (a, b) if label == 0 else (1 - a, 0.5 - b)
        assert math.hypot(across, up) == pytest.approx(1.0, rel=1e-15)
        assert up >= 0


def test_the_noise_of_the_moons_is_its_standard_deviation():
    X, y = moons(4000, noise=0.1)
    off = [math.hypot(*((a, b) if label == 0 else (1 - a, 0.5 - b))) - 1 for (a, b), label in zip(X, y, strict=True)]
    assert math.sqrt(sum(d * d for d in off) / len(off)) == pytest.approx(0.1, rel=0.05)


def test_the_moons_depend_on_their_seed_alone():
    before = random.getstate()
    assert moons(10, seed=3) == moons(10, seed=3) != moons(10, seed=4)
    assert random.getstate() == before


@pytest.mark.parametrize(
    ("options", "name"), [({"n": 1}, "n"), ({"noise": -0.1}, "noise"), ({"noise": math.nan}, "noise")]
)
def test_moons_that_cannot_be(options, name):
    with pytest.raises(ValueError, match=f"^{name}: expected"):
        moons(**options)
