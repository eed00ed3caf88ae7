"""The lectures, items 27 to 29: shared weights, recurrent nets, symbolic code."""

import math
import random

import pytest

import autograd
import nn
from autograd import Value, gradcheck, softmax
from autograd import sum as total

# 27. Digits: weights shared over an image (real digits are in tests/nn/demos/test_tasks.py)


def test_27_a_convolution_has_few_weights_and_finds_a_stroke_wherever_it_is():
    conv, dense = nn.Conv2d(1, 6, 3), nn.Layer(64, 6 * 36)
    assert (len(conv.parameters()), len(dense.parameters())) == (6 * (9 + 1), 6 * 36 * (64 + 1))
    image = [[0.0] * 8 for _ in range(8)]
    image[1][2] = image[2][2] = image[3][2] = 1.0
    moved = [[0.0, *row[:-1]] for row in image]
    for here, there in zip(conv([image]), conv([moved]), strict=True):
        assert [[v.data for v in row[:-1]] for row in here] == [[v.data for v in row[1:]] for row in there]


def test_27_the_gradient_of_a_shared_weight_passes_the_checker():
    image = [[random.random() for _ in range(4)] for _ in range(4)]
    conv = nn.Conv2d(1, 1, 3)

    def loss(*numbers):
        for p, number in zip(conv.parameters(), numbers, strict=True):
            p.data = number
        conv.zero_grad()
        return total([v * v for row in conv([image])[0] for v in row])

    def backward(*numbers):
        loss(*numbers).backward()
        return [p.grad for p in conv.parameters()]

    report = gradcheck(lambda *numbers: loss(*numbers).data, [p.data for p in conv.parameters()], grad=backward)
    assert report.verdict == "PASS"


# 28. Recurrent nets


def test_28_backpropagation_through_time_sums_the_gradient_of_a_weight_over_the_steps():
    x, w, u = [0.5, -1.0, 0.8, 0.3], 0.7, -0.4

    def state(ws, us):
        h = 0.0
        for v, a, b in zip(x, ws, us, strict=True):
            h = (a * v + b * h).tanh()
        return h

    shared, apart = [Value(w), Value(u)], [[Value(w) for _ in x], [Value(u) for _ in x]]
    state([shared[0]] * 4, [shared[1]] * 4).backward()
    state(*apart).backward()
    assert [v.grad for v in shared] == pytest.approx([sum(v.grad for v in row) for row in apart])
    rnn = nn.RNN(1, 1)
    for p, number in zip(rnn.cell.neurons[0].parameters(), (w, u, 0.0), strict=True):
        p.data = number
    rnn([[v] for v in x])[1][0].backward()
    assert [p.grad for p in rnn.cell.neurons[0].w] == pytest.approx([v.grad for v in shared])


def test_28_a_noisy_sine_is_predicted_better_than_by_repetition():
    X, y = nn.data.next_steps(nn.data.noisy_sine(90, noise=0.1, seed=1), 12)
    net = nn.Sequential(nn.RNN(1, 6), lambda found: found[0][-1], nn.Layer(6, 1, nonlin=False, init="fan_in"))
    cut, targets = 50, [row[-1] for row in y]
    nn.fit(net, (X[:cut], targets[:cut]), loss=nn.mse, optimizer=lambda ps: nn.Adam(ps, lr=0.02), epochs=12,
           batch_size=5, progress=False, keep=False)  # fmt: skip
    predictions, repeated = [net(x).data for x in X[cut:]], [x[-1] for x in X[cut:]]
    assert nn.mse(predictions, targets[cut:]) < 0.7 * nn.mse(repeated, targets[cut:])


LINE = "twas brillig and the slithy toves did gyre "  # Carroll (1871), Jabberwocky
LETTERS = sorted(set(LINE))


class Speller(nn.Module):
    """Score the next letter at every letter of a text."""

    def __init__(self, width):
        self.rnn, self.out = nn.RNN(len(LETTERS), width), nn.Layer(width, len(LETTERS), nonlin=False)

    def __call__(self, letters, h=None):
        states, h = self.rnn([[float(c == letter) for letter in LETTERS] for c in letters], h)
        return [self.out(state) for state in states], h


def test_28_a_language_model_learns_the_next_letter_and_generates_words():
    model, targets = Speller(14), [LETTERS.index(c) for c in LINE[1:]]
    optimizer, losses = nn.Adam(model.parameters(), lr=0.03), []
    for _ in range(50):
        optimizer.zero_grad()
        loss = total([nn.cross_entropy(z, t) for z, t in zip(model(LINE[:-1])[0], targets, strict=True)]) / len(targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.data)
    assert losses[0] == pytest.approx(math.log(len(LETTERS)), rel=0.1)  # at first all letters are equally likely
    assert losses[-1] < 0.3
    text, h = "t", None
    for _ in range(40):
        (scores,), h = model(text[-1], h)
        text += random.choices(LETTERS, [p**4 for p in softmax([z.data for z in scores])])[0]
    words = set(LINE.split())
    is_word = [word in words for word in text.split()[:-1]]
    assert len(is_word) >= 4
    assert sum(is_word) > len(is_word) / 2


# 29. Symbolic against imperative


def test_29_traced_and_replayed_or_run_as_written_the_numbers_are_the_same():
    pytest.importorskip("numpy")
    net = nn.MLP(2, [5, 1], activation="tanh")

    def loss(x, y):
        return nn.mse(net([x, y]), x * y)

    replayed = autograd.compile(autograd.value_and_grad(loss, (0, 1)))
    for x, y in (0.5, -1.0), (2.0, 0.3):
        a, b = Value(x), Value(y)
        run = loss(a, b)
        run.backward()
        value, slopes = replayed(x, y)
        assert float(value) == pytest.approx(run.data, rel=1e-12)
        assert [float(slope) for slope in slopes] == pytest.approx([a.grad, b.grad], rel=1e-12)
