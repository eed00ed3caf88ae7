"""History: what training did, epoch by epoch, and the way back to any of them."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from math import inf
from typing import Any

from ..modules import Module
from ..optim import Optimizer
from .checkpoint import random_state, set_random_state

Row = dict[str, float]


@dataclass(repr=False)
class History:
    """What ``nn.fit`` returns: a row of numbers for each epoch, and why it stopped.

    ``history["loss"]`` is the column of a name; ``stopped`` is "epochs", "gradient", "patience", "callback",
    "diverged" or "interrupted". ``best_epoch`` had the least loss, of validation if there was one.
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
        self.parameters = self.model.parameters()

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
        """Return the parameters of the model as they are now."""
        return [p.data for p in self.parameters]

    def keep(self) -> None:
        """Keep all that training depends on, to be able to come back to it."""
        version, words, extra = random_state()
        kept = array("d", self.weights()), self.optimizer.state_dict(), [version, array("L", words), extra]
        self.states[len(self.rows)] = kept

    def note_best(self, epoch: int, score: float, weights: list[float]) -> None:
        """Note weights if their score is less than the best so far."""
        if score < self.best_score:
            self.best_epoch, self.best_score, self.best = epoch, score, weights

    def use_best(self) -> None:
        """Put the best weights into the model; before the first epoch is over they are those at the start."""
        for p, x in zip(self.parameters, self.best, strict=True):
            p.data = x

    def rewind(self, epoch: int) -> None:
        """Put model, optimiser and random state back to where they were after so many epochs; 0 is the start.

        Training from there on goes as it did, where nothing else counts the epochs: a new ``fit`` counts from 0, so
        that a schedule s goes on as ``schedule=lambda t: s(t + epoch)``; rows and callbacks stay as they are.
        Raises ValueError for an epoch that was not kept.
        """
        if epoch not in self.states:
            kept = f"{min(self.states)} to {max(self.states)}" if self.states else "none, for fit got keep=False"
            raise ValueError(f"epoch: expected one that was kept, {kept}; got {epoch!r:.40}")
        weights, optimizer, state = self.states[epoch]
        for p, x in zip(self.parameters, weights, strict=True):
            p.data = x
        self.optimizer.load_state_dict(optimizer)
        set_random_state(state)
