"""``Compiled``: f specialised once for each structure of its arguments."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from ..engine import Node, Value, current_tracer, is_grad_enabled
from . import argument_spec
from .argument_spec import Spec, count_arrays, describe
from .explain import explain_specialization
from .flat import Flat
from .program import Program
from .specialization import Arguments, Specialization
from .tape import caller_line

Array = np.ndarray[Any, Any]
MAX_SPECIALIZATIONS = 32  # of one structure, for branches
MAX_STRUCTURES = 128  # of arguments, such as the lengths of a sequence
NUMPY, SINGLE = {np.ndarray}, {np.dtype(np.float32)}


class Compiled:
    """A function that replays another one on arrays; see ``autograd.compile``."""

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
        self.flat: Flat = Flat() if flat is None else flat
        self.names: list[str] = _argument_names(f)
        wanted = [batch] if isinstance(batch, str | int) else list(batch)
        self.batch: list[int] = [self._position(b) for b in wanted]
        self.reduce = (reduce or "") if self.batch else ""
        self.specializations: dict[Any, list[Specialization]] = {}
        self.latest: Specialization | None = None
        self.readers: dict[Any, Any] = {}  # by the specs of the arguments
        self.last: Any = None, ()  # the reader of the latest call, and its specs
        self.lock: threading.RLock = threading.RLock()  # there is one set of buffers, and f may call this again

    def _position(self, name: str | int) -> int:
        if isinstance(name, int) and not isinstance(name, bool) and name >= 0:
            return name
        if name not in self.names:
            raise ValueError(f"batch: f has no argument {name!r}; it has {', '.join(self.names) or 'none by name'}")
        return self.names.index(name)

    def name_of(self, k: int) -> str:
        """Return the name that f has for its k-th argument."""
        return self.names[k] if k < len(self.names) else f"argument {k}"

    def __call__(self, *args: Any) -> Any:
        """Return f of the arguments, or raise an error naming the one that does not fit.

        While another function is traced, f itself is called, and is traced too.
        """
        if current_tracer() is not None:
            if self.batch:
                line = caller_line()
                raise TypeError(f"{line}: a function compiled with a batch cannot be called by one that is traced")
            return self.f(*args)
        read, specs = self.last
        found = read and read(args)
        if found:
            shared, batched, n = found
            arguments = Arguments(shared, batched, n, np.float64)
        else:
            specs, arguments = self._describe(args)
        with self.lock:
            return self._replay(specs, args, arguments)

    def _describe(self, args: Any) -> tuple[tuple[Spec, ...], Arguments]:
        """Return the specs of the arguments and their numbers, or raise an error."""
        found: tuple[list[Any], list[Any]] = [], []
        batched = [k in self.batch for k in range(len(args))]
        specs = tuple(
            [describe(x, (self, k), each, found[each]) for k, (x, each) in enumerate(zip(args, batched, strict=True))]
        )
        for k in self.batch:
            if k >= len(args):
                raise TypeError(f"{self.name_of(k)}: expected an argument with a batch, {len(args)} arguments given")
        arguments = _to_arrays(*found, self._count_samples(found[1], specs))
        if specs not in self.readers:
            if len(self.readers) >= MAX_STRUCTURES:
                self.readers.clear()
            self.readers[specs] = argument_spec.fast_reader(specs, batched)
        self.last = self.readers[specs], specs
        return specs, arguments

    def _count_samples(self, batched: Sequence[Any], specs: Sequence[Spec]) -> int:
        """Return the number of samples, or raise ValueError if arguments differ."""
        n = len(batched[0]) if batched else 0 if self.batch else 1
        if len({len(x) for x in batched}) > 1:
            leaves = iter(batched)
            for k in sorted(self.batch):
                for length in [len(next(leaves)) for _ in range(count_arrays(specs[k]))]:
                    if length != n:
                        raise ValueError(f"{self.name_of(k)}: expected {n} samples, as the first has, got {length}")
        if n == 0:
            raise ValueError(f"{self.name_of(min(self.batch))}: expected at least one sample, got none")
        return n

    def _replay(self, specs: tuple[Spec, ...], args: Any, arguments: Arguments) -> Any:
        known = self.specializations.setdefault(specs, [])
        for special in known:
            answer = self._try(special, args, arguments)
            if answer is not None:
                if special is not known[0]:
                    known.remove(special)
                    known.insert(0, special)
                return answer[0]
        special = self._specialize(specs, arguments)
        known.insert(0, special)
        del known[MAX_SPECIALIZATIONS:]
        if len(self.specializations) > MAX_STRUCTURES:
            del self.specializations[next(iter(self.specializations))]
        answer = self._try(special, args, arguments)
        return answer[0] if answer is not None else self._eagerly(special, args, arguments)

    def _specialize(self, specs: tuple[Spec, ...], arguments: Arguments) -> Specialization:
        self.flat.unpack()  # the numbers of Values decide the branches
        batched = [k in self.batch for k in range(len(specs))]
        return Specialization(self.f, specs, batched, self.reduce, arguments.first, self.flat)

    def _try(self, special: Specialization, args: Any, arguments: Arguments) -> Any:
        """Return the results of a specialization in a tuple, or None if it does not fit."""
        if not self.flat.values and special.flowing != [v.requires_grad for v in special.captured]:
            return None
        self.latest = special
        flat, guards, finite = special.run(arguments)
        if special.guards and self._has_flipped(special, guards, finite):
            return None
        if not finite:
            return (self._eagerly(special, args, arguments),)
        if special.written:
            if not is_grad_enabled():
                raise RuntimeError("backward: no gradient flows here: the function was called within no_grad")
            sums = flat[special.returned :] if flat.ndim == 1 else flat[:, special.returned :].sum(axis=0)
            special.add(sums)
        return (special.results(flat, arguments.like is None and flat.ndim == 1),)

    @staticmethod
    def _has_flipped(special: Specialization, guards: Array, finite: bool) -> bool:
        """Return whether a branch differs; raise ValueError if samples differ in it."""
        for outcomes, (taken, line) in zip(guards, special.guards, strict=False):
            same = (outcomes != 0) == taken
            if not same.any():
                return True
            if finite and not same.all():
                raise ValueError(
                    f"{line}: the samples of a batch take different branches here ({int(same.sum())} of {same.size} "
                    "are with the first); use where(), maximum() or relu() in place of the comparison"
                )
        return False

    def _eagerly(self, special: Specialization, args: Any, arguments: Arguments) -> Any:
        """Return f on Values, sample by sample, for infinities and nan."""
        self.flat.unpack()
        before = [v.grad for v in special.written]
        for v in special.written:
            v.grad = 0.0
        try:
            table = np.array([self._sample(args, i) for i in range(arguments.n)], dtype=np.float64)
        except BaseException:
            for v, grad in zip(special.written, before, strict=True):
                v.grad = grad
            raise
        weight = 1 / arguments.n if self.reduce == "mean" else 1.0
        for v, grad in zip(special.written, before, strict=True):
            v.grad = grad + v.grad * weight
        self.flat.pack()
        flat: Any = table[0] if not self.batch else table if not self.reduce else table.sum(axis=0) * weight
        if arguments.like is None:
            flat = flat.astype(arguments.dtype)
        else:
            from array_api_compat import array_namespace

            flat = array_namespace(arguments.like).asarray(flat, dtype=arguments.like.dtype)
        return special.results(flat, arguments.like is None and flat.ndim == 1)

    def _sample(self, args: Any, i: int) -> list[float]:
        """Return the numbers of f on the Values of the i-th sample."""
        built = []
        for k, arg in enumerate(args):
            found: list[Any] = []
            spec = describe(arg, (self, k), k in self.batch, found)
            numbers = [x for part in found for x in _to_floats(part[i] if k in self.batch else part)]
            built.append(argument_spec.build(spec, iter([x if isinstance(x, Node) else Value(x) for x in numbers])))
        leaves: list[Any] = []
        argument_spec.describe_result(self.f(*built), leaves)
        return [x.data if isinstance(x, Node) else x for x in leaves]

    @property
    def program(self) -> Program:
        """The program of the latest call, which can be printed."""
        return self._latest().program

    def explain(self) -> str:
        """Return a text on the passes of the latest call and the cost of a run."""
        kept = [len(known) for known in self.specializations.values()]
        count = f"{sum(kept)} specializations, for {len(kept)} structures of arguments and their branches"
        return f"{explain_specialization(self._latest())}\nkept        {count}"

    def _latest(self) -> Specialization:
        if self.latest is None:
            raise ValueError("nothing is compiled yet: f is traced when it is called for the first time")
        return self.latest


def _to_arrays(shared: list[Any], batched: list[Any], n: int) -> Arguments:
    """Return numbers and Values as arrays, with a library and a precision."""
    both = shared + batched
    if {type(x) for x in both} <= NUMPY:
        return Arguments(shared, batched, n, np.float32 if {x.dtype for x in both} == SINGLE else np.float64)
    foreign = [x for x in both if argument_spec.is_array(x) and not isinstance(x, np.ndarray)]
    if foreign:
        like = next((x for x in foreign if "float" in str(x.dtype)), None)
        if like is None:
            raise TypeError(f"expected an array of floats among those of {type(foreign[0]).__module__}, got none")
        return Arguments([x.data if isinstance(x, Node) else x for x in shared], batched, n, None, like)
    dtypes = {x.dtype for x in both if isinstance(x, np.ndarray)}
    numbers = [x if isinstance(x, np.ndarray) else np.array(x.data if isinstance(x, Node) else x) for x in shared]
    return Arguments(numbers, batched, n, np.float32 if dtypes == SINGLE else np.float64)


def _to_floats(x: Any) -> list[Any]:
    return [x] if isinstance(x, Node) else [float(y) for y in np.ravel(np.asarray(x))]


def _argument_names(f: Callable[..., Any]) -> list[str]:
    """Return the names of the arguments of f; a transform has those of its function."""
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        return []
    return [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
