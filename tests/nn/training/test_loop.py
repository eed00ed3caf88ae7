"""fit: batches, penalties, clipping, schedules, reasons to stop, and restarts."""

import io
import math
import random
import sys
from itertools import pairwise

import pytest

import nn
from autograd import Value
from nn import schedules
from tests.helpers.line_fitting import LINE, NOISY, fit, line, sgd


def test_full_batch_equals_a_loop_written_out():
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


def test_an_optimizer_may_have_a_part_of_the_model():
    model = nn.MLP(1, [2, 1], activation="tanh")
    last = model.layers[1]
    before = model.state_dict()
    history = fit(model, optimizer=nn.SGD(last.parameters(), lr=0.1), epochs=4)
    changed = {name.split(".")[1] for name, x in model.state_dict().items() if x != before[name]}
    assert changed == {"1"}
    assert history["grad_norm"][-1] < history["grad_norm"][0]


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


def test_a_seed_determines_everything():
    def train(seed):
        random.seed(0)
        model = nn.MLP(1, [4, 1], activation="tanh", dropout=0.3)
        history = fit(model, NOISY, optimizer=nn.Adam, batch_size=5, seed=seed)
        return history.rows, history.weights()

    assert train(1) == train(1) != train(2)


def test_restarts_escape_local_minima():
    X = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    options = {"loss": nn.bce_with_logits, "optimizer": sgd(0.5), "epochs": 100, "progress": False}

    def make():
        return nn.MLP(2, [2, 1])

    scores = [nn.restarts(1, make, (X, [0, 1, 1, 0]), seed=k, **options).best_score for k in range(6)]
    best = nn.restarts(6, make, (X, [0, 1, 1, 0]), seed=0, **options)
    assert best.best_score == min(scores)
    assert max(scores) > 0.3
    assert nn.errors([best.model(x) for x in X], [0, 1, 1, 0]) == 0


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


def test_restarts_end_with_the_best_weights():
    def loss(outputs, targets):
        return nn.mse(outputs, targets)

    options = {"optimizer": sgd(0.9), "batch_size": 3, "epochs": 4, "validation": NOISY, "progress": False}
    history = nn.restarts(2, line, NOISY, seed=1, loss=loss, **options)
    score = nn.mse([history.model(x) for x in NOISY[0]], NOISY[1]).data
    assert history.weights() == history.best
    assert score == pytest.approx(history.best_score, rel=1e-12)
