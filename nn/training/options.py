"""Options: the checked arguments of ``fit``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograd import Value

from ..data import check_data
from ..optim import Optimizer, SecondOrder
from ..schedules import Schedule
from ..validation import read_bool, read_float, read_int
from .checkpoint import StrPath
from .history import History

Data = tuple[Sequence[Any], Sequence[Any]]
Loss = Callable[[Sequence[Any], Sequence[Any]], Any]
Metric = Callable[[Sequence[Any], Sequence[Any]], float]
Penalty = Callable[[list[Value]], Any]
Callback = Callable[[History], Any]


@dataclass(frozen=True)
class Options:
    """The checked arguments of ``fit``, with data as lists and a built optimizer."""

    model: Any
    data: Data
    loss: Loss
    optimizer: Optimizer
    epochs: int
    batch_size: int | None
    shuffle: bool
    validation: Data | None
    patience: int | None
    min_grad_norm: float
    schedule: Schedule | None
    clip_norm: float | None
    clip_value: float | None
    penalty: Penalty | None
    metrics: Mapping[str, Metric]
    callbacks: list[Callback]
    seed: int | None
    checkpoint: StrPath | None
    resume: bool
    keep: bool
    progress: bool
    compile: bool
    sample_weight: Sequence[float] | None
    class_weight: Mapping[Any, float] | None
    weights: list[float]  # of the samples, from these two; empty if all have the same


def read_options(given: Mapping[str, Any]) -> Options:
    """Return the arguments of ``fit`` as Options, or raise ValueError or TypeError."""
    callbacks = given["callbacks"]
    checked = {
        **given,
        "data": _read_pair(given["data"], "data"),
        "metrics": _read_metrics(given["metrics"]),
        "callbacks": list(callbacks) if isinstance(callbacks, Iterable) else [callbacks],
    }
    _check_functions(checked)
    checked |= {
        "epochs": read_int(given["epochs"], "epochs", 0),
        "min_grad_norm": read_float(given["min_grad_norm"], "min_grad_norm", 0),
        "patience": _read_optional(read_int, given["patience"], "patience", 1),
        "clip_norm": _read_optional(read_float, given["clip_norm"], "clip_norm", 0),
        "clip_value": _read_optional(read_float, given["clip_value"], "clip_value", 0),
    }
    if given["patience"] is not None and given["validation"] is None:
        raise ValueError("patience: it needs validation data to lose it over; give validation=(X, y)")
    if given["batch_size"] == 0:
        raise ValueError("batch_size: expected at least 1, or None for all samples in one, got 0")
    checked["batch_size"] = _read_optional(read_int, given["batch_size"], "batch_size", 1)
    if given["resume"] and given["checkpoint"] is None:
        raise ValueError("resume: it needs the checkpoint to continue from; give checkpoint=path")
    checked["optimizer"] = _read_optimizer(given["optimizer"], given["model"])
    if isinstance(checked["optimizer"], SecondOrder) and (checked["clip_norm"] or checked["clip_value"]):
        raise ValueError("clip_norm, clip_value: a second-order step is not along the gradient; leave them out")
    if given["validation"] is not None:
        checked["validation"] = _read_pair(given["validation"], "validation")
    read_bool(given["compile"], "compile")
    return Options(**checked, weights=_read_weights(checked["data"][1], given["sample_weight"], given["class_weight"]))


def _read_weights(y: Sequence[Any], sample_weight: Any, class_weight: Any) -> list[float]:
    """Return a weight for each sample, empty if none is given; errors name the argument."""
    if sample_weight is None and class_weight is None:
        return []
    given = [1.0] * len(y) if sample_weight is None else list(sample_weight)
    if len(given) != len(y):
        raise ValueError(f"sample_weight: expected {len(y)} weights, one for each sample, got {len(given)}")
    weights = [read_float(w, f"sample_weight[{i}]", 0) for i, w in enumerate(given)]
    if class_weight is not None:
        if not isinstance(class_weight, Mapping):
            raise TypeError(f"class_weight: expected a table from targets to weights, got {class_weight!r:.40}")
        for i, target in enumerate(y):
            if isinstance(target, list | tuple) or target not in class_weight:
                raise ValueError(
                    f"class_weight: expected a weight for every target, got none for y[{i}] = {target!r:.40}"
                )
            weights[i] *= read_float(class_weight[target], f"class_weight[{target!r}]", 0)
    if not any(weights):
        raise ValueError("sample_weight, class_weight: expected a weight above 0, got zeros alone")
    return weights


def _read_optional(read: Callable[..., Any], x: Any, name: str, low: float) -> Any:
    return None if x is None else read(x, name, low)


def _read_pair(data: Any, name: str) -> Data:
    if not isinstance(data, list | tuple) or len(data) != 2:
        raise TypeError(f"{name}: expected a pair (X, y), got {type(data).__name__} {data!r:.40}")
    X, y = (part.tolist() if hasattr(part, "tolist") else part for part in data)
    check_data(X, y)
    return X, y


def _read_metrics(metrics: Any) -> Mapping[str, Metric]:
    """Return metrics by name, which must differ from the columns of ``fit``."""
    if metrics is None:
        return {}
    if not isinstance(metrics, Mapping):
        raise TypeError(f"metrics: expected a table from names to functions, got {type(metrics).__name__}")
    for name in metrics:
        if not isinstance(name, str) or name in ("loss", "grad_norm", "lr") or name.startswith("val_"):
            raise ValueError(f"metrics: expected other names than fit's own columns, got {name!r:.40}")
    return metrics


def _check_functions(given: Mapping[str, Any]) -> None:
    """Raise TypeError for an argument that should be a function and is not."""
    functions = [("loss", given["loss"], "outputs and targets")]
    if not isinstance(given["optimizer"], Optimizer):
        functions.append(("optimizer", given["optimizer"], "the parameters"))
    functions += [
        (name, given[name], of)
        for name, of in (("schedule", "the epoch"), ("penalty", "the parameters"))
        if given[name] is not None
    ]
    functions += [(f"metrics[{name!r}]", metric, "outputs and targets") for name, metric in given["metrics"].items()]
    functions += [(f"callbacks[{k}]", callback, "the history") for k, callback in enumerate(given["callbacks"])]
    for name, f, of in functions:
        if not callable(f):
            raise TypeError(f"{name}: expected a function of {of}, got {type(f).__name__} {f!r:.40}")


def _read_optimizer(optimizer: Any, model: Any) -> Optimizer:
    """Return an optimizer of the model's parameters, building it from a function."""
    parameters = model.parameters()
    if not parameters:
        raise ValueError(f"model: expected one with parameters to train, got {model!r:.60}")
    optimizer = optimizer if isinstance(optimizer, Optimizer) else optimizer(parameters)
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"optimizer: expected an optimizer or a function that builds one, got {optimizer!r:.40}")
    if not set(map(id, optimizer.parameters)) <= set(map(id, parameters)):
        raise ValueError("optimizer: it has parameters that are not of this model; make it of model.parameters()")
    return optimizer
