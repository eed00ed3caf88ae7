"""fit: three ways to go through the data, reasons to stop, ways back; and second-order steps."""

import io
import math
import random
import signal
import sys
from itertools import pairwise

import pytest

import nn
from autograd import Value
from nn import schedules
from tests.helpers.line_fitting import LINE, NOISY, fit, line, sgd

# Ways through the data


def test_full_batch_is_the_loop_that_one_would_write():
    ours, theirs = line(), line()
    theirs.load_state_dict(ours.state_dict())
    history = fit(ours)
    losses = []
    for _ in range(5):
        loss = sum(((theirs(x) - t) ** 2 for x, t in zip(*LINE, strict=True)), Value(0.0)) / 12
        theirs.zero_grad()
        loss.backward()
        losses.append(loss.data)
        for p in theirs.parameters():
            p.data -= 0.1 * p.grad
    assert history["loss"] == pytest.approx(losses, rel=1e-12)
    assert list(ours.state_dict().values()) == pytest.approx(list(theirs.state_dict().values()), rel=1e-12)


class Seen(nn.Module):
    """A model that notes which samples it saw."""

    def __init__(self):
        self.w = Value(0.0)
        self.order = ()

    def __call__(self, x):
        self.order = (*self.order, x[0])
        return self.w * x[0]


@pytest.mark.parametrize("size", [1, 5])
def test_batches_are_a_new_permutation_in_every_epoch(size):
    model, X = Seen(), [[float(k)] for k in range(12)]
    fit(model, (X, [0.0] * 11 + [1.0]), optimizer=sgd(0.0), batch_size=size, epochs=3)
    epochs = [model.order[k : k + 12] for k in (0, 12, 24)]
    assert [sorted(epoch) for epoch in epochs] == [[float(k) for k in range(12)]] * 3
    assert len(set(epochs)) == 3
    model.order = ()
    fit(model, (X, [0.0] * 11 + [1.0]), batch_size=size, epochs=1, shuffle=False)
    assert list(model.order) == [float(k) for k in range(12)]


def test_one_example_at_a_time_takes_a_step_for_each():
    model = line()
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    fit(model, optimizer=optimizer, batch_size=1, epochs=2)
    assert optimizer.steps == 24
    fit(model, optimizer=optimizer, batch_size=5, epochs=2)
    assert optimizer.steps == 24 + 2 * 3


def test_an_update_by_one_example_may_raise_the_error_of_all():
    errors = []
    model = line()

    def watch(history):
        errors.append(nn.mse([model(x) for x in NOISY[0]], NOISY[1]).data)

    fit(model, NOISY, optimizer=sgd(0.5), batch_size=1, epochs=40, callbacks=[watch])
    assert any(b > a for a, b in pairwise(errors))


def test_training_stops_on_the_norm_of_the_gradient():
    history = fit(line(), epochs=1000, min_grad_norm=1e-3)
    assert history.stopped == "gradient"
    assert len(history) < 1000
    assert history["grad_norm"][-1] < 1e-3 <= history["grad_norm"][-2]


def test_a_schedule_sets_the_rate_of_each_epoch():
    history = fit(line(), schedule=schedules.step_decay(0.4, every=2, factor=0.5))
    assert history["lr"] == [0.4, 0.4, 0.2, 0.2, 0.1]


@pytest.mark.parametrize(("options", "bound"), [({"clip_norm": 0.01}, 0.01), ({"clip_value": 0.01}, 0.01 * 2**0.5)])
def test_clipped_steps_are_short(options, bound):
    model = line()
    before = model.state_dict()
    fit(model, optimizer=sgd(1.0), epochs=1, **options)
    assert 0 < math.dist(before.values(), model.state_dict().values()) <= bound * (1 + 1e-12)


def test_a_penalty_is_added_and_shrinks_the_weights():
    plain, decayed, sparse = line(), line(), line()
    fit(plain, epochs=200)
    fit(decayed, epochs=200, penalty=lambda ps: nn.l2(ps, 1.0))
    fit(sparse, epochs=200, penalty=lambda ps: nn.l1(ps[:1], 5.0))
    assert abs(decayed.w[0].data) < abs(plain.w[0].data)
    assert abs(sparse.w[0].data) < 0.5
    assert plain.w[0].data == pytest.approx(2.0, abs=0.01)


def test_l2_is_the_weight_decay_of_sgd_and_not_that_of_adamw():
    results = []
    for optimizer, options in (
        (sgd(0.1), {"penalty": lambda ps: nn.l2(ps, 0.3)}),
        (sgd(0.1, weight_decay=0.3), {}),
        (lambda ps: nn.Adam(ps, lr=0.1, weight_decay=0.3), {}),
        (lambda ps: nn.AdamW(ps, lr=0.1, weight_decay=0.3), {}),
    ):
        random.seed(1)
        model = line()
        fit(model, optimizer=optimizer, **options)
        results.append(list(model.state_dict().values()))
    assert results[0] == pytest.approx(results[1], rel=1e-12)
    assert results[2] != pytest.approx(results[3], rel=1e-3)


def test_frozen_parameters_stay():
    model = line()
    model.b.requires_grad = False
    fit(model, optimizer=lambda ps: nn.AdamW(ps, lr=0.1))
    assert model.b.data == 0.0
    assert model.w[0].data != 0.0


def test_an_optimiser_may_have_a_part_of_the_model():
    model = nn.MLP(1, [2, 1], activation="tanh")
    last = model.layers[1]
    before = model.state_dict()
    history = fit(model, optimizer=nn.SGD(last.parameters(), lr=0.1), epochs=4)
    changed = {name.split(".")[1] for name, x in model.state_dict().items() if x != before[name]}
    assert changed == {"1"}
    assert history["grad_norm"][-1] < history["grad_norm"][0]


# Reasons to stop


def test_early_stopping_gives_back_the_best_weights():
    model = nn.MLP(1, [8, 1], activation="tanh")
    data = nn.data.sample(lambda x: math.sin(3 * x), n=8, noise=0.3, seed=1)
    held_out = nn.data.sample(lambda x: math.sin(3 * x), n=30, seed=2)
    history = fit(model, data, optimizer=lambda ps: nn.Adam(ps, lr=0.05), epochs=2000, validation=held_out, patience=15)
    assert history.stopped == "patience"
    best = min(range(len(history)), key=history["val_loss"].__getitem__) + 1
    assert (history.best_epoch, len(history)) == (best, best + 15)
    assert nn.mse([model(x) for x in held_out[0]], held_out[1]).data == pytest.approx(
        min(history["val_loss"]), rel=1e-12
    )


@pytest.mark.parametrize("how", [signal.SIGINT, KeyboardInterrupt])
def test_ctrl_c_keeps_the_best_weights(how):
    model, kept = line(), []

    def interrupt(history):
        kept.append(history.weights())
        if len(history) == 3:
            history.optimizer.lr = 30.0  # from here on it gets worse
        if len(history) == 5:
            if how is KeyboardInterrupt:
                raise KeyboardInterrupt
            signal.raise_signal(how)

    history = fit(model, epochs=100, callbacks=[interrupt])
    assert (history.stopped, model.training) == ("interrupted", False)
    assert history.weights() == kept[2]  # after 3 epochs; the fourth measured their loss, and went astray


def test_ctrl_c_within_an_epoch_gives_the_weights_of_an_epoch_and_the_mode_of_use():
    model, calls = nn.MLP(1, [3, 1], activation="tanh", dropout=0.3), []

    def loss(outputs, targets):
        calls.append(1)
        if len(calls) == 9:  # the third batch of the third epoch
            raise KeyboardInterrupt
        return nn.mse(outputs, targets)

    history = fit(model, loss=loss, batch_size=4)
    assert (history.stopped, len(history), model.training) == ("interrupted", 2, False)
    assert history.weights() == list(history.states[history.best_epoch][0])


def test_a_loss_that_is_not_finite_stops_training_with_the_best_weights():
    model = line()
    with pytest.warns(RuntimeWarning):
        history = fit(model, optimizer=sgd(1e100), epochs=100)
    assert history.stopped == "diverged"
    assert len(history) < 10
    assert all(map(math.isfinite, history.weights()))


def test_a_callback_can_stop_training():
    history = fit(line(), epochs=100, callbacks=[lambda h: len(h) == 3])
    assert (history.stopped, len(history)) == ("callback", 3)
    assert fit(line()).stopped == "epochs"


# Ways back


def test_rewinding_goes_on_bit_for_bit():
    model = nn.MLP(1, [4, 1], activation="tanh", dropout=0.3)
    history = fit(model, optimizer=lambda ps: nn.Adam(ps, lr=0.1), batch_size=5, epochs=8)
    end = history.weights()
    for epoch in (3, 0, 7):
        history.rewind(epoch)
        again = fit(model, optimizer=history.optimizer, batch_size=5, epochs=8 - epoch)
        assert again.weights() == end
        assert again["loss"] == history["loss"][epoch:]
    with pytest.raises(ValueError, match="epoch: expected one that was kept, 0 to 8; got 9"):
        history.rewind(9)
    with pytest.raises(ValueError, match="none, for fit got keep=False"):
        fit(model, keep=False).rewind(0)


def test_a_seed_settles_everything():
    def train(seed):
        random.seed(0)
        model = nn.MLP(1, [4, 1], activation="tanh", dropout=0.3)
        history = fit(model, NOISY, optimizer=nn.Adam, batch_size=5, seed=seed)
        return history.rows, history.weights()

    assert train(1) == train(1) != train(2)


def test_restarts_find_a_way_out_of_local_minima():
    X = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    options = {"loss": nn.bce_with_logits, "optimizer": sgd(0.5), "epochs": 100, "progress": False}

    def make():
        return nn.MLP(2, [2, 1])

    scores = [nn.restarts(1, make, (X, [0, 1, 1, 0]), seed=k, **options).best_score for k in range(6)]
    best = nn.restarts(6, make, (X, [0, 1, 1, 0]), seed=0, **options)
    assert best.best_score == min(scores)
    assert max(scores) > 0.3
    assert nn.errors([best.model(x) for x in X], [0, 1, 1, 0]) == 0


def test_history_tells_its_columns():
    history = fit(line(), validation=LINE, metrics={"worst": lambda p, t: 1.0})
    assert list(history.rows[0]) == ["loss", "worst", "grad_norm", "lr", "val_loss", "val_worst"]
    with pytest.raises(KeyError, match="los: expected one of loss, worst, grad_norm"):
        history["los"]


def test_the_progress_bar_is_quiet_when_not_on_a_terminal(monkeypatch, capsys):
    fit(line(), progress=True)
    assert capsys.readouterr() == ("", "")

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stderr", Terminal())
    fit(line(), progress=True)
    assert "epochs" in sys.stderr.getvalue()
    monkeypatch.setattr(sys, "stderr", Terminal())
    fit(line(), progress=False)
    assert sys.stderr.getvalue() == ""


# What cannot be


@pytest.mark.parametrize(
    ("data", "options", "error", "message"),
    [
        (([], []), {}, ValueError, "X: expected at least one sample, got none"),
        (([[1.0]], [1.0, 2.0]), {}, ValueError, "y: expected 1 targets, one for each sample, got 2"),
        (([[1.0], [math.nan]], [1.0, 2.0]), {}, ValueError, r"X\[1\]\[0\]: a value is missing or not finite, nan"),
        (([[1.0], [None]], [1.0, 2.0]), {}, ValueError, r"X\[1\]\[0\]: a value is missing or no number, None"),
        (([[1.0], [2.0]], [1.0, ""]), {}, ValueError, r"y\[1\]: a value is missing or no number, ''"),
        ([[1.0]], {}, TypeError, r"data: expected a pair \(X, y\), got list"),
        (LINE, {"patience": 3}, ValueError, "patience: it needs validation data"),
        (LINE, {"batch_size": 0}, ValueError, "batch_size: expected at least 1, or None"),
        (LINE, {"resume": True}, ValueError, "resume: it needs the checkpoint"),
        (LINE, {"loss": "mse"}, TypeError, "loss: expected a function of outputs and targets, got str 'mse'"),
        (LINE, {"optimizer": nn.Newton, "clip_norm": 1.0}, ValueError, "clip_norm, clip_value: a second-order step"),
        (LINE, {"validation": ([], [])}, ValueError, "X: expected at least one sample, got none"),
    ],
)
def test_a_run_that_cannot_be_is_refused_and_changes_nothing(data, options, error, message):
    model = line()
    before, state = model.state_dict(), random.getstate()
    with pytest.raises(error, match=message):
        fit(model, data, **options)
    assert (model.state_dict(), random.getstate()) == (before, state)


def test_one_class_only_is_warned_of():
    with pytest.warns(nn.DataWarning, match="y: all 3 targets are 1; there is nothing to tell apart") as caught:
        nn.fit(line(), ([[1.0], [2.0], [3.0]], [1, 1, 1]), loss=nn.mse, optimizer=nn.SGD, epochs=1)
    assert caught[0].filename == __file__  # it points at the user's line


def test_restarts_end_with_the_best_weights():
    def loss(outputs, targets):
        return nn.mse(outputs, targets)

    options = {"optimizer": sgd(0.9), "batch_size": 3, "epochs": 4, "validation": NOISY, "progress": False}
    history = nn.restarts(2, line, NOISY, seed=1, loss=loss, **options)
    score = nn.mse([history.model(x) for x in NOISY[0]], NOISY[1]).data
    assert history.weights() == history.best
    assert score == pytest.approx(history.best_score, rel=1e-12)


@pytest.mark.parametrize("size", [None, 4])
def test_ctrl_c_in_the_first_epoch_gives_the_weights_at_the_start(size):
    model, calls = line(), []
    before = list(model.state_dict().values())

    def loss(outputs, targets):
        calls.append(1)
        if size is None or len(calls) == 2:
            raise KeyboardInterrupt
        return nn.mse(outputs, targets)

    history = fit(model, loss=loss, batch_size=size)
    assert (history.stopped, len(history), history.weights()) == ("interrupted", 0, before)


def test_divergence_in_the_first_epoch_gives_the_weights_at_the_start():
    model = line()
    before = list(model.state_dict().values())
    with pytest.warns(RuntimeWarning):
        history = fit(model, optimizer=sgd(1e200), batch_size=1)
    assert (history.stopped, history.weights()) == ("diverged", before)


def test_pretraining_ends_at_ctrl_c():
    model, calls = nn.Autoencoder(2, [2, 1]), []

    def interrupt(history):
        calls.append(len(history))
        raise KeyboardInterrupt

    X, options = [[0.0, 1.0], [1.0, 0.0]], {"optimizer": nn.SGD, "progress": False}
    assert len(model.pretrain(X, callbacks=[interrupt], **options)) == 1
    assert calls == [1]
    assert model.pretrain(X, epochs=0, **options) == []


def test_the_norm_that_stops_training_is_that_before_clipping():
    history = fit(line(), epochs=3, clip_norm=1e-3, min_grad_norm=1e-2)
    assert (history.stopped, len(history)) == ("epochs", 3)
    assert min(history["grad_norm"]) > 1e-2


def test_the_optimiser_of_another_model_is_refused():
    with pytest.raises(ValueError, match="optimizer: it has parameters that are not of this model"):
        fit(line(), optimizer=nn.SGD(line().parameters()))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"optimizer": "adam"}, "optimizer: expected a function of the parameters, got str 'adam'"),
        ({"optimizer": lambda ps: 3}, "optimizer: expected an optimiser"),
        ({"callbacks": [3]}, r"callbacks\[0\]: expected a function of the history, got int 3"),
        ({"callbacks": 3}, r"callbacks\[0\]: expected a function of the history, got int 3"),
        ({"penalty": 0.1}, "penalty: expected a function of the parameters, got float 0.1"),
        ({"schedule": 0.1}, "schedule: expected a function of the epoch, got float 0.1"),
        ({"schedule": lambda epoch: -1.0}, "schedule: expected a number of at least 0, got -1.0"),
        ({"metrics": [nn.accuracy]}, "metrics: expected a table from names to functions, got list"),
        ({"metrics": {"loss": nn.accuracy}}, "metrics: expected other names than fit's own columns, got 'loss'"),
        ({"metrics": {"error": 1}}, r"metrics\['error'\]: expected a function of outputs and targets, got int 1"),
        ({"epochs": "a"}, "epochs: expected a whole number of at least 0, got str 'a'"),
        ({"epochs": -1}, "epochs: expected a whole number of at least 0, got -1"),
        ({"batch_size": 2.5}, "batch_size: expected a whole number of at least 1, got float 2.5"),
        ({"patience": -1, "validation": LINE}, "patience: expected a whole number of at least 1, got -1"),
        ({"clip_norm": -1}, "clip_norm: expected a number of at least 0, got -1"),
        ({"loss": lambda p, t: nn.mse(p, t, reduction="none")}, "loss: expected one Value, got list"),
    ],
)
def test_options_of_fit_are_checked(options, message):
    model = line()
    before = model.state_dict()
    with pytest.raises((TypeError, ValueError), match=message):
        fit(model, **options)
    assert model.state_dict() == before


def test_a_model_without_parameters_is_refused():
    with pytest.raises(ValueError, match="model: expected one with parameters to train, got"):
        fit(nn.Dropout(0.5))


def test_a_history_is_told_in_one_line():
    shown = repr(fit(line()))
    assert shown.startswith("History(5 epochs, stopped='epochs', best_epoch=4, loss=")
    assert len(shown) < 200


def test_ctrl_c_between_a_row_and_its_state_leaves_a_way_back_to_the_best(monkeypatch):
    note = nn.History.note_best

    def interrupted(self, *best):
        note(self, *best)
        if len(self) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(nn.History, "note_best", interrupted)
    history = fit(line(), validation=LINE)
    assert (history.stopped, history.best_epoch, len(history)) == ("interrupted", 2, 2)
    history.rewind(history.best_epoch)
    assert history.weights() == history.best
