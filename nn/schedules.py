"""Learning rates over time, as functions of the epoch, counted from 0."""

from __future__ import annotations

from collections.abc import Callable
from math import exp

from .validation import read_int

Schedule = Callable[[int], float]


def exponential(lr: float, k: float) -> Schedule:
    """Return the schedule lr·e^(−k·t).

    Args:
        lr, k: The learning rate at t = 0, and its decay per epoch; it falls to a half in ln 2 / k epochs.

    >>> [round(exponential(1.0, 0.5)(t), 3) for t in range(3)]
    [1.0, 0.607, 0.368]
    """
    return lambda t: lr * exp(-k * t)


def inverse_time(lr: float, k: float) -> Schedule:
    """Return the schedule lr / (1 + k·t), also called 1/t decay.

    Args:
        lr, k: The learning rate at t = 0, and its decay per epoch; it falls to a half in 1 / k epochs.

    >>> [inverse_time(1.0, 1.0)(t) for t in range(4)]
    [1.0, 0.5, 0.3333333333333333, 0.25]
    """
    return lambda t: lr / (1 + k * t)


def step_decay(lr: float, every: int, factor: float = 0.1) -> Schedule:
    """Return the schedule that multiplies lr by a factor every ``every`` epochs.

    Args:
        lr: The learning rate of the first epochs.
        every, factor: The number of epochs between two changes, and what multiplies the rate.

    Raises:
        ValueError, TypeError: If ``every`` is not a whole number of at least 1.

    >>> [step_decay(1.0, every=2, factor=0.5)(t) for t in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """
    read_int(every, "every")
    return lambda t: lr * factor ** (t // every)


def linear(lr: float, last: float, epochs: int) -> Schedule:
    """Return the schedule that goes linearly from lr to ``last`` in some epochs.

    Args:
        lr, last: The learning rates at t = 0, and from t = epochs on.
        epochs: The number of epochs in between.

    Raises:
        ValueError, TypeError: If ``epochs`` is not a whole number of at least 1.

    >>> [linear(1.0, 0.0, 4)(t) for t in range(5)]
    [1.0, 0.75, 0.5, 0.25, 0.0]
    """
    read_int(epochs, "epochs")
    return lambda t: lr + (last - lr) * min(1.0, t / epochs)
