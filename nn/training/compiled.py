"""CompiledRun: one sample's work is recorded once and replayed on batches.

A sample becomes a row of numbers, and the random numbers drawn for it are appended. Samples of different shapes, such
as sequences of different lengths, have one recording each. During an epoch the parameters are one vector, which is
written back to their Values after every epoch.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from math import isclose, isfinite
from typing import Any

import numpy as np

from autograd import no_grad
from autograd.engine import Value, current_tracer
from autograd.graph import leaves, rebuild
from autograd.numbers import expect_real
from autograd.replay import Compiled, Flat

from ..functional import BatchOutputs, Sampler, drawing_from
from ..optim import SGD, Optimizer, SecondOrder, clip_gradient
from .history import Row
from .mean import expect_mean
from .options import Options
from .run import Run

Array = np.ndarray[Any, Any]
Group = tuple["CompiledStep", Array, list[int]]  # samples of one shape in a batch, as rows, and their places in it
N_CHECKED = 500  # samples whose graphs are compared
N_COMPARED = 4  # samples on which the engine is asked too


class CompiledRun(Run):
    """A Run whose steps are replayed; only the order of sums differs."""

    n_epochs: int
    next_check: int

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        if isinstance(self.optimizer, SecondOrder):
            name = type(self.optimizer).__name__
            raise ValueError(f"compile: {name} differentiates a graph of the loss, which is not recorded; leave it out")
        self.flat: Flat = Flat()
        self.places: Array = np.array([], dtype=np.intp)  # of the optimizer's parameters in the vector
        kind = type(self.optimizer)  # an update from elsewhere may support single numbers only
        self.on_arrays: bool = kind.__module__ == SGD.__module__ and kind.step is Optimizer.step
        self.samples: SampleBatch = SampleBatch(self.X, self.y)
        self.held_out: SampleBatch | None = SampleBatch(*options.validation) if options.validation else None
        self.steps: dict[Any, CompiledStep] = {}
        self.checked: set[Any] = set()  # the keys of steps that were used in this epoch
        self.trained: list[tuple[Value, bool]] = []  # parameters, and whether gradients flow to them
        self.n_epochs, self.next_check = 0, 1  # compare() is called before epochs 1, 4, 16, …

    def epoch(self) -> Row:
        """Use every sample once, with parameters and optimizer memory in arrays."""
        trained = [(p, p.requires_grad) for p in dict.fromkeys([*self.parameters, *self.model.parameters()])]
        if trained != self.trained:
            self.steps, self.trained, self.flat = {}, trained, Flat([p for p, _ in trained])
            self.places = np.array([self.flat.place[p] for p in self.optimizer.parameters])
        self.checked.clear()
        memory = self.optimizer.memory
        self.free: Array = np.array(
            [k for k, p in enumerate(self.optimizer.parameters) if p.requires_grad], dtype=np.intp
        )
        self.flat.pack()
        try:
            self.n_epochs += 1
            if self.n_epochs == self.next_check and not self.weights:
                self.next_check *= 4
                self.compare()
            if self.on_arrays:
                self.optimizer.memory = {name: np.array(numbers) for name, numbers in memory.items()}
            return super().epoch()
        finally:
            self.flat.unpack()
            if self.on_arrays:
                self.optimizer.memory = {name: [*map(float, x)] for name, x in self.optimizer.memory.items()}

    def step(self, batch: Sequence[int], weight: float) -> Row:
        """Update the parameters on a batch, whose weight is its fraction of the epoch."""
        grad, n, options = self.flat.grad, len(batch), self.options
        weights = [self.weights[i] for i in batch] if self.weights else []
        groups = [*self.group_by_shape(self.samples, batch, weights)]
        outputs = self.evaluate(groups, n)[1] if options.metrics else BatchOutputs()
        divisor = sum(weights) if weights else n
        before = grad.copy()
        before[self.places], grad[:] = 0.0, 0.0
        total = sum(step.add_gradient(rows) for step, rows, _ in groups) / divisor
        grad /= divisor
        grad += before
        gradient = grad[self.places]
        self.gradient = weight * gradient + self.gradient
        if options.clip_value is not None or options.clip_norm is not None:
            grad[self.places] = clip_gradient(gradient.tolist(), options.clip_value, options.clip_norm)
        if self.on_arrays:
            self.optimizer.steps += 1
            at, data = self.places[self.free], self.flat.data
            data[at] = self.optimizer.apply_update(self.free, data[at], grad[at])
        else:
            self.flat.unpack()
            self.optimizer.step()
            self.flat.pack()
        return self.measure(total, outputs, [self.y[i] for i in batch] if options.metrics else ())

    def validate(self) -> Row:
        """Return loss and metrics of the validation data."""
        assert self.held_out is not None  # for mypy: fit calls this only if there is some
        n = len(self.held_out.y)
        losses, outputs = self.evaluate([*self.group_by_shape(self.held_out, range(n))], n)
        return self.measure(sum(losses) / n, outputs, self.held_out.y)

    def evaluate(self, groups: Sequence[Group], n: int) -> tuple[list[float], BatchOutputs]:
        """Return the losses and outputs of n samples, in their order."""
        losses, outputs = [0.0] * n, BatchOutputs([None] * n)
        for step, rows, places in groups:
            for k, (loss, *numbers) in zip(places, step.evaluate(rows).tolist(), strict=True):
                losses[k], outputs[k] = loss, rebuild(step.output, (Value(x).detach() for x in numbers))
        return losses, outputs

    def group_by_shape(
        self, samples: SampleBatch, batch: Sequence[int], weights: Sequence[float] = ()
    ) -> Iterator[Group]:
        """Yield the samples of each shape in a batch, with their random numbers and weights."""
        shapes = [samples.shapes[i] for i in batch]
        steps = {shape: self.get_step(samples, shape) for shape in dict.fromkeys(shapes)}
        draws = [[sample() for sample in steps[shape].samplers] for shape in shapes]
        for shape, step in steps.items():
            places = [k for k, other in enumerate(shapes) if other == shape]
            columns = [draws, [[w] for w in weights]] if weights else [draws] if step.samplers else []
            yield (
                step,
                np.hstack([[samples.rows[batch[k]] for k in places], *([c[k] for k in places] for c in columns)]),
                places,
            )

    def get_step(self, samples: SampleBatch, shape: str) -> CompiledStep:
        """Return the step for a shape in the model's mode, after checking its targets.

        It is recorded anew in an epoch before which a callback has changed what model, loss or penalty read.
        """
        key = shape, self.model.training
        if key not in self.steps or not (key in self.checked or self.steps[key].holds()):
            self.steps[key] = CompiledStep(self, samples.examples[shape])
        self.checked.add(key)
        if shape not in samples.checked:
            samples.checked.add(shape)
            with no_grad():
                for y in (y for y, other in zip(samples.y, samples.shapes, strict=True) if other == shape):
                    self.options.loss(BatchOutputs([self.steps[key].output]), [y])
        return self.steps[key]

    def check_loss(self) -> None:
        """Raise ValueError if the loss is no mean, over samples of each shape or over a batch."""
        pairs = zip(self.samples.shapes, map(repr, self.y), strict=True)
        distinct = {pair: i for i, pair in reversed([*enumerate(pairs)])}
        for batch in (sorted(distinct.values()), range(len(self.y))[: self.options.batch_size]):
            some = batch[:N_CHECKED]
            outputs = [self.get_step(self.samples, self.samples.shapes[i]).output for i in some]
            expect_mean(self.options.loss, outputs, [self.y[i] for i in some])

    def compare(self) -> None:
        """Compare the replayed mean loss of a few samples with the engine's loss.

        Raises:
            ValueError: If they differ: the loss is no mean, or something changed that no recording can see.
        """
        state, before, n = random.getstate(), self.flat.grad.copy(), len(self.y)
        batch = sorted({k * (n - 1) // (N_COMPARED - 1) for k in range(N_COMPARED)})
        outputs, replayed = BatchOutputs([None] * len(batch)), 0.0
        self.model.train()
        try:
            for step, rows, places in self.group_by_shape(self.samples, batch):
                replayed += step.add_gradient(rows) / len(batch)
                for k, row in zip(places, rows.tolist(), strict=True):
                    outputs[k], _ = step.call_model(row)
            self.check_loss()
            eager = self.objective(outputs, [self.y[i] for i in batch]).data
        finally:
            self.model.eval()
            self.flat.grad[:] = before
            random.setstate(state)
        if isfinite(eager) and not isclose(eager, replayed, rel_tol=1e-9, abs_tol=1e-12):
            raise ValueError(
                f"compile: the loss of {len(batch)} samples is {eager:.12g}, but replayed as the mean over them it is "
                f"{replayed:.12g}. A loss must be such a mean, and neither it nor the model may depend on what changes "
                "but parameters, data and nn.draw; leave compile out for this one"
            )


class CompiledStep:
    """Model and loss of a sample of one shape, compiled to learn or to evaluate."""

    run: CompiledRun
    example: tuple[Any, Any]

    def __init__(self, run: CompiledRun, example: tuple[Any, Any]) -> None:
        self.run, self.example = run, example
        self.is_whole: list[bool] = [hasattr(v, "__index__") for v in leaves(example)]
        self.samplers: list[Sampler] = []  # of the model's random numbers, in the order of its draws
        state = random.getstate()

        def record_sampler(sample: Sampler) -> float:
            self.samplers.append(sample)
            return sample()

        with no_grad(), drawing_from(record_sampler):
            self.output: Any = run.model(example[0])
        random.setstate(state)
        options = run.options
        roots = {"model": run.model, "loss": options.loss, "penalty": options.penalty}
        self.add_gradient: Compiled = Compiled(self._add_gradient, "row", "sum", run.flat, roots)
        self.evaluate: Compiled = Compiled(self._evaluate, "row", None, run.flat, roots)

    def holds(self) -> bool:
        """Return whether all is as it was when the recordings were made."""
        recorded = self.add_gradient.specializations + self.evaluate.specializations
        return all(special.assumptions.holds() for special in recorded)

    def call_model(self, row: Sequence[Any]) -> tuple[Any, Any]:
        """Return output and target of a row, traced or as eager training computes them."""
        is_traced = current_tracer() is not None
        numbers = row if is_traced else [getattr(v, "data", v) for v in row]
        pairs = zip(numbers, self.is_whole, strict=False)  # the random numbers follow
        x, y = rebuild(self.example, [int(v) if whole and not is_traced else v for v, whole in pairs])
        draws = iter(numbers[len(self.is_whole) :])
        with drawing_from(lambda sample: next(draws)):
            output = self.run.model(x)
        return output, y

    def _add_gradient(self, row: Sequence[Any]) -> Any:
        output, y = self.call_model(row)
        total = self.run.objective(BatchOutputs([output]), [y])
        total = total * row[-1] if self.run.weights else total
        total.backward()
        return total

    def _evaluate(self, row: Sequence[Any]) -> list[Any]:
        output, y = self.call_model(row)
        return [self.run.options.loss(BatchOutputs([output]), [y]), *leaves(output)]


class SampleBatch:
    """Samples as rows of numbers, and the shape of each sample as a text."""

    def __init__(self, X: Sequence[Any], y: Sequence[Any]) -> None:
        self.y = y
        self.shapes: list[str] = []
        self.rows: list[Array] = []
        self.examples: dict[str, tuple[Any, Any]] = {}  # the first sample of each shape
        self.checked: set[str] = set()  # shapes whose targets the loss has accepted
        for i, pair in enumerate(zip(map(_to_lists, X), map(_to_lists, y), strict=True)):
            numbers = leaves(pair)
            shape = repr(rebuild(pair, ["whole" if hasattr(v, "__index__") else "real" for v in numbers]))
            self.shapes.append(shape)
            self.rows.append(np.array([expect_real(v, f"sample {i} of the data, to be compiled") for v in numbers]))
            self.examples.setdefault(shape, pair)


def _to_lists(x: Any) -> Any:
    """Return x with arrays as lists, also arrays within lists, tuples and dicts."""
    x = x.tolist() if hasattr(x, "tolist") else x
    return rebuild(x, [v.tolist() if hasattr(v, "tolist") else v for v in leaves(x)])
