"""The lectures, items 9 and 10: approximation, polynomial features, depth."""

import math
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import Value, sigmoid
from nn.classic import Perceptron, approximate, bumps, greatest_error, powers, step, tower

SQUARE = [[0, 0], [0, 1], [1, 0], [1, 1]]
XOR = [0, 1, 1, 0]
LINE = [[k / 200] for k in range(201)]


# 9. Universal approximation


def test_09_a_steep_sigmoid_is_a_step():
    neuron = step(at=1.0)
    assert (neuron.w[0].data, neuron.b.data) == (100, -100)
    assert [round(neuron(x).data, 4) for x in (0.9, 1.0, 1.1)] == [0.0, 0.5, 1.0]
    slopes = []
    for w in 1.0, 10.0, 100.0:
        x = Value(1.0)
        step(1.0, w)(x).backward()
        slopes.append(x.grad)
    assert slopes == [0.25, 2.5, 25.0]  # the weight makes it steep


def test_09_a_bump_from_two_hidden_units():
    net = bumps((0.4, 0.6, 1.2))
    hidden, (out,) = (layer.neurons for layer in net.layers)
    assert [-h.b.data / h.w[0].data for h in hidden] == pytest.approx([0.4, 0.6])
    assert [w.data for w in out.w] == [1.2, -1.2]
    assert [round(net(x).data, 3) for x in (0.2, 0.39, 0.41, 0.5, 0.59, 0.61)] == [0, 0, 1.2, 1.2, 1.2, 0]


def test_09_more_bumps_are_nearer():
    def f(x):
        return 0.2 + 0.4 * x * x + 0.3 * x * math.sin(15 * x) + 0.05 * math.cos(50 * x)

    def rms_error(n):
        net = bumps(*((k / n, (k + 1) / n, f((k + 0.5) / n)) for k in range(n)))
        return math.sqrt(sum((net(x).data - f(*x)) ** 2 for x in LINE) / len(LINE))

    errors = [rms_error(n) for n in (2, 5, 10, 40)]
    assert all(after < 0.75 * before for before, after in pairwise(errors))


def test_09_a_step_along_one_input_and_a_tower():
    neuron = nn.Neuron(2, activation="sigmoid", init="zeros")
    neuron.w[0].data, neuron.b.data = 100.0, -50.0  # w2 = 0
    assert {round(neuron([0.6, y]).data, 3) for y in (-5, 0, 5)} == {1.0}
    assert {round(neuron([0.4, y]).data, 3) for y in (-5, 0, 5)} == {0.0}
    net = tower((0.2, 0.6), (0.4, 0.8))
    assert [len(layer.neurons) for layer in net.layers] == [4, 1]
    for x, y in product([k / 10 + 0.05 for k in range(10)], repeat=2):
        assert net([x, y]).data == pytest.approx(float(0.2 < x < 0.6 and 0.4 < y < 0.8), abs=1e-3)


def test_09_a_function_to_a_given_error_by_construction_and_by_training():
    def f(x):
        return math.sin(2 * math.pi * x)

    built, error = approximate(f, [(0.0, 1.0)], eps=0.1)
    assert greatest_error(built, f, LINE) <= error <= 0.1
    net, X = nn.MLP(1, [6, 1], activation="tanh", init="xavier_normal"), LINE[::8]
    y = [f(*x) for x in X]
    before = greatest_error(net, f, LINE)
    nn.fit(net, (X, y), loss=nn.mse, optimizer=nn.LBFGS, epochs=120, progress=False, keep=False)
    assert greatest_error(net, f, LINE) <= 0.1 < before
    assert len(net.parameters()) < len(built.parameters())


def test_09_a_function_on_a_square_by_construction_and_by_training():
    def f(x, y):
        return math.sin(math.pi * x) * y

    off_the_grid = [[i / 17, j / 17] for i, j in product(range(18), repeat=2)]
    built, error = approximate(f, [(0.0, 1.0), (0.0, 1.0)], eps=0.15)
    assert greatest_error(built, f, off_the_grid) <= error <= 0.15
    net, X = (
        nn.MLP(2, [4, 1], activation="tanh", init="xavier_normal"),
        [[i / 6, j / 6] for i in range(7) for j in range(7)],
    )
    before = greatest_error(net, f, off_the_grid)
    nn.fit(net, (X, [f(*x) for x in X]), loss=nn.mse, optimizer=nn.LBFGS, epochs=60, progress=False, keep=False)
    assert greatest_error(net, f, off_the_grid) <= 0.15 < before  # as close as the construction,
    assert 30 * len(net.parameters()) < len(built.parameters())  # with 17 numbers instead of 551


# 10. Features, depth, and what linear layers cannot do


def test_10_one_layer_on_polynomial_features_against_two():
    shallow = nn.Neuron(2, activation="sigmoid")
    deep = nn.MLP(2, [2, 1], activation=["tanh", "sigmoid"])
    x = 0.7
    t = [p.data for p in shallow.parameters()]
    assert shallow(powers(x, 2)).data == pytest.approx(sigmoid(t[2] + t[0] * x + t[1] * x * x))
    (a1, a2, a0), (b1, b2, b0), (c1, c2, c0) = (
        [p.data for p in n.parameters()] for n in (*deep.layers[0].neurons, *deep.layers[1].neurons)
    )
    h1, h2 = math.tanh(a0 + a1 * x + a2 * x * x), math.tanh(b0 + b1 * x + b2 * x * x)
    assert deep(powers(x, 2)).data == pytest.approx(sigmoid(c0 + c1 * h1 + c2 * h2))
    assert len(deep.parameters()) == 9  # θ0 to θ8

    def sides(model):
        answers = [model(powers(k / 10, 2)).data > 0.5 for k in range(-40, 41)]
        return sum(a != b for a, b in pairwise(answers))

    assert max(sides(nn.Neuron(2, activation="sigmoid")) for _ in range(200)) <= 2  # a parabola has two roots
    for neuron, (w1, w2, b) in zip(
        [*deep.layers[0].neurons, *deep.layers[1].neurons], [(0, 8, -32), (0, 8, -8), (1, -1, 1)], strict=True
    ):
        neuron.w[0].data, neuron.w[1].data, neuron.b.data = float(w1), float(w2), float(b)
    assert sides(deep) == 4  # |x| < 1 and |x| > 2: no parabola does that


def bands(x):
    return abs(x) < 1 or abs(x) > 2


def discs(x, y):
    return math.hypot(x + 2, y) < 1.3 or math.hypot(x - 2, y) < 1.3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("inside", "X"),
    [(bands, [[k / 5] for k in range(-15, 16)]), (discs, [[i, j] for i in range(-4, 5) for j in range(-2, 3)])],
)
def test_10_trained_on_quadratics_a_second_layer_does_what_no_single_one_can(inside, X):
    """Compare one layer on quadratic features with two layers."""
    features, y = [powers(x, 2) for x in X], [int(inside(*x)) for x in X]
    n = len(features[0])
    options = {"loss": nn.bce_with_logits, "optimizer": nn.LBFGS, "epochs": 30, "progress": False, "keep": False}

    def train_best(make):
        model = nn.restarts(4, make, (features, y), seed=0, **options).model
        return len(model.parameters()), nn.errors([model(x) for x in features], y)

    on_a_line = [inside(*x) for x in X if x[1:] in ([], [0])]
    assert sum(a != b for a, b in pairwise(on_a_line)) == 4  # a quadratic has at most two roots
    parameters, wrong = train_best(lambda: nn.Neuron(n, nonlin=False))
    assert (parameters, wrong > 0) == (n + 1, True)
    assert train_best(lambda: nn.MLP(n, [2, 1], activation="tanh")) == (2 * (n + 1) + 3, 0)


@given(st.lists(st.floats(-2, 2), min_size=2, max_size=2))
def test_10_linear_layers_collapse_to_one(x):
    net = nn.MLP(2, [3, 3, 1], activation="linear")
    rows = [[net([float(i == k) for i in range(2)]).data - net([0.0, 0.0]).data for k in range(2)]]
    assert net(x).data == pytest.approx(rows[0][0] * x[0] + rows[0][1] * x[1] + net([0.0, 0.0]).data, abs=1e-9)


def train(net, y):
    nn.fit(
        net, (SQUARE, y), loss=nn.bce_with_logits, optimizer=lambda ps: nn.Adam(ps, lr=0.1), epochs=150, progress=False
    )
    return nn.errors([net(x) for x in SQUARE], y)


def test_10_a_fixed_output_nonlinearity_is_not_enough():
    assert train(nn.MLP(2, [4, 1], activation="linear"), XOR) >= 1  # σ of a linear function is still a half plane
    assert train(nn.MLP(2, [4, 1], activation="linear"), [0, 1, 1, 1]) == 0
    assert train(nn.MLP(2, [4, 1], activation="tanh"), XOR) == 0


def test_10_hidden_units_are_features_that_were_learnt():
    net = nn.MLP(2, [4, 1], activation="tanh")
    assert train(net, XOR) == 0
    hidden = [[h.data for h in net.layers[0](x)] for x in SQUARE]
    assert Perceptron(2, low=0).fit(SQUARE, XOR)[-1] > 0
    assert Perceptron(4, low=0).fit(hidden, XOR)[-1] == 0  # on them, one threshold unit suffices
