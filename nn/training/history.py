"""History: the record of a training run, and the way back to any epoch."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from math import inf
from typing import Any

from autograd import Value

from ..modules import Module
from ..optim import Optimizer
from .checkpoint import get_random_state, set_random_state

Row = dict[str, float]


@dataclass(repr=False)
class History:
    """The result of ``nn.fit``: a row for each epoch, and why training stopped.

    ``history["loss"]`` is the column of a name, ``len(history)`` the number of epochs.

    Attributes:
        model, optimizer: What was trained, and by what.
        rows: A dict for each epoch: loss, metrics, ``grad_norm``, ``lr``, and with validation data ``val_loss`` etc.
        stopped: "epochs", "gradient", "patience", "callback", "diverged" or "interrupted".
        best_epoch, best_score, best: The number of epochs after which the loss, or that of the validation data if there
            is any, was least; this loss; and the weights.
        states: What ``rewind`` needs, by the number of epochs.
    """

    model: Module
    optimizer: Optimizer
    rows: list[Row] = field(default_factory=list)
    stopped: str = ""
    best_epoch: int = 0
    best_score: float = inf
    best: list[float] = field(default_factory=list, repr=False)
    states: dict[int, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.parameters: list[Value] = self.model.parameters()

    def __getitem__(self, name: str) -> list[float]:
        if not self.rows or name not in self.rows[0]:
            raise KeyError(f"{name}: expected one of {', '.join(self.rows[0]) if self.rows else 'none'}")
        return [row[name] for row in self.rows]

    def __repr__(self) -> str:
        last = "".join(f", {name}={x:.6g}" for row in self.rows[-1:] for name, x in row.items())
        return f"History({len(self)} epochs, stopped={self.stopped!r}, best_epoch={self.best_epoch}{last})"

    def __len__(self) -> int:
        return len(self.rows)

    def weights(self) -> list[float]:
        """Return the current numbers of the model's parameters."""
        return [p.data for p in self.parameters]

    def keep_state(self) -> None:
        """Store all that training depends on, for ``rewind`` to this epoch."""
        version, words, extra = get_random_state()
        state = array("d", self.weights()), self.optimizer.state_dict(), [version, array("L", words), extra]
        self.states[len(self.rows)] = state

    def update_best(self, epoch: int, score: float, weights: list[float]) -> None:
        """Store weights if their score is less than the best so far."""
        if score < self.best_score:
            self.best_epoch, self.best_score, self.best = epoch, score, weights

    def restore_best(self) -> None:
        """Set the model to the best weights, which at first are the initial ones."""
        for p, x in zip(self.parameters, self.best, strict=True):
            p.data = x

    def rewind(self, epoch: int) -> None:
        """Restore model, optimizer and random state after a number of epochs.

        Rows and callbacks stay as they are.

        Training continues as it did, bit for bit. A new ``fit`` counts epochs from 0, so a schedule s continues as
        ``schedule=lambda t: s(t + epoch)``.

        Args:
            epoch: The number of epochs; 0 is the start.

        Raises:
            ValueError: If the state of this epoch was not kept.
        """
        if epoch not in self.states:
            kept = f"{min(self.states)} to {max(self.states)}" if self.states else "none, for fit got keep=False"
            raise ValueError(f"epoch: expected one that was kept, {kept}; got {epoch!r:.40}")
        weights, optimizer, state = self.states[epoch]
        for p, x in zip(self.parameters, weights, strict=True):
            p.data = x
        self.optimizer.load_state_dict(optimizer)
        set_random_state(state)
