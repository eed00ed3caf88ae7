"""A run of training that is compiled: what is done to one sample is recorded, and replayed on batches of them.

A sample is a row of numbers, and so is what is drawn at random for it. Samples of different shapes, as sequences of
different lengths, have a recording each. The parameters are one vector, which their Values get after every epoch.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isclose, isfinite
from typing import Any

import numpy as np

from autograd import no_grad
from autograd.engine import Constant
from autograd.engine.node import real, tape
from autograd.graph.pytree import leaves, rebuild
from autograd.replay import Compiled, Flat

from ..functional import BatchOutputs, Sampler, drawing_from
from ..optim import SGD, Optimizer, SecondOrder, clip_gradient
from .history import Row
from .run import Run

Array = np.ndarray[Any, Any]
Part = tuple["Function", Array, list[int]]  # some samples of a batch as rows, and their places in it
COMPARED = 4  # samples on which the engine is asked too


@dataclass
class Replayed(Run):
    """A Run whose steps are replayed; its numbers are those of a Run, but that sums are added in another order."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.optimizer, SecondOrder):
            name = type(self.optimizer).__name__
            raise ValueError(f"compile: {name} differentiates a graph of the loss, which is not recorded; leave it out")
        self.flat = Flat(self.parameters)
        self.places = np.array([self.flat.place[p] for p in self.trained])
        kind = type(self.optimizer)  # a rule from elsewhere may know single numbers only
        self.on_arrays = kind.__module__ == SGD.__module__ and kind.step is Optimizer.step
        self.samples = Samples(self.X, self.y)
        self.held_out = Samples(*self.validation) if self.validation else None
        self.functions: dict[Any, Function] = {}
        self.flowing: list[bool] = []
        self.epochs, self.checked = 0, 1  # the next epoch before which compare() is called

    def epoch(self) -> Row:
        """Use every sample once, with parameters and what the optimiser remembers in arrays."""
        flowing = [p.requires_grad for p in self.parameters]
        if flowing != self.flowing:
            self.functions, self.flowing = {}, flowing
        memory = self.optimizer.memory
        self.free = np.array([k for k, p in enumerate(self.trained) if p.requires_grad], dtype=np.intp)
        self.flat.pack()
        try:
            self.epochs += 1
            if self.epochs == self.checked:
                self.checked *= 4
                self.compare()
            if self.on_arrays:
                self.optimizer.memory = {name: np.array(numbers) for name, numbers in memory.items()}
            return super().epoch()
        finally:
            self.flat.unpack()
            if self.on_arrays:
                self.optimizer.memory = {name: [*map(float, x)] for name, x in self.optimizer.memory.items()}

    def step(self, batch: Sequence[int], share: float) -> Row:
        """Take one step down the mean loss of a batch."""
        grad, n = self.flat.grad, len(batch)
        parts = [*self.parts(self.samples, batch)]
        outputs = self.answers(parts, n)[1] if self.metrics else BatchOutputs()
        before = grad.copy()
        before[self.places], grad[:] = 0.0, 0.0
        total = sum(function.step(rows) for function, rows, _ in parts) / n
        grad /= n
        grad += before
        slopes = grad[self.places]
        self.gradient = share * slopes + self.gradient
        if self.clip_value is not None or self.clip_norm is not None:
            grad[self.places] = clip_gradient(slopes.tolist(), self.clip_value, self.clip_norm)
        if self.on_arrays:
            self.optimizer.steps += 1
            at, data = self.places[self.free], self.flat.data
            data[at] = self.optimizer.apply_update(self.free, data[at], grad[at])
        else:
            self.flat.unpack()
            self.optimizer.step()
            self.flat.pack()
        return self.row(total, outputs, [self.y[i] for i in batch] if self.metrics else ())

    def measure(self) -> Row:
        """Return loss and metrics on the validation data."""
        assert self.held_out is not None  # for mypy: fit asks only if there is some
        n = len(self.held_out.y)
        losses, outputs = self.answers([*self.parts(self.held_out, range(n))], n)
        return self.row(sum(losses) / n, outputs, self.held_out.y)

    def answers(self, parts: Sequence[Part], n: int) -> tuple[list[float], BatchOutputs]:
        """Return the losses and outputs of n samples, in their order."""
        losses, outputs = [0.0] * n, BatchOutputs([None] * n)
        for function, rows, places in parts:
            for k, (loss, *numbers) in zip(places, function.answers(rows).tolist(), strict=True):
                losses[k], outputs[k] = loss, rebuild(function.output, map(Constant, numbers))
        return losses, outputs

    def parts(self, samples: Samples, batch: Sequence[int]) -> Iterator[Part]:
        """Divide a batch by the shapes of its samples; draw what is random for each in the order of the batch."""
        kinds = [samples.kinds[i] for i in batch]
        functions = {kind: self.function(samples, kind) for kind in dict.fromkeys(kinds)}
        drawn = [[make() for make in functions[kind].makes] for kind in kinds]
        for kind, function in functions.items():
            places = [k for k, other in enumerate(kinds) if other == kind]
            rows = np.array([samples.rows[batch[k]] for k in places])
            yield function, np.hstack([rows, [drawn[k] for k in places]]) if function.makes else rows, places

    def function(self, samples: Samples, kind: str) -> Function:
        """Return what is done to samples of a shape in this mode of the model, known or new; check their targets."""
        key = kind, self.model.training
        if key not in self.functions:
            self.functions[key] = Function(self, samples.like[kind])
        if kind not in samples.checked:
            samples.checked.add(kind)
            with no_grad():
                for y in (y for y, other in zip(samples.y, samples.kinds, strict=True) if other == kind):
                    self.loss(BatchOutputs([self.functions[key].output]), [y])
        return self.functions[key]

    def compare(self) -> None:
        """Compare with the engine on a few samples, as the loss of a batch and not the mean over its samples.

        Raises ValueError if they differ: the loss is no mean, or something changed that the recording has frozen.
        """
        state, before, n = random.getstate(), self.flat.grad.copy(), len(self.y)
        batch = sorted({k * (n - 1) // (COMPARED - 1) for k in range(COMPARED)})
        outputs, replayed = BatchOutputs([None] * len(batch)), 0.0
        self.model.train()
        try:
            for function, rows, places in self.parts(self.samples, batch):
                replayed += function.step(rows) / len(batch)
                for k, row in zip(places, rows.tolist(), strict=True):
                    outputs[k], _ = function.given(row)
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


class Function:
    """What model and loss do to a sample of one shape: to learn from it, or to answer only."""

    def __init__(self, run: Replayed, like: tuple[Any, Any]) -> None:
        self.run, self.like = run, like
        self.whole = [hasattr(v, "__index__") for v in leaves(like)]
        self.makes: list[Sampler] = []  # of what is random, in its order
        state = random.getstate()

        def note(make: Sampler) -> float:
            self.makes.append(make)
            return make()

        with no_grad(), drawing_from(note):
            self.output = run.model(like[0])
        random.setstate(state)
        self.step = Compiled(self._step, batch="row", reduce="sum", flat=run.flat)
        self.answers = Compiled(self._answers, batch="row", reduce=None, flat=run.flat)

    def given(self, row: Sequence[Any]) -> tuple[Any, Any]:
        """Return output and target of a row: traced, or as the numbers that eager training has."""
        traced, state = tape() is not None, random.getstate()
        numbers = row if traced else [getattr(v, "data", v) for v in row]
        pairs = zip(numbers, self.whole, strict=False)  # what follows was drawn
        x, y = rebuild(self.like, [int(v) if whole and not traced else v for v, whole in pairs])
        drawn = iter(numbers[len(self.whole) :])
        with drawing_from(lambda make: next(drawn)):
            output = self.run.model(x)
        if traced and random.getstate() != state:
            raise ValueError("compile: a recording would freeze what the model draws at random; let nn.draw draw it")
        return output, y

    def _step(self, row: Sequence[Any]) -> Any:
        output, y = self.given(row)
        total = self.run.objective(BatchOutputs([output]), [y])
        total.backward()
        return total

    def _answers(self, row: Sequence[Any]) -> list[Any]:
        output, y = self.given(row)
        return [self.run.loss(BatchOutputs([output]), [y]), *leaves(output)]


class Samples:
    """Samples as rows of numbers, and the shape of each, told by a text."""

    def __init__(self, X: Sequence[Any], y: Sequence[Any]) -> None:
        self.y = y
        self.kinds: list[str] = []
        self.rows: list[Array] = []
        self.like: dict[str, tuple[Any, Any]] = {}  # the first of each shape
        self.checked: set[str] = set()
        for i, pair in enumerate(zip(map(_plain, X), map(_plain, y), strict=True)):
            numbers = leaves(pair)
            kind = repr(rebuild(pair, ["whole" if hasattr(v, "__index__") else "real" for v in numbers]))
            self.kinds.append(kind)
            self.rows.append(np.array([real(v, f"sample {i} of the data, to be compiled") for v in numbers]))
            self.like.setdefault(kind, pair)


def _plain(x: Any) -> Any:
    """Sampler lists of arrays, also within lists, tuples and dicts."""
    x = x.tolist() if hasattr(x, "tolist") else x
    return rebuild(x, [v.tolist() if hasattr(v, "tolist") else v for v in leaves(x)])
