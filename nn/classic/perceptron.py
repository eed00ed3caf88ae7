"""The perceptron, and its criterion with a gradient derived by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import Value
from autograd import sum as total

from ..checks import number, size
from .learner import Learner, Row, Rows, correct
from .threshold import McCullochPitts


class Perceptron(Learner, McCullochPitts):
    """Answer 1 where w·x + b ≥ 0, else ``low`` (−1 or 0), and learn w and b from mistakes alone.

    w ← w + η(y − ŷ)x and b ← b + η(y − ŷ), from w = 0, b = 0: with answers 0 and 1, add the input on a wrong 0
    and subtract it on a wrong 1. This goes down J = −Σ y(w·x + b) over the misclassified: ∂J/∂w = −Σ yx,
    ∂J/∂b = −Σ y. Labels that are neither 1 nor ``low`` raise ValueError.
    Rosenblatt (1958), The perceptron: a probabilistic model for information storage and organization.

    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [-1, -1, -1, 1]
    >>> p = Perceptron(2)
    >>> p.fit(X, y), [int(p(x).data) for x in X]
    ([2, 3, 3, 2, 1, 0], [-1, -1, -1, 1])
    """

    def __init__(self, nin: int, *, low: int = -1) -> None:
        super().__init__([0.0] * size(nin, "nin"), low=low)
        self.nin, self.classes = len(self.w), (self.low, 1)

    def answer(self, x: Any) -> int:
        """Return the answer as a number, without a graph; raise ValueError where w·x + b is none."""
        return 1 if number(self.score(x).data, "w·x + b") >= 0 else self.low

    def criterion(self, X: Rows, y: Sequence[int]) -> Value:
        """Return J as a graph, Σ (w·x + b)(ŷ − y) / (1 − low), in which the step ŷ has the derivative 0."""
        pairs = self.labelled(X, y)
        found: Value = total([self.score(x) * (self(x) - t) / (1 - self.low) for x, t in pairs])
        return found

    def criterion_gradient(self, X: Rows, y: Sequence[int]) -> list[float]:
        """Return ∂J/∂w and ∂J/∂b by the rule derived by hand, in the order of the parameters."""
        gradient = [0.0] * (len(self.w) + 1)
        for x, t in self.labelled(X, y):
            if self.answer(x) != t:
                sign = 1 if t == 1 else -1
                gradient = [g - sign * part for g, part in zip(gradient, (*x, 1.0), strict=True)]
        return gradient

    def learn(self, x: Row, label: int, lr: float) -> bool:
        """Go w ← w + η(y − ŷ)x and b ← b + η(y − ŷ), and say whether ŷ was wrong."""
        if wrong := label - self.answer(x):
            correct(self, x, lr * wrong)
        return wrong != 0
