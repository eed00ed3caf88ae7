"""Learning rates over time: each returns a function of the epoch, counted from 0."""

from __future__ import annotations

from collections.abc import Callable
from math import exp

from .validation import size

Schedule = Callable[[int], float]


def exponential(lr: float, k: float) -> Schedule:
    """Decay as lr·e^(−k·t).

    >>> [round(exponential(1.0, 0.5)(t), 3) for t in range(3)]
    [1.0, 0.607, 0.368]
    """
    return lambda t: lr * exp(-k * t)


def inverse_time(lr: float, k: float) -> Schedule:
    """Decay as lr / (1 + k·t), the 1/t schedule.

    >>> [inverse_time(1.0, 1.0)(t) for t in range(4)]
    [1.0, 0.5, 0.3333333333333333, 0.25]
    """
    return lambda t: lr / (1 + k * t)


def step_decay(lr: float, every: int, factor: float = 0.1) -> Schedule:
    """Multiply by a factor after every so many epochs.

    >>> [step_decay(1.0, every=2, factor=0.5)(t) for t in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """
    size(every, "every")
    return lambda t: lr * factor ** (t // every)


def linear(lr: float, last: float, epochs: int) -> Schedule:
    """Go straight from lr to ``last``, which it reaches after so many epochs.

    >>> [linear(1.0, 0.0, 4)(t) for t in range(5)]
    [1.0, 0.75, 0.5, 0.25, 0.0]
    """
    size(epochs, "epochs")
    return lambda t: lr + (last - lr) * min(1.0, t / epochs)
