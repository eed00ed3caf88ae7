"""History: columns, best weights, and the way back to any epoch."""

import math
import signal

import pytest

import nn
from tests.helpers.line_fitting import LINE, fit, line, sgd


def test_columns_by_name():
    history = fit(line(), validation=LINE, metrics={"worst": lambda p, t: 1.0})
    assert list(history.rows[0]) == ["loss", "worst", "grad_norm", "lr", "val_loss", "val_worst"]
    with pytest.raises(KeyError, match="los: expected one of loss, worst, grad_norm"):
        history["los"]


def test_the_repr_is_one_line():
    shown = repr(fit(line()))
    assert shown.startswith("History(5 epochs, stopped='epochs', best_epoch=4, loss=")
    assert len(shown) < 200


def test_training_after_rewind_continues_bit_for_bit():
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


def test_early_stopping_restores_the_best_weights():
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
def test_ctrl_c_restores_the_best_weights(how):
    model, kept = line(), []

    def interrupt(history):
        kept.append(history.weights())
        if len(history) == 3:
            history.optimizer.lr = 30.0  # from now on the loss grows
        if len(history) == 5:
            if how is KeyboardInterrupt:
                raise KeyboardInterrupt
            signal.raise_signal(how)

    history = fit(model, epochs=100, callbacks=[interrupt])
    assert (history.stopped, model.training) == ("interrupted", False)
    assert history.weights() == kept[2]  # after 3 epochs; the fourth measured their loss, and diverged


@pytest.mark.parametrize("size", [None, 4])
def test_ctrl_c_in_the_first_epoch_restores_the_initial_weights(size):
    model, calls = line(), []
    before = list(model.state_dict().values())

    def loss(outputs, targets):
        calls.append(1)
        if size is None or len(calls) == 2:
            raise KeyboardInterrupt
        return nn.mse(outputs, targets)

    history = fit(model, loss=loss, batch_size=size)
    assert (history.stopped, len(history), history.weights()) == ("interrupted", 0, before)


def test_ctrl_c_within_an_epoch_restores_the_weights_of_an_epoch_and_eval_mode():
    model, calls = nn.MLP(1, [3, 1], activation="tanh", dropout=0.3), []

    def loss(outputs, targets):
        calls.append(1)
        if len(calls) == 9:  # the third batch of the third epoch
            raise KeyboardInterrupt
        return nn.mse(outputs, targets)

    history = fit(model, loss=loss, batch_size=4)
    assert (history.stopped, len(history), model.training) == ("interrupted", 2, False)
    assert history.weights() == list(history.states[history.best_epoch][0])


def test_ctrl_c_between_a_row_and_its_state_still_allows_rewinding_to_the_best(monkeypatch):
    update_best = nn.History.update_best

    def interrupted(self, *best):
        update_best(self, *best)
        if len(self) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(nn.History, "update_best", interrupted)
    history = fit(line(), validation=LINE)
    assert (history.stopped, history.best_epoch, len(history)) == ("interrupted", 2, 2)
    history.rewind(history.best_epoch)
    assert history.weights() == history.best


def test_divergence_in_the_first_epoch_restores_the_initial_weights():
    model = line()
    before = list(model.state_dict().values())
    with pytest.warns(RuntimeWarning):
        history = fit(model, optimizer=sgd(1e200), batch_size=1)
    assert (history.stopped, history.weights()) == ("diverged", before)
