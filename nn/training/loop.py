"""fit and restarts: train a model on data, once or from several random starts."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf, isfinite
from pathlib import Path
from typing import Any

from tqdm import tqdm

from autograd import Value

from ..optim import Optimizer
from ..validation import read_float, read_int
from .checkpoint import StrPath, number_checkpoint
from .history import History, Row
from .options import Data, Loss, Metric, Options, read_options
from .resume import load_run, save_run
from .run import Run


def fit(
    model: Any,
    data: Data,
    *,
    loss: Loss,
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
    sample_weight: Sequence[float] | None = None,
    class_weight: Mapping[Any, float] | None = None,
) -> History:
    """Train a model on data and return the history of the training.

    Training stops after ``epochs`` epochs, on a small gradient, when patience runs out, when a callback returns True,
    when the loss is not finite, or on Ctrl-C. Out of patience, diverged or interrupted, the model gets its best
    weights, which are the initial ones if no epoch was better. In the end the model is in the mode of ``eval()``.

    With a ``seed`` the result is the same to the last bit every time, also for a run that was killed and resumed.

    Args:
        model: The model; a list of outputs is computed sample by sample, as ``model(x)``.
        data: A pair (X, y) of samples and targets, of equal length.
        loss: A function of a list of outputs and a list of targets that returns one Value.
        optimizer: An optimizer, or a function from the model's parameters to one, such as ``nn.Adam``.
        epochs: The greatest number of epochs; in each every sample is used once.
        batch_size: The number of samples for a step; 1 is stochastic gradient descent, None uses all.
        shuffle: Whether batches are drawn in a new order each epoch.
        validation: A pair (X, y) whose loss and metrics are measured after each epoch, as ``val_loss`` etc.
        patience: Stop when the validation loss has not decreased for this many epochs.
        min_grad_norm: Stop when the norm of an epoch's mean gradient, before clipping, is below this number.
        schedule: A function from the epoch, counted from 0, to the learning rate.
        clip_norm: The greatest norm of the gradient of a step.
        clip_value: The greatest magnitude of each entry of that gradient, limited first.
        penalty: A function of the parameters whose result is added to the loss.
        metrics: Functions of outputs and targets by name, whose means become columns of the history.
        callbacks: Functions of the history that are called after each epoch.
        seed: The seed of Python's ``random`` at the start of training.
        checkpoint: The path of a file that is written after each epoch with all that training depends on.
        resume: Whether to continue from the checkpoint, if the file exists. All arguments must be as they were, except
            ``epochs``, ``patience``, ``min_grad_norm`` and ``keep``; functions are compared by name, and schedules by
            their rates.
        keep: Whether to keep the state of each epoch in memory, for ``History.rewind``.
        progress: Whether to show a progress bar on a terminal.
        compile: Whether to record loss and gradient of a sample once and replay them on batches at the speed of
            matrices (extra ``replay``), with the same draws, and the same numbers except for the order of sums. The
            loss must then be a mean over the samples; docs/replay.md lists what cannot be compiled.
        sample_weight: A weight w of at least 0 for each sample. The loss of a batch is then Σ w · loss / Σ w of the
            losses of single samples. Validation and metrics have no weights.
        class_weight: Weights by target, which multiply those of the samples.

    Raises:
        ValueError: If the data is empty, has missing values or does not fit, an option is out of range, or the
            checkpoint is of another run.
        TypeError: If an argument has another type.

    Warns:
        DataWarning: If all targets are the same.

    >>> import nn
    >>> X, y = nn.data.sample(lambda x: 3 * x + 1, n=20)
    >>> line = nn.Neuron(1, nonlin=False)
    >>> history = fit(line, (X, y), loss=nn.mse, optimizer=nn.SGD, schedule=lambda epoch: 0.5, epochs=60)
    >>> round(line.w[0].data, 3), round(line.b.data, 3), history.stopped
    (3.0, 1.0, 'epochs')
    """
    run = _make_run(read_options(locals()))  # the arguments, by name
    history = _start(run)
    try:
        _train(run, history)
    except KeyboardInterrupt:
        history.stopped = "interrupted"
        if keep and len(history) not in history.states:  # the interrupt came between an epoch's row and its state
            history.keep_state()
    if history.stopped in ("patience", "diverged", "interrupted"):
        history.restore_best()
    return history


def restarts(n: int, make: Callable[[], Any], data: Data, *, seed: int | None = None, **options: Any) -> History:
    """Train n models from random starts and return the history of the best.

    The model of the returned history has its best weights. Ctrl-C ends the search with the best so far.

    Args:
        n: The number of starts.
        make: A function without arguments that returns a new model.
        data: A pair (X, y), as in ``fit``.
        seed: Start k has the seed ``seed + k``.
        **options: The options of ``fit``; the optimizer must be a function of the parameters. The checkpoint of start k
            has ``-k`` in its name.
    """
    best: History | None = None
    for k in range(read_int(n, "n")):
        if seed is not None:
            random.seed(seed + k)
        history = fit(make(), data, **number_checkpoint(options, k))
        if best is None or history.best_score < best.best_score:
            best = history
        if history.stopped == "interrupted":
            break
    assert best is not None  # for mypy: n is at least 1
    best.restore_best()
    return best


def _make_run(options: Options) -> Run:
    """Return the run of ``fit``, eager or compiled."""
    if not options.compile:
        return Run(options)
    import autograd.replay  # noqa: F401  # first, because its error names the extra that installs NumPy

    from .compiled import CompiledRun

    return CompiledRun(options)


def _start(run: Run) -> History:
    """Return the history of a run at its start, or at its checkpoint if it resumes."""
    options = run.options
    history = History(options.model, options.optimizer)
    history.best = history.weights()
    if options.resume and options.checkpoint is not None and Path(options.checkpoint).exists():
        load_run(options.checkpoint, run, history)
    else:
        if options.seed is not None:
            random.seed(options.seed)
        if options.checkpoint is not None:
            save_run(options.checkpoint, run, history)
    if options.keep:
        history.keep_state()
    history.stopped = _stop_reason(options, history)
    return history


def _train(run: Run, history: History) -> None:
    """Train epoch by epoch until there is a reason to stop."""
    options = run.options
    disable = None if options.progress else True  # None shows the bar on a terminal only
    bar = tqdm(total=options.epochs, initial=len(history), unit=" epochs", leave=False, disable=disable)
    with bar:
        while not history.stopped:
            is_stopped = _train_epoch(run, history)
            bar.set_postfix(loss=history.rows[-1]["loss"], refresh=False)
            bar.update()
            history.stopped = _stop_reason(options, history) or ("callback" if is_stopped else "")


def _train_epoch(run: Run, history: History) -> bool:
    """Train one epoch, record it, and return whether a callback asks to stop."""
    options = run.options
    before = history.weights()
    if options.schedule is not None:
        options.optimizer.lr = read_float(options.schedule(len(history)), "schedule", 0)
    row = run.epoch()
    if options.validation is not None:
        row |= {f"val_{name}": x for name, x in run.validate().items()}
    history.rows.append(row)
    is_full = options.batch_size is None and options.validation is None  # the loss is then that before the step
    history.update_best(
        len(history) - is_full, row.get("val_loss", row["loss"]), before if is_full else history.weights()
    )
    if options.keep:
        history.keep_state()
    answers = [callback(history) for callback in options.callbacks]
    if options.checkpoint is not None:
        save_run(options.checkpoint, run, history)
    return True in answers


def _stop_reason(options: Options, history: History) -> str:
    """Return why training stops after the last epoch, or an empty text."""
    row: Row = history.rows[-1] if history.rows else {}
    if not isfinite(row.get("loss", 0.0)):
        return "diverged"
    if row.get("grad_norm", inf) < options.min_grad_norm:
        return "gradient"
    if options.patience is not None and len(history) - history.best_epoch >= options.patience:
        return "patience"
    return "epochs" if len(history) >= options.epochs else ""
