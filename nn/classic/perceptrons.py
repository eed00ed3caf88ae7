"""Learning before backpropagation: perceptrons and ADALINE, by closed-form rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import isfinite
from typing import Any

from autograd import Value
from autograd import sum as total

from ..data import check_data
from ..metrics import greatest
from ..modules import Layer, Module, Neuron
from ..validation import read_bool, read_float, read_int, read_row
from .threshold_units import McCullochPitts
from .validation import read_floats

Row = tuple[float, ...]
Rows = Sequence[Sequence[float]]


class Learner(Module):
    """Base class of models that answer with a class and learn from single samples."""

    nin: int
    classes: Sequence[int]

    def answer(self, x: Any) -> int:
        """Return the class of one row of inputs, without a graph."""
        raise NotImplementedError

    def learn(self, x: Row, label: int, lr: float) -> bool:
        """Correct the weights if an answer is wrong, and return whether it was."""
        raise NotImplementedError

    def update(self, x: Sequence[float], y: int, lr: float = 1.0) -> bool:
        """Learn from one sample, and return whether its answer was wrong."""
        return self.fit([x], [y], lr=lr, epochs=1) == [1]

    def fit(self, X: Rows, y: Sequence[int], *, lr: float = 1.0, epochs: int = 100, pocket: bool = False) -> list[int]:
        """Learn from the samples in order until no answer is wrong.

        Args:
            X: Rows of nin numbers.
            y: The class of each row.
            lr: The learning rate η.
            epochs: The greatest number of passes through the samples.
            pocket: Whether to end with the weights that had the fewest errors on all samples (Gallant, 1990), and not
                with the last weights.

        Returns:
            The number of mistakes in each epoch. The last is 0 if and only if learning converged, as it does if planes
            separate the classes (Novikoff, 1962).

        Raises:
            ValueError: If a label is not a class, or the data does not fit; nothing is changed.
            TypeError: If an input is not a number; nothing is changed.
        """
        pairs = self.read_pairs(X, y)
        lr, epochs, mistakes = read_float(lr, "lr", 0), read_int(epochs, "epochs"), [len(X)]
        best, fewest = self.state_dict(), self._count_wrong(pairs) if read_bool(pocket, "pocket") else 0
        with restoring_on_error(self):
            while len(mistakes) <= epochs and mistakes[-1]:
                mistakes.append(0)
                for x, label in pairs:
                    if self.learn(x, label, lr):
                        mistakes[-1] += 1
                        if pocket and (wrong := self._count_wrong(pairs)) < fewest:
                            best, fewest = self.state_dict(), wrong
        if fewest:
            self.load_state_dict(best)
        return mistakes[1:]

    def read_pairs(self, X: Rows, y: Sequence[int]) -> list[tuple[Row, int]]:
        """Return pairs of a row and its class, or raise ValueError or TypeError."""
        pairs = read_samples(X, y, self.nin)
        for i, (_, label) in enumerate(pairs):
            if label not in self.classes:
                raise ValueError(f"y[{i}]: expected one of {', '.join(map(str, self.classes))}; got {label!r:.40}")
        return [(x, int(label)) for x, label in pairs]

    def _count_wrong(self, pairs: Sequence[tuple[Row, int]]) -> int:
        return sum(self.answer(x) != label for x, label in pairs)


class Perceptron(Learner, McCullochPitts):
    """Answer 1 where w·x + b ≥ 0, else ``low``, and learn from mistakes only.

    w ← w + η(y − ŷ)x and b ← b + η(y − ŷ), from w = 0, b = 0. With answers 0 and 1, this adds the input on a wrong 0
    and subtracts it on a wrong 1. It descends J = −Σ y(w·x + b) over the misclassified samples: ∂J/∂w = −Σ yx,
    ∂J/∂b = −Σ y.
    Rosenblatt (1958), The perceptron: a probabilistic model for information storage and organization.

    Args:
        nin: The number of inputs.
        low: The other class, −1 or 0.

    Raises:
        ValueError, TypeError: If nin is not a whole number of at least 1, or ``low`` is neither −1 nor 0.

    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [-1, -1, -1, 1]
    >>> p = Perceptron(2)
    >>> p.fit(X, y), [int(p(x).data) for x in X]
    ([2, 3, 3, 2, 1, 0], [-1, -1, -1, 1])
    """

    def __init__(self, nin: int, *, low: int = -1) -> None:
        super().__init__([0.0] * read_int(nin, "nin"), low=low)
        self.nin: int = len(self.w)
        self.classes: Sequence[int] = (self.low, 1)

    def answer(self, x: Any) -> int:
        """Return the class of one row; raise ValueError if w·x + b is not finite."""
        return 1 if read_float(self.score(x).data, "w·x + b") >= 0 else self.low

    def criterion(self, X: Rows, y: Sequence[int]) -> Value:
        """Return J = Σ (w·x + b)(ŷ − y) / (1 − low); the step ŷ has derivative 0."""
        pairs = self.read_pairs(X, y)
        loss: Value = total([self.score(x) * (self(x) - t) / (1 - self.low) for x, t in pairs])
        return loss

    def criterion_gradient(self, X: Rows, y: Sequence[int]) -> list[float]:
        """Return ∂J/∂w and ∂J/∂b in the order of the parameters, by the formulas above."""
        gradient = [0.0] * (len(self.w) + 1)
        for x, t in self.read_pairs(X, y):
            if self.answer(x) != t:
                sign = 1 if t == 1 else -1
                gradient = [g - sign * part for g, part in zip(gradient, (*x, 1.0), strict=True)]
        return gradient

    def learn(self, x: Row, label: int, lr: float) -> bool:
        """Set w ← w + η(y − ŷ)x and b ← b + η(y − ŷ), and return whether ŷ was wrong."""
        if error := label - self.answer(x):
            add_to_weights(self, x, lr * error)
        return error != 0


class MulticlassPerceptron(Learner, Layer):
    """Answer with the class whose wₖ·x + bₖ is greatest; learn from mistakes only.

    w_right ← w_right + ηx and w_winner ← w_winner − ηx, from 0. This descends J = Σ max(z) − z_right. Each row of
    weights, drawn as an image, is the template of its class.
    Nilsson (1965), Learning machines, after Kesler.

    Args:
        nin, nclasses: The numbers of inputs and of classes, which are 0 to nclasses − 1.

    Raises:
        ValueError, TypeError: If nin or nclasses is not a whole number of at least 1 or 2.

    >>> X, y = [[1, 0], [0, 1], [-1, -1]], [0, 1, 2]
    >>> p = MulticlassPerceptron(2, 3)
    >>> p.fit(X, y), [p.answer(x) for x in X], p.templates()
    ([2, 1, 0], [0, 1, 2], [[2.0, 0.0], [-1.0, 1.0], [-1.0, -1.0]])
    """

    def __init__(self, nin: int, nclasses: int) -> None:
        super().__init__(nin, read_int(nclasses, "nclasses", 2), nonlin=False, init="zeros")
        self.nin: int = nin
        self.classes: Sequence[int] = range(nclasses)

    def answer(self, x: Any) -> int:
        """Return the first class with the greatest score; raise ValueError for nan."""
        return greatest([read_float(score.data, f"score {k}") for k, score in enumerate(self.outputs(x))])

    def templates(self) -> list[list[float]]:
        """Return the weights of each class, a row of nin numbers."""
        return [[w.data for w in neuron.w] for neuron in self.neurons]

    def learn(self, x: Row, label: int, lr: float) -> bool:
        """Correct the right class and the winner, and return whether they differ."""
        winner = self.answer(x)
        if winner != label:
            add_to_weights(self.neurons[label], x, lr)
            add_to_weights(self.neurons[winner], x, -lr)
        return winner != label


class Adaline(Neuron):
    """Fit z = w·x + b by w ← w + η(y − z)x and b ← b + η(y − z), from 0.

    This is the delta rule. It differs from the perceptron's rule in that the error is that of the sum before the
    threshold, so right answers teach as well. It descends E = ½Σ(y − z)².
    Widrow and Hoff (1960), Adaptive switching circuits.

    Args:
        nin: The number of inputs.

    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [-1, -1, -1, 1]
    >>> adaline = Adaline(2)
    >>> errors = adaline.fit(X, y, lr=0.1, epochs=100, batch=True)
    >>> [round(p.data, 2) for p in adaline.parameters()], round(errors[-1], 2), [adaline.answer(x) for x in X]
    ([1.0, 1.0, -1.5], 0.5, [-1, -1, -1, 1])
    """

    def __init__(self, nin: int) -> None:
        super().__init__(nin, nonlin=False, init="zeros")

    def answer(self, x: Any) -> int:
        """Return 1 where z ≥ 0 and −1 elsewhere; raise ValueError if z is not finite."""
        return 1 if read_float(self(x).data, "w·x + b") >= 0 else -1

    def update(self, X: Rows, y: Sequence[float], lr: float = 0.1) -> float:
        """Learn from all samples at once, and return the error before the update."""
        return self.fit(X, y, lr=lr, epochs=1, batch=True)[0]

    def fit(
        self, X: Rows, y: Sequence[float], *, lr: float = 0.1, epochs: int = 100, batch: bool = False
    ) -> list[float]:
        """Learn from the samples one at a time, or from all at once.

        Args:
            X: Rows of nin numbers.
            y: The target of each row.
            lr: The learning rate η.
            epochs: The number of passes through the samples.
            batch: Whether an update uses all samples.

        Returns:
            The error ½Σ(y − z)² in each epoch, before the updates.

        Raises:
            ValueError: If the error diverges, as with too large an lr, or the data does not fit; nothing is changed.
        """
        pairs = [(x, read_floats(t, f"y[{i}]", 1)[0]) for i, (x, t) in enumerate(read_samples(X, y, len(self.w)))]
        parts = [pairs] if read_bool(batch, "batch") else [[pair] for pair in pairs]
        lr, errors = read_float(lr, "lr", 0), list[float]()
        with restoring_on_error(self):
            for _ in range(read_int(epochs, "epochs")):
                errors.append(sum((self._learn(part, lr) for part in parts), 0.0))
                if not isfinite(errors[-1]):
                    raise ValueError(f"lr: the error grows beyond all bounds; expected less than {lr}")
        return errors

    def _learn(self, part: Sequence[tuple[Row, float]], lr: float) -> float:
        """Learn from some samples, and return their error before the update."""
        errors = [target - self(x).data for x, target in part]
        for (x, _), error in zip(part, errors, strict=True):
            add_to_weights(self, x, lr * error)
        return sum(error * error for error in errors) / 2


def read_samples(X: Rows, y: Sequence[Any], nin: int) -> list[tuple[Row, Any]]:
    """Return pairs of a row and its target, or raise ValueError or TypeError.

    >>> read_samples([[0.5, 1], [2]], [0, 1], 2)
    Traceback (most recent call last):
    ValueError: X[1]: expected 2 numbers, got [2]
    """
    X, y = read_row(X), read_row(y)
    check_data(X, y)
    return [(read_floats(x, f"X[{i}]", nin), target) for i, (x, target) in enumerate(zip(X, y, strict=True))]


def add_to_weights(neuron: Neuron, x: Row, change: float) -> None:
    """Add change·x to the weights and change to the bias.

    With change = η·error this is the delta rule.

    >>> neuron = Neuron(2, init="zeros")
    >>> add_to_weights(neuron, (2.0, -1.0), 0.5)
    >>> [p.data for p in neuron.parameters()]
    [1.0, -0.5, 0.5]
    """
    for w, part in zip((*neuron.w, neuron.b), (*x, 1.0), strict=True):
        w.data = read_float(w.data + change * part, "lr: a weight")


@contextmanager
def restoring_on_error(model: Module) -> Iterator[None]:
    """Restore the parameters of a model if the block raises ValueError."""
    before = model.state_dict()
    try:
        yield
    except ValueError:
        model.load_state_dict(before)
        raise
