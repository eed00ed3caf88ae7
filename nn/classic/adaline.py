"""ADALINE: an adaptive linear neuron, and the rule of least mean squares."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

from ..checks import flag, number, size
from ..neuron import Neuron
from .checks import numbers
from .learner import Row, Rows, correct, restored, samples


class Adaline(Neuron):
    """Fit z = w·x + b to targets by w ← w + η(y − z)x and b ← b + η(y − z), from w = 0, b = 0.

    The perceptron's rule, but the error is that of the sum before the threshold, so that right answers teach
    too: the delta rule, which goes down E = ½Σ(y − z)².
    Widrow and Hoff (1960), Adaptive switching circuits.

    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [-1, -1, -1, 1]
    >>> adaline = Adaline(2)
    >>> errors = adaline.fit(X, y, lr=0.1, epochs=100, batch=True)
    >>> [round(p.data, 2) for p in adaline.parameters()], round(errors[-1], 2), [adaline.answer(x) for x in X]
    ([1.0, 1.0, -1.5], 0.5, [-1, -1, -1, 1])
    """

    def __init__(self, nin: int) -> None:
        super().__init__(nin, nonlin=False, init="zeros")

    def answer(self, x: Any) -> int:
        """Return 1 where z ≥ 0, else −1; raise ValueError where z is no number."""
        return 1 if number(self(x).data, "w·x + b") >= 0 else -1

    def update(self, X: Rows, y: Sequence[float], lr: float = 0.1) -> float:
        """Learn from a batch of samples, or from one, and return their error ½Σ(y − z)² before it."""
        return self.fit(X, y, lr=lr, epochs=1, batch=True)[0]

    def fit(
        self, X: Rows, y: Sequence[float], *, lr: float = 0.1, epochs: int = 100, batch: bool = False
    ) -> list[float]:
        """Go through the samples one by one, or all at once with ``batch``; return ½Σ(y − z)² in each epoch.

        Raises ValueError, with nothing changed, if the error grows beyond all bounds, as it does where lr is too
        large, or for data that do not fit.
        """
        pairs = [(x, *numbers(t, f"y[{i}]", 1)) for i, (x, t) in enumerate(samples(X, y, len(self.w)))]
        parts = [pairs] if flag(batch, "batch") else [[pair] for pair in pairs]
        lr, errors = number(lr, "lr", 0), []
        with restored(self):
            for _ in range(size(epochs, "epochs")):
                errors.append(sum(self._learn(part, lr) for part in parts))
                if not isfinite(errors[-1]):
                    raise ValueError(f"lr: the error grows beyond all bounds; expected less than {lr}")
        return errors

    def _learn(self, part: Sequence[tuple[Row, float]], lr: float) -> float:
        off = [target - self(x).data for x, target in part]
        for (x, _), error in zip(part, off, strict=True):
            correct(self, x, lr * error)
        return sum(error * error for error in off) / 2
