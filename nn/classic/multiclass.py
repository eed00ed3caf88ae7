"""The multi-class perceptron: a row of weights for each class, the class's template."""

from __future__ import annotations

from typing import Any

from ..checks import number, size
from ..metrics import greatest
from ..neuron import Layer
from .learner import Learner, Row, correct


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
        super().__init__(nin, size(nclasses, "nclasses", 2), nonlin=False, init="zeros")
        self.nin, self.classes = len(self.neurons[0].w), range(nclasses)

    def answer(self, x: Any) -> int:
        """Return the class with the greatest score, the first of several; raise ValueError where one is no number."""
        return greatest([number(score.data, f"score {k}") for k, score in enumerate(self.outputs(x))])

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
