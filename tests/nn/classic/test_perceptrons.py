"""Perceptrons and ADALINE: each closed-form rule against the engine's gradient."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value
from nn import DataWarning, euclidean, perceptron_criterion
from nn.classic import Adaline, MulticlassPerceptron, Perceptron

WHOLE = st.integers(-9, 9).map(float)
ROW = st.lists(WHOLE, min_size=3, max_size=3)
SAMPLES = st.lists(st.tuples(ROW, st.booleans()), min_size=1, max_size=6)


def gradient(loss, model):
    model.zero_grad()
    loss.backward()
    return [p.grad for p in model.parameters()]


def set_parameters(model, numbers):
    for p, x in zip(model.parameters(), numbers, strict=True):
        p.data = x
    return model


def data(samples, low):
    return [x for x, _ in samples], [1 if label else low for _, label in samples]


# labels of a single class give a warning, which these tests are not about
pytestmark = pytest.mark.filterwarnings("ignore::nn.DataWarning")


@given(SAMPLES, st.lists(WHOLE, min_size=4, max_size=4), st.sampled_from([0, -1]))
def test_the_perceptrons_closed_form_gradient_is_the_engines(samples, start, low):
    X, y = data(samples, low)
    p = set_parameters(Perceptron(3, low=low), start)
    assert p.criterion_gradient(X, y) == gradient(p.criterion(X, y), p)


@given(SAMPLES, st.lists(WHOLE, min_size=4, max_size=4))
def test_the_criterion_is_that_of_the_losses(samples, start):
    X, y = data(samples, -1)
    p = set_parameters(Perceptron(3), start)
    assert p.criterion(X, y).data == perceptron_criterion([p.score(x) for x in X], y, reduction="sum").data


def test_on_the_threshold_itself_only_the_rule_moves():
    p, X, y = Perceptron(2), [[1.0, 2.0]], [-1]
    assert gradient(perceptron_criterion(p.score(X[0]), -1), p) == [0.0, 0.0, 0.0]  # relu'(0) = 0: it would never start
    assert p.criterion_gradient(X, y) == gradient(p.criterion(X, y), p) == [1.0, 2.0, 1.0]


@given(SAMPLES, st.lists(WHOLE, min_size=4, max_size=4), st.sampled_from([0, -1]), st.sampled_from([0.5, 1.0, 2.0]))
def test_an_update_is_a_step_down_the_criterion(samples, start, low, lr):
    X, y = data(samples, low)
    p = set_parameters(Perceptron(3, low=low), start)
    slopes = gradient(p.criterion(X[:1], y[:1]), p)
    wrong = p.update(X[0], y[0], lr)
    assert [q.data for q in p.parameters()] == [w - lr * (1 - low) * g for w, g in zip(start, slopes, strict=True)]
    assert wrong == any(slopes)


@given(SAMPLES, st.lists(WHOLE, min_size=4, max_size=4))
def test_adalines_rule_is_a_step_down_half_the_squared_error(samples, start):
    X, y = data(samples, -1)
    a = set_parameters(Adaline(3), start)
    loss = euclidean([[a(x)] for x in X], [[t] for t in y], reduction="sum")
    slopes = gradient(loss, a)
    assert a.update(X, y, lr=0.25) == loss.data
    assert [p.data for p in a.parameters()] == [w - 0.25 * g for w, g in zip(start, slopes, strict=True)]


@given(st.lists(WHOLE, min_size=12, max_size=12), ROW, st.integers(0, 2))
def test_the_multi_class_rule_is_a_step_down_winner_minus_right(start, x, label):
    p = set_parameters(MulticlassPerceptron(3, 3), start)
    scores = p.outputs(x)
    winner = p.answer(x)
    slopes = gradient(scores[winner] - scores[label], p)
    assert scores[winner].data == max(s.data for s in scores)
    assert p.update(x, label) == (winner != label)
    assert [q.data for q in p.parameters()] == [w - g for w, g in zip(start, slopes, strict=True)]


def test_if_one_score_is_greatest_that_is_the_gradient_of_max_minus_right():
    p = set_parameters(MulticlassPerceptron(2, 3), [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, -1.0, -1.0, 0.0])
    x = [2.0, 1.0]
    scores = p.outputs(x)
    assert gradient(autograd.max(scores) - scores[1], p) == gradient(scores[0] - scores[1], p)


def test_the_pocket_keeps_the_best_weights_of_a_search_that_cycles():
    X, y = [[-3], [-2], [-1], [1], [2], [3], [10]], [-1, -1, -1, 1, 1, 1, -1]  # the last is on the wrong side
    plain, pocket = Perceptron(1), Perceptron(1)
    assert plain.fit(X, y, epochs=30) == pocket.fit(X, y, epochs=30, pocket=True)
    assert [sum(p.answer(x) != t for x, t in zip(X, y, strict=True)) for p in (plain, pocket)] == [6, 1]


def test_the_pocket_of_many_classes_keeps_the_best_weights_too():
    X, y = [[1, 0], [0, 1], [-1, -1], [0, 9], [9, 0]], [0, 1, 2, 0, 1]  # the last two are among another class
    plain, pocket = MulticlassPerceptron(2, 3), MulticlassPerceptron(2, 3)
    assert plain.fit(X, y, epochs=30) == pocket.fit(X, y, epochs=30, pocket=True)
    wrong = [sum(p.answer(x) != t for x, t in zip(X, y, strict=True)) for p in (plain, pocket)]
    assert wrong[1] < wrong[0]
    seen, again = [], MulticlassPerceptron(2, 3)
    for _ in range(30):
        for x, t in zip(X, y, strict=True):
            again.update(x, t)
            seen.append(sum(again.answer(v) != label for v, label in zip(X, y, strict=True)))
    assert wrong == [seen[-1], min(seen)]


def test_adaline_online_learns_from_each_sample_before_it_sees_the_next():
    X, y = [[1.0], [2.0]], [1.0, 0.0]
    online, batch = Adaline(1), Adaline(1)
    assert online.fit(X, y, lr=0.5, epochs=1) == [
        (1**2 + 1.5**2) / 2
    ]  # the first update moves w and b to ½, and z₂ to 1.5
    assert batch.fit(X, y, lr=0.5, epochs=1, batch=True) == [(1**2 + 0**2) / 2]
    assert [p.data for p in online.parameters()] == [0.5 - 0.5 * 1.5 * 2, 0.5 - 0.5 * 1.5]
    assert [p.data for p in batch.parameters()] == [0.5, 0.5]


def test_a_pocket_changes_nothing_where_it_converges():
    X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 1]
    plain, pocket = Perceptron(2, low=0), Perceptron(2, low=0)
    assert plain.fit(X, y) == pocket.fit(X, y, pocket=True)
    assert plain.state_dict() == pocket.state_dict()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Perceptron(1).fit([[0], [1]], [0, 1]), "y[0]: expected one of -1, 1; got 0"),
        (lambda: Perceptron(1, low=0).fit([[0], [1]], [1, -1]), "y[1]: expected one of 0, 1; got -1"),
        (lambda: Perceptron(1).update([0], 0.5), "y[0]: expected one of -1, 1; got 0.5"),
        (lambda: Perceptron(1).criterion([[0]], [2]), "y[0]: expected one of -1, 1; got 2"),
        (lambda: Perceptron(1).fit([], []), "X: expected at least one sample, got none"),
        (lambda: Perceptron(1).fit([[0]], [1, -1]), "y: expected 1 targets, one for each sample, got 2"),
        (lambda: Perceptron(1).fit([[float("nan")]], [1]), "X[0][0]: a value is missing or not finite"),
        (lambda: Perceptron(1).fit([[10**400]], [1]), "X[0][0]: expected a finite number, got 1000"),
        (lambda: Perceptron(1).fit([[0, 1]], [1]), "X[0]: expected 1 number, got [0, 1]"),
        (lambda: Perceptron(1).fit([[0]], [1], epochs=0), "epochs: expected a whole number of at least 1, got 0"),
        (lambda: MulticlassPerceptron(1, 1), "nclasses: expected a whole number of at least 2, got 1"),
        (lambda: MulticlassPerceptron(1, 2).fit([[0], [1]], [0, 2]), "y[1]: expected one of 0, 1; got 2"),
        (lambda: MulticlassPerceptron(1, 2).update([0], -1), "y[0]: expected one of 0, 1; got -1"),
        (
            lambda: Adaline(1).fit([[3.0], [1.0]], [1, -1], lr=10.0, epochs=1000),
            "lr: the error grows beyond all bounds",
        ),
        (lambda: Adaline(1).fit([], []), "X: expected at least one sample, got none"),
        (lambda: Adaline(1).fit([[0], [1]], [[1, 2], [2, 3]]), "y[0]: expected 1 number, got [1, 2]"),
        (lambda: Adaline(1).update([[0, 1]], [1]), "X[0]: expected 1 number, got [0, 1]"),
        (lambda: Adaline(1).answer([float("nan")]), "w·x + b: expected a finite number, got nan"),
        (lambda: Perceptron(1).answer([float("nan")]), "w·x + b: expected a finite number, got nan"),
        (lambda: MulticlassPerceptron(1, 2).answer([float("nan")]), "score 0: expected a finite number, got nan"),
        (lambda: Perceptron(1).fit(3, [1, -1]), "y: expected 1 targets, one for each sample, got 2"),
        (lambda: Perceptron(1).fit([[0]], [1], pocket="a"), "pocket: expected True or False, got str 'a'"),
        (lambda: Adaline(1).fit([[0]], [1], batch=1), "batch: expected True or False, got int 1"),
        (lambda: Perceptron(1).update([1], -1, lr=1e308 * 10), "lr: expected a number of at least 0, got inf"),
    ],
)
def test_arguments_that_do_not_fit_are_rejected(call, message):
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        call()


@pytest.mark.parametrize("lr", ["a", -1, float("nan"), True])
@pytest.mark.parametrize("kind", [Perceptron, Adaline, lambda n: MulticlassPerceptron(n, 2)])
def test_a_wrong_rate_is_rejected_even_if_no_answer_is_wrong(kind, lr):
    with pytest.raises((TypeError, ValueError), match=r"^lr: expected a"):
        kind(1).fit([[1]], [1], lr=lr)


@pytest.mark.parametrize(
    ("model", "X", "y", "lr"),
    [
        (Perceptron(2), [[1, 2], [3]], [-1, 1], 1.0),
        (MulticlassPerceptron(2, 2), [[1, 2], [3]], [1, 0], 1.0),
        (Adaline(2), [[1, 2], [3]], [1, 1], 0.1),
        (Adaline(2), [[3, 0], [0, 5]], [1, -1], 10.0),
        (Perceptron(2), [[1e200, 0], [-1, 0]], [-1, 1], 1e200),
        (MulticlassPerceptron(2, 2), [[1, 1e200], [0, 1]], [1, 0], 1e200),
    ],
    ids=["perceptron", "many classes", "adaline", "adaline diverges", "overflow", "overflow of many classes"],
)
def test_an_error_changes_nothing(model, X, y, lr):
    set_parameters(model, range(len(model.parameters())))
    before = model.state_dict()
    with pytest.raises(ValueError, match=r"^X\[1\]: expected 2 numbers, got \[3\]|^lr: |^score 0: "):
        model.fit(X, y, lr=lr, epochs=1000)
    assert model.state_dict() == before


def test_labels_and_inputs_may_be_floats_and_truth_values():
    X, y = [[True, False], [False, True], [True, True]], [1.0, 0.0, 1.0]
    many, two = MulticlassPerceptron(2, 2), Perceptron(2, low=0)
    assert many.fit(X, y)[-1] == two.fit(X, y)[-1] == 0
    assert [many.answer(x) for x in X] == [two.answer(x) for x in X] == [1, 0, 1]


def test_training_leaves_no_graph_behind():
    p = Perceptron(2)
    p.fit([[0, 0], [1, 1]], [-1, 1])
    assert all(type(q) is Value and q.op is None for q in p.parameters())


def test_data_of_a_single_class_warns():
    with pytest.warns(DataWarning, match="there is nothing to tell apart"):
        Perceptron(1).fit([[0], [1]], [1, 1])
