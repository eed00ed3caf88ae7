"""The perceptron, its criterion with a gradient derived by hand, and the procedure that converges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd import Value, no_grad
from autograd import sum as total

from ..layers import row
from ..module import size
from ..neuron import Neuron
from ..prepare import check
from .threshold import McCullochPitts

Rows = Sequence[Sequence[float]]


class Perceptron(McCullochPitts):
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

    def answer(self, x: Any) -> int:
        """Return the answer as a number, without a graph."""
        with no_grad():
            return int(self(x).data)

    def criterion(self, X: Rows, y: Sequence[int]) -> Value:
        """Return J as a graph, Σ (w·x + b)(ŷ − y) / (1 − low), in which the step ŷ has the derivative 0."""
        pairs = self._pairs(X, y)
        found: Value = total([self.score(x) * (self(x) - t) / (1 - self.low) for x, t in pairs])
        return found

    def criterion_gradient(self, X: Rows, y: Sequence[int]) -> list[float]:
        """Return ∂J/∂w and ∂J/∂b by the rule derived by hand, in the order of the parameters."""
        gradient = [0.0] * (len(self.w) + 1)
        for x, t in self._pairs(X, y):
            if self.answer(x) != t:
                sign = 1 if t == 1 else -1
                gradient = [g - sign * part for g, part in zip(gradient, (*x, 1), strict=True)]
        return gradient

    def update(self, x: Sequence[float], y: int, lr: float = 1.0) -> bool:
        """Learn from one sample, and return whether its answer was wrong."""
        ((x, y),) = self._pairs([x], [y])
        wrong = y - self.answer(x)
        correct(self, x, lr * wrong)
        return bool(wrong)

    def fit(self, X: Rows, y: Sequence[int], *, lr: float = 1.0, epochs: int = 100, pocket: bool = False) -> list[int]:
        """Go through the samples in order until none is wrong, and return the number of mistakes in each epoch.

        The last is 0 if and only if it converged, as it does where a plane separates the classes (Novikoff, 1962);
        else it stops after so many ``epochs``. With a ``pocket`` it ends with the weights that erred least on all
        samples (Gallant, 1990), not with the last.
        """
        return converge(self, self._pairs(X, y), lr, epochs, pocket)

    def _pairs(self, X: Rows, y: Sequence[int]) -> list[tuple[Any, int]]:
        return labelled(X, y, (self.low, 1))


def labelled(X: Rows, y: Sequence[int], classes: Sequence[int]) -> list[tuple[Any, int]]:
    """Pair samples with their labels; raise ValueError for data that is not whole, or a label that is no class.

    >>> labelled([[0.5]], [2], (0, 1))
    Traceback (most recent call last):
    ValueError: y[0]: expected one of 0, 1; got 2
    """
    check(X, y)
    for i, label in enumerate(y):
        if label not in classes:
            raise ValueError(f"y[{i}]: expected one of {', '.join(map(str, classes))}; got {label!r:.40}")
    return [(row(x), int(label)) for x, label in zip(X, y, strict=True)]


def correct(neuron: Neuron, x: Sequence[float], change: float) -> None:
    """Add change·x to the weights and change to the bias: the delta rule, with change = η × an error.

    >>> neuron = Perceptron(2)
    >>> correct(neuron, [2.0, -1.0], 0.5)
    >>> [p.data for p in neuron.parameters()]
    [1.0, -0.5, 0.5]
    """
    for w, part in zip(neuron.w, x, strict=True):
        w.data += change * part
    neuron.b.data += change


def converge(model: Any, pairs: Sequence[tuple[Any, int]], lr: float, epochs: int, pocket: bool) -> list[int]:
    """Update a model on one sample after the other until an epoch has no mistake; return their number in each."""
    mistakes: list[int] = []
    kept, fewest = model.state_dict(), _wrong(model.answer, pairs) if pocket else 0
    while len(mistakes) < size(epochs, "epochs") and (not mistakes or mistakes[-1]):
        mistakes.append(0)
        for x, label in pairs:
            if model.update(x, label, lr):
                mistakes[-1] += 1
                if pocket and (wrong := _wrong(model.answer, pairs)) < fewest:
                    kept, fewest = model.state_dict(), wrong
    if pocket and fewest:
        model.load_state_dict(kept)
    return mistakes


def _wrong(answer: Callable[[Any], int], pairs: Sequence[tuple[Any, int]]) -> int:
    return sum(answer(x) != label for x, label in pairs)
