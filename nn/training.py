"""fit: train a model on data."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import hypot, inf, isfinite
from pathlib import Path
from typing import Any

from tqdm import tqdm

from autograd import Value, no_grad
from autograd.files import number, whole

from .checkpoint import StrPath, about, random_state, read, set_random_state, write
from .history import History, Row
from .optim import Optimizer, clip_grad_norm, clip_grad_value
from .prepare import batches, check
from .second_order import SecondOrder

Data = tuple[Sequence[Any], Sequence[Any]]
Metric = Callable[[Sequence[Any], Sequence[Any]], float]


def fit(
    model: Any,
    data: Data,
    *,
    loss: Callable[[Sequence[Any], Sequence[Any]], Any],
    optimizer: Optimizer | Callable[[list[Value]], Optimizer],
    epochs: int = 100,
    batch_size: int | None = None,
    shuffle: bool = True,
    validation: Data | None = None,
    patience: int | None = None,
    min_grad_norm: float = 0.0,
    schedule: Callable[[int], float] | None = None,
    clip_norm: float | None = None,
    clip_value: float | None = None,
    penalty: Callable[[list[Value]], Any] | None = None,
    metrics: Mapping[str, Metric] | None = None,
    callbacks: Iterable[Callable[[History], Any]] = (),
    seed: int | None = None,
    checkpoint: StrPath | None = None,
    resume: bool = False,
    keep: bool = True,
    progress: bool = True,
) -> History:
    """Make the loss of a model on data (X, y) small, and return how it went.

    In every epoch each sample is used once: all in one step (``batch_size=None``), one at a time (1, stochastic
    gradient descent) or in mini-batches, in a new order each epoch. ``loss`` takes a list of outputs and one of
    targets; ``penalty`` takes the parameters and is added. Training stops after ``epochs``; when the norm of the
    mean gradient of an epoch is below ``min_grad_norm``; when the loss on ``validation`` has not been less for
    ``patience`` epochs; when a callback, called with the history after every epoch, returns True; when the loss
    is not finite; and at Ctrl-C. In the last three of these but the callback, and after losing patience, the
    model gets its best weights.

    With a ``seed`` the result is the same to the last bit each time, also when a run that writes a
    ``checkpoint`` after every epoch was killed and goes on by ``resume=True``. ``keep`` keeps every epoch's
    state in memory for ``History.rewind``. ``schedule`` gives the learning rate of each epoch, from 0.

    Raises ValueError for data that is empty, has missing values or does not fit, and for a checkpoint of
    another run; warns with DataWarning if all targets are the same.

    >>> import nn
    >>> X, y = nn.data.sample(lambda x: 3 * x + 1, n=20)
    >>> line = nn.Neuron(1, nonlin=False)
    >>> history = fit(line, (X, y), loss=nn.mse, optimizer=nn.SGD, schedule=lambda epoch: 0.5, epochs=60)
    >>> round(line.w[0].data, 3), round(line.b.data, 3), history.stopped
    (3.0, 1.0, 'epochs')
    """
    X, y = _data(data, "data")
    if not callable(loss):
        raise TypeError(f"loss: expected a function of outputs and targets, got {type(loss).__name__} {loss!r:.40}")
    if patience is not None and validation is None:
        raise ValueError("patience: it needs validation data to lose it over; give validation=(X, y)")
    if batch_size is not None and batch_size < 1:
        raise ValueError(f"batch_size: expected at least 1, or None for all samples in one, got {batch_size!r:.40}")
    if resume and checkpoint is None:
        raise ValueError("resume: it needs the checkpoint to go on from; give checkpoint=path")
    optimizer = optimizer if isinstance(optimizer, Optimizer) else optimizer(model.parameters())
    if isinstance(optimizer, SecondOrder) and (clip_norm or clip_value):
        raise ValueError("clip_norm, clip_value: a second-order step is not along the gradient; leave them out")
    run = _Run(model, X, y, loss, optimizer, batch_size, shuffle, clip_norm, clip_value, penalty, metrics or {})
    history = History(model, optimizer)
    held_out, watchers = validation and _data(validation, "validation"), list(callbacks)
    if resume and checkpoint is not None and Path(checkpoint).exists():
        _load(checkpoint, run, history, watchers)
    else:
        if seed is not None:
            random.seed(seed)
        if checkpoint is not None:
            _save(checkpoint, run, history, watchers)
    if keep:
        history.keep()

    def reason() -> str:
        row: Row = history.rows[-1] if history.rows else {}
        if not isfinite(row.get("loss", 0.0)):
            return "diverged"
        if row.get("grad_norm", inf) < min_grad_norm:
            return "gradient"
        if patience is not None and len(history) - history.best_epoch >= patience:
            return "patience"
        return "epochs" if len(history) >= epochs else ""

    history.stopped = reason()
    try:
        bar = tqdm(total=epochs, initial=len(history), unit=" epochs", leave=False, disable=None if progress else True)
        with bar:
            while not history.stopped:
                before = history.weights()
                if schedule is not None:
                    optimizer.lr = schedule(len(history))
                row = run.epoch()
                if held_out:
                    row |= {f"val_{name}": x for name, x in run.measure(*held_out).items()}
                history.rows.append(row)
                full = batch_size is None and not held_out  # then the loss is that of the weights before the step
                weights = before if full else history.weights()
                history.note_best(len(history) - full, row.get("val_loss", row["loss"]), weights)
                if keep:
                    history.keep()
                asked = [watch(history) for watch in watchers]
                if checkpoint is not None:
                    _save(checkpoint, run, history, watchers)
                bar.set_postfix(loss=row["loss"], refresh=False)
                bar.update()
                history.stopped = reason() or ("callback" if True in asked else "")
    except KeyboardInterrupt:
        history.stopped = "interrupted"
    if history.stopped in ("patience", "diverged", "interrupted"):
        history.use_best()
    return history


def restarts(n: int, make: Callable[[], Any], data: Data, *, seed: int | None = None, **options: Any) -> History:
    """Train n models from random starts and return the history of the best: a way out of local minima.

    The options are those of ``fit``, the optimiser as a function of the parameters; of the k-th start the seed
    is ``seed + k``. Ctrl-C ends the search with the best so far.
    """
    best: History | None = None
    for k in range(n):
        if seed is not None:
            random.seed(seed + k)
        history = fit(make(), data, **options)
        if best is None or history.best_score < best.best_score:
            best = history
        if history.stopped == "interrupted":
            break
    if best is None:
        raise ValueError(f"n: expected at least 1 start, got {n}")
    return best


@dataclass
class _Run:
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

    def __post_init__(self) -> None:
        self.parameters: list[Value] = self.model.parameters()

    def epoch(self) -> Row:
        """Use every sample once; return the means over the samples."""
        sums = dict.fromkeys(("loss", *self.metrics), 0.0)
        gradient = [0.0] * len(self.parameters)
        self.model.train()
        for batch in batches(len(self.X), self.batch_size, self.shuffle):
            share = len(batch) / len(self.X)
            for name, x in self.step([self.X[i] for i in batch], [self.y[i] for i in batch]).items():
                sums[name] += share * x
            gradient = [g + share * p.grad for g, p in zip(gradient, self.parameters, strict=True)]
        self.model.eval()
        return sums | {"grad_norm": hypot(*gradient), "lr": self.optimizer.lr}

    def step(self, X: Sequence[Any], y: Sequence[Any]) -> Row:
        """Take one step down the loss of a batch; the graph is gone when it returns."""
        outputs: list[Any] = []

        def objective() -> Any:
            outputs[:] = [self.model(x) for x in X]
            total = self.loss(outputs, y)
            return total if self.penalty is None else total + self.penalty(self.parameters)

        if isinstance(self.optimizer, SecondOrder):
            total = self.optimizer.step(objective)
        else:
            total = objective()
            self.optimizer.zero_grad()
            total.backward()
            if self.clip_value is not None:
                clip_grad_value(self.parameters, self.clip_value)
            if self.clip_norm is not None:
                clip_grad_norm(self.parameters, self.clip_norm)
            self.optimizer.step()
        return {"loss": total.data, **{name: metric(outputs, y) for name, metric in self.metrics.items()}}

    def measure(self, X: Sequence[Any], y: Sequence[Any]) -> Row:
        """Return loss and metrics on data that is not learned from."""
        with no_grad():
            outputs = [self.model(x) for x in X]
            total = self.loss(outputs, y)
        return {"loss": total.data, **{name: metric(outputs, y) for name, metric in self.metrics.items()}}


def _data(data: Any, name: str) -> Data:
    if not isinstance(data, list | tuple) or len(data) != 2:
        raise TypeError(f"{name}: expected a pair (X, y), got {type(data).__name__} {data!r:.40}")
    X, y = (part.tolist() if hasattr(part, "tolist") else part for part in data)
    check(X, y)
    return X, y


def _save(path: StrPath, run: _Run, history: History, watchers: Sequence[Any]) -> None:
    write(
        path,
        "checkpoint",
        settings={"samples": len(run.X), "batch_size": run.batch_size, "shuffle": run.shuffle},
        parameters=run.model.state_dict(),
        optimizer=run.optimizer.state_dict(),
        random=random_state(),
        rows=history.rows,
        best=[history.best_epoch, history.best_score, history.best],
        callbacks=[w.state_dict() if hasattr(w, "state_dict") else None for w in watchers],
    )


def _load(path: StrPath, run: _Run, history: History, watchers: Sequence[Any]) -> None:
    """Go on from a checkpoint; whatever does not fit raises ValueError, before anything is changed."""
    found = read(path, "checkpoint")
    settings = {"samples": len(run.X), "batch_size": run.batch_size, "shuffle": run.shuffle}
    with about(path):
        if found["settings"] != settings:
            raise ValueError(f"it is of another run: expected {settings}, got {found['settings']}")
        epoch, score, weights = found["best"]
        best = whole(epoch), number(score), [number(x) for x in weights]
        rows = [{name: number(x) for name, x in row.items()} for row in found["rows"]]
        states, words = found["callbacks"], found["random"]
        if len(states) != len(watchers):
            raise ValueError(f"callbacks: expected the {len(states)} of the run, got {len(watchers)}")
        before = run.model.state_dict(), run.optimizer.state_dict(), random_state()
        try:
            run.model.load_state_dict(found["parameters"])
            run.optimizer.load_state_dict(found["optimizer"])
            set_random_state(words)
            for watch, state in zip(watchers, states, strict=True):
                if state is not None:
                    watch.load_state_dict(state)
        except BaseException:
            run.model.load_state_dict(before[0])
            run.optimizer.load_state_dict(before[1])
            set_random_state(before[2])
            raise
        history.rows, (history.best_epoch, history.best_score, history.best) = rows, best
