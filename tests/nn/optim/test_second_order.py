"""Newton and LBFGS: convergence, saddles, line search and training."""

import math

import pytest

import nn
from autograd import Value, hessian
from tests.helpers.line_fitting import fit


def rosenbrock(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


@pytest.mark.parametrize(
    ("make", "steps"), [(nn.Newton, 25), (nn.LBFGS, 60), (lambda ps: nn.LBFGS(ps, curvature="difference"), 60)]
)
def test_second_order_steps_reach_the_end_of_rosenbrocks_valley(make, steps):
    x, y = Value(-1.2), Value(1.0)
    optimizer = make([x, y])
    losses = [optimizer.step(lambda: rosenbrock(x, y)).data for _ in range(steps)]
    assert losses == sorted(losses, reverse=True)
    assert (x.data, y.data) == (pytest.approx(1.0, abs=1e-6), pytest.approx(1.0, abs=1e-6))
    plain = nn.SGD([a := Value(-1.2), b := Value(1.0)], lr=1e-3)
    for _ in range(steps):
        plain.zero_grad()
        rosenbrock(a, b).backward()
        plain.step()
    assert rosenbrock(a, b).data > 1  # the steepest descent is still on its way


def test_newtons_direction_solves_the_system_of_the_hessian():
    def f(p):
        return p[0] ** 4 + 3 * p[0] * p[1] + 5 * p[1] ** 2 + (p[2] - p[0]) ** 2

    start = [1.0, 0.5, -2.0]
    p = [Value(v) for v in start]
    optimizer = nn.Newton(p, line_search=False)
    optimizer.step(lambda: f(p))
    moved = [v.data - s for v, s in zip(p, start, strict=True)]
    image = [sum(h * d for h, d in zip(row, moved, strict=True)) for row in hessian(f)(start)]
    assert image == pytest.approx([-v.grad for v in p], rel=1e-9)


def test_newton_leaves_a_saddle_and_never_climbs():
    x, y = Value(0.5), Value(1e-3)
    optimizer = nn.Newton([x, y])
    losses = [optimizer.step(lambda: x**2 - y**2 + y**4).data for _ in range(30)]
    assert losses == sorted(losses, reverse=True)
    assert abs(y.data) == pytest.approx(math.sqrt(0.5), abs=1e-6)


@pytest.mark.parametrize("make", [nn.Newton, nn.LBFGS])
def test_second_order_steps_train_a_network(make):
    data = nn.data.sample(lambda x: math.sin(3 * x), n=10, seed=1)
    model = nn.MLP(1, [3, 1], activation="tanh")
    history = fit(model, data, optimizer=make, epochs=40)
    assert history["loss"][-1] < history["loss"][0] / 50


def test_a_step_that_never_decreases_the_loss_is_not_taken():
    x = Value(1.0)
    calls = []

    def closure():
        calls.append(x.data)
        return x * 0.0 + len(calls) + x  # it rises with every evaluation

    nn.LBFGS([x]).step(closure)
    assert x.data == 1.0
    assert len(calls) > 10
