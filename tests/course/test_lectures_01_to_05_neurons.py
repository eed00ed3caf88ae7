"""The lectures, items 1 to 5: single neurons, their learning and limits."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import heaviside
from nn import activations, data, split
from nn.classic import AND, OR, Adaline, McCullochPitts, MulticlassPerceptron, Perceptron

SQUARE = [[0, 0], [0, 1], [1, 0], [1, 1]]
SIGNS = [-1, 1, 1, -1]  # XOR
SEPARABLE = [t for t in product((0, 1), repeat=4) if len({*t}) > 1 and t not in ((0, 1, 1, 0), (1, 0, 0, 1))]


# 1. The McCulloch-Pitts neuron


def test_01_and_and_or_networks():
    assert [[int(unit(x).data) for x in SQUARE] for unit in (AND(2), OR(2))] == [[0, 0, 0, 1], [0, 1, 1, 1]]
    assert [int(McCullochPitts([1, 1], theta=2)(x).data) for x in SQUARE] == [0, 0, 0, 1]
    assert [int(McCullochPitts([1, 1], theta=1)(x).data) for x in SQUARE] == [0, 1, 1, 1]


@given(
    st.lists(st.integers(-5, 5), min_size=3, max_size=3),
    st.lists(st.integers(-5, 5), min_size=3, max_size=3),
    st.integers(-9, 9),
)
def test_01_a_threshold_is_a_bias_of_the_other_sign(w, x, theta):
    z = float(sum(a * b for a, b in zip(w, x, strict=True)))
    unit = McCullochPitts(w, theta)
    assert unit.b.data == -theta
    assert unit(x).data == activations.threshold(z, theta) == heaviside(z - theta, 1) == (z >= theta)


# 2. The perceptron


def test_02_the_criterion_sums_over_the_misclassified_alone():
    p = Perceptron(2)
    for q, value in zip(p.parameters(), (1.0, -2.0, 0.5), strict=True):
        q.data = value
    X, y = [[1, 0], [0, 1], [2, 0], [0, 2]], [1, 1, -1, -1]
    assert [p.score(x).data for x in X] == [1.5, -1.5, 2.5, -3.5]
    assert p.criterion(X, y).data == -(1 * -1.5) - (-1 * 2.5)  # M is the second and the third
    assert p.criterion_gradient(X, y) == [-(0 - 2), -(1 - 0), -(1 - 1)]
    answers = [p.answer(x) for x in X]
    also = sum(p.score(x).data * (a - t) / 2 for x, a, t in zip(X, answers, y, strict=True))  # Σ wᵀx(ŷ − t)
    assert p.criterion(X, y).data == also


def test_02_add_the_input_on_a_wrong_0_and_subtract_it_on_a_wrong_1():
    p = Perceptron(2, low=0)
    assert p.update([2, 3], 0)  # on w·x + b = 0 it answers 1
    assert [q.data for q in p.parameters()] == [-2, -3, -1]
    assert p.update([1, -1], 1) is False
    assert p.update([1, 1], 1)
    assert [q.data for q in p.parameters()] == [-1, -2, 0]


@pytest.mark.parametrize("low", [0, -1])
@pytest.mark.parametrize("truth", SEPARABLE, ids=str)
def test_02_the_procedure_stops_on_every_function_but_xor_and_same(truth, low):
    p, y = Perceptron(2, low=low), [1 if t else low for t in truth]
    assert p.fit(SQUARE, y)[-1] == 0
    assert [p.answer(x) for x in SQUARE] == y


def test_02_it_cycles_on_xor():
    p, seen = Perceptron(2), []
    while (state := p.state_dict()) not in seen:
        seen.append(state)
        assert p.fit(SQUARE, SIGNS, epochs=1)[0] > 0
    assert 0 < len(seen) < 20


def test_02_with_the_product_as_a_feature_it_learns_xor():
    p, features = Perceptron(3), [[a, b, a * b] for a, b in SQUARE]
    assert p.fit(features, SIGNS)[-1] == 0
    assert [p.answer(x) for x in features] == SIGNS


# 3. ADALINE


def test_03_batch_and_online_reach_the_least_squares_solution():
    and_ = [-1, -1, -1, 1]
    batch, online = Adaline(2), Adaline(2)
    errors = batch.fit(SQUARE, and_, lr=0.1, epochs=400, batch=True)
    assert [q.data for q in batch.parameters()] == pytest.approx([1, 1, -1.5])  # the normal equations' solution
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] == pytest.approx(0.5)
    online.fit(SQUARE, and_, lr=0.01, epochs=2000)
    assert [q.data for q in online.parameters()] == pytest.approx([1, 1, -1.5], abs=0.02)  # close, because η is small
    assert [batch.answer(x) for x in SQUARE] == [online.answer(x) for x in SQUARE] == and_


def test_03_right_answers_teach_adaline_but_not_the_perceptron():
    adaline, perceptron = Adaline(1), Perceptron(1)
    assert adaline.answer([1]) == perceptron.answer([1]) == 1
    adaline.update([[1]], [1], lr=0.5)
    perceptron.update([1], 1)
    assert [q.data for q in adaline.parameters()] == [0.5, 0.5]
    assert [q.data for q in perceptron.parameters()] == [0.0, 0.0]


# 4. The multi-class perceptron and its templates


def test_04_on_an_error_the_right_class_gains_the_input_and_the_winner_loses_it():
    p = MulticlassPerceptron(2, 3)
    assert p.update([1, 2], 2)
    assert p.templates() == [[-1, -2], [0, 0], [1, 2]]
    assert p.update([1, 2], 2) is False


def test_04_templates_of_real_digits_and_why_they_are_not_enough():
    pytest.importorskip("sklearn")
    (X, y), (X_test, y_test) = split(*data.digits(), (0.2, 0.8))
    X_test, y_test = X_test[:200], y_test[:200]
    p = MulticlassPerceptron(64, 10)
    mistakes = p.fit(X, y, epochs=4)
    assert mistakes[-1] < mistakes[0] / 2
    assert [len(template) for template in p.templates()] == [64] * 10

    def accuracy(images):
        return sum(p.answer(x) == label for x, label in zip(images, y_test, strict=True)) / len(images)

    moved = [[x[8 * r + c - 2] if c >= 2 else 0.0 for r in range(8) for c in range(8)] for x in X_test]
    assert accuracy(X_test) > 0.75
    assert accuracy(moved) < 0.4  # two pixels to the right, the same digit no longer matches its template


# 5. What a threshold unit cannot do


@given(*[st.integers(-20, 20)] * 3)
def test_05_the_four_inequalities_of_same_contradict(w1, w2, theta):
    unit = McCullochPitts([w1, w2], theta)
    on = [bool(unit(x).data) for x in ([1, 1], [0, 0])]  # w1 + w2 ≥ θ and 0 ≥ θ
    off = [not unit(x).data for x in ([1, 0], [0, 1])]  # w1 < θ and w2 < θ
    assert (on, off) == ([w1 + w2 >= theta, theta <= 0], [w1 < theta, w2 < theta])
    if all(on):
        assert w1 + w2 >= 2 * theta  # the sum of the first two
    if all(off):
        assert w1 + w2 < 2 * theta  # the sum of the others, which contradicts it
    assert not all(on + off)


RING = 12
ONE, OTHER = {0, 1, 2, 5}, {0, 2, 3, 7}  # two patterns of four pixels


def translations(pattern):
    return [[int((i - k) % RING in pattern) for i in range(RING)] for k in range(RING)]


@given(st.lists(st.integers(-100, 100), min_size=RING, max_size=RING))
def test_05_both_patterns_sum_to_four_times_the_weights_under_translation(w):
    for pattern in ONE, OTHER:
        lit = [sum(column) for column in zip(*translations(pattern), strict=True)]
        assert lit == [4] * RING
        unit = McCullochPitts(w)
        assert sum(unit.score(x).data for x in translations(pattern)) == 4 * sum(w)


def test_05_so_no_threshold_tells_them_apart_and_learning_does_not_converge():
    X, y = translations(ONE) + translations(OTHER), [1] * RING + [-1] * RING
    assert not {*map(tuple, translations(ONE))} & {*map(tuple, translations(OTHER))}  # although they are never equal
    mistakes = Perceptron(RING).fit(X, y, epochs=200)
    assert len(mistakes) == 200
    assert min(mistakes) > 0
    half = Perceptron(RING).fit(X[:3] + X[RING : RING + 3], y[:3] + y[RING : RING + 3], epochs=200)
    assert half[-1] == 0  # three positions of each can be learned, but not all translations
