"""One run of training: an epoch and a step of it, and how it is written to a file and gone on with."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import hypot
from typing import Any

from autograd import Value, no_grad
from autograd.graph.pytree import leaves
from autograd.graph.serialization import read_float, read_index, read_list

from ..data.preprocessing import batches
from ..functional.reduction import Batch
from ..optim.first_order import Optimizer, clipped
from ..optim.second_order import SecondOrder
from .checkpoint import StrPath, about, random_state, read, set_random_state, write
from .history import History, Row

Data = tuple[Sequence[Any], Sequence[Any]]
Metric = Callable[[Sequence[Any], Sequence[Any]], float]


@dataclass
class Run:
    """One model, its data and how it learns."""

    model: Any
    X: Sequence[Any]
    y: Sequence[Any]
    loss: Callable[[Sequence[Any], Sequence[Any]], Any]
    optimizer: Optimizer
    batch_size: int | None
    shuffle: bool
    clip_norm: float | None
    clip_value: float | None
    penalty: Callable[[list[Value]], Any] | None
    metrics: Mapping[str, Metric]
    validation: Data | None
    seed: int | None
    schedule: Callable[[int], float] | None

    def __post_init__(self) -> None:
        self.parameters: list[Value] = self.model.parameters()
        self.trained = self.optimizer.parameters

    @cached_property
    def settings(self) -> dict[str, Any]:
        """What a run that goes on from a checkpoint must have in common with the one that wrote it."""
        return {
            "samples": len(self.X),
            "data": _digest((self.X, self.y)),
            "validation": self.validation and _digest(self.validation),
            "batch_size": self.batch_size,
            "shuffle": self.shuffle,
            "seed": self.seed,
            "clip_norm": self.clip_norm,
            "clip_value": self.clip_value,
            "loss": _name(self.loss),
            "penalty": _name(self.penalty),
            "metrics": list(self.metrics),
            "schedule": self.schedule is not None,
            "optimizer": self.optimizer.given,
        }

    def epoch(self) -> Row:
        """Use every sample once; return the means over the samples."""
        sums = dict.fromkeys(("loss", *self.metrics), 0.0)
        self.gradient: Any = [0.0] * len(self.trained)
        self.model.train()
        try:
            for batch in batches(len(self.X), self.batch_size, self.shuffle):
                share = len(batch) / len(self.X)
                for name, x in self.step(batch, share).items():
                    sums[name] += share * x
        finally:
            self.model.eval()
        return sums | {"grad_norm": hypot(*self.gradient), "lr": self.optimizer.lr}

    def step(self, batch: Sequence[int], share: float) -> Row:
        """Take one step down the loss of a batch, a share of the epoch; the graph is gone when it returns."""
        X, y = [self.X[i] for i in batch], [self.y[i] for i in batch]
        outputs = Batch()

        def objective() -> Any:
            found = Batch(self.model(x) for x in X)
            outputs.extend(found if not outputs else ())  # a line search asks again, from other weights
            return self.objective(found, y)

        if isinstance(self.optimizer, SecondOrder):
            total = self.optimizer.step(objective)
        else:
            total = objective()
            self.optimizer.zero_grad()
            total.backward()
        slopes = [p.grad for p in self.trained]  # before they are clipped
        self.gradient = [g + share * slope for g, slope in zip(self.gradient, slopes, strict=True)]
        if not isinstance(self.optimizer, SecondOrder):
            for p, g in zip(self.trained, clipped(slopes, self.clip_value, self.clip_norm), strict=True):
                p.grad = g
            self.optimizer.step()
        return self.row(total.data, outputs, y)

    def objective(self, outputs: Batch, y: Sequence[Any]) -> Any:
        """Return what a step makes smaller: the loss with the penalty."""
        total = self.loss(outputs, y)
        if not isinstance(total, Value):
            hint = "; reduce it by mean or sum" * isinstance(total, list | tuple)
            raise TypeError(f"loss: expected one Value, got {type(total).__name__}{hint}")
        return total if self.penalty is None else total + self.penalty(self.parameters)

    def measure(self) -> Row:
        """Return loss and metrics on the validation data."""
        X, y = self.validation or ((), ())
        with no_grad():
            outputs = Batch(self.model(x) for x in X)
            total = self.loss(outputs, y)
        return self.row(total.data, outputs, y)

    def row(self, loss: float, outputs: Batch, y: Sequence[Any]) -> Row:
        """Return the loss with the metrics."""
        return {"loss": loss, **{name: metric(outputs, y) for name, metric in self.metrics.items()}}


def _digest(data: Data) -> str:
    numbers = [v.data if isinstance(v, Value) else v for v in leaves([list(data[0]), list(data[1])])]
    return hashlib.sha256(repr(numbers).encode()).hexdigest()[:16]


def _name(function: Any) -> str | None:
    return None if function is None else str(getattr(function, "__name__", type(function).__name__))


def save_run(path: StrPath, run: Run, history: History, watchers: Sequence[Any]) -> None:
    """Write all that the run depends on to a checkpoint."""
    write(
        path,
        "checkpoint",
        settings=run.settings,
        parameters=run.model.state_dict(),
        optimizer=run.optimizer.state_dict(),
        random=random_state(),
        rows=history.rows,
        best=[history.best_epoch, history.best_score, history.best],
        callbacks=[w.state_dict() if hasattr(w, "state_dict") else None for w in watchers],
    )


def load_run(path: StrPath, run: Run, history: History, watchers: Sequence[Any]) -> None:
    """Go on from a checkpoint; whatever does not fit raises ValueError, before anything is changed."""
    found = read(path, "checkpoint")
    with about(path):
        if not isinstance(found["settings"], dict):
            raise ValueError(f"settings: expected a table, got {found['settings']!r:.40}")
        for name, now in run.settings.items():
            if (then := found["settings"].get(name)) != now:
                raise ValueError(f"it is of another run: expected {name} {now!r}, got {then!r:.200}")
        epoch, score, weights = found["best"]
        best = read_index(epoch), read_float(score), [read_float(x) for x in weights]
        if len(best[2]) != len(run.parameters):
            raise ValueError(f"best: expected {len(run.parameters)} weights, got {len(best[2])}")
        rows = [{name: read_float(x) for name, x in row.items()} for row in found["rows"]]
        if len({tuple(row) for row in rows}) > 1 or best[0] > len(rows):
            raise ValueError(f"rows: expected one of the same names for each epoch, and the best of {len(rows)}")
        for k, row in enumerate(rows):
            if run.schedule is not None and row["lr"] != (rate := run.schedule(k)):
                raise ValueError(f"it is of another run: its schedule gave {row['lr']} in epoch {k}, this one {rate}")
        states, words = read_list(found["callbacks"]), found["random"]
        if len(states) != len(watchers):
            raise ValueError(f"callbacks: expected the {len(states)} of the run, got {len(watchers)}")
        pairs = [(run.model, found["parameters"]), (run.optimizer, found["optimizer"])]
        pairs += [(watch, state) for watch, state in zip(watchers, states, strict=True) if state is not None]
        before = [(part, part.state_dict()) for part, _ in pairs]
        try:
            for part, state in pairs:
                part.load_state_dict(state)
            set_random_state(words)  # the last, which changes nothing if it fails
        except BaseException:
            for part, state in before:
                part.load_state_dict(state)
            raise
        history.rows, (history.best_epoch, history.best_score, history.best) = rows, best
