"""The lectures, items 21 to 23: gradient descent, variants, generalisation."""

import math
import random
from itertools import product
from statistics import fmean, pvariance

import pytest

import nn
from autograd import Value, grad
from nn import schedules


def fit(net, data, optimizer=nn.SGD, lr=0.1, **options):
    defaults = {"loss": nn.mse, "epochs": 100, "progress": False, "keep": False}
    return nn.fit(net, data, optimizer=lambda ps: optimizer(ps, lr=lr), **{**defaults, **options})


# 21. Gradient descent: batch, one example, mini-batch

LINE = nn.data.sample(lambda x: 2 * x - 1, n=24, noise=0.3, seed=2)


def test_21_algorithm_1_stops_where_the_gradient_is_short():
    net = nn.Neuron(1, nonlin=False)
    exact = nn.data.sample(lambda x: 2 * x - 1, n=24, seed=2)
    history = fit(net, exact, batch_size=1, min_grad_norm=1e-3, epochs=500)
    assert history.stopped == "gradient"
    assert history["grad_norm"][-1] < 1e-3
    assert [p.data for p in net.parameters()] == pytest.approx([2, -1], abs=0.01)


def test_21_algorithm_2_takes_each_example_once_an_epoch_in_a_new_order():
    orders = [[i for batch in nn.batches(12, 5) for i in batch] for _ in range(3)]
    assert [sorted(order) for order in orders] == [list(range(12))] * 3
    assert len({*map(tuple, orders)}) == 3


def test_21_the_noise_falls_with_the_size_of_the_batch():
    net = nn.Neuron(1, nonlin=False)

    def slopes(size):
        found = []
        for _ in range(40):
            for batch in nn.batches(24, size):
                net.zero_grad()
                nn.mse([net(LINE[0][i]) for i in batch], [LINE[1][i] for i in batch]).backward()
                found.append(net.w[0].grad)
        return found

    one, six, all_ = (slopes(size) for size in (1, 6, None))
    assert fmean(one) == pytest.approx(fmean(six)) == pytest.approx(fmean(all_))  # the same direction on average
    assert pvariance(one) > 4 * pvariance(six) > 0
    assert pvariance(all_) == pytest.approx(0, abs=1e-25)


def test_21_one_examples_update_may_raise_the_full_error():
    w = Value(0.0)
    targets = [1.0, -0.5]

    def full():
        return nn.mse([w * 1.0, w * 1.0], targets).data

    before = full()
    nn.mse(w * 1.0, targets[0]).backward()
    nn.SGD([w], lr=0.4).step()
    assert (round(w.data, 9), before < full()) == (0.8, True)


def test_21_noise_leaves_a_saddle():
    """Descend J = x² + (y² − 1)²/4 from its saddle at 0.

    The two examples differ by ±y/4, which cancels in the mean.
    """

    def walk(pick):
        x, y = Value(1.0), Value(0.0)
        for _ in range(400):
            parts = [x * x + (y * y - 1) ** 2 / 4 + sign * y / 4 for sign in (1, -1)]
            loss = nn.SGD([x, y], lr=0.05)
            loss.zero_grad()
            pick(parts).backward()
            loss.step()
        return x.data, y.data

    stuck = walk(lambda parts: (parts[0] + parts[1]) / 2)
    assert stuck == (pytest.approx(0, abs=1e-9), 0.0)
    free = walk(random.choice)
    assert abs(free[1]) > 0.7


# 22. Learning rates and other optimizers


def test_22_schedules():
    assert [schedules.exponential(0.5, 0.1)(t) for t in (0, 10)] == pytest.approx([0.5, 0.5 * math.exp(-1)])
    assert [schedules.inverse_time(0.5, 0.1)(t) for t in (0, 10)] == pytest.approx([0.5, 0.25])
    assert [schedules.step_decay(0.5, 3)(t) for t in (0, 2, 3, 6)] == pytest.approx([0.5, 0.5, 0.05, 0.005])


def valley(a, b):
    return a * a / 2 + 50 * b * b


def start():
    return [Value(10.0), Value(1.0)]


def steps(optimizer, **options):
    p = start()
    optimizer = optimizer(p, **options)
    for n in range(1, 2000):
        if isinstance(optimizer, nn.Newton | nn.LBFGS):
            optimizer.step(lambda: valley(*p))
        else:
            optimizer.zero_grad()
            valley(*p).backward()
            optimizer.step()
        if valley(*p).data < 1e-6:
            return n
    return math.inf


def test_22_not_the_steepest_descent():
    p = start()
    slope = grad(valley)(p[0].data, p[1].data), grad(valley, 1)(p[0].data, p[1].data)
    nn.Newton(p).step(lambda: valley(*p))
    moved = p[0].data - 10, p[1].data - 1
    cosine = -(slope[0] * moved[0] + slope[1] * moved[1]) / math.hypot(*slope) / math.hypot(*moved)
    assert [v.data for v in p] == pytest.approx([0, 0], abs=1e-9)  # one step of Newton reaches the minimum
    assert 0 < cosine < 0.3  # in a direction far from the gradient
    assert steps(nn.Newton) == 1
    assert steps(nn.LBFGS) < 15


def test_22_rates_for_each_connection_and_momentum_cross_a_valley_faster():
    plain = steps(nn.SGD, lr=0.015)
    assert steps(nn.SGD, lr=0.015, momentum=0.8) < plain
    assert steps(nn.Adam, lr=0.5) < plain
    assert steps(nn.Adagrad, lr=5.0) < plain
    assert steps(nn.RMSprop, lr=0.05) < plain
    assert steps(nn.SGD, lr=0.021) == math.inf  # above 2/100 it diverges on the steep side of the valley


def test_22_one_rate_for_all_that_follows_the_error():
    p, before, n_steps = start(), math.inf, 0
    optimizer = nn.SGD(p, lr=0.001)
    while (error := valley(*p)).data > 1e-6:
        optimizer.lr *= 1.1 if error.data < before else 0.5  # up while the error falls, down when it rises
        before = error.data
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        n_steps += 1
    assert n_steps < steps(nn.SGD, lr=0.001) / 4  # compared with the initial rate


# 23. Regularisation


def test_23_weight_decay_by_squares_and_by_magnitudes():
    theta = [Value(3.0), Value(-0.5)]
    nn.l2(theta, 0.1).backward()
    assert [t.grad for t in theta] == pytest.approx([0.3, -0.05])  # λθ
    for t in theta:
        t.grad = 0.0
    nn.l1(theta, 0.1).backward()
    assert [t.grad for t in theta] == pytest.approx([0.1, -0.1])  # λ·sgn θ


def test_23_dropout_keeps_the_mean_and_is_off_in_evaluation():
    x, n = 3.0, 20_000
    drop, noise = nn.Dropout(0.3), [x + random.gauss(0, 1) for _ in range(n)]
    dropped = [drop([x])[0] for _ in range(n)]
    assert {*dropped} == {0.0, x / 0.7}
    assert dropped.count(0.0) / n == pytest.approx(0.3, abs=0.02)
    assert fmean(dropped) == pytest.approx(x, abs=0.05)
    assert fmean(noise) == pytest.approx(x, abs=0.05)  # noise on the input keeps the mean too, but drops nothing
    assert drop.eval()([x]) == [x]


def test_23_a_shared_weight_gets_the_sum_of_what_its_places_get():
    x = [0.5, -1.0, 2.0]
    shared, apart = Value(0.3), [Value(0.3) for _ in x]
    (sum((shared * v).tanh() for v in x)).backward()
    (sum((w * v).tanh() for w, v in zip(apart, x, strict=True))).backward()
    assert shared.grad == pytest.approx(sum(w.grad for w in apart))


def test_23_early_stopping_keeps_the_weights_of_the_best_epoch():
    X, y = nn.data.sample(lambda x: x, n=6, noise=0.5, seed=4)
    held_out = nn.data.sample(lambda x: x, n=20, seed=5)
    net = nn.MLP(1, [8, 1], activation="tanh")
    history = fit(net, (X, y), nn.Adam, lr=0.03, validation=held_out, patience=30, epochs=600)
    assert history.stopped == "patience"
    least = min(history["val_loss"])
    assert nn.mse([net(x) for x in held_out[0]], held_out[1]).data == pytest.approx(least)
    assert history["val_loss"][-1] > least


def test_23_an_average_of_models_is_no_worse_than_their_mean_error():
    X, y = nn.data.sample(math.sin, n=20, low=-3, high=3, noise=0.2, seed=1)
    nets = [nn.MLP(1, [4, 1], activation="tanh") for _ in range(4)]
    for net in nets:
        fit(net, (X, y), epochs=30)
    outputs = [[net(x).data for x in X] for net in nets]
    together = nn.mse([fmean(column) for column in zip(*outputs, strict=True)], y)
    assert together < fmean(nn.mse(row, y) for row in outputs)


def train_with_and_without_pretraining(sizes, activation, seed, lr, epochs):
    """Return the errors of two equal nets, with and without pretraining."""
    random.seed(seed)
    X = [[float(b) for b in bits * 2] for bits in product((0, 1), repeat=3)]
    ready, fresh = (nn.Autoencoder(6, sizes, activation=activation, init="xavier_uniform") for _ in range(2))
    fresh.load_state_dict(ready.state_dict())
    ready.pretrain(X, optimizer=lambda ps: nn.Adam(ps, lr=lr), epochs=epochs, progress=False)
    fit(ready, (X, X), nn.Adam, lr=lr, epochs=epochs)
    fit(fresh, (X, X), nn.Adam, lr=lr, epochs=epochs * (len(sizes) + 1))
    return [nn.mse([net(x) for x in X], X).data for net in (ready, fresh)]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_23_pretraining_layer_by_layer_is_a_better_start_where_gradients_vanish(seed):
    ready, fresh = train_with_and_without_pretraining([5, 4, 3], "sigmoid", seed, lr=0.05, epochs=100)
    assert ready < 1e-3
    assert fresh > 10 * ready  # without it, six layers of sigmoids are stuck


def test_23_but_two_layers_of_tanh_do_as_well_without():
    ready, fresh = train_with_and_without_pretraining([5, 3], "tanh", 0, lr=0.03, epochs=60)
    assert fresh < 2 * ready < 1e-3
