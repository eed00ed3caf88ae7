"""The state of Python that f reads, which a recording takes for granted.

Code names what it reads. From the names in its code f is followed to globals, closures, defaults, attributes and the
items of containers, and so to other functions and objects. What is found is compared at every call: numbers and texts
by type and value, arrays by content, other objects by identity. The numbers of Values are read anew in any case.

The names are those of bytecode, for only it tells a log that f appends to from a counter that f reads: both change.
"""

from __future__ import annotations

import dis
import json
import random
import re
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence, Set, ValuesView
from contextlib import suppress
from fractions import Fraction
from functools import cache
from io import IOBase
from itertools import repeat
from operator import attrgetter, is_, methodcaller
from types import BuiltinMethodType, CodeType, FunctionType, MappingProxyType, MemberDescriptorType, ModuleType
from typing import Any
from weakref import ref

import numpy as np

from .engine import Node, find_line
from .table import BUILT_IN, TABLE

Entry = tuple[str, Any, Any, Any]  # a name for messages, where to look, under which key, and what was there
ATOMS = (bool, int, float, str, bytes, bytearray, Fraction)  # compared by value
LEAVES: set[Any] = {*ATOMS, complex, range, type(None), CodeType} - {bytearray}  # nothing in them is followed
CONTAINERS = (list, tuple, dict, set, frozenset, deque)
COLLECTIONS = (Mapping, Sequence, Set, ValuesView, np.ndarray)
GENERATORS = (random.Random, np.random.Generator, np.random.RandomState, np.random.BitGenerator)
DRAWN: dict[str, Any] = {"random": random.__dict__["_inst"], "numpy.random": np.random.mtrand._rand}  # those of modules
WRAPPED = ("__self__", "__func__", "__wrapped__", "fget", "func", "args", "keywords", "f")  # functions in objects
OF_CODE = ("__code__", "__defaults__", "__kwdefaults__")
KINDS = ("names", "writes", "globals", "asked", "stores", "names by text")  # loaded; only appended to; for getattr …
READS = ("read", "readline", "readlines")  # of a file
BY_TEXT = {"vars", "getattr", "__dict__", "attrgetter", "methodcaller"}  # which reach attributes by computed names
ASKING = {"hasattr", "AttributeError", "__match_args__", *BY_TEXT}  # maybe for an attribute that does not exist
WRITES = {"append", "appendleft", "add", "extend", "insert", "update", "write", "put"}
OTHERS = {"autograd", "nn", "numpy", "builtins", *sys.stdlib_module_names}
MISSING, ITEMS, STATE = object(), object(), object()  # no such key; all items of a container; of a generator


class Assumptions:
    """The state that named roots read from Python; ``holds`` compares it with the present one."""

    def __init__(self, roots: Sequence[tuple[str, Any]], remade: Set[tuple[int, Any]] = frozenset()) -> None:
        self.roots: Sequence[tuple[str, Any]] = roots
        self.remade: Set[tuple[int, Any]] = remade  # what each run of f sets anew before it reads it
        self.code: dict[str, set[str]] = {key: set() for key in KINDS}  # the names in all code that was found
        size = -1
        while size < sum(map(len, self.code.values())):  # code may load an attribute of what was found before it
            size = sum(map(len, self.code.values()))
            self.entries: list[Entry] = []
            self.seen: dict[int, Any] = {}
            self.named: Callable[[type], dict[str, bool]] = cache(self._named)
            self.stack: list[tuple[str, Any]] = [*roots, *DRAWN.items()]
            while self.stack:
                path, x = self.stack.pop()
                if id(x) not in self.seen and type(x) not in LEAVES and not isinstance(x, Node | np.generic):
                    self.seen[id(x)] = x
                    self._visit(path, x)
        self.holds: Callable[[], bool] = self._compile()

    def _note(self, path: str, container: Any, key: Any, name: str = "") -> None:
        """Note what a container has under a key, unless code only appends to it, and follow it."""
        found = read(container, key)
        can_grow = type(found) in CONTAINERS or hasattr(type(found), "qsize")
        if not can_grow or (name or key) not in self.code["writes"] - self.code["names"]:
            self.entries.append((path, container, key, found))
            self.stack.append((path, found))
        if key == "__match_args__" and found is not MISSING:  # of case P(x), whose names are here
            self.code["names"].update(found)

    def _visit(self, path: str, x: Any) -> None:
        kind = type(x)
        mine = is_own(kind.__module__)
        is_log = isinstance(x, IOBase) and (x.closed or x.writable()) and self.code["names"].isdisjoint(READS)
        if isinstance(x, type) or (isinstance(x, ModuleType) and is_own(x.__name__)):
            self._visit_attributes(path, x)
        elif (isinstance(x, Iterator | random.SystemRandom) or hasattr(kind, "qsize")) and not mine and not is_log:
            hint = f"which each call would advance; pass its items ({self._line(re.split(r'[.[]', path)[0])})"
            raise TypeError(f"{path}: f reads this {kind.__name__}, {hint}")
        elif isinstance(x, GENERATORS):
            self._note(path, x, STATE)
        elif not isinstance(x, ModuleType):
            self.stack.append((kind.__name__, kind))
            iterates = getattr(getattr(kind, "__iter__", None), "__module__", "builtins")  # the user's is followed
            is_builtin = isinstance(x, COLLECTIONS) and not isinstance(x, str | bytes) and not is_own(iterates)
            if isinstance(x, CONTAINERS) or is_builtin:
                found = read(x, ITEMS)
                items = found if not isinstance(x, np.ndarray) else found[2] if x.dtype == object else ()
                pairs = [*x.items(), *enumerate(x)] if isinstance(x, Mapping) else enumerate(items)
                self.stack += [(f"{path}[{key!r:.20}]", item) for key, item in pairs if type(item) not in LEAVES]
                if not isinstance(x, tuple | frozenset):
                    self.entries.append((path, x, ITEMS, found))
            elif not mine:
                self.stack += [(path, read(x, name)) for name in WRAPPED]
                self.code["names"] |= {x.__name__} if isinstance(x, BuiltinMethodType) else set()
            if isinstance(x, attrgetter | methodcaller):
                self.code["names"] |= {*re.findall(r"\w+", repr(x))}
                self.stack.append((path, x.__reduce__()))
            elif isinstance(x, ref):
                self.stack.append((path, x()))
            elif isinstance(x, FunctionType):
                self._visit_function(path, x)
            self._visit_attributes(path, x)

    def _visit_function(self, path: str, f: FunctionType) -> None:
        reads, cells = loads(f.__code__), dict(zip(f.__code__.co_freevars, f.__closure__ or (), strict=True))
        if not is_own(f.__globals__.get("__name__")):  # such as a transform, which never changes its closure
            self.stack += [(name, read(cell, "cell_contents")) for name, cell in cells.items()]
            return
        self.code = {key: names | reads[key] for key, names in self.code.items()}
        package, names = f.__globals__.get("__package__"), reads["names"]
        modules = {y for x in names for y in (x, package, f"{package}.{x}") if y in sys.modules and is_own(y)}
        variables = names | reads["globals"] if "globals" in reads["globals"] else reads["globals"]
        operations = names & TABLE.keys() - BUILT_IN  # of the user's, as methods
        for place, found in ((f, OF_CODE), (f.__globals__, variables), (TABLE, operations), (sys.modules, modules)):
            for name in sorted(found):
                self._note(name, place, name)
        for name, cell in cells.items():
            self._note(name, cell, "cell_contents", name)

    def _named(self, cls: type) -> dict[str, bool]:
        """Return the names that code reads in a class, and whether each is plain."""
        own, names, members = is_own(cls.__module__), self.code["names"], vars(cls).items()
        plain = {name: isinstance(x, MemberDescriptorType) or not hasattr(type(x), "__get__") for name, x in members}
        implied = {name for name, x in members if own and name[:2] == "__" and callable(x)}
        return {name: plain[name] for name in plain if name in implied or (name in names and (own or plain[name]))}

    def _visit_attributes(self, path: str, x: Any) -> None:
        """Note the attributes that code names, and those of the class that x lacks and may get."""
        code, kind, cls = self.code, type(x), x if isinstance(x, type) else type(x)
        module, parents = str(cls.__module__), (*cls.__mro__[1:], *kind.__mro__) if cls is x else kind.__mro__
        mine = is_own(module) or module.startswith("nn.")
        is_fixed = module.startswith("autograd") or (cls is x and not mine)
        own = None if is_fixed else getattr(x, "__dict__", None)
        names, inherited = code["names"] | code["writes"], dict[str, bool]()
        for parent in parents[::-1] if mine else ():
            inherited |= self.named(parent)
        if cls is x:
            names = {*self.named(cls)}
            self.stack += [(parent.__name__, parent) for parent in parents]
            for member in vars(x).values() if module.startswith("nn.") else ():  # its methods never change
                code["names"] |= loads(member.__code__)["names"] if isinstance(member, FunctionType) else set()
        elif own and mine and code["names by text"]:
            names |= own.keys() - code["stores"]
        if own is not None and mine:
            self._note(f"{path}.__class__", x, "__mro__" if cls is x else "__class__")
        for name in sorted((names & own.keys()) | (code["asked"] - inherited.keys())) if own is not None else ():
            self._note(f"{path}.{name}", own, name)
        for name, is_plain in sorted(inherited.items()):
            if name not in (own or ()) and (cls is x or name[:2] != "__") and (is_plain or own is not None):
                self._note(f"{path}.{name}", x if is_plain else own, name)

    def _line(self, name: str = "") -> str:
        """Return the first line of the function that reads a name, or of f."""
        functions = [f for f in self.seen.values() if isinstance(f, FunctionType) and is_own(f.__module__)]
        functions.sort(key=lambda f: name not in loads(f.__code__)["names"])
        return f"{functions[0].__code__.co_filename}, line {functions[0].__code__.co_firstlineno}" if functions else "f"

    def _compile(self) -> Callable[[], bool]:
        """Return a function that compares identities, and values only if those differ."""
        scope: dict[str, Any] = {"read": read, "same": same, "equals": equals, "changed": self.changed}
        checks = ["True"]
        for i, (_, c, key, e) in enumerate(self.entries):
            scope[f"c{i}"], scope[f"k{i}"], scope[f"e{i}"] = c, key, e
            if is_traced(e) or (id(c), key) in self.remade:
                checks.append(f"equals(read(c{i}, k{i}), e{i})")
            elif key is ITEMS and type(c) is list and all(isinstance(x, Node) and x.is_concrete for x in e):
                scope[f"e{i}"] = [*e]
                checks.append(f"c{i} == e{i}")  # the same Values, or numbers that equal theirs
            elif key is ITEMS and type(c) is np.ndarray and type(e[2]) is bytearray:
                scope[f"e{i}"], scope[f"d{i}"] = e[2].__eq__, c.dtype
                checks.append(f"c{i}.dtype is d{i} and c{i}.shape == {c.shape} and e{i}(c{i}) is True")
            elif key is ITEMS:
                checks.append(f"same(read(c{i}, k{i}), e{i})")
            elif e is MISSING:
                checks.append(f"{key!r} not in c{i}")
            elif key is not STATE:
                is_item = isinstance(c, dict | MappingProxyType)
                checks.append(f"c{i}[{key!r}] is e{i}" if is_item else f"getattr(c{i}, {key!r}) is e{i}")
        body = f"if {' and '.join(checks)}: return True\n except (AttributeError, KeyError, ValueError): pass"
        exec(f"def holds():\n try:\n  {body}\n return not changed()", scope)
        return scope["holds"]  # type: ignore[no-any-return]  # a function

    def changed(self, states: bool = False) -> Entry | None:
        """Return the first entry that has changed, after a run of f also a generator's, or None."""
        for entry in self.entries:
            _, container, key, found = entry
            is_remade = states or is_traced(found) or (id(container), key) in self.remade
            now = found if key is STATE and not states else read(container, key)
            if not (same(now, found) or (is_remade and equals(now, found))):
                return entry
        return None

    def confirm(self, rows: Any, again: Callable[[], Any]) -> Assumptions:
        """Return the assumptions of a run of f; raise TypeError if the next may differ."""
        changed, now = self.changed(states=True), Assumptions(self.roots)
        changed = changed or next((entry for entry in now.entries if is_traced(entry[-1])), None)
        if changed and changed[2] is not STATE:  # what f makes once and keeps, or sets before it reads it, is harmless
            with suppress(ValueError):  # of a traced Value used after its call
                changed = None if again() == rows and not now.changed(states=True) else changed
            remade = {(id(c), key) for _, c, key, found in now.entries if not same(read(c, key), found)}
            now = Assumptions(self.roots, remade)
        if changed:
            line = find_line(lambda: now.changed(states=True), again) or now._line()
            if changed[2] is not STATE:
                hint = "answers depend on earlier calls: pass it as an argument and return its new value"
                raise TypeError(f"{line} changes {changed[0]}, which f reads, so {hint}")
            for source, state in [(entry[1], json.loads(entry[3])) for entry in self.entries if entry[2] is STATE]:
                is_python = isinstance(source, random.Random)
                source.__setstate__((state[0], tuple(state[1]), state[2]) if is_python else state)
            hint = "pass the draws as arguments, or let nn.draw draw them in nn.fit"
            raise TypeError(f"{line} draws from {changed[0]}, and a recording would keep the number: {hint}")
        return now


def read(container: Any, key: Any) -> Any:
    """Return a container's entry under a key, its items as a tuple, or a generator's state."""
    if key is STATE:
        source: Any = getattr(container, "bit_generator", container)
        get: Any = getattr(source, "getstate", None) or getattr(source, "get_state", lambda: source.state)
        return json.dumps(get(), default=lambda x: x.tolist())
    if key is ITEMS and isinstance(container, np.ndarray):
        numbers = tuple(container.flat) if container.dtype == object else bytearray(container.tobytes())
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


def equals(now: Any, found: Any, inside: tuple[int, ...] = ()) -> bool:
    """Return whether two things have the same content; a traced number equals any other."""
    if same(now, found) or (isinstance(found, Node) and not found.is_concrete):
        return True
    if type(now) is not type(found) or type(now) not in (*CONTAINERS, np.ndarray):
        return False
    a, b = read(now, ITEMS), read(found, ITEMS)
    return id(found) in inside or (len(a) == len(b) and all(map(equals, a, b, repeat((*inside, id(found))))))


def is_own(module: Any) -> bool:
    """Return whether a module is the user's, so that its code is followed and may change."""
    name = module if isinstance(module, str) else ""  # Cython's are descriptors
    file = getattr(sys.modules.get(name), "__file__", None) or ""
    return name == "__main__" or (name.partition(".")[0] not in OTHERS and "-packages" not in file)


def is_traced(x: Any) -> bool:
    """Return whether x is a number of a traced function, or has one among its items."""
    return any(map(is_traced, x)) if type(x) is tuple else isinstance(x, Node) and not x.is_concrete


@cache
def loads(code: CodeType) -> dict[str, set[str]]:
    """Return the names in code of each of KINDS."""
    found: dict[str, set[str]] = {key: set() for key in KINDS}
    lines: list[Any] = [None, *dis.get_instructions(code), None, None]
    for before, line, following, second in zip(lines[:-3], lines[1:-2], lines[2:-1], lines[3:], strict=True):
        kind, name = line.opname, line.argval
        is_text = kind == "LOAD_CONST" and isinstance(name, str)  # maybe for getattr or hasattr
        if is_text or re.fullmatch("(LOAD|IMPORT).*(GLOBALS?|NAME|DEREF|ATTR|METHOD|FROM)", kind):
            is_write = (second and second.opname == "STORE_SUBSCR") or (following and following.argval in WRITES)
            found["writes" if is_write else "names"] |= {name, *name.split(".")}
            found["globals"] |= {name} if "GLOBAL" in kind or "NAME" in kind else set()
        elif kind == "MATCH_CLASS":
            found["names"] |= {"__match_args__", *before.argval}
        elif kind == "STORE_ATTR" and code.co_name != "__init__":
            found["stores"].add(name)
        elif isinstance(name, CodeType):
            found = {key: names | loads(name)[key] for key, names in found.items()}
    found["names by text"] |= BY_TEXT & {*code.co_names}
    found["asked"] |= found["names"] if ASKING & {*code.co_names, *found["names"]} else set()
    return found
