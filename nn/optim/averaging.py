"""WeightAverage: the mean of the weights during training."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from autograd import Value

from ..validation import read_int
from .optimizer import read_fraction, read_vector


class WeightAverage:
    """Average parameters over the epochs of training, as a callback of ``nn.fit``.

    Polyak and Juditsky (1992), Acceleration of stochastic approximation by averaging.

    Args:
        parameters: The Values to average.
        decay: The weight of the old average, 0 ≤ decay < 1; by default all epochs have the same weight.

    Raises:
        TypeError: If ``parameters`` is not a list.

    >>> x = Value(1.0)
    >>> average = WeightAverage([x])
    >>> for x.data in 1.0, 3.0: average.update()
    >>> average.apply(); x.data
    2.0
    >>> average.undo(); x.data
    3.0
    """

    count: int
    mean: list[float]

    def __init__(self, parameters: Iterable[Value], decay: float | None = None) -> None:
        if not isinstance(parameters, Iterable):
            raise TypeError(f"parameters: expected a list, such as model.parameters(), got {parameters!r:.40}")
        self.parameters: list[Value] = list(parameters)
        self.decay: float | None = None if decay is None else read_fraction(decay, "decay")
        self.count, self.mean = 0, [0.0] * len(self.parameters)
        self.before: list[float] = []

    def update(self) -> None:
        """Include the current parameters in the average."""
        self.count += 1
        weight = 1 / self.count if self.decay is None or self.count == 1 else 1 - self.decay
        self.mean = [m + weight * (p.data - m) for m, p in zip(self.mean, self.parameters, strict=True)]

    def __call__(self, history: Any) -> None:
        """Update the average, as a callback."""
        self.update()

    def apply(self) -> None:
        """Set the parameters to the average; raise RuntimeError before the first update."""
        if not self.count:
            raise RuntimeError("there is no average yet: update() has not run")
        self.before = [p.data for p in self.parameters]
        for p, m in zip(self.parameters, self.mean, strict=True):
            p.data = m

    def undo(self) -> None:
        """Set the parameters to what they were before ``apply``."""
        for p, x in zip(self.parameters if self.before else (), self.before, strict=True):
            p.data = x
        self.before = []

    def state_dict(self) -> dict[str, Any]:
        """Return the average and its number of updates, as plain data."""
        return {"count": self.count, "mean": list(self.mean)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from a ``state_dict``, or raise ValueError or TypeError."""
        mean = read_vector(state["mean"], "means", len(self.parameters))
        self.count, self.mean = read_int(state["count"], "count", 0), mean
