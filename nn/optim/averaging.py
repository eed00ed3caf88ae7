"""Averages of the weights that training goes through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from autograd import Value

from ..validation import read_int
from .first_order import share_below_one, vector


class WeightAverage:
    """Average the parameters over the steps of training: all alike, or the last most with a ``decay``.

    A callback of ``nn.fit``, once an epoch; ``apply`` puts the average into the model and ``undo`` takes it out again
    (Polyak and Juditsky, 1992).

    >>> x = Value(1.0)
    >>> average = WeightAverage([x])
    >>> for x.data in 1.0, 3.0: average.update()
    >>> average.apply(); x.data
    2.0
    >>> average.undo(); x.data
    3.0
    """

    def __init__(self, parameters: Iterable[Value], decay: float | None = None) -> None:
        if not isinstance(parameters, Iterable):
            raise TypeError(f"parameters: expected a list, such as model.parameters(), got {parameters!r:.40}")
        self.parameters = list(parameters)
        self.decay = None if decay is None else share_below_one(decay, "decay")
        self.count, self.mean = 0, [0.0] * len(self.parameters)
        self.before: list[float] = []

    def update(self) -> None:
        """Take the parameters as they are now into the average."""
        self.count += 1
        share = 1 / self.count if self.decay is None or self.count == 1 else 1 - self.decay
        self.mean = [m + share * (p.data - m) for m, p in zip(self.mean, self.parameters, strict=True)]

    def __call__(self, history: Any) -> None:
        """Update, as a callback."""
        self.update()

    def apply(self) -> None:
        """Put the average into the parameters; raise RuntimeError if there is none yet."""
        if not self.count:
            raise RuntimeError("there is no average yet: update() has not run")
        self.before = [p.data for p in self.parameters]
        for p, m in zip(self.parameters, self.mean, strict=True):
            p.data = m

    def undo(self) -> None:
        """Put back what the parameters were before ``apply``."""
        for p, x in zip(self.parameters if self.before else (), self.before, strict=True):
            p.data = x
        self.before = []

    def state_dict(self) -> dict[str, Any]:
        """Return the average and of how many it is."""
        return {"count": self.count, "mean": list(self.mean)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a state."""
        mean = vector(state["mean"], "means", len(self.parameters))
        self.count, self.mean = read_int(state["count"], "count", 0), mean
