"""Name numbers after the variables that hold them: ``b``, ``w0``, ``p.w``, ``d["w"]``.

No code of the user runs: what is stored is read, never a property, a ``__getattr__`` or an ``__iter__``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice, product
from types import FunctionType, GetSetDescriptorType, MemberDescriptorType, ModuleType
from typing import Any

MAX_ITEMS = 100_000  # looked at in all
MAX_LENGTH = 10_000  # looked at in one container
MAX_DEPTH = 2  # containers in each other
SCALARS: set[type] = {float, int, str, bool, complex, bytes, type(None)}  # in which nothing is found
READ_MRO: Callable[[type], tuple[type, ...]] = type.__dict__["__mro__"].__get__
READ_DICT: Callable[[type], Mapping[str, Any]] = type.__dict__["__dict__"].__get__
Place = tuple[str, str]  # the digits of the place, or "", and how Python writes it


def names_of(nodes: Iterable[tuple[Any, str, bool]], variables: Mapping[str, Any]) -> dict[int, str]:
    """Return names of nodes by id: of variables, or of a leaf's place in one.

    Args:
        nodes: Nodes, each with its label, or "", and whether it is a leaf.
        variables: Variables such as ``locals()``; one whose name starts with "_" names nothing.

    >>> w = [object(), object()]
    >>> list(names_of([(w[0], "", True), (w[1], "", True)], {"w": w}).values())
    ['w0', 'w1']
    """
    nodes = list(nodes)
    public = {name: value for name, value in variables.items() if not name.startswith("_")}
    kinds, taken, left = {type(node) for node, *_ in nodes}, {label for _, label, _ in nodes}, MAX_ITEMS
    bound = {id(value): name for name, value in public.items() if name not in taken}
    found = {id(node): bound[id(node)] for node, *_ in nodes if id(node) in bound}
    wanted = {id(node) for node, label, is_leaf in nodes if is_leaf and not label} - found.keys()
    taken |= set(variables)
    level = [(name, name if name.isalpha() else "", value) for name, value in public.items()]
    for depth in range(MAX_DEPTH if wanted else 0):
        inner = []
        for name, letters, value in level:
            if type(value) in SCALARS or type(value) in kinds:
                continue
            parts, places = _open(value, min(left, MAX_LENGTH))
            left -= len(parts)
            hits = not wanted.isdisjoint(map(id, parts))
            if not hits and SCALARS.issuperset(map(type, parts)):
                continue
            letters *= not depth or len(parts) <= 10  # W111 may be of [1][11] or [11][1]
            named = [(letters and digits and letters + digits, name + place) for digits, place in places]
            if hits and not taken.isdisjoint(short for short, _ in named):
                named = [("", long) for _, long in named]  # w[0] and w[1], not w[0] and w1
            for part, (short, long) in zip(parts, named, strict=True):
                if id(part) in wanted and (short or long) not in taken:
                    found[id(part)] = short or long
                    wanted.remove(id(part))
                elif type(part) not in SCALARS:
                    inner.append((long, short if len(parts) <= 10 else "", part))
        level = inner
    return found


def _open(x: Any, limit: int) -> tuple[list[Any], Iterator[Place]]:
    """Return the first parts of a container, and their places; none for anything else."""
    cls, numpy = type(x), sys.modules.get("numpy")
    if issubclass(cls, list | tuple):
        fields = next((READ_DICT(c)["_fields"] for c in READ_MRO(cls) if "_fields" in READ_DICT(c)), ())
        parts = list(islice((list if issubclass(cls, list) else tuple).__iter__(x), limit))
        if type(fields) is tuple and len(fields) == len(parts) > 0:
            return parts, (("", f".{field}") for field in fields)
        return parts, ((f"{i}", f"[{i}]") for i in range(len(parts)))
    if issubclass(cls, dict):
        items = [(key, part) for key, part in islice(dict.items(x), limit) if type(key) in SCALARS]
        return [part for _, part in items], (("", f"[{_quote(key)}]") for key, _ in items)
    if issubclass(cls, getattr(numpy, "ndarray", ())):
        array: Any = numpy.ndarray  # type: ignore[union-attr]  # x is one
        if array.dtype.__get__(x).char != "O":
            return [], iter(())
        shape = array.shape.__get__(x)
        parts = list(islice(array.flat.__get__(x), limit))
        places = (list(map(str, index)) for index in islice(product(*map(range, shape)), len(parts)))
        is_narrow = len(shape) == 1 or max(shape, default=0) <= 10
        return parts, (("".join(place) * is_narrow, f"[{','.join(place)}]") for place in places)
    if issubclass(cls, type | ModuleType | FunctionType):
        return [], iter(())
    pairs = [*islice(((k, v) for k, v in _attributes(x).items() if type(k) is str and k[:1] != "_"), limit)]
    return [part for _, part in pairs], (("", f".{name}") for name, _ in pairs)


def _attributes(x: Any) -> dict[Any, Any]:
    """Return what an object stores, in its ``__dict__`` and its slots."""
    found: dict[Any, Any] = {}
    for cls in READ_MRO(type(x)):
        for name, descriptor in READ_DICT(cls).items():
            if type(descriptor) is MemberDescriptorType or (type(descriptor), name) == (
                GetSetDescriptorType,
                "__dict__",
            ):
                with suppress(AttributeError):  # a slot that is not set
                    part = descriptor.__get__(x)
                    found.update(part if name == "__dict__" else {name: part})
    return found


def _quote(key: Any) -> str:
    """Format a key of a dict, a text in double quotes."""
    return f'"{key}"' if isinstance(key, str) and key.isprintable() and not {'"', "\\"} & set(key) else repr(key)
