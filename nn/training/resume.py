"""Write all that a run depends on to a checkpoint, and resume from it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from autograd import Value
from autograd.graph import leaves, read_float, read_index, read_list

from .checkpoint import StrPath, get_random_state, naming_file, read_json, set_random_state, write_json
from .history import History, Row
from .options import Data, Options
from .run import Run


def save_run(path: StrPath, run: Run, history: History) -> None:
    """Write the state of a run and its history to a checkpoint."""
    write_json(
        path,
        "checkpoint",
        settings=_settings(run),
        parameters=run.model.state_dict(),
        optimizer=run.optimizer.state_dict(),
        random=get_random_state(),
        rows=history.rows,
        best=[history.best_epoch, history.best_score, history.best],
        callbacks=[c.state_dict() if hasattr(c, "state_dict") else None for c in run.options.callbacks],
    )


def load_run(path: StrPath, run: Run, history: History) -> None:
    """Restore a run and its history from a checkpoint.

    If it does not fit, ValueError is raised and nothing is changed.
    """
    found = read_json(path, "checkpoint")
    with naming_file(path):
        _check_settings(found["settings"], _settings(run))
        epoch, score, weights = found["best"]
        best = read_index(epoch), read_float(score), [read_float(x) for x in weights]
        if len(best[2]) != len(run.parameters):
            raise ValueError(f"best: expected {len(run.parameters)} weights, got {len(best[2])}")
        rows = _read_rows(found["rows"], best[0], run.options)
        states, callbacks = read_list(found["callbacks"]), run.options.callbacks
        if len(states) != len(callbacks):
            raise ValueError(f"callbacks: expected the {len(states)} of the run, got {len(callbacks)}")
        pairs = [(run.model, found["parameters"]), (run.optimizer, found["optimizer"])]
        pairs += [(callback, state) for callback, state in zip(callbacks, states, strict=True) if state is not None]
        _load_all(pairs, found["random"])
        history.rows, (history.best_epoch, history.best_score, history.best) = rows, best


def _settings(run: Run) -> dict[str, Any]:
    """Return the settings that a run must share with the writer of its checkpoint."""
    options = run.options
    return {
        "samples": len(run.X),
        "data": _digest(options.data),
        "validation": options.validation and _digest(options.validation),
        "weights": options.weights and _digest((options.weights, ())),
        "batch_size": options.batch_size,
        "shuffle": options.shuffle,
        "seed": options.seed,
        "clip_norm": options.clip_norm,
        "clip_value": options.clip_value,
        "loss": _function_name(options.loss),
        "penalty": _function_name(options.penalty),
        "metrics": list(options.metrics),
        "schedule": options.schedule is not None,
        "optimizer": options.optimizer.initial_options,
    }


def _digest(data: Data) -> str:
    """Return 16 hexadecimal digits that differ for other data."""
    numbers = [v.data if isinstance(v, Value) else v for v in leaves([list(data[0]), list(data[1])])]
    return hashlib.sha256(repr(numbers).encode()).hexdigest()[:16]


def _function_name(function: Any) -> str | None:
    return None if function is None else str(getattr(function, "__name__", type(function).__name__))


def _check_settings(found: Any, expected: dict[str, Any]) -> None:
    if not isinstance(found, dict):
        raise ValueError(f"settings: expected a table, got {found!r:.40}")
    for name, now in expected.items():
        if (then := found.get(name)) != now:
            raise ValueError(f"it is of another run: expected {name} {now!r}, got {then!r:.200}")


def _read_rows(found: Any, best_epoch: int, options: Options) -> list[Row]:
    """Return the rows of a history, or raise ValueError if they do not fit."""
    rows = [{name: read_float(x) for name, x in row.items()} for row in found]
    if len({tuple(row) for row in rows}) > 1 or best_epoch > len(rows):
        raise ValueError(f"rows: expected one of the same names for each epoch, and the best of {len(rows)}")
    for k, row in enumerate(rows):
        if options.schedule is not None and row["lr"] != (rate := options.schedule(k)):
            raise ValueError(f"it is of another run: its schedule gave {row['lr']} in epoch {k}, this one {rate}")
    return rows


def _load_all(pairs: Sequence[tuple[Any, Any]], random_state: Any) -> None:
    """Load the state of every part and of ``random``; after an error restore all."""
    before = [(part, part.state_dict()) for part, _ in pairs]
    try:
        for part, state in pairs:
            part.load_state_dict(state)
        set_random_state(random_state)  # the last, because it changes nothing if it fails
    except BaseException:
        for part, state in before:
            part.load_state_dict(state)
        raise
