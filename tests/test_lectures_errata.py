"""The errata of the lectures: each wrong formula is refused by the checker, and the right one passes."""

import math

import pytest

import autograd as ag
from autograd import Value, grad
from autograd.check import derivative
from nn.classic import Circuit, McCullochPitts


def agrees(f, x, claimed):
    """Say whether a claimed derivative lies within the error of the numeric one, which must be small."""
    found = derivative(f, x)
    assert found.error < 1e-6
    return abs(claimed - found.value) <= found.error


@pytest.mark.parametrize("z", [-2.0, -0.3])
def test_the_derivative_of_relu_is_not_the_sign(z):
    assert not agrees(ag.relu, z, ag.sign(z))  # −1
    assert agrees(ag.relu, z, 0.0)
    assert grad(ag.relu)(z) == 0.0
    assert agrees(ag.relu, -z, ag.sign(-z))  # it is right above 0 only


@pytest.mark.parametrize(("y", "a"), [(1.0, 0.3), (0.0, 0.8)])
def test_the_gradient_of_the_squared_error_is_not_2_times_y_minus_a(y, a):
    def error(out):
        return (y - out) ** 2

    assert not agrees(error, a, 2 * (y - a))
    assert agrees(error, a, -2 * (y - a))
    assert grad(error)(a) == pytest.approx(2 * (a - y))


def test_delta_of_a_hidden_unit_has_a_derivative_and_the_layers_own_input():
    """A chain x → z = σ(u·x) → h = σ(v·z) → y = w·h: ∂E/∂v is δ·z, with δ = (y − t)·w·h(1 − h)."""
    x, t, u, v, w = 1.7, 0.2, 0.6, -0.9, 1.3

    def error(weight):
        return (w * ag.sigmoid(weight * ag.sigmoid(u * x)) - t) ** 2 / 2

    z = ag.sigmoid(u * x)
    h = ag.sigmoid(v * z)
    back = (w * h - t) * w
    assert agrees(error, v, back * h * (1 - h) * z)
    assert not agrees(error, v, back * z)  # without f'
    assert not agrees(error, v, back * h * (1 - h) * x)  # with x where the layer's input belongs
    weight = Value(v)
    error(weight).backward()
    assert weight.grad == pytest.approx(back * h * (1 - h) * z)


@pytest.mark.parametrize("z", [-1.5, 0.4])
def test_one_minus_tanh_squared_is_the_derivative_of_tanh_and_not_tanh(z):
    claimed = 1 - math.tanh(z) ** 2  # printed as "tanh z =", the prime forgotten
    assert not math.isclose(ag.tanh(z), claimed, rel_tol=1e-3)
    assert agrees(ag.tanh, z, claimed)
    assert not agrees(lambda v: grad(ag.tanh)(v), z, claimed)  # nor is it that of the derivative
    assert grad(ag.tanh)(z) == pytest.approx(claimed)


def test_the_line_of_xor_is_at_one_and_a_half():
    def xor(first):
        p1, p2 = McCullochPitts([-1, -1], -first), McCullochPitts([1, 1], 0.5)
        return Circuit(2, [(p1, (0, 1)), (p2, (0, 1)), (McCullochPitts([1, 1], 1.5), (2, 3))])

    rows = [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert [int(xor(1.5)(x).data) for x in rows] == [0, 1, 1, 0]
    assert [int(xor(2.5)(x).data) for x in rows] == [0, 1, 1, 1]  # OR: at (1, 1) it is on the wrong side

    def at_1_1(line):
        return 2.0 - line  # x1 + x2 beyond the line −x1 − x2 + line = 0

    assert at_1_1(1.5) > 0 > at_1_1(2.5)
