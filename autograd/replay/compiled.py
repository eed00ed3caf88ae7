"""``compile``: trace a function once for each structure of its arguments, and replay the recording."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from ..engine.node import Node, tape
from ..engine.node import recording as gradients_flow
from ..engine.value import Value
from . import pytree
from .explain import explain
from .flat import Flat
from .program import Program
from .pytree import Spec, arrays, describe
from .recording import Inputs, Recording
from .tape import caller

Array = np.ndarray[Any, Any]
KEPT = 32  # recordings of one structure, for branches that are taken now and then
STRUCTURES = 128  # of arguments, such as the lengths of a sequence
NUMPY, SINGLE = {np.ndarray}, {np.dtype(np.float32)}


class Compiled:
    """A function that replays what another one does to Values; see ``autograd.compile``."""

    def __init__(
        self,
        f: Callable[..., Any],
        batch: str | int | Iterable[str | int] = (),
        reduce: str | None = "mean",
        flat: Flat | None = None,
    ) -> None:
        if not callable(f):
            raise TypeError(f"f: expected a function, got {type(f).__name__} {f!r:.40}")
        if reduce not in ("mean", "sum", None):
            raise ValueError(f"reduce: expected 'mean', 'sum' or None for one result per sample, got {reduce!r}")
        self.f = f
        self.flat = Flat() if flat is None else flat
        self.names = _names(f)
        wanted = [batch] if isinstance(batch, str | int) else list(batch)
        self.batch = [self._place(b) for b in wanted]
        self.reduce = (reduce or "") if self.batch else ""
        self.recordings: dict[Any, list[Recording]] = {}
        self.latest: Recording | None = None
        self.readers: dict[Any, Any] = {}  # what reads arguments of known specs
        self.last: Any = None, ()  # the one for the latest call, and its specs
        self.lock = threading.RLock()  # a recording has one set of buffers; f itself may call this again

    def _place(self, name: str | int) -> int:
        if isinstance(name, int) and not isinstance(name, bool) and name >= 0:
            return name
        if name not in self.names:
            raise ValueError(f"batch: f has no argument {name!r}; it has {', '.join(self.names) or 'none by name'}")
        return self.names.index(name)

    def called(self, k: int) -> str:
        """Return how f calls its k-th argument."""
        return self.names[k] if k < len(self.names) else f"argument {k}"

    def __call__(self, *args: Any) -> Any:
        """Compute f, or raise ValueError or TypeError naming the argument that does not fit.

        Within another function that is being traced, it is f, which takes part.
        """
        if tape() is not None:
            if self.batch:
                raise TypeError(f"{caller()}: a function compiled with a batch cannot be called by one that is traced")
            return self.f(*args)
        read, specs = self.last
        found = read and read(args)
        if found:
            shared, batch, n = found
            inputs = Inputs(shared, batch, n, np.float64)
        else:
            specs, inputs = self._described(args)
        with self.lock:
            return self._replay(specs, args, inputs)

    def _described(self, args: Any) -> tuple[tuple[Spec, ...], Inputs]:
        """Describe the arguments, or raise ValueError or TypeError naming the one that does not fit."""
        found: tuple[list[Any], list[Any]] = [], []
        batched = [k in self.batch for k in range(len(args))]
        specs = tuple(
            [describe(x, (self, k), each, found[each]) for k, (x, each) in enumerate(zip(args, batched, strict=True))]
        )
        for k in self.batch:
            if k >= len(args):
                raise TypeError(f"{self.called(k)}: expected an argument with a batch, {len(args)} arguments given")
        inputs = _inputs(*found, self._length(found[1], specs))
        if specs not in self.readers:
            if len(self.readers) >= STRUCTURES:
                self.readers.clear()
            self.readers[specs] = pytree.reader(specs, batched)
        self.last = self.readers[specs], specs
        return specs, inputs

    def _length(self, batch: Sequence[Any], specs: Sequence[Spec]) -> int:
        """Find the number of samples, on which all batched arguments must agree."""
        n = len(batch[0]) if batch else 0 if self.batch else 1
        if len({len(x) for x in batch}) > 1:
            leaves = iter(batch)
            for k in sorted(self.batch):
                for length in [len(next(leaves)) for _ in range(arrays(specs[k]))]:
                    if length != n:
                        raise ValueError(f"{self.called(k)}: expected {n} samples, as the first has, got {length}")
        if n == 0:
            raise ValueError(f"{self.called(min(self.batch))}: expected at least one sample, got none")
        return n

    def _replay(self, specs: tuple[Spec, ...], args: Any, inputs: Inputs) -> Any:
        known = self.recordings.setdefault(specs, [])
        for recording in known:
            answer = self._try(recording, args, inputs)
            if answer is not None:
                if recording is not known[0]:
                    known.remove(recording)
                    known.insert(0, recording)
                return answer[0]
        recording = self._record(specs, inputs)
        known.insert(0, recording)
        del known[KEPT:]
        if len(self.recordings) > STRUCTURES:
            del self.recordings[next(iter(self.recordings))]
        answer = self._try(recording, args, inputs)
        return answer[0] if answer is not None else self._eagerly(recording, args, inputs)

    def _record(self, specs: tuple[Spec, ...], inputs: Inputs) -> Recording:
        self.flat.unpack()  # the branches are decided by the numbers of Values
        batched = [k in self.batch for k in range(len(specs))]
        return Recording(self.f, specs, batched, self.reduce, inputs.first, self.flat)

    def _try(self, recording: Recording, args: Any, inputs: Inputs) -> Any:
        """Replay a recording; return None if its branches, or what gradients flow to, are not those of this call."""
        if not self.flat.values and recording.flowing != [v.flows for v in recording.captured]:
            return None
        self.latest = recording
        flat, guards, finite = recording.run(inputs)
        if recording.guards and self._flipped(recording, guards, finite):
            return None
        if not finite:
            return (self._eagerly(recording, args, inputs),)
        if recording.written:
            if not gradients_flow():
                raise RuntimeError("backward: no gradient flows here: the function was called within no_grad")
            sums = flat[recording.returned :] if flat.ndim == 1 else flat[:, recording.returned :].sum(axis=0)
            recording.add(sums)
        return (recording.results(flat, inputs.like is None and flat.ndim == 1),)

    @staticmethod
    def _flipped(recording: Recording, guards: Array, finite: bool) -> bool:
        """Say whether a branch is the other one for a whole call; raise ValueError if samples differ."""
        for outcomes, (taken, line) in zip(guards, recording.guards, strict=False):
            same = (outcomes != 0) == taken
            if not same.any():
                return True
            if finite and not same.all():
                raise ValueError(
                    f"{line}: the samples of a batch take different branches here ({int(same.sum())} of {same.size} "
                    "are with the first); use where(), maximum() or relu() in place of the comparison"
                )
        return False

    def _eagerly(self, recording: Recording, args: Any, inputs: Inputs) -> Any:
        """Call f on Values, sample by sample: what is infinite or nan is left to the engine."""
        self.flat.unpack()
        before = [v.grad for v in recording.written]
        for v in recording.written:
            v.grad = 0.0
        try:
            table = np.array([self._sample(args, i) for i in range(inputs.n)], dtype=np.float64)
        except BaseException:
            for v, grad in zip(recording.written, before, strict=True):
                v.grad = grad
            raise
        weight = 1 / inputs.n if self.reduce == "mean" else 1.0
        for v, grad in zip(recording.written, before, strict=True):
            v.grad = grad + v.grad * weight
        self.flat.pack()
        flat: Any = table[0] if not self.batch else table if not self.reduce else table.sum(axis=0) * weight
        if inputs.like is None:
            flat = flat.astype(inputs.dtype)
        else:
            from array_api_compat import array_namespace

            flat = array_namespace(inputs.like).asarray(flat, dtype=inputs.like.dtype)
        return recording.results(flat, inputs.like is None and flat.ndim == 1)

    def _sample(self, args: Any, i: int) -> list[float]:
        """Call f on the Values of the i-th sample."""
        built = []
        for k, arg in enumerate(args):
            found: list[Any] = []
            spec = describe(arg, (self, k), k in self.batch, found)
            numbers = [x for part in found for x in _flat(part[i] if k in self.batch else part)]
            built.append(pytree.build(spec, iter([x if isinstance(x, Node) else Value(x) for x in numbers])))
        leaves: list[Any] = []
        pytree.outline(self.f(*built), leaves)
        return [x.data if isinstance(x, Node) else x for x in leaves]

    @property
    def program(self) -> Program:
        """The program of the latest call; print it to read it."""
        return self._latest().program

    def explain(self) -> str:
        """Tell what the latest call's recording was turned into, and what a run costs."""
        text, kept = explain(self._latest()), [len(known) for known in self.recordings.values()]
        return f"{text}\nkept        {sum(kept)} recordings, for {len(kept)} structures of arguments and their branches"

    def _latest(self) -> Recording:
        if self.latest is None:
            raise ValueError("nothing is compiled yet: f is traced when it is called for the first time")
        return self.latest


def _inputs(shared: list[Any], batch: list[Any], n: int) -> Inputs:
    """Make arrays of what is a number or a Value, and find the library and the precision to compute with."""
    both = shared + batch
    if {type(x) for x in both} <= NUMPY:
        return Inputs(shared, batch, n, np.float32 if {x.dtype for x in both} == SINGLE else np.float64)
    foreign = [x for x in both if pytree.is_array(x) and not isinstance(x, np.ndarray)]
    if foreign:
        like = next((x for x in foreign if "float" in str(x.dtype)), None)
        if like is None:
            raise TypeError(f"expected an array of floats among those of {type(foreign[0]).__module__}, got none")
        return Inputs([x.data if isinstance(x, Node) else x for x in shared], batch, n, None, like)
    kinds = {x.dtype for x in both if isinstance(x, np.ndarray)}
    numbers = [x if isinstance(x, np.ndarray) else np.array(x.data if isinstance(x, Node) else x) for x in shared]
    return Inputs(numbers, batch, n, np.float32 if kinds == SINGLE else np.float64)


def _flat(x: Any) -> list[Any]:
    return [x] if isinstance(x, Node) else [float(y) for y in np.ravel(np.asarray(x))]


def _names(f: Callable[..., Any]) -> list[str]:
    """List the names of f's arguments; a transform's are those of the function it was given."""
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        return []
    return [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
