"""fit with compile=True: the numbers of eager training, for all options."""

import copy
import math
import random

import pytest

import autograd
import nn
from autograd import Value
from tests.helpers.compiled_training import CLOSE, MOONS, both, fit, numbers

pytest.importorskip("numpy")


class Letters(nn.Module):
    """Predict each next letter by embeddings, attention and a perceptron."""

    def __init__(self, letters=4, width=4, context=6):
        self.token, self.place = nn.Embedding(letters, width), nn.Embedding(context, width)
        self.norms = [nn.RMSNorm(width) for _ in range(2)]
        self.attention = nn.CausalSelfAttention(width, heads=2)
        self.up, self.down = nn.Layer(width, 6), nn.Layer(6, width, nonlin=False)
        self.dropout, self.head = nn.Dropout(0.3), nn.Layer(width, letters, nonlin=False)

    def __call__(self, tokens):
        rows = [[a + b for a, b in zip(self.token(t), self.place(k), strict=True)] for k, t in enumerate(tokens)]
        mixed = self.attention([self.norms[0](row) for row in rows])
        rows = [[a + b for a, b in zip(*pair, strict=True)] for pair in zip(rows, mixed, strict=True)]
        hidden = [self.down(self.up(self.norms[1](row))) for row in rows]
        rows = [[a + b for a, b in zip(*pair, strict=True)] for pair in zip(rows, self.dropout(hidden), strict=True)]
        return [self.head(row) for row in rows]


class Last(nn.Module):
    def __init__(self):
        self.rnn, self.out = nn.RNN(1, 3, truncate=2), nn.Layer(3, 2, nonlin=False)

    def __call__(self, series):
        return self.out(self.rnn(series)[1])


def mean_over_letters(outputs, targets):
    terms = [nn.cross_entropy(out, target) for out, target in zip(outputs, targets, strict=True)]
    return autograd.mean(terms)


def letters(count):
    draw = random.Random(4)
    words = [[draw.randrange(4) for _ in range(draw.randrange(2, 6))] for _ in range(count)]
    return [word[:-1] for word in words], [word[1:] for word in words]


def images(n):
    draw = random.Random(2)
    return [[draw.random() for _ in range(36)] for _ in range(n)], [k % 3 for k in range(n)]


def convolution():
    first, second = nn.Conv2d(1, 2, 3, padding=1), nn.Conv2d(2, 3, 2)
    pool, relu = nn.Pool2d(2), nn.Activation("relu")
    head = nn.Layer(12, 3, nonlin=False)
    return nn.Sequential(nn.Reshape(1, 6, 6), first, relu, pool, second, nn.Activation("tanh"), nn.Reshape(), head)


SERIES = nn.data.next_steps(nn.data.noisy_sine(16), 5)
MODELS = {
    "mlp": (lambda: nn.MLP(2, [5, 4, 2], activation="tanh"), MOONS, nn.cross_entropy),
    "dropout": (lambda: nn.MLP(2, [6, 5, 2], dropout=0.4), MOONS, nn.cross_entropy),
    "noise": (lambda: nn.MLP(2, [5, 2], activation="noisy_relu"), MOONS, nn.cross_entropy),
    "convolution": (convolution, images(11), nn.cross_entropy),
    "recurrent": (Last, (SERIES[0], [y[-2:] for y in SERIES[1]]), nn.mse),
    "letters": (Letters, letters(11), mean_over_letters),
}


@pytest.mark.parametrize("size", [1, 4, None])
@pytest.mark.parametrize("name", MODELS)
def test_a_model_trains_as_it_does_eagerly_in_batches_of_any_size(name, size):
    make, data, loss = MODELS[name]
    state = []
    for history in both(make, data, loss=loss, batch_size=size):
        state.append(history.states[4][2])  # equal if all random draws were the same
    assert state[0] == state[1]


OPTIMIZERS = {
    "SGD": lambda p: nn.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "Adagrad": lambda p: nn.Adagrad(p, lr=0.1),
    "RMSprop": lambda p: nn.RMSprop(p, weight_decay=0.01),
    "Adam": nn.Adam,
    "AdamW": nn.AdamW,
    "a part of the parameters": lambda p: nn.Adam(p[4:9], lr=0.1),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_takes_the_same_steps_on_arrays(name):
    options = {"clip_value": 0.2, "clip_norm": 0.3, "penalty": lambda p: nn.l2(p, 0.01)}
    both(MODELS["mlp"][0], MOONS, optimizer=OPTIMIZERS[name], batch_size=4, **options)


class Signs(nn.SGD):
    def compute_update(self, i, g):
        return self.lr if g > 0 else -self.lr


def test_a_user_defined_optimizer_need_not_support_arrays():
    both(MODELS["mlp"][0], MOONS, optimizer=lambda p: Signs(p, lr=0.01), batch_size=4)


def test_metrics_validation_patience_and_schedules_are_those_of_eager_training():
    seen = []
    both(
        MODELS["dropout"][0],
        MOONS,
        batch_size=4,
        epochs=30,
        validation=nn.data.moons(7, seed=5),
        patience=2,
        metrics={"accuracy": nn.accuracy, "sure": lambda z, t: sum(max(row).data for row in z) / len(t)},
        schedule=lambda t: 0.1 / (1 + t),
        callbacks=[lambda h: seen.append((len(h), h.model.parameters()[0].data, h.model.parameters()[0].grad))],
    )
    half = len(seen) // 2
    assert seen[:half] == [pytest.approx(row, rel=1e-9) for row in seen[half:]]  # callbacks see the right data and grad


def test_a_row_of_several_shapes_and_images_as_arrays():
    np = pytest.importorskip("numpy")
    X = [[[0.1 * k], (np.array([[0.2, 0.3 * k]]), k)] for k in range(5)]

    class Parts(nn.Module):
        def __init__(self):
            self.line, self.table = nn.Neuron(3, nonlin=False), nn.Embedding(5, 1)

        def __call__(self, x):
            image, k = x[1]
            return self.line([*x[0], *image[0]]) * nn.pick([p[0] for p in self.table.rows], k) + self.table(k)[0]

    both(Parts, (X, [0.5 * k for k in range(5)]), loss=nn.mse)


def test_frozen_parameters_stay_also_if_frozen_during_training():
    def freeze(history):
        for p in history.model.layers[0].parameters():
            p.requires_grad = len(history) % 2 == 0

    both(MODELS["mlp"][0], MOONS, callbacks=[freeze])


def test_a_run_may_change_between_eager_and_compiled_at_a_checkpoint(tmp_path):
    make, data, _ = MODELS["dropout"]
    options = {"batch_size": 4, "metrics": {"accuracy": nn.accuracy}}
    random.seed(1)
    start = make()
    whole, parts = copy.deepcopy(start), copy.deepcopy(start)
    expected = fit(whole, data, False, epochs=6, **options)
    for epochs, replay in ((2, True), (4, False), (6, True)):
        file = tmp_path / "run.json"
        history = fit(parts, data, replay, epochs=epochs, **options, checkpoint=file, resume=True)
    assert numbers(parts) == pytest.approx(numbers(whole), rel=CLOSE)
    assert history["loss"] == pytest.approx(expected["loss"], rel=CLOSE)


def test_a_resumed_compiled_run_equals_an_uninterrupted_one_to_the_last_bit(tmp_path):
    ends = []
    for name, parts in (("whole", [6]), ("parts", [2, 3, 6])):
        random.seed(1)
        model = MODELS["dropout"][0]()
        for epochs in parts:
            fit(model, MOONS, True, epochs=epochs, batch_size=4, checkpoint=tmp_path / name, resume=True)
        ends.append(numbers(model))
    assert ends[0] == ends[1]


def test_training_after_rewind_continues_bit_for_bit():
    make, data, _ = MODELS["dropout"]
    model = make()
    history = fit(model, data, True, batch_size=4)
    end = numbers(model)
    history.rewind(2)
    fit(model, data, True, batch_size=4, epochs=2, seed=None, optimizer=history.optimizer)
    assert numbers(model) == end


def test_ctrl_c_within_an_epoch_gives_the_best_weights_and_leaves_nothing_packed(monkeypatch):
    apply_update, calls = nn.Adam.apply_update, []

    def interrupted(self, *args):
        calls.append(1)
        if len(calls) == 8:  # in the third epoch
            raise KeyboardInterrupt
        return apply_update(self, *args)

    monkeypatch.setattr(nn.Adam, "apply_update", interrupted)
    model = MODELS["mlp"][0]()
    history = fit(model, MOONS, True, batch_size=4, validation=MOONS)
    assert (history.stopped, len(history), model.training) == ("interrupted", 2, False)
    assert numbers(model) == history.best
    assert all(type(x) is float for column in history.optimizer.memory.values() for x in column)


def test_infinities_are_left_to_the_engine():
    X, y = [[0.0], [1.0], [2.0]], [1.0, 1.0, 2.0]

    class Root(nn.Module):
        def __init__(self):
            self.w = Value(1.0)

        def __call__(self, x):
            return (self.w * x[0]).abs() ** 0.5

    with pytest.warns(RuntimeWarning):
        histories = [fit(Root(), (X, y), replay, loss=nn.mse, epochs=1) for replay in (False, True)]
    assert [h.stopped for h in histories] == [histories[0].stopped] * 2
    assert math.isclose(histories[0]["loss"][0], histories[1]["loss"][0])


def test_pretrain_and_restarts_pass_compile_on():
    def encoder():
        return nn.Autoencoder(2, [3, 1])

    losses = []
    for replay in (False, True):
        random.seed(3)
        options = {"optimizer": nn.Adam, "epochs": 3, "seed": 1, "progress": False, "compile": replay}
        losses.append(encoder().pretrain(MOONS[0], **options))
        best = nn.restarts(2, encoder, (MOONS[0], MOONS[0]), loss=nn.mse, **options)
        losses[-1].append(best.best_score)
    assert losses[0] == pytest.approx(losses[1], rel=CLOSE)


@pytest.mark.parametrize("size", [1, 4, None])
def test_weights_of_samples_and_classes_are_those_of_eager_training(size):
    weights = [0.5 + 0.25 * k if k % 4 else 0.0 for k in range(11)]
    options = {"sample_weight": weights, "class_weight": {0: 2.0, 1: 0.5}, "batch_size": size}
    options |= {"metrics": {"accuracy": nn.accuracy}, "penalty": lambda p: nn.l2(p, 0.1), "validation": MOONS}
    both(lambda: nn.MLP(2, [4, 2], dropout=0.2), MOONS, **options)
