"""Losses of one sample on batches: shapes, and reductions over numbers or rows."""

import inspect

import pytest

import nn
from nn.functional.reduction import elementwise, rowwise, to_lists


def test_reductions():
    p, t = [1.0, 2.0, 4.0], [0.0, 0.0, 0.0]
    assert nn.mse(p, t, reduction="none") == [1.0, 4.0, 16.0]
    assert nn.mse(p, t, reduction="sum") == 21.0
    assert nn.mse(p, t) == nn.mse(p, t, reduction="mean") == 7.0
    with pytest.raises(ValueError, match="reduction: expected 'mean', 'sum' or 'none', got 'max'"):
        nn.mse(p, t, reduction="max")


LOSSES = [
    "bce", "bce_with_logits", "cross_entropy", "euclidean", "hinge", "kl_divergence", "log_loss", "mae", "mse",
    "multi_hinge", "perceptron_criterion", "symmetric_cross_entropy",
]  # fmt: skip  # in few lines


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_takes_its_arguments_by_the_names_in_its_signature(name):
    loss, prediction, target = getattr(nn, name), [0.75, 0.25], [1, 0]
    if name in ("hinge", "perceptron_criterion"):
        target = [1, -1]
    first, second, *options = inspect.signature(loss).parameters
    assert options[-1] == "reduction"
    named = loss(**{second: [target], first: [prediction]}, reduction="none")
    assert named == loss([prediction], [target], reduction="none")
    with pytest.raises(TypeError, match=f"'{second}'"):
        loss(prediction)
    with pytest.raises(TypeError, match="'axis'"):
        loss(prediction, target, axis=0)


def test_the_outputs_of_a_lone_neuron_are_rows_of_one():
    X, y = [[1.0], [2.0], [4.0]], [1.0, 0.0, 3.0]
    model = nn.MLP(1, [1])
    expected = sum((model(x).data - t) ** 2 / 2 for x, t in zip(X, y, strict=True)) / 3
    for targets in (y, [[t] for t in y]):
        for loss in (nn.euclidean, lambda outputs, targets: nn.euclidean(outputs, targets)):
            options = {"validation": (X, targets), "epochs": 1, "progress": False}
            history = nn.fit(model, (X, targets), loss=loss, optimizer=lambda ps: nn.SGD(ps, lr=0.0), **options)
            assert history["loss"] == history["val_loss"] == [pytest.approx(expected, rel=1e-12)]
    with pytest.raises(ValueError, match=r"target: expected probabilities whose sum is 1, got \[0\]"):
        nn.fit(model, (X, [0, 1, 0]), loss=nn.cross_entropy, optimizer=nn.SGD, progress=False)
    binary = nn.bce_with_logits([model(x) for x in X], [0, 1, 0]).data
    options = {"optimizer": nn.SGD, "epochs": 1, "progress": False}
    history = nn.fit(model, (X, [0, 1, 0]), loss=nn.symmetric_cross_entropy, **options)
    assert history["loss"] == [pytest.approx(binary, rel=1e-12)]


@elementwise
def difference(prediction, target, *, scale=1.0):
    return scale * (prediction - target)


@rowwise
def largest(row, target):
    return max(row) - target


def test_a_loss_of_a_number_is_that_of_any_shape():
    tree, targets = [[1.0, 2.0], [4.0, 8.0]], [[0.0, 0.0], [1.0, 1.0]]
    assert difference(5.0, 3.0) == 2.0
    assert difference(tree, targets) == 13 / 4
    assert difference(iter(tree), targets, reduction="sum", scale=2.0) == 26.0
    assert difference(tree, targets, reduction="none") == [1.0, 2.0, 3.0, 7.0]
    with pytest.raises(
        ValueError, match=r"^target: expected the shape of the prediction, \(2, 2\), got \(2, \(1,\), \(\)\)$"
    ):
        difference(tree, [[1.0], 2.0])


def test_a_loss_of_a_row_is_that_of_each_row():
    assert largest([1.0, 3.0], 1.0) == 2.0
    assert largest([[1.0, 3.0], [5.0, 4.0]], [1.0, 1.0], reduction="none") == [2.0, 4.0]
    assert largest([[1.0, 3.0], [5.0, 4.0]], [1.0, 1.0]) == 3.0
    for rows, targets, message in (
        ([], 0.0, "prediction: expected a row of at least one number"),
        ([[1.0], [2.0]], [1.0], "target: expected 2, one for each row"),
        ([[1.0, 2.0], [3.0]], [0.0, 0.0], "prediction: expected rows of the same number of scores"),
    ):
        with pytest.raises(ValueError, match=f"^{message}"):
            largest(rows, targets)


def test_arrays_and_iterables_are_lists():
    np = pytest.importorskip("numpy")
    assert to_lists((range(2), np.array([[1.0, 2.0]]), "ab", 3.0)) == [[0, 1], [[1.0, 2.0]], "ab", 3.0]
