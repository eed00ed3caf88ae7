"""Recurrent networks: the same layer at every step of a sequence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..validation import read_int, read_row
from .mlp import Layer
from .module import Module


class RNN(Module):
    """Compute h ← activation(W·[x, h] + b) at every step x of a sequence (Elman, 1990), unrolled into one graph.

    A backward pass goes back through all steps, or with ``truncate=k`` through at most k: after every k steps
    the state goes on as a constant (Williams and Peng, 1990). Raises ValueError or TypeError for sizes that
    cannot be.

    >>> import random
    >>> random.seed(0)
    >>> outputs, h = RNN(1, 2)([[1.0], [0.5], [0.0]])
    >>> len(outputs), [v.data for v in h] == [v.data for v in outputs[-1]], h[1].scope
    (3, True, 'rnn.cell.neuron1')
    """

    scope = "rnn"

    def __init__(
        self, nin: int, nhidden: int, *, activation: str = "tanh", init: Any = "fan_in", truncate: int | None = None
    ) -> None:
        self.truncate = None if truncate is None else read_int(truncate, "truncate")
        nin, nhidden = read_int(nin, "nin"), read_int(nhidden, "nhidden")
        self.cell = Layer(nin + nhidden, nhidden, activation=activation, init=init)

    def __call__(self, sequence: Iterable[Any], h: Sequence[Any] | None = None) -> tuple[list[list[Any]], list[Any]]:
        """Return the state after every step, and the last one, which may be given as ``h`` to go on; it starts at 0."""
        state: list[Any] = [0.0] * len(self.cell.neurons) if h is None else list(h)
        outputs: list[list[Any]] = []
        for x in sequence:
            if self.truncate and outputs and len(outputs) % self.truncate == 0:
                state = [v.detach() for v in state]
            state = self.cell.outputs((*read_row(x), *state))
            outputs.append(state)
        return outputs, state
