"""Preprocessing: scales, splits, one-hot rows and batches; errors and warnings."""

import math
import random
import statistics

import pytest

import nn
from nn.data import check_data


def test_scalers_learn_from_the_training_part_only():
    train, other = [[1.0, 10.0], [3.0, 30.0], [5.0, 20.0]], [[7.0, 0.0]]
    standard = nn.StandardScaler().fit(train)
    columns = list(zip(*standard.transform(train), strict=True))
    assert [statistics.mean(c) for c in columns] == pytest.approx([0, 0], abs=1e-15)
    assert [statistics.pstdev(c) for c in columns] == pytest.approx([1, 1])
    assert standard.transform(other) == [[pytest.approx(4 / math.sqrt(8 / 3)), pytest.approx(-20 / math.sqrt(200 / 3))]]
    assert nn.MinMaxScaler().fit(train).transform(other) == [[1.5, -0.5]]


@pytest.mark.parametrize("make", [nn.StandardScaler, nn.MinMaxScaler])
def test_a_constant_column_becomes_0_with_a_warning(make):
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
def test_scalers_reject_data_that_cannot_be_scaled(make, call, error, message):
    with pytest.raises(error, match=message):
        call(make())


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
def test_impossible_splits_are_rejected(X, y, shares, message):
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
        check_data(np.array([[1.0, math.nan]], dtype=np.float32), np.array([1]))
    model = nn.Neuron(2, nonlin=False)
    X, y = np.array([[1.0, 2.0], [2.0, 1.0]]), np.array([0.0, 1.0])
    history = nn.fit(model, (X, y), loss=nn.mse, optimizer=nn.Adam, epochs=2, batch_size=1)
    assert len(history) == 2


@pytest.mark.parametrize("size", [0, -1])
def test_batches_reject_a_size_of_0_and_no_samples(size):
    with pytest.raises(ValueError, match="size: expected a whole number of at least 1, got"):
        list(nn.batches(5, size))
    with pytest.raises(ValueError, match="n: expected a whole number of at least 1, got 0"):
        list(nn.batches(0, None))


def test_scalers_split_and_one_hot_reject_missing_values_and_empty_data():
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


def test_the_state_of_a_scaler_can_be_saved():
    scaler, other = nn.StandardScaler().fit([[1.0, 0.0], [3.0, 4.0]]), nn.StandardScaler()
    with pytest.raises(RuntimeError, match="the scaler knows no scale yet"):
        other.state_dict()
    other.load_state_dict(scaler.state_dict())
    assert other.transform([[2.0, 4.0]]) == [[0.0, 1.0]]
    for state in ({}, {"shift": [0.0], "scale": []}, {"shift": [0.0], "scale": [0.0]}):
        with pytest.raises(ValueError, match="state: expected"):
            other.load_state_dict(state)
    assert other.state_dict() == scaler.state_dict()
