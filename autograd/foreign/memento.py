"""Put everything that can be reached from a node back as it was."""

from __future__ import annotations

import ast
import io
import itertools
import random
import sys
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from functools import cached_property, lru_cache, partial, reduce
from inspect import Parameter, signature
from types import CodeType, FunctionType, MemberDescriptorType, MethodType, ModuleType, SimpleNamespace
from typing import Any

ATOMS = frozenset({int, float, str, bytes, bool, complex, type(None), CodeType, type(len), ModuleType})
PARTS: dict[type, tuple[str, ...]] = {  # what wraps functions
    MethodType: ("__self__", "__func__"), partial: ("func", "args", "keywords"), property: ("fget", "fset", "fdel"),
    staticmethod: ("__func__",), classmethod: ("__func__",), cached_property: ("func",),
}  # fmt: skip  # in few lines
OURS = frozenset({"autograd", "viz", "nn", "builtins"})
HEAP_TYPE = 1 << 9  # the flag of a class that a class statement made
MISSING: Any = object()
FIRST = "self lhs left a x x1 u first input inp t".split()  # noqa: SIM905  # arguments that come first in a closure


def is_theirs(name: str | None, home: Iterable[str] = ()) -> bool:
    """Return whether a module is the user's: of no library, or at home here."""
    top = (name or "__main__").partition(".")[0]
    file = getattr(sys.modules.get(top), "__file__", None) or ""
    return top in home or (top not in sys.stdlib_module_names and top not in OURS and "site-packages" not in file)


def home_of(cls: type) -> str:
    """Return the package in which a class was made; exec may know none."""
    return str(getattr(cls, "__module__", "__main__")).partition(".")[0]


def is_their_class(cls: type, home: Iterable[str] = ()) -> bool:
    """Return whether a class is the user's; exec gives the module builtins to its own."""
    return bool(cls.__flags__ & HEAP_TYPE) and (home_of(cls) == "builtins" or is_theirs(home_of(cls), home))


def own_attributes(x: Any) -> dict[str, Any]:
    """Return what an object holds in its dict, slots or fields; no code of it runs."""
    cls: Any = type(x)
    found: dict[str, Any] = dict(zip(getattr(cls, "_fields", ()), x, strict=False)) if issubclass(cls, tuple) else {}
    with suppress(AttributeError, TypeError):
        found.update(object.__getattribute__(x, "__dict__"))
    for name, slot in slots_of(cls):
        with suppress(AttributeError):
            found[name] = slot.__get__(x)
    return found


@lru_cache(256)
def slots_of(cls: Any) -> list[tuple[str, MemberDescriptorType]]:
    """Return the slots of a class by name."""
    return [(name, d) for base in cls.__mro__ for name, d in vars(base).items() if isinstance(d, MemberDescriptorType)]


def read(x: Any, name: str) -> Any:
    """Return an attribute by its name or dotted path; MISSING if it raises."""
    with suppress(Exception):
        return reduce(getattr, name.split("."), x)
    return MISSING


def behind(x: Any, name: str) -> str:
    """Return the attribute that a property of a name returns, else the name."""
    code: Any = getattr(getattr(getattr(type(x), name, None), "fget", None), "__code__", None)
    names = code_names(code) & own_attributes(x).keys() if code else ()
    return next((part for part in names if read(x, part) is read(x, name)), name)


def is_object_array(x: Any) -> bool:
    """Return whether an object is an array of objects of NumPy."""
    return home_of(type(x)) == "numpy" and str(getattr(x, "dtype", "")) == "object"


def linked(x: Any) -> list[Any]:
    """Return the objects of a linked list; each holds the next of its class."""
    found = [x]
    for part in found:
        found += [y for y in own_attributes(part).values() if type(y) is type(x) and not any(y is z for z in found)][:1]
    return found


def cells_of(f: FunctionType) -> dict[str, Any]:
    """Return the contents of a closure's cells by name."""
    found = {}
    for name, cell in zip(f.__code__.co_freevars, f.__closure__ or (), strict=True):
        with suppress(ValueError):  # it is empty
            found[name] = cell.cell_contents
    return found


def required(f: Callable[..., Any]) -> list[Parameter] | None:
    """Return the parameters that a call fills by position; None if unknown."""
    try:
        found = signature(f).parameters.values()
    except (TypeError, ValueError):
        return None
    return [p for p in found if p.kind in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)]


def inside(f: Any) -> dict[str, Any]:
    """Return what a rule holds by name: cells, defaults, bound arguments."""
    if type(f) is partial:
        names = tuple(p.name for p in required(f.func) or ())
        return {**inside(f.func), **dict(zip(names, f.args, strict=False)), **f.keywords}
    if type(f) is MethodType:
        return {**inside(f.__func__), **own_attributes(f.__self__)}
    if type(f) is not FunctionType:
        return own_attributes(f) if callable(f) else {}
    code, defaults = f.__code__, f.__defaults__ or ()
    names = code.co_varnames[code.co_argcount - len(defaults) : code.co_argcount]
    found = dict(zip(names, defaults, strict=True)) | cells_of(f)
    return dict(sorted(found.items(), key=lambda pair: FIRST.index(pair[0]) if pair[0] in FIRST else len(FIRST)))


def code_names(code: CodeType) -> set[str]:
    """Return the names that a code and the functions inside it look up."""
    return set(code.co_names).union(*(code_names(c) for c in code.co_consts if isinstance(c, CodeType)))


def save_names(read: Callable[[], dict[str, Any]], write: Callable[..., Any], erase: Any) -> tuple[list[Any], Any]:
    """Return what has names, and a function that puts it back."""
    before = read()  # a counter is replaced by a new one
    counts = {name: repr(x) for name, x in before.items() if type(x) is itertools.count}

    def undo() -> None:
        now = read()
        for name, x in before.items():
            if now.get(name, MISSING) is not x:
                write(name, x)
            if name in counts and repr(x) != counts[name]:
                write(name, itertools.count(*ast.literal_eval(f"({counts[name][6:-1]},)")))
        for name in now.keys() - before.keys():
            if erase and not name.startswith("__"):
                erase(name)

    return list(before.values()), undo


def save_object(x: Any) -> tuple[list[Any], Callable[[], None]]:
    """Return what an object holds, and a function that puts it and the class back."""
    kind, write, erase = type(x), partial(object.__setattr__, x), partial(object.__delattr__, x)
    held, undo = save_names(partial(own_attributes, x), write, erase)
    return held, lambda: (None if type(x) is kind else write("__class__", kind), undo())[1]


class Memento:
    """The state of all objects that code reached from some roots may change.

    These are attributes, containers, cells, defaults, generators of random numbers, and what methods and closures name
    of their module.
    """

    def __init__(self, *roots: Any) -> None:
        self._undo: list[Callable[[], Any]] = []
        self._home = {home_of(type(root)) for root in roots}
        self._seen: dict[int, Any] = {}
        stack = list(roots)
        while stack:
            x = stack.pop()
            if type(x) not in ATOMS and id(x) not in self._seen:
                self._seen[id(x)] = x  # a reference, so that no other object gets its id
                stack += self._save(x)

    def restore(self) -> None:
        """Put everything back; what has not changed is not written."""
        for undo in self._undo:
            undo()

    def _save(self, x: Any) -> list[Any]:
        """Save one object, and return what it refers to."""
        kind = type(x)
        if kind in PARTS:
            return [getattr(x, name) for name in PARTS[kind]]
        if kind is FunctionType:
            return self._save_function(x) if is_theirs(x.__globals__.get("__name__"), self._home) else []
        if issubclass(kind, type):
            if not is_their_class(x, self._home):
                return []
            plain = lambda: {name: y for name, y in vars(x).items() if name not in ("__dict__", "__weakref__")}
            return [*self._keep(plain, partial(type.__setattr__, x), partial(type.__delattr__, x)), *x.__bases__]
        if issubclass(kind, random.Random):
            self._undo.append(partial(x.setstate, x.getstate()))
            return []
        found = self._save_contents(x)
        if is_their_class(kind, self._home) or kind is SimpleNamespace:
            held, undo = save_object(x)
            self._undo.append(undo)
            found += [kind, *held]
        return found

    def _keep(self, read: Callable[[], dict[str, Any]], write: Callable[..., Any], erase: Any = None) -> list[Any]:
        """Save what has names, and return it."""
        held, undo = save_names(read, write, erase)
        self._undo.append(undo)
        return held

    def _save_function(self, f: FunctionType) -> list[Any]:
        names, scope, cells = code_names(f.__code__), f.__globals__, f.__code__.co_freevars
        modules = [scope[name] for name in names & scope.keys() if type(scope[name]) is ModuleType]
        theirs = [vars(module) for module in modules if is_theirs(module.__name__, self._home)]
        found = [f.__defaults__, f.__kwdefaults__, f.__dict__]
        for d in [scope, *theirs]:
            known = names & d.keys()
            found += self._keep(lambda d=d, known=known: {k: d[k] for k in known if k in d}, d.__setitem__)  # type: ignore[misc]
        fill = lambda name, x: setattr((f.__closure__ or ())[cells.index(name)], "cell_contents", x)
        return found + self._keep(partial(cells_of, f), fill)

    def _save_contents(self, x: Any) -> list[Any]:
        """Save what a container, an array or a generator of random numbers holds."""
        kind, found = type(x), []
        if issubclass(kind, dict):
            items, saved = list(x.items()), references(x)
            self._undo.append(lambda: None if references(x) == saved else (dict.clear(x), dict.update(x, items)))
            found = [part for pair in items for part in pair]
        elif issubclass(kind, list | set | deque):
            found, saved = list(x), references(x)
            extend = x.update if issubclass(kind, set) else x.extend
            self._undo.append(lambda: None if references(x) == saved else (x.clear(), extend(found)))
        elif issubclass(kind, tuple | frozenset):
            found = list(x)
        elif hasattr(kind, "bit_generator"):
            self._undo.append(partial(setattr, x.bit_generator, "state", x.bit_generator.state))
        elif home_of(kind) == "numpy" and getattr(getattr(x, "flags", None), "writeable", False):
            self._undo.append(partial(x.__setitem__, ..., x.copy()))
            found = list(x.flat) if x.dtype == object else []
        return [part for part in found if type(part) not in ATOMS]


def references(items: Any) -> list[int]:
    """Return the identities of what a container holds; ``==`` is never asked."""
    return [id(x) for pair in items.items() for x in pair] if isinstance(items, dict) else list(map(id, items))


@contextmanager
def undisturbed(*roots: Any) -> Iterator[Memento]:
    """Leave no trace of what is done inside, whatever is raised."""
    numpy = sys.modules.get("numpy")
    state, limit = random.getstate(), sys.getrecursionlimit()
    numpy_state = numpy.random.get_state() if numpy else None
    memento = Memento(*roots)
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield memento
        finally:
            memento.restore()
            random.setstate(state)
            sys.setrecursionlimit(limit)
            if numpy:
                numpy.random.set_state(numpy_state)
