"""First-order steps, worked out by their formulas; tests/nn/test_parity.py compares ten steps with PyTorch's."""

from math import sqrt

import pytest

import nn
from autograd import Value


def path(make, gradients, start=1.0):
    """Return where an optimizer leads from 1.0 along given gradients."""
    optimizer, found = make([x := Value(start)]), []
    for x.grad in gradients:
        optimizer.step()
        found.append(x.data)
    return found


def test_sgd_adds_up_a_velocity_and_looks_ahead_with_nesterov():
    assert path(lambda ps: nn.SGD(ps, lr=0.1), [1.0, 2.0]) == pytest.approx([0.9, 0.7])
    assert path(lambda ps: nn.SGD(ps, lr=0.1, momentum=0.5), [1.0, 2.0]) == pytest.approx([0.9, 0.65])
    ahead = path(lambda ps: nn.SGD(ps, lr=0.1, momentum=0.5, nesterov=True), [1.0, 2.0])
    assert ahead == pytest.approx([0.85, 0.85 - 0.1 * (2 + 0.5 * 2.5)])


def test_adagrad_and_rmsprop_divide_by_the_size_of_gradients_so_far():
    assert path(lambda ps: nn.Adagrad(ps, lr=0.1), [3.0, 4.0]) == pytest.approx([0.9, 0.9 - 0.4 / 5])
    means = [0.1 * 9, 0.9 * 0.9 + 0.1 * 16]
    first = 1 - 0.1 * 3 / sqrt(means[0])
    found = path(lambda ps: nn.RMSprop(ps, lr=0.1, alpha=0.9), [3.0, 4.0])
    assert found == pytest.approx([first, first - 0.1 * 4 / sqrt(means[1])])


@pytest.mark.parametrize("g", [1e-3, -7.0])
def test_the_steps_of_adam_along_a_steady_gradient_are_lr(g):
    sign = 1 if g > 0 else -1
    assert path(lambda ps: nn.Adam(ps, lr=0.1), [g] * 3) == pytest.approx(
        [1 - 0.1 * sign * k for k in (1, 2, 3)], rel=1e-4
    )


def test_weight_decay_is_part_of_the_gradient_but_in_adamw():
    plain = path(lambda ps: nn.SGD(ps, lr=0.1), [2.0 + 0.5])
    assert path(lambda ps: nn.SGD(ps, lr=0.1, weight_decay=0.5), [2.0]) == plain
    assert path(lambda ps: nn.AdamW(ps, lr=0.1, weight_decay=0.5), [0.0, 0.0]) == pytest.approx([0.95, 0.95**2])
    assert path(lambda ps: nn.Adam(ps, lr=0.1, weight_decay=0.5), [0.0]) == pytest.approx([0.9])  # a gradient of 0.5
