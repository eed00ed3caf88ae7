"""fit with compile=True: what callbacks change counts, and what stays is recorded once."""

import pytest

import nn
from autograd import Value
from tests.helpers.compiled_training import MOONS, both, fit

pytest.importorskip("numpy")


class Scaled(nn.Module):
    """A perceptron with a plain number and a flag of its own."""

    def __init__(self):
        self.net, self.scale, self.is_squared = nn.MLP(2, [3, 2], activation="tanh"), 1.0, False

    def __call__(self, x):
        return [self.scale * (z * z if self.is_squared else z) for z in self.net(x)]


def change_scale(history, penalty):
    history.model.scale += 0.5


def change_flag(history, penalty):
    history.model.is_squared = len(history) > 1


def change_penalty(history, penalty):
    penalty["weight"] = 0.1 * len(history)


def change_neuron(history, penalty):
    neuron = history.model.net.layers[0].neurons[0]
    if len(history) == 2:
        neuron.w = [Value(0.3), Value(-0.4)]


def change_weight_in_place(history, penalty):
    history.model.net.layers[1].neurons[0].w[1] = Value(0.1 * len(history))


def change_activation(history, penalty):
    history.model.net.layers[0].neurons[1].activation = "sin"


@pytest.mark.parametrize(
    "change",
    [change_scale, change_flag, change_penalty, change_neuron, change_weight_in_place, change_activation],
)
def test_what_a_callback_changes_counts_in_the_next_epoch(change):
    penalty = {}

    def make():
        penalty["weight"] = 0.05
        return Scaled()

    def reset(history):
        change(history, penalty)
        if len(history) == 4:
            penalty["weight"] = 0.05  # as the other run begins

    options = {"penalty": lambda p: nn.l2(p, penalty["weight"]), "callbacks": [reset], "batch_size": 4}
    histories = both(make, MOONS, validation=nn.data.moons(7, seed=5), metrics={"accuracy": nn.accuracy}, **options)
    assert len(histories[1]) == 4


def test_an_unchanged_model_is_recorded_once():
    calls = []

    class Counted(Scaled):
        def __call__(self, x):
            calls.append(1)
            return super().__call__(x)

    counts = []
    fit(Counted(), MOONS, True, batch_size=4, callbacks=[lambda h: counts.append(len(calls))], epochs=12)
    assert counts[0] == counts[2]  # the engine is asked again in epochs 4 and 16 only
    assert counts[4] == counts[11]
