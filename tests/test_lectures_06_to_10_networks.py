"""The lectures, items 6 to 10: networks by hand, regions by depth, universal approximation, features and depth."""

import math
import random
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import Value, sigmoid, trace
from nn.classic import (
    AND,
    OR,
    Circuit,
    Formula,
    McCullochPitts,
    Perceptron,
    Region,
    approximate,
    bumps,
    greatest_error,
    half_plane,
    powers,
    step,
    tower,
)

SQUARE = [[0, 0], [0, 1], [1, 0], [1, 1]]
XOR = [0, 1, 1, 0]
LINE = [[k / 200] for k in range(201)]


@pytest.fixture(autouse=True)
def _seeded():
    random.seed(1)


def by_hand(first=1.5, last=1.5):
    """Wire p1 ≡ −x1 − x2 + first ≥ 0, p2 ≡ x1 + x2 − 0.5 ≥ 0, o ≡ p1 + p2 − last ≥ 0."""
    p1, p2, o = McCullochPitts([-1, -1], -first), McCullochPitts([1, 1], 0.5), McCullochPitts([1, 1], last)
    return Circuit(2, [(p1, (0, 1)), (p2, (0, 1)), (o, (2, 3))])


# 6. XOR by hand


def test_06_the_truth_table_with_p1_and_p2():
    table = [[*x, *(int(v.data) for v in by_hand().outputs(x))] for x in SQUARE]
    assert table == [[0, 0, 1, 0, 0], [0, 1, 1, 1, 1], [1, 0, 1, 1, 1], [1, 1, 0, 1, 0]]


def test_06_why_two_and_a_half_fails():
    table = [[int(v.data) for v in by_hand(first=2.5).outputs(x)] for x in SQUARE]
    assert [p1 for p1, _, _ in table] == [1, 1, 1, 1]  # −x1 − x2 + 2.5 is never below 0
    assert [o for _, _, o in table] == [p2 for _, p2, _ in table] == [0, 1, 1, 1]  # so what is left is OR
    assert [int(by_hand(last=2.5)(x).data) for x in SQUARE] == [0, 0, 0, 0]  # and in o nothing fires


def test_06_three_layers_with_inputs_of_plus_and_minus_one():
    either, both = McCullochPitts([1, 1], -0.5, low=-1), McCullochPitts([1, 1], 1.5, low=-1)
    out = McCullochPitts([0.7, -0.4], 1.0, low=-1)
    net = Circuit(2, [(either, (0, 1)), (both, (0, 1)), (out, (2, 3))])
    for x in product((-1, 1), repeat=2):
        assert net(x).data == -x[0] * x[1]


def test_06_xor_as_a_formula():
    formula = Formula("(X ∨ Y) & (¬X ∨ ¬Y)")
    assert [row[-1] for row in formula.table()] == XOR == [row[-1] for row in Formula("X ^ Y").table()]
    weights = [([w.data for w in unit.w], unit.b.data) for unit in formula.units]
    assert weights == [([1, 1], -0.5), ([-1, -1], 1.5), ([1, 1], -1.5)]  # the net by hand, p2 first


# 7. Any Boolean function


def test_07_the_lectures_formula_on_all_16_rows():
    formula = Formula("((A & ~X & Z) | (A & ~Y)) & ((X & Y) | ~(X & Z))")
    assert formula.names == ["A", "X", "Y", "Z"]
    assert formula.table() == [
        (a, x, y, z, int(((a and not x and z) or (a and not y)) and ((x and y) or not (x and z))))
        for a, x, y, z in product((0, 1), repeat=4)
    ]
    assert formula.depth == 3
    assert any(len(unit.w) < 4 for unit in formula.units)  # its connections are sparse


# 8. Decision regions by depth


def test_08_a_half_plane_a_convex_polygon_and_any_region():
    triangle, other = [(0, 0), (4, 0), (0, 4)], [(6, 6), (8, 6), (8, 8), (6, 8)]
    one, two, three = half_plane((0, 0), (4, 0)), Region([triangle]), Region([triangle, other])
    assert [two.depth, three.depth] == [2, 3]
    for x, y in product(range(-1, 10), repeat=2):
        low, high = x >= 0 and y >= 0 and x + y <= 4, 6 <= x <= 8 and 6 <= y <= 8
        assert [unit([x, y]).data for unit in (one, two, three)] == [y >= 0, low, low or high]


def test_08_depth_is_the_longest_composition_of_functions():
    def depth(root):
        graph = trace(root).graph
        depths = []
        for row in graph.rows:
            below = [depths[a] for a in row.args if isinstance(a, int)]
            depths.append(0 if row.op is None else 1 + max(below))
        return depths[-1]

    x, y, z = Value(1.0), Value(2.0), Value(3.0)
    assert [depth(v) for v in (x, x + y, (x + y) * z, (x + y) * x.exp() + z)] == [0, 1, 2, 3]
    assert Circuit(2, [(AND(2), (0, 1)), (OR(2), (0, 2))]).depth == 2


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

    def far(n):
        net = bumps(*((k / n, (k + 1) / n, f((k + 0.5) / n)) for k in range(n)))
        return math.sqrt(sum((net(x).data - f(*x)) ** 2 for x in LINE) / len(LINE))

    errors = [far(n) for n in (2, 5, 10, 40)]
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
    assert train(nn.MLP(2, [4, 1], activation="linear"), XOR) >= 1  # σ of it is still a half plane
    assert train(nn.MLP(2, [4, 1], activation="linear"), [0, 1, 1, 1]) == 0
    assert train(nn.MLP(2, [4, 1], activation="tanh"), XOR) == 0


def test_10_hidden_units_are_features_that_were_learnt():
    net = nn.MLP(2, [4, 1], activation="tanh")
    assert train(net, XOR) == 0
    hidden = [[h.data for h in net.layers[0](x)] for x in SQUARE]
    assert Perceptron(2, low=0).fit(SQUARE, XOR)[-1] > 0
    assert Perceptron(4, low=0).fit(hidden, XOR)[-1] == 0  # on them, one threshold unit does it
