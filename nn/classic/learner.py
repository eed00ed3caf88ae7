"""Learning from mistakes: what perceptrons of two classes and of many share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ..checks import flag, number, size
from ..layers import row
from ..module import Module
from ..neuron import Neuron
from ..prepare import check
from .checks import numbers

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
        pairs, lr, epochs, mistakes = self.labelled(X, y), number(lr, "lr", 0), size(epochs, "epochs"), [len(X)]
        kept, fewest = self.state_dict(), self._wrong(pairs) if flag(pocket, "pocket") else 0
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


def samples(X: Rows, y: Sequence[Any], nin: int) -> list[tuple[Row, Any]]:
    """Pair rows of nin numbers with their targets; raise ValueError or TypeError for data that is not whole.

    >>> samples([[0.5, 1], [2]], [0, 1], 2)
    Traceback (most recent call last):
    ValueError: X[1]: expected 2 numbers, got [2]
    """
    X, y = row(X), row(y)
    check(X, y)
    return [(numbers(x, f"X[{i}]", nin), target) for i, (x, target) in enumerate(zip(X, y, strict=True))]


def correct(neuron: Neuron, x: Row, change: float) -> None:
    """Add change·x to the weights and change to the bias: the delta rule, with change = η × an error.

    >>> neuron = Neuron(2, init="zeros")
    >>> correct(neuron, (2.0, -1.0), 0.5)
    >>> [p.data for p in neuron.parameters()]
    [1.0, -0.5, 0.5]
    """
    for w, part in zip((*neuron.w, neuron.b), (*x, 1.0), strict=True):
        w.data = number(w.data + change * part, "lr: a weight")


@contextmanager
def restored(model: Module) -> Iterator[None]:
    """Give a model the numbers back that it had, if what is done with it fails."""
    kept = model.state_dict()
    try:
        yield
    except (TypeError, ValueError):
        model.load_state_dict(kept)
        raise
