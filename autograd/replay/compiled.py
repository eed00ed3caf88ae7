"""``Compiled``: f specialized once for each structure of its arguments."""

from __future__ import annotations

import inspect
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial, update_wrapper
from operator import attrgetter
from types import MethodType
from typing import Any

import numpy as np

from ..engine import Node, current_tracer, is_grad_enabled, live_inputs
from ..numbers import to_index
from .argument_spec import AXIS, Spec, build, describe, describe_result, fill, result_builder
from .arguments import Arguments, Structure, numbers_of, records, to_value
from .flat import Flat
from .instruction import result_weights
from .program import Program
from .specialization import Specialization

Array = np.ndarray[Any, Any]
MAX_SPECIALIZATIONS = 32  # of one structure, for branches
MAX_STRUCTURES = 128  # of arguments, such as the lengths of a sequence


class Compiled:
    """A function that replays another one on arrays; see ``autograd.compile``."""

    __qualname__: str

    def __init__(
        self,
        f: Callable[..., Any],
        batch: str | int | Iterable[str | int] = (),
        reduce: str | None = "mean",
        flat: Flat | None = None,
        roots: Mapping[str, Any] | None = None,  # what f may read from Python, if the caller checks it
    ) -> None:
        if not callable(f):
            raise TypeError(f"f: expected a function, got {type(f).__name__} {f!r:.40}")
        if reduce not in ("mean", "sum", None):
            raise ValueError(f"reduce: expected 'mean', 'sum' or None for one result per sample, got {reduce!r}")
        update_wrapper(self, f, updated=())
        self.f: Callable[..., Any] = f
        self.given: tuple[Any, ...] = batch, reduce, flat
        self.roots: Mapping[str, Any] = {"f": f} if roots is None else roots
        self.is_checked: bool = roots is None  # at every call
        self.flat: Flat = Flat() if flat is None else flat
        self.names: list[str] = _argument_names(f)
        wanted = [batch] if isinstance(batch, str) or not isinstance(batch, Iterable) else list(batch)
        self.batch: list[int] = [self._position(b) for b in wanted]
        self.reduce = (reduce or "") if self.batch else ""
        self.structures: dict[Any, Structure] = {}  # by the specs of all arguments, and the names of those by name
        self.last: Structure | None = None  # of the latest call
        self.latest: Specialization | None = None
        self.slopes: dict[tuple[bool, ...], Any] = {}  # the compiled gradients, by what they differentiate by
        self.lock: threading.RLock = threading.RLock()  # there is one set of buffers, and f may call this again

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """Return a method, if it is in a class."""
        return self if instance is None else MethodType(self, instance)

    def __reduce__(self) -> Any:
        """Return what pickle and copy keep: a decorated function's name, else f alone."""
        try:
            if attrgetter(self.__qualname__)(sys.modules[self.__module__]) is self:
                return self.__qualname__
        except (AttributeError, KeyError):
            pass
        return type(self), (self.f, *self.given)

    def _position(self, name: str | int) -> int:
        if (n := to_index(name)) is not None and n >= 0:
            return n
        if name not in self.names:
            raise ValueError(f"batch: f has no argument {name!r}; it has {', '.join(self.names) or 'none by name'}")
        return self.names.index(name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return f of the arguments, or raise an error naming the one that does not fit.

        If a gradient flows to a Value among them, it is a Value too.
        """
        last = self.last
        found = last and not kwargs and current_tracer() is None and last.read(args)
        if last and found:
            shared, batched, n = found
            arguments = Arguments(last, args, shared, batched, n, np.float64)
        else:
            arguments = self._describe((*args, *kwargs.values()), tuple(kwargs))
            if current_tracer() is not None or any(map(records, arguments.parts)):
                return self._on_numbers(arguments)
            arguments.make_arrays()
        with self.lock:
            return self._replay(arguments)

    def _describe(self, args: Sequence[Any], names: tuple[str, ...]) -> Arguments:
        """Return the arguments with their structure, those given by name last."""
        by_name = [self.names.index(name) if name in self.names else -1 for name in names]
        places = [*range(len(args) - len(names)), *by_name]
        labels, is_batched = tuple(map(self._name_of, places)), tuple([k in self.batch for k in places])
        shared: list[Any] = []
        batched: list[Any] = []
        specs: list[Spec] = []
        for x, label, each in zip(args, labels, is_batched, strict=True):
            start = len(batched)
            specs.append(describe(x, label, each, batched if each else shared))
            if each and len(batched) == start and not isinstance(x, list):
                raise TypeError(f"{label}: {AXIS}, got {type(x).__name__} {x!r:.40}")
            for array in batched[start:]:
                if len(array) != len(batched[0]):
                    expected = f"expected {len(batched[0])} samples, as the first has, got {len(array)}"
                    raise ValueError(f"{label}: {expected}")
        for k in self.batch:
            if k not in places:
                raise TypeError(f"{self._name_of(k)}: expected an argument with a batch, {len(args)} arguments given")
        n = len(batched[0]) if batched else 0 if self.batch else 1
        if n == 0:
            raise ValueError(f"{self._name_of(min(self.batch))}: expected at least one sample, got none")
        structure = self._keep(Structure(tuple(specs), names, labels, is_batched))
        if not names:
            self.last = structure
        return Arguments(structure, args, shared, batched, n)

    def _keep(self, structure: Structure) -> Structure:
        """Return the structure that is known, or this one from now on."""
        key = structure.specs, structure.names
        if key not in self.structures:
            if len(self.structures) >= MAX_STRUCTURES:
                del self.structures[next(iter(self.structures))]
            self.structures[key] = structure
        return self.structures[key]

    def _name_of(self, k: int) -> str:
        """Return the name that f has for its k-th argument."""
        return self.names[k] if 0 <= k < len(self.names) else f"argument {k}"

    def _replay(self, arguments: Arguments) -> Any:
        known = arguments.structure.known
        for special in known:
            answer = self._try(special, arguments)
            if answer is not None:
                if special is not known[0]:  # it is tried first from now on
                    known.remove(special)
                    known.insert(0, special)
                return answer[0]
        self.flat.unpack()  # the numbers of Values decide the branches
        roots = [*self.roots.items(), *arguments.structure.static()]
        special = Specialization(partial(self._call, arguments), arguments, self.flat, self.reduce, roots)
        known.insert(0, special)
        del known[MAX_SPECIALIZATIONS:]
        answer = self._try(special, arguments)
        return answer[0] if answer is not None else self._eagerly(special, arguments)

    def _try(self, special: Specialization, arguments: Arguments) -> Any:
        """Return the results of a specialization in a tuple, or None if it does not fit."""
        if self.is_checked and not special.assumptions.holds():
            return None
        if not self.flat.values and special.flowing != [v._serial is not None for v in special.captured]:
            return None
        if special.is_open or not live_inputs.isdisjoint(special.read_nodes):  # someone differentiates by what f reads
            return (self._on_numbers(arguments),)
        self.latest = special
        flat, guards, finite = special.run(arguments)
        if special.guards and self._has_flipped(special, guards, finite):
            return None
        if not finite:
            return (self._eagerly(special, arguments),)
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

    def _call(self, arguments: Arguments, shared: Iterator[Any], batched: Iterator[Any]) -> Any:
        """Return f of the arguments with other numbers in their places."""
        structure = arguments.structure
        trees = zip(arguments.args, structure.specs, structure.batched, strict=True)
        built = [build(x, spec, batched if each else shared) for x, spec, each in trees]
        count = len(built) - len(structure.names)
        return self.f(*built[:count], **dict(zip(structure.names, built[count:], strict=True)))

    def _on_each(self, arguments: Arguments, lift: Callable[[Any], Any]) -> tuple[Spec, list[list[Any]]]:
        """Return the structure and the numbers of f of each sample, on numbers that are lifted."""
        shared = [x for part in arguments.shared for x in numbers_of(part)]
        rows: list[list[Any]] = []
        for i in range(arguments.n):
            own = (x for part in arguments.batched for x in numbers_of(part[i]))
            rows.append([])
            spec = describe_result(self._call(arguments, map(lift, shared), map(lift, own)), rows[-1])
        return spec, rows

    def _on_numbers(self, arguments: Arguments) -> Any:
        """Return f itself of numbers that record, or while another function is traced."""
        if not self.batch:
            return self._call(arguments, (x for part in arguments.shared for x in numbers_of(part)), iter(()))
        numbers = [x for part in arguments.parts for x in numbers_of(part)] if current_tracer() is None else []
        given = [x for x in numbers if isinstance(x, Node)]
        before = [x.grad for x in given]
        spec, rows = self._on_each(arguments, lambda x: x)
        if [x.grad for x in given] != before:
            for x, grad in zip(given, before, strict=True):
                x.grad = grad
            raise TypeError("f calls backward() on Values among its arguments: let it read them from outside")
        table = fill((arguments.n, len(rows[0])), [x for row in rows for x in row])
        if self.reduce:
            table = table.sum(axis=0) * result_weights(self.reduce, arguments.n)[0]
        return result_builder(spec, "flat[{}]" if self.reduce else "flat[:, {}]")(table)

    def _eagerly(self, special: Specialization, arguments: Arguments) -> Any:
        """Return f on Values, sample by sample, for infinities and nan."""
        for x in arguments.parts:
            if getattr(x, "requires_grad", False) or type(x).__name__.endswith("Tracer"):
                lost = f"the gradient of this {type(x).__name__} would be lost; compile a gradient of autograd instead"
                raise ValueError(f"f gave an infinity or nan, for which the engine computes it, and {lost}")
        self.flat.unpack()
        before = [v.grad for v in special.written]
        for v in special.written:
            v.grad = 0.0
        try:
            _, rows = self._on_each(arguments, to_value)
        except BaseException:
            for v, grad in zip(special.written, before, strict=True):
                v.grad = grad
            raise
        weight = result_weights(self.reduce, arguments.n)[0]
        for v, grad in zip(special.written, before, strict=True):
            v.grad = grad + v.grad * weight
        self.flat.pack()
        table = np.array([[x.data if isinstance(x, Node) else x for x in row] for row in rows], dtype=np.float64)
        flat: Any = table[0] if not self.batch else table if not self.reduce else table.sum(axis=0) * weight
        return special.results(arguments.convert(flat), arguments.like is None and flat.ndim == 1)

    @property
    def specializations(self) -> list[Specialization]:
        """All recordings that are kept."""
        return [special for structure in self.structures.values() for special in structure.known]

    @property
    def program(self) -> Program:
        """The program of the latest call, which can be printed."""
        return self._latest().program

    def explain(self) -> str:
        """Return a text on the passes of the latest call and the cost of a run."""
        kept = sum(bool(structure.known) for structure in self.structures.values())
        count = f"{len(self.specializations)} specializations, for {kept} structures of arguments and their branches"
        return f"{self._latest().explain()}\nkept        {count}"

    def _latest(self) -> Specialization:
        if self.latest is None:
            raise ValueError("nothing is compiled yet: f is traced when it is called for the first time")
        return self.latest


def _argument_names(f: Callable[..., Any]) -> list[str]:
    """Return the names of the arguments of f; a transform has those of its function."""
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        return []
    return [p.name for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
