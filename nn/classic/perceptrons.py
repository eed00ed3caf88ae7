"""Learning before backpropagation: the perceptron of two classes and of many, and ADALINE, by rules derived by hand."""

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
from .validation import numbers

Row = tuple[float, ...]
Rows = Sequence[Sequence[float]]


class Learner(Module):
    """Learn to answer with one of ``classes``, a sample at a time, by a rule that a subclass has."""

    nin: int
    classes: Sequence[int]

    def answer(self, x: Any) -> int:
        """Return the class of one row of inputs, without a graph."""
        raise NotImplementedError

    def learn(self, x: Row, label: int, lr: float) -> bool:
        """Correct the weights if the answer to a sample that was checked is wrong, and say whether it was."""
        raise NotImplementedError

    def update(self, x: Sequence[float], y: int, lr: float = 1.0) -> bool:
        """Learn from one sample, and return whether its answer was wrong; raise as ``fit`` does."""
        return self.fit([x], [y], lr=lr, epochs=1) == [1]

    def fit(self, X: Rows, y: Sequence[int], *, lr: float = 1.0, epochs: int = 100, pocket: bool = False) -> list[int]:
        """Go through the samples in order until none is wrong, and return the number of mistakes in each epoch.

        The last is 0 if and only if it converged, as it does where planes separate the classes (Novikoff, 1962);
        else it stops after so many ``epochs``. With a ``pocket`` it ends with the weights that erred least on all
        samples (Gallant, 1990), not with the last. Raises ValueError or TypeError, with nothing changed, for labels
        that are no class, and data that do not fit.
        """
        pairs, lr, epochs, mistakes = self.labelled(X, y), read_float(lr, "lr", 0), read_int(epochs, "epochs"), [len(X)]
        kept, fewest = self.state_dict(), self._wrong(pairs) if read_bool(pocket, "pocket") else 0
        with restored(self):
            while len(mistakes) <= epochs and mistakes[-1]:
                mistakes.append(0)
                for x, label in pairs:
                    if self.learn(x, label, lr):
                        mistakes[-1] += 1
                        if pocket and (wrong := self._wrong(pairs)) < fewest:
                            kept, fewest = self.state_dict(), wrong
        if fewest:
            self.load_state_dict(kept)
        return mistakes[1:]

    def labelled(self, X: Rows, y: Sequence[int]) -> list[tuple[Row, int]]:
        """Pair samples with their labels; raise ValueError or TypeError for what does not fit."""
        pairs = samples(X, y, self.nin)
        for i, (_, label) in enumerate(pairs):
            if label not in self.classes:
                raise ValueError(f"y[{i}]: expected one of {', '.join(map(str, self.classes))}; got {label!r:.40}")
        return [(x, int(label)) for x, label in pairs]

    def _wrong(self, pairs: Sequence[tuple[Row, int]]) -> int:
        return sum(self.answer(x) != label for x, label in pairs)


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
        super().__init__([0.0] * read_int(nin, "nin"), low=low)
        self.nin, self.classes = len(self.w), (self.low, 1)

    def answer(self, x: Any) -> int:
        """Return the answer as a number, without a graph; raise ValueError where w·x + b is none."""
        return 1 if read_float(self.score(x).data, "w·x + b") >= 0 else self.low

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


class MulticlassPerceptron(Learner, Layer):
    """Answer with the class whose wₖ·x + bₖ is greatest, and on an error teach the right class and the winner.

    w_right ← w_right + ηx and w_winner ← w_winner − ηx, from 0; this goes down J = Σ max(z) − z_right. Each row
    of weights, drawn as an image, is the template that its class is matched with. Labels that are not whole
    numbers from 0 to nclasses − 1 raise ValueError. Nilsson (1965), Learning machines, after Kesler.

    >>> X, y = [[1, 0], [0, 1], [-1, -1]], [0, 1, 2]
    >>> p = MulticlassPerceptron(2, 3)
    >>> p.fit(X, y), [p.answer(x) for x in X], p.templates()
    ([2, 1, 0], [0, 1, 2], [[2.0, 0.0], [-1.0, 1.0], [-1.0, -1.0]])
    """

    def __init__(self, nin: int, nclasses: int) -> None:
        super().__init__(nin, read_int(nclasses, "nclasses", 2), nonlin=False, init="zeros")
        self.nin, self.classes = nin, range(nclasses)

    def answer(self, x: Any) -> int:
        """Return the class with the greatest score, the first of several; raise ValueError where one is no number."""
        return greatest([read_float(score.data, f"score {k}") for k, score in enumerate(self.outputs(x))])

    def templates(self) -> list[list[float]]:
        """Return the weights of each class, as many as there are inputs."""
        return [[w.data for w in neuron.w] for neuron in self.neurons]

    def learn(self, x: Row, label: int, lr: float) -> bool:
        """Go w_right ← w_right + ηx and w_winner ← w_winner − ηx, if they are not the same, and say whether."""
        winner = self.answer(x)
        if winner != label:
            correct(self.neurons[label], x, lr)
            correct(self.neurons[winner], x, -lr)
        return winner != label


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
        return 1 if read_float(self(x).data, "w·x + b") >= 0 else -1

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
        pairs = [(x, numbers(t, f"y[{i}]", 1)[0]) for i, (x, t) in enumerate(samples(X, y, len(self.w)))]
        parts = [pairs] if read_bool(batch, "batch") else [[pair] for pair in pairs]
        lr, errors = read_float(lr, "lr", 0), list[float]()
        with restored(self):
            for _ in range(read_int(epochs, "epochs")):
                errors.append(sum((self._learn(part, lr) for part in parts), 0.0))
                if not isfinite(errors[-1]):
                    raise ValueError(f"lr: the error grows beyond all bounds; expected less than {lr}")
        return errors

    def _learn(self, part: Sequence[tuple[Row, float]], lr: float) -> float:
        off = [target - self(x).data for x, target in part]
        for (x, _), error in zip(part, off, strict=True):
            correct(self, x, lr * error)
        return sum(error * error for error in off) / 2


def samples(X: Rows, y: Sequence[Any], nin: int) -> list[tuple[Row, Any]]:
    """Pair rows of nin numbers with their targets; raise ValueError or TypeError for data that is not whole.

    >>> samples([[0.5, 1], [2]], [0, 1], 2)
    Traceback (most recent call last):
    ValueError: X[1]: expected 2 numbers, got [2]
    """
    X, y = read_row(X), read_row(y)
    check_data(X, y)
    return [(numbers(x, f"X[{i}]", nin), target) for i, (x, target) in enumerate(zip(X, y, strict=True))]


def correct(neuron: Neuron, x: Row, change: float) -> None:
    """Add change·x to the weights and change to the bias: the delta rule, with change = η × an error.

    >>> neuron = Neuron(2, init="zeros")
    >>> correct(neuron, (2.0, -1.0), 0.5)
    >>> [p.data for p in neuron.parameters()]
    [1.0, -0.5, 0.5]
    """
    for w, part in zip((*neuron.w, neuron.b), (*x, 1.0), strict=True):
        w.data = read_float(w.data + change * part, "lr: a weight")


@contextmanager
def restored(model: Module) -> Iterator[None]:
    """Give a model the numbers back that it had, if what is done with it fails."""
    kept = model.state_dict()
    try:
        yield
    except ValueError:
        model.load_state_dict(kept)
        raise
