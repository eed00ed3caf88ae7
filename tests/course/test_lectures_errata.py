"""The errata of the lectures: FAIL as printed, and PASS as corrected."""

import pytest

import autograd as ag
from autograd import grad, gradcheck
from nn import perceptron_criterion
from nn.classic import Circuit, McCullochPitts, Perceptron


def verdict(f, x, formula):
    """Return the checker's verdict on a formula for the derivative of f at x."""
    return gradcheck(f, [x], grad=formula).verdict


@pytest.mark.parametrize("z", [-2.0, -0.3])
def test_the_derivative_of_relu_is_not_the_sign(z):
    assert verdict(ag.relu, z, ag.sign) == "FAIL"  # −1 instead of 0
    assert verdict(ag.relu, z, grad(ag.relu)) == "PASS"
    assert grad(ag.relu)(z) == 0.0
    assert verdict(ag.relu, -z, ag.sign) == "PASS"  # right only above 0


@pytest.mark.parametrize(("y", "a"), [(1.0, 0.3), (0.0, 0.8)])
def test_the_gradient_of_the_squared_error_is_not_2_times_y_minus_a(y, a):
    def error(out):
        return (y - out) ** 2

    assert verdict(error, a, lambda out: 2 * (y - out)) == "FAIL"
    assert verdict(error, a, lambda out: -2 * (y - out)) == "PASS"
    assert grad(error)(a) == pytest.approx(2 * (a - y))


def test_delta_of_a_hidden_unit_has_a_derivative_and_the_layers_own_input():
    """Check ∂E/∂v = δ·z of a chain, with δ = (y − t)·w·h(1 − h).

    The chain is x → z = σ(u·x) → h = σ(v·z) → y = w·h.
    """
    x, t, u, v, w = 1.7, 0.2, 0.6, -0.9, 1.3

    def error(weight):
        return (w * ag.sigmoid(weight * ag.sigmoid(u * x)) - t) ** 2 / 2

    def rule(slope, into):
        def formula(weight):
            z = ag.sigmoid(u * x)
            h = ag.sigmoid(weight * z)
            return (w * h - t) * w * (h * (1 - h) if slope else 1) * {"x": x, "z": z}[into]

        return formula

    assert verdict(error, v, rule(slope=True, into="z")) == "PASS"
    assert verdict(error, v, rule(slope=False, into="z")) == "FAIL"  # without f'
    assert verdict(error, v, rule(slope=True, into="x")) == "FAIL"  # with x instead of the layer's input
    assert verdict(error, v, rule(slope=False, into="x")) == "FAIL"  # as printed, with both
    assert gradcheck(error, [v]).verdict == "PASS"
    assert grad(error)(v) == pytest.approx(rule(slope=True, into="z")(v))


@pytest.mark.parametrize("z", [-1.5, 0.4])
def test_one_minus_tanh_squared_is_the_derivative_of_tanh_and_not_tanh(z):
    def printed(a):
        return 1 - ag.tanh(a) ** 2  # "tanh(z) = 1 − tanh²(z)", without the prime

    assert verdict(ag.tanh, z, printed) == "PASS"  # with the prime it is the derivative
    assert verdict(ag.tanh, z, grad(printed)) == "FAIL"  # without it, the slopes of the two sides would be equal
    assert verdict(printed, z, grad(ag.tanh)) == "FAIL"
    assert verdict(grad(ag.tanh), z, grad(printed)) == "PASS"  # as the slopes of tanh' and 1 − tanh² are


@pytest.mark.parametrize(("constant", "found"), [(1.5, "PASS"), (2.5, "FAIL")])
def test_the_line_of_xor_is_at_one_and_a_half(constant, found):
    """Check that p1 ≡ −x1 − x2 + c ≥ 0 is 0 at (1, 1) only for a right c.

    For such a c the perceptron criterion is flat.
    """
    rows, p1 = [(0, 0), (0, 1), (1, 0), (1, 1)], [1, 1, 1, -1]

    def criterion(c):
        return perceptron_criterion([c - x1 - x2 for x1, x2 in rows], p1, reduction="sum")

    assert verdict(criterion, constant, lambda c: 0.0) == found
    assert gradcheck(criterion, [constant]).verdict == "PASS"


def test_one_step_down_the_criterion_corrects_the_line_of_xor():
    rows, unit = [(0, 0), (0, 1), (1, 0), (1, 1)], Perceptron(2)
    for p, number in zip(unit.parameters(), (-1.0, -1.0, 2.5), strict=True):
        p.data = number
    slopes = unit.criterion_gradient(rows, [1, 1, 1, -1])
    assert slopes == [1.0, 1.0, 1.0]  # (1, 1) is on the wrong side
    c = 2.5 - slopes[-1]
    assert c == 1.5

    def xor(first):
        p1, p2 = McCullochPitts([-1, -1], -first), McCullochPitts([1, 1], 0.5)
        return Circuit(2, [(p1, (0, 1)), (p2, (0, 1)), (McCullochPitts([1, 1], 1.5), (2, 3))])

    assert [int(xor(c)(x).data) for x in rows] == [0, 1, 1, 0]
    assert [int(xor(2.5)(x).data) for x in rows] == [0, 1, 1, 1]  # OR
