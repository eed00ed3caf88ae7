"""The lectures, items 11 to 13: activations and their faults, and losses."""

import math
import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
import nn
from autograd import Value, explain, grad, gradcheck, latex
from autograd.diagnose import gradient_flow, units

Z = st.floats(-4, 4).filter(lambda z: abs(z) > 0.01)


# 11. Activations

DERIVATIVES = {
    "sigmoid": lambda z: ag.sigmoid(z) * (1 - ag.sigmoid(z)),
    "tanh": lambda z: 1 - math.tanh(z) ** 2,
    "relu": lambda z: float(z > 0),
    "leaky_relu": lambda z: 1.0 if z > 0 else 0.01,
    "softplus": ag.sigmoid,
    "elu": lambda z: 1.0 if z > 0 else math.exp(z),
}


@pytest.mark.parametrize("name", DERIVATIVES)
@given(Z)
def test_11_each_activation_with_its_derivative(name, z):
    f = getattr(ag, name)
    slope = grad(f)(z)
    assert slope == pytest.approx(DERIVATIVES[name](z), rel=1e-9)
    assert gradcheck(f, [z]).verdict == "PASS"


@given(Z, st.sampled_from([0.5, 1.0, 3.0]))
def test_11_the_sigmoid_with_a_slope(z, beta):
    y = nn.activations.sigmoid(z, slope=beta)
    assert grad(lambda v: nn.activations.sigmoid(v, slope=beta))(z) == pytest.approx(beta * y * (1 - y))


def test_11_the_derivation_of_the_sigmoid_step_by_step():
    s = Value(1.0, label="s")
    assert latex(s.sigmoid(), by=s) == r"\sigma(s) \cdot \left(1 - \sigma(s)\right)"
    assert "∂L/∂s = L × (1 − L) = 0.197 × 1.00 = 0.197" in str(explain(s.sigmoid()))
    lines = str(explain(1 / (1 + (-s).exp()))).split("backward\n")[1].split("\n\n")[0].splitlines()
    assert [line.split()[0] for line in lines] == ["∂L/∂L", "∂L/∂v3", "∂L/∂v2", "∂L/∂v1", "∂L/∂s"]
    assert lines[-1].endswith("= 0.197")  # the same through −1, exp, +1 and 1/x


def test_11_softmax_is_the_same_with_the_maximum_subtracted():
    z = [1.0, -2.0, 0.5]
    top = max(z)
    powers = [math.exp(v - top) for v in z]
    assert ag.softmax(z) == pytest.approx([p / sum(powers) for p in powers], rel=1e-14)
    assert ag.softmax([v + 1000 for v in z]) == pytest.approx(ag.softmax(z), rel=1e-12)


def test_11_noisy_relu_maxout_and_the_hard_ones():
    draws = [nn.noisy_relu(0.0, std=1.0) for _ in range(4000)]
    assert min(draws) == 0.0
    assert sum(draws) / len(draws) == pytest.approx(1 / math.sqrt(2 * math.pi), abs=0.04)  # the mean of max(0, N(0, 1))
    w = [Value(-1.0), Value(2.0)]
    nn.maxout([w[0] * 3.0, w[1] * 3.0]).backward()
    assert [v.grad for v in w] == [0.0, 3.0]
    assert [ag.sign(z) for z in (-2.0, 0.0, 3.0)] == [-1, 0, 1]
    assert [nn.threshold(z) for z in (-2.0, 0.0, 3.0)] == [0, 1, 1]
    assert grad(lambda z: nn.threshold(z) + ag.sign(z) + 0 * z)(0.5) == 0.0


def test_11_an_activation_that_is_not_monotone_adds_local_extrema():
    def extrema(f):
        slopes = [grad(lambda w: (f(2 * w) - 0.3) ** 2)(k / 20) for k in range(-100, 101)]
        return sum(a * b < 0 for a, b in pairwise(slopes))

    assert [extrema(f) for f in (ag.tanh, ag.softplus)] == [1, 1]
    assert extrema(ag.sin) > 5


# 12. Saturation, zero-centredness, dead units, sparsity


def test_12_a_saturated_neuron_hardly_learns():
    neuron = nn.Neuron(1, activation="sigmoid", init="zeros")
    for bias, saturated in (0.0, 0.0), (8.0, 1.0):
        neuron.b.data = bias
        assert units(neuron([1.0]))[0].saturated == saturated
    neuron.zero_grad()
    neuron([1.0]).backward()
    assert 0 < neuron.w[0].grad < 1e-3


def test_12_gradients_vanish_through_layers_of_sigmoids_but_not_of_relus():
    def first_to_last(activation, init):
        net = nn.MLP(4, [8] * 8 + [1], activation=activation, init=init)
        flow = gradient_flow(net, nn.mse(net([0.5, -1.0, 2.0, 1.0]), 3.0))
        return flow[0].median / flow[-1].median, flow[0].flag

    ratio, flag = first_to_last("sigmoid", "xavier_uniform")
    assert ratio < 0.25**4
    assert flag == "vanishing"
    assert first_to_last("relu", "kaiming_uniform")[0] > 1e-2


@given(st.lists(st.floats(0.01, 1), min_size=3, max_size=3), st.sampled_from([1.0, -1.0]))
def test_12_positive_inputs_give_the_weights_of_a_neuron_gradients_of_one_sign(x, upstream):
    for activation in "sigmoid", "relu":  # the outputs of a layer of sigmoids or ReLUs are positive
        neuron = nn.Neuron(3, activation=activation)
        neuron.b.data = 4.0  # the ReLU is active
        (neuron([Value(v) for v in x]) * upstream).backward()
        assert {math.copysign(1, w.grad) for w in neuron.w} == {upstream}


def test_12_so_the_descent_zig_zags():
    def descend(X):
        """Learn one sample at a time to within 0.05 of the best weights, (1, −1)."""
        neuron = nn.Neuron(2, nonlin=False, bias=False, init="zeros")
        turns, path = [], 0.0
        while math.dist([w.data for w in neuron.w], (1, -1)) > 0.05:
            x = X[len(turns) % len(X)]
            neuron.zero_grad()
            nn.euclidean([neuron(x)], [x[0] - x[1]]).backward()
            turns.append(neuron.w[0].grad * neuron.w[1].grad)
            nn.SGD(neuron.w, lr=0.5).step()
            path += 0.5 * math.hypot(*(w.grad for w in neuron.w))
        return path / math.sqrt(2), turns

    positive = [[1.0, 0.2], [0.3, 1.0], [0.9, 0.4], [0.2, 0.8]]
    crooked, turns = descend(positive)
    assert all(turn >= 0 for turn in turns)  # both weights go up or both down, never one each
    straight, free = descend([[x, y * (-1) ** k] for k, (x, y) in enumerate(positive)])
    assert any(turn < 0 for turn in free)
    assert straight < 0.8 * crooked


def test_12_a_dead_relu_never_comes_back():
    X = [[k / 10] for k in range(11)]
    net = nn.MLP(1, [1, 1])
    net.layers[0].neurons[0].w[0].data, net.layers[0].neurons[0].b.data = 1.0, -5.0
    hidden = [unit for unit in units(*(net(x) for x in X)) if unit.op == "relu"]
    assert [unit.dead for unit in hidden] == [True]
    before = net.layers[0].state_dict()
    nn.fit(
        net, (X, [1.0, *[2.0] * 10]), loss=nn.mse, optimizer=lambda ps: nn.SGD(ps, lr=0.1), epochs=20, progress=False
    )
    assert net.layers[0].state_dict() == before


def test_12_about_half_of_the_relus_are_active():
    layer = nn.Layer(10, 50)
    X = [[random.gauss(0, 1) for _ in range(10)] for _ in range(30)]
    shares = [unit.active for unit in units(*(out for x in X for out in layer(x)))]
    assert len(shares) == 50
    assert sum(shares) / 50 == pytest.approx(0.5, abs=0.1)
    assert sum(unit.active for unit in units(*nn.Layer(10, 5, activation="tanh")(X[0]))) == 5


# 13. Losses


def test_13_the_lectures_cross_entropy_and_its_relatives():
    p, t = [0.1, 0.2, 0.6, 0.1], [0, 0, 1, 0]
    assert nn.log_loss(p, t) == pytest.approx(-math.log(0.6))
    logits = [math.log(v) for v in p]
    assert nn.cross_entropy(logits, 2) == pytest.approx(-math.log(0.6))
    q = [0.25, 0.25, 0.4, 0.1]
    assert nn.cross_entropy(logits, q) == pytest.approx(nn.entropy(q) + nn.kl_divergence(logits, q))
    assert nn.kl_divergence(logits, q) == pytest.approx(sum(b * math.log(b / a) for a, b in zip(p, q, strict=True)))
    assert nn.kl_divergence(logits, p) == pytest.approx(0.0, abs=1e-15)
    each = [ag.sigmoid(z) for z in logits]
    both = -sum(math.log(y) if k == 2 else math.log(1 - y) for k, y in enumerate(each))
    assert nn.symmetric_cross_entropy(logits, t) == pytest.approx(both)


def test_13_squares_hinges_and_the_number_of_errors():
    y, d = [1.0, 2.0, 4.0], [1.0, 0.0, 3.0]
    assert nn.euclidean(y, d) == 0.5 * (0 + 4 + 1)
    assert nn.mse(y, d) == pytest.approx(5 / 3)
    assert nn.multi_hinge([3.2, 5.1, -1.7], 0) + nn.l2([3.0, 4.0], 0.2) == pytest.approx(2.9 + 2.5)
    assert nn.hinge([2.0, 0.5, -1.0], [1, 1, 1], reduction="sum") == 0 + 0.5 + 2
    assert nn.perceptron_criterion([2.0, 0.5, -1.0], [1, 1, 1], reduction="sum") == 1
    assert nn.errors([2.0, 0.5, -1.0], [1, 1, 1]) == 1
    assert nn.bce([0.8, 0.4], [1, 0], reduction="sum") == pytest.approx(-math.log(0.8) - math.log(0.6))


@given(st.lists(st.floats(-5, 5), min_size=3, max_size=3), st.integers(0, 2))
def test_13_the_gradient_of_softmax_cross_entropy_is_p_minus_y(z, right):
    slopes = grad(lambda v: nn.cross_entropy(v, right))(z)
    assert slopes == pytest.approx([p - (k == right) for k, p in enumerate(ag.softmax(z))], abs=1e-15)
