"""The multi-class perceptron: a row of weights for each class, the class's template."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import no_grad

from ..metrics import greatest
from ..module import size
from ..neuron import Layer
from .perceptron import Rows, converge, correct, labelled


class MulticlassPerceptron(Layer):
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
        if size(nclasses, "nclasses") < 2:
            raise ValueError("nclasses: expected at least 2, got 1")
        super().__init__(nin, nclasses, nonlin=False, init="zeros")

    def answer(self, x: Any) -> int:
        """Return the class with the greatest score, the first of several."""
        with no_grad():
            return greatest([score.data for score in self.outputs(x)])

    def templates(self) -> list[list[float]]:
        """Return the weights of each class, as many as there are inputs."""
        return [[w.data for w in neuron.w] for neuron in self.neurons]

    def update(self, x: Sequence[float], label: int, lr: float = 1.0) -> bool:
        """Learn from one sample, and return whether its answer was wrong."""
        ((x, label),) = self._pairs([x], [label])
        winner = self.answer(x)
        if winner != label:
            correct(self.neurons[label], x, lr)
            correct(self.neurons[winner], x, -lr)
        return winner != label

    def fit(self, X: Rows, y: Sequence[int], *, lr: float = 1.0, epochs: int = 100, pocket: bool = False) -> list[int]:
        """Go through the samples until none is wrong, as ``Perceptron.fit`` does; return the mistakes in each epoch."""
        return converge(self, self._pairs(X, y), lr, epochs, pocket)

    def _pairs(self, X: Rows, y: Sequence[int]) -> list[tuple[Any, int]]:
        return labelled(X, y, range(len(self.neurons)))
