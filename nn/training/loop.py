"""fit: train a model on data."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf, isfinite
from pathlib import Path
from typing import Any

from tqdm import tqdm

from autograd import Value

from ..data import check_data
from ..optim import Optimizer, SecondOrder
from ..validation import read_bool, read_float, read_int
from .checkpoint import StrPath, numbered
from .history import History, Row
from .run import Data, Metric, Run, load_run, save_run


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
    compile: bool = False,  # noqa: A002  # the field's name for it
) -> History:
    """Make the loss of a model on data (X, y) small, and return how it went.

    In every epoch each sample is used once: all in one step (``batch_size=None``), one at a time (1, stochastic
    gradient descent) or in mini-batches, in a new order each epoch. ``loss`` takes a list of outputs and one of
    targets; ``penalty`` takes the parameters and is added. Training stops after ``epochs``; when the norm of the
    mean gradient of an epoch, before it is clipped, is below ``min_grad_norm``; when the loss on ``validation``
    has not been less for ``patience`` epochs; when a callback, called with the history after every epoch, returns
    True; when the loss is not finite; and at Ctrl-C. Out of patience, diverged or interrupted, the model gets its
    best weights, those at the start if no epoch was better. In the end it is as ``eval()`` leaves it.

    With a ``seed``, from which Python's ``random`` goes on, the result is the same to the last bit each time, also
    when a run that writes a ``checkpoint`` after every epoch was killed and goes on by ``resume=True``. All must
    then be as it was but ``epochs``, ``patience``, ``min_grad_norm`` and ``keep``; functions are told apart by
    name, a schedule by its rates. ``keep`` keeps every epoch's state in memory for ``History.rewind``.
    ``schedule`` gives the learning rate of each epoch, from 0.

    With ``compile`` a sample's loss and gradient are recorded once and replayed on batches of them at the speed of
    matrices (extra ``replay``), with the same draws, and the same numbers but for the order of sums. The loss must then
    be a mean over the samples; docs/replay.md says what cannot be compiled.

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
    metrics, watchers = _table(metrics), list(callbacks) if isinstance(callbacks, Iterable) else [callbacks]
    functions: dict[str, tuple[Any, str]] = {
        "loss": (loss, "outputs and targets"),
        "optimizer": (optimizer if not isinstance(optimizer, Optimizer) else loss, "the parameters"),
        "schedule": (schedule or loss, "the epoch"),
        "penalty": (penalty or loss, "the parameters"),
        **{f"metrics[{name!r}]": (metric, "outputs and targets") for name, metric in metrics.items()},
        **{f"callbacks[{k}]": (watch, "the history") for k, watch in enumerate(watchers)},
    }
    for name, (given, of) in functions.items():
        if not callable(given):
            raise TypeError(f"{name}: expected a function of {of}, got {type(given).__name__} {given!r:.40}")
    epochs, min_grad_norm = read_int(epochs, "epochs", 0), read_float(min_grad_norm, "min_grad_norm", 0)
    patience = patience if patience is None else read_int(patience, "patience")
    clip_norm = clip_norm if clip_norm is None else read_float(clip_norm, "clip_norm", 0)
    clip_value = clip_value if clip_value is None else read_float(clip_value, "clip_value", 0)
    if patience is not None and validation is None:
        raise ValueError("patience: it needs validation data to lose it over; give validation=(X, y)")
    if batch_size is not None and batch_size != 0:
        batch_size = read_int(batch_size, "batch_size")
    elif batch_size is not None:
        raise ValueError("batch_size: expected at least 1, or None for all samples in one, got 0")
    if resume and checkpoint is None:
        raise ValueError("resume: it needs the checkpoint to go on from; give checkpoint=path")
    parameters: list[Value] = model.parameters()
    if not parameters:
        raise ValueError(f"model: expected one with parameters to train, got {model!r:.60}")
    optimizer = optimizer if isinstance(optimizer, Optimizer) else optimizer(parameters)
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"optimizer: expected an optimiser or what makes one, got {optimizer!r:.40}")
    if not set(map(id, optimizer.parameters)) <= set(map(id, parameters)):
        raise ValueError("optimizer: it has parameters that are not of this model; make it of model.parameters()")
    if isinstance(optimizer, SecondOrder) and (clip_norm or clip_value):
        raise ValueError("clip_norm, clip_value: a second-order step is not along the gradient; leave them out")
    held_out, clips = validation and _data(validation, "validation"), (clip_norm, clip_value)
    make = Run
    if read_bool(compile, "compile"):
        import autograd.replay  # noqa: F401  # first, for it names the extra that NumPy comes with

        from .compiled import Replayed

        make = Replayed
    run = make(model, X, y, loss, optimizer, batch_size, shuffle, *clips, penalty, metrics, held_out, seed, schedule)
    history = History(model, optimizer)
    history.best = history.weights()
    if resume and checkpoint is not None and Path(checkpoint).exists():
        load_run(checkpoint, run, history, watchers)
    else:
        if seed is not None:
            random.seed(seed)
        if checkpoint is not None:
            save_run(checkpoint, run, history, watchers)
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
                    optimizer.lr = read_float(schedule(len(history)), "schedule", 0)
                row = run.epoch()
                if held_out:
                    row |= {f"val_{name}": x for name, x in run.measure().items()}
                history.rows.append(row)
                full = batch_size is None and not held_out  # then the loss is that of the weights before the step
                weights = before if full else history.weights()
                history.note_best(len(history) - full, row.get("val_loss", row["loss"]), weights)
                if keep:
                    history.keep()
                asked = [watch(history) for watch in watchers]
                if checkpoint is not None:
                    save_run(checkpoint, run, history, watchers)
                bar.set_postfix(loss=row["loss"], refresh=False)
                bar.update()
                history.stopped = reason() or ("callback" if True in asked else "")
    except KeyboardInterrupt:
        history.stopped = "interrupted"
        if keep and len(history) not in history.states:  # it came between an epoch's row and its state
            history.keep()
    if history.stopped in ("patience", "diverged", "interrupted"):
        history.use_best()
    return history


def restarts(n: int, make: Callable[[], Any], data: Data, *, seed: int | None = None, **options: Any) -> History:
    """Train n models from random starts and return the history of the best: a way out of local minima.

    The options are those of ``fit``, the optimiser as a function of the parameters; of the k-th start the seed
    is ``seed + k``, and its checkpoint has ``-k`` in its name. The model of the history that is returned has its
    best weights. Ctrl-C ends the search with the best so far.
    """
    best: History | None = None
    for k in range(read_int(n, "n")):
        if seed is not None:
            random.seed(seed + k)
        history = fit(make(), data, **numbered(options, k))
        if best is None or history.best_score < best.best_score:
            best = history
        if history.stopped == "interrupted":
            break
    assert best is not None  # for mypy: n is at least 1
    best.use_best()
    return best


def _table(metrics: Any) -> Mapping[str, Metric]:
    """Check the names of metrics, which become columns beside those of fit."""
    if metrics is None:
        return {}
    if not isinstance(metrics, Mapping):
        raise TypeError(f"metrics: expected a table from names to functions, got {type(metrics).__name__}")
    for name in metrics:
        if not isinstance(name, str) or name in ("loss", "grad_norm", "lr") or name.startswith("val_"):
            raise ValueError(f"metrics: expected other names than fit's own columns, got {name!r:.40}")
    return metrics


def _data(data: Any, name: str) -> Data:
    if not isinstance(data, list | tuple) or len(data) != 2:
        raise TypeError(f"{name}: expected a pair (X, y), got {type(data).__name__} {data!r:.40}")
    X, y = (part.tolist() if hasattr(part, "tolist") else part for part in data)
    check_data(X, y)
    return X, y
