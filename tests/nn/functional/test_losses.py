"""Losses: the lectures' numbers, stability, reductions, targets checked, and purity: no loss reads data."""

import math
import random

import pytest

import nn
from autograd import Value, evaluate, grad, hessian, trace
from autograd.graph.pytree import leaves, rebuild
from autograd.table.operators import Operators
from nn.activations import sigmoid


def p_of(z):
    return [v.data if isinstance(v, Value) else v for v in nn.softmax(z)]


def test_the_lectures_cross_entropy_of_class_3():
    assert nn.log_loss([0.1, 0.2, 0.6, 0.1], 2) == -math.log(0.6)
    assert nn.log_loss([0.1, 0.2, 0.6, 0.1], [0, 0, 1, 0]) == -math.log(0.6)


def test_cross_entropy_is_entropy_plus_kl():
    z, t = [0.3, -1.2, 2.0], [0.2, 0.5, 0.3]
    assert nn.cross_entropy(z, t) == pytest.approx(nn.entropy(t) + nn.kl_divergence(z, t), rel=1e-14)
    assert nn.kl_divergence([math.log(p) for p in t], t) == pytest.approx(0.0, abs=1e-15)
    assert nn.kl_divergence(z, t) == pytest.approx(sum(q * math.log(q / p) for p, q in zip(p_of(z), t, strict=True)))


@pytest.mark.parametrize("target", [[0, 1, 0], [0.2, 0.5, 0.3]])
def test_the_gradient_of_softmax_cross_entropy_is_p_minus_y(target):
    z = [0.3, -1.2, 2.0]
    expected = [p - y for p, y in zip(p_of(z), target, strict=True)]
    assert grad(lambda z: nn.cross_entropy(z, target))(z) == pytest.approx(expected, rel=0, abs=1e-15)


def test_a_one_hot_row_and_an_index_say_the_same():
    z = [700.0, 0.5, -3.0]
    for k in range(3):
        hot = [float(i == k) for i in range(3)]
        for loss in (nn.cross_entropy, nn.multi_hinge, nn.kl_divergence, nn.symmetric_cross_entropy):
            assert loss(z, hot) == pytest.approx(loss(z, k), rel=1e-15)
    assert nn.cross_entropy([40.0, 0.0], [1, 0]) == nn.cross_entropy([40.0, 0.0], 0) == pytest.approx(math.exp(-40))


@pytest.mark.parametrize(
    ("z", "target", "loss", "slope"),
    [
        (-1000.0, 1, 1000.0, -1.0),
        (1000.0, 1, 0.0, 0.0),
        (1000.0, 0, 1000.0, 1.0),
        (40.0, 1, math.exp(-40), -math.exp(-40)),
    ],
)
def test_binary_cross_entropy_of_a_logit_saturates_nowhere(z, target, loss, slope):
    value = Value(z)
    out = nn.bce_with_logits(value, target)
    out.backward()
    assert (out.data, value.grad) == (pytest.approx(loss, rel=1e-14), pytest.approx(slope, rel=1e-14))


def test_losses_of_probabilities_do_not_clamp_silently():
    assert nn.bce(0.0, 1) == nn.log_loss([0.0, 1.0], 0) == math.inf
    assert nn.bce(0.25, 0.5) == pytest.approx(-(math.log(0.25) + math.log(0.75)) / 2)


def test_worked_examples():
    assert nn.multi_hinge([3.2, 5.1, -1.7], 0) == pytest.approx(2.9)  # cs231n
    assert nn.perceptron_criterion([0.5, -2.0, 1.0], [1, 1, -1], reduction="sum") == 3.0
    assert nn.euclidean([1.0, 2.0, 3.0], [0.0, 0.0, 0.0]) == 7.0
    assert nn.mse([[1.0, 2.0], [3.0, 4.0]], [[0.0, 0.0], [0.0, 0.0]]) == 7.5
    assert nn.symmetric_cross_entropy([0.0, 0.0, 0.0], 1) == pytest.approx(3 * math.log(2))
    assert nn.errors([[0.0, 1.0], [1.0, 0.0]], [[1, 0], [1, 0]]) == 1
    assert nn.accuracy([0.5, -0.5, 0.0], [1, -1, 1]) == pytest.approx(2 / 3)


def test_reductions():
    p, t = [1.0, 2.0, 4.0], [0.0, 0.0, 0.0]
    assert nn.mse(p, t, reduction="none") == [1.0, 4.0, 16.0]
    assert nn.mse(p, t, reduction="sum") == 21.0
    assert nn.mse(p, t) == nn.mse(p, t, reduction="mean") == 7.0
    with pytest.raises(ValueError, match="reduction: expected mean, sum or none, got 'max'"):
        nn.mse(p, t, reduction="max")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.mse([1.0, 2.0], [1.0]), r"target: expected the shape of the prediction, \(2,\), got \(1,\)"),
        (lambda: nn.mse([[1.0], [2.0]], [1.0, 2.0]), r"expected the shape of the prediction, \(2, 1\), got \(2,\)"),
        (lambda: nn.bce_with_logits(0.0, 1.5), "target: expected a number from 0 to 1, got 1.5"),
        (lambda: nn.bce_with_logits(0.0, math.nan), "target: expected a number from 0 to 1, got nan"),
        (lambda: nn.bce(0.5, -1), "target: expected a number from 0 to 1, got -1"),
        (lambda: nn.perceptron_criterion(0.5, 0), "target: expected -1 or 1, got 0"),
        (lambda: nn.cross_entropy([0.0, 1.0], [0.5, 0.6]), "target: expected probabilities whose sum is 1"),
        (lambda: nn.cross_entropy([0.0, 1.0], [0.5, 0.5, 0.0]), "target: expected a row of 2 numbers"),
        (lambda: nn.cross_entropy([[0.0, 1.0]], [0, 1]), "target: expected 1, one for each row"),
        (lambda: nn.cross_entropy([], 0), "prediction: expected a row of at least one number"),
        (lambda: nn.multi_hinge([0.0, 1.0], 2), "target: expected the index of one of 2 logits, got 2"),
        (lambda: nn.euclidean([0.0, 1.0], 2.0), "target: expected a row of 2 numbers, got 2.0"),
    ],
)
def test_targets_are_checked(call, message):
    with pytest.raises(ValueError, match=message):
        call()


LOSSES = [
    (nn.cross_entropy, [[0.5, -1.0, 2.0], [1.0, 0.0, -0.5]], [[0.0, 0.0, 1.0], [0.2, 0.3, 0.5]]),
    (nn.symmetric_cross_entropy, [[0.5, -1.0, 2.0]], [[0.0, 0.25, 1.0]]),
    (nn.kl_divergence, [[0.5, -1.0, 2.0]], [[0.1, 0.4, 0.5]]),
    (nn.log_loss, [[0.5, 0.25, 0.25]], [[0.3, 0.3, 0.4]]),
    (nn.multi_hinge, [[0.5, -1.0, 2.0]], [[0.0, 1.0, 0.0]]),
    (nn.hinge, [0.5, -1.0], [1.0, -1.0]),
    (nn.perceptron_criterion, [0.5, -1.0], [1.0, 1.0]),
    (nn.bce_with_logits, [0.5, -1.0], [1.0, 0.3]),
    (nn.bce, [0.5, 0.2], [0.9, 0.3]),
    (nn.mse, [[0.5, -1.0]], [[1.0, 0.3]]),
    (nn.mae, [0.5, -1.0], [1.0, 0.3]),
    (nn.euclidean, [[0.5, -1.0]], [[1.0, 0.3]]),
]


@pytest.mark.parametrize(("loss", "prediction", "target"), LOSSES)
def test_a_loss_recorded_once_is_right_for_other_predictions_and_targets(loss, prediction, target):
    def values(tree, name):
        if isinstance(tree, list):
            return [values(part, f"{name}{k}") for k, part in enumerate(tree)]
        return Value(tree, label=name)

    def others(tree):
        return [others(part) for part in tree] if isinstance(tree, list) else tree

    p, t = values(prediction, "p"), values(target, "t")
    recorded = trace(loss(p, t))
    assert recorded.data[-1] == pytest.approx(loss(prediction, target), rel=1e-14)
    other_p = [[*reversed(row)] if isinstance(row, list) else -row for row in prediction]
    if loss is nn.bce:
        other_p = [0.1, 0.9]
    other_t = [[*reversed(row)] if isinstance(row, list) else row for row in target]
    inputs = dict(zip([v.label for v in leaves([p, t])], leaves([other_p, other_t]), strict=True))
    assert evaluate(recorded.graph, inputs)[-1] == pytest.approx(loss(other_p, other_t), rel=1e-13)


class Symbol(Operators):
    """A number that only knows which operation made it: it has no data to read."""

    def __apply__(self, op, args):
        made = Symbol()
        made.op = op
        return made


@pytest.mark.parametrize(("loss", "prediction", "target"), LOSSES)
def test_a_loss_is_an_expression_of_predictions_and_targets_without_data(loss, prediction, target):
    p, t = (rebuild(tree, [Symbol() for _ in leaves(tree)]) for tree in (prediction, target))
    assert loss(p, t).op.name == "mean"
    assert loss(p, t, reduction="sum").op.name == "sum"


def test_penalties():
    p = [Value(3.0), Value(-4.0)]
    nn.l2(p, 0.1).backward()
    assert [v.grad for v in p] == pytest.approx([0.3, -0.4])
    assert hessian(lambda p: nn.l2(p, 0.1))([3.0, -4.0]) == [[0.1, 0.0], [0.0, 0.1]]
    assert grad(lambda p: nn.l1(p, 0.5))([3.0, -4.0, 0.0]) == [0.5, -0.5, 0.0]


# Activations


@pytest.mark.parametrize("slope", [0.5, 1.0, 3.0])
def test_the_slope_of_a_sigmoid(slope):
    y = sigmoid(0.7, slope)
    assert grad(lambda z: sigmoid(z, slope))(0.7) == pytest.approx(slope * y * (1 - y))


def test_softmax_sums_to_1_and_saturates_nowhere():
    assert p_of([1000.0, 1000.0, 0.0]) == [0.5, 0.5, 0.0]
    assert sum(p_of([0.1, -3.0, 2.0, 700.0])) == pytest.approx(1.0)
    z = [Value(v) for v in (0.3, 0.3, -1.0)]
    nn.softmax(z)[0].backward()
    p = p_of([0.3, 0.3, -1.0])
    assert [v.grad for v in z] == pytest.approx([p[0] * (1 - p[0]), -p[0] * p[1], -p[0] * p[2]], rel=1e-14)


def test_noise_and_thresholds():
    random.seed(0)
    out = [nn.noisy_relu(0.0, std=2.0) for _ in range(4000)]
    assert min(out) == 0.0
    assert sum(v > 0 for v in out) / 4000 == pytest.approx(0.5, abs=0.03)
    neuron = nn.Neuron(2, activation="threshold")
    for p, x in zip(neuron.parameters(), (1.0, 1.0, -1.5), strict=True):
        p.data = x
    assert [neuron([a, b]).data for a in (0, 1) for b in (0, 1)] == [0.0, 0.0, 0.0, 1.0]  # AND
    assert nn.maxout([Value(1.0), Value(3.0)]).data == 3.0


# What would be a wrong number in silence


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


def test_a_row_of_one_score_answers_with_its_side_of_0():
    assert nn.accuracy([[2.0], [-1.0]], [1, 0]) == nn.accuracy([[2.0], [-1.0]], [[1], [-1]]) == 1.0
    with pytest.raises(ValueError, match="targets: expected at least one, got none"):
        nn.accuracy([], [])


@pytest.mark.parametrize("make", [lambda: nn.Neuron(1, activation="noisy_relu"), lambda: nn.Activation("noisy_relu")])
def test_noise_is_off_outside_training(make):
    module = make()
    x = [2.0]
    assert len({str(module(x)) for _ in range(5)}) > 1
    module.eval()
    assert len({str(module(x)) for _ in range(5)}) == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.multi_hinge([1.0, 2.0, 3.0], [0.5, 0.5, 0]), "target: expected a one-hot row, got"),
        (lambda: nn.bce(2.0, 1), "probability: expected a number from 0 to 1, got 2.0"),
        (lambda: nn.bce(Value(2.0), 1), "probability: expected a number from 0 to 1, got 2.0"),
        (lambda: nn.log_loss([2.0, -1.0], 0), "probability: expected a number from 0 to 1, got 2.0"),
        (lambda: nn.mse(1.0, math.nan), "target: expected a finite number, got nan"),
        (lambda: nn.euclidean([1.0], [math.inf]), "target: expected a finite number, got inf"),
        (lambda: nn.cross_entropy([[1.0, 2.0], [1.0]], [0, 0]), "prediction: expected rows of the same number"),
        (lambda: nn.mse(1.0, 1.0, reduction="bogus"), "reduction: expected mean, sum or none, got 'bogus'"),
        (lambda: nn.cross_entropy([1.0, 2.0], 1, reduction="bogus"), "reduction: expected mean, sum or none"),
        (lambda: nn.Activation("foo"), "activation: expected one of linear, .*got 'foo'"),
        (lambda: nn.Activation("softmax"), "activation: expected one of linear, .*got 'softmax'"),
    ],
)
def test_what_would_be_a_wrong_loss_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_linear_activation_passes_all_on():
    assert nn.Activation("linear")([[1.0, -2.0]]) == [[1.0, -2.0]]


def test_a_class_that_cannot_be_has_no_gradient_whichever_way_the_target_is_told():
    p = 1 / (1 + math.exp(-1.0))
    for target in (1, [0, 1, 0]):
        z = [Value(-math.inf), Value(0.0), Value(1.0)]
        loss = nn.cross_entropy(z, target)
        loss.backward()
        assert loss.data == pytest.approx(math.log(1 + math.e), rel=1e-14)
        assert [v.grad for v in z] == pytest.approx([0.0, -p, p], abs=1e-15)
