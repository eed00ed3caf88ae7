"""fit with compile=True: the numbers of eager training, whatever the model, the loss and the batches."""

import copy
import math
import random
import runpy
from pathlib import Path

import pytest

import autograd
import nn
from autograd import Value

pytest.importorskip("numpy")
CLOSE = 1e-11


class Letters(nn.Module):
    """Foretell each next letter: picked tokens and places, an attention block with residuals, a perceptron."""

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


MOONS = nn.data.moons(11, seed=3)
SERIES = nn.data.next_steps(nn.data.noisy_sine(16), 5)
MODELS = {
    "mlp": (lambda: nn.MLP(2, [5, 4, 2], activation="tanh"), MOONS, nn.cross_entropy),
    "dropout": (lambda: nn.MLP(2, [6, 5, 2], dropout=0.4), MOONS, nn.cross_entropy),
    "noise": (lambda: nn.MLP(2, [5, 2], activation="noisy_relu"), MOONS, nn.cross_entropy),
    "convolution": (convolution, images(11), nn.cross_entropy),
    "recurrent": (Last, (SERIES[0], [y[-2:] for y in SERIES[1]]), nn.mse),
    "letters": (Letters, letters(11), mean_over_letters),
}


def fit(model, data, replay, **options):
    given = {"loss": nn.cross_entropy, "optimizer": lambda p: nn.Adam(p, lr=0.05), "epochs": 4, "seed": 3}
    return nn.fit(model, data, **{**given, "compile": replay, **options}, progress=False)


def both(make, data, **options):
    """Train twins, eagerly and compiled, and check that they go the same way."""
    random.seed(7)
    eager = make()
    replayed = copy.deepcopy(eager)
    fits = [fit(model, data, replay, **options) for model, replay in ((eager, False), (replayed, True))]
    assert [row.keys() for row in fits[0].rows] == [row.keys() for row in fits[1].rows]
    for one, other in zip(*(h.rows for h in fits), strict=True):
        assert list(one.values()) == pytest.approx(list(other.values()), rel=CLOSE, abs=1e-13)
    assert fits[0].stopped == fits[1].stopped
    assert numbers(eager) == pytest.approx(numbers(replayed), rel=CLOSE, abs=1e-13)
    assert slopes(eager) == pytest.approx(slopes(replayed), rel=1e-9, abs=1e-12)
    assert fits[0].optimizer.steps == fits[1].optimizer.steps
    return fits


def numbers(model):
    return [p.data for p in model.parameters()]


def slopes(model):
    return [p.grad for p in model.parameters()]


@pytest.mark.parametrize("size", [1, 4, None])
@pytest.mark.parametrize("name", MODELS)
def test_a_model_trains_as_eagerly_in_batches_of_any_size(name, size):
    make, data, loss = MODELS[name]
    state = []
    for history in both(make, data, loss=loss, batch_size=size):
        state.append(history.states[4][2])  # all random draws were the same
    assert state[0] == state[1]


def shares(n):
    return [[0.25, 0.5, 0.25], [1.0, 0.0, 0.0], [0, 1, 0]][n % 3]


CLASSES = [[k % 3] for k in range(7)]
LOSSES = {
    "cross_entropy": ("linear", [k % 3 for k in range(7)]),
    "cross_entropy of shares": ("linear", [shares(k) for k in range(7)]),
    "log_loss": ("softmax", [k % 3 for k in range(7)]),
    "log_loss of shares": ("softmax", [shares(k) for k in range(7)]),
    "symmetric_cross_entropy": ("linear", [k % 3 for k in range(7)]),
    "symmetric_cross_entropy of shares": ("linear", [shares(k) for k in range(7)]),
    "kl_divergence": ("linear", [shares(k) for k in range(7)]),
    "kl_divergence of an index": ("linear", [k % 3 for k in range(7)]),
    "multi_hinge": ("linear", [k % 3 for k in range(7)]),
    "multi_hinge of one-hot rows": ("linear", nn.one_hot([k % 3 for k in range(7)])),
    "hinge": ("linear", [[1, -1, 1], [-1, -1, 1]] * 3 + [[1, 1, 1]]),
    "perceptron_criterion": ("linear", [[1, -1, 1], [-1, -1, 1]] * 3 + [[1, 1, 1]]),
    "bce_with_logits": ("linear", [shares(k) for k in range(7)]),
    "bce": ("sigmoid", [shares(k) for k in range(7)]),
    "mse": ("linear", [shares(k) for k in range(7)]),
    "mae": ("linear", [shares(k) for k in range(7)]),
    "euclidean": ("linear", [shares(k) for k in range(7)]),
}


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_is_that_of_eager_training(name, monkeypatch):
    monkeypatch.setattr("autograd.replay.Compiled._eagerly", None)  # the engine is never asked
    end, targets = LOSSES[name]
    X = [[math.sin(k), math.cos(3 * k)] for k in range(7)]

    def make():
        net = nn.MLP(2, [4, 3], activation="tanh")
        return net if end == "linear" else nn.Sequential(net, nn.softmax if end == "softmax" else nn.Activation(end))

    both(make, (X, targets), loss=getattr(nn, name.split()[0]), batch_size=3, validation=(X[:2], targets[:2]))


def test_every_loss_of_the_package_is_among_them():
    named = {name for name, f in vars(nn).items() if getattr(f, "__module__", "") == "nn.functional.losses"}
    assert named == {name.split()[0] for name in LOSSES} | {"entropy", "l1", "l2"}


@pytest.mark.parametrize("name", ["bce", "log_loss"])
def test_a_share_of_0_of_a_probability_of_0_or_1_counts_nothing(name, monkeypatch):
    monkeypatch.setattr("autograd.replay.Compiled._eagerly", None)  # the engine is never asked
    sure = nn.Sequential(nn.Neuron(1, nonlin=False, init=lambda *fans: 800.0), nn.Activation("sigmoid"))
    both = nn.Sequential(sure, lambda p: [p, 1 - p])  # the sigmoid of 800 is 1, and the gradient 0
    data = ([[1.0], [-2.0]], [1.0, 0.0] if name == "bce" else [[1, 0], [0.0, 1.0]])
    model = sure if name == "bce" else both
    assert fit(model, data, True, loss=getattr(nn, name))["loss"] == [0.0] * 4


def test_a_small_loss_keeps_its_digits():
    X, y = [[30.0], [-30.0], [25.0]], [1, 0, 1]
    both(lambda: nn.Sequential(nn.Neuron(1, nonlin=False), lambda z: [-z / 2, z / 2]), (X, y))


OPTIMIZERS = {
    "SGD": lambda p: nn.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "Adagrad": lambda p: nn.Adagrad(p, lr=0.1),
    "RMSprop": lambda p: nn.RMSprop(p, weight_decay=0.01),
    "Adam": nn.Adam,
    "AdamW": nn.AdamW,
    "a part of the parameters": lambda p: nn.Adam(p[4:9], lr=0.1),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimiser_takes_the_same_steps_on_arrays(name):
    options = {"clip_value": 0.2, "clip_norm": 0.3, "penalty": lambda p: nn.l2(p, 0.01)}
    both(MODELS["mlp"][0], MOONS, optimizer=OPTIMIZERS[name], batch_size=4, **options)


class Signs(nn.SGD):
    def compute_update(self, i, g):
        return self.lr if g > 0 else -self.lr


def test_an_optimiser_of_ones_own_need_know_no_arrays():
    both(MODELS["mlp"][0], MOONS, optimizer=lambda p: Signs(p, lr=0.01), batch_size=4)


def test_metrics_validation_patience_and_schedules_are_as_ever():
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
    assert seen[:half] == [pytest.approx(row, rel=1e-9) for row in seen[half:]]  # data and grad are right for callbacks


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


def test_frozen_parameters_stay_also_if_they_are_frozen_on_the_way():
    def freeze(history):
        for p in history.model.layers[0].parameters():
            p.requires_grad = len(history) % 2 == 0

    both(MODELS["mlp"][0], MOONS, callbacks=[freeze])


def test_a_run_may_change_its_mode_at_a_checkpoint(tmp_path):
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


def test_a_compiled_run_that_goes_on_ends_as_one_that_was_not_stopped_to_the_last_bit(tmp_path):
    ends = []
    for name, parts in (("whole", [6]), ("parts", [2, 3, 6])):
        random.seed(1)
        model = MODELS["dropout"][0]()
        for epochs in parts:
            fit(model, MOONS, True, epochs=epochs, batch_size=4, checkpoint=tmp_path / name, resume=True)
        ends.append(numbers(model))
    assert ends[0] == ends[1]


def test_rewinding_goes_on_bit_for_bit():
    make, data, _ = MODELS["dropout"]
    model = make()
    history = fit(model, data, True, batch_size=4)
    end = numbers(model)
    history.rewind(2)
    fit(model, data, True, batch_size=4, epochs=2, seed=None, optimizer=history.optimizer)
    assert numbers(model) == end


def test_ctrl_c_within_an_epoch_gives_the_best_weights_and_leaves_nothing_packed(monkeypatch):
    apply_update, taken = nn.Adam.apply_update, []

    def interrupted(self, *args):
        taken.append(1)
        if len(taken) == 8:  # in the third epoch
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


def test_other_trainers_pass_it_on():
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


def test_microgpt_on_names_learns_and_invents(capsys):
    path = Path(nn.__path__[0]).parent / "examples" / "train_a_small_gpt.py"
    history = runpy.run_path(str(path))["main"](["--names", "5", "--epochs", "6"])
    assert history["loss"][-1] < history["loss"][0] < 3.4  # ln 27 = 3.3
    assert "invented: " in capsys.readouterr().out


# What is refused


class Held(nn.Module):
    """A model of one parameter that does as it is told."""

    def __init__(self, f):
        self.w, self.f = Value(0.5), f

    def __call__(self, x):
        return self.f(self.w, x)


class Drifting:
    times = 0

    def __call__(self, outputs, targets):
        Drifting.times += 1
        return nn.mse(outputs, targets) * (1 + Drifting.times)


POINTS = [[0.5, 1], [-1.0, 0], [2.0, 0], [0.1, 1]], [1.0, 0.0, -1.0, 0.5]


@pytest.mark.parametrize(
    ("f", "options", "error", "message"),
    [
        (
            lambda w, x: w * x[0],
            {"loss": lambda o, t: nn.mse(o, t, reduction="sum")},
            ValueError,
            "compile: the loss of 4",
        ),
        (
            lambda w, x: w * x[0],
            {"loss": lambda o, t: nn.mse(o, t).sqrt()},
            ValueError,
            "compile: the loss of 4 samples",
        ),
        (
            lambda w, x: w * x[0],
            {"loss": Drifting()},
            ValueError,
            "neither it nor the model may depend on what changes",
        ),
        (
            lambda w, x: w * x[0],
            {"loss": lambda o, t: list(o)},
            TypeError,
            "loss: expected one Value, got list; red",
        ),
        (
            lambda w, x: w * x[0],
            {"loss": lambda o, t: o[0].data},
            TypeError,
            r"test_compiled.py, line \d+ reads .data",
        ),
        (lambda w, x: w * x[0], {"loss": lambda o, t: 3.0}, TypeError, "loss: expected one Value, got float"),
        (lambda w, x: w.data * x[0] * w, {}, TypeError, r"test_compiled.py, line \d+ reads .data of a Value while"),
        (
            lambda w, x: w * math.exp(x[0]),
            {},
            TypeError,
            r"test_compiled.py, line \d+ asks a Value for its number.*use v.exp\(\)",
        ),
        (
            lambda w, x: w * x[0] if x[0] > 0 else w,
            {},
            ValueError,
            r"test_compiled.py, line \d+: the samples of a bat",
        ),
        (lambda w, x: w * random.random(), {}, ValueError, "compile: a recording would freeze what the model draws"),
        (
            lambda w, x: w * [1.0, 2.0][x[1]],
            {},
            TypeError,
            r"test_compiled.py, line \d+ asks .*nn.pick or a comparison",
        ),
        (lambda w, x: cube(w) * x[0], {}, TypeError, "cube: a gate knows numbers only and cannot be compiled"),
        (
            lambda w, x: w * x[0],
            {"optimizer": nn.Newton},
            ValueError,
            "compile: Newton differentiates a graph of the loss",
        ),
        (lambda w, x: w * x[0], {"compile": 1}, TypeError, "compile: expected True or False, got int 1"),
    ],
)
def test_what_cannot_be_compiled_says_why(f, options, error, message):
    model = Held(f).eval()
    with pytest.raises(error, match=message):
        fit(model, POINTS, True, **{"loss": nn.mse, "optimizer": nn.SGD, "epochs": 2, **options})
    assert (model.training, model.w.data, model.w.grad) == (False, 0.5, 0.0)


def test_an_operation_written_with_math_says_why():
    @autograd.operation(lambda y, x: autograd.cos(x))
    def in_math(x):
        return math.sin(x)

    with pytest.raises(TypeError, match="in_math: only what is written in operations of autograd can be compiled"):
        fit(Held(lambda w, x: in_math(w) * x[0]), POINTS, True, loss=nn.mse)


@autograd.gate
class cube:  # noqa: N801  # a function
    def forward(self, x):
        self.x = x
        return x**3

    def backward(self, upstream):
        return 3 * self.x**2 * upstream


@pytest.mark.parametrize(
    ("make", "data", "loss", "message"),
    [
        (
            lambda: nn.MLP(1, [3]),
            ([[0.0]] * 3, [0, 1, 3]),
            nn.cross_entropy,
            "expected the index of one of 3 logits, got 3",
        ),
        (lambda: nn.MLP(1, [1]), ([[0.0]] * 3, [1, -1, 0]), nn.hinge, "target: expected -1 or 1, got 0"),
        (lambda: nn.MLP(1, [2]), ([[0.0]] * 2, [[0, 1], [0.5, 0.6]]), nn.cross_entropy, "probabilities whose sum is 1"),
        (
            lambda: nn.Embedding(3, 2),
            ([0, 1, 2, 3, 1], [[0.0, float(k)] for k in range(5)]),
            nn.mse,
            "symbol: expected a whole number from 0",
        ),
        (
            lambda: nn.MLP(1, [1]),
            ([[0.3], [5.0], [9.0]], [1, 0, 1]),
            nn.bce,
            "probability: expected a number from 0 to 1",
        ),
        (
            lambda: nn.MLP(2, [1]),
            ([[0.0, 1.0], [1.0]], [1.0, 0.0]),
            nn.mse,
            "inputs: expected 2, one for each weight, got 1",
        ),
        (lambda: nn.MLP(1, [1]), ([[0.5], [Value(1.0)]], [1.0, 0.0]), nn.mse, "sample 1 of the data.*got Value"),
    ],
)
def test_data_that_does_not_fit_is_refused_as_in_eager_training(make, data, loss, message):
    with pytest.raises((TypeError, ValueError), match=message):
        fit(make(), data, True, loss=loss)
