"""Generators: shapes, noise, seeds and errors."""

import math
import random
import statistics

import pytest

import nn
from nn import data
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
def test_moons_reject_wrong_arguments(options, name):
    with pytest.raises(ValueError, match=f"^{name}: expected"):
        moons(**options)


GENERATORS = [data.moons, data.circles, data.xor, data.spiral, data.gauss, data.blobs]


@pytest.mark.parametrize("make", GENERATORS)
def test_generators_depend_on_their_seed_alone_and_shuffle(make):
    before = random.getstate()
    X, y = make(60, seed=3)
    assert (X, y) == make(60, seed=3) != make(60, seed=4)
    assert random.getstate() == before
    assert (len(X), {len(x) for x in X}) == (60, {2})
    assert y != sorted(y)
    counts = [y.count(c) for c in sorted(set(y))]
    assert max(counts) - min(counts) <= 1
    assert all(type(label) is int for label in y)


@pytest.mark.parametrize("make", GENERATORS)
def test_the_noise_of_every_generator_is_checked(make):
    for noise in (-0.1, math.nan):
        with pytest.raises(ValueError, match="noise: expected a standard deviation of at least 0"):
            make(10, noise=noise)
    with pytest.raises(ValueError, match="n: expected at least "):
        make(1)


def test_shapes_without_noise():
    for (a, b), label in zip(*data.circles(50, noise=0.0, factor=0.3), strict=True):
        assert math.hypot(a, b) == pytest.approx(0.3 if label else 1.0)
    for (a, b), label in zip(*data.xor(200), strict=True):
        assert label == (a * b < 0)
        assert max(abs(a), abs(b)) <= 1
    X, y = data.spiral(101, noise=0.0)
    for arm in (0, 1):
        radii = sorted(math.hypot(*x) for x, label in zip(X, y, strict=True) if label == arm)
        assert radii == pytest.approx([(k + 1) / len(radii) for k in range(len(radii))])
    assert {tuple(x) for x in data.blobs(9, centers=[(1, 2), (3, 4)], noise=0.0)[0]} == {(1, 2), (3, 4)}


def test_gauss_is_two_gaussians():
    X, y = data.gauss(2000, noise=1.0)
    for label, center in (0, -2.0), (1, 2.0):
        for axis in (0, 1):
            at = [x[axis] for x, c in zip(X, y, strict=True) if c == label]
            assert statistics.mean(at) == pytest.approx(center, abs=0.12)
            assert statistics.pstdev(at) == pytest.approx(1.0, abs=0.1)


def test_a_function_is_sampled_in_its_range_with_its_noise():
    X, y = data.sample(lambda a, b: a * b, n=500, low=2.0, high=3.0, inputs=2)
    assert all(2 <= v <= 3 for x in X for v in x)
    assert y == [a * b for a, b in X]
    X, noisy = data.sample(lambda a: a, n=2000, noise=0.3)
    assert statistics.pstdev(t - x for (x,), t in zip(X, noisy, strict=True)) == pytest.approx(0.3, rel=0.1)


def test_windows_of_a_series_are_one_step_apart():
    series = data.noisy_sine(30, noise=0.2)
    X, y = data.next_steps(series, 10)
    assert len(X) == len(y) == 20
    assert all(x[1:] == t[:-1] for x, t in zip(X, y, strict=True))
    with pytest.raises(ValueError, match="length: expected from 1 to 29"):
        data.next_steps(series, 30)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.data.blobs(9, centers=0), ValueError, "centers: expected a whole number of at least 1, got 0"),
        (lambda: nn.data.blobs(9, centers=[]), ValueError, "centers: expected at least one point, got none"),
        (lambda: nn.data.next_steps([1.0, 2.0], 1.5), TypeError, "length: expected a whole number, got float 1.5"),
        (lambda: nn.data.noisy_sine(9, period=0), ValueError, "period: expected another number than 0"),
        (lambda: nn.data.circles(8, factor=float("nan")), ValueError, "factor: expected a finite number, got nan"),
        (lambda: nn.data.moons(8, noise=float("inf")), ValueError, "noise: expected a standard deviation"),
        (lambda: nn.data.moons("a"), TypeError, "n: expected a whole number"),
        (lambda: nn.schedules.step_decay(1.0, every=0), ValueError, "every: expected a whole number of at least 1"),
        (lambda: nn.schedules.linear(1.0, 0.0, 0), ValueError, "epochs: expected a whole number of at least 1"),
    ],
)
def test_generators_and_schedules_reject_wrong_arguments(call, error, message):
    with pytest.raises(error, match=message):
        call()
