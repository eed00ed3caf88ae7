"""Data: its shapes, its draws, its scales and parts; and what is refused or warned of."""

import math
import random
import statistics
import subprocess
import sys
from importlib.util import find_spec

import pytest

import nn
from nn import data
from nn.data import preprocessing as prepare

MAKERS = [data.moons, data.circles, data.xor, data.spiral, data.gauss, data.blobs]


@pytest.mark.parametrize("make", MAKERS)
def test_makers_depend_on_their_seed_alone_and_shuffle(make):
    before = random.getstate()
    X, y = make(60, seed=3)
    assert (X, y) == make(60, seed=3) != make(60, seed=4)
    assert random.getstate() == before
    assert (len(X), {len(x) for x in X}) == (60, {2})
    assert y != sorted(y)
    counts = [y.count(c) for c in sorted(set(y))]
    assert max(counts) - min(counts) <= 1
    assert all(type(label) is int for label in y)


@pytest.mark.parametrize("make", MAKERS)
def test_the_noise_of_every_maker_is_checked(make):
    for noise in (-0.1, math.nan):
        with pytest.raises(ValueError, match="noise: expected a standard deviation of at least 0"):
            make(10, noise=noise)
    with pytest.raises(ValueError, match="n: expected at least "):
        make(1)


@pytest.mark.skipif(find_spec("sklearn") is None, reason="needs scikit-learn")
def test_the_first_digits_leave_the_seed_as_it_was():
    code = "import random, nn; random.seed(1); nn.data.digits(); print(random.random())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"{random.Random(1).random()}\n"


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


def test_iris_is_the_real_one():
    pytest.importorskip("sklearn")
    X, y = data.iris()
    assert (len(X), [y.count(k) for k in range(3)], X[0]) == (150, [50, 50, 50], [5.1, 3.5, 1.4, 0.2])


# Scales


def test_scalers_learn_from_the_training_part_only():
    train, other = [[1.0, 10.0], [3.0, 30.0], [5.0, 20.0]], [[7.0, 0.0]]
    standard = nn.StandardScaler().fit(train)
    columns = list(zip(*standard.transform(train), strict=True))
    assert [statistics.mean(c) for c in columns] == pytest.approx([0, 0], abs=1e-15)
    assert [statistics.pstdev(c) for c in columns] == pytest.approx([1, 1])
    assert standard.transform(other) == [[pytest.approx(4 / math.sqrt(8 / 3)), pytest.approx(-20 / math.sqrt(200 / 3))]]
    assert nn.MinMaxScaler().fit(train).transform(other) == [[1.5, -0.5]]


@pytest.mark.parametrize("make", [nn.StandardScaler, nn.MinMaxScaler])
def test_a_constant_column_is_warned_of_and_becomes_0(make):
    with pytest.warns(nn.DataWarning, match=r"X: column 1 is constant, 0.1; it tells nothing"):
        scaler = make().fit([[1.0, 0.1], [2.0, 0.1], [4.0, 0.1]])
    assert [row[1] for row in scaler.transform([[1.0, 0.1], [2.0, 0.1]])] == [pytest.approx(0.0, abs=1e-15)] * 2


@pytest.mark.parametrize("make", [nn.StandardScaler, nn.MinMaxScaler])
@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda s: s.fit([]), ValueError, "X: expected at least one sample, got none"),
        (lambda s: s.fit([[1.0], [math.nan]]), ValueError, r"X\[1\]\[0\]: a value is missing or not finite, nan"),
        (lambda s: s.fit([[1.0], [None]]), ValueError, r"X\[1\]\[0\]: a value is missing or no number, None"),
        (lambda s: s.transform([[1.0]]), RuntimeError, "the scaler knows no scale yet"),
        (
            lambda s: s.fit([[1.0], [2.0]]).transform([[1.0, 2.0]]),
            ValueError,
            "X: expected rows of 1, got one of 2",
        ),
        (lambda s: s.fit([[1.0], [2.0, 3.0]]), ValueError, "X: expected rows of 1, got one of 2"),
    ],
)
def test_scalers_refuse_what_they_cannot_scale(make, call, error, message):
    with pytest.raises(error, match=message):
        call(make())


# Parts


def test_no_sample_is_in_two_parts():
    X = [[float(k)] for k in range(50)]
    parts = nn.split(X, range(50), (0.5, 0.3, 0.2), seed=4)
    assert [len(part) for part, _ in parts] == [25, 15, 10]
    assert sorted(x[0] for part, _ in parts for x in part) == [float(k) for k in range(50)]
    assert all(x == [float(t)] for part, y in parts for x, t in zip(part, y, strict=True))
    assert parts == nn.split(X, range(50), (0.5, 0.3, 0.2), seed=4) != nn.split(X, range(50), (0.5, 0.3, 0.2), seed=5)


@pytest.mark.parametrize(
    ("X", "y", "shares", "message"),
    [
        ([], [], (0.5, 0.5), "X: expected at least one sample"),
        ([[1.0]] * 4, [0] * 3, (0.5, 0.5), "y: expected 4 targets, one for each sample, got 3"),
        ([[1.0]] * 4, [0] * 4, (0.5, 0.6), "shares: expected positive numbers whose sum is 1"),
        ([[1.0]] * 4, [0] * 4, (1.5, -0.5), "shares: expected positive numbers whose sum is 1"),
        ([[1.0]] * 2, [0] * 2, (0.6, 0.2, 0.2), "shares: 2 samples are too few for parts of"),
    ],
)
def test_parts_that_cannot_be(X, y, shares, message):
    with pytest.raises(ValueError, match=message):
        nn.split(X, y, shares)


def test_one_hot():
    assert nn.one_hot([2, 0], 4) == [[0, 0, 1, 0], [1, 0, 0, 0]]
    for bad in (3, -1, 0.5, True, "1"):
        with pytest.raises(ValueError, match=r"labels\[1\]: expected a whole number from 0 to 2"):
            nn.one_hot([2, bad], 3)


def test_batches_hold_every_index_once():
    random.seed(1)
    found = list(nn.batches(10, 4))
    assert [len(batch) for batch in found] == [4, 4, 2]
    assert sorted(i for batch in found for i in batch) == list(range(10))
    assert found != list(nn.batches(10, 4))
    assert list(nn.batches(3, None)) == [[0, 1, 2]]


def test_arrays_are_checked_too():
    np = pytest.importorskip("numpy")
    with pytest.raises(ValueError, match=r"X\[0\]\[1\]: a value is missing or not finite, nan"):
        prepare.check(np.array([[1.0, math.nan]], dtype=np.float32), np.array([1]))
    model = nn.Neuron(2, nonlin=False)
    X, y = np.array([[1.0, 2.0], [2.0, 1.0]]), np.array([0.0, 1.0])
    history = nn.fit(model, (X, y), loss=nn.mse, optimizer=nn.Adam, epochs=2, batch_size=1)
    assert len(history) == 2


@pytest.mark.parametrize("size", [0, -1])
def test_batches_of_no_size_and_of_nothing_are_refused(size):
    with pytest.raises(ValueError, match="size: expected a whole number of at least 1, got"):
        list(nn.batches(5, size))
    with pytest.raises(ValueError, match="n: expected a whole number of at least 1, got 0"):
        list(nn.batches(0, None))


def test_scalers_split_and_one_hot_refuse_missing_values_and_nothing():
    nan = float("nan")
    assert nn.StandardScaler().fit([[1e200], [-1e200]]).transform([[1e200]]) == [[pytest.approx(1.0)]]
    for call, message in (
        (lambda: nn.StandardScaler().fit([[1.0], [2.0]]).transform([[nan]]), r"X\[0\]\[0\]: a value is missing"),
        (lambda: nn.MinMaxScaler().fit([[-1e308], [1e308]]), "X: column 0 reaches further than floats do"),
        (lambda: nn.StandardScaler().fit([[], []]), "X: columns: expected a whole number of at least 1"),
        (lambda: nn.split([[1.0], [2.0]], [1.0, nan], (0.5, 0.5)), r"y\[1\]: a value is missing"),
        (lambda: nn.one_hot([]), "labels: expected at least one, got none"),
    ):
        with pytest.raises(ValueError, match=message):
            call()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.data.blobs(9, centers=0), ValueError, "centers: expected a whole number of at least 1, got 0"),
        (lambda: nn.data.noisy_sine(9, period=0), ValueError, "period: expected another number than 0"),
        (lambda: nn.data.circles(8, factor=float("nan")), ValueError, "factor: expected a finite number, got nan"),
        (lambda: nn.data.moons(8, noise=float("inf")), ValueError, "noise: expected a standard deviation"),
        (lambda: nn.data.moons("a"), TypeError, "n: expected a whole number"),
        (lambda: nn.schedules.step_decay(1.0, every=0), ValueError, "every: expected a whole number of at least 1"),
        (lambda: nn.schedules.linear(1.0, 0.0, 0), ValueError, "epochs: expected a whole number of at least 1"),
    ],
)
def test_makers_and_schedules_refuse_what_cannot_be(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_what_a_scaler_learnt_can_be_kept():
    scaler, other = nn.StandardScaler().fit([[1.0, 0.0], [3.0, 4.0]]), nn.StandardScaler()
    with pytest.raises(RuntimeError, match="the scaler knows no scale yet"):
        other.state_dict()
    other.load_state_dict(scaler.state_dict())
    assert other.transform([[2.0, 4.0]]) == [[0.0, 1.0]]
    for state in ({}, {"shift": [0.0], "scale": []}, {"shift": [0.0], "scale": [0.0]}):
        with pytest.raises(ValueError, match="state: expected"):
            other.load_state_dict(state)
    assert other.state_dict() == scaler.state_dict()
