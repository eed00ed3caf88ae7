"""The errata of the lectures: each wrong formula is refused by the checker, and the right one passes."""

import math

import pytest

import autograd as ag
from autograd import grad, gradcheck
from nn.classic import Circuit, McCullochPitts


def verdict(f, x, claimed):
    """Ask the checker whether a formula is the derivative of f at x."""
    return gradcheck(f, [x], grad=claimed).verdict


@pytest.mark.parametrize("z", [-2.0, -0.3])
def test_the_derivative_of_relu_is_not_the_sign(z):
    assert verdict(ag.relu, z, ag.sign) == "FAIL"  # −1, where it is 0
    assert verdict(ag.relu, z, grad(ag.relu)) == "PASS"
    assert grad(ag.relu)(z) == 0.0
    assert verdict(ag.relu, -z, ag.sign) == "PASS"  # it is right above 0 only


@pytest.mark.parametrize(("y", "a"), [(1.0, 0.3), (0.0, 0.8)])
def test_the_gradient_of_the_squared_error_is_not_2_times_y_minus_a(y, a):
    def error(out):
        return (y - out) ** 2

    assert verdict(error, a, lambda out: 2 * (y - out)) == "FAIL"
    assert verdict(error, a, lambda out: -2 * (y - out)) == "PASS"
    assert grad(error)(a) == pytest.approx(2 * (a - y))


def test_delta_of_a_hidden_unit_has_a_derivative_and_the_layers_own_input():
    """A chain x → z = σ(u·x) → h = σ(v·z) → y = w·h: ∂E/∂v is δ·z, with δ = (y − t)·w·h(1 − h)."""
    x, t, u, v, w = 1.7, 0.2, 0.6, -0.9, 1.3

    def error(weight):
        return (w * ag.sigmoid(weight * ag.sigmoid(u * x)) - t) ** 2 / 2

    def rule(slope, into):
        def claimed(weight):
            z = ag.sigmoid(u * x)
            h = ag.sigmoid(weight * z)
            return (w * h - t) * w * (h * (1 - h) if slope else 1) * {"x": x, "z": z}[into]

        return claimed

    assert verdict(error, v, rule(slope=True, into="z")) == "PASS"
    assert verdict(error, v, rule(slope=False, into="z")) == "FAIL"  # without f'
    assert verdict(error, v, rule(slope=True, into="x")) == "FAIL"  # with x where the layer's input belongs
    assert gradcheck(error, [v]).verdict == "PASS"
    assert grad(error)(v) == pytest.approx(rule(slope=True, into="z")(v))


@pytest.mark.parametrize("z", [-1.5, 0.4])
def test_one_minus_tanh_squared_is_the_derivative_of_tanh_and_not_tanh(z):
    def printed(a):
        return 1 - math.tanh(a) ** 2  # as "tanh(z) = 1 − tanh²(z)", the prime forgotten

    assert not math.isclose(ag.tanh(z), printed(z), rel_tol=1e-3)
    assert verdict(ag.tanh, z, printed) == "PASS"
    assert verdict(grad(ag.tanh), z, printed) == "FAIL"  # what it is the derivative of is tanh itself
    assert grad(ag.tanh)(z) == pytest.approx(printed(z))


def test_the_line_of_xor_is_at_one_and_a_half():
    def xor(first):
        p1, p2 = McCullochPitts([-1, -1], -first), McCullochPitts([1, 1], 0.5)
        return Circuit(2, [(p1, (0, 1)), (p2, (0, 1)), (McCullochPitts([1, 1], 1.5), (2, 3))])

    rows = [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert [int(xor(1.5)(x).data) for x in rows] == [0, 1, 1, 0]
    assert [int(xor(2.5)(x).data) for x in rows] == [0, 1, 1, 1]  # OR: at (1, 1) it is on the wrong side
