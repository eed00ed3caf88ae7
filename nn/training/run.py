"""Run: the epochs and steps of training a model on data."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from typing import Any

from autograd import Value, no_grad

from ..data import batches
from ..functional import BatchOutputs
from ..optim import Optimizer, SecondOrder, clip_gradient
from .history import Row
from .options import Options


class Run:
    """One call of ``fit``: computes its epochs, steps and validations."""

    options: Options
    model: Any
    optimizer: Optimizer
    y: Sequence[Any]

    def __init__(self, options: Options) -> None:
        self.options, self.model, self.optimizer = options, options.model, options.optimizer
        self.X, self.y = options.data
        self.parameters: list[Value] = self.model.parameters()
        self.weights = options.weights
        self.gradient: Any = []  # the mean gradient of an epoch, before it is clipped

    def epoch(self) -> Row:
        """Use every sample once, and return the mean loss and metrics."""
        options = self.options
        sums = dict.fromkeys(("loss", *options.metrics), 0.0)
        self.gradient = [0.0] * len(self.optimizer.parameters)
        self.model.train()
        try:
            for batch in batches(len(self.X), options.batch_size, options.shuffle):
                share = len(batch) / len(self.X)
                weight = sum(self.weights[i] for i in batch) / sum(self.weights) if self.weights else share
                if weight:
                    for name, x in self.step(batch, weight).items():
                        sums[name] += (weight if name == "loss" else share) * x
        finally:
            self.model.eval()
        return sums | {"grad_norm": hypot(*self.gradient), "lr": self.optimizer.lr}

    def step(self, batch: Sequence[int], weight: float) -> Row:
        """Update the parameters on a batch, whose weight is its fraction of the epoch."""
        X, y = [self.X[i] for i in batch], [self.y[i] for i in batch]
        outputs = BatchOutputs()

        def closure() -> Any:
            current = BatchOutputs(self.model(x) for x in X)
            outputs.extend(current if not outputs else ())  # a line search calls again, with other weights
            return self.objective(current, y, [self.weights[i] for i in batch] if self.weights else ())

        if isinstance(self.optimizer, SecondOrder):
            total = self.optimizer.step(closure)
        else:
            total = closure()
            self.optimizer.zero_grad()
            total.backward()
        gradient = [p.grad for p in self.optimizer.parameters]  # before it is clipped
        self.gradient = [g + weight * slope for g, slope in zip(self.gradient, gradient, strict=True)]
        if not isinstance(self.optimizer, SecondOrder):
            gradient = clip_gradient(gradient, self.options.clip_value, self.options.clip_norm)
            for p, g in zip(self.optimizer.parameters, gradient, strict=True):
                p.grad = g
            self.optimizer.step()
        return self.measure(total.data, outputs, y)

    def objective(self, outputs: BatchOutputs, y: Sequence[Any], weights: Sequence[float] = ()) -> Any:
        """Return the objective of a step: the loss, weighted if there are weights, plus the penalty."""
        loss = self.options.loss
        if weights:
            each = zip(weights, outputs, y, strict=True)
            terms = [w * loss(BatchOutputs([output]), [target]) for w, output, target in each if w]
            total = sum(terms, 0.0) / sum(weights)
        else:
            total = loss(outputs, y)
        if not isinstance(total, Value):
            hint = "; reduce it by mean or sum" * isinstance(total, list | tuple)
            raise TypeError(f"loss: expected one Value, got {type(total).__name__}{hint}")
        return total if self.options.penalty is None else total + self.options.penalty(self.parameters)

    def validate(self) -> Row:
        """Return loss and metrics of the validation data."""
        X, y = self.options.validation or ((), ())
        with no_grad():
            outputs = BatchOutputs(self.model(x) for x in X)
            total = self.options.loss(outputs, y)
        return self.measure(total.data, outputs, y)

    def measure(self, loss: float, outputs: BatchOutputs, y: Sequence[Any]) -> Row:
        """Return the loss and the metrics of outputs."""
        return {"loss": loss, **{name: metric(outputs, y) for name, metric in self.options.metrics.items()}}
