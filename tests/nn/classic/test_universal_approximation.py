"""Steps, bumps, towers, and networks that approximate a function."""

import math
import re

import pytest

from autograd import Value
from autograd import sum as total
from nn.classic import approximate, bumps, greatest_error, powers, step, tower


def grid(low, high, n):
    return [[low + (high - low) * k / n] for k in range(n + 1)]


@pytest.mark.parametrize("w", [5.0, 100.0, -30.0])
@pytest.mark.parametrize("at", [-2.0, 0.0, 0.4])
def test_a_step_is_at_minus_b_over_w_with_slope_w_over_4(at, w):
    neuron = step(at, w)
    assert -neuron.b.data / neuron.w[0].data == at
    out = neuron(at)
    out.backward()
    assert out.data == 0.5
    assert neuron([at]).args[0].op.name == "dot"
    assert out.locals[0] * neuron.w[0].data == pytest.approx(w / 4)


@pytest.mark.parametrize(
    ("f", "low", "high", "eps"),
    [
        (lambda x: x * x, -1.0, 1.0, 0.05),
        (lambda x: math.sin(6 * x), 0.0, 2.0, 0.1),
        (lambda x: abs(x), -2.0, 1.0, 0.1),
        (lambda x: 3.0, 0.0, 1.0, 1e-9),
        (lambda x: 1000 * x, 0.0, 0.001, 0.01),
    ],
)
def test_an_interval_is_followed_to_within_eps(f, low, high, eps):
    net, error = approximate(f, [(low, high)], eps)
    assert error <= eps
    assert greatest_error(net, f, grid(low, high, 101)) <= eps
    assert net.depth == 2  # one layer of steps, and their sum
    assert [unit.nonlin for unit in net.units] == [True] * (len(net.units) - 1) + [False]


def test_a_smaller_eps_takes_more_units():
    nets = [approximate(math.exp, [(0.0, 1.0)], eps)[0] for eps in (0.2, 0.1, 0.05)]
    sizes = [len(net.units) for net in nets]
    assert sizes == sorted(set(sizes))


@pytest.mark.parametrize(
    ("f", "ranges"),
    [
        (lambda x, y: x * y, [(-1.0, 1.0), (0.0, 1.0)]),
        (lambda x, y: math.exp(-x * x - y * y), [(-1.0, 1.0), (-1.0, 1.0)]),
    ],
)
def test_a_square_is_followed_to_within_eps_at_the_corners_too(f, ranges):
    net, error = approximate(f, ranges, 0.3)
    assert error <= 0.3
    (a, b), (c, d) = ranges
    off = [[a + (b - a) * i / 13, c + (d - c) * j / 13] for i in range(14) for j in range(14)]
    assert greatest_error(net, f, off) <= 0.3


def test_towers_leave_a_hole_where_four_meet():
    """Show why ``approximate`` adds up corners: towers of any size leave a hole."""
    for half in 0.5, 0.05:
        four = [tower((x, x + half), (y, y + half)) for x in (-half, 0.0) for y in (-half, 0.0)]
        assert sum(t([0.2 * half, 0.3 * half]).data for t in four) == pytest.approx(1.0, abs=1e-3)
        assert sum(t([0.0, 0.0]).data for t in four) < 1e-3


@pytest.mark.parametrize("f", [lambda x, y: math.sin(3 * x) * y, lambda x, y: abs(x - y) / 2])
def test_on_a_square_each_unit_has_few_connections_and_its_weights_are_parameters(f):
    net, error = approximate(f, [(0.0, 1.0), (0.0, 1.0)], 0.15)
    n = 1 + sum(sources == (0,) for sources in net.sources)
    assert len(net.units) == n * n  # 2(n − 1) steps, (n − 1)² corners and the sum
    assert net.depth == 3
    assert {len(sources) for sources in net.sources[:-1]} == {1, 2}
    assert error <= 0.15
    net([0.5, 0.5]).backward()
    assert net.units[-1].b.grad == 1.0


def test_more_cells_follow_more_closely_and_the_error_says_how_closely():
    def f(x, y):
        return x * y

    with pytest.raises(
        ValueError, match=r"^eps: expected at least 0\.18, to within which 25 cells follow f, got 0\.1;"
    ):
        approximate(f, [(0.0, 1.0), (0.0, 1.0)], 0.1, cells=30)
    assert approximate(f, [(0.0, 1.0), (0.0, 1.0)], 0.1, cells=121)[1] <= 0.1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: approximate(abs, [(0, 1)], 0), "eps: expected a number above 0, got 0"),
        (lambda: approximate(abs, [(0, 1)], -0.1), "eps: expected a number above 0, got -0.1"),
        (lambda: approximate(abs, [(0, 1)], math.nan), "eps: expected a finite number, got nan"),
        (lambda: approximate(abs, [(0, 1)], "a"), "eps: expected a number, got str 'a'"),
        (lambda: approximate(abs, [(0, 1)], True), "eps: expected a finite number, got bool True"),
        (lambda: approximate(abs, [(1, 0)], 0.1), "ranges[0]: expected low < high, got 1.0 and 0.0"),
        (lambda: approximate(abs, [(0, math.inf)], 0.1), "ranges[0][1]: expected a finite number, got inf"),
        (lambda: approximate(abs, [(-1e308, 1e308)], 0.1), "ranges[0]: expected a length within floats"),
        (lambda: approximate(abs, [(0, 1e-320)], 0.1), "ranges[0]: expected a length within floats"),
        (lambda: approximate(abs, [("a", 1)], 0.1), "ranges[0][0]: expected a number, got str 'a'"),
        (lambda: approximate(abs, (0, 1), 0.1), "ranges[0]: expected 2 numbers, got 0"),
        (lambda: approximate(abs, [(0, 1, 2)], 0.1), "ranges[0]: expected 2 numbers, got (0, 1, 2)"),
        (lambda: approximate(abs, [], 0.1), "ranges: expected one or two pairs (low, high), got []"),
        (lambda: approximate(abs, [(0, 1)], 0.1, cells=3), "cells: expected a whole number of at least 4, got 3"),
        (lambda: approximate(3, [(0, 1)], 0.1), "f: expected a function, got int 3"),
        (lambda: approximate(lambda x: "a", [(0, 1)], 0.1), "f at (0.0,): expected a number, got str 'a'"),
        (
            lambda: approximate(lambda x: x > 0.3, [(0, 1)], 0.1),
            "eps: expected at least 0.5, to within which 574 cells follow f, got 0.1",
        ),
        (
            lambda: approximate(lambda x: 1 / (x - 2) ** 2 if x else math.nan, [(0, 1)], 0.1),
            "f: expected finite numbers, got nan at (0.0,)",
        ),
        (lambda: greatest_error(abs, abs, []), "points: expected at least one, got none"),
        (lambda: greatest_error(lambda x: [1.0], abs, [[0.0]]), "net at [0.0]: expected a number, got list [1.0]"),
        (lambda: bumps((0.6, 0.4, 1.0)), "parts[0]: expected low < high, got 0.6 and 0.4"),
        (lambda: bumps((0, 1)), "parts[0]: expected 3 numbers, got (0, 1)"),
        (lambda: bumps((0, 1, "a")), "parts[0][2]: expected a number, got str 'a'"),
        (lambda: bumps((0, 1, 1), w=0), "w: expected a number above 0, got 0"),
        (lambda: bumps(), "parts: expected at least one, got none"),
        (lambda: step(0.0, 0.0), "w: expected a weight other than 0, got 0"),
        (lambda: step(math.nan), "at: expected a finite number, got nan"),
        (lambda: step(1e200, 1e200), "the bias −w·at: expected a finite number, got -inf"),
        (lambda: tower((0, 1), (1, 1)), "y: expected low < high, got 1.0 and 1.0"),
        (lambda: tower(0, (0, 1)), "x: expected 2 numbers, got 0"),
        (lambda: tower((0, 1), (0, 1), h=0), "h: expected a number above 0, got 0"),
        (lambda: tower((0, 1), (0, 1), w=-1), "w: expected a number above 0, got -1"),
        (lambda: powers(2.0, 0), "degree: expected a whole number of at least 1, got 0"),
        (lambda: powers("a", 2), "x[0]: expected a number, got str 'a'"),
    ],
)
def test_wrong_arguments_are_rejected(call, message):
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        call()


def test_polynomial_features_of_three_inputs_are_all_products_up_to_the_degree():
    x, y, z = 2.0, 3.0, 5.0
    assert powers([x, y, z], 2) == [x, y, z, x * x, x * y, x * z, y * y, y * z, z * z]
    assert len(powers([x, y, z], 3)) == 3 + 6 + 10
    v = Value(3.0)
    total(powers(v, 3)).backward()
    assert v.grad == 1 + 2 * 3 + 3 * 9


@pytest.mark.parametrize(
    "f",
    [
        lambda x: math.sin(4 * math.pi * x),
        lambda x: math.cos(8 * math.pi * x),
        lambda x: math.sin(8 * math.pi * x),  # 0 at every quarter of two cells
    ],
)
def test_periodic_functions_are_followed(f):
    net, error = approximate(f, [(0.0, 1.0)], 0.1)
    assert error <= 0.1
    assert greatest_error(net, f, [[k / 997] for k in range(998)]) <= 0.11


def test_a_nan_is_not_lost():
    assert math.isnan(greatest_error(lambda x: x[0], lambda x: x if x < 1 else math.nan, [[0.0], [1.0]]))


def test_a_jump_off_the_grid_is_rejected():
    with pytest.raises(ValueError, match="jumps"):
        approximate(lambda x: float(0.3 < x < 0.45), [(0.0, 1.0)], 0.1)
