"""The state of Python that f reads, which a recording takes for granted.

Code names what it reads. From the names in its code f is followed to globals, closures, defaults, attributes and the
items of containers, and so to other functions and objects. What is found is compared at every call: numbers and texts
by type and value, arrays by content, other objects by identity. The numbers of Values are read anew in any case.
"""

from __future__ import annotations

import dis
import json
import random
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from fractions import Fraction
from functools import cache
from operator import is_
from types import CodeType, FrameType, FunctionType, MappingProxyType, MemberDescriptorType, ModuleType
from typing import Any

import numpy as np

from .engine import NOT_THE_USERS, Node, caller_line
from .table import BUILT_IN, TABLE

Entry = tuple[str, Any, Any, Any]  # a name for messages, where to look, under which key, and what was there
ATOMS = (bool, int, float, str, bytes, Fraction)  # compared by value
LEAVES = (*ATOMS, Node, complex, range, type(None), CodeType, np.generic)  # nothing in them is followed
CONTAINERS = (list, tuple, dict, set, frozenset, deque)
GENERATORS = (random.Random, np.random.Generator, np.random.RandomState, np.random.BitGenerator)
GLOBAL_GENERATORS = [("random", random.__dict__["_inst"]), ("numpy.random", np.random.mtrand._rand)]
WRAPPED = ("__self__", "__func__", "__wrapped__", "fget", "func", "args", "keywords", "f")  # functions in objects
KINDS = ("names", "writes", "globals", "asked", "stores", "names by text")  # loaded; only appended to; for getattr …
BY_TEXT = {"vars", "getattr", "__dict__"}  # which reach attributes by names that no code shows
WRITES = {"append", "appendleft", "add", "extend", "insert", "update", "write"}
OTHERS = {"autograd", "nn", "numpy", "builtins", *sys.stdlib_module_names}
MISSING, ITEMS, STATE = object(), object(), object()  # no such key; all items of a container; of a generator


class Assumptions:
    """The state that named roots read from Python; ``holds`` compares it with the present one."""

    def __init__(self, roots: Sequence[tuple[str, Any]]) -> None:
        self.roots = roots
        self.code: dict[str, set[str]] = {key: set() for key in KINDS}  # the names in all code that was found
        size = -1
        while size < sum(map(len, self.code.values())):  # code may load an attribute of what was found before it
            size = sum(map(len, self.code.values()))
            self.entries: list[Entry] = []
            self.seen: dict[int, Any] = {}
            self.stack: list[tuple[str, Any]] = [*roots, *GLOBAL_GENERATORS]
            while self.stack:
                path, x = self.stack.pop()
                if id(x) not in self.seen and not isinstance(x, LEAVES):
                    self.seen[id(x)] = x
                    self._visit(path, x)
        self.holds: Callable[[], bool] = self._compile()

    def _note(self, path: str, container: Any, key: Any, name: str = "") -> None:
        """Note what a container has under a key, unless code only appends to it, and follow it."""
        found = read(container, key)
        if type(found) not in CONTAINERS or (name or key) not in self.code["writes"] - self.code["names"]:
            self.entries.append((path, container, key, found))
            self.stack.append((path, found))

    def _visit(self, path: str, x: Any) -> None:
        kind = type(x)
        mine = is_own(kind.__module__)
        if isinstance(x, ModuleType):
            if is_own(x.__name__):
                self._visit_names(path, vars(x), self.code["names"] | self.code["writes"])
        elif isinstance(x, type):
            self._visit_class(x)
        elif isinstance(x, GENERATORS) and not isinstance(x, random.SystemRandom):
            self._note(path, x, STATE)
        elif isinstance(x, Iterator) and kind.__module__ in ("builtins", "itertools"):
            raise TypeError(f"{path}: f reads this {kind.__name__}, which each call would advance; pass its items")
        else:
            self.stack.append((kind.__name__, kind))
            if isinstance(x, CONTAINERS) or (not mine and isinstance(x, Mapping | Sequence | Set | np.ndarray)):
                pairs = x.items() if isinstance(x, Mapping) else enumerate(read(x, ITEMS))
                self.stack += [(f"{path}[{key!r:.20}]", item) for key, item in pairs if not isinstance(item, LEAVES)]
                if not isinstance(x, tuple | frozenset):
                    self.entries.append((path, x, ITEMS, read(x, ITEMS)))
            elif not mine:
                self.stack += [(path, read(x, name)) for name in WRAPPED]
            if isinstance(x, FunctionType):
                self._visit_function(path, x)
            self._visit_attributes(path, x)

    def _visit_names(self, path: str, attributes: dict[str, Any], names: Set[str]) -> None:
        for name in sorted(names & attributes.keys()):
            self._note(f"{path}.{name}", attributes, name)

    def _visit_class(self, kind: type) -> None:
        for cls in kind.__mro__:
            for name, member in [*vars(cls).items()]:
                is_method = isinstance(member, FunctionType)
                if is_module(cls) and is_method:
                    self.code["names"] |= loads(member.__code__)["names"]
                elif is_own(cls.__module__) and (name in self.code["names"] or (is_method and name[:2] == "__")):
                    self._note(f"{cls.__name__}.{name}", vars(cls), name)

    def _visit_function(self, path: str, f: FunctionType) -> None:
        reads, cells = loads(f.__code__), dict(zip(f.__code__.co_freevars, f.__closure__ or (), strict=True))
        if not is_own(f.__globals__.get("__name__")):  # such as a transform, which never changes its closure
            self.stack += [(name, read(cell, "cell_contents")) for name, cell in cells.items()]
            return
        self.code = {key: names | reads[key] for key, names in self.code.items()}
        for name in ("__code__", "__defaults__", "__kwdefaults__"):
            if getattr(f, name):
                self._note(f"{path}.{name}", f, name)
        for name in sorted(reads["globals"]):
            self._note(name, f.__globals__, name)
        for name, cell in cells.items():
            self._note(name, cell, "cell_contents", name)
        for name in reads["names"] & TABLE.keys() - BUILT_IN:  # an operation of the user's, as a method
            self._note(name, TABLE, name)

    def _visit_attributes(self, path: str, x: Any) -> None:
        """Note attributes, also the class's and methods that an object may get of its own."""
        own = None if type(x).__module__.startswith("autograd") else getattr(x, "__dict__", None)
        code, is_mine = self.code, is_own(type(x).__module__) or is_module(type(x))
        every = own.keys() - code["stores"] if own and is_mine and code["names by text"] else set()
        self._visit_names(path, own or {}, code["names"] | code["writes"] | every)
        for name in sorted(code["asked"] - {*dir(x)}) if code["asked"] and own is not None else ():
            self._note(f"{path}.{name}", own, name)
        for cls in type(x).__mro__ if is_mine else ():
            for name in sorted(code["names"] & vars(cls).keys() - (own or {}).keys()):
                member = vars(cls)[name]
                if isinstance(member, MemberDescriptorType) or not hasattr(type(member), "__get__"):
                    self._note(f"{path}.{name}", x, name)
                elif own is not None and isinstance(member, FunctionType) and is_own(cls.__module__):
                    self._note(f"{path}.{name}", own, name)

    def _compile(self) -> Callable[[], bool]:
        """Return a function that compares identities, and values only if those differ."""
        scope: dict[str, Any] = {"read": read, "same": same, "ITEMS": ITEMS, "changed": self.changed}
        checks = ["True"]
        for i, (_, c, key, e) in enumerate(self.entries):
            scope[f"c{i}"], scope[f"e{i}"] = c, e
            if key is ITEMS and type(c) is list and all(isinstance(x, Node) for x in e):
                scope[f"e{i}"] = [*e]
                checks.append(f"c{i} == e{i}")  # the same Values, or numbers that equal theirs
            elif key is ITEMS:
                checks.append(f"same(read(c{i}, ITEMS), e{i})")
            elif e is MISSING:
                checks.append(f"{key!r} not in c{i}")
            elif key is not STATE and not is_traced(e):
                is_item = isinstance(c, dict | MappingProxyType)
                checks.append(f"c{i}[{key!r}] is e{i}" if is_item else f"getattr(c{i}, {key!r}) is e{i}")
        body = f"if {' and '.join(checks)}: return True\n except (AttributeError, KeyError, ValueError): pass"
        exec(f"def holds():\n try:\n  {body}\n return not changed()", scope)
        return scope["holds"]  # type: ignore[no-any-return]  # a function

    def changed(self, states: bool = False) -> Entry | None:
        """Return the first entry that has changed, including states of generators, or None."""
        for entry in self.entries:
            _, container, key, found = entry
            if key is STATE and not states:
                continue
            now = read(container, key)
            if not (same(now, found) or is_traced(now)):
                return entry
        return None

    def confirm(self, rows: Sequence[Any], again: Callable[[], Sequence[Any]]) -> Assumptions:
        """Return the assumptions of a run of f; raise TypeError if the next may differ.

        ``again`` runs f once more and returns its rows.
        """
        changed, now = self.changed(states=True), Assumptions(self.roots)
        kept = next((entry for entry in now.entries if is_traced(entry[-1])), None)
        if changed and changed[2] is not STATE:  # such as what f makes when it is first called, and keeps
            with suppress(ValueError):
                changed = None if again() == rows and not now.changed(states=True) else changed
            now = Assumptions(self.roots)
        if kept and not changed:  # which is harmless in an attribute that f sets before it reads it
            with suppress(ValueError):  # of a traced Value used after its call
                kept = None if again() == rows else kept
        if changed := changed or kept:
            functions = [f.__code__ for f in now.seen.values() if type(f) is FunctionType and is_own(f.__module__)]
            line = _find_line(lambda: now.changed(states=True), again)
            line = line or (f"{functions[0].co_filename}, line {functions[0].co_firstlineno}" if functions else "f")
            if changed[2] is STATE:
                hint = "pass the draws as arguments, or let nn.draw draw them in nn.fit"
                raise TypeError(f"{line} draws from {changed[0]}, and a recording would keep the number: {hint}")
            hint = "pass it as an argument and return its new value"
            raise TypeError(f"{line} changes {changed[0]}, which f reads, so answers depend on earlier calls: {hint}")
        return now

    def name_of(self, value: Any) -> str:
        """Return the name under which a Value was found."""
        values = [(path, found if key is ITEMS else [found]) for path, _, key, found in self.entries]
        return next((path for path, found in values if any(x is value for x in found)), "a Value")


def read(container: Any, key: Any) -> Any:
    """Return a container's entry under a key, its items as a tuple, or a generator's state."""
    if key is STATE:
        source: Any = getattr(container, "bit_generator", container)
        get: Any = getattr(source, "getstate", None) or getattr(source, "get_state", lambda: source.state)
        return json.dumps(get(), default=lambda x: x.tolist())
    if key is ITEMS and isinstance(container, np.ndarray):
        numbers = container.tobytes() if container.dtype != object else tuple(container.ravel().tolist())
        return container.dtype.str, container.shape, numbers
    if key is ITEMS:
        return (*container, *container.values()) if isinstance(container, Mapping) else tuple(container)
    if isinstance(container, dict | MappingProxyType):
        return container.get(key, MISSING)
    try:
        return getattr(container, key, MISSING)
    except ValueError:  # an empty cell
        return MISSING


def same(now: Any, found: Any) -> bool:
    """Return whether two things are one object, or equal numbers or texts of one type."""
    if now is found or type(now) is not type(found):
        return now is found
    if type(now) is tuple:
        return len(now) == len(found) and (all(map(is_, now, found)) or all(map(same, now, found)))
    return type(now) in ATOMS and now == found and (now != 0 or str(now) == str(found))  # 0.0 and -0.0 differ


def is_own(module: Any) -> bool:
    """Return whether a module is the user's, so that its code is followed and may change."""
    file = getattr(sys.modules.get(module), "__file__", None) or ""
    return module == "__main__" or ((module or "").partition(".")[0] not in OTHERS and "-packages" not in file)


def is_module(cls: type) -> bool:
    """Return whether a class is nn's, whose methods never change but read attributes that do."""
    return cls.__module__.startswith("nn.")


def is_traced(x: Any) -> bool:
    """Return whether x is a number of a traced function."""
    return isinstance(x, Node) and not x.is_concrete


@cache
def loads(code: CodeType) -> dict[str, set[str]]:
    """Return the names in code of each of KINDS."""
    found: dict[str, set[str]] = {key: set() for key in KINDS}
    found["names by text"] = BY_TEXT & {*code.co_names}
    lines = [*dis.get_instructions(code)]
    for line, following, second in zip(lines, [*lines[1:], None], [*lines[2:], None, None], strict=False):
        kind, name = line.opname, line.argval
        if kind.startswith("LOAD") and kind.endswith(("GLOBAL", "GLOBALS", "NAME", "DEREF", "ATTR", "METHOD")):
            is_stored = second is not None and second.opname == "STORE_SUBSCR"
            is_write = is_stored or (following is not None and following.argval in WRITES)
            found["writes" if is_write else "names"].add(name)
            found["globals"] |= {name} if "GLOBAL" in kind or "NAME" in kind else set()
        elif kind == "LOAD_CONST" and isinstance(name, str):  # maybe for getattr or hasattr
            found["names"].add(name)
            found["asked"] |= {name} if {"getattr", "hasattr"} & {*code.co_names} else set()
        elif kind == "STORE_ATTR" and code.co_name != "__init__":
            found["stores"].add(name)
        elif isinstance(name, CodeType):
            found = {key: names | loads(name)[key] for key, names in found.items()}
    return found


def _find_line(moved: Callable[[], Any], run: Callable[[], Any]) -> str:
    """Run f once more, and return the line after which something has moved, or an empty text."""
    before, last, found = sys.gettrace(), "", ""

    def watch(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal last, found
        if found or frame.f_code.co_filename.startswith(NOT_THE_USERS):
            return None
        found = last if moved() else ""
        last = caller_line(frame.f_back if event == "return" else frame)
        return watch

    sys.settrace(watch)
    try:
        with suppress(Exception):
            run()
    finally:
        sys.settrace(before)
    return found
