"""RNN: one layer applied at every step of a sequence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..validation import read_int, read_row
from .mlp import Layer
from .module import Module


class RNN(Module):
    """Compute h ← activation(W·[x, h] + b) at every step x of a sequence.

    Elman (1990), Finding structure in time.

    Args:
        nin, nhidden: The lengths of a step x and of the state h.
        activation, init: As in ``Neuron``.
        truncate: After this many steps the state continues as a constant, so a backward pass goes back through at
            most this many steps (Williams and Peng, 1990); the default is no limit.

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
        self.truncate: int | None = None if truncate is None else read_int(truncate, "truncate")
        nin, nhidden = read_int(nin, "nin"), read_int(nhidden, "nhidden")
        self.cell: Layer = Layer(nin + nhidden, nhidden, activation=activation, init=init)

    def __call__(self, sequence: Iterable[Any], h: Sequence[Any] | None = None) -> tuple[list[list[Any]], list[Any]]:
        """Return the states after every step, and the last state.

        Args:
            sequence: The steps, rows of nin numbers or bare numbers if nin is 1.
            h: The state to start from, such as the last state of the sequence before; the default is zeros.
        """
        state: list[Any] = [0.0] * len(self.cell.neurons) if h is None else list(h)
        outputs: list[list[Any]] = []
        for x in sequence:
            if self.truncate and outputs and len(outputs) % self.truncate == 0:
                state = [v.detach() for v in state]
            state = self.cell.outputs((*read_row(x), *state))
            outputs.append(state)
        return outputs, state
