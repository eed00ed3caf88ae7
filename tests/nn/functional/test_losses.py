"""Losses: worked examples, stability and reductions; and no loss reads ``data``."""

import math

import pytest

import nn
from autograd import Value, evaluate, grad, hessian, trace
from autograd.graph.pytree import leaves, rebuild
from autograd.numbers import Operators
from nn import cross_entropy, hinge


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


def test_a_one_hot_row_and_an_index_give_the_same_loss():
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
def test_binary_cross_entropy_of_a_logit_is_exact_for_large_logits(z, target, loss, slope):
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
    """A number that knows only the operation that produced it; it has no ``data``."""

    def __apply__(self, op, args):
        result = Symbol()
        result.op = op
        return result


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


def test_an_impossible_class_has_no_gradient_for_an_index_and_for_a_one_hot_row():
    p = 1 / (1 + math.exp(-1.0))
    for target in (1, [0, 1, 0]):
        z = [Value(-math.inf), Value(0.0), Value(1.0)]
        loss = nn.cross_entropy(z, target)
        loss.backward()
        assert loss.data == pytest.approx(math.log(1 + math.e), rel=1e-14)
        assert [v.grad for v in z] == pytest.approx([0.0, -p, p], abs=1e-15)


def softmax(z):
    powers = [math.exp(v - max(z)) for v in z]
    return [p / math.fsum(powers) for p in powers]


@pytest.mark.parametrize(
    "z",
    [[0.0], [1.0, 1.0], [0.5, -0.25, 2.0], [3.0, 3.0, -1.0, 3.0], [700.0, 710.0, 705.0], [-1000.5, -1000.0, -1001.0]],
)
def test_the_gradient_of_cross_entropy_is_p_minus_y(z):
    for target in range(len(z)):
        logits = [Value(v) for v in z]
        loss = cross_entropy(logits, target)
        loss.backward()
        assert loss.data == pytest.approx(-math.log(softmax(z)[target]), rel=1e-14, abs=1e-15)
        expected = [p - (k == target) for k, p in enumerate(softmax(z))]
        assert [v.grad for v in logits] == pytest.approx(expected, rel=0, abs=1e-15)
        assert cross_entropy(z, target) == loss.data


@pytest.mark.parametrize(
    ("z", "target", "loss", "gradient"),
    [
        ([1000.0, -1000.0], 0, 0.0, [0.0, 0.0]),
        ([1000.0, -1000.0], 1, 2000.0, [1.0, -1.0]),
        ([-1000.0, -1000.0], 0, math.log(2), [-0.5, 0.5]),
        ([1000.0, 0.0, -1000.0], 1, 1000.0, [1.0, -1.0, 0.0]),
    ],
)
def test_cross_entropy_is_stable_at_large_logits(z, target, loss, gradient):
    logits = [Value(v) for v in z]
    out = cross_entropy(logits, target)
    out.backward()
    assert (out.data, [v.grad for v in logits]) == (loss, gradient)


@pytest.mark.parametrize(
    ("score", "target", "loss", "gradient"),
    [(0.25, 1, 0.75, -1.0), (0.25, -1, 1.25, 1.0), (2.0, 1, 0.0, 0.0), (-2.0, 1, 3.0, -1.0), (-2.0, -1, 0.0, 0.0)],
)
def test_hinge(score, target, loss, gradient):
    s = Value(score)
    out = hinge(s, target)
    out.backward()
    assert (out.data, s.grad) == (loss, gradient)
    assert hinge(score, target) == loss
