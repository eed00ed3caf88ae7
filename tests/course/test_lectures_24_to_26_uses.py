"""The lectures, items 24 to 26: initial weights, uses, the Playground's data."""

import math
import random
from itertools import combinations
from statistics import fmean, pvariance

import pytest

import nn
from autograd import sigmoid
from autograd.diagnose import units


def fit(net, data, optimizer=nn.SGD, lr=0.1, **options):
    defaults = {"loss": nn.mse, "epochs": 100, "progress": False, "keep": False}
    return nn.fit(net, data, optimizer=lambda ps: optimizer(ps, lr=lr), **{**defaults, **options})


# 24. Initial weights and data


def test_24_weights_near_zero_start_where_the_sigmoid_is_steep():
    def saturated(init):
        layer = nn.Layer(30, 20, activation="sigmoid", init=init)
        return fmean(unit.saturated for unit in units(*layer([random.gauss(0, 3) for _ in range(30)])))

    assert saturated("small") == 0
    assert saturated("normal") > 0.5
    zeros = nn.MLP(2, [2, 1], activation="tanh", init="zeros")
    fit(zeros, ([[0, 1], [1, 0]], [0, 1]))
    assert {p.data for p in zeros.layers[0].parameters()} == {0.0}  # but with zeros all units stay equal


def test_24_random_restarts_escape_a_local_minimum():
    X, y = nn.data.sample(lambda x: math.sin(3 * x), n=30, low=-2, high=2, seed=6)

    def wave():
        return nn.Neuron(1, activation="sin", bias=False, init=lambda nin, nout: random.uniform(0, 10))

    stuck = wave()
    stuck.w[0].data = 8.3
    options = {"loss": nn.mse, "epochs": 60, "progress": False}
    assert fit(stuck, (X, y), epochs=60).best_score > 0.6
    assert stuck.w[0].data == pytest.approx(8, abs=0.1)  # a local minimum
    best = nn.restarts(8, wave, (X, y), optimizer=lambda ps: nn.SGD(ps, lr=0.1), seed=0, **options)
    assert best.best_score < 1e-3
    assert best.model.w[0].data == pytest.approx(3, abs=0.01)


def test_24_standardised_and_scaled_from_min_to_max():
    X = [[1.0, 100.0], [2.0, 300.0], [3.0, 500.0]]
    standard, scaled = nn.StandardScaler().fit(X).transform(X), nn.MinMaxScaler().fit(X).transform(X)
    assert scaled == [[0, 0], [0.5, 0.5], [1, 1]]
    for column in zip(*standard, strict=True):
        assert (fmean(column), pvariance(column)) == (pytest.approx(0), pytest.approx(1))


def test_24_a_hidden_size_is_chosen_on_validation_and_judged_on_test():
    X, y = nn.data.sample(lambda x: math.sin(4 * x), n=60, noise=0.05, seed=3)
    train, val, test = nn.split(X, y)
    scores = {}
    for hidden in 1, 2, 6:
        random.seed(0)
        net = nn.MLP(1, [hidden, 1], activation="tanh")
        fit(net, train, nn.Adam, lr=0.1, epochs=150)
        scores[hidden] = [nn.mse([net(x) for x in part[0]], part[1]).data for part in (val, test)]
    chosen = min(scores, key=lambda hidden: scores[hidden][0])
    assert chosen > 1
    assert scores[chosen][1] < scores[1][1] / 5


# 25. What networks are used for


def test_25_regression_has_a_linear_last_neuron():
    data = nn.data.sample(lambda x: 10 + 5 * x, n=20, seed=1)
    linear, squashed = nn.MLP(1, [4, 1], activation="tanh"), nn.MLP(1, [4, 1], activation=["tanh", "tanh"])
    errors = [fit(net, data, nn.Adam, lr=0.1, epochs=200)["loss"][-1] for net in (linear, squashed)]
    assert errors[0] < 0.1
    assert errors[1] > 50  # tanh never exceeds 1


def test_25_classification_has_one_output_for_each_class():
    X, y = nn.data.blobs(45, centers=3, seed=2)
    net = nn.MLP(2, [6, 3], activation="tanh")
    fit(net, (X, y), nn.Adam, lr=0.1, epochs=40, loss=nn.cross_entropy)
    assert len(net(X[0])) == 3
    assert nn.accuracy([net(x) for x in X], y) > 0.95


ONE_OF_EIGHT = [[float(i == k) for i in range(8)] for k in range(8)]


def test_25_compression_goes_through_a_bottleneck():
    net = nn.Autoencoder(8, [3], init="xavier_uniform")  # 8-3-8
    assert len(net.encode(ONE_OF_EIGHT[0])) == 3
    errors = {}
    for size in 7, 3, 1:
        model = nn.Autoencoder(8, [size], init="xavier_uniform")
        errors[size] = fit(model, (ONE_OF_EIGHT, ONE_OF_EIGHT), nn.Adam, lr=0.05, epochs=200)["loss"][-1]
    # linear both ways, it keeps size of the 7 directions in which eight points in general position differ
    assert errors == {size: pytest.approx((7 - size) / 64, abs=1e-3) for size in (7, 3, 1)}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_25_a_nonlinear_encoder_8_3_8_gives_back_each_of_its_inputs(seed):
    """Encode eight symbols in log₂ 8 hidden units (Rumelhart et al., 1986)."""
    random.seed(seed)
    net = nn.MLP(8, [3, 8], activation="tanh", init="xavier_uniform")
    fit(net, (ONE_OF_EIGHT, ONE_OF_EIGHT), nn.Adam, lr=0.1, epochs=600, loss=nn.bce_with_logits)
    for x in ONE_OF_EIGHT:
        assert [sigmoid(v.data) for v in net(x)] == pytest.approx(x, abs=0.05)
    codes = [[h.data for h in net.layers[0](x)] for x in ONE_OF_EIGHT]
    assert [len(code) for code in codes] == [3] * 8
    assert min(math.dist(a, b) for a, b in combinations(codes, 2)) > 0.5


# 26. The data sets of TensorFlow's Playground

SETS = {
    "gauss": (nn.data.gauss(40, seed=1), 1.0),
    "circles": (nn.data.circles(40, seed=1), 0.75),
    "xor": (nn.data.xor(40, seed=1), 0.8),
    "spiral": (nn.data.spiral(40, noise=0.0, seed=1, turns=0.75), 0.85),
}


@pytest.mark.parametrize("name", SETS)
def test_26_linear_data_without_a_hidden_layer_and_the_rest_with_one(name):
    (X, y), most = SETS[name]
    options = {"loss": nn.bce_with_logits, "metrics": {"accuracy": nn.accuracy}}
    options |= {"epochs": 300, "lr": 0.1, "callbacks": [lambda history: history["accuracy"][-1] == 1.0]}
    flat = fit(nn.Neuron(2, nonlin=False), (X, y), nn.Adam, **options)["accuracy"][-1]
    deep = fit(nn.MLP(2, [8, 1], activation="tanh"), (X, y), nn.Adam, **options)["accuracy"][-1]
    assert deep == 1.0
    assert flat == 1.0 if name == "gauss" else flat < most
